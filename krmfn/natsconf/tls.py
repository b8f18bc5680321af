"""TLS of clients and of routes, from the group `tls`: its blocks, and the files that must be mounted for them."""

from __future__ import annotations

from krmfn.natsconf.tree import Block

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.natsconf.tree import Value

DIR = "/etc/nats-tls"
ROUTE_TIMEOUT = 5
"""Seconds for the handshake of a route; with nats-server's 2 s, servers under load at a rolling restart fail often."""
CERTIFICATE, KEY, CA = "tls.crt", "tls.key", "ca.crt"
"""Keys of a Secret of type kubernetes.io/tls, and the key under which cert-manager keeps the authority."""


def client_settings(tls: dict[str, Any]) -> dict[str, Value]:
    """`tls` of the port of clients, and whether clients without TLS are let in as well."""
    clients = tls.get("clients")
    if clients is None:
        return {}
    verify = clients.get("verify", "none")
    settings: dict[str, Value] = _files(tls, "clients", needs_ca=verify != "none")
    if verify != "none":
        settings["verify_and_map" if verify == "map" else "verify"] = True
    names = {"timeout": "timeout", "minVersion": "min_version", "handshakeFirst": "handshake_first"}
    settings |= {names[key]: clients[key] for key in names if key in clients}
    if clients.get("pinned"):
        settings["pinned_certs"] = list(clients["pinned"])
    plain: dict[str, Value] = {"allow_non_tls": True} if clients.get("required") is False else {}
    return {"tls": Block(settings), **plain}


def route_settings(tls: dict[str, Any]) -> dict[str, Value]:
    """`tls` of the cluster block, once the files are mounted in every pod. nats-server verifies both ends."""
    routes = tls.get("routes")
    if routes is None or routes["stage"] != "active":
        return {}
    return {"tls": Block({**_files(tls, "routes", needs_ca=True), "timeout": ROUTE_TIMEOUT})}


def _files(tls: dict[str, Any], name: str, *, needs_ca: bool) -> dict[str, Value]:
    ca = _ca_file(tls, name)
    return {
        "cert_file": f"{DIR}/{name}/{CERTIFICATE}",
        "key_file": f"{DIR}/{name}/{KEY}",
        **({"ca_file": ca} if needs_ca else {}),
    }


def _ca_file(tls: dict[str, Any], name: str) -> str:
    for folder, holder in ((f"{name}-ca", tls[name]), ("ca", tls)):
        if "ca" in holder:
            return f"{DIR}/{folder}/{holder['ca'].get('key', CA)}"
    return f"{DIR}/{name}/{CA}"


def sources(tls: dict[str, Any], workload: str) -> dict[str, tuple[str, str]]:
    """Folder below DIR -> (`secret` or `configMap`, name) of everything that is mounted."""
    found: dict[str, tuple[str, str]] = {}
    for name in ("clients", "routes"):
        if name in tls:
            found[name] = ("secret", secret_name(tls, name, workload))
    for folder, holder in (("ca", tls), ("clients-ca", tls.get("clients")), ("routes-ca", tls.get("routes"))):
        if holder is not None and "ca" in holder:
            kind = "secret" if "secret" in holder["ca"] else "configMap"
            found[folder] = (kind, holder["ca"][kind])
    return found


def secret_name(tls: dict[str, Any], name: str, workload: str) -> str:
    """The Secret with the certificate of clients or routes."""
    return str(tls[name].get("secret", f"{workload}-{name}-tls"))
