"""`render --output-dir DIR --check`: whether DIR is what is rendered now, new and removed files too. DIR stays."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.calls import ROOT, Called, krmfn

SOURCE = ROOT / "examples/flux/source/eu"
BELOW = Path("shop/orders-nats")
WAYS = {"in one piece": (), "as a fleet": ("--jobs", "2"), "a shard": ("--shard", "1/1")}


class Rendered:
    """A folder `out` with what is rendered there, current."""

    def __init__(self, place: Path, *more: str) -> None:
        self.place, self.out = place, place / "out"
        shutil.copytree(SOURCE, place / "source")
        self._arguments = ("render", "-f", "source/nats.yaml", "--config", "source/render.yaml", *more)
        assert self.render().status == 0
        self.root = self.out / "shard-1-of-1" if "--shard" in more else self.out

    def render(self, *more: str) -> Called:
        return krmfn(*self._arguments, "--output-dir", "out", *more, cwd=self.place)

    def state(self) -> dict[str, tuple[bytes, int]]:
        files = [path for path in self.place.rglob("*") if path.is_file()]
        return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}

    def check(self, *more: str) -> tuple[int, list[str]]:
        """The status, and the lines about files that are not current. Nothing is written."""
        before = self.state()
        called = self.render("--check", *more)
        assert self.state() == before
        assert called.out == ""
        return called.status, [line for line in called.err.splitlines() if "[not-current]" in line]


@pytest.mark.parametrize("way", WAYS)
def test_a_directory_that_is_current_passes(way: str, tmp_path: Path) -> None:
    rendered = Rendered(tmp_path, *WAYS[way])
    (rendered.root / "own.txt").write_text("a file of the user's")
    assert rendered.check() == (0, [])


@pytest.mark.parametrize("way", WAYS)
def test_changed_missing_and_left_over_files_fail_each_by_name(way: str, tmp_path: Path) -> None:
    rendered = Rendered(tmp_path, *WAYS[way])
    service = rendered.root / BELOW / "service-orders-nats.yaml"
    service.write_text(service.read_text().replace("port: 4222", "port: 4223"))
    (rendered.root / "kustomization.yaml").unlink()
    status, lines = rendered.check("--set", "networkPolicy=true")
    where = rendered.root.relative_to(tmp_path)
    assert status == 1
    policies = [f"networkpolicy-orders-nats{part}.yaml" for part in ("", "-metrics")]
    expected = {
        "kustomization.yaml": "is missing",
        **{str(BELOW / name): "is missing" for name in policies},
        str(BELOW / service.name): "differs from what is rendered",
    }
    assert {tuple(line.split(": error: ")) for line in lines} == {
        (str(where / name), f"this file {what}; render without --check, and commit the result [not-current]")
        for name, what in expected.items()
    }
    assert rendered.render("--set", "networkPolicy=true").status == 0
    assert rendered.check("--set", "networkPolicy=true") == (0, [])
    status, lines = rendered.check()
    assert status == 1
    assert any("networkpolicy-orders-nats.yaml: error: this file is not rendered any more" in line for line in lines)


@pytest.mark.parametrize("way", WAYS)
def test_a_directory_that_is_not_there_fails_and_is_not_made(way: str, tmp_path: Path) -> None:
    rendered = Rendered(tmp_path, *WAYS[way])
    shutil.rmtree(rendered.out)
    status, lines = rendered.check()
    assert (status, bool(lines), rendered.out.exists()) == (1, True, False)


@pytest.mark.parametrize("way", WAYS)
def test_of_many_files_the_first_are_named_and_all_are_counted(way: str, tmp_path: Path) -> None:
    rendered = Rendered(tmp_path, *WAYS[way])
    nats = tmp_path / "source/nats.yaml"
    nats.write_text(nats.read_text().replace("orders-nats", "other-nats"))
    status, (line,) = rendered.check("--allow-removal", "shop/orders-nats")
    files = sum(1 for path in rendered.root.rglob("*.yaml"))
    assert status == 1
    where = rendered.root.relative_to(tmp_path)
    assert line.startswith(f"{where}: error: {2 * files - 1} files are not current: kustomization.yaml differs from")


def test_without_a_directory_or_with_nothing_to_render_it_is_wrong_usage(tmp_path: Path) -> None:
    rendered = Rendered(tmp_path)
    called = krmfn("render", "-f", "source/nats.yaml", "--check", cwd=tmp_path)
    assert (called.status, "add --output-dir DIR" in called.err) == (2, True)
    for way in ((), ("--jobs", "2")):
        called = rendered.render("--check", "--set", "mode=validate", *way)
        assert (called.status, "mode=validate renders none" in called.err) == (2, True)
