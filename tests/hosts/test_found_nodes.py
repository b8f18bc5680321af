"""Facts from Node and StorageClass items, through the real program."""

from __future__ import annotations

from typing import Any

import pytest

from tests.calls import as_item, documents, krmfn, resource_list

CR = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: eventing-nats
  namespace: kyma-system
spec:
  cluster:
    size: 3
"""


def node(name: str, zone: str, spec: str = "", label: str = "topology.kubernetes.io/zone") -> str:
    text = f"apiVersion: v1\nkind: Node\nmetadata:\n  name: {name}\n  labels:\n    {label}: {zone}\n"
    return text + (f"spec:\n  {spec}\n" if spec else "")


def storage_class(name: str, mode: str = "", default: str = "") -> str:
    text = f"apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: {name}\n"
    if default:
        text += f'  annotations:\n    {default}: "true"\n'
    return text + "provisioner: example.com/disk\n" + (f"volumeBindingMode: {mode}\n" if mode else "")


THREE = [node("n1", "a"), node("n2", "b"), node("n3", "c")]


def results(*texts: str, config: str = "", cr: str = CR, status: int = 0) -> dict[str, Any]:
    """Results by code, as kpt would show them."""
    items = [cr, *texts]
    data = f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: fn\ndata:\n{config}" if config else ""
    called = krmfn(stdin=resource_list([_item(text, f"f{i}.yaml") for i, text in enumerate(items)], data))
    assert called.status == status, called
    return {one["tags"]["code"]: one for one in documents(called.out)[0]["results"]}


def _item(text: str, path: str) -> str:
    """A document that has annotations or none."""
    if "  annotations:\n" not in text:
        return as_item(text, path)
    lines = text.rstrip("\n").split("\n")
    return "- " + "\n  ".join(lines) + "\n"


def test_zones_are_taken_from_node_items_and_make_the_rule_required():
    found = results(*THREE)
    assert found["zones-from-nodes"]["message"].startswith("3 zones and their nodes taken from 3 Node items")
    assert found["zone-loss-survived"]["severity"] == "info"
    assert "zones-unknown" not in found


def test_the_deprecated_label_counts_and_the_new_one_before_it():
    both = node("n3", "c").replace("  labels:\n", "  labels:\n    failure-domain.beta.kubernetes.io/zone: old\n")
    old = [node(f"n{i}", zone, label="failure-domain.beta.kubernetes.io/zone") for i, zone in enumerate("ab")]
    assert results(*old, both)["zones-from-nodes"]["message"].startswith("3 zones")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("unschedulable: true", "1 cordoned"),
        ("taints: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule}]", "1 cordoned"),
        ("taints: [{key: dedicated, value: db, effect: NoSchedule}]", "1 tainted"),
        ("taints: [{key: node.kubernetes.io/unreachable, effect: NoExecute}]", "1 tainted"),
    ],
)
def test_cordoned_and_tainted_nodes_are_told_apart_and_hold_no_server(spec: str, said: str):
    found = results(*THREE[:2], node("n3", "c", spec))
    assert said in found["zones-from-nodes"]["message"]
    assert "zone-loss-survived" not in found


@pytest.mark.parametrize(
    "spec", ["unschedulable: false", "taints: [{key: busy, effect: PreferNoSchedule}]", "taints: 1"]
)
def test_a_node_that_takes_pods_is_counted(spec: str):
    assert "zone-loss-survived" in results(*THREE[:2], node("n3", "c", spec))


def test_a_closed_zone_makes_auto_prefer_and_is_named():
    found = results(*THREE[:2], node("n3", "c", "unschedulable: true"))
    assert found["zone-loss-nodes-missing"]["severity"] == "warning"


def test_a_node_that_is_there_twice_counts_once():
    assert "from 3 Node items" in results(*THREE, THREE[0])["zones-from-nodes"]["message"]


@pytest.mark.parametrize("head", ["metadata:\n  labels: {}\n", 'metadata:\n  name: ""\n', "metadata:\n  name: 5\n"])
def test_a_node_without_a_name_is_one_clear_error(head: str):
    found = results(*THREE, f"apiVersion: v1\nkind: Node\n{head}", status=1)
    assert found["node-without-name"]["severity"] == "error"
    assert found["node-without-name"]["file"]["path"] == "f4.yaml"


@pytest.mark.parametrize("zone", ["eu west", '""', "5", "[a]", '"a/b"'])
def test_a_zone_that_is_no_label_value_is_one_clear_error(zone: str):
    found = results(*THREE, node("n4", zone), status=1)
    assert found["node-zone"]["severity"] == "error"
    assert "Node n4" in found["node-zone"]["message"]


def test_a_scalar_that_readers_disagree_on_is_an_error_only_where_it_is_read():
    assert "ambiguous-scalar" in results(*THREE[:2], node("n3", "c", "unschedulable: yes"), status=1)
    assert "ambiguous-scalar" in results(*THREE[:2], node("n3", "no"), status=1)
    assert "ambiguous-scalar" not in results(*THREE[:2], node("n3", "c", "podCIDR: yes"))


def test_nodes_are_nobodys_business_without_a_nats():
    text = resource_list([as_item("apiVersion: v1\nkind: Node\nmetadata:\n  labels: {}\n", "n.yaml")])
    called = krmfn(stdin=text)
    assert (called.status, called.out) == (0, text)


def test_an_object_of_another_kind_or_group_is_no_node():
    other = node("n4", "d").replace("apiVersion: v1", "apiVersion: metrics.k8s.io/v1beta1")
    pool = node("n5", "e").replace("kind: Node", "kind: NodePool")
    assert "3 zones" in results(*THREE, other, pool)["zones-from-nodes"]["message"]


def test_what_the_functionconfig_states_wins_over_nodes_with_a_warning():
    found = results(*THREE, config="  zones: a,b,x\n")
    assert found["zone-without-nodes"]["severity"] == "warning"
    assert found["zone-not-stated"]["severity"] == "warning"
    found = results(*THREE[:2], config="  zones: a,b,x\n")
    assert "zone x" in found["zone-loss-nodes-missing"]["message"]


@pytest.mark.parametrize("mode", ["", "Immediate"])
def test_a_class_that_binds_at_once_is_an_error_under_the_hard_rule_and_else_a_warning(mode: str):
    cr = CR + "  jetStream:\n    fileStorage:\n      storageClassName: fast\n"
    found = results(storage_class("fast", mode), *THREE, cr=cr, status=1)
    assert found["storage-class-binds-immediately"]["severity"] == "error"
    assert found["storage-class-binds-immediately"]["field"]["path"] == "spec.jetStream.fileStorage.storageClassName"
    assert results(storage_class("fast", mode), cr=cr)["storage-class-binds-immediately"]["severity"] == "warning"


@pytest.mark.parametrize("prefix", ["storageclass.kubernetes.io", "storageclass.beta.kubernetes.io"])
def test_the_default_class_is_the_one_of_a_cr_that_names_none(prefix: str):
    default = storage_class("usual", "Immediate", f"{prefix}/is-default-class")
    assert results(default, *THREE, status=1)["storage-class-binds-immediately"]["severity"] == "error"
    assert "storage-class-binds-immediately" not in results(storage_class("usual", "Immediate"), *THREE)


def test_a_class_that_waits_for_its_first_consumer_is_fine():
    waits = storage_class("usual", "WaitForFirstConsumer", "storageclass.kubernetes.io/is-default-class")
    assert "storage-class-binds-immediately" not in results(waits, *THREE)
