"""What a real scheduler did after a loss, a drain, a change of size: krmfn says the same (rig/dynamic.json)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from krmfn.topology.layout import Layout, Zone
from krmfn.topology.placement import placements, room
from krmfn.topology.scheduler import Scheduler
from krmfn.topology.simulation import Simulation
from krmfn.topology.streams import majority
from tests.topology.rig import DECLARED, alike, layout_of_nodes, rows, spread_of

if TYPE_CHECKING:
    from pathlib import Path

    from krmfn.topology.simulation import View

Scene = dict[str, Any]


@pytest.fixture(scope="module")
def scenes(shared: Path) -> list[Scene]:
    return rows(shared, "dynamic.json")


def of_kind(scenes: list[Scene], kind: str) -> list[Scene]:
    found = [scene for scene in scenes if scene["id"].split("/")[0] == kind]
    assert found, kind
    return found


def counts_of(step: dict[str, Any], layout: Layout) -> tuple[int, ...]:
    return tuple(step["up"].get(zone.name, 0) for zone in layout.zones)


def scheduler_of(scene: Scene) -> Scheduler:
    return Scheduler(spread_of(scene["rule"], scene["size"]), layout_of_nodes(scene["layout"]))


def test_every_install_is_one_of_the_placements(scenes: list[Scene]):
    for scene in scenes:
        scheduler = scheduler_of(scene)
        layout, size = scheduler.layout, scene["size"]
        install = scene["steps"][0]
        found = {alike(counts, layout) for counts in placements(size, scheduler.spread, layout)}
        assert alike(counts_of(install, layout), layout) in found, scene["id"]
        assert install["pending"] == size - room(size, scheduler.spread, layout), scene["id"]


def test_a_lost_zone_takes_its_servers_and_what_is_left_restarts_as_predicted(scenes: list[Scene]):
    for scene in of_kind(scenes, "loss"):
        scheduler, size = scheduler_of(scene), scene["size"]
        install, lost, *rest = scene["steps"]
        counts = counts_of(install, scheduler.layout)
        zone = [z.name for z in scheduler.layout.zones].index(lost["do"].split()[1])
        without = scheduler.without(zone)
        assert lost["running"] == sum(counts) - counts[zone], scene["id"]
        after = without.restarted(counts)
        assert rest[-2]["running"] == sum(after) == scene["running after restarts"], scene["id"]
        assert scene["quorum after restarts"] == (sum(after) >= majority(size)), scene["id"]
        back = list(after)
        scheduler.schedule(back, counts)
        assert (sum(back) == size) == scene["all back with the zone"], scene["id"]


def test_the_view_of_a_placement_says_the_same_as_the_scene(scenes: list[Scene]):
    for scene in of_kind(scenes, "loss"):
        size, layout = scene["size"], layout_of_nodes(scene["layout"])
        what = Simulation(size, layout, lambda n, rule=scene["rule"]: spread_of(rule, n))
        install = sorted(scene["steps"][0]["up"].values())
        view = next(v for v in (what.even, what.worst) if sorted(v.counts) == install)
        lost = size - scene["steps"][1]["running"]
        losses = [loss for loss in view.zones if loss.lost == lost]
        assert losses, scene["id"]
        for loss in losses:
            assert loss.left == scene["steps"][1]["running"]
            assert loss.quorum == scene["steps"][1]["quorum"]
            assert loss.restarted == scene["running after restarts"]


def drained(view: View, zone: str) -> tuple[bool | None, int]:
    drain = next(drain for drain in view.drains if drain.zone == zone)
    return drain.completes, drain.left


@pytest.mark.parametrize("kind", ["drain", "surge"])
def test_a_server_of_a_drained_node_moves_or_waits_as_predicted(scenes: list[Scene], kind: str):
    for scene in of_kind(scenes, kind):
        layout, size = layout_of_nodes(scene["layout"]), scene["size"]
        if kind == "surge":
            layout = Layout(tuple(Zone(zone.name, (zone.nodes or 0) + 1) for zone in layout.zones), DECLARED)
        what = Simulation(size, layout, lambda n, rule=scene["rule"]: spread_of(rule, n))
        assert len(what.even.drains) == len(scene["layout"]), scene["id"]
        stuck: set[str] = set()
        gone: dict[str, int] = {}
        for step in scene["steps"]:
            if not step["do"].startswith("cordon "):
                continue
            node = step["do"].split()[1].rstrip(",")
            completes, left = drained(what.even, node[0])
            gone[node] = gone.get(node, 0) + 1
            assert step["pending"] == (0 if completes else gone[node]), scene["id"]
            if gone[node] == 1 and not completes:  # the rig deletes a second server too, a disruption budget does not
                assert step["running"] == left, scene["id"]
            stuck.update([node[0]] if step["pending"] else [])
        assert stuck == {node[0] for node in scene["nodes whose pod had nowhere to go"]}, scene["id"]
        assert stuck == {drain.zone for drain in what.even.drains if not drain.completes}, scene["id"]


def test_a_late_zone_is_waited_for_by_the_cap_and_not_by_preference(scenes: list[Scene]):
    for scene in of_kind(scenes, "late"):
        size, early = scene["size"], layout_of_nodes(scene["layout"])
        nodes = len(scene["layout"]["a"])
        layout = Layout((*early.zones, Zone("c", nodes)), DECLARED)
        what = Simulation(size, layout, lambda n, rule=scene["rule"]: spread_of(rule, n))
        assert scene["pending at install"] == size - what.late_zone, scene["id"]
        before = (*counts_of(scene["steps"][0], early), 0)
        ends = Scheduler(spread_of(scene["rule"], size), layout).grown(before, size)
        assert counts_of(scene["steps"][1], layout) in ends, scene["id"]
        assert {size - sum(end) for end in ends} == {scene["pending after"]}, scene["id"]


def test_scaling_ends_in_a_placement_between_the_best_and_the_worst(scenes: list[Scene]):
    for scene in of_kind(scenes, "scale"):
        scheduler, size = scheduler_of(scene), scene["size"]
        to = int(scene["steps"][1]["do"].split()[1])
        what = Simulation(size, scheduler.layout, lambda n, rule=scene["rule"]: spread_of(rule, n))
        scaled = next(scaled for scaled in what.scaled if scaled.size == to)
        after = counts_of(scene["steps"][1], scheduler.layout)
        assert max(scaled.best) <= max(after) <= max(scaled.worst), scene["id"]
        assert scaled.pending == scene["pending after"], scene["id"]
        if to > size:
            before = counts_of(scene["steps"][0], scheduler.layout)
            assert after in Scheduler(spread_of(scene["rule"], to), scheduler.layout).grown(before, to), scene["id"]


def test_a_rolling_update_brings_every_server_back_to_its_zone(scenes: list[Scene]):
    for scene in of_kind(scenes, "rolling"):
        scheduler = scheduler_of(scene)
        counts = counts_of(scene["steps"][0], scheduler.layout)
        assert (scheduler.restarted(counts) == counts) == scene["completed"], scene["id"]
        assert counts_of(scene["steps"][1], scheduler.layout) == counts, scene["id"]


def test_zones_without_room_give_the_worst_placement_that_is_told(scenes: list[Scene]):
    for scene in of_kind(scenes, "full"):
        layout, size = layout_of_nodes(scene["layout"]), scene["size"]
        what = Simulation(size, layout, lambda n, rule=scene["rule"]: spread_of(rule, n))
        assert alike(counts_of(scene["steps"][0], layout), layout) in {alike(c, layout) for c in what.placements}
        assert not what.survives, scene["id"]
        assert max(what.worst.counts) >= max(counts_of(scene["steps"][0], layout)), scene["id"]
