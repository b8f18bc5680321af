"""What becomes of each value of a values file. Every value gets one verdict, and no verdict shows a value."""

from __future__ import annotations

from krmfn.helm.secrets import is_secret
from krmfn.helm.values import at, leaves
from krmfn.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.helm.values import ValuePlace, Values
    from krmfn.model.code import Code
    from krmfn.model.objects import FieldPath

TAKEN: Code = "helm-taken"
DEFAULT: Code = "helm-default"
REPLACED: Code = "helm-replaced"
IGNORED: Code = "helm-ignored"
INVALID: Code = "helm-invalid"
NOT_PORTABLE: Code = "helm-not-portable"
CLEAR_TEXT: Code = "clear-text-secret"
OPEN: Code = "helm-open"
"""Code of the error of a result that lets clients in without credentials, where the values ask for them."""
LOST = (IGNORED, INVALID, NOT_PORTABLE, CLEAR_TEXT)
"""Verdicts after which the result does not do what the file says. Every verdict is the code of a finding."""
KINDS = (*LOST, TAKEN, DEFAULT, REPLACED)


class Verdict(Record):
    """A value (`path`), what becomes of it (`kind`) and why (`text`).

    `unit` is the path that was checked: the value itself, or a map or list of which it is a part. `target` is where it
    went ("" for nowhere), such as `NATS spec.cluster.size`; `meant` is the real path that is nearest, or "".
    """

    kind: Code
    path: FieldPath
    unit: FieldPath
    place: ValuePlace
    text: str = ""
    target: str = ""
    meant: str = ""


def _never_secret(kind: Code, text: str, path: FieldPath, value: Any) -> tuple[Code, str]:
    """The verdict, or that about a secret: whatever becomes of a value, a secret in clear text is told as one."""
    if kind not in (CLEAR_TEXT, DEFAULT) and is_secret(path, value):
        return CLEAR_TEXT, f"a secret in clear text; change it, and keep it in a Secret{f': {text}' if text else ''}"
    return kind, text


class Ledger:
    """The values that have no verdict yet, and the verdicts that were given."""

    __slots__ = ("_below", "_files", "_open", "_places", "_tree", "verdicts")

    def __init__(self, values: Values) -> None:
        self._files = {file: number for number, file in enumerate(values.files)}
        self._places = values.places
        self._tree = values.tree
        self._open = {path: value for path, value in leaves(values.tree) if path}
        self._below: dict[FieldPath, list[FieldPath]] = {}
        for path in self._open:
            for count in range(len(path) + 1):
                self._below.setdefault(path[:count], []).append(path)
        self.verdicts: list[Verdict] = []
        for path, value, place, by in values.replaced:
            kind, text = _never_secret(REPLACED, f"replaced by {by.file}:{by.line}", path, value)
            self.verdicts.append(Verdict(kind=kind, path=path, unit=path, place=place, text=text))

    def give(self, kind: Code, unit: FieldPath, text: str = "", *, target: str = "", meant: str = "") -> None:
        """Judge all values at or below a path that have no verdict yet."""
        for path in self.open(unit):
            secret = _never_secret(kind, text, path, self._open.pop(path))
            self.verdicts.append(
                Verdict(
                    kind=secret[0],
                    path=path,
                    unit=unit,
                    place=self._places[path],
                    text=secret[1],
                    target=target,
                    meant=meant,
                )
            )

    def retract(self, unit: FieldPath) -> None:
        """Take back what was said to be taken at or below a path, since it is left out as a whole."""
        back = [one for one in self.verdicts if one.kind == TAKEN and one.path[: len(unit)] == unit]
        self.verdicts = [one for one in self.verdicts if one not in back]
        self._open |= {one.path: at(self._tree, one.path) for one in back}

    def open(self, unit: FieldPath = ()) -> list[FieldPath]:
        """The values at or below a path without a verdict, in the order of the files."""
        return [path for path in self._below.get(unit, ()) if path in self._open]

    def in_order(self) -> Iterator[Verdict]:
        """All verdicts, by file and line."""
        ranked = sorted(
            enumerate(self.verdicts),
            key=lambda row: (self._files[row[1].place.file], row[1].place.line or 0, row[0]),
        )
        return (verdict for _, verdict in ranked)
