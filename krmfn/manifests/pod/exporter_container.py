"""The Prometheus exporter, which reads a server's monitoring port."""

from __future__ import annotations

from krmfn.cluster.sidecars import sidecar_resources
from krmfn.manifests.pod.container_security import security_context
from krmfn.model.objects import Shared, shared
from krmfn.natsconf.server import METRICS, MONITOR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object

FLAGS = (f"-port={METRICS}", "-connz", "-routez", "-subz", "-varz", "-healthz", "-prefix=nats")


def sidecar(facts: Facts) -> Object:
    """The operator's container beside the server."""
    args = [*FLAGS, "-use_internal_server_id", "-jsz=all", f"http://localhost:{MONITOR}/"]
    return {**_head(facts.images.exporter), "args": args, **_rest((*facts.exporter_limits, None), None, hardened=False)}


def alone(facts: Facts, server: str) -> Object:
    """For a pod of its own. Given the server's name, it starts also while the server is away.

    With `-use_internal_server_id` it would ask the server for an id first, and until it has one answer neither scrapes
    nor SIGTERM (prometheus-nats-exporter 0.20.1, main.go; tests/pods/test_exporter.py).
    """
    url = f"{server},http://{server}.{facts.names.workload}:{MONITOR}/"
    rest = _rest((*facts.exporter_limits, facts.disk), facts.exporter_go_memory_limit, hardened=True)
    return {**_head(facts.images.exporter), "args": [*FLAGS, f"-jsz={facts.exporter_jsz}", url], **rest}


def _head(image: str) -> Object:
    return {"name": "metrics", "image": image, "imagePullPolicy": "IfNotPresent"}


@shared
def _rest(limits: tuple[str, str, str | None], go_limit: str | None, *, hardened: bool) -> Object:
    return {
        **({"env": [_env(go_limit)]} if go_limit else {}),
        "ports": [_PORT],
        "resources": sidecar_resources(*limits),
        "securityContext": security_context(hardened=hardened),
    }


@shared
def _env(go_limit: str) -> Object:
    return {"name": "GOMEMLIMIT", "value": go_limit}


_PORT = Shared({"name": "metrics", "containerPort": METRICS, "protocol": "TCP"})
