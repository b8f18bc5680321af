"""The gate of CI and the tables of docs/explanation/speed.md; the figures themselves are `make bench`'s."""

from __future__ import annotations

import importlib.util
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.calls import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

PAGE = ROOT / "docs" / "explanation" / "speed.md"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    spec = importlib.util.spec_from_file_location("bench", ROOT / "bench" / "bench.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    for name in ("programs", "rows", "inputs", "timing"):
        sys.modules.pop(name, None)


def test_the_gate_fails_only_for_what_is_too_slow_each_time(bench: ModuleType, capsys: pytest.CaptureFixture[str]):
    def row(value: float, limit: float | None = 4) -> Any:
        return bench.Row(bench.START, "a start", value, limit)

    measured = iter([[row(9), row(3)], [row(8.1)], [row(7.9)]])
    assert bench.gate(lambda: next(measured)) == 0
    assert capsys.readouterr().out.count("BROKEN") == 2
    assert bench.gate(lambda: [row(8.1)]) == 1
    assert bench.gate(lambda: [row(99, None)]) == 0


def test_a_call_that_ends_otherwise_than_expected_is_no_measurement(bench: ModuleType):
    import timing

    with pytest.raises(SystemExit, match="ended with 3"):
        timing.run(timing.Call([sys.executable, "-c", "raise SystemExit(3)"]))
    assert timing.run(timing.Call([sys.executable, "-c", "raise SystemExit(3)"], expected=3)).worked > 0
    assert bench.PAGE == PAGE


def test_the_page_has_the_tables_that_the_bench_writes(bench: ModuleType):
    written = PAGE.read_text(encoding="utf-8").partition(bench.BEGIN)[2].partition(bench.END)[0]
    rows = re.findall(r"^\| ([^|]+) \| ([\d.]+ (?:x|ms|MB|%)) \| ([^|]*) \|$", written, re.MULTILINE)
    made = (ROOT / "bench" / "rows.py").read_text(encoding="utf-8")
    starts = re.findall(r'^        "(.+)": \((?:[\d.]+, )?Call', made, re.MULTILINE)
    assert len(starts) == 10
    assert not set(starts) - {name for name, _, _ in rows}
    for group in (bench.START, bench.MANY, bench.FLEET):
        assert f"| {group} | measured | at most |" in written
    assert re.match(r"Measured on \d{4}-\d\d-\d\d with Python 3\.\d+\.\d+ on \d+ cores", written)


@pytest.mark.usefixtures("bench")
def test_peers_are_found_where_they_are_named_or_built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    import programs

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    assert programs.peer("kustomize") is None
    built = tmp_path / "krmfn" / "bin" / "kustomize@v5.8.1" / "kustomize"
    built.parent.mkdir(parents=True)
    built.touch(0o755)
    assert programs.peer("kustomize") == str(built)
    monkeypatch.setenv("KRMFN_KUSTOMIZE", "/named")
    assert programs.peer("kustomize") == "/named"


@pytest.mark.usefixtures("bench")
def test_a_folder_without_a_chart_is_no_chart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    import programs

    monkeypatch.setenv("KRMFN_NATS_CHART", str(tmp_path))
    with pytest.raises(SystemExit, match=r"no Chart\.yaml"):
        programs.chart()
    (tmp_path / "Chart.yaml").touch()
    assert programs.chart() == str(tmp_path)
