"""A secret in any field of a NATS, a Secret, an earlier render or a dump stays out of all that is said about them.

What is data goes out as it came; what is looked for is a copy in a finding, a comparison or a report.
"""

from __future__ import annotations

import copy
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from krmfn.cli.main import command
from krmfn.hosts.function import transform
from tests.calls import documents, krmfn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CANARY = "hunter2-s3cr3t-canary"
ODD = f"${{{CANARY}}} !"
"""The same as no name, no label and no number may be, so that a finding has to speak of it."""
Object = dict[str, Any]
NATS: Object = {
    "apiVersion": "operator.kyma-project.io/v1alpha1",
    "kind": "NATS",
    "metadata": {
        "name": "nats",
        "namespace": "ns",
        "labels": {"a": "b"},
        "annotations": {"note": "x", "krmfn.dev/allow": "scale-down"},
    },
    "spec": {
        "cluster": {"size": 3},
        "jetStream": {
            "memStorage": {"enabled": True, "size": "256Mi"},
            "fileStorage": {"size": "2Gi", "storageClassName": "fast"},
        },
        "logging": {"debug": False, "trace": False},
        "resources": {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "1", "memory": "1Gi"}},
        "labels": {"team": "a"},
        "annotations": {"note": "b"},
    },
    "status": {"state": "Ready", "url": "nats://x"},
}
SECRET: Object = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "nats-secret", "namespace": "ns", "labels": {"a": "b"}, "annotations": {"c": "d"}},
    "type": "Opaque",
    "immutable": False,
    "data": {"resolver.conf": "YQ==", "other": "Yg=="},
    "stringData": {"resolver.conf": "a", "more": "b"},
}
BY_SERVER = {
    "uid": "1",
    "resourceVersion": "2",
    "generation": 1,
    "creationTimestamp": "2026-01-01T00:00:00Z",
    "managedFields": [{"manager": "m", "operation": "Apply", "fieldsV1": {"f:spec": {}}}],
    "ownerReferences": [{"apiVersion": "a/v1", "kind": "K", "name": "o", "uid": "3"}],
    "finalizers": ["f"],
}
SHOWN = (
    ("apiVersion",),
    ("kind",),
    ("metadata", "name"),
    ("metadata", "namespace"),
    ("metadata", "annotations", "krmfn.dev/owner"),
)
"""What tells objects apart is no secret, and messages need it."""


class Dumper(yaml.CSafeDumper):
    """Fast, and without anchors for what objects share."""

    def ignore_aliases(self, _: Any) -> bool:
        return True


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every field with a value of its own."""
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if rows is None:
        if path not in SHOWN:
            yield path
        return
    for key, inner in rows:
        yield from places(inner, (*path, key))


def planted(obj: Object, path: tuple[str | int, ...], value: str) -> Object:
    made = copy.deepcopy(obj)
    here: Any = made
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = value
    return made


def stream(*objects: Object) -> str:
    return "---\n".join(yaml.dump(obj, Dumper=Dumper, sort_keys=False) for obj in objects)


def listed(*objects: Object) -> str:
    whole = {"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": list(objects)}
    return yaml.dump(whole, Dumper=Dumper, sort_keys=False)


CHILDREN = documents(krmfn("render", "-f", "-", "--set", "zones=a,b,c", "--set", "istio=true", stdin=stream(NATS)).out)
LIVE = [
    {**child, "metadata": {**child["metadata"], **copy.deepcopy(BY_SERVER)}, "status": {"a": "b"}} for child in CHILDREN
]


@pytest.fixture
def said(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run a command on texts by file name: all that it writes, or what it says beside its data."""
    monkeypatch.chdir(tmp_path)

    def run(arguments: str, *, data: bool = False, **files: str) -> str:
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text)
        command(arguments.split())
        out, err = capfd.readouterr()
        return err if data else out + err

    return run


def results_of(text: str) -> str:
    """What the function says, in its results and on standard error."""
    output, _, complaint = transform(text)
    (whole,) = documents(output)
    return complaint + json.dumps(whole.get("results", []))


COMMANDS = (
    "check -f a.yaml",
    "check -f a.yaml -o json",
    "simulate -f a.yaml --set zones=a,b,c",
    "simulate -f a.yaml --set zones=a,b,c -o json",
    *(f"report -f a.yaml --set zones=a,b,c -o {form}" for form in ("html", "svg", "mermaid", "markdown")),
    "diff a.yaml b.yaml",
    "diff a.yaml b.yaml -o json",
    "diff a.yaml b.yaml -o markdown",
    "diff a.yaml b.yaml -o html",
    "diff b.yaml a.yaml",
)
DIFFS = tuple(one for one in COMMANDS if one.startswith("diff"))


