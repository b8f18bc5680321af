"""Fixes are made in memory, and the result is read and judged again: what does not help is not kept."""

from __future__ import annotations

import os

from krmfn.fixes.plan import Plan, candidates
from krmfn.model.finding import ERROR
from krmfn.model.fix import RENAME
from krmfn.sources.trees import Disk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from krmfn.fixes.plan import Proposal
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath
    from krmfn.rendering.pipeline import PipelineResult
    from krmfn.sources.trees import Tree

    Place = tuple[str | None, int | None, int | None, FieldPath, str]

MOST_ROUNDS = 20
"""A fix can show what was hidden behind its fault, such as the fields of an object whose kind was misspelled."""


class Overlay(Disk):
    """The files on the disk, some of them with other contents; `before` are those that were there, by real path."""

    __slots__ = ("before", "changed")

    def __init__(self) -> None:
        super().__init__()
        self.before: dict[str, bytes] = {}
        self.changed: dict[str, bytes] = {}

    def contents(self, real: str) -> bytes:
        """See Tree."""
        changed = self.changed.get(os.path.realpath(real)) if self.changed else None
        return super().contents(real) if changed is None else changed

    def change(self, changed: dict[str, bytes], before: dict[str, bytes]) -> None:
        """Give files other contents than those `before`, which were read of them."""
        for real in changed:
            self.before.setdefault(real, before[real])
        self.changed |= changed


class FixResult:
    """The `applied` proposals, `result` as it is with them, and what else could be fixed.

    `remaining` are proposals for findings of the result that were not made, each with why.
    """

    __slots__ = ("applied", "remaining", "result", "tree")

    def __init__(
        self, applied: list[Proposal], remaining: list[Proposal], result: PipelineResult, tree: Overlay
    ) -> None:
        self.applied = applied
        self.remaining = remaining
        self.result = result
        self.tree = tree


def fix(judge: Callable[[Tree], PipelineResult], *, unsafe: bool) -> FixResult:
    """Make every fix that helps; `judge` reads and checks the input in a tree. Nothing is written."""
    attempt = _Attempt(judge)
    for _ in range(MOST_ROUNDS):
        if not attempt.improve(unsafe=unsafe):
            break
    return FixResult(attempt.applied, attempt.proposals(), attempt.result, attempt.tree)


class _Attempt:
    """The input as it is with the fixes made so far."""

    def __init__(self, judge: Callable[[Tree], PipelineResult]) -> None:
        self.judge = judge
        self.tree = Overlay()
        self.result = judge(self.tree)
        self.applied: list[Proposal] = []
        self.rejected: dict[Place, str] = {}
        self.plan = Plan(self.result, self.tree)

    def proposals(self) -> list[Proposal]:
        """What could be fixed now, each with why it was rejected."""
        for one in self.plan.proposals:
            one.refused = one.refused or self.rejected.get(_place(one.finding), "")
        return self.plan.proposals

    def improve(self, *, unsafe: bool) -> bool:
        """Make all fixes at once, or the first one that helps where not all do; False where none does."""
        chosen = candidates([one for one in self.proposals() if not one.refused], unsafe=unsafe)
        if not chosen:
            return False
        return any(self.keep(group) for group in ([chosen] if len(chosen) > 1 else []) + [[one] for one in chosen])

    def keep(self, group: list[Proposal]) -> bool:
        """Make some fixes, unless they do harm; a single one that does is rejected."""
        changed = self.plan.changed(group)
        after = Overlay()
        after.changed = self.tree.changed | changed
        judged = self.judge(after)
        wrong = _objection(group, self.result.findings, judged.findings)
        if wrong:
            if len(group) == 1:
                self.rejected[_place(group[0].finding)] = wrong
            return False
        self.tree.change(changed, self.plan.data)
        self.applied += group
        self.result, self.plan = judged, Plan(judged, self.tree)
        return True


def _objection(made: Sequence[Proposal], before: Sequence[Finding], after: Sequence[Finding]) -> str:
    """Why edits may not stay: a finding that is still there, or an error that they caused; "" for none.

    A safe fix means what was written, so that an error elsewhere was only hidden before. What any other causes counts.
    """
    places = {_place(finding) for finding in after}
    if any(one.fix.operation != RENAME and _place(one.finding) in places for one in made):
        return "the fix would not help"
    known = {(_place(finding), finding.message) for finding in before}
    for finding in after:
        is_new = finding.severity == ERROR and (_place(finding), finding.message) not in known
        if is_new and any(not one.fix.safe or _is_within(finding, one) for one in made):
            return f"the fix would lead to another error [{finding.code}]"
    return ""


def _is_within(finding: Finding, one: Proposal) -> bool:
    """Whether an error is about the value that a fix wrote."""
    is_same = _place(finding)[:3] == _place(one.finding)[:3]
    return is_same and one.fix.operation != RENAME and finding.path[: len(one.fix.path)] == one.fix.path


def _place(finding: Finding) -> Place:
    return finding.file, finding.index, finding.item, finding.path, finding.code
