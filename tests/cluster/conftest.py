"""The control planes that the tests of this folder share: wanted by `make test-cluster`, skipped elsewhere."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cluster import binaries
from tests.cluster.control_plane import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cluster.api import Api
    from tests.cluster.control_plane import ControlPlane

DEFINITION = Path(__file__).parent / "destinationrule_crd.yaml"


@pytest.fixture(scope="session", autouse=True)
def _wanted() -> None:
    """Not part of `make test`: the programs are built once, in a quarter of an hour."""
    if os.environ.get("KRMFN_CLUSTER") != "1":
        pytest.skip("a real API server and scheduler run in `make test-cluster` only (KRMFN_CLUSTER=1)")
    if reason := binaries.absent():
        pytest.skip(reason)
    binaries.build()


@pytest.fixture(scope="session")
def api_server(_wanted: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """etcd and the API server only: nobody but the test changes an object."""
    yield from _with_definitions(tmp_path_factory.mktemp("api-server"), controllers=False)


@pytest.fixture(scope="session")
def cluster(_wanted: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """With the controllers, the scheduler and fake nodes."""
    yield from _with_definitions(tmp_path_factory.mktemp("cluster"), controllers=True)


@pytest.fixture(scope="session")
def api(api_server: ControlPlane) -> Iterator[Api]:
    """A connection to the server without controllers."""
    with closing(api_server.api) as connection:
        yield connection


@pytest.fixture(scope="session")
def cluster_api(cluster: ControlPlane) -> Iterator[Api]:
    """A connection to the server with controllers and nodes."""
    with closing(cluster.api) as connection:
        yield connection


def _with_definitions(run: Path, *, controllers: bool) -> Iterator[ControlPlane]:
    with running(run, controllers=controllers) as plane:
        plane.define(DEFINITION.read_text())
        yield plane
