"""`krmfn.diff`: the command `krmfn diff` for two states in memory."""

from __future__ import annotations

from krmfn.comparison.comparison import Side, compare
from krmfn.library.inputs import input_of, plain, stated_of
from krmfn.model.finding import Findings
from krmfn.reports.changes import as_data, as_text
from krmfn.reports.changes_markdown import as_markdown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.comparison.comparison import Comparison
    from krmfn.library.inputs import Objects
    from krmfn.library.settings import Settings
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object


class Difference:
    """What a step does to a running cluster: `worst` is its strongest class, "none" for no change.

    `clusters`, `changes`, `refused` and `unjudged` are those lists of `krmfn diff -o json`, and `findings` everything
    else. Where a state cannot be read or compared (`failed`) there are no changes, and `worst` is None: that is never
    "no change".
    """

    __slots__ = ("_comparison", "changes", "clusters", "findings", "refused", "unjudged", "worst")

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison
        data = as_data(comparison)
        self.findings: list[Finding] = Findings([*comparison.findings, *comparison.unjudged]).in_order()
        self.changes: list[Object] = plain(data["changes"])
        self.clusters: list[Object] = plain(data["clusters"])
        self.refused: list[Object] = plain(data["refused"])
        self.unjudged: list[Object] = plain(data["unjudged"])
        self.worst = comparison.worst

    @property
    def failed(self) -> bool:
        """Whether a state could not be read or compared."""
        return self._comparison.is_failed

    def is_refused(self, fail_on: str | None = None) -> bool:
        """Whether `krmfn diff --fail-on` would fail: a change of this class, or a stronger one, that no NATS allows.

        None: any change at all. True also for a state that cannot be read or compared.
        """
        return self.failed or self._comparison.is_refused(fail_on)

    def to_text(self) -> str:
        """What `krmfn diff` prints; "" where the states cannot be compared."""
        return "" if self.failed else as_text(self._comparison, color=False)

    def to_markdown(self) -> str:
        """What `krmfn diff -o markdown` prints; "" where the states cannot be compared."""
        return "" if self.failed else as_markdown(self._comparison)


def diff(
    old: Objects,
    new: Objects,
    settings: Settings | None = None,
    *,
    old_settings: Settings | None = None,
    namespace: str = "",
) -> Difference:
    """The changes from one state to another.

    Args:
        old: NATS to render, rendered objects or a dump of live ones, given as `nats` of `render`.
        new: The same for the new state.
        settings: The same as `--config`, for both states.
        old_settings: Other settings for the old state. None: `settings`.
        namespace: The namespace of objects that have none.

    Returns:
        Every change with its class. Bad input is an error finding, not an exception.

    Raises:
        TypeError: An argument is of a type that is not named above.
    """
    sides = []
    for given, stated in ((old, old_settings if old_settings is not None else settings), (new, settings)):
        found = input_of(given)
        sides.append(Side(found, "/", stated_of(stated, found, namespace)))
    return Difference(compare(sides[0], sides[1], namespace))
