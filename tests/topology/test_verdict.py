"""The one sentence about the loss of a zone, and the other findings of the zone rule."""

from __future__ import annotations

import pytest

from krmfn.cluster.cr import Spread
from krmfn.cluster.environment import StorageClass
from krmfn.cluster.settings import Settings
from krmfn.topology.layout import Layout, Zone, layout_of, numbered
from krmfn.topology.rules import check_tags, required_spread, spread
from krmfn.topology.streams import choices, kept, safe
from krmfn.topology.verdict import survives, verdict
from krmfn.topology.volumes import check_binding


def say(size: int, zones: int | None, mode: str = "auto", layout: Layout | None = None):
    layout = layout or layout_of(zones, {})[0]
    settings = Settings().replaced(zones=zones, zone_spread=mode)
    return verdict(size, mode, spread(size, settings, layout)[0], layout)


@pytest.mark.parametrize(
    ("size", "zones", "severity", "code", "part"),
    [
        (3, 3, "info", "zone-loss-survived", "(1/1/1, 2 of 3 left, quorum 2). R3 streams"),
        (3, 4, "info", "zone-loss-survived", "3 of 4 zones are used"),
        (5, 4, "info", "zone-loss-survived", "2/1/1/1, 3 of 5 left, quorum 3). R3 streams: 7 of 10"),
        (7, 4, "info", "zone-loss-survived", "2/2/2/1, 5 of 7 left"),
        (5, 5, "info", "zone-loss-survived", "1/1/1/1/1"),
        (5, 3, "warning", "zone-loss-full-zone", "one zone can hold 3 of 5"),
        (7, 3, "warning", "zone-loss-full-zone", "3 servers, or 4 zones"),
        (3, 2, "warning", "too-few-zones", "two zones: one holds 2 or more of 3 servers"),
        (5, 2, "warning", "too-few-zones", "two zones: one holds 3 or more of 5 servers"),
        (3, 1, "warning", "too-few-zones", "it holds all 3 servers"),
        (3, None, "warning", "zones-unknown", "no zones are known"),
        (1, 3, "warning", "zone-spread-single-server", "build a new cluster of 3"),
        (1, None, "warning", "zone-spread-single-server", "one server: if its zone is lost, NATS is down"),
    ],
)
def test_each_size_and_number_of_zones_has_the_sentence_that_its_user_needs(
    size: int, zones: int | None, severity: str, code: str, part: str
):
    finding = say(size, zones)
    assert (finding.severity, finding.code) == (severity, code)
    assert part in finding.message


@pytest.mark.parametrize(("mode", "part"), [("preferred", "only prefers"), ("off", "does not spread")])
def test_without_the_hard_rule_three_zones_survive_nothing_for_sure(mode: str, part: str):
    finding = say(3, 3, mode)
    assert (finding.severity, finding.code) == ("warning", "zone-loss-possible")
    assert part in finding.message
    assert "the cluster survives the loss of any one zone" in finding.message
    assert "only a zone that is full at first start can undo that" in say(5, 3, mode).message


def test_nodes_that_make_auto_prefer_are_named():
    finding = say(3, 3, layout=Layout((Zone("a", 1), Zone("b", 1), Zone("c", 1, cordoned=1))))
    assert (finding.severity, finding.code) == ("warning", "zone-loss-nodes-missing")
    assert finding.message.startswith("zone c has no node that takes pods, so zones are only preferred")


def test_nodes_without_zone_labels_are_told():
    finding = say(3, None, layout=Layout((Zone("", 3),)))
    assert finding.code == "zones-unknown"
    assert finding.message.startswith("no Node item that takes pods has a zone label")


@pytest.mark.parametrize(("size", "zones"), [(3, 3), (5, 3), (7, 3), (5, 4), (7, 4), (9, 4), (7, 5), (9, 3)])
def test_the_verdict_is_info_exactly_when_the_worst_placement_survives(size: int, zones: int):
    worst_survives = survives(size, required_spread(size, zones), numbered(zones))
    assert (say(size, zones).severity == "info") == worst_survives


def test_one_zone_more_is_enough_for_every_size_that_three_zones_are_too_few_for():
    for zones in range(3, 9):
        for size in range(3, 40, 2):
            is_safe = survives(size, required_spread(size, zones), numbered(zones))
            assert is_safe == (zones > 3 or size == 3), (size, zones)


@pytest.mark.parametrize(
    ("counts", "fatal_r3", "fatal_r5", "r3", "r5"),
    [
        ((1, 1, 1), 0, 0, 1, 0),
        ((2, 2, 1), 6, 0, 10, 1),
        ((2, 1, 1, 1), 3, 0, 10, 1),
        ((3, 2, 2), 23, 6, 35, 21),
        ((2, 2, 2, 1), 15, 0, 35, 21),
    ],
)
def test_streams_lose_their_majority_in_as_many_placements_as_were_counted(
    counts: tuple[int, ...], fatal_r3: int, fatal_r5: int, r3: int, r5: int
):
    """The table of quorum per size and zones that the research behind krmfn counted one by one."""
    assert (choices(sum(counts), 3), choices(sum(counts), 5)) == (r3, r5)
    assert (r3 - safe(counts, 3), r5 - safe(counts, 5)) == (fatal_r3, fatal_r5)


def test_what_a_lost_zone_leaves_of_streams():
    assert [kept(5, 2, replicas) for replicas in (1, 3, 5)] == [3, 7, 1]
    assert [kept(5, 3, replicas) for replicas in (1, 3, 5)] == [2, 3, 0]


@pytest.mark.parametrize(("rule", "severity"), [(Spread(max_skew=1, min_domains=3), "error"), (Spread(), "warning")])
def test_a_class_that_binds_at_once_fixes_the_zone_too_early(rule: Spread, severity: str):
    classes = {"fast": StorageClass(is_immediate=True, is_default=False)}
    (finding,) = check_binding("fast", rule, classes)
    assert (finding.severity, finding.code) == (severity, "storage-class-binds-immediately")
    assert finding.field == "spec.jetStream.fileStorage.storageClassName"


@pytest.mark.parametrize("name", ["", "default"])
def test_no_class_means_the_default_one(name: str):
    classes = {
        "other": StorageClass(is_immediate=True, is_default=False),
        "usual": StorageClass(is_immediate=True, is_default=True),
    }
    (finding,) = check_binding(name, Spread(), classes)
    assert "StorageClass usual" in finding.message


def test_a_class_that_waits_or_is_not_known_is_no_finding():
    classes = {"waits": StorageClass(is_immediate=False, is_default=True)}
    for name in ("waits", "unknown", ""):
        assert list(check_binding(name, Spread(max_skew=1, min_domains=3), classes)) == []


@pytest.mark.parametrize(
    ("stated", "rule", "codes"),
    [
        ({}, Spread(max_skew=1, min_domains=3), ["server-tags-absent"]),
        ({"kubernetes_version": (1, 34)}, Spread(max_skew=1, min_domains=3), ["server-tags-absent"]),
        ({"kubernetes_version": (1, 35)}, Spread(max_skew=1, min_domains=3), []),
        ({"profile": "nats-manager"}, Spread(max_skew=1, min_domains=3), []),
        ({}, Spread(), []),
    ],
)
def test_missing_server_tags_are_told_where_zones_are_held_apart(stated: dict, rule: Spread, codes: list[str]):
    assert [f.code for f in check_tags(Settings().replaced(**stated), rule)] == codes
