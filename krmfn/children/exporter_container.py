"""The Prometheus exporter, which reads the server's monitoring port."""

from __future__ import annotations

from krmfn.children.container_security import security_context, sidecar_resources
from krmfn.core.objects import shared
from krmfn.natsconf.server import METRICS, MONITOR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.core.facts import Facts
    from krmfn.core.objects import Object


def build(facts: Facts) -> Object:
    """The operator's flags."""
    return _container(facts.images.exporter, hardened=facts.hardened)


@shared
def _container(image: str, *, hardened: bool) -> Object:
    return {
        "name": "metrics",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "args": [
            f"-port={METRICS}",
            "-connz",
            "-routez",
            "-subz",
            "-varz",
            "-healthz",
            "-prefix=nats",
            "-use_internal_server_id",
            "-jsz=all",
            f"http://localhost:{MONITOR}/",
        ],
        "ports": [{"name": "metrics", "containerPort": METRICS, "protocol": "TCP"}],
        "resources": sidecar_resources(),
        "securityContext": security_context(hardened=hardened),
    }
