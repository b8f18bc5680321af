"""Findings about a document that a user took for a NATS: what it is instead, and what to do."""

from __future__ import annotations

from krmfn.goyaml.lookalikes import encrypted
from krmfn.model.finding import error
from krmfn.model.objects import API_VERSION, KIND
from krmfn.model.placeholders import unresolved
from krmfn.model.text import counted, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from krmfn.model.code import Code
    from krmfn.model.finding import Finding
    from krmfn.sources.source import Source

_CHART_KEYS = frozenset(["natsBox", "promExporter", "podTemplate", "statefulSet", "headlessService", "reloader"])
"""Keys at the top of the values of the official Helm chart of NATS, which no other chart has."""
_OF_CHART = "values of a Helm chart, not a Kubernetes object; write a NATS, or convert values of the NATS chart first"
_KUSTOMIZATION = "a Kustomization is not rendered here; run kustomize build on it and pass the result to krmfn"
_OTHERS = {
    ("kustomize.config.k8s.io", "Kustomization"): _KUSTOMIZATION,
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): "a Kustomization of Flux names a path; use -f with that path",
    ("argoproj.io", "Application"): "an Application of Argo CD names a source; use -f with a checkout of its path",
    ("argoproj.io", "ApplicationSet"): "an ApplicationSet of Argo CD names sources; use -f with a checkout of a path",
    ("helm.toolkit.fluxcd.io", "HelmRelease"): f"a HelmRelease installs a chart; write a {KIND} ({API_VERSION})",
    ("nats.io", "NatsCluster"): f"a NatsCluster is of nats-operator; write a {KIND} ({API_VERSION})",
    ("jetstream.nats.io", ""): f"an object of NACK describes streams, not servers; write a {KIND} ({API_VERSION})",
    ("bitnami.com", "SealedSecret"): f"a SealedSecret cannot hold a {KIND}; store the {KIND} in clear text",
    ("kpt.dev", "Kptfile"): "a Kptfile is not rendered; use -f with the folder of the package",
    ("apiextensions.k8s.io", "CustomResourceDefinition"): f"a CustomResourceDefinition is not a {KIND}",
    ("fn.krmfn.dev", "RenderNATS"): f"a RenderNATS has settings only; use -f with the {KIND} too",
}
"""Group and kind of what is often given instead of a NATS -> what to do; "" for every kind of a group."""


def without_head(value: object) -> Finding:
    """An error about a document that has no apiVersion and kind."""
    code: Code = "not-an-object"
    text = "not a Kubernetes object: it has no apiVersion and kind"
    if isinstance(value, str):
        why = encrypted(value)
        if why is not None:
            return error(why.code, why.message)
        return error(code, f"text, not a Kubernetes object; write a {KIND} with apiVersion, kind, metadata and spec")
    if isinstance(value, list):
        text = "a list, not a Kubernetes object; write each object as a document, with --- between them"
        return error(code, text)
    if isinstance(value, dict):
        if not _CHART_KEYS.isdisjoint(value) or _has_chart_config(value):
            return error("helm-values", f"these are {_OF_CHART}")
        if value.keys() & {"resources", "patches", "generators", "transformers"} and "kind" not in value:
            return error(code, _KUSTOMIZATION)
    return error(code, f"{text}; add them, or remove the document")


def _has_chart_config(value: dict[str, object]) -> bool:
    config = value.get("config")
    return isinstance(config, dict) and not {"cluster", "jetstream", "nats"}.isdisjoint(config)


_CIPHERTEXT = (
    "the object is encrypted (SOPS), so it cannot be identified; decrypt it first (sops decrypt FILE), or"
    " encrypt only its secret values (encrypted_regex)"
)


def unresolved_head(api_version: str, kind: str) -> Finding | None:
    """An error about an apiVersion or kind that is ciphertext or a placeholder; None for any other."""
    for field, value in (("apiVersion", api_version), ("kind", kind)):
        found = unresolved(value)
        if found is not None:
            code, text = found
            return error(code, _CIPHERTEXT if code == "encrypted" else text, (field,))
    return None


def missing_nats(sources: Sequence[Source]) -> Finding:
    """The finding about an input without a NATS: about its first object that is often taken for one."""
    kinds: list[str] = []
    for source in sources:
        ref = source.ref()
        if ref is None:
            continue
        why = _OTHERS.get((ref.group, ref.kind)) or _OTHERS.get((ref.group, ""))
        if ref.kind == KIND and not why:
            why = f"{shown(ref.api_version)} is not the apiVersion of a {KIND}; did you mean {API_VERSION}?"
        if why:
            return source.place(error("no-nats-cr", f"the input has no {KIND}: {why}"))
        kinds.append(ref.kind)
    names = list(dict.fromkeys(shown(kind) for kind in kinds))
    more = f" and {counted(len(names) - 3, 'other kind')}" if len(names) > 3 else ""
    files = {source.origin.file for source in sources}
    where = f" in {counted(len(files), 'file')}" if len(files) > 1 else ""
    found = f", only {', '.join(names[:3])}{more}{where}" if names else ""
    text = f"the input has no {KIND} ({API_VERSION}){found}; use -f with the file that has it"
    return error("no-nats-cr", text) if len(files) > 1 else sources[0].place(error("no-nats-cr", text))
