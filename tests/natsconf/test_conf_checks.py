"""The semantic checks, one fault at a time; tests/clients shows that the real server dies of each."""

from __future__ import annotations

import pytest

from krmfn.natsconf.checks import check_conf, seconds
from krmfn.natsconf.tree import Variable
from tests.natsconf.confs import FAULTS, sound


def test_a_sound_configuration_has_no_finding() -> None:
    assert list(check_conf(sound())) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_is_the_only_finding_and_names_its_setting(fault: object) -> None:
    (finding,) = check_conf(fault.tree())  # type: ignore[attr-defined]
    assert (finding.severity, finding.code, finding.path) == ("error", fault.code, fault.path)  # type: ignore[attr-defined]


def test_a_single_server_needs_no_name_and_no_routes() -> None:
    tree = sound()
    del tree.settings["cluster"], tree.settings["server_name"]
    assert list(check_conf(tree)) == []


def test_without_jetstream_a_cluster_needs_no_server_name() -> None:
    tree = sound()
    del tree.settings["jetstream"], tree.settings["server_name"]
    assert list(check_conf(tree)) == []


def test_a_payload_may_be_as_large_as_a_stated_max_pending() -> None:
    tree = sound()
    tree.settings["max_pending"] = 128 << 20
    tree.settings["max_payload"] = 128 << 20
    assert list(check_conf(tree)) == []
    tree.settings["max_payload"] = (128 << 20) + 1
    assert [finding.code for finding in check_conf(tree)] == ["conf-max-payload"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("120s", 120), ("2m", 120), ("1h", 3600), ("", None), ("s", None), ("1.5s", None), ("٣s", None), (5, None)],
)
def test_a_duration_is_whole_seconds_minutes_or_hours(text: object, expected: int | None) -> None:
    assert seconds(text) == expected


def test_a_variable_as_server_name_counts_as_one() -> None:
    tree = sound()
    tree.settings["server_name"] = Variable("SERVER_NAME")
    assert list(check_conf(tree)) == []
