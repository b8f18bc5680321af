"""The Python API says what the command line says, byte for byte, and what leaves it belongs to the caller."""

from __future__ import annotations

import copy
import doctest
import json
import pickle
import subprocess
import sys
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import pytest

import krmfn
from krmfn.api.keys import KEYS
from krmfn.cluster import settings as decided
from krmfn.library.setting_values import SettingValues
from tests.calls import ROOT, documents
from tests.calls import krmfn as run
from tests.golden_cases import CASES, Case
from tests.hosts.cli.texts import CONFIG_MAP, NATS

if TYPE_CHECKING:
    from pathlib import Path

ZONES = krmfn.Settings(zones=["a", "b", "c"], istio=False)
SET = ("--set", "zones=a,b,c", "--set", "istio=false")
PAGE = ROOT / "docs/reference/python-api.md"


def nats(**spec: Any) -> dict[str, Any]:
    (value,) = documents(NATS)
    return {**value, "spec": spec}


def within_itself() -> dict[str, Any]:
    value: dict[str, Any] = nats()
    value["spec"]["labels"] = value
    return value


def settings_of(case: Case) -> krmfn.Settings:
    """The RenderNATS of a case as keywords."""
    (config,) = documents(case.config.read_text()) if case.config.exists() else ({"spec": {}},)
    return krmfn.Settings(**{KEYS[key][0]: value for key, value in config["spec"].items()})


OF_RENDER_NATS = [
    name for name in CASES if not Case(name).config.exists() or "kind: RenderNATS" in Case(name).config.read_text()
]


@pytest.mark.parametrize("name", OF_RENDER_NATS)
def test_render_gives_the_bytes_of_the_command_line(name: str) -> None:
    case = Case(name)
    for given in (case.input.read_bytes(), case.input.read_text(), documents(case.input.read_text())):
        rendering = krmfn.render(given, settings_of(case))
        assert not rendering.failed, rendering.findings
        texts = rendering.to_yaml().removeprefix("---\n").split("\n---\n")
        assert sorted(text.rstrip("\n") + "\n" for text in texts) == sorted(case.files().values())
        assert rendering.objects == documents(rendering.to_yaml())


def test_the_goldens_without_a_render_nats_are_few() -> None:
    """So that the test above sees nearly all of them."""
    assert len(OF_RENDER_NATS) > len(CASES) - 5


@pytest.mark.parametrize(
    ("text", "status"),
    [(NATS, 0), (f"{NATS}spec: {{cluster: {{size: 4}}}}\n", 1), (f"{NATS}---\n{CONFIG_MAP}", 0), (CONFIG_MAP, 1)],
)
def test_check_gives_the_findings_of_the_command_line(text: str, status: int) -> None:
    called = run("check", "-f", "-", "-o", "json", *SET, stdin=text)
    assert called.status == status
    found = krmfn.check(text, ZONES)
    assert any(finding.severity == "error" for finding in found) == bool(status)
    told = [(row["severity"], row["code"], row["message"], row["field"], row["line"]) for row in json.loads(called.out)]
    assert [(one.severity, one.code, one.message, one.field or None, one.line) for one in found] == told
    assert krmfn.render(text, ZONES).failed == bool(status)


def test_diff_and_simulate_give_what_the_command_line_prints_as_json(tmp_path: Path) -> None:
    old, new = NATS, f"{NATS}spec: {{cluster: {{size: 5}}}}\n"
    for name, text in (("old.yaml", old), ("new.yaml", new)):
        (tmp_path / name).write_text(text)
    paths = (tmp_path / "old.yaml", tmp_path / "new.yaml")
    difference = krmfn.diff(old, new, ZONES)
    told = json.loads(run("diff", *paths, "-o", "json", *SET).out)
    for cause in told["clusters"][0]["causes"]:
        assert cause.pop("file") == str(paths[1])
        cause["file"] = None
    for finding in told["clusters"][0]["newFindings"]:
        assert finding.pop("file") == str(paths[1])
        finding["file"] = None
    names = ("worst", "clusters", "changes", "refused", "unjudged")
    assert told == {name: getattr(difference, name) for name in names}
    assert difference.to_text() == run("diff", *paths, *SET).out.replace(f"{paths[1]}:", "line ")
    printed = run("diff", *paths, "-o", "markdown", *SET).out
    assert difference.to_markdown() == printed.replace(f"{paths[1]}:", "line ")
    for level, status in ((None, 1), ("restart", 1), ("blocked", 0)):
        assert run("diff", *paths, *SET, *(("--fail-on", level) if level else ())).status == status
        assert difference.is_refused(level) == bool(status)
    for text in (old, new):
        called = run("simulate", "-f", "-", "-o", "json", *SET, stdin=text)
        simulation = krmfn.simulate(text, ZONES)
        assert simulation.clusters == json.loads(called.out)
        assert simulation.survives == (called.status == 0)


