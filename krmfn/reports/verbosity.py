"""Which findings are printed: with -q the errors, with -v all of them, else those that ask for something."""

from __future__ import annotations

from krmfn.model.finding import ERROR, Findings
from krmfn.model.text import counted
from krmfn.model.usage import Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krmfn.model.finding import Finding

NOTHING_TO_DO = (
    "file-store-headroom",
    "memory-store-size",
    "server-tags-absent",
    "unbuilt-steps",
    "zone-loss-survived",
    "zones-from-nodes",
)
"""Infos whose advice begins with "Nothing." in the catalog; a test holds the two equal."""


class Verbosity:
    """What `-q` and `-v` ask for. Raises Usage for both together."""

    __slots__ = ("quiet", "verbose")

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        if quiet and verbose:
            raise Usage("-q and -v contradict each other; write one of them")
        self.quiet = quiet
        self.verbose = verbose

    def shown(self, findings: Iterable[Finding]) -> Findings:
        """Those that are printed as text."""
        return Findings(filter(self.shows, findings))

    def shows(self, one: Finding) -> bool:
        """Whether a finding is printed as text."""
        return self.verbose or one.severity == ERROR or not (self.quiet or one.code in NOTHING_TO_DO)

    def rest(self, hidden: int) -> str:
        """The line about infos that are not printed."""
        return (
            f"{counted(hidden, 'info')} hidden; -v shows {'it' if hidden == 1 else 'them'}\n"
            if hidden and not self.quiet
            else ""
        )
