"""What the group `server` must keep beyond its types."""

from __future__ import annotations

from krmfn.model.quantity import NotAQuantity, Quantity
from krmfn.model.text import quotable
from krmfn.natsconf.checks import SHORTEST_LAME_DUCK, seconds
from krmfn.natsconf.formats import is_address, is_duration
from krmfn.natsconf.server_keys import DEFAULT_LAME_DUCK, SIZES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.model.objects import FieldPath
    from krmfn.natsconf.overrides import GroupFault


_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
_SYNC = ("jetStream", "syncInterval")
LONGEST_NAME = 63
LARGEST_OF = {"maxPayload": 2**31 - 1, "maxControlLine": 2**31 - 1}
"""Sizes that the server holds in 32 bits (server/opts.go); others may have 63."""
_DURATIONS: tuple[FieldPath, ...] = (("writeDeadline",), ("pingInterval",), ("jetStream", "limits", "duplicateWindow"))


def check(server: dict[str, Any]) -> Iterator[GroupFault]:
    """Every fault that shows without the NATS."""
    yield from _check_name(server.get("namePrefix"), ("namePrefix",), "east-", empty=True)
    yield from _check_name(_at(server, ("jetStream", "domain")), ("jetStream", "domain"), "hub")
    for size in SIZES:
        yield from _check_size(_at(server, size), size)
    for time in _DURATIONS:
        yield from _check_time(_at(server, time), time)
    yield from _check_time(_at(server, _SYNC), _SYNC, "1m, or always", also="always")
    yield from _check_address(server.get("clientAdvertise"))
    yield from _check_lame_duck(server.get("lameDuck", {}))


def _at(value: Any, path: FieldPath) -> Any:
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _shown(value: Any) -> str:
    return quotable(value) or "the value"


def _check_name(name: str | None, path: FieldPath, example: str, *, empty: bool = False) -> Iterator[GroupFault]:
    if name is None or (empty and not name):
        return
    if not name or len(name) > LONGEST_NAME or not _NAME.issuperset(name):
        text = f"{_shown(name)} is not a name; write at most {LONGEST_NAME} letters, digits, - and _, such as {example}"
        yield "invalid-name", text, None, path


def _check_time(
    value: str | None, path: FieldPath, example: str = "10s or 2m", also: str | None = None
) -> Iterator[GroupFault]:
    if value is None or value == also:
        return
    if not is_duration(value) or not any(digit in value for digit in "123456789"):
        text = f"{_shown(value)} is not a duration above 0; write a number and a unit, such as {example}"
        yield "conf-duration", text, None, path


def _check_size(value: Any, path: FieldPath) -> Iterator[GroupFault]:
    if value is None:
        return
    try:
        size = Quantity(value).whole()
    except NotAQuantity:
        size = None
    largest = LARGEST_OF.get(str(path[-1]), 2**63 - 1)
    if size is None or not 0 < size <= largest:
        text = f"{_shown(value)} is not a whole number of bytes from 1 to {largest}; write a size such as 8Mi"
        yield "not-a-quantity", text, None, path


def _check_address(address: str | None) -> Iterator[GroupFault]:
    if address is None:
        return
    if not is_address(address):
        text = "the value is not an address; write host:port, such as nats.example.com:4222"
        yield "invalid-address", text, None, ("clientAdvertise",)


def _check_lame_duck(stated: dict[str, str]) -> Iterator[GroupFault]:
    both = {**DEFAULT_LAME_DUCK, **stated}
    times = {name: seconds(text) for name, text in both.items()}
    for name, time in times.items():
        if time is None:
            text = f"{_shown(both[name])} is not a duration in whole s, m or h; write one such as 120s"
            yield "conf-duration", text, None, ("lameDuck", name)
    long, short = times["duration"], times["grace"]
    if long is not None and long < SHORTEST_LAME_DUCK:
        shortest = f"{SHORTEST_LAME_DUCK}s"
        text = f"{both['duration']} is below {shortest}, and nats-server would not start; write {shortest} or more"
        yield "conf-lame-duck", text, None, ("lameDuck", "duration")
    elif long is not None and short is not None and short >= long:
        text = f"a grace of {both['grace']} is not shorter than the duration of {both['duration']}; write a shorter one"
        yield "conf-lame-duck", text, None, ("lameDuck", "grace" if "grace" in stated else "duration")