@pytest.mark.parametrize("name", ["several-crs", "zones-from-nodes", "secret-bcrypt"])
def test_a_resource_list_gives_the_bytes_of_the_function(name: str) -> None:
    text = Case(name).resource_list()
    processed = krmfn.ResourceList.parse(text).process()
    assert processed.to_bytes() == run(stdin=text).raw
    assert processed.results == documents(processed.to_bytes().decode())[0]["results"]
    assert [finding.code for finding in processed.findings] == [one["tags"]["code"] for one in processed.results]
    assert processed.process().to_bytes() == processed.to_bytes()
    assert krmfn.ResourceList.parse(text.encode()).process().to_bytes() == processed.to_bytes()
    as_dict = krmfn.ResourceList.parse(documents(text)[0]).process()
    assert not as_dict.failed
    assert sorted(map(str, (one["kind"] for one in as_dict.items))) == sorted(one["kind"] for one in processed.items)


def test_a_resource_list_with_an_error_keeps_its_items() -> None:
    text = Case("size-7").resource_list().replace("size: 7", "size: 4")
    called = run(stdin=text)
    processed = krmfn.ResourceList.parse(text).process()
    assert (called.status, called.raw) == (1, processed.to_bytes())
    assert processed.failed
    assert processed.items == krmfn.ResourceList.parse(text).items


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-input"),
        (b"\xff", "not-utf8"),
        ("a: [", "unreadable-yaml"),
        (NATS, "not-a-resource-list"),
        ({1: 2}, "unprintable-value"),
        (within_itself(), "unprintable-value"),
    ],
)
def test_what_is_no_resource_list_is_a_finding_and_comes_back(data: Any, code: str) -> None:
    processed = krmfn.ResourceList.parse(data).process()
    assert [finding.code for finding in processed.findings] == [code]
    assert processed.process().failed
    if not isinstance(data, dict):
        assert processed.to_bytes() == (data.encode() if isinstance(data, str) else data)
    if code in ("not-utf8", "unreadable-yaml"):
        with pytest.raises(ValueError, match="the list cannot be read: "):
            _ = processed.items


def test_bad_input_is_findings_and_never_an_exception() -> None:
    wrong: list[tuple[Any, str]] = [
        ("", "empty-input"),
        ([], "empty-input"),
        ("a: [", "unreadable-yaml"),
        ("\ud800", "not-utf8"),
        ({"a": 1}, "not-an-object"),
        (nats(cluster={"size": 4}), "even-cluster-size"),
        (nats(cluster={"size": float("nan")}), "unprintable-value"),
        ([nats(), nats()], "duplicate-cr"),
        (within_itself(), "unprintable-value"),
        (bytearray(b"a: ["), "unreadable-yaml"),
    ]
    for given, code in wrong:
        rendering = krmfn.render(given, ZONES)
        assert code in [finding.code for finding in rendering.findings if finding.severity == "error"], given
        assert (rendering.failed, rendering.objects, rendering.to_yaml()) == (True, [], "")
        assert code in [finding.code for finding in krmfn.check(given, ZONES)]
        simulation = krmfn.simulate(given, ZONES)
        assert (simulation.failed, simulation.clusters, simulation.survives) == (True, [], False)
        for difference in (krmfn.diff(given, NATS, ZONES), krmfn.diff(NATS, given, ZONES)):
            assert (difference.failed, difference.worst, difference.changes) == (True, None, [])
            assert difference.is_refused("data-loss")
            assert (difference.to_text(), difference.to_markdown()) == ("", "")
    settings = krmfn.Settings(zone_spread="sometimes", kubernetes_version="1.2")  # type: ignore[arg-type]
    found = {finding.code: finding.field for finding in krmfn.check(NATS, settings) if finding.severity == "error"}
    assert found["unsupported-value"] == "spec.zoneSpread"
    found = {f.code: f.field for f in krmfn.check(NATS, krmfn.Settings(kubernetes_version="1.2"))}
    assert found["unsupported-kubernetes-version"] == "spec.kubernetesVersion"
    (name,) = [one for one in krmfn.check(NATS, ZONES, namespace="Not_A_Name") if one.code == "invalid-name"]
    assert '"Not_A_Name" is not a name of a namespace' in name.message


