"""What the group `tls` must keep beyond its types."""

from __future__ import annotations

from krmfn.model.names import is_dns_subdomain
from krmfn.natsconf.formats import is_duration
from krmfn.natsconf.references import is_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.model.objects import FieldPath
    from krmfn.natsconf.overrides import GroupFault


_FINGERPRINT = 64
"""Hexadecimal digits of a SHA-256."""
_GROUP, _ISSUERS = "cert-manager.io", ("Issuer", "ClusterIssuer")
"""The webhook of cert-manager takes no other kind of its own group."""
_NAME = "not an object name; write lower case letters, digits, - and ."


def check(tls: dict[str, Any]) -> Iterator[GroupFault]:
    """Every fault of the group by itself."""
    yield from _check_ca(tls.get("ca"), ("ca",))
    for name in ("clients", "routes"):
        if name in tls:
            yield from _check_listener(tls[name], name, has_ca="ca" in tls)
    if not tls.keys() & {"clients", "routes"}:
        yield "tls-without-certificate", "nothing has a certificate; write clients or routes, or remove tls", None, ()


def _check_listener(listener: dict[str, Any], name: str, *, has_ca: bool) -> Iterator[GroupFault]:
    path: FieldPath = (name,)
    if "secret" not in listener and "certificate" not in listener:
        text = "no certificate is set, so no client could connect; set secret, or certificate for cert-manager"
        yield "tls-without-certificate", text, None, path
    if "secret" in listener and not is_dns_subdomain(listener["secret"]):
        yield "invalid-name", _NAME, None, (*path, "secret")
    yield from _check_ca(listener.get("ca"), (*path, "ca"))
    verifies = name == "routes" or listener.get("verify", "none") != "none"
    if verifies and not (has_ca or "ca" in listener or "certificate" in listener):
        text = "peer certificates are verified, but no certificate authority is set; write ca"
        yield "tls-without-ca", text, None, path
    if "certificate" in listener:
        yield from _check_certificate(listener["certificate"], (*path, "certificate"))
    yield from _check_duration(listener, "timeout", path)
    for number, pin in enumerate(listener.get("pinned", ())):
        if len(pin) != _FINGERPRINT or not set(pin) <= set("0123456789abcdef"):
            text = f"not a SHA-256 fingerprint; write {_FINGERPRINT} digits of 0-9 and a-f"
            yield "invalid-fingerprint", text, None, (*path, "pinned", number)


def _check_ca(ca: dict[str, Any] | None, path: FieldPath) -> Iterator[GroupFault]:
    if ca is None:
        return
    sources = [source for source in ("secret", "configMap") if source in ca]
    if len(sources) != 1:
        yield "tls-without-ca", "exactly one source is needed; write secret or configMap", None, path
    for source in sources:
        if not is_dns_subdomain(ca[source]):
            yield "invalid-name", _NAME, None, (*path, source)
    if not is_key(ca.get("key", "ca.crt")):
        yield "invalid-name", "not a key of a Secret; write letters, digits, - _ and .", None, (*path, "key")


def _check_certificate(certificate: dict[str, Any], path: FieldPath) -> Iterator[GroupFault]:
    issuer = certificate["issuer"]
    if not is_dns_subdomain(issuer["name"]):
        yield "invalid-name", _NAME, None, (*path, "issuer", "name")
    if not is_dns_subdomain(issuer.get("group", _GROUP)):
        yield "invalid-name", "not an API group; write one such as cert-manager.io", None, (*path, "issuer", "group")
    kind = issuer.get("kind", "Issuer")
    if issuer.get("group", _GROUP) == _GROUP and kind not in _ISSUERS:
        meant = next((one for one in _ISSUERS if one.lower() == kind.lower()), None)
        yield (
            "unsupported-value",
            "not a kind of cert-manager; write Issuer or ClusterIssuer, or set the group of another issuer",
            meant,
            (*path, "issuer", "kind"),
        )
    elif not kind.isalnum():
        yield "invalid-name", "not a kind; write letters and digits", None, (*path, "issuer", "kind")
    for number, host in enumerate(certificate.get("hosts", ())):
        if not is_dns_subdomain(host.removeprefix("*.")):
            yield "invalid-name", "not a DNS name; write one such as nats.example.com", None, (*path, "hosts", number)
    for name in ("duration", "renewBefore"):
        yield from _check_duration(certificate, name, path)


def _check_duration(holder: dict[str, Any], name: str, path: FieldPath) -> Iterator[GroupFault]:
    if name in holder and not is_duration(holder[name]):
        yield "conf-duration", "not a duration; write a number and a unit, such as 5s", None, (*path, name)
