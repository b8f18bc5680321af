"""The step from what an earlier render left to what is rendered now: refused where it destroys, unless it is meant."""

from __future__ import annotations

from krmfn.core.objects import ALLOW
from krmfn.hosts import annotations as notes
from krmfn.hosts.manual_fields import manual_fields
from krmfn.impact.allowed import codes_of, findings
from krmfn.impact.compare import changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krmfn.core.finding import Finding
    from krmfn.core.objects import Object
    from krmfn.hosts.program import Rendered
    from krmfn.hosts.source import Source


def check_steps(steps: Iterable[tuple[Rendered, Object, Object]]) -> Iterator[Finding]:
    """Findings about (CR, old child, new child): errors, or warnings where the CR's annotation allows them.

    Fields that were added by hand are a warning.

    The old children come from a file that anybody can edit, so one that is not in order says nothing.
    """
    by_cr: dict[int, tuple[Rendered, list[Object], list[Object]]] = {}
    for one, old, new in steps:
        _, before, after = by_cr.setdefault(id(one), (one, [], []))
        before.append(old)
        after.append(new)
    for one, before, after in by_cr.values():
        codes, _ = allowed_by(one.source)
        for finding in (*findings(changes(before, after), codes), *manual_fields(before, after)):
            yield one.source.place(finding)


def allowed_by(source: Source) -> tuple[list[str], list[Finding]]:
    """The codes that a CR's annotation allows, and warnings about words there that are none."""
    if ALLOW not in source.text:
        return [], []
    codes, wrong = codes_of(notes.of(source.value()).get(ALLOW))
    return codes, [source.place(finding) for finding in wrong]