def test_a_program_that_is_wrong_is_a_type_error_that_says_what_to_write() -> None:
    with pytest.raises(TypeError, match=r"an object is a dict, or YAML as str or bytes, not int"):
        krmfn.render(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"not str"):
        krmfn.render([NATS])  # type: ignore[list-item]
    with pytest.raises(TypeError, match=r"settings are a krmfn\.Settings, not dict; write Settings\(zones=3\)"):
        krmfn.check(NATS, {"zones": 3})  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"a namespace is a str, not int"):
        krmfn.check(NATS, namespace=3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"a ResourceList is a dict, or YAML as str or bytes, not list"):
        krmfn.ResourceList.parse([])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"Settings has no zoneSpread; did you mean zone_spread\?"):
        krmfn.Settings(zoneSpread="auto")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"Settings has no xyzzyplughfrotz; known are profile, zones, "):
        krmfn.Settings(xyzzyplughfrotz=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"Settings\(zones=\.\.\.\) takes a string, a number, a boolean or a list"):
        krmfn.Settings(zones={"a": "b"})  # type: ignore[arg-type]
    with pytest.raises(AttributeError, match="'krmfn' has no attribute 'rendr'"):
        _ = krmfn.rendr  # type: ignore[attr-defined]


def test_a_group_of_keys_is_a_dictionary_that_is_copied() -> None:
    auth: dict[str, Any] = {"users": [{"name": "shop", "hash": "canary"}]}
    one = krmfn.Settings(auth=auth)
    auth["users"].clear()
    assert one.auth == {"users": [{"name": "shop", "hash": "canary"}]}
    assert one == krmfn.Settings(auth=one.auth)
    assert hash(one) == hash(one.replaced(zones=None))
    assert repr(one) == "Settings(auth=...)"
    found = krmfn.render(NATS, one).findings
    assert "invalid-hash" in {finding.code for finding in found}
    assert "canary" not in repr(found)
    with pytest.raises(TypeError, match=r"Settings\(auth=\.\.\.\) takes a dictionary"):
        krmfn.Settings(auth=["a"])  # type: ignore[arg-type]


def test_settings_are_frozen_values_that_do_not_show_what_they_hold() -> None:
    zones = ["a", "b", "c"]
    one = krmfn.Settings(zones=zones, admin_hash="canary", fips=None)
    zones.append("d")
    assert one.zones == ("a", "b", "c")
    assert (one.fips, one.profile) == (None, None)
    assert repr(one) == "Settings(zones=..., admin_hash=...)"
    assert one == krmfn.Settings(admin_hash="canary", zones=("a", "b", "c"))
    assert one != one.replaced(zones=None) == krmfn.Settings(admin_hash="canary")
    assert len({one, pickle.loads(pickle.dumps(one)), copy.deepcopy(one), krmfn.Settings()}) == 2
    with pytest.raises(AttributeError, match=r"Settings are frozen; write settings\.replaced\(zones=\.\.\.\)"):
        one.zones = 3
    with pytest.raises(AttributeError, match="frozen"):
        del one.zones
    with pytest.raises(AttributeError, match="Settings has no zone"):
        _ = one.zone


def test_every_key_is_a_keyword_and_so_is_every_attribute_of_the_decided_settings() -> None:
    keywords = {attribute for attribute, _ in KEYS.values()}
    assert keywords == set(decided.Settings.__slots__) == set(SettingValues.__annotations__)
    for name in keywords:
        assert getattr(krmfn.Settings(), name) is None


def test_what_a_caller_does_to_objects_changes_nothing_inside() -> None:
    given = nats(cluster={"size": 3})
    before = copy.deepcopy(given)
    first = krmfn.render(given, ZONES)
    text = first.to_yaml()
    assert given == before
    for obj in first.objects:
        obj["metadata"]["labels"]["app.kubernetes.io/instance"] = "changed"
        obj["metadata"].pop("annotations")
    others = {id(obj["metadata"]["labels"]) for obj in first.objects}
    assert len(others) == len(first.objects)
    first.findings.clear()
    assert first.to_yaml() == text
    second = krmfn.render(given, ZONES)
    assert second.to_yaml() == text
    assert second.objects == documents(text)
    assert second.findings
    assert all(type(part) in (dict, list) for part in containers(second.objects))


