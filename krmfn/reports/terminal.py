"""Data on standard output, findings as lines of text, colored where that is wanted."""

from __future__ import annotations

import os

from krmfn.model.finding import ERROR, INFO, WARNING, dotted
from krmfn.model.text import counted
from krmfn.reports.findings import place, text
from krmfn.streams import CHUNK, complain, write_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from krmfn.model.finding import Finding
    from krmfn.model.fix import Fix
    from krmfn.model.objects import ObjectRef

STDOUT, STDERR = 1, 2
_COLORS = {ERROR: "\x1b[31m", WARNING: "\x1b[33m", INFO: "\x1b[36m"}
_PLAIN = "\x1b[0m"


def put(data: str, status: int = 0) -> int:
    """Write to standard output, whole. Returns `status`, or 1 when not every byte could be written."""
    return 1 if put_bytes(data.encode()) else status


def put_bytes(data: bytes) -> int:
    """Write a part of the data; 1 when not every byte could be written, else 0."""
    try:
        write_all(STDOUT, data)
    except BrokenPipeError:
        return 1
    except OSError as why:
        complain(f"error: standard output cannot be written: {why.strerror} [write-failed]\n")
        return 1
    return 0


def put_parts(parts: Iterable[str], status: int = 0) -> int:
    """The same for a text that comes in parts and may not fit into memory."""
    waiting: list[str] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= CHUNK:
            if put_bytes("".join(waiting).encode()):
                return 1
            waiting.clear()
            size = 0
    return put("".join(waiting), status)


def stream(documents: Iterable[str]) -> str:
    """Documents as a stream; each begins with `---`, so that streams put together with `>>` stay apart."""
    return "".join(f"---\n{text}" for text in documents)


def lines(findings: Iterable[Finding], *, color: bool) -> str:
    """One line a finding."""
    return "".join(f"{_colored(finding) if color else text(finding)}\n" for finding in findings)


def tallied(findings: Iterable[tuple[Finding, int, list[Finding]]], *, color: bool) -> str:
    """One line a finding; below it how many more of its code there are and where the first of them is."""
    return "".join(lines([one], color=color) + more(one, count, places) for one, count, places in findings)


def more(one: Finding, count: int, others: Sequence[Finding]) -> str:
    """How many more findings of a code there are, and where the first of them is; "" for none."""
    if not count:
        return ""
    places = ", ".join(dict.fromkeys(place(other).rstrip(": ") for other in others))
    where = f", first in {places}" if places else ""
    return f"  and {counted(count, 'more finding')} [{one.code}]{where}\n"


def is_colored(when: str | None, descriptor: int) -> bool:
    """Whether `--color` asks for color; `auto` and None: on a terminal that can, unless NO_COLOR is set."""
    if when in ("always", "never"):
        return when == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return os.isatty(descriptor)


def _colored(finding: Finding) -> str:
    where, line = place(finding), text(finding)
    rest = line[len(where) + len(finding.severity) :]
    return f"{where}{_COLORS[finding.severity]}{finding.severity}{_PLAIN}{rest}"


def reference(one: ObjectRef) -> dict[str, str | None]:
    """An object as JSON output names it; null where it has no namespace."""
    return {
        "apiVersion": one.api_version,
        "kind": one.kind,
        "namespace": one.namespace or None,
        "name": one.name,
    }


def row(finding: Finding) -> dict[str, Any]:
    """A finding as JSON output has it, with the keys that the documentation promises; what is not known is null."""
    one = finding.object
    return {
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
        "object": reference(one) if one else None,
        "field": finding.field or None,
        "file": finding.file,
        "line": finding.line,
        "proposed": finding.proposed,
        "fix": _edit(finding.fix) if finding.fix is not None else None,
    }


def _edit(fix: Fix) -> dict[str, Any]:
    """A fix as JSON output has it; `value` is null where it is not shown, or a field goes."""
    return {"operation": fix.operation, "field": dotted(fix.path), "value": fix.value, "safe": fix.safe}
