"""No value of a dump that could be a secret appears in a verdict or a plan, whatever field it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from krmfn.adoption.plan import plan
from krmfn.adoption.step import Context
from krmfn.reports.adoption import AdoptionReport, as_json, as_markdown, as_text
from tests.adoption.dumps import BOTH, changed, items, judged, live_of, made

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = "Hunter2-s3cr3t!canary"
IDENTITY = (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"))
"""What names an object is what a plan is about, and is refused before where it is no name."""
KINDS = sorted({obj["kind"] for obj in items()})


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of every scalar and of everything that is empty."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = list(inner)
    if not found:
        yield path
    for key, item in found:
        yield from leaves(item, (*path, key))


def branches(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of every map and list."""
    if isinstance(value, (dict, list)):
        yield path
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from branches(item, (*path, key))


def printed(objects: list[dict[str, Any]]) -> str:
    """Every output there is, with the plan also where the verdict is not safe."""
    verdict, live = judged(objects), live_of(objects)
    report = AdoptionReport(verdict.verdict, {}, verdict.all_findings().in_order(), None)
    report.clusters = verdict.clusters
    report.steps = plan(verdict, live, Context(BOTH, "-f nats.yaml"))
    texts = [as_text(report, color=False), as_markdown(report), as_json(report)]
    return "\n".join([*texts, *(repr(one.differences) for one in verdict.clusters)])


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_of_any_field_appears_nowhere(kind: str):
    (first, *_) = (obj for obj in items() if obj["kind"] == kind)
    for path in leaves(first):
        if path not in IDENTITY:
            assert CANARY not in printed(changed(kind, *path, value=CANARY)), path


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("Service", ("metadata", "annotations", "argocd.argoproj.io/tracking-id")),
        ("Service", ("metadata", "labels", "kustomize.toolkit.fluxcd.io/name")),
        ("NATS", ("metadata", "annotations", "argocd.argoproj.io/sync-options")),
        ("StatefulSet", ("spec", "template", "spec", "priorityClassName")),
        ("StatefulSet", ("spec", "volumeClaimTemplates", 0, "spec", "storageClassName")),
    ],
)
def test_a_value_of_a_field_that_the_dump_has_not_appears_nowhere(kind: str, path: tuple[Any, ...]):
    assert CANARY not in printed(changed(kind, *path, value=CANARY))


def test_a_value_of_a_lease_or_of_kymas_resources_appears_nowhere():
    more = [
        made("coordination.k8s.io/v1", "Lease", "26479083.kyma-project.io", spec={"holderIdentity": CANARY}),
        made(
            "operator.kyma-project.io/v1beta2", "Kyma", "default",
            spec={"modules": [{"name": "nats", "managed": CANARY, "channel": CANARY}]},
            status={"modules": [{"name": "nats", "state": CANARY}]},
        ),
        made("operator.kyma-project.io/v1alpha1", "Eventing", "eventing", spec={"backend": CANARY}),
        made("v1", "ConfigMap", "shoot-info", "kube-system", data={"provider": CANARY}),
    ]  # fmt: skip
    assert CANARY not in printed([*items(), *more])


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_stands_where_a_map_or_list_belongs_there_is_a_verdict(kind: str):
    (first, *_) = (obj for obj in items() if obj["kind"] == kind)
    junk = ("x", 7, [], {}, [None], {"x": None}, True)
    for number, path in enumerate(path for path in branches(first) if path not in ((), ("metadata",))):
        for value in (junk[number % len(junk)], junk[(number + 3) % len(junk)]):
            assert printed(changed(kind, *path, value=value)), (path, value)
