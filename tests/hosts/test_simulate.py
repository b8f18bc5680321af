"""`krmfn simulate`, through the real program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from krmfn.cli.table import ZONE_LOSSES
from krmfn.cluster.environment import Node
from krmfn.cluster.settings import Settings
from krmfn.topology.layout import Layout, Zone, layout_of, numbered
from krmfn.topology.placement import placements
from krmfn.topology.rules import required_spread, spread
from krmfn.topology.simulation import Simulation
from krmfn.topology.verdict import SURVIVED, VERDICTS, verdict
from tests.calls import krmfn
from tests.effort import at_most
from tests.topology.sharing import by_node

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calls import Called

NODE = "---\napiVersion: v1\nkind: Node\nmetadata:\n  name: {0}\n  labels: {{topology.kubernetes.io/zone: {1}}}\n"


def cr(size: int, name: str = "nats") -> str:
    head = "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\n"
    return f"{head}metadata: {{name: {name}, namespace: shop}}\nspec: {{cluster: {{size: {size}}}}}\n"


def simulate(folder: Path, text: str, *more: str) -> Called:
    (folder / "nats.yaml").write_text(text)
    return krmfn("simulate", "-f", folder / "nats.yaml", *more)


def parsed(called: Called) -> list[dict[str, Any]]:
    return list(json.loads(called.out))


@pytest.mark.parametrize(
    ("size", "settings", "status"),
    [
        (3, ("zones=a,b,c",), 0),
        (5, ("zones=4",), 0),
        (5, ("zones=5",), 0),
        (5, ("zones=3",), 1),
        (7, ("zones=3",), 1),
        (3, ("zones=3", "zoneSpread=preferred"), 1),
        (3, ("zones=3", "zoneSpread=off"), 1),
        (1, ("zones=3",), 1),
        (3, ("zones=2",), 1),
        (3, ("zones=1",), 1),
        (3, (), 1),
    ],
)
def test_status_0_says_that_every_placement_keeps_its_quorum_through_the_loss_of_any_one_zone(
    size: int, settings: tuple[str, ...], status: int, tmp_path: Path
):
    given = [word for one in settings for word in ("--set", one)]
    called = simulate(tmp_path, cr(size), "-o", "json", *given)
    assert called.status == status, called
    (one,) = parsed(called)
    worst = one["simulation"] and one["simulation"]["worst"]["survivesAnyZone"]
    assert (status == 0) == (worst is True)
    code = one["verdict"]["code"]
    if status:
        assert simulate(tmp_path, cr(size), *given, "--accept", code).status == 0
        others = [word for one in ZONE_LOSSES if one != code for word in ("--accept", one)]
        assert simulate(tmp_path, cr(size), *given, *others).status == 1


def test_every_resource_must_have_an_accepted_verdict(tmp_path: Path):
    both = cr(5) + "---\n" + cr(1, "one-nats")
    accept = ["--accept", "zone-loss-full-zone", "--accept", "zone-spread-single-server"]
    assert simulate(tmp_path, both, "--set", "zones=3", *accept).status == 0
    assert simulate(tmp_path, both, "--set", "zones=3", *accept[:2]).status == 1
    assert simulate(tmp_path, both, "--set", "zones=3", *accept[2:]).status == 1


def test_what_can_be_accepted_is_every_verdict_but_the_good_one():
    nodes = {"a": Node("a"), "b": Node("b"), "c": Node("c", taints=[("a", "", "NoSchedule")])}
    layouts = [None, Layout(()), *map(numbered, range(1, 5)), layout_of(("a", "b", "c"), nodes)[0]]
    said = {
        verdict(size, mode, spread(size, Settings(zone_spread=mode), layout)[0], layout).code
        for size in (1, 3, 5, 7)
        for mode in ("auto", "preferred", "off")
        for layout in layouts
    }
    assert said == {SURVIVED, *ZONE_LOSSES} == set(VERDICTS)


def test_a_verdict_that_does_not_exist_cannot_be_accepted(tmp_path: Path):
    called = simulate(tmp_path, cr(3), "--accept", "zone-unknown")
    assert (called.status, called.out) == (2, "")
    assert "zones-unknown" in called.err
    assert simulate(tmp_path, cr(3), "--accept", "").status == 2


MATRIX = """\
5 servers, quorum 3 of 5; zones a, b, c

  even:  2 in a, 2 in b, 1 in c
  worst: 3 in a, 1 in b, 1 in c

  lost                              even       worst
  zone a                            3 of 5 ok  2 of 5 NO QUORUM
  zone b                            3 of 5 ok  4 of 5 ok
  zone c                            4 of 5 ok  4 of 5 ok
  a node of zone a                  4 of 5 ok  2 of 5 NO QUORUM
  a node of zones b, c              4 of 5 ok  4 of 5 ok
  drain of a node of zones a, b, c  4 of 5 ok  4 of 5 ok

  streams  even     worst
  R1       0 of 5   0 of 5
  R3       4 of 10  3 of 10
  R5       1 of 1   0 of 1

