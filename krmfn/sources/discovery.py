"""Facts about the cluster from the input items: Istio's CRD, provider, Secrets, nodes, storage and priority classes."""

from __future__ import annotations

from krmfn.cluster.cr import ClusterFacts
from krmfn.model.lookup import map_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from krmfn.model.finding import Finding
    from krmfn.sources.source import Source

ISTIO_CRD = "destinationrules.networking.istio.io"


def known_facts(sources: Sequence[Source], secrets: dict[tuple[str, str], bool]) -> tuple[ClusterFacts, list[Finding]]:
    """Facts found among the items, and findings about these items.

    `secrets` are the namespace and name of each Secret that a CR mounts; no other Secret is read. Where the value is
    True, the names of the variables in its files are read too.
    """
    known = ClusterFacts()
    findings: list[Finding] = []
    for source in sources:
        ref = source.quick_ref or source.ref()
        if ref is None:
            continue
        if ref.kind in ("Node", "StorageClass"):
            from krmfn.sources.nodes import add

            findings += add(known, source)
        elif ref.kind == "CustomResourceDefinition" and ref.name == ISTIO_CRD:
            known.istio_versions = _served(source.value())
        elif ref.kind == "ConfigMap" and ref.name == "shoot-info" and ref.namespace in ("", "kube-system"):
            known.provider = _provider(source.value())
        elif ref.kind == "PriorityClass":
            known.priority_classes.add(ref.name)
        elif ref.kind.endswith("Secret"):
            from krmfn.sources.secrets import add as add_secret

            add_secret(known, source, ref, secrets)
    return known, findings


def _served(crd: dict[str, Any]) -> tuple[str, ...]:
    versions = map_at(crd, "spec").get("versions")
    rows = [v for v in versions if isinstance(v, dict)] if isinstance(versions, list) else []
    return tuple(str(v.get("name")) for v in rows if v.get("served") is True) or ("v1",)


def _provider(shoot_info: dict[str, Any]) -> str | None:
    provider = map_at(shoot_info, "data").get("provider")
    return provider if isinstance(provider, str) else None