@pytest.mark.parametrize("value", [CANARY, ODD], ids=["plain", "odd"])
@pytest.mark.parametrize("arguments", COMMANDS)
def test_no_command_repeats_a_field_of_a_nats_or_its_secret(arguments, value, said):
    for objects in (
        *((planted(NATS, path, value), SECRET) for path in places(NATS)),
        *((NATS, planted(SECRET, path, value)) for path in places(SECRET)),
    ):
        assert CANARY not in said(arguments, a=stream(*objects), b=stream(NATS, SECRET)), objects


@pytest.mark.parametrize("value", [CANARY, ODD], ids=["plain", "odd"])
@pytest.mark.parametrize("arguments", ["render -f a.yaml", "render -f a.yaml --set include=all", "cmp generate"])
def test_what_is_said_beside_rendered_data_repeats_no_field(arguments, value, said, monkeypatch):
    monkeypatch.setenv("KUBE_API_VERSIONS", "v1")
    for objects in (
        *((planted(NATS, path, value), SECRET) for path in places(NATS)),
        *((NATS, planted(SECRET, path, value)) for path in places(SECRET)),
    ):
        assert CANARY not in said(arguments, data=True, a=stream(*objects)), objects


@pytest.mark.parametrize("value", [CANARY, ODD], ids=["plain", "odd"])
def test_the_function_repeats_no_field_of_a_nats_or_its_secret(value):
    for path in places(NATS):
        assert CANARY not in results_of(listed(planted(NATS, path, value), SECRET)), path
    for path in places(SECRET):
        assert CANARY not in results_of(listed(NATS, planted(SECRET, path, value))), path


def moved(objects: list[Object], namespace: str) -> list[Object]:
    return [{**obj, "metadata": {**obj["metadata"], "namespace": namespace}} for obj in objects]


def variants(objects: list[Object]) -> Iterator[tuple[str, list[Object]]]:
    """Every set of the objects with a canary in one field of one of them, in a namespace of its own."""
    for number, obj in enumerate(objects):
        for count, path in enumerate(places(obj)):
            namespace = f"n-{number}-{count}"
            yield namespace, moved([*objects[:number], planted(obj, path, CANARY), *objects[number + 1 :]], namespace)


def test_neither_the_function_nor_render_repeats_a_field_of_an_earlier_render(said, tmp_path):
    new, before = [], []
    for namespace, objects in variants(CHILDREN):
        new += moved([planted(NATS, ("spec", "cluster", "size"), 5)], namespace)
        for obj in objects:
            notes = obj["metadata"].get("annotations")
            if isinstance(notes, dict) and notes.get("krmfn.dev/owner") == "ns/nats":
                obj["metadata"]["annotations"] = {**notes, "krmfn.dev/owner": f"{namespace}/nats"}
            before.append(obj)
    text = results_of(listed(*new, *before))
    assert "claim-template-changed" in text
    assert CANARY not in text
    (tmp_path / "before").mkdir()
    text = said("render -f a.yaml --previous before", data=True, a=stream(*new), **{"before/all": stream(*before)})
    assert "claim-template-changed" in text
    assert CANARY not in text


@pytest.mark.parametrize("arguments", DIFFS)
@pytest.mark.parametrize("old", [CHILDREN, LIVE], ids=["render", "dump"])
def test_no_comparison_repeats_a_field_of_a_render_or_a_dump(arguments, old, said):
    a, b = [], []
    for namespace, objects in variants(old):
        a += objects
        b += moved(CHILDREN, namespace)
    text = said(arguments, a=stream(*a), b=stream(*b))
    assert "recreate" in text or " changes in " in text  # Markdown has the strongest classes only
    assert CANARY not in text


def test_a_canary_in_data_would_be_seen(said, monkeypatch):
    """The tests above can fail: what they leave out holds the canary."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    one = planted(NATS, ("spec", "labels", "team"), CANARY)
    assert CANARY in said("render -f a.yaml", a=stream(one))
    assert CANARY in said("diff a.yaml b.yaml", a=stream(NATS), b=stream(planted(NATS, ("metadata", "name"), CANARY)))
