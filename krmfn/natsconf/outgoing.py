"""What nats.conf makes servers connect to, beside the routes of their cluster."""

from __future__ import annotations

from krmfn.natsconf.settings import by_name, in_lower_case

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    from krmfn.natsconf.tree import Block

    Connection: TypeAlias = tuple[str, int, str]

_LEAF, _GATEWAY, _SYSLOG = 7422, 7222, 514
"""Ports where a URL names none (nats-server: server/const.go; logger/syslog.go)."""
_OF_SCHEMES = {"ws": 80, "wss": 443, "http": 80, "https": 443}


def connections(conf: Block) -> Iterator[Connection]:
    """(setting, port, TCP or UDP) of leaf node remotes, gateways, the account resolver and the remote system log.

    What only an included file, a variable or a certificate (OCSP) names is not seen.
    """
    top = by_name("", conf)
    for setting, block, rows, port in (
        ("leafnodes.remotes", "leafnodes", "remotes", _LEAF),
        ("gateway.gateways", "gateway", "gateways", _GATEWAY),
    ):
        for row in _listed(by_name(block, top.get(block)).get(rows)):
            remote = in_lower_case(row)
            proxy = in_lower_case(remote.get("proxy"))
            urls = [proxy["url"]] if "url" in proxy else [*_listed(remote.get("url")), *_listed(remote.get("urls"))]
            yield from _ports(setting, urls, port)
    resolver = top.get("resolver")
    if isinstance(resolver, str) and resolver.upper().startswith("URL("):
        yield from _ports("resolver", [resolver[4:].rstrip(")").strip("\"' ")], 0)
    yield from _ports("remote_syslog", [top.get("remote_syslog")], _SYSLOG)


def _ports(setting: str, urls: list[Any], default: int) -> Iterator[Connection]:
    for url in urls:
        if isinstance(url, str):
            scheme, _, rest = url.rpartition("://")
            authority = rest.partition("/")[0].rpartition("@")[2]
            digits = authority.rpartition(":")[2] if not authority.endswith("]") else ""
            named = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 5 else None
            port = named if named is not None else _OF_SCHEMES.get(scheme.lower(), default)
            if port:
                yield setting, port, "UDP" if scheme.lower() == "udp" else "TCP"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
