"""The take-over plan as a page: Markdown with checkboxes and expected output, and HTML in a real Chromium."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.calls import ROOT, krmfn
from tests.reports import npm
from tests.reports.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DUMP, NATS = ROOT / "examples/take-over/live.yaml", ROOT / "examples/take-over/nats.yaml"
USUAL = ("--live", DUMP, "-f", NATS, "--for", "flux", "--app", "eventing")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    one = Browser(tmp_path_factory.mktemp("profile"))
    yield one
    one.close()


def test_every_step_of_the_page_has_checkboxes_what_is_printed_and_the_way_back():
    page = krmfn("adopt", *USUAL, "-o", "markdown").out
    steps = re.split(r"^## (?=\d\. )", page, flags=re.MULTILINE)[1:]
    assert [step[0] for step in steps] == list("012345678")
    for step in steps:
        assert step.count("\nThe way back until here: ") == 1
        assert step.count("\n- [ ] ") == step.count("```sh\n")
    assert "```text\ndeployment.apps/nats-manager scaled\n```" in steps[1]
    assert "```text\nmetadata: no running server is touched (...)\n```" in steps[5]
    assert "kubectl -n kyma-system scale deployment nats-manager --replicas=1" in steps[6].partition("way back")[2]
    assert "You cannot go back to the operator" in steps[7]


def test_the_last_step_says_what_krmfn_diff_will_say_of_it(tmp_path: Path):
    told = json.loads(krmfn("adopt", *USUAL, "-o", "json").out)
    last = told["steps"][8]
    render, _ = next(part["commands"] for part in last["parts"] if part["commands"])
    again = render.split()[1:]
    inputs = again[: again.index("--set") + 2]  # the files, and what the dump told
    krmfn(*inputs, "--set", "profile=nats-manager", "--output-dir", "rendered", cwd=tmp_path)
    krmfn(*again, cwd=tmp_path)
    changes = json.loads(krmfn("diff", "rendered", "hardened", "-o", "json", cwd=tmp_path).out)["changes"]
    (rows,) = (part["rows"] for part in last["parts"] if part["rows"])
    for change in changes:
        if change["class"] != "restart":
            assert any(row.startswith(f"{change['class']}: {change['why']} (") for row in rows), change
    assert sum(row.startswith("restart: rolling restart (eventing-nats-2, ") for row in rows) == 1


def test_the_comment_of_the_file_is_no_heading_and_is_known_again(tmp_path: Path):
    for written in ("plan: 13 files written, 0 removed", "plan: 0 files written, 0 removed"):
        assert written in krmfn("adopt", *USUAL, "--output-dir", "plan", cwd=tmp_path).err
    page = (tmp_path / "plan/plan.md").read_text().splitlines()
    assert page[0] == "<!-- Written by krmfn adopt; edits are lost when it runs again. -->"
    assert page[2] == "# Take over from nats-manager: safe"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1920])
def test_the_page_has_the_same_steps_and_no_fault(scheme: str, width: int, browser: Browser, tmp_path: Path):
    called = krmfn("adopt", *USUAL, "-o", "html")
    assert called.status == 0
    (tmp_path / "plan.html").write_text(called.out)
    browser.scheme(scheme)
    browser.resize(width)
    browser.open(tmp_path / "plan.html")
    assert browser.requests() == [(tmp_path / "plan.html").as_uri()]
    assert browser.complaints() == []
    assert browser.run("document.documentElement.scrollWidth") <= width
    told = json.loads(krmfn("adopt", *USUAL, "-o", "json").out)
    shown = browser.run(
        '[...document.querySelectorAll("section.step")].map((one) => [one.querySelector("h2").textContent,'
        ' [...one.querySelectorAll("pre")].map((pre) => pre.textContent), one.querySelector(".back").textContent])'
    )
    for (title, blocks, back), step in zip(shown, told["steps"], strict=True):
        assert title == f"{step['number']}. {step['title']}"
        wanted = [part[key] for part in step["parts"] for key in ("commands", "expected") if part[key]]
        assert blocks == ["\n".join(lines) for lines in wanted]
        assert back == f"The way back until here: {step['back'].replace('`', '')}"
    boxes = browser.run('document.querySelectorAll("section.step input[type=checkbox]").length')
    assert boxes == sum(bool(part["commands"]) for step in told["steps"] for part in step["parts"])
    browser.run('document.querySelector("section.step input").focus()')
    browser.press(" ", 32, " ")
    assert browser.run('document.querySelectorAll("input:checked").length') == 1
    browser.run(npm.script("axe-core") + ";0")
    found = browser.run("axe.run().then((all) => all.violations.map((one) => [one.id, one.nodes[0].html]))")
    assert found == []


def test_an_unsafe_take_over_has_no_step_and_hostile_names_stay_text(tmp_path: Path):
    dump = DUMP.read_text().replace("nats:2.14.2-scratch", "nats:2.12.1-scratch")
    (tmp_path / "live.yaml").write_text(dump)
    called = krmfn(
        "adopt", "--live", tmp_path / "live.yaml", "-f", NATS, "--app", "<script>alert(1)</script>", "-o", "html"
    )
    assert called.status == 1
    assert 'class="step"' not in called.out
    safe = krmfn("adopt", *USUAL[:4], "--app", "<script>alert(1)</script>'; rm -rf /", "-o", "html").out
    assert "<script>alert" not in safe
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in safe
