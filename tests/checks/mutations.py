"""Single random mutations of objects, the same for the same seed: what a slip of the hand makes of a manifest."""

from __future__ import annotations

import copy
import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Object = dict[str, Any]
Place = tuple[Any, Any, Any]
"""A container, the key or index in it, and the value there."""
LEFT_ALONE = ("apiVersion", "kind", "namespace")
"""They choose where an object is sent."""
NUMBERS = (-1, 0, 70000, 2**31, 2**63)


def mutants(objects: list[Object], count: int, seed: int) -> Iterator[tuple[str, Object]]:
    """Each with the name of the mutation and its place, for the message of a test that fails."""
    chance = random.Random(seed)
    made = 0
    while made < count:
        obj = copy.deepcopy(chance.choice(objects))
        mutation = chance.choice(MUTATIONS)
        places = [place for place in _places(obj, ()) if place[1][-1] not in LEFT_ALONE]
        place = chance.choice(places)
        container, path, value = place
        if mutation(container, path[-1], value, chance):
            made += 1
            where = ".".join(map(str, path))
            yield f"{obj.get('kind')} {mutation.__name__} {where}", obj


def _places(value: Any, path: tuple[Any, ...]) -> Iterator[Place]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        yield value, (*path, key), item
        yield from _places(item, (*path, key))


def misspell(container: Any, key: Any, value: Any, chance: random.Random) -> bool:
    """Two letters of a key swapped, or one left out or doubled."""
    if not isinstance(key, str) or len(key) < 3:
        return False
    at = chance.randrange(1, len(key) - 1)
    wrong = chance.choice(
        [
            key[:at] + key[at + 1] + key[at] + key[at + 2 :],
            key[:at] + key[at + 1 :],
            key[:at] + key[at] + key[at:],
        ]
    )
    if wrong == key or wrong in container:
        return False
    del container[key]
    container[wrong] = value
    return True


def remove(container: Any, key: Any, _value: Any, _chance: random.Random) -> bool:
    """A field or an entry left out."""
    del container[key]
    return True


def retype(container: Any, key: Any, value: Any, chance: random.Random) -> bool:
    """A value of another type."""
    choices = [one for one in ("text", 7, True, [], {}, ["text"], {"a": "b"}, 1.5) if type(one) is not type(value)]
    container[key] = chance.choice(choices)
    return True


def recase(container: Any, key: Any, value: Any, chance: random.Random) -> bool:
    """Other capitals in a text."""
    if not isinstance(value, str):
        return False
    wrong = chance.choice([value.lower(), value.upper(), value.title(), value.swapcase()])
    container[key] = wrong
    return wrong != value


def add(_container: Any, _key: Any, value: Any, chance: random.Random) -> bool:
    """A field that is not there in the original."""
    if not isinstance(value, dict):
        return False
    name = chance.choice(["extra", "name", "enabled", "replicas", "labels", "type", "value", "image", "port"])
    if name in value:
        return False
    value[name] = chance.choice(["text", 3, True, {}])
    return True


def duplicate(_container: Any, _key: Any, value: Any, chance: random.Random) -> bool:
    """An entry of a list twice."""
    if not isinstance(value, list) or not value:
        return False
    value.append(copy.deepcopy(chance.choice(value)))
    return True


def outsize(container: Any, key: Any, value: Any, chance: random.Random) -> bool:
    """A number that is negative, zero or too large."""
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    container[key] = chance.choice([number for number in NUMBERS if number != value])
    return True


def empty(container: Any, key: Any, value: Any, _chance: random.Random) -> bool:
    """A value that holds nothing."""
    if not value or isinstance(value, (bool, int, float)):
        return False
    container[key] = type(value)()
    return True


def garble(container: Any, key: Any, value: Any, chance: random.Random) -> bool:
    """A text with a character that does not belong there, or another end."""
    if not isinstance(value, str) or not value:
        return False
    wrong = chance.choice([f"{value} ", f"-{value}", f"{value}_", f"{value}/x", value[:-1], f"{value}é", value * 70])
    container[key] = wrong
    return True


MUTATIONS = (misspell, remove, retype, recase, add, duplicate, outsize, empty, garble)
