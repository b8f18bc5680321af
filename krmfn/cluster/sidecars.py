"""CPU and memory of the containers beside nats-server."""

from __future__ import annotations

from krmfn.cluster.resources import with_disk
from krmfn.model.objects import shared
from krmfn.model.quantity import Quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.objects import Object

OPERATOR_LIMITS, REQUESTS = ("50m", "32Mi"), ("10m", "20Mi")
"""CPU and memory of reloader and exporter (nats-manager, resources/nats/values.yaml)."""
EXPORTER_LIMITS = ("500m", "128Mi")
"""A scrape of 2,000 consumers (`-jsz=all`) took 0.9 s, and the exporter 30 MiB (tests/pods/test_exporter.py)."""


@shared
def sidecar_resources(cpu: str, memory: str, disk: str | None = None) -> Object:
    """`resources` of a container with these limits; it requests what the operator requests, or less, and all disk."""
    requests = [min(Quantity(a), Quantity(b)).canonical() for a, b in zip(REQUESTS, (cpu, memory), strict=True)]
    sized = {
        "limits": {"cpu": Quantity(cpu).canonical(), "memory": Quantity(memory).canonical()},
        "requests": dict(zip(("cpu", "memory"), requests, strict=True)),
    }
    return with_disk(sized, disk) if disk else sized
