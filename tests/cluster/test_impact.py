"""What is classed `recreate` the API server refuses, and it takes every other class: one change at a time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from krmfn.changes.change import DATA_LOSS, NONE, RECREATE, worst
from krmfn.changes.compare import changes
from tests.changes.states import NAMESPACE, of_kind, rendered, with_change
from tests.cluster.api import Refused
from tests.cluster.rendered import Manifest, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cluster.api import Api, Object

POD = ("spec", "template", "spec")
NATS = (*POD, "containers", 1)
CLAIM = ("spec", "volumeClaimTemplates", 0)
RETAIN = ("spec", "persistentVolumeClaimRetentionPolicy")
STS = "StatefulSet"
FIELDS: dict[str, tuple[str, tuple[str | int, ...], Any]] = {
    "claim larger": (STS, (*CLAIM, "spec", "resources", "requests", "storage"), "2Gi"),
    "claim in another spelling": (STS, (*CLAIM, "spec", "resources", "requests", "storage"), "1024Mi"),
    "claim class": (STS, (*CLAIM, "spec", "storageClassName"), "fast"),
    "claim access": (STS, (*CLAIM, "spec", "accessModes"), ["ReadWriteOncePod"]),
    "claim mode": (STS, (*CLAIM, "spec", "volumeMode"), "Block"),
    "claim mode left out": (STS, (*CLAIM, "spec", "volumeMode"), None),
    "claim labels": (STS, (*CLAIM, "metadata", "labels"), {"a": "b"}),
    "claim annotations": (STS, (*CLAIM, "metadata", "annotations"), {"a": "b"}),
    "claim kind left out": (STS, (*CLAIM, "kind"), None),
    "serviceName": (STS, ("spec", "serviceName"), "other"),
    "podManagementPolicy": (STS, ("spec", "podManagementPolicy"), "OrderedReady"),
    "podManagementPolicy left out": (STS, ("spec", "podManagementPolicy"), None),
    "selector": (STS, ("spec", "selector", "matchLabels", "kyma-project.io/dashboard"), "other"),
    "selector smaller": (STS, ("spec", "selector", "matchLabels", "kyma-project.io/dashboard"), None),
    "pod label of the selector": (STS, ("spec", "template", "metadata", "labels", "app.kubernetes.io/name"), "other"),
    "pod label": (STS, ("spec", "template", "metadata", "labels", "a"), "b"),
    "pod annotation": (STS, ("spec", "template", "metadata", "annotations", "a"), "b"),
    "label": (STS, ("metadata", "labels", "a"), "b"),
    "annotation": (STS, ("metadata", "annotations", "a"), "b"),
    "replicas up": (STS, ("spec", "replicas"), 5),
    "replicas down": (STS, ("spec", "replicas"), 1),
    "replicas left out": (STS, ("spec", "replicas"), None),
    "image": (STS, (*NATS, "image"), "r/nats:2.15.0"),
    "environment": (STS, (*NATS, "env", 4, "value"), "1GiB"),
    "limit": (STS, (*NATS, "resources", "limits", "memory"), "2Gi"),
    "limit in another spelling": (STS, (*NATS, "resources", "limits", "memory"), "1024Mi"),
    "probe": (STS, (*NATS, "livenessProbe", "periodSeconds"), 20),
    "pull policy left out": (STS, (*NATS, "imagePullPolicy"), None),
    "port": (STS, (*NATS, "ports", 0, "containerPort"), 4444),
    "protocol left out": (STS, (*NATS, "ports", 0, "protocol"), None),
    "grace": (STS, (*POD, "terminationGracePeriodSeconds"), 200),
    "zone rule": (STS, (*POD, "topologySpreadConstraints", 0, "maxSkew"), 2),
    "zone rule left out": (STS, (*POD, "topologySpreadConstraints"), None),
    "affinity left out": (STS, (*POD, "affinity"), None),
    "service account": (STS, (*POD, "automountServiceAccountToken"), True),
    "whenDeleted": (STS, (*RETAIN, "whenDeleted"), "Delete"),
    "whenScaled": (STS, (*RETAIN, "whenScaled"), "Delete"),
    "retention left out": (STS, RETAIN, None),
    "revisionHistoryLimit": (STS, ("spec", "revisionHistoryLimit"), 3),
    "default revisionHistoryLimit": (STS, ("spec", "revisionHistoryLimit"), 10),
    "minReadySeconds": (STS, ("spec", "minReadySeconds"), 5),
    "ordinals": (STS, ("spec", "ordinals"), {"start": 3}),
    "partition": (STS, ("spec", "updateStrategy"), {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}),
    "exporter image": ("Deployment", (*POD, "containers", 0, "image"), "r/e:1"),
    "exporter selector": ("Deployment", ("spec", "selector", "matchLabels", "a"), "b"),
    "headless no longer": ("Service", ("spec", "clusterIP"), "10.0.0.55"),
    "service ports": ("Service", ("spec", "ports", 0, "port"), 4333),
    "service target": ("Service", ("spec", "ports", 0, "targetPort"), 4222),
    "service selector": ("Service", ("spec", "selector", "a"), "b"),
    "ready addresses only": ("Service", ("spec", "publishNotReadyAddresses"), None),
    "service label": ("Service", ("metadata", "labels", "a"), "b"),
    "affinity of sessions": ("Service", ("spec", "sessionAffinity"), "ClientIP"),
    "default affinity of sessions": ("Service", ("spec", "sessionAffinity"), "None"),
    "configuration": ("ConfigMap", ("data", "nats.conf"), "port: 4222\ndebug: true\n"),
    "more data": ("ConfigMap", ("data", "other"), "x"),
    "config label": ("ConfigMap", ("metadata", "labels", "a"), "b"),
    "budget": ("PodDisruptionBudget", ("spec", "maxUnavailable"), 2),
    "budget selector": ("PodDisruptionBudget", ("spec", "selector", "matchLabels", "a"), "b"),
    "eviction policy": ("PodDisruptionBudget", ("spec", "unhealthyPodEvictionPolicy"), "IfHealthyBudget"),
    "budget label": ("PodDisruptionBudget", ("metadata", "labels", "a"), "b"),
    "token": ("ServiceAccount", ("automountServiceAccountToken",), True),
    "account label": ("ServiceAccount", ("metadata", "labels", "a"), "b"),
    "mutual TLS": ("DestinationRule", ("spec", "trafficPolicy", "tls", "mode"), "ISTIO_MUTUAL"),
    "rule host": ("DestinationRule", ("spec", "host"), "other"),
    "rule label": ("DestinationRule", ("metadata", "labels", "a"), "b"),
    "policy port": ("NetworkPolicy", ("spec", "ingress", 0, "ports", 0, "port"), 4333),
    "policy selector": ("NetworkPolicy", ("spec", "podSelector", "matchLabels", "a"), "b"),
    "policy for what goes out": ("NetworkPolicy", ("spec", "policyTypes"), ["Ingress", "Egress"]),
    "policy label": ("NetworkPolicy", ("metadata", "labels", "a"), "b"),
}


def base() -> list[Object]:
    return rendered({"cluster": {"size": 3}}, zones=3, istio=True, network_policy=True)


def text_of(objects: list[Object], kind: str) -> tuple[str, Object]:
    obj = of_kind(objects, kind)
    return json.dumps(obj), obj


@pytest.fixture(scope="module")
def applied(api: Api) -> Iterator[list[Object]]:
    """The objects as they were rendered, stored by the server."""
    objects = base()
    manifests = [Manifest(json.dumps(obj), NAMESPACE) for obj in objects]
    prepare(api, manifests)
    try:
        for one in manifests:
            api.apply(one.text, one.object, one.namespace)
        yield objects
    finally:
        for one in manifests:
            api.delete(api.path(one.object, one.namespace))


def test_every_child_and_at_least_forty_changes_are_tried() -> None:
    assert len(FIELDS) >= 40
    assert {kind for kind, _, _ in FIELDS.values()} == {obj["kind"] for obj in base()}


@pytest.mark.parametrize("name", FIELDS)
def test_recreate_is_refused_and_every_other_class_is_taken(name: str, applied: list[Object], api: Api) -> None:
    kind, path, value = FIELDS[name]
    new = with_change(applied, kind, path, value)
    impact = worst(changes(applied, new))
    text, obj = text_of(new, kind)
    if impact == RECREATE:
        with pytest.raises(Refused):
            api.apply(text, obj, NAMESPACE, dry=True)
        return
    before = api.get(api.path(obj, NAMESPACE))
    after = api.apply(text, obj, NAMESPACE, dry=True).body
    assert (before.get("spec"), before.get("data")) == (after.get("spec"), after.get("data")) or impact != NONE


@pytest.mark.parametrize("name", FIELDS)
def test_what_the_server_stores_is_no_change_against_what_was_rendered(
    name: str, applied: list[Object], api: Api
) -> None:
    """The defaults that it fills in are known, for every object and with every change that it takes."""
    kind, path, value = FIELDS[name]
    new = with_change(applied, kind, path, value)
    text, obj = text_of(new, kind)
    try:
        stored = api.apply(text, obj, NAMESPACE, dry=True).body
    except Refused:
        return
    assert [change for change in changes([stored], [obj]) if change.impact != NONE] == []
    assert [change for change in changes([obj], [stored]) if change.impact != NONE] == []


def test_a_smaller_claim_which_loses_data_is_refused_too(applied: list[Object], api: Api) -> None:
    smaller = with_change(applied, STS, (*CLAIM, "spec", "resources", "requests", "storage"), "512Mi")
    assert worst(changes(applied, smaller)) == DATA_LOSS
    text, obj = text_of(smaller, STS)
    with pytest.raises(Refused, match="immutable"):
        api.apply(text, obj, NAMESPACE, dry=True)
