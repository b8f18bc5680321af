"""Every command of the documentation runs as it is written, in order, in a copy of the examples."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.tools_of_clients import kustomize

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FINDING = re.compile(r"^    (\S+:\d+: (?:error|warning|info): .*)$", re.MULTILINE)
"""A finding that a page shows: one of its commands prints this line."""
PAGES = sorted(
    str(page.relative_to(ROOT))
    for page in [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/README.md")]
    if BLOCK.search(page.read_text(encoding="utf-8"))
)
SETS_UP = ("make demo\n", "make test\n")
"""The README's two commands, which CI runs by themselves."""


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_runs_as_it_is_written(page: str, tmp_path: Path):
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = [b for b in BLOCK.findall(text) if b not in SETS_UP]
    script = "".join(blocks)
    for client in ("kpt", "kubectl"):
        if re.search(rf"^(if )?{client} ", script, re.MULTILINE) and shutil.which(client) is None:
            pytest.skip(f"{client} is not installed")
    more = [str(Path(kustomize()).parent)] if re.search("^kustomize ", script, re.MULTILINE) else []
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    where = tmp_path / Path(page).parent if page.startswith("examples/") else tmp_path
    path = os.pathsep.join([str(Path(sys.executable).parent), *more, os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=where,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line for line in FINDING.findall(text) if line not in (done.stdout + done.stderr).splitlines()] == []


def anchors(page: Path) -> set[str]:
    """What a link can name in a page: its headings, as GitHub spells them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_between_pages_leads_somewhere():
    pages = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")]
    pages += ROOT.glob("examples/*/README.md")
    broken = []
    for page in pages:
        for path, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", page.read_text(encoding="utf-8")):
            target = page.parent / path if path else page
            if not target.exists() or (anchor and anchor not in anchors(target)):
                broken.append(f"{page.relative_to(ROOT)}: {path}#{anchor}")
    assert broken == []


@pytest.mark.parametrize("example", ["quickstart", "plain", "kpt", "secure", "helm-values"])
def test_what_an_example_renders_is_checked_in(example: str, tmp_path: Path):
    """The README of an example says how to render it again; doing so changes no file."""
    page = ROOT / "examples" / example / "README.md"
    if "kpt " in page.read_text(encoding="utf-8") and shutil.which("kpt") is None:
        pytest.skip("kpt is not installed")
    folder = tmp_path / "examples"
    shutil.copytree(ROOT / "examples", folder)
    script = "".join(BLOCK.findall(page.read_text(encoding="utf-8")))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=folder / example, env={**os.environ, "PATH": path}, check=True
    )
    assert _tree(folder / example) == _tree(ROOT / "examples" / example)


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def test_the_table_of_first_steps_has_what_is_measured():
    measured = re.findall(r'^    "(.+?)": Host\(', (ROOT / "bench/first_steps.py").read_text(), re.MULTILINE)
    page = (ROOT / "docs/explanation/speed.md").read_text()
    section = page.partition("## From clone to rendered objects")[2].partition("\n## ")[0]
    assert re.findall(r"^\| ([^|]+) \| `", section, re.MULTILINE) == measured


def test_renovate_finds_the_images_of_a_rendernats_as_the_page_says():
    page = (ROOT / "docs/how-to/image-digests.md").read_text()
    (settings,) = re.findall(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (keys,) = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (manager,) = json.loads(settings)["customManagers"]
    pattern = re.compile(manager["matchStrings"][0].replace("(?<", "(?P<"))
    images = [value for key, value in yaml.safe_load(keys).items() if key.endswith("Image")]
    found = [f"{one['depName']}:{one['currentValue']}@{one['currentDigest']}" for one in pattern.finditer(keys)]
    assert found == images
    assert len(found) == 3
    tagged = pattern.fullmatch("natsImage: localhost:5000/nats:2.14.2")
    assert tagged is not None
    assert tagged.groupdict() == {"depName": "localhost:5000/nats", "currentValue": "2.14.2", "currentDigest": None}
    (files,) = manager["managerFilePatterns"]
    assert re.search(files.strip("/"), "clusters/prod/render.yaml")


@pytest.mark.skipif(shutil.which("kpt") is None, reason="kpt is not installed")
def test_the_repository_is_a_package_that_renders_without_a_change(tmp_path: Path):
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    for file in filter(None, files):
        if (ROOT / file).is_file():
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, tmp_path / file)
    before = _tree(tmp_path)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    render = ["kpt", "fn", "render", "--allow-exec", str(tmp_path)]
    done = subprocess.run(render, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "in 5 package(s)" in done.stdout + done.stderr
    assert _tree(tmp_path) == before
