"""Sixteen pull requests in a real git repository: what krmfn diff prints of each, in three formats.

`make golden` rewrites pull_requests/; its diff is what a reviewer reads. The rows below say what must be in there.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.calls import krmfn
from tests.reports.test_review import RENDER, cr, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable

    Change = Callable[[Path], None]

PROD, DEV = "clusters/prod/nats.yaml", "clusters/dev/nats.yaml"
SMALLER, STRICTER = "data-loss [scale-down, zone-rule-stricter]", "outage, restart [zone-rule-stricter]"
OK, FULL = "survives any zone", "survives any zone, if servers are spread evenly"
GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")


def edit(file: str, old: str, new: str) -> Change:
    def change(root: Path) -> None:
        text = (root / file).read_text()
        assert old in text
        (root / file).write_text(text.replace(old, new))

    return change


def both(*changes: Change) -> Change:
    def change(root: Path) -> None:
        for one in changes:
            one(root)

    return change


def move(root: Path) -> None:
    (root / DEV).rename(root / "clusters/dev/moved.yaml")


def add(root: Path) -> None:
    (root / "clusters/prod/more.yaml").write_text(cr("more-nats", 3))


RENAMED = f"HEAD:{DEV}:1 NATS renamed to shop/new-nats, which is a new and empty cluster"
STORAGE = "spec.jetStream.fileStorage"
CLASS = "size: 20Gi\n      storageClassName: fast"
MEMORY_OFF = "  jetStream:\n    memStorage:\n      enabled: false\n"
ALLOW = edit(PROD, "metadata:\n", "metadata:\n  annotations:\n    krmfn.dev/allow: claim-grown\n")
PULL_REQUESTS: dict[str, tuple[Change, list[tuple[str, str, str, str]]]] = {
    "size up": (
        edit(DEV, "size: 3", "size: 5"),
        [("dev-nats", "restart", f"{DEV}:8 spec.cluster.size: 3 -> 5", f"{OK} -> {FULL}")],
    ),
    "size down": (
        edit(PROD, "size: 5", "size: 3"),
        [("prod-nats", SMALLER, f"{PROD}:8 spec.cluster.size: 5 -> 3", f"{FULL} -> {OK}")],
    ),
    "storage up": (
        edit(PROD, "20Gi", "30Gi"),
        [("prod-nats", "recreate [claim-grown]", f"{PROD}:11 {STORAGE}.size: 20Gi -> 30Gi", FULL)],
    ),
    "storage down": (
        edit(PROD, "20Gi", "10Gi"),
        [("prod-nats", "data-loss [claim-shrunk", f"{PROD}:11 {STORAGE}.size: 20Gi -> 10Gi", FULL)],
    ),
    "class": (
        edit(PROD, "size: 20Gi", CLASS),
        [
            (
                "prod-nats",
                "recreate [storage-class-changed]",
                f"{PROD}:12 {STORAGE}.storageClassName added",
                FULL,
            )
        ],
    ),
    "memory off": (
        edit(PROD, "  jetStream:\n", MEMORY_OFF),
        [
            (
                "prod-nats",
                "data-loss [memory-store-lowered]",
                f"{PROD}:11 spec.jetStream.memStorage.enabled: (not set) -> false",
                FULL,
            )
        ],
    ),
    "image": (
        edit("clusters/prod/render.yaml", "spec:\n", "spec:\n  natsImage: example.org/nats:2.12.1\n"),
        [("prod-nats", "", "clusters/prod/render.yaml:5 spec.natsImage: (not set) -> 2.12.1", FULL)],
    ),
    "labels": (
        edit(PROD, "spec:\n", "spec:\n  labels:\n    team: a\n"),
        [("prod-nats", "restart", f"{PROD}:8 spec.labels.team added", FULL)],
    ),
    "a line deleted": (
        edit(PROD, "    size: 5\n", ""),
        [("prod-nats", SMALLER, f"{PROD}:7 spec.cluster.size: 5 -> (removed)", f"{FULL} -> {OK}")],
    ),
    "moved": (move, []),
    "renamed": (
        edit(DEV, "name: dev-nats", "name: new-nats"),
        [
            ("dev-nats", "data-loss [servers-removed", RENAMED, f"{OK} -> no such NATS"),
            ("new-nats", "metadata", f"{DEV}:1 NATS added", f"no such NATS -> {OK}"),
        ],
    ),
    "a new cluster": (
        add,
        [("more-nats", "metadata", "clusters/prod/more.yaml:1 NATS added", f"no such NATS -> {OK}")],
    ),
    "two environments": (
        both(
            edit("clusters/dev/render.yaml", "zones: 3", "zones: 2"),
            edit("clusters/prod/render.yaml", "zones: 3", "zones: 4"),
        ),
        [
            ("prod-nats", STRICTER, "clusters/prod/render.yaml:5 spec.zones: 3 -> 4", f"{FULL} -> {OK}"),
            ("dev-nats", "restart", "clusters/dev/render.yaml:5 spec.zones: 3 -> 2", f"{OK} -> can lose its quorum"),
        ],
    ),
    "an allowed growth": (
        both(ALLOW, edit(PROD, "20Gi", "30Gi")),
        [("prod-nats", "recreate [claim-grown (allowed)]", f"{PROD}:13 {STORAGE}.size: 20Gi -> 30Gi", FULL)],
    ),
    "a broken one": (edit(PROD, "size: 5", "size: 4"), []),
    "nothing": (both(), []),
}  # fmt: skip


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two environments, each with a RenderNATS of its own."""
    for name, size in (("prod", 5), ("dev", 3)):
        folder = tmp_path / "clusters" / name
        folder.mkdir(parents=True)
        (folder / "render.yaml").write_text(RENDER.format(3))
        (folder / "nats.yaml").write_text(cr(f"{name}-nats", size))
    subprocess.run([*GIT, "init", "--quiet", "."], cwd=tmp_path, check=True)
    subprocess.run([*GIT, "add", "."], cwd=tmp_path, check=True)
    subprocess.run([*GIT, "commit", "--quiet", "-m", "old"], cwd=tmp_path, check=True)
    return tmp_path


