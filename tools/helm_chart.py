"""Write krmfn/helm/chart.py from a copy of the official NATS chart: python -m tools.helm_chart CHART_DIRECTORY."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = Path(__file__).parent.parent / "krmfn/helm/chart.py"
_HEAD = '''"""The values of the official NATS chart and their defaults, written by `python -m tools.helm_chart CHART`.

Source: https://github.com/nats-io/k8s, helm/charts/nats/values.yaml.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

'''


def flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(path, default) of every value that has nothing below it."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from flat(inner, f"{path}.{name}" if path else name)
    else:
        yield path, value


def table(chart: Path) -> str:
    """The module, for the chart in a directory."""
    version = yaml.safe_load((chart / "Chart.yaml").read_text(encoding="utf-8"))["version"]
    values = yaml.safe_load((chart / "values.yaml").read_text(encoding="utf-8"))
    rows = "".join(f"    {_quoted(path)}: {_literal(default)},\n" for path, default in flat(values))
    return f'{_HEAD}VERSION = "{version}"\nDEFAULTS: dict[str, Any] = {{\n{rows}}}\n'


def _quoted(text: str) -> str:
    return f'"{text}"'


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return repr(value)


if __name__ == "__main__":
    TABLE.write_text(table(Path(sys.argv[1])), encoding="utf-8")
