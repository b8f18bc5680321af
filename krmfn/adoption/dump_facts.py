"""Facts about the cluster from a dump, for keys that are not set."""

from __future__ import annotations

from krmfn.adoption.dump import plain
from krmfn.changes.workload import container_of
from krmfn.model.lookup import at, listed
from krmfn.model.names import Names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.adoption.dump import LiveObjects
    from krmfn.cluster.cr import Cr
    from krmfn.cluster.settings import Settings

_ISTIO = "networking.istio.io"
_ALICLOUD = "alicloud"


def settings_from_dump(live: LiveObjects, crs: list[Cr], settings: Settings) -> tuple[Settings, dict[str, str]]:
    """The settings completed from the dump, and what was added, as keys of `--set`."""
    found: dict[str, str] = {}
    if settings.istio == "auto" and any(_has_rule(live, cr) for cr in crs):
        found["istio"] = "true"
    provider = _provider(live)
    if settings.provider is None and provider:
        found["provider"] = provider
    domain = next(filter(None, (domain_of(live, cr.namespace, cr.name) for cr in crs)), None)
    if domain and domain != settings.cluster_domain:
        found["clusterDomain"] = domain
    made = settings.replaced(
        istio=True if "istio" in found else settings.istio,
        provider=found.get("provider", settings.provider),
        cluster_domain=found.get("clusterDomain", settings.cluster_domain),
    )
    return made, found


def domain_of(live: LiveObjects, namespace: str, cr_name: str) -> str | None:
    """The cluster domain in the servers' variable CLUSTER_ADVERTISE; None where that is unknown."""
    name = Names(cr_name).workload
    workload = live.find("apps/v1", "StatefulSet", namespace, name)
    prefix = f"$(POD_NAME).{name}.$(POD_NAMESPACE).svc."
    for row in listed(container_of(workload or {}).get("env")):
        value = row.get("value")
        if row.get("name") == "CLUSTER_ADVERTISE" and isinstance(value, str):
            text = value.strip('"')
            return plain(text.removeprefix(prefix)) if text.startswith(prefix) else None
    return None


def _has_rule(live: LiveObjects, cr: Cr) -> bool:
    return live.find(f"{_ISTIO}/v1", "DestinationRule", cr.namespace, Names(cr.name).workload) is not None


def _provider(live: LiveObjects) -> str | None:
    """Only one provider makes a difference, so no other text of the dump is repeated."""
    found = live.find("v1", "ConfigMap", "kube-system", "shoot-info")
    return _ALICLOUD if at(found, "data").get("provider") == _ALICLOUD else None
