"""What is checked of the groups of keys, beyond their types: a fault names the place below the group."""

from __future__ import annotations

from krmfn.api import auth_rules, pod_rules, policies_rules, server_rules, tls_rules
from krmfn.natsconf import overrides

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from krmfn.natsconf.overrides import GroupFault


def _conf(value: Any) -> Iterator[GroupFault]:
    if isinstance(value, dict) and all(isinstance(name, str) for name in value):
        yield from overrides.check(value)
    else:
        yield "wrong-type", "the key contains settings of nats.conf; write name: value below it", None, ()


CHECKS: dict[str, Callable[[Any], Iterable[GroupFault]]] = {
    "conf": _conf,
    "auth": auth_rules.check,
    "tls": tls_rules.check,
    "encryption": pod_rules.check_encryption,
    "server": server_rules.check,
    "pod": pod_rules.check_pod,
    "service": pod_rules.check_service,
    "networkPolicyFrom": pod_rules.check_peers,
    "networkPolicyTo": pod_rules.check_destinations,
    "podMonitorLabels": pod_rules.check_labels,
    "policies": policies_rules.check,
}
"""By key."""
