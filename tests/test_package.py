"""What a stranger gets: requirements that pip takes, a typed wheel, and documentation that names what exists."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import krmfn
from tests.golden_cases import Case

ROOT = Path(__file__).parent.parent
LOCKED = ("requirements/runtime.txt", "requirements/dev.txt")
PIN = re.compile(r"^[a-z0-9][a-z0-9-]*(\[[a-z,-]+\])?==[^ ;]+( ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


@pytest.mark.parametrize("path", LOCKED)
def test_every_requirement_is_pinned_with_hashes_and_no_index_is_named(path: str):
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not PIN.match(line) and not HASH.match(line)] == []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        assert line.endswith("\\") == bool(HASH.match(following)), line


def test_extras_that_a_requirement_asks_for_are_locked():
    """pip's hash mode refuses `coverage` where pytest-cov asks for `coverage[toml]` and a newer one exists."""
    assert re.search(r"^coverage\[toml\]==", (ROOT / "requirements/dev.txt").read_text(encoding="utf-8"), re.MULTILINE)


def test_make_lock_keeps_extras_and_hashes_and_writes_no_index():
    done = subprocess.run(["make", "--dry-run", "lock"], cwd=ROOT, capture_output=True, text=True, check=True)
    for flag in ("--no-strip-extras", "--generate-hashes", "--universal", "--python-version 3.11", "--no-header"):
        assert flag in done.stdout
    assert "--emit-index" not in done.stdout


def test_every_requirement_of_the_package_is_locked():
    locked = (ROOT / "requirements/runtime.txt").read_text(encoding="utf-8").lower()
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    asked = re.search(r"^dependencies = \[\n(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    assert asked is not None
    names = re.findall(r'"([A-Za-z0-9-]+)', asked[1])
    assert names
    for name in names:
        assert f"\n{name.lower()}==" in f"\n{locked}"


def test_the_wheel_says_that_it_is_typed_and_holds_every_module(tmp_path: Path):
    script = "import sys; from flit_core.buildapi import build_wheel; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path], cwd=ROOT, capture_output=True, text=True, check=True
    )
    with zipfile.ZipFile(tmp_path / done.stdout.strip()) as wheel:
        names = {name for name in wheel.namelist() if name.startswith("krmfn/")}
    assert "krmfn/py.typed" in names
    assert names == {
        str(file.relative_to(ROOT))
        for file in (ROOT / "krmfn").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def test_a_wheel_built_from_the_sdist_runs_in_an_empty_environment(tmp_path: Path):
    """Without any dependency: what is right is rendered by the standard library alone."""
    build = "import sys; from flit_core import buildapi; print(getattr(buildapi, sys.argv[1])(sys.argv[2]))"

    def built(hook: str, source: Path) -> Path:
        words = [sys.executable, "-c", build, hook, tmp_path]
        return tmp_path / subprocess.run(words, cwd=source, capture_output=True, text=True, check=True).stdout.strip()

    with tarfile.open(built("build_sdist", ROOT)) as sdist:
        sdist.extractall(tmp_path, filter="data")
    wheel = built("build_wheel", tmp_path / f"krmfn-{krmfn.__version__}")
    venv.create(tmp_path / "venv")
    python = tmp_path / "venv/bin/python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", "--no-deps", wheel]
    subprocess.run(pip, check=True)
    document = Case("zones-three-named").input.read_text()
    words = [tmp_path / "venv/bin/krmfn", "render", "-f", "-", "--set", "zones=a,b,c"]
    rendered = subprocess.run(words, input=document, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "kind: StatefulSet\n" in rendered.stdout
    call = "krmfn.render(sys.stdin.read(), krmfn.Settings(zones=['a', 'b', 'c'])).to_yaml()"
    program = f"import sys, krmfn; print({call}, end='')"
    words = [python, "-I", "-c", program]
    assert subprocess.run(words, input=document, capture_output=True, text=True, check=True).stdout == rendered.stdout


def tags() -> set[str]:
    done = subprocess.run(["git", "tag", "--list"], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


REVISION = re.compile(r"(?:krmfn@|\brev: |--branch[ =]|[?&]ref=|krmfn/(?:blob|tree|raw)/)([^\s`'\"&)/]+)")
IMAGE = re.compile(r"(?:[/\s`]krmfn:|krmfn\n#?\s+newTag: )([^\s`'\"),:]+)")


def pages() -> list[Path]:
    found = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "action.yml", ".pre-commit-hooks.yaml")]
    found += ROOT.glob("docs/**/*.md")
    return found + [f for folder in ("examples", "deploy") for f in (ROOT / folder).rglob("*") if f.is_file()]


def test_documentation_names_only_revisions_and_images_that_exist():
    existing = tags()
    named = {(page, revision) for page in pages() for revision in REVISION.findall(page.read_text(encoding="utf-8"))}
    assert {revision for _, revision in named} >= {"<commit>"}
    assert [(str(page), one) for page, one in named if one not in existing | {"<commit>"}] == []
    images = {(page, tag) for page in pages() for tag in IMAGE.findall(page.read_text(encoding="utf-8"))}
    assert {tag for _, tag in images} >= {"<tag>", krmfn.__version__}
    assert [
        (str(page), one) for page, one in images if one not in existing | {"<tag>", "<version>", krmfn.__version__}
    ] == []
