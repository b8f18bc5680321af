"""The Prometheus exporter, which reads a server's monitoring port."""

from __future__ import annotations

from krmfn.children.container_security import security_context
from krmfn.core.objects import shared
from krmfn.core.sidecars import sidecar_resources
from krmfn.natsconf.server import METRICS, MONITOR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.core.facts import Facts
    from krmfn.core.objects import Object

FLAGS = (f"-port={METRICS}", "-connz", "-routez", "-subz", "-varz", "-healthz", "-prefix=nats")


def sidecar(facts: Facts) -> Object:
    """The operator's container beside the server."""
    args = ("-use_internal_server_id", "-jsz=all", f"http://localhost:{MONITOR}/")
    return _container(facts.images.exporter, facts.exporter_limits, None, args, hardened=False)


def alone(facts: Facts, server: str) -> Object:
    """For a pod of its own. Given the server's name, it starts also while the server is away.

    With `-use_internal_server_id` it would ask the server for an id first, and until it has one answer neither scrapes
    nor SIGTERM (prometheus-nats-exporter 0.20.1, main.go; tests/pods/test_exporter.py).
    """
    url = f"http://{server}.{facts.names.workload}:{MONITOR}/"
    args = (f"-jsz={facts.exporter_jsz}", f"{server},{url}")
    limits, go_limit = facts.exporter_limits, facts.exporter_go_memory_limit
    return _container(facts.images.exporter, limits, go_limit, args, hardened=True)


@shared
def _container(
    image: str, limits: tuple[str, str], go_limit: str | None, args: tuple[str, ...], *, hardened: bool
) -> Object:
    return {
        "name": "metrics",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "args": [*FLAGS, *args],
        **({"env": [{"name": "GOMEMLIMIT", "value": go_limit}]} if go_limit else {}),
        "ports": [{"name": "metrics", "containerPort": METRICS, "protocol": "TCP"}],
        "resources": sidecar_resources(*limits),
        "securityContext": security_context(hardened=hardened),
    }