FORMATS = {"text": "txt", "markdown": "md", "json": "json"}
STATUS = {"moved": 0, "nothing": 0, "a broken one": 2}


@pytest.mark.parametrize("name", PULL_REQUESTS)
def test_a_pull_request_reads_the_same_in_every_format(name: str, repository: Path, request: pytest.FixtureRequest):
    change, expected = PULL_REQUESTS[name]
    change(repository)
    found = {}
    for form, suffix in FORMATS.items():
        called = krmfn("diff", "--git", "HEAD", "-o", form, "--", "clusters", cwd=repository)
        assert called.status == STATUS.get(name, 1), called
        found[suffix] = called.out + called.err
    folder = Path(__file__).parent / "pull_requests"
    for suffix, text in found.items():
        file = folder / f"{name.replace(' ', '-')}.{suffix}"
        if request.config.getoption("--update-golden"):
            file.write_text(text)
        assert text == file.read_text()
    if not expected:
        return
    rows = rows_of(found["md"])
    assert [row[0] for row in rows] == [f"shop/{cluster}" for cluster, *_ in expected]
    for row, (_, effect, cause, zones) in zip(rows, expected, strict=True):
        classes, _, codes = effect.partition(" [")
        assert row[1].startswith(classes)
        assert codes in row[1]
        assert cause in row[2].split("<br>")
        assert row[3] == zones


def test_a_verbose_text_shows_every_change(repository: Path):
    edit(PROD, "spec:\n", "spec:\n  labels:\n    team: a\n")(repository)
    arguments = ("diff", "--git", "HEAD", "--", "clusters")
    short, whole = krmfn(*arguments, cwd=repository).out, krmfn("diff", "-v", *arguments[1:], cwd=repository).out
    assert "\n+ 17 more harmless changes (use -v)\n" in short
    assert "harmless" not in whole
    changes = json.loads(krmfn(*arguments[:3], "-o", "json", *arguments[3:], cwd=repository).out)["changes"]
    assert sum(whole.count(f"\n  {one}  ") for one in ("restart", "metadata")) == len(changes) == 18


def test_the_readme_shows_the_comment_as_it_is():
    root = Path(__file__).parents[2]
    shown = [line[2:] for line in (root / "README.md").read_text().splitlines() if line.startswith(">")]
    comment = (root / "tests/reports/pull_requests/size-down.md").read_text().partition("\n<details>")[0].splitlines()
    assert shown == [f"**{comment[0].removeprefix('### ')}**", *comment[1:]]
