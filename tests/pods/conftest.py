"""The cluster that the tests of this folder share: wanted by `make test-pods`, skipped elsewhere."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.pods import programs
from tests.pods.cluster import started
from tests.pods.nats_cluster import NatsCluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.pods.cluster import Cluster

    Make = Callable[..., NatsCluster]
    Say = Callable[[str], None]


@pytest.fixture(scope="package")
def pods() -> Iterator[Cluster]:
    """Four nodes in three zones; `KRMFN_PODS_KEEP=1` leaves the logs."""
    if os.environ.get("KRMFN_PODS") != "1":
        pytest.skip("real kubelets run in `make test-pods` only (KRMFN_PODS=1)")
    if reason := programs.absent():
        pytest.skip(reason)
    run = Path(tempfile.mkdtemp(prefix="pods-"))
    try:
        with started(run) as cluster:
            yield cluster
    finally:
        if os.environ.get("KRMFN_PODS_KEEP") != "1":
            shutil.rmtree(run, ignore_errors=True)


@pytest.fixture
def make(pods: Cluster, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Make]:
    """Makes a NATS in a namespace of its own, which goes with the test."""
    made: list[NatsCluster] = []

    def one(spec: dict[str, object] | None = None, namespace: str = "", **settings: str) -> NatsCluster:
        namespace = namespace or f"t{abs(hash(request.node.name)) % 10**6}-{len(made)}"
        made.append(NatsCluster(pods, tmp_path, namespace, spec, **settings))
        return made[-1]

    yield one
    for nats in made:
        nats.remove()


@pytest.fixture
def say(record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]) -> Say:
    """Prints what a test measured: a run tells its own figures."""

    def line(text: str) -> None:
        record_property("measured", text)
        with capsys.disabled():
            sys.stderr.write(f"\n    {text}")

    return line
