"""Metadata is closed: a typo there moves a cluster to another namespace or drops its annotations."""

from __future__ import annotations

from typing import Any

import pytest

from krmfn.api.accept import accept, accept_config
from krmfn.api.explain import explain, explain_config

NATS_HEAD: dict[str, Any] = {"apiVersion": "operator.kyma-project.io/v1alpha1", "kind": "NATS"}
CONFIG_HEAD: dict[str, Any] = {"apiVersion": "fn.krmfn.dev/v1alpha1", "kind": "RenderNATS"}

METADATA = {
    "name": "nats", "namespace": "shop", "labels": {"a": "b"}, "annotations": {"a": "b"}, "uid": "6f1c",
    "generation": 4, "generateName": "n-", "resourceVersion": "812", "selfLink": "/x",
    "creationTimestamp": "2026-01-01T00:00:00Z",
    "deletionTimestamp": "2026-01-02T00:00:00Z", "deletionGracePeriodSeconds": 0, "finalizers": ["example.com/x"],
    "ownerReferences": [{"kind": "Broker"}], "managedFields": [{"manager": "kubectl", "fieldsV1": {"f:spec": {}}}],
}  # fmt: skip
"""Every field of ObjectMeta, as a dump of a cluster holds them."""


def test_all_metadata_of_a_dump_is_accepted_by_both():
    for kind in (NATS_HEAD, CONFIG_HEAD):
        value = {**kind, "metadata": METADATA}
        assert (accept if kind is NATS_HEAD else accept_config)(value) is not None
        assert (explain if kind is NATS_HEAD else explain_config)(value)[1] == []


@pytest.mark.parametrize("head", [NATS_HEAD, CONFIG_HEAD], ids=["NATS", "RenderNATS"])
@pytest.mark.parametrize(
    ("field", "meant"),
    [
        ("namespce", "namespace"),
        ("nameSpace", "namespace"),
        ("anotations", "annotations"),
        ("lables", "labels"),
        ("ownerReference", "ownerReferences"),
    ],
)
def test_an_unknown_field_of_metadata_is_an_error_with_the_nearest_known_one(
    head: dict[str, Any], field: str, meant: str
):
    value = {**head, "metadata": {"name": "nats", field: {"a": "b"}}}
    assert (accept if head is NATS_HEAD else accept_config)(value) is None
    _, (finding, *_) = (explain if head is NATS_HEAD else explain_config)(value)
    assert (finding.code, finding.path) == ("unknown-field", ("metadata", field))
    assert f'did you mean "metadata.{meant}"?' in finding.message


@pytest.mark.parametrize("head", [NATS_HEAD, CONFIG_HEAD], ids=["NATS", "RenderNATS"])
def test_an_unknown_field_beside_spec_is_an_error(head: dict[str, Any]):
    _, (finding,) = (explain if head is NATS_HEAD else explain_config)({**head, "metadata": {"name": "n"}, "specc": {}})
    assert finding.message == 'unknown field "specc"; did you mean "spec"?'
