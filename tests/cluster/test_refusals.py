"""Shape and values against a real API server: what it refuses of single mutations is found, what it takes is not."""

from __future__ import annotations

import copy
import json
import os
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from krmfn.checks.run import check
from krmfn.checks.shape import shape
from krmfn.checks.values import values
from tests.checks import objects
from tests.checks.mutations import mutants
from tests.checks.rows import ROWS, Row
from tests.cluster.api import Refused
from tests.tools_of_clients import module_folder
from tools import schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cluster.api import Api
    from tests.cluster.control_plane import ControlPlane

COUNT, SEEDS = 1200, (20, 303, 1001)
FOUND = 0.95
"""The least share of what the server refuses that is found."""
ADMITTED = (
    {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "default"}},
    {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "important"}, "value": 10**6,
     "preemptionPolicy": "Never"},
    {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "runc"}, "handler": "runc"},
)  # fmt: skip
"""What the objects in neighbours.yaml take for granted."""


@pytest.fixture(scope="module")
def server(api_server: ControlPlane) -> Iterator[Api]:
    """The API server with the real CRDs and the namespaces of the goldens."""
    definitions = []
    for kind, (module, version, path) in schemas.CRDS.items():
        text = (module_folder(module, version) / path).read_text()
        found = [one for one in yaml.load_all(text, yaml.CSafeLoader) if one]
        definitions += [one for one in found if one["spec"]["names"]["kind"] == kind]
    api_server.define(yaml.safe_dump_all(definitions))
    api = api_server.api
    for name in {obj["metadata"].get("namespace", "default") for obj in objects.rendered()}:
        api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    for obj in ADMITTED:
        api.create(copy.deepcopy(obj))
    yield api
    api.close()


def refusal(api: Api, obj: dict[str, Any]) -> str:
    """What the server says against an object that is created, in a dry run with strict field validation."""
    metadata = obj.get("metadata")
    namespace = metadata.get("namespace") if isinstance(metadata, dict) else None
    place = {**obj, "metadata": {"namespace": namespace or "default"}}
    try:
        api.request("POST", f"{api.collection(place)}?dryRun=All&fieldValidation=Strict", obj)
    except Refused as refused:
        return str(refused)
    return ""


def errors(obj: dict[str, Any]) -> list[str]:
    """The errors of shape, or of values where the shape is in order."""
    found = shape(obj, "1.37") or values(obj)
    return [f"{one.field}: {one.message}" for one in found if one.severity == "error"]


@pytest.mark.parametrize("seed", SEEDS)
def test_nearly_all_that_the_server_refuses_is_found_and_nothing_that_it_takes(seed: int, server: Api) -> None:
    """1,200 single mutations of what krmfn renders. What only links tell is counted apart."""
    refused, found, links, missed, false = 0, 0, 0, [], []
    for what, obj in mutants(objects.rendered(), COUNT, seed):
        said, ours = refusal(server, obj), errors(obj)
        if not said:
            false += [(what, ours)] if ours else []
            continue
        refused += 1
        if ours:
            found += 1
        elif any(one.severity == "error" for one in check([obj])):
            links += 1
        else:
            missed.append((what, said))
    report = f"{COUNT} mutants, {refused} refused, {found} found, {links} more for links, {len(missed)} missed"
    assert false == [], report
    assert refused > COUNT / 3
    assert found >= FOUND * refused, (report, missed)
    assert missed == [], report


def test_neighbours_are_taken_as_they_are(server: Api) -> None:
    for obj in objects.neighbours():
        said = refusal(server, obj)
        assert said == "" or (obj["kind"] == "PriorityClass" and "already exists" in said), obj["metadata"]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_server_refuses_every_value_that_is_called_wrong(row: Row, server: Api) -> None:
    obj = row.object()
    if obj["kind"] == "PriorityClass":
        obj["metadata"]["name"] = "another"
    assert refusal(server, obj) != ""


def test_the_enums_are_those_of_the_server(server: Api) -> None:
    if os.environ.get("KRMFN_CLUSTER_EMULATE"):
        pytest.skip("the table is that of the newest version")
    with open(schemas.ENUMS, encoding="utf-8") as file:
        assert json.load(file) == schemas.enums_of(server.get("/openapi/v2"))
