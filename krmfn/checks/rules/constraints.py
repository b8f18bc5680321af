"""Constraints that many rules share: what must be there, bounds of numbers, names, fields that exclude each other."""

from __future__ import annotations

from krmfn.model.finding import error
from krmfn.model.fix import replaced
from krmfn.model.names import is_dns_label, is_dns_subdomain
from krmfn.model.text import quotable, shown
from krmfn.model.usage import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object


LARGEST_ID = 2**31 - 1
"""The largest user or group id (apimachinery, maxUserID)."""
_IANA = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_KEY = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def needed(value: Object, path: FieldPath, *names: str) -> Iterator[Finding]:
    """Fields that must be there and hold something: an empty text, list or map is as good as none."""
    for name in names:
        if value.get(name) in (None, "", [], {}):
            yield error(
                "schema-missing", f"the field {name} is required and must not be empty; write it", (*path, name)
            )


def between(value: Object, path: FieldPath, least: int, most: int | None, *names: str) -> Iterator[Finding]:
    """Numbers that must be at least and, unless None, at most so large. What is absent or no number is left out."""
    for name in names:
        number = value.get(name)
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            continue
        bounds = f"{least} or more" if most is None else f"{least} to {most}"
        if number < least:
            yield error("below-minimum", f"{number} is too small; write {bounds}", (*path, name), number)
        elif most is not None and number > most:
            yield error("above-maximum", f"{number} is too large; write {bounds}", (*path, name), number)


def port(value: Object, path: FieldPath, name: str) -> Iterator[Finding]:
    """A port: its number, or its name in a container."""
    target = value.get(name)
    if isinstance(target, str):
        yield from port_name(target, (*path, name))
    else:
        yield from between(value, path, 1, 65535, name)


def port_name(text: str, path: FieldPath) -> Iterator[Finding]:
    """A name of a container's port (RFC 6335)."""
    ends = text[:1] == "-" or text[-1:] == "-" or "--" in text
    if not text or len(text) > 15 or not _IANA.issuperset(text) or ends or text.strip("0123456789-") == "":
        advice = 'write at most 15 of a-z, 0-9 and "-", with a letter, and no "-" at an end or twice'
        yield error("invalid-name", f'"{shown(text)}" is not a name of a port; {advice}', path, shown(text))


def label(value: Object, path: FieldPath, *names: str) -> Iterator[Finding]:
    """RFC 1123 labels; an absent or empty one is left out."""
    advice = 'write at most 63 of a-z, 0-9 and "-", no "-" at an end'
    return _named(value, path, names, is_dns_label, advice)


def subdomain(value: Object, path: FieldPath, *names: str) -> Iterator[Finding]:
    """RFC 1123 subdomains; an absent or empty one is left out."""
    advice = 'write at most 253 of a-z, 0-9, "-" and ".", with a letter or digit at each end'
    return _named(value, path, names, is_dns_subdomain, advice)


def _named(
    value: Object, path: FieldPath, names: tuple[str, ...], is_valid: Callable[[str], bool], advice: str
) -> Iterator[Finding]:
    for name in names:
        text = value.get(name)
        if isinstance(text, str) and text and not is_valid(text):
            yield _invalid(text, advice, (*path, name))


def _invalid(text: str, advice: str, path: FieldPath) -> Finding:
    lower = text.strip().lower().replace("_", "-").replace(" ", "-")
    meant = lower if lower != text and is_dns_label(lower) else None
    value_text = f'"{shown(text)}" is not a name; {f"write {meant}" if meant else advice}'
    return error("invalid-name", value_text, path, shown(text), replaced(path, meant))


def key_name(text: str, path: FieldPath) -> Iterator[Finding]:
    """A key of a ConfigMap or Secret."""
    if not text or len(text) > 253 or not _KEY.issuperset(text) or text == "." or text.startswith(".."):
        advice = 'write at most 253 letters, digits, "-", "_" and ".", not "." and not ".." at the start'
        yield error("invalid-name", f'"{shown(text)}" is not a key of a ConfigMap or Secret; {advice}', path)


def exactly_one(value: Object, path: FieldPath, choices: Sequence[str], what: str) -> Iterator[Finding]:
    """Fields of which one must be set and no other may be."""
    found = [name for name in choices if value.get(name) is not None]
    if not found:
        few = listed(tuple(choices)) if len(choices) <= 8 else f"{', '.join(choices[:8])} and others"
        yield error("schema-missing", f"{what} is missing; write one of {few}", path)
    yield from at_most_one(value, path, choices)


def at_most_one(value: Object, path: FieldPath, choices: Sequence[str]) -> Iterator[Finding]:
    """Fields of which no two may be set."""
    found = tuple(name for name in choices if value.get(name) is not None)
    if len(found) > 1:
        text = f"only one of {listed(found)} may be set; remove the others"
        yield error("schema-conflict", text, (*path, found[1]))


def is_address(text: str) -> bool:
    """Whether a text is an IPv4 or IPv6 address."""
    from ipaddress import ip_address

    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def addresses(value: Object, path: FieldPath, name: str, *, besides: tuple[str, ...] = ()) -> Iterator[Finding]:
    """A list of IP addresses."""
    for index, text in enumerate(value.get(name) or ()):
        if isinstance(text, str) and text not in besides and not is_address(text):
            yield error("schema-pattern", f"{value_text(text)} is not an IP address; write one", (*path, name, index))


def networks(value: Object, path: FieldPath, name: str) -> Iterator[Finding]:
    """A block of addresses, or a list of them."""
    found = value.get(name)
    pairs = [((*path, name, index), one) for index, one in enumerate(found)] if isinstance(found, list) else []
    for at, text in pairs or [((*path, name), found)]:
        if isinstance(text, str) and not _is_network(text.strip()):
            yield error(
                "schema-pattern", f"{value_text(text)} is not a block of addresses; write one such as 10.0.0.0/8", at
            )


def _is_network(text: str) -> bool:
    from ipaddress import ip_network

    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def one_of(
    value: Object, path: FieldPath, name: str, choices: Sequence[str], *, empty: bool = True
) -> Iterator[Finding]:
    """A text that must be one of a few; absent is right, and `empty` says whether an empty one is."""
    text = value.get(name)
    if isinstance(text, str) and text not in choices and (text or not empty):
        yield error(
            "schema-enum",
            f"{value_text(text)} is not a value of this field; write {listed(tuple(choices))}",
            (*path, name),
        )


def forbidden(value: Object, path: FieldPath, name: str, why: str) -> Iterator[Finding]:
    """A field that may not be set here."""
    if value.get(name) not in (None, "", [], {}):
        yield error("schema-conflict", f"{name} may not be set {why}; remove it", (*path, name))


def value_text(value: Any) -> str:
    """A value as a message may show it."""
    return quotable(value) or "this value"


def maps(value: Object, name: str) -> list[Object]:
    """The maps of a list, with what is not a map as an empty one, so that indices hold."""
    items = value.get(name)
    return [item if isinstance(item, dict) else {} for item in items] if isinstance(items, list) else []


def inner(value: Object, name: str) -> Object:
    """The map of a field, empty where there is none."""
    item = value.get(name)
    return item if isinstance(item, dict) else {}