def containers(value: Any) -> list[Any]:
    """The value and every container in it."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    here = [value] if isinstance(value, (dict, list)) else []
    return [*here, *(part for item in inside for part in containers(item))]


def test_other_kinds_of_maps_and_lists_are_taken_as_what_they_hold() -> None:
    value = OrderedDict(nats(affinity=None) | {"spec": OrderedDict(cluster={"size": 3})})
    assert krmfn.render((value,), ZONES).to_yaml() == krmfn.render(nats(cluster={"size": 3}), ZONES).to_yaml()


def test_lines_are_told_of_texts_only() -> None:
    spec = {"cluster": {"size": 4}}
    assert krmfn.check(nats(**spec), ZONES)[0].line is None
    assert krmfn.check(f"{NATS}spec:\n  cluster:\n    size: 4\n", ZONES)[0].line == 8


def test_a_render_nats_among_the_objects_has_what_the_settings_leave_open() -> None:
    config = {
        "apiVersion": "fn.krmfn.dev/v1alpha1",
        "kind": "RenderNATS",
        "metadata": {"name": "settings"},
        "spec": {"zones": ["x", "y", "z"], "istio": True},
    }
    both = krmfn.render([nats(), config], krmfn.Settings(istio=False))
    assert both.to_yaml() == krmfn.render(nats(), krmfn.Settings(zones=["x", "y", "z"], istio=False)).to_yaml()


def test_a_namespace_is_given_to_a_nats_without_one_and_refused_for_another() -> None:
    bare = NATS.replace("  namespace: shop\n", "")
    assert krmfn.render(bare, ZONES, namespace="shop").to_yaml() == krmfn.render(NATS, ZONES).to_yaml()
    assert [f.code for f in krmfn.check(NATS, ZONES, namespace="other") if f.severity == "error"] == [
        "namespace-differs"
    ]


def test_validate_gives_findings_and_no_objects() -> None:
    rendering = krmfn.render(NATS, ZONES.replaced(mode="validate"))
    assert (rendering.failed, rendering.objects, rendering.to_yaml()) == (False, [], "")
    assert rendering.findings


def test_other_objects_are_printed_as_they_are_with_include_all() -> None:
    text = f"{NATS}---\n{CONFIG_MAP}"
    rendering = krmfn.render(text, ZONES.replaced(include="all"))
    assert rendering.to_yaml() == run("render", "-f", "-", *SET, "--set", "include=all", stdin=text).out
    assert rendering.objects[-1] == documents(CONFIG_MAP)[0]


def test_each_side_of_a_diff_has_its_own_settings() -> None:
    difference = krmfn.diff(NATS, NATS, ZONES.replaced(fips=True), old_settings=ZONES)
    assert difference.worst == "restart"
    assert krmfn.diff(NATS, NATS, ZONES).worst == "none"


def test_an_earlier_render_is_compared_where_previous_names_it(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert (
        run("render", "-f", "-", *SET, "--output-dir", out, stdin=f"{NATS}spec: {{cluster: {{size: 3}}}}\n").status == 0
    )
    smaller = f"{NATS}spec: {{cluster: {{size: 1}}}}\n"
    before = ZONES.replaced(previous=str(out))
    errors = [finding.code for finding in krmfn.render(smaller, before).findings if finding.severity == "error"]
    assert errors
    assert [finding.code for finding in krmfn.check(smaller, before) if finding.severity == "error"] == errors


def test_the_documentation_is_a_session_that_runs() -> None:
    tested = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert tested.attempted > 20
    assert tested.failed == 0


def test_the_page_names_everything_public() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in krmfn.__all__ if f"`{name}" not in text] == []
    assert set(krmfn.__all__) <= set(dir(krmfn))


CONSUMER = """
import krmfn

settings: krmfn.Settings = krmfn.Settings(zones=["a", "b"], zone_spread="required", istio=False)
rendering: krmfn.Rendering = krmfn.render({"kind": "NATS"}, settings.replaced(zones=3))
names: list[str] = [one["metadata"]["name"] for one in rendering.objects]
text: str = rendering.to_yaml()
again: krmfn.Rendering = krmfn.render(rendering.objects)
codes: list[str] = [finding.code for finding in krmfn.check(text, settings, namespace="shop")]
worst: str | None = krmfn.diff(b"", "", old_settings=settings).worst
survives: bool = krmfn.simulate([{"kind": "NATS"}]).survives
data: bytes = krmfn.ResourceList.parse("").process().to_bytes()
"""
WRONG = {
    "krmfn.Settings(zoen=3)": "call-arg",
    'krmfn.Settings(zone_spread="sometimes")': "arg-type",
    "krmfn.render(3)": "arg-type",
    "krmfn.render('', {'zones': 3})": "arg-type",
    "krmfn.rendr": "attr-defined",
    "krmfn.model.finding.error('unknown-feild', '')": "arg-type",
    "krmfn.Finding.code == 'unknown-feild'": "comparison-overlap",
}


def test_a_program_that_uses_the_api_is_checked_by_mypy(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text(CONSUMER)
    bad.write_text("import krmfn.model.finding\n\n" + "".join(f"{line}\n" for line in WRONG))
    mypy = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache")]
    done = subprocess.run([*mypy, good, bad], cwd=tmp_path, capture_output=True, text=True, check=False)
    found = [line for line in done.stdout.splitlines() if ": error: " in line]
    told = [(line.split(":")[0], line.rpartition("[")[2].rstrip("]")) for line in found]
    assert told == [("bad.py", code) for code in WRONG.values()], done.stdout + done.stderr
