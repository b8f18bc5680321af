"""The lines of the texts in which findings are."""

from __future__ import annotations

from krmfn.sources.source import FileOrigin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from krmfn.model.finding import Finding
    from krmfn.sources.source import Source


def source_lines(sources: Iterable[Source]) -> Callable[[Finding], str | None]:
    """The text of the line at which a finding is, by file and line; None where no document of a file has it."""
    starts: dict[str | None, list[tuple[int, str]]] = {}
    for one in sources:
        if isinstance(one.origin, FileOrigin):
            starts.setdefault(one.origin.file, []).append((one.origin.first, one.text))

    def line_of(finding: Finding) -> str | None:
        for first, text in starts.get(finding.file, ()):
            rows = text.split("\n")
            if finding.line and first <= finding.line < first + len(rows):
                return rows[finding.line - first].rstrip("\r")
        return None

    return line_of
