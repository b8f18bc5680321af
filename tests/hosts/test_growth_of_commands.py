"""Ten times as many clusters cost a command about ten times as many calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from krmfn.cli.main import command
from tests.adoption import dumps
from tests.checks.test_growth import renamed
from tests.effort import calls_of

if TYPE_CHECKING:
    from pathlib import Path

NATS = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: nats-{number}
  namespace: bench
spec:
  cluster: {{size: 3}}
  jetStream: {{fileStorage: {{size: 10Gi}}}}
"""
VALUES = "config:\n  cluster: {enabled: true}\n  jetstream: {enabled: true}\n  merge:\n    accounts:\n"


def clusters(folder: Path, count: int) -> Path:
    (folder / f"{count}.yaml").write_text(
        "---\n".join(NATS.format(number=number) for number in range(1000, 1000 + count))
    )
    return folder / f"{count}.yaml"


@pytest.mark.parametrize("name", ["report", "simulate"])
def test_ten_times_as_many_clusters(name: str, tmp_path: Path) -> None:
    def calls(count: int) -> int:
        return calls_of(lambda: command([name, "-f", str(clusters(tmp_path, count)), "--set", "zones=a,b,c"]))

    calls(8)  # what is loaded and remembered once
    assert calls(80) < 12 * calls(8)


def test_ten_times_as_many_accounts_of_a_chart(tmp_path: Path) -> None:
    def calls(count: int) -> int:
        path = tmp_path / f"{count}.yaml"
        users = (f"      A{number}:\n        users: [{{user: u{number}}}]\n" for number in range(1000, 1000 + count))
        path.write_text(VALUES + "".join(users))
        return calls_of(lambda: command(["import", str(path)]))

    calls(10)
    assert calls(100) < 12 * calls(10)


def test_ten_times_as_many_clusters_of_a_dump() -> None:
    objects = dumps.items()

    def calls(count: int) -> int:
        names = [f"nats-{number}" for number in range(1000, 1000 + count)]
        live = dumps.live_of([renamed(obj, dumps.NAME, name) for name in names for obj in objects])

        def ask() -> None:
            for name in names:
                assert live.claims(dumps.NAMESPACE, f"{name}-js-pvc-{name}-")
                live.owned(dumps.NAMESPACE, name)

        return calls_of(ask)

    assert calls(100) < 12 * calls(10)
