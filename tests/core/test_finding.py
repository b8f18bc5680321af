"""Findings: places, order, and what of a user's text may be shown."""

from __future__ import annotations

import pytest

from krmfn.model.finding import Finding, Findings, dotted, error, info, warning
from krmfn.model.fix import replaced
from krmfn.model.objects import ObjectRef
from krmfn.model.text import nearest, quotable, shown


def test_a_path_is_written_as_the_api_server_writes_it():
    assert dotted(("spec", "resources", "claims", 0, "name")) == "spec.resources.claims[0].name"
    assert dotted(()) == ""


def test_findings_are_sorted_by_severity_file_line_and_code():
    late = error("a", "x").at(file="b.yaml", line=1)
    early = warning("z", "x").at(file="a.yaml", line=9)
    earlier = info("y", "x").at(file="a.yaml", line=2)
    nowhere = info("y", "x")
    assert Findings([late, early, earlier, nowhere]).in_order() == [late, early, nowhere, earlier]


def test_an_error_among_findings_decides_the_exit_status():
    mild = Findings([warning("a", "x"), info("b", "x")])
    assert (mild.failed, mild.status) == (False, 0)
    mild += [error("c", "x")]
    assert (mild.failed, mild.status) == (True, 1)
    assert (Findings().failed, Findings().status) == (False, 0)


def test_a_finding_is_frozen_and_replace_makes_another_one():
    first = error("c", "m", ("spec",), 1, replaced(("spec",), 2)).at(file="a.yaml", line=3)
    with pytest.raises(AttributeError, match="frozen"):
        first.message = "other"
    with pytest.raises(AttributeError, match="frozen"):
        del first.line
    with pytest.raises(AttributeError):
        first.unknown = 1  # type: ignore[attr-defined]
    changed = first.replace(severity="warning", line=None)
    assert (changed.severity, changed.line, changed.file, changed.proposed) == ("warning", None, "a.yaml", 2)
    assert (first.severity, first.line) == ("error", 3)
    with pytest.raises(TypeError, match="place"):
        first.replace(place="x")


def test_a_place_that_is_known_already_stays():
    object_ = ObjectRef("v1", "Secret", "ns", "s")
    first = error("c", "m", ("spec",), 1, replaced(("spec",), 2)).at(object=object_, file="a.yaml", index=0, line=3)
    again = first.at(object=ObjectRef("v1", "Service", "", "x"), file="b.yaml", index=7, line=9)
    assert (again.object, again.file, again.index, again.line) == (object_, "a.yaml", 0, 3)
    assert again == first
    assert first != error("c", "m", ("spec",), 1, 2)
    assert first != "c"
    assert repr(first) == "Finding(error, c, 'spec', 'm', a.yaml:3)"
    assert isinstance(first, Finding)


def test_text_of_a_user_is_shown_on_one_line_in_printable_ascii():
    assert shown("a\x1b[31m\r\n\u202eб😀") == "a\\x1b[31m\\x0d\\x0a\\u202e\\u0431\\U0001f600"
    assert shown("x" * 100) == "x" * 77 + "..."
    assert shown("\n" * 100).endswith("...")
    assert len(shown("\n" * 100)) == 80


def test_only_what_looks_like_a_number_is_quoted_in_a_message():
    assert quotable(4) == "4"
    assert quotable(True) == "true"
    assert quotable(False) == "false"
    assert quotable(1.5) == "1.5"
    assert quotable("1GB") == '"1GB"'
    assert quotable("") == '""'
    assert quotable("hunter2") is None
    assert quotable("1234567890123") is None
    assert quotable("1\n") is None
    assert quotable(["1"]) is None
    assert quotable(None) is None


def test_the_nearest_known_name_is_found_or_none():
    known = ("storageClassName", "size", "enabled")
    assert nearest("sise", known) == "size"
    assert nearest("storageclassname", known) == "storageClassName"
    assert nearest("enabeld", known) == "enabled"
    assert nearest("replicas", known) is None
    assert nearest("siz", known) == "size"


@pytest.mark.parametrize(
    ("opposite", "name", "typo"),
    [
        ("exclude", "include", "inclde"),
        ("disabled", "enabled", "enabeld"),
        ("advertise", "noAdvertise", "onAdvertise"),
        ("noReload", "reload", "relaod"),
        ("minPayload", "maxPayload", "mxaPayload"),
        ("auth_user", "no_auth_user", "no_auth_usr"),
        ("allow_tls", "allow_non_tls", "allow_non_lts"),
    ],
)
def test_no_name_is_meant_by_its_opposite_and_a_typo_of_it_still_is(opposite, name, typo):
    assert nearest(opposite, ("size", name)) is None
    assert nearest(opposite.upper(), (name,)) is None
    assert nearest(typo, ("size", name)) == name
    assert nearest(name, (opposite, name)) == name


@pytest.mark.parametrize("word", ["cpu", "tls", "abc", "zone", "mode", ""])
def test_a_short_word_is_near_only_where_one_letter_differs(word):
    assert nearest(word, ("size", "conf", "auth", "off", "env", "sys")) is None


def test_identity_ignores_the_version_and_keeps_the_group():
    assert ObjectRef("apps/v1", "StatefulSet", "a", "b") == ObjectRef("apps/v1beta1", "StatefulSet", "a", "b")
    assert ObjectRef("v1", "Service", "a", "b") != ObjectRef("serving.knative.dev/v1", "Service", "a", "b")
    assert ObjectRef("v1", "Service", "a", "b") != ("", "Service", "a", "b")
    assert len({ObjectRef("v1", "Service", "a", "b"), ObjectRef("v1", "Service", "a", "b")}) == 1
    assert repr(ObjectRef("v1", "Service", "a", "b")) == "v1/Service/a/b"
