"""What the input items tell about the cluster: Istio's CRD, provider, Secrets, nodes, storage and priority classes."""

from __future__ import annotations

from krmfn.core.cr import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from krmfn.core.finding import Finding
    from krmfn.hosts.source import Source

ISTIO_CRD = "destinationrules.networking.istio.io"


def known_facts(sources: Sequence[Source], secrets: set[tuple[str, str]]) -> tuple[Known, list[Finding]]:
    """Facts found among the items, and what is wrong with the items they come from.

    Of Secrets only those that a CR wants, by namespace and name, are looked at.
    """
    known = Known()
    findings: list[Finding] = []
    for source in sources:
        identity = source.identity or source.full_identity()
        if identity is None:
            continue
        if identity.kind in ("Node", "StorageClass"):
            from krmfn.hosts.found_nodes import add

            findings += add(known, source)
        elif identity.kind == "CustomResourceDefinition" and identity.name == ISTIO_CRD:
            known.istio_versions = _served(source.value())
        elif (
            identity.kind == "ConfigMap" and identity.name == "shoot-info" and identity.namespace in ("", "kube-system")
        ):
            known.provider = _provider(source.value())
        elif identity.kind == "PriorityClass":
            known.priority_classes.add(identity.name)
        elif identity.kind.endswith("Secret"):
            from krmfn.hosts.found_secrets import add as add_secret

            add_secret(known, source, identity, secrets)
    return known, findings


def _served(crd: dict[str, Any]) -> tuple[str, ...]:
    versions = map_at(crd, "spec").get("versions")
    rows = [v for v in versions if isinstance(v, dict)] if isinstance(versions, list) else []
    return tuple(str(v.get("name")) for v in rows if v.get("served") is True) or ("v1",)


def _provider(shoot_info: dict[str, Any]) -> str | None:
    provider = map_at(shoot_info, "data").get("provider")
    return provider if isinstance(provider, str) else None


def map_at(obj: dict[str, Any], key: str) -> dict[str, Any]:
    """The map of a key, empty where there is none."""
    value = obj.get(key)
    return value if isinstance(value, dict) else {}
