"""The security context of every container."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.core.facts import Facts
    from krmfn.core.objects import Object


def security_context(facts: Facts) -> Object:
    """No privileges; in `hardened` the root file system is read-only too: the servers write to their volumes alone."""
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "privileged": False,
        **({"readOnlyRootFilesystem": True} if facts.hardened else {}),
    }


def sidecar_resources() -> Object:
    """What reloader and exporter get (nats-manager, resources/nats/values.yaml)."""
    return {"limits": {"cpu": "50m", "memory": "32Mi"}, "requests": {"cpu": "10m", "memory": "20Mi"}}
