"""Values files of Helm, as the command line names them."""

from __future__ import annotations

from krmfn.goyaml.errors import MAX_OBJECT, Unreadable
from krmfn.goyaml.reader import read, reader_of
from krmfn.goyaml.stream import decode, split
from krmfn.model.finding import dotted, error
from krmfn.model.text import nearest, shown
from krmfn.model.usage import Usage
from krmfn.sources.files import STDIN, cannot_read
from krmfn.sources.input import contents
from krmfn.streams import read_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeAlias

    from krmfn.goyaml.reading import Reading
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath

    ValuesFile: TypeAlias = tuple[str, dict[str, Any], dict[FieldPath, int]]
    """Name, values, and line by path."""

LARGEST = 4 * MAX_OBJECT
"""Characters of one file; the chart's own has 25,000."""
_OF_OBJECTS = {"HelmRelease": "spec.values", "Application": "spec.source.helm.values"}
"""Kinds that have values in them, and where."""


def read_values(names: Sequence[str], at: str | None) -> tuple[list[ValuesFile], list[Finding]]:
    """The values of each file, and what is wrong with the files. Raises Usage.

    `at` is where the values are in each file, with dots: `nats` for those of a subchart; None for the whole file.
    """
    if list(names).count(STDIN) > 1:
        raise Usage("standard input can be read only once; write - once")
    files: list[ValuesFile] = []
    findings: list[Finding] = []
    for name in names:
        shown_as = "stdin" if name == STDIN else name
        try:
            found, wrong = _read(decode(read_all(0) if name == STDIN else contents(name)), at, reader_of(name))
        except OSError as why:
            findings.append(cannot_read(shown_as, why))
            continue
        except Unreadable as why:
            findings.append(error(why.code, why.message).at(file=shown_as, line=why.line))
            continue
        findings += (one.at(file=shown_as) for one in wrong)
        if found is not None:
            files.append((shown_as, *found))
    return files, findings


def _read(
    text: str, at: str | None, read_text: Callable[[str], Reading]
) -> tuple[tuple[dict[str, Any], dict[FieldPath, int]] | None, list[Finding]]:
    """Raises Unreadable."""
    if len(text) > LARGEST:
        raise Unreadable("too-large", f"the file has more than {LARGEST >> 10} KiB; it is not a values file")
    documents = split(text)
    if len(documents) > 1:
        raise Unreadable("several-documents", "a second document starts here; Helm reads one", documents[1].line)
    if not documents:
        return ({}, {}), []
    start = documents[0].line - 1
    reading = read_text(documents[0].text)
    lines = {path: line + start for path, line in reading.lines.items()}
    if reading.problems:
        moved = ((one, (one.line or 1) + start) for one in reading.problems)
        return None, [error(one.code, one.message, one.path).at(line=line) for one, line in moved]
    value, path = reading.value, tuple(at.split(".")) if at else ()
    for count, key in enumerate(path):
        known = value if isinstance(value, dict) else {}
        if key not in known:
            meant = nearest(key, tuple(map(str, known)))
            text = f"there is nothing at --at {shown(dotted(path[: count + 1]))}"
            advice = f"did you mean {shown(dotted((*path[:count], meant)))}?" if meant else "name a key of the file"
            return None, [error("values-not-found", f"{text}; {advice}").at(line=lines.get(path[:count], 1))]
        value = known[key]
    if isinstance(value, str) and at:
        return _in_text(value, lines.get(path, 1))
    wrong = _not_values(value, at)
    if wrong is not None:
        return None, [error("not-values", wrong).at(line=lines.get(path, 1))]
    return ({} if value is None else value, {p[len(path) :]: n for p, n in lines.items() if p[: len(path)] == path}), []


def _in_text(text: str, line: int) -> tuple[tuple[dict[str, Any], dict[FieldPath, int]] | None, list[Finding]]:
    """The values in a block of text, as an Application of Argo CD has them, below the line of its key.

    Raises Unreadable.
    """
    try:
        found, wrong = _read(text, None, read)
    except Unreadable as why:
        raise Unreadable(why.code, why.message, line + (why.line or 1)) from None
    if found is None:
        return None, [one.replace(line=line + (one.line or 1)) for one in wrong]
    return (found[0], {path: line + number for path, number in found[1].items()}), []


def _not_values(value: Any, at: str | None) -> str | None:
    """Why a value is not a map of values; None for a map, and for no value."""
    if value is not None and not isinstance(value, dict):
        return "not a map of values; name a values file, or where the values are with --at"
    if not at and isinstance(value, dict) and "apiVersion" in value and "kind" in value:
        kind = value["kind"] if isinstance(value["kind"], str) else ""
        where = _OF_OBJECTS.get(kind)
        return (
            f"an object and not values; write --at {where}" if where else "an object and not values; name a values file"
        )
    return None
