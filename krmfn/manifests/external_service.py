"""The Service for clients outside of the cluster."""

from __future__ import annotations

from krmfn.natsconf.server import CLIENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object


EXTERNAL = "-external"
"""How the name of the Service ends."""


def build(facts: Facts) -> Object:
    """Ready servers only. The target is a number: pods of another version may call the port otherwise."""
    stated = facts.service or {}
    optional = ("loadBalancerClass", "externalTrafficPolicy")
    port = {
        "name": "client",
        "port": stated.get("port", CLIENT),
        "targetPort": CLIENT,
        "protocol": "TCP",
        "appProtocol": "tcp",
    }
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": facts.metadata(
            f"{facts.names.workload}{EXTERNAL}", {**facts.annotations, **stated.get("annotations", {})}
        ),
        "spec": {
            "type": stated["type"],
            "selector": facts.selector,
            "ports": [{**port, **({"nodePort": stated["nodePort"]} if "nodePort" in stated else {})}],
            **{name: stated[name] for name in optional if name in stated},
            **({"loadBalancerSourceRanges": stated["sourceRanges"]} if stated.get("sourceRanges") else {}),
        },
    }
