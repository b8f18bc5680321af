"""Encryption of the streams on disk, from the group `encryption`."""

from __future__ import annotations

from krmfn.natsconf.tree import Variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.natsconf.tree import Value


def encryption_settings(encryption: dict[str, Any]) -> dict[str, Value]:
    """`key`, `prev_key` and `cipher` of the jetstream block."""
    settings: dict[str, Value] = {"key": Variable(variable_of(encryption["keyFrom"]))}
    if "previousKeyFrom" in encryption:
        settings["prev_key"] = Variable(variable_of(encryption["previousKeyFrom"]))
    if "cipher" in encryption:
        settings["cipher"] = encryption["cipher"]
    return settings


def variable_of(source: dict[str, Any]) -> str:
    """The variable that a file defines, called after its Secret and key: another file is seen to be another key."""
    plain = f"JS_KEY_{source['secret']}_{source['key'].removesuffix('.conf')}".upper()
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in plain)


def key_files(encryption: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(Secret, key, variable) of each file."""
    for name in ("keyFrom", "previousKeyFrom"):
        if name in encryption:
            source = encryption[name]
            yield source["secret"], source["key"], variable_of(source)
