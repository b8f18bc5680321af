"""The chart's own syntax for nats.conf: `<< text >>` is printed without quotes, `x$include` is an include."""

from __future__ import annotations

from krmfn.natsconf.parser import SUFFIXES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

INCLUDE = "$include"
_HASHES = ("$2a$", "$2b$", "$2x$", "$2y$")
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def raw_of(value: Any) -> str | None:
    """What is between `<<` and `>>`; None for any other value."""
    if isinstance(value, str) and value.startswith("<< ") and value.endswith(" >>") and value[3:-3].strip():
        return value[3:-3].strip()
    return None


def is_hash(value: Any) -> bool:
    """Whether a value is a bcrypt hash, in quotes or not."""
    text = raw_of(value) or value
    return isinstance(text, str) and text.startswith(_HASHES)


def variable_in(value: Any) -> str | None:
    """The environment variable that a value is; None for any other value."""
    raw = raw_of(value) or ""
    return raw[1:] if raw.startswith("$") and not is_hash(value) else None


def plain(value: Any) -> Any:
    """A value as nats-server reads it: a number with a unit as a number, a word as a text.

    Raises ValueError, with the reason, for what only the chart can print.
    """
    if isinstance(value, dict):
        if any(str(name).endswith(INCLUDE) for name in value):
            raise ValueError(
                "an include of a file that the chart's pods mount; write {secret, key, variable} in spec.conf"
            )
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    raw = raw_of(value)
    if raw is None:
        return value
    if raw.startswith("$"):
        text = (
            "its value comes from an environment variable, which never reloads, and opens the server when it is empty"
        )
        raise ValueError(f"{text}; write {{secret, key, variable}} in spec.conf")
    return _typed(raw)


def _typed(raw: str) -> str | int | bool:
    if raw.lower() in _WORDS:
        return _WORDS[raw.lower()]
    digits = len(raw) - len(raw.lstrip("0123456789"))
    unit = SUFFIXES.get(raw[digits:].lower())
    return int(raw[:digits]) * unit if digits and unit is not None else raw.strip('"')
