"""Zones and nodes of a test cluster, and where the servers are found in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Layout:
    """Zones in order and the number of nodes of each; `2+1` has two nodes in zone a and one in b."""

    def __init__(self, text: str, cordoned: str = "", *, labelled: bool = True) -> None:
        """`cordoned` names the zones whose nodes take no new pods; without `labelled` no node says its zone."""
        self.text, self.cordoned, self.labelled = text, cordoned, labelled
        self.zones = {chr(ord("a") + n): int(count) for n, count in enumerate(text.split("+"))}

    def nodes(self) -> Iterator[tuple[str, str]]:
        """Zone and name of each node."""
        for zone, count in self.zones.items():
            for number in range(count):
                yield zone, f"{zone}{number}"

    def __str__(self) -> str:
        return self.text + (f" {self.cordoned} cordoned" if self.cordoned else "") + ("" if self.labelled else " bare")


class Placement:
    """Pods of each zone and of each node, and how many no node would take."""

    def __init__(self, zones: dict[str, int], nodes: dict[str, int], pending: int) -> None:
        self.zones, self.nodes, self.pending = zones, nodes, pending

    @property
    def shape(self) -> str:
        """`2/2/1`: pods per zone, largest first; ` P1`: one is pending; ` n2`: two share a node."""
        most = max(self.nodes.values())
        text = "/".join(str(count) for count in sorted(self.zones.values(), reverse=True))
        return text + (f" P{self.pending}" if self.pending else "") + (f" n{most}" if most > 1 else "")
