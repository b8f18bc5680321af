"""The server's configuration file."""

from __future__ import annotations

from krmfn.natsconf.server import server_conf
from krmfn.natsconf.tree import conf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object


def build(facts: Facts) -> Object:
    """Mounted into the pods; the config-reloader signals a running server when it changes."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": facts.metadata(facts.names.config),
        "data": {"nats.conf": conf(facts.once(server_conf))},
    }
