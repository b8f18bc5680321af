"""What krmfn makes of items as kustomize gives them: a generator alone, and children that were renamed or moved."""

from __future__ import annotations

import pytest

from tests.calls import as_item, items_of, krmfn, resource_list

GENERATED = "spec: {dataFrom: [{sourceRef: {generatorRef: {kind: Password, name: orders-nats-secret}}}]}"
ALERTS = """spec: {groups: [{rules: [{expr: 'x{namespace="shop",pod=~"orders-nats-[0-9]+"}'}]}]}"""
RENDER = "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata:\n  name: render\nspec:\n  mode: {}\n"


def item(kind: str, name: str, body: str, *, owner: str = "shop/orders-nats", namespace: str = "shop") -> str:
    notes = "    kustomize.config.k8s.io/id: x\n" + (f"    krmfn.dev/owner: {owner}\n" if owner else "")
    return (
        f"- apiVersion: v1\n  kind: {kind}\n  metadata:\n    annotations:\n"
        + "".join(f"  {line}\n" for line in notes.splitlines())
        + f"    name: {name}\n    namespace: {namespace}\n  {body}\n"
    )


def codes(*items: str, mode: str = "validate") -> list[str]:
    """The codes of the errors, but for those of the objects' shape: of each only what a name depends on is here."""
    called = krmfn(stdin=resource_list(list(items), RENDER.format(mode)))
    found = [line.rpartition("[")[2].rstrip("]") for line in called.err.splitlines()]
    assert called.status == (1 if found else 0), called
    return [code for code in found if not code.startswith(("schema-", "api-version-"))]


def test_a_rendernats_in_a_file_of_its_own_is_no_generator():
    text = RENDER.format("render")
    assert krmfn(stdin=resource_list([as_item(text, "render.yaml")], text)).status == 0


def test_another_sole_item_is_no_generator():
    other = "- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: other\n"
    called = krmfn(stdin=resource_list([other], RENDER.format("render")))
    assert called.status == 0
    assert [one["kind"] for one in items_of(called.out)] == ["ConfigMap"]


@pytest.mark.parametrize(
    ("kind", "name", "body", "namespace"),
    [
        ("StatefulSet", "orders-nats", "spec: {replicas: 3}", "other"),
        ("StatefulSet", "eu-orders-nats", "spec: {replicas: 1}", "shop"),
        ("DestinationRule", "orders-nats", "spec: {host: orders-nats.shop.svc.cluster.local}", "shop"),
        ("DestinationRule", "orders-nats", "spec: {host: else.example.com}", "other"),
        ("DestinationRule", "orders-nats", "spec: text", "other"),
        ("PrometheusRule", "orders-nats", ALERTS, "shop"),
        ("PrometheusRule", "orders-nats", "spec: {groups: []}", "other"),
        ("PodMonitor", "eu-orders-nats", "spec: {}", "other"),
        ("ConfigMap", "orders-nats-config", "data: {nats.conf: 'nats://orders-nats-0.orders-nats:6222'}", "other"),
        ("ConfigMap", "orders-nats-config", "data: text", "other"),
        ("Service", "eu-orders-nats", "spec: {}", "other"),
        ("ExternalSecret", "orders-nats-secret", GENERATED, "other"),
        ("ExternalSecret", "eu-orders-nats-secret", "spec: {dataFrom: []}", "shop"),
        ("ExternalSecret", "eu-orders-nats-secret", "spec: {data: [{secretKey: password}]}", "shop"),
    ],
)
def test_a_child_whose_texts_still_hold_is_in_order(kind: str, name: str, body: str, namespace: str):
    assert codes(item(kind, name, body, namespace=namespace)) == []


@pytest.mark.parametrize("mode", ["validate", "render"])
@pytest.mark.parametrize(
    ("kind", "name", "body", "namespace"),
    [
        ("StatefulSet", "eu-orders-nats", "spec: {replicas: 3}", "shop"),
        ("StatefulSet", "eu-orders-nats", "spec: text", "shop"),
        ("DestinationRule", "orders-nats", "spec: {host: orders-nats.shop.svc.cluster.local}", "other"),
        ("DestinationRule", "eu-orders-nats", "spec: {host: orders-nats.shop.svc.cluster.local}", "shop"),
        ("PrometheusRule", "orders-nats", ALERTS, "other"),
        ("PrometheusRule", "eu-orders-nats", ALERTS, "shop"),
        ("ConfigMap", "orders-nats-config", "data: {nats.conf: 'nats://a-0.a.shop.svc.cluster.local:6222'}", "other"),
        ("ExternalSecret", "eu-orders-nats-secret", GENERATED, "shop"),
    ],
)
def test_a_child_that_names_what_is_no_more_is_an_error(kind: str, name: str, body: str, namespace: str, mode: str):
    assert codes(item(kind, name, body, namespace=namespace), mode=mode) == ["renamed-child"]


def test_a_stranger_of_the_same_kind_is_nobodys_business():
    mine = item("Service", "orders-nats", "spec: {}")
    assert codes(item("StatefulSet", "eu-orders-nats", "spec: {replicas: 3}", owner=""), mine) == []
