"""Certificates of cert-manager for clients and routes, with every name by which a server is called."""

from __future__ import annotations

from krmfn.natsconf.tls import secret_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object

_USAGES = ("digital signature", "key encipherment", "server auth")


def build(facts: Facts) -> list[Object]:
    """One for each listener whose certificate cert-manager makes."""
    tls = facts.tls or {}
    return [_certificate(facts, tls, name) for name in ("clients", "routes") if "certificate" in tls.get(name, {})]


def _certificate(facts: Facts, tls: dict[str, Any], name: str) -> Object:
    """A server opens routes too, so the certificate of routes is one of a client as well."""
    stated = tls[name]["certificate"]
    issuer = stated["issuer"]
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": facts.metadata(f"{facts.names.workload}-{name}"),
        "spec": {
            "secretName": secret_name(tls, name, facts.names.workload),
            "dnsNames": [*_hosts(facts, name), *stated.get("hosts", ())],
            **{key: stated[key] for key in ("duration", "renewBefore") if key in stated},
            "usages": [*_USAGES, *(["client auth"] if name == "routes" else [])],
            "issuerRef": {
                "name": issuer["name"],
                "kind": issuer.get("kind", "Issuer"),
                "group": issuer.get("group", "cert-manager.io"),
            },
        },
    }


def _hosts(facts: Facts, name: str) -> list[str]:
    """Every spelling of the Services' names and of the servers' below the headless one."""
    headless = facts.names.workload
    services = [facts.names.client, headless, f"*.{headless}"] if name == "clients" else [f"*.{headless}"]
    space = facts.namespace
    ends = ["", f".{space}", f".{space}.svc", f".{space}.svc.{facts.cluster_domain}"] if space else [""]
    return [f"{service}{end}" for service in services for end in ends]
