"""The status that nats-manager writes into a NATS whose servers run, as Kyma's Eventing manager reads it."""

from __future__ import annotations

from krmfn.model.finding import warning
from krmfn.model.fix import replaced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.cluster.facts import Facts
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object

LONG_AGO = "1970-01-01T00:00:00Z"
"""The CRD wants a time in every condition, and a renderer has no clock: a time that is surely not a real one."""
_CLUSTERED = 3


def url(name: str, namespace: str) -> str:
    """As the operator forms it (internal/controller/nats/url): from the name of the CR, whatever the Service's is."""
    return f"nats://{name}.{namespace}.svc.cluster.local:4222"


def status(facts: Facts, zones_used: int, old: Any, time: str | None) -> Object:
    """The status of a ready cluster (internal/controller/nats/provisioner.go, handleNATSState).

    `zones_used`: zones that hold a server, 0 where no zones are known. `old` is the status that the CR has: a condition
    that stays as it is keeps its time.
    """
    ready = "StatefulSet is ready"
    zones = _zones(facts.size, zones_used)
    before = _times(old)
    conditions = [
        ("Available", "True", "Deployed", "NATS is deployed"),
        ("AvailabilityZones", *zones),
        ("StatefulSet", "True", "Available", ready),
    ]
    return {
        **({"availabilityZonesUsed": zones_used} if zones_used else {}),
        "conditions": [
            {
                "lastTransitionTime": before.get((kind, is_so), time or LONG_AGO),
                "message": message,
                "reason": reason,
                "status": is_so,
                "type": kind,
            }
            for kind, is_so, reason, message in conditions
        ],
        "state": "Warning" if zones[1] == "Unknown" else "Ready",
        "url": url(facts.cr_name, facts.namespace),
    }


def check_url(facts: Facts) -> Iterator[Finding]:
    """Whether clients reach the servers at that URL. Eventing forms the same from the CR and does not ask."""
    if facts.names.workload != facts.cr_name:
        text = (
            f"the operator's URL uses Service {facts.cr_name}, but the Service is {facts.names.workload}; rename the"
            f" NATS to {facts.names.workload}, which renames no object"
        )
        path = ("metadata", "name")
        yield warning("status-url", text, path, fix=replaced(path, facts.names.workload))
    if facts.cluster_domain != "cluster.local":
        text = f"the operator's URL always ends in cluster.local, but the cluster domain is {facts.cluster_domain}"
        yield warning("status-url", f"{text}; Eventing will not find the servers", ("status", "url"))


def _zones(size: int, used: int) -> tuple[str, str, str]:
    """Status, reason and message of AvailabilityZones: the operator wants a zone for each server."""
    if not used:
        return "False", "FailedProcessing", "zone label missing"
    if size < _CLUSTERED:
        return "False", "NotConfigured", "NATS is not configured to run in cluster mode (i.e. spec.cluster.size < 3)."
    if used == size:
        return "True", "Deployed", "NATS is deployed in different availability zones."
    text = f"NATS is not currently using enough availability zones (Recommended: 3, current: {used})."
    return "False", "Unknown", text


def _times(old: Any) -> dict[tuple[str, str], str]:
    """The lastTransitionTime by type and status, of a status that may be anything."""
    conditions = old.get("conditions") if isinstance(old, dict) else None
    times = {}
    for one in conditions if isinstance(conditions, list) else ():
        if isinstance(one, dict) and all(isinstance(one.get(key), str) for key in ("type", "status")):
            time = one.get("lastTransitionTime")
            if isinstance(time, str) and is_time(time):
                times[one["type"], one["status"]] = time
    return times


def is_time(text: str) -> bool:
    """RFC 3339 in UTC without fractions, the form in which the API server stores a time."""
    from datetime import datetime

    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")  # noqa: DTZ007 - Z is part of the format
    except ValueError:
        return False
    return len(text) == len(LONG_AGO)
