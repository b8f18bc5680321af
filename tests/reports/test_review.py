"""`krmfn diff -o markdown` and `-o html`: what a reviewer of one or of fifty clusters reads."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from krmfn.reports.changes_markdown import LINES
from tests.calls import krmfn
from tests.reports import npm
from tests.reports.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.calls import Called

RENDER = (
    "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata: {{name: r}}\nspec:\n  zones: {0}\n  istio: false\n"
)


def cr(name: str = "orders-nats", size: int = 5, disk: str = "20Gi", more: str = "") -> str:
    return f"""\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: {name}
  namespace: shop
{more}spec:
  cluster:
    size: {size}
  jetStream:
    fileStorage:
      size: {disk}
"""


def write(folder: Path, side: str, *, zones: int = 3, **files: str) -> None:
    (folder / side).mkdir()
    (folder / side / "render.yaml").write_text(RENDER.format(zones))
    for name, text in files.items():
        (folder / side / f"{name}.yaml").write_text(text)


def diff(folder: Path, form: str = "markdown") -> Called:
    return krmfn("diff", "old", "new", "-o", form, cwd=folder)


def rows_of(text: str) -> list[list[str]]:
    """The cells of the first table."""
    lines = text.split("\n\n")[1].splitlines()
    assert lines[0] == "| cluster | effect | because | loss of a zone |"
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def test_a_row_has_the_line_that_changed_its_effects_and_what_the_loss_of_a_zone_does(tmp_path: Path):
    write(tmp_path, "old", nats=cr(size=5))
    write(tmp_path, "new", nats=cr(size=3))
    called = diff(tmp_path)
    assert called.status == 1
    assert called.out.startswith("### krmfn: data-loss: ")
    (row,) = rows_of(called.out)
    assert row[0] == "shop/orders-nats"
    assert row[1].startswith("data-loss, restart")
    assert row[1].endswith("[scale-down, zone-rule-stricter]")
    assert row[2] == "new/nats.yaml:8 spec.cluster.size: 5 -> 3"
    assert row[3] == "survives any zone, if servers are spread evenly -> survives any zone"
    assert "**Before you merge**\n\n1. R1 streams of " in called.out
    assert "To allow it, annotate the NATS: `krmfn.dev/allow: scale-down,zone-rule-stricter`\n" in called.out


def test_text_and_json_say_the_same_of_the_cluster(tmp_path: Path):
    write(tmp_path, "old", nats=cr(size=5))
    write(tmp_path, "new", nats=cr(size=3))
    lines = diff(tmp_path, "text").out.splitlines()
    assert lines[2].startswith("shop/orders-nats: data-loss, restart")
    assert lines[3] == "  new/nats.yaml:8 spec.cluster.size: 5 -> 3"
    assert lines[4] == "  loss of a zone: survives any zone, if servers are spread evenly -> survives any zone"
    classes = [line.split()[0] for line in lines[5:] if line.startswith("  ") and line[2] != " "]
    assert classes[0] == "data-loss"
    (one,) = json.loads(diff(tmp_path, "json").out)["clusters"]
    assert (one["directory"], one["name"], one["class"], one["newFindings"]) == (
        None,
        "shop/orders-nats",
        "data-loss",
        [],
    )
    assert one["causes"] == [{"file": "new/nats.yaml", "line": 8, "field": "spec.cluster.size", "old": "5", "new": "3"}]
    assert one["zoneLoss"] == {"before": "zone-loss-full-zone", "after": "zone-loss-survived"}


def test_an_annotation_claims_no_more_of_a_line_than_is_known(tmp_path: Path):
    """Of two lines one loses data; that the other does too would be false."""
    cpu = "  resources:\n    limits:\n      cpu: 2\n"
    write(tmp_path, "old", nats=cr(size=5))
    write(tmp_path, "new", nats=cr(size=3) + cpu)
    lines = diff(tmp_path, "github").out.splitlines()
    assert [line.partition("::spec.")[0] for line in lines] == [
        f"::error file=new/nats.yaml,line={number},title=krmfn up to data-loss" for number in (8, 14)
    ]
    assert "spec.resources.limits.cpu: (not set) -> 2: one of 2 changes, with the strongest effect of all: " in lines[1]


def test_a_cluster_that_was_rendered_is_not_new_beside_its_nats(tmp_path: Path):
    write(tmp_path, "new", nats=cr(size=5))
    objects = krmfn("render", "-f", "new", cwd=tmp_path).out
    (tmp_path / "old").mkdir()
    (tmp_path / "old/all.yaml").write_text(objects.replace("replicas: 5", "replicas: 3", 1))
    called = diff(tmp_path, "json")
    (one,) = json.loads(called.out)["clusters"]
    assert (one["name"], one["causes"]) == ("shop/orders-nats", [])


def test_an_allowed_step_is_marked_and_not_asked_for_again(tmp_path: Path):
    note = "  annotations:\n    krmfn.dev/allow: scale-down,zone-rule-stricter\n"
    write(tmp_path, "old", nats=cr(size=5))
    write(tmp_path, "new", nats=cr(size=3, more=note))
    out = diff(tmp_path).out
    assert "[scale-down (allowed), zone-rule-stricter (allowed)]" in rows_of(out)[0][1]
    assert "To allow it" not in out


def test_a_removed_line_and_a_changed_rendernats_are_causes(tmp_path: Path):
    write(tmp_path, "old", zones=3, nats=cr(more="  labels:\n    team: a\n"))
    write(tmp_path, "new", zones=4, nats=cr().replace("      size: 20Gi\n", "      storageClassName: fast\n"))
    (row,) = rows_of(diff(tmp_path).out)
    assert row[2].split("<br>") == [
        "new/nats.yaml:10 spec.jetStream.fileStorage.size: 20Gi -> (removed)",
        "new/nats.yaml:11 spec.jetStream.fileStorage.storageClassName added",
        "new/nats.yaml:3 metadata.labels.team removed",
        "new/render.yaml:5 spec.zones: 3 -> 4",
    ]
    assert row[3].endswith("-> survives any zone")


def test_new_and_removed_clusters_are_rows(tmp_path: Path):
    write(tmp_path, "old", a=cr("one-nats"), b=cr("two-nats"))
    write(tmp_path, "new", a=cr("one-nats"), c=cr("three-nats"))
    rows = {row[0]: row for row in rows_of(diff(tmp_path).out)}
    assert set(rows) == {"shop/two-nats", "shop/three-nats"}
    assert rows["shop/three-nats"][2] == "new/c.yaml:1 NATS added"
    assert rows["shop/two-nats"][2] == "old/b.yaml:1 NATS removed"
    assert rows["shop/three-nats"][3].startswith("no such NATS -> survives")


def test_what_no_nats_can_allow_is_not_asked_to_be_allowed(tmp_path: Path):
    foreign = "---\napiVersion: example.org/v1\nkind: Thing\nmetadata: {name: a, namespace: shop}\nspec: {a: 1}\n"
    write(tmp_path, "old", nats=cr(), thing=foreign)
    write(tmp_path, "new", nats=cr(), thing=foreign.replace("a: 1", "a: 2"))
    out = diff(tmp_path).out
    assert "[effect-unknown]" in rows_of(out)[0][1]
    assert "To allow it" not in out


def test_equal_changes_of_many_objects_are_one_row(tmp_path: Path):
    write(tmp_path, "old", nats=cr(size=3))
    write(tmp_path, "new", nats=cr(size=3).replace("spec:\n", "spec:\n  labels:\n    team: a\n", 1))
    table = diff(tmp_path).out.partition("<details>")[2]
    rows = [line for line in table.splitlines() if line.startswith("| ")][2:]
    assert len(rows) <= 5
    assert any("ConfigMap shop/orders-nats-config<br>" in row for row in rows)


@pytest.mark.parametrize("clusters", [1, 2, 12, 50])
def test_the_comment_has_at_most_40_lines_and_hides_nothing_silently(clusters: int, tmp_path: Path):
    names = [f"nats-{number:02}" for number in range(clusters)]
    write(tmp_path, "old", **{name: cr(name, 5, "20Gi") for name in names})
    write(tmp_path, "new", **{name: cr(name, 3, "10Gi", "  labels:\n    a: b\n") for name in names})
    out = diff(tmp_path).out
    assert len(out.splitlines()) <= LINES
    rows = rows_of(out)
    if clusters > 7:
        assert rows[-1][0] == f"and {clusters - 7} more"
        assert rows[-1][1] == f"data-loss: {clusters - 7}"
        assert "more steps: run krmfn diff to see them all" in out
    else:
        assert [row[0] for row in rows] == [f"shop/{name}" for name in names]


def test_new_warnings_are_told_and_old_ones_are_not(tmp_path: Path):
    write(tmp_path, "old", zones=3, nats=cr(size=3))
    write(tmp_path, "new", zones=2, nats=cr(size=3))
    out = diff(tmp_path).out
    assert "**1 new finding**\n\n- " in out
    assert "[too-few-zones]" in out
    assert rows_of(out)[0][3] == "survives any zone -> can lose its quorum"
    (tmp_path / "new/nats.yaml").write_text(cr(size=3).replace("20Gi", "30Gi"))
    (tmp_path / "old/render.yaml").write_text(RENDER.format(2))
    assert "new finding" not in diff(tmp_path).out


def test_when_the_new_state_does_not_render_both_documents_say_why(tmp_path: Path):
    write(tmp_path, "old", nats=cr(size=3))
    write(tmp_path, "new", nats=cr(size=4))
    for form in ("markdown", "html"):
        called = diff(tmp_path, form)
        assert called.status == 2
        assert "the new state does not render (1 error)" in called.out
        assert "[even-cluster-size]" in called.out


def test_no_change_is_one_line(tmp_path: Path):
    write(tmp_path, "old", nats=cr())
    write(tmp_path, "new", nats=cr())
    assert (diff(tmp_path).status, diff(tmp_path).out) == (0, "### krmfn: no change\n")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    one = Browser(tmp_path_factory.mktemp("profile"))
    yield one
    one.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_every_change_of_json_and_no_fault(scheme: str, browser: Browser, tmp_path: Path):
    write(tmp_path, "old", a=cr("one-nats", 5), b=cr("two-nats", 3))
    write(tmp_path, "new", a=cr("one-nats", 3, "40Gi"), b=cr("two-nats", 5))
    called = diff(tmp_path, "html")
    assert called.status == 1
    assert called.out == diff(tmp_path, "html").out
    assert called.out.count("To allow it") == 1
    (tmp_path / "page.html").write_text(called.out)
    browser.scheme(scheme)
    browser.resize(320)
    browser.open(tmp_path / "page.html")
    browser.run('document.querySelectorAll("details").forEach((one) => (one.open = true))')
    assert browser.requests() == [(tmp_path / "page.html").as_uri()]
    assert browser.complaints() == []
    assert browser.run("document.documentElement.scrollWidth") <= 320
    told = json.loads(diff(tmp_path, "json").out)
    shown = browser.run('[...document.querySelectorAll("table.changes tbody tr")].map((row) => row.textContent)')
    shown = [re.sub(r"\[[^]]*\]", "[]", row) for row in shown]  # names in place of positions
    for change in told["changes"]:
        object_ = change["object"]
        name = f"{object_['kind']} {object_['namespace']}/{object_['name']}"
        field = re.sub(r"\[[^]]*\]", "[]", change["field"] or "the object")
        assert any(name in row and field in row and change["class"] in row for row in shown)
    (two,) = browser.run('[...document.querySelectorAll("details.cluster h2")].map((one) => one.textContent)')[1:]
    assert two == "shop/two-nats"
    browser.click("[data-lose]")
    assert browser.run('document.querySelectorAll("[aria-pressed=true]").length') > 0
    browser.run(npm.script("axe-core") + ";0")
    found = browser.run("axe.run().then((all) => all.violations.map((one) => [one.id, one.nodes[0].html]))")
    assert found == []
