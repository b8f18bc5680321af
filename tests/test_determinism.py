"""The same bytes for the same input, whatever the interpreter, locale, clock, directory, hash seed or order."""

from __future__ import annotations

import atexit
import itertools
import os
import random
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import pytest

from krmfn.hosts.function import transform
from tests.calls import ROOT, TIMEOUT, items_of, plain_environment, resource_list
from tests.faults.lists import CONFIG_MAP
from tests.golden_cases import CASES, Case

if TYPE_CHECKING:
    from collections.abc import Iterator

LAUNCH = "import sys; sys.path.insert(0, sys.argv.pop(1)); from krmfn.__main__ import main; sys.exit(main())"
OTHER_VERSIONS = ("3.12", "3.13", "3.14")


def rendered(python: str = sys.executable, environment: dict[str, str] | None = None, **more: object) -> bytes:
    """Standard output and standard error of one render of two files, which must succeed."""
    command = [python, "-S", "-B", "-c", LAUNCH, str(ROOT), "render"]
    command += [word for file in more.pop("files", files()) for word in ("-f", file)]  # type: ignore[attr-defined]
    env = {**plain_environment(), **(environment or {})}
    done = subprocess.run(command, capture_output=True, check=False, timeout=TIMEOUT, env=env, **more)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stderr
    return bytes(done.stdout + done.stderr)


@cache
def files() -> list[str]:
    """Plain enough for the fast reader: other interpreters here have no PyYAML. So are all files in folders above."""
    folder = Path(mkdtemp())
    atexit.register(shutil.rmtree, folder)
    for name in ("several-crs", "name-without-nats", "hardened-everything"):
        shutil.copytree(Case(name).folder, folder / name, ignore=shutil.ignore_patterns("expected", "results.yaml"))
    return [str(file) for file in sorted(folder.glob("*/input.yaml"))]


@cache
def expected() -> bytes:
    return rendered()


@cache
def interpreters() -> dict[str, str]:
    """Other versions of Python that are installed and start, by version."""
    found = {}
    for version in OTHER_VERSIONS:
        for candidate in [shutil.which(f"python{version}"), *installed_by_pyenv(version)]:
            if candidate and subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0:
                found[version] = str(candidate)
                break
    return found


def installed_by_pyenv(version: str) -> Iterator[str]:
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from (str(path) for path in sorted(root.glob(f"versions/{version}.*/bin/python{version}")))


@pytest.mark.parametrize("version", OTHER_VERSIONS)
def test_every_version_of_python_prints_the_same_bytes(version: str) -> None:
    python = interpreters().get(version)
    if python is None:
        pytest.skip(f"Python {version} is not installed")
    assert rendered(python) == expected()


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "LANG": "C"},
        {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"},
        {"TZ": "Pacific/Kiritimati"},
        {"TZ": "America/Adak", "SOURCE_DATE_EPOCH": "0"},
        {"HOME": "/nonexistent", "USER": "nobody", "TMPDIR": "/nonexistent"},
        {"PYTHONUNBUFFERED": "1", "PYTHONOPTIMIZE": "2"},
        *({"PYTHONHASHSEED": seed} for seed in "0123"),
    ],
    ids=str,
)
def test_the_environment_changes_no_byte(environment: dict[str, str]) -> None:
    assert rendered(environment=environment) == expected()


def test_the_working_directory_changes_no_byte(tmp_path: Path) -> None:
    for folder in (tmp_path, Path("/"), ROOT / "tests"):
        assert rendered(cwd=folder) == expected()


def test_the_order_of_the_files_changes_no_byte() -> None:
    for order in itertools.permutations(files()):
        assert rendered(files=list(order)) == expected()


@pytest.mark.parametrize("name", CASES)
def test_rendering_twice_gives_the_bytes_of_rendering_once(name: str) -> None:
    once, status, _ = transform(Case(name).resource_list())
    assert status == 0
    twice, status, _ = transform(once)
    assert (twice, status) == (once, 0)


def items_as_text() -> list[str]:
    """Three CRs and ten foreign items, each the text of a list item."""
    listed = Case("several-crs").resource_list().partition("items:\n")[2].partition("functionConfig:")[0]
    crs = [f"- {part}" for part in listed.removeprefix("- ").split("\n- ")]
    return [*(cr.rstrip("\n") + "\n" for cr in crs), *(CONFIG_MAP.format(name=f"c{i}") for i in range(10))]


def test_the_order_of_the_items_changes_no_child_and_no_order_of_children() -> None:
    texts, chance = items_as_text(), random.Random(0)
    assert len(texts) == 13
    seen = set()
    for _ in range(12):
        out, status, _ = transform(resource_list(texts))
        assert status == 0
        children = [item for item in items_of(out) if "krmfn.dev/owner" in item["metadata"].get("annotations", {})]
        assert len(children) == 28
        assert out.startswith("".join(["apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n", *texts]))
        seen.add(repr(children))
        chance.shuffle(texts)
    assert len(seen) == 1
