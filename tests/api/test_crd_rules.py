from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.api.accept import accept
from krmfn.api.rules import transitions, violations
from tests.api.strategies import JUNK

if TYPE_CHECKING:
    from pathlib import Path


IMMUTABLE = "fileStorage is immutable once it was set"
RULES = {
    "cluster-size-to-1": "cannot be set to 1 if size was greater than 1",
    "claim-grown": IMMUTABLE,
    "claim-shrunk": IMMUTABLE,
    "file-storage-size-changed": IMMUTABLE,
    "storage-class-changed": IMMUTABLE,
}
"""The code of a step -> the rule of the CRD that an API server names for it."""


def test_a_step_gets_the_verdict_of_the_api_server(shared: Path, read):
    cases = sorted((shared / "parity" / "transitions").iterdir())
    assert len(cases) >= 15
    for case in cases:
        old, new = (accept(read(case / f"{name}.yaml")) for name in ("old", "new"))
        assert old is not None
        assert new is not None
        wanted = [(c["field"], c["message"].rpartition(": ")[2]) for c in read(case / "errors.yaml")]
        said = [(f.field, RULES[f.code]) for f in transitions(old, new)]
        assert said == wanted, case.name


def spec(size: Any = None, file_class: Any = "default") -> dict[str, Any]:
    storage = {"storageClassName": file_class} | ({} if size is None else {"size": size})
    return {"cluster": {"size": 3}, "jetStream": {"fileStorage": storage}}


def test_a_file_size_is_compared_as_written_and_by_type():
    assert [f.code for f in transitions(spec(1), spec("1"))] == ["file-storage-size-changed"]
    assert not list(transitions(spec("1"), spec("1")))


def test_a_changed_size_is_shown_and_the_old_one_proposed():
    (found,) = transitions(spec("1Gi"), spec("2Gi"))
    assert (found.current, found.proposed) == ("2Gi", "1Gi")
    assert found.message == '"1Gi" cannot become "2Gi": fileStorage is immutable once it was set (a rule of the CRD)'


def test_a_changed_class_is_not_shown():
    (found,) = transitions(spec(file_class="alpha"), spec(file_class="beta"))
    assert found.message == "the value cannot change: fileStorage is immutable once it was set (a rule of the CRD)"
    assert (found.current, found.proposed) == (None, None)


def test_going_to_one_server_names_the_size_to_keep():
    (found,) = transitions({"cluster": {"size": 5}}, {"cluster": {"size": 1}})
    assert (found.code, found.proposed) == ("cluster-size-to-1", 5)


def test_staying_at_one_server_is_no_step():
    assert not list(transitions({"cluster": {"size": 1}}, {"cluster": {"size": 1}}))


@pytest.mark.parametrize(("enabled", "size", "refused"), [
    (True, 0, True), (None, 0, True), (True, 0.0, True), (False, 0, False), (True, "0", False), (True, 1, False),
    ("true", 0, False), (True, None, False), (True, False, False),
])  # fmt: skip
def test_memory_storage_of_size_0_is_refused_only_as_the_crd_does(enabled, size, refused):
    found = violations({"jetStream": {"memStorage": {"enabled": enabled, "size": size}}})
    assert [f.code for f in found] == ["memory-storage-size-0"] * refused


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.dictionaries(st.sampled_from(["cluster", "jetStream", "resources"]), st.one_of(JUNK, st.dictionaries(
        st.sampled_from(["size", "memStorage", "fileStorage", "claims"]), JUNK))),
    JUNK,
)  # fmt: skip
def test_a_rule_is_silent_about_values_of_the_wrong_type(hostile, other):
    for one, two in ((hostile, other), (other, hostile)):
        codes = {f.code for f in [*violations(one), *transitions(one, two)]}
        assert codes <= {"even-cluster-size", "memory-storage-size-0"}
