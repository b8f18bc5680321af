"""Selectors and labels: the pods that a selector finds, and the selectors that find a pod, by an index."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    Pair = tuple[str, str]


def matches(selector: Any, labels: Any) -> bool:
    """Whether a LabelSelector (`matchLabels`, `matchExpressions`) finds labels; an empty one finds all, None nothing.

    An expression that cannot be read finds nothing.
    """
    if not isinstance(selector, dict):
        return False
    own = labels if isinstance(labels, dict) else {}
    wanted, rows = selector.get("matchLabels") or {}, selector.get("matchExpressions") or []
    if not isinstance(wanted, dict) or not isinstance(rows, list):
        return False
    return all(own.get(name) == value for name, value in wanted.items()) and all(_holds(row, own) for row in rows)


def finds(selector: Any, labels: Any) -> bool:
    """Whether the plain map of a Service finds labels; an empty or absent one finds nothing."""
    return isinstance(selector, dict) and bool(selector) and matches({"matchLabels": selector}, labels)


def _holds(row: Any, labels: dict[str, Any]) -> bool:
    if not isinstance(row, dict):
        return False
    key, operator, values = row.get("key"), row.get("operator"), row.get("values")
    values = values if isinstance(values, list) else []
    if not isinstance(key, str):
        return False
    if operator == "In":
        return labels.get(key) in values
    if operator == "NotIn":
        return labels.get(key) not in values
    return (operator == "Exists" and key in labels) or (operator == "DoesNotExist" and key not in labels)


def frozen(value: Any) -> Any:
    """A value of an object as one that can be a key; two are equal where the values are."""
    if isinstance(value, dict):
        return frozenset((key, frozen(item)) for key, item in value.items())
    return tuple(map(frozen, value)) if isinstance(value, list) else value


class Labelled:
    """Things by their labels. Time to find some grows with those that have one of the wanted labels, not with all."""

    __slots__ = ("_by_label", "_every")

    def __init__(self, labelled: Iterable[tuple[Any, Any]] = ()) -> None:
        self._every: list[tuple[Any, Any]] = []
        self._by_label: dict[Pair, list[tuple[Any, Any]]] = {}
        for labels, thing in labelled:
            self.add(labels, thing)

    def add(self, labels: Any, thing: Any) -> None:
        """Add a thing with its labels."""
        row = (labels, thing)
        self._every.append(row)
        for pair in _pairs(labels):
            self._by_label.setdefault(pair, []).append(row)

    def found_by(self, selector: Any) -> list[Any]:
        """The things that a LabelSelector finds, in the order in which they were added."""
        rows = self._every
        for pair in _pairs(selector.get("matchLabels") if isinstance(selector, dict) else None):
            rows = min(rows, self._by_label.get(pair, []), key=len)
        return [thing for labels, thing in rows if matches(selector, labels)]


class Selectors:
    """Selectors with what they belong to: which of them find a pod. They are LabelSelectors, or, where `plain`, maps.

    A map of labels is what a Service has. Time grows with the selectors that have a label of the pod as their rarest
    one, not with all.
    """

    __slots__ = ("_by_label", "_rows")

    def __init__(self, selecting: Iterable[tuple[Any, Any]], *, plain: bool = True) -> None:
        rows = ((_as_selector(selector) if plain else selector, thing) for selector, thing in selecting)
        self._rows = [row for row in rows if isinstance(row[0], dict)]
        counts: dict[Pair, int] = {}
        for selector, _ in self._rows:
            for pair in _pairs(selector.get("matchLabels")):
                counts[pair] = counts.get(pair, 0) + 1
        self._by_label: dict[Pair | None, list[int]] = {}
        for number, (selector, _) in enumerate(self._rows):
            rarest = min(_pairs(selector.get("matchLabels")), key=counts.__getitem__, default=None)
            self._by_label.setdefault(rarest, []).append(number)

    def finding(self, labels: Any) -> list[Any]:
        """The owners of the selectors that find these labels, in the order in which they were given."""
        near = [number for pair in (None, *_pairs(labels)) for number in self._by_label.get(pair, ())]
        return [self._rows[number][1] for number in sorted(near) if matches(self._rows[number][0], labels)]


def _as_selector(labels: Any) -> Any:
    """The map of a Service as a LabelSelector; None for one that finds nothing."""
    return {"matchLabels": labels} if isinstance(labels, dict) and labels else None


def _pairs(labels: Any) -> Iterator[Pair]:
    """Key and value of the labels that are strings: only an equal string matches such a one."""
    if isinstance(labels, dict):
        yield from ((key, value) for key, value in labels.items() if isinstance(value, str))
