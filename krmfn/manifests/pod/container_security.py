"""What every container has: a security context without privileges."""

from __future__ import annotations

from krmfn.model.objects import shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.objects import Object


@shared
def security_context(*, hardened: bool) -> Object:
    """No privileges; in `hardened` the root file system is read-only too: the servers write to their volumes alone."""
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "privileged": False,
        **({"readOnlyRootFilesystem": True} if hardened else {}),
    }
