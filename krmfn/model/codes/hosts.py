"""What the codes of findings mean that only one host or command can cause: kustomize, Argo CD, status, secret."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.codes.files import Meaning

HOSTS: dict[str, Meaning] = {
    "generator-without-nats": (
        "error",
        "A RenderNATS is used as a kustomize generator, where it sees no NATS.",
        "Put the NATS under generators, or the RenderNATS under transformers.",
    ),
    "cr-dropped": (
        "warning",
        "keepCR: drop deletes the file of the NATS, and the next render then fails because its NATS is missing.",
        "Use keepCR: local-config if the files are kept.",
    ),
    "renamed-child": (
        "error",
        "A later function renamed or moved a rendered object, and it no longer matches the others.",
        "Run krmfn after the function that changes names: last in the pipeline, or in that kustomization.",
    ),
    "invalid-parameters": (
        "error",
        "The parameters of the Argo CD plugin are not in Argo CD's format.",
        "Use name with string or array in spec.source.plugin.parameters, each name once.",
    ),
    "several-configurations": (
        "error",
        "Two RenderNATS apply to the same directory, or set different values for a key that is per run.",
        "Keep one, choose one with --config, or set the same value in both.",
    ),
    "istio-not-stated": (
        "error",
        "Whether the cluster runs Istio is unknown: Argo CD set no KUBE_API_VERSIONS.",
        "Set the parameter istio to true or false.",
    ),
    "kind-not-served": (
        "error",
        "The cluster does not serve a kind that would be rendered: Argo CD's KUBE_API_VERSIONS lacks it.",
        "Install the CRD first, or change the setting that the message names.",
    ),
    "nothing-to-apply": (
        "error",
        "mode validate prints nothing, and Argo CD would then remove every object.",
        "Remove mode, and run krmfn check before the sync.",
    ),
    "app-name-is-instance": (
        "warning",
        "The Application has the name that the pods have in the label app.kubernetes.io/instance.",
        "Use annotation tracking in Argo CD, the default since 3.0, or another name for the Application.",
    ),
    "status-url": (
        "warning",
        "The URL that the operator would write names a Service that krmfn does not render.",
        "Use a NATS name that contains nats, and the cluster domain cluster.local.",
    ),
    "unusable-password": (
        "error",
        "The password given to krmfn secret cannot be used.",
        "Use one line of printable characters, at most 72 bytes if it is to be hashed.",
    ),
    "bcrypt-missing": (
        "error",
        "krmfn secret hash needs the optional package bcrypt.",
        "Run pip install 'krmfn[secret]'.",
    ),
    "secret-not-wanted": (
        "error",
        "The NATS mounts no Secret, or krmfn renders it, so krmfn secret new has nothing to make.",
        "Remove secretMode to provide the Secret yourself.",
    ),
}
