"""What the codes of findings mean that only one host or command can cause: kustomize, Argo CD, status, secret."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.codes.files import Meaning

HOSTS: dict[str, Meaning] = {
    "generator-without-nats": (
        "error",
        "A generator of kustomize is a RenderNATS, and sees no NATS.",
        "List the NATS under generators, or the RenderNATS under transformers.",
    ),
    "cr-dropped": (
        "warning",
        "keepCR: drop deletes the file of the NATS, and the next render refuses to remove its cluster.",
        "Use keepCR: local-config where the files are kept.",
    ),
    "renamed-child": (
        "error",
        "Something behind krmfn renamed or moved a rendered object, and it does not fit the others any more.",
        "Render behind what changes names: last in the pipeline, or in the kustomization that changes the name.",
    ),
    "invalid-parameters": (
        "error",
        "The parameters of Argo CD's plugin are not what Argo CD makes of an Application.",
        "Write name with string or array in spec.source.plugin.parameters, each name once.",
    ),
    "several-configurations": (
        "error",
        "Two RenderNATS hold for the same directory, or differ in a key that one call has once.",
        "Leave one, name one with --config, or write the same in both.",
    ),
    "istio-not-stated": (
        "error",
        "Nothing tells whether the cluster runs Istio: Argo CD gave no KUBE_API_VERSIONS.",
        "State the parameter istio: true or false.",
    ),
    "kind-not-served": (
        "error",
        "The cluster is known not to serve a kind that would be rendered: Argo CD's KUBE_API_VERSIONS lacks it.",
        "Install the CRD first, or state another value.",
    ),
    "nothing-to-apply": (
        "error",
        "With mode validate nothing is printed, which Argo CD would take for: remove everything.",
        "Leave mode out, and run krmfn check before.",
    ),
    "app-name-is-instance": (
        "warning",
        "The Application is called as the label app.kubernetes.io/instance of the pods says.",
        "Use annotation tracking in Argo CD, the default since 3.0, or another name for the Application.",
    ),
    "status-url": (
        "warning",
        "The URL that the operator would write leads to no Service that krmfn renders.",
        "Give the NATS a name with nats in it, and keep the cluster domain cluster.local.",
    ),
    "unusable-password": (
        "error",
        "The password given to krmfn secret cannot be used.",
        "Give one line of visible characters; of a password to be hashed bcrypt reads 72 bytes.",
    ),
    "bcrypt-missing": (
        "error",
        "krmfn secret hash needs bcrypt, which an ordinary installation does not bring.",
        "Run pip install 'krmfn[secret]'.",
    ),
    "secret-not-wanted": (
        "error",
        "krmfn secret new was asked for the Secret of a NATS that mounts none, or whose Secret is rendered.",
        "Leave secretMode out to bring the Secret yourself.",
    ),
}
