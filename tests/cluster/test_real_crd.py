"""The generated CRD and the printed status on the real API server: the operator's answers, and what Eventing reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.calls import krmfn
from tests.cluster.api import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cluster.api import Api, Object
    from tests.cluster.control_plane import ControlPlane

NAMESPACE = "kyma-system"
NOT_THE_SERVERS = ("operator", "BadRequest")
"""Types of expected errors that come from the operator itself, or before any schema is looked at."""


@pytest.fixture(scope="module")
def kyma(api_server: ControlPlane, api: Api) -> Iterator[Api]:
    """The server with the generated CRD and the operator's namespace."""
    printed = krmfn("schema", "NATS", "-o", "crd")
    made = api_server.kubectl("apply", "--server-side", "-f", "-", stdin=printed.out)
    assert made.returncode == 0, made.stderr
    name = "crd/nats.operator.kyma-project.io"
    wait = api_server.kubectl("wait", "--for=condition=Established", name, "--timeout=30s")
    assert wait.returncode == 0, wait.stderr
    api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    yield api
    api_server.kubectl("delete", name)


def loaded(path: Path) -> Any:
    """As kubectl reads a file: YAML 1.1."""
    return yaml.safe_load(path.read_text())


def cases(shared: Path, group: str) -> list[Path]:
    found = sorted(path for path in (shared / "parity" / group).iterdir() if path.is_dir())
    assert found
    return found


def refusal(api: Api, method: str, path: str, obj: Object) -> str:
    """What the server has against an object; "" when it takes it."""
    try:
        api.request(method, path, obj)
    except Refused as refused:
        return str(refused)
    return ""


def collection(obj: Object) -> str:
    return f"/apis/{obj['apiVersion']}/namespaces/{obj['metadata'].get('namespace', NAMESPACE)}/nats"


def test_it_refuses_what_the_operators_crd_refuses_and_in_its_words(kyma: Api, shared: Path):
    for case in cases(shared, "invalid"):
        obj, errors = loaded(case / "nats.yaml"), loaded(case / "errors.yaml")
        kyma.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": obj["metadata"]["namespace"]}})
        said = refusal(kyma, "POST", f"{collection(obj)}?dryRun=All", obj)
        expected = [one for one in errors if one["type"] not in NOT_THE_SERVERS]
        if not expected and any(one["type"] == "operator" for one in errors):
            assert said == "", case.name
            continue
        assert said, case.name
        for one in expected:
            if one["field"].startswith("spec"):
                assert one["field"] in said, case.name
                assert one["message"].rpartition("Invalid value: ")[2] in said, case.name


def test_it_allows_and_refuses_the_same_changes(kyma: Api, shared: Path):
    for case in cases(shared, "transitions"):
        old, new, errors = (loaded(case / f"{name}.yaml") for name in ("old", "new", "errors"))
        path = f"{collection(old)}/{old['metadata']['name']}"
        stored = kyma.create(old)
        try:
            new["metadata"]["resourceVersion"] = stored["metadata"]["resourceVersion"]
            said = refusal(kyma, "PUT", path, new)
            assert bool(said) is bool(errors), case.name
            for one in errors:
                assert f"{one['field']}: {one['message']}" in said, case.name
        finally:
            kyma.delete(path)


def test_defaults_are_those_that_the_operators_crd_gives(kyma: Api, shared: Path):
    for case in cases(shared, "valid"):
        obj, wanted = loaded(case / "nats.yaml"), loaded(case / "defaulted.yaml")
        kyma.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": obj["metadata"]["namespace"]}})
        stored = kyma.request("POST", f"{collection(obj)}?dryRun=All", obj).body
        assert stored["spec"] == wanted["spec"], case.name


def test_the_status_goes_in_with_kubectl_and_reads_back_as_eventing_reads_it(
    kyma: Api, api_server: ControlPlane, tmp_path: Path
):
    file = tmp_path / "nats.yaml"
    file.write_text(
        "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\nmetadata:\n  name: eventing-nats\n"
        f"  namespace: {NAMESPACE}\n"
    )
    path = f"/apis/operator.kyma-project.io/v1alpha1/namespaces/{NAMESPACE}/nats/eventing-nats"
    try:
        made = api_server.kubectl("apply", "-f", str(file))
        assert made.returncode == 0, made.stderr
        printed = krmfn("status", "-f", file, "--set", "zones=3")
        done = api_server.kubectl("replace", "--subresource=status", "-f", "-", stdin=printed.out)
        assert done.returncode == 0, done.stderr
        (wanted,) = yaml.safe_load_all(printed.out)
        listed = kyma.get(path.rpartition("/")[0])["items"]
        assert [one["status"] for one in listed] == [wanted["status"]]
        assert listed[0]["status"]["state"] in ("Ready", "Warning")
        url = f"nats://{listed[0]['metadata']['name']}.{NAMESPACE}.svc.cluster.local:4222"
        assert listed[0]["status"]["url"] == url
    finally:
        kyma.delete(path)