"""


def test_the_verdict_comes_first_then_one_matrix_of_losses_then_the_streams(tmp_path: Path):
    called = simulate(tmp_path, cr(5), "--set", "zones=a,b,c")
    first, rest = called.out.split("\n", 1)
    assert first.startswith("NATS shop/nats: 2/2/1 survives")
    assert first.endswith("[zone-loss-full-zone]")
    assert rest.startswith(MATRIX)
    legend = rest.removeprefix(MATRIX).splitlines()
    assert [line.partition(":")[0] for line in legend] == ["even", "R1, R3, R5"]


def test_one_column_is_enough_where_the_worst_placement_is_the_even_one(tmp_path: Path):
    lines = simulate(tmp_path, cr(3), "--set", "zones=3").out.splitlines()
    assert "  even:  1 in zone-1, 1 in zone-2, 1 in zone-3" in lines
    assert "  zone-1, zone-2, zone-3                     2 of 3 ok" in lines
    assert "  R3       1 of 1" in lines


def test_a_loss_of_quorum_is_red_only_where_color_is_wanted(tmp_path: Path):
    given = ("--set", "zones=3", "--set", "zoneSpread=preferred")
    plain = simulate(tmp_path, cr(3), *given).out
    assert plain.count(" NO QUORUM") == 2
    assert "\x1b" not in plain
    colored = simulate(tmp_path, cr(3), *given, "--color", "always").out
    assert colored.count("\x1b[31mNO QUORUM\x1b[0m") == 2
    assert colored.replace("\x1b[31m", "").replace("\x1b[0m", "") == plain


def test_full_tables_tell_rule_placements_losses_and_other_sizes(tmp_path: Path):
    called = simulate(tmp_path, cr(5), "--set", "zones=a,b,c", "-v")
    lines = called.out.splitlines()
    assert MATRIX in called.out
    assert "rule: zones required (maxSkew 2, minDomains 3), hosts preferred" in lines
    assert "placements by zone: 3/1/1, 2/2/1" in lines
    assert "even placement: 2 in a, 2 in b, 1 in c" in lines
    assert "worst placement: 3 in a, 1 in b, 1 in c" in lines
    rows = [line.split("  ") for line in lines[20:] if line.startswith("  zone a")]
    assert [[cell.strip() for cell in row if cell] for row in rows] == [
        ["zone a", "3 of 5", "quorum", "3 of 5", "7 of 10", "1 of 1", "3 run"],
        ["zone a", "2 of 5", "lost", "2 of 5", "3 of 10", "0 of 1", "2 run"],
    ]
    assert (
        "with a zone missing at install: 4 of 5 run and 1 waits for it; until then a new cluster has no leader, and"
        " those that run are not Ready and restart every quarter of an hour" in lines
    )
    assert "scaled to 3: 1/1/1, at worst 2/1" in lines
    assert "scaled to 7: 3/2/2, at worst 4/2/1" in lines


def test_the_verdict_is_said_once_and_the_other_findings_go_to_standard_error(tmp_path: Path):
    called = simulate(tmp_path, cr(3), "--set", "zones=3")
    assert "zone-loss-survived" not in called.err
    assert "[secret-not-among-items]" in called.err
    assert called.out.count("[zone-loss-survived]") == 1


def test_nodes_tell_what_a_drain_does(tmp_path: Path):
    nodes = "".join(
        NODE.format(f"n{zone}{i}", zone) for zone, count in (("a", 2), ("b", 1), ("c", 1)) for i in range(count)
    )
    short = simulate(tmp_path, cr(3) + nodes).out.splitlines()
    assert "  drain of a node of zone a      2 of 3 ok" in short
    assert "  drain of a node of zones b, c  2 of 3 ok, waits" in short
    assert short[-1].startswith("waits: ")
    called = simulate(tmp_path, cr(3) + nodes, "-v")
    assert "zones a (2 nodes), b (1 node), c (1 node)" in called.out
    assert "those of a move to another node (2 run meanwhile, quorum)" in called.out
    assert "those of b, c wait until the node takes pods again (2 run meanwhile, quorum)" in called.out
    assert "2 run, the others on another node" in called.out
    assert "3 zones and their nodes taken from 4 Node items" in called.err


def test_nodes_without_a_zone_and_closed_ones_are_told(tmp_path: Path):
    node = "---\napiVersion: v1\nkind: Node\nmetadata: {name: x}\nspec: {unschedulable: true}\n"
    free = "---\napiVersion: v1\nkind: Node\nmetadata: {name: free}\n"
    called = simulate(tmp_path, cr(1) + node + free + NODE.format("n1", "a"))
    assert "zones (none) (2 nodes, 1 cordoned), a (1 node)" in called.out
    only = simulate(tmp_path, cr(3) + free, "-v")
    assert "a node of no zone" in only.out
    assert "[zones-unknown]" in only.out


def test_nothing_is_claimed_of_a_lost_zone_where_no_node_has_a_zone(tmp_path: Path):
    nodes = "".join(f"---\napiVersion: v1\nkind: Node\nmetadata:\n  name: {name}\n" for name in "ab")
    called = simulate(tmp_path, cr(3) + nodes, "--set", "istio=false", "-v")
    assert called.status == 1, called
    assert "  R3       -" in called.out
    assert "\n  whichever zone" not in called.out
    assert "no zone with nodes that take pods in 2 Node items (2 without a zone label)" in called.err
    (one,) = parsed(simulate(tmp_path, cr(3) + nodes, "--set", "istio=false", "-o", "json"))
    simulation = one["simulation"]
    assert [simulation[at]["survivesAnyZone"] for at in ("even", "worst")] == [None, None]
    assert simulation["survivesAnyZone"] is None
    assert simulation["even"]["nodeLost"][0]["zone"] is None
    assert simulation["even"]["drained"][0]["zone"] is None


def test_a_number_of_zones_beside_nodes_without_any_proposes_no_zero(tmp_path: Path):
    node = "---\napiVersion: v1\nkind: Node\nmetadata:\n  name: a\n"
    called = simulate(tmp_path, cr(3) + node, "--set", "zones=3", "--set", "istio=false")
    assert "are in no zones; krmfn uses 3 and ignores the nodes: label them, or remove them" in called.err


def test_servers_without_a_place_are_told(tmp_path: Path):
    closed = NODE.format("n1", "a") + "spec: {unschedulable: true}\n"
    assert "Pending: 3 of 3" in simulate(tmp_path, cr(3) + closed).out
    called = simulate(tmp_path, cr(3) + closed, "-v")
    assert "placements by zone: 0, 3 Pending" in called.out
    assert called.status == 1


def test_a_missing_zone_does_not_matter_to_a_preferred_rule(tmp_path: Path):
    called = simulate(tmp_path, cr(3), "--set", "zones=3", "--set", "zoneSpread=preferred", "-v")
    assert "with a zone missing at install: all run in the other zones and stay there when it comes" in called.out
    assert "rule: zones and hosts preferred" in called.out
    off = simulate(tmp_path, cr(3), "--set", "zones=3", "--set", "zoneSpread=off", "-v")
    assert "rule: hosts preferred, zones not looked at" in off.out


@pytest.mark.parametrize(
    ("size", "said"), [(3, "server tags az:<zone>, unique_tag az:"), (5, "server tags az:<zone>\n")]
)
def test_server_tags_are_told(size: int, said: str, tmp_path: Path):
    assert said in simulate(tmp_path, cr(size), "--set", "zones=3", "--set", "kubernetesVersion=1.35", "-v").out


def test_unknown_zones_are_told_with_what_to_give(tmp_path: Path):
    called = simulate(tmp_path, cr(3))
    assert "zones not known (set zones, or add the cluster's Node objects to -f)" in called.out
    (one,) = parsed(simulate(tmp_path, cr(3), "-o", "json"))
    assert (one["zones"], one["simulation"], one["verdict"]["code"]) == (None, None, "zones-unknown")


def test_many_zones_are_counted_by_what_is_in_them(tmp_path: Path):
    lines = simulate(tmp_path, cr(25), "--set", "zones=24").out.splitlines()
    assert "  even:  2 in 1 zone, 1 in each of 23 zones" in lines
    assert "  zone-2, zone-3, zone-4, zone-5, zone-6, zone-7 and 5 more" in "\n".join(lines)


def test_many_placements_are_cut_in_text_and_whole_in_json(tmp_path: Path):
    settings = ("--set", "zones=7", "--set", "zoneSpread=preferred", "-v")
    assert " more\n" in simulate(tmp_path, cr(9), *settings).out
    (one,) = parsed(simulate(tmp_path, cr(9), *settings, "-o", "json"))
    assert len(one["simulation"]["placements"]) == 28
    assert "and at least 988 more" in simulate(tmp_path, cr(33), *settings).out


def test_json_tells_the_same_as_the_table(tmp_path: Path):
    (one,) = parsed(simulate(tmp_path, cr(5), "-o", "json", "--set", "zones=a,b,c"))
    assert (one["namespace"], one["name"], one["size"], one["majority"]) == ("shop", "nats", 5, 3)
    assert one["rule"]["maxSkew"] == 2
    assert one["zones"][0] == {"name": "a", "nodes": None, "cordoned": 0, "tainted": 0}
    even = one["simulation"]["even"]
    assert even["servers"] == {"a": 2, "b": 2, "c": 1}
    assert even["streamsThatSurviveAnyZone"]["R3"] == {"keep": 4, "of": 10}
    assert even["zoneLost"][2] == {
        "zone": "c",
        "lost": 1,
        "left": 4,
        "quorum": True,
        "streams": {"R1": {"keep": 4, "of": 5}, "R3": {"keep": 10, "of": 10}, "R5": {"keep": 1, "of": 1}},
        "runningAfterRestarts": 4,
        "lostStartElsewhere": False,
    }
    assert one["simulation"]["worst"]["zoneLost"][1]["runningAfterRestarts"] == 3
    assert one["simulation"]["scaled"][0] == {"size": 3, "best": [1, 1, 1], "worst": [2, 1, 0], "pending": 0}
    assert one["simulation"]["runningWithAZoneMissingAtInstall"] == 4


def test_several_resources_make_several_blocks_and_the_worst_status(tmp_path: Path):
    called = simulate(tmp_path, cr(3) + "---\n" + cr(5, "more-nats"), "--set", "zones=3")
    assert called.status == 1
    assert called.out.count("zone-loss-survived") == called.out.count("zone-loss-full-zone") == 1
    assert called.out.count("\nR1, R3, R5: ") == 1


@pytest.mark.parametrize(
    ("text", "settings", "code"),
    [
        (cr(4), "zones=3", "even-cluster-size"),
        (cr(3), "zones=a,a", "invalid-zones"),
        (cr(3), "zones=0", "invalid-zones"),
        (cr(3), "zones=a b", "invalid-zones"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n", "zones=3", "no-nats-cr"),
    ],
)
def test_an_error_or_no_resource_is_status_1_with_nothing_on_standard_output(
    text: str, settings: str, code: str, tmp_path: Path
):
    called = simulate(tmp_path, text, "--set", settings)
    assert (called.status, called.out) == (1, "")
    assert f"[{code}]" in called.err


def test_a_wrong_format_is_wrong_usage(tmp_path: Path):
    assert simulate(tmp_path, cr(3), "-o", "yaml").status == 2


def test_seven_servers_on_four_zones_with_forty_nodes_take_little():
    layout = Layout(tuple(Zone(name, 10) for name in "abcd"))
    with at_most(calls=10_000):
        what = Simulation(7, layout, lambda size: required_spread(size, 4))
        ways = [way for counts in placements(7, required_spread(7, 4), layout) for way in by_node(counts, layout)]
    assert len(what.placements) == 2
    assert len(ways) == 14
