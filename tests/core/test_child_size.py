"""What the API server would not store is refused before it is printed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from krmfn.api.accept import accept
from krmfn.cluster.checks import LARGEST_OBJECT, LONGEST_UNMEASURED, MOST_UNMEASURED, check_children
from krmfn.cluster.cr import ClusterFacts, Cr
from krmfn.cluster.settings import Settings
from krmfn.model.labels import LONGEST_ANNOTATIONS
from krmfn.rendering.renderer import render_cr
from tests.calls import krmfn


def cr(name: str = "nats", namespace: str = "shop", **spec: Any) -> str:
    head = {"apiVersion": "operator.kyma-project.io/v1alpha1", "kind": "NATS"}
    return json.dumps({**head, "metadata": {"name": name, "namespace": namespace}, "spec": spec})


def check(text: str, *settings: str) -> list[dict[str, Any]]:
    called = krmfn("check", "-f", "-", "-o", "json", "--set=zones=3", "--set=istio=false", *settings, stdin=text)
    errors = [finding for finding in json.loads(called.out) if finding["severity"] == "error"]
    assert called.status == (1 if errors else 0)
    return errors


def config_map(text: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"k": text}}


@pytest.mark.parametrize("letter", ["a", '"', "\n", "\u00e9", "\u20ac", "\U0001f600", "\u0001", "\u0085"])
def test_an_object_is_measured_as_the_json_that_is_stored(letter: str):
    empty = len(json.dumps(config_map(""), separators=(",", ":")))
    one = len(json.dumps(letter, ensure_ascii=False).encode()) - 2
    fits = (LARGEST_OBJECT - empty) // one
    large = Cr("nats", "shop", {"cluster": {"size": MOST_UNMEASURED + 2}})
    assert list(check_children([config_map(letter * fits)], large, Settings())) == []
    (finding,) = check_children([config_map(letter * (fits + 1))], large, Settings())
    assert finding.code == "object-too-large"
    assert finding.message.startswith("ConfigMap c would have 10485")


def codes_of(profile: str = "hardened", **spec: Any) -> set[str]:
    """Codes of errors about a CR. From a file it would be refused before: an item of 256 KiB is the longest read."""
    accepted = accept(json.loads(cr(**spec)))
    assert accepted is not None
    _, _, findings = render_cr(Cr("nats", "shop", accepted), Settings(profile=profile), ClusterFacts(), None)
    return {finding.code for finding in findings if finding.severity == "error"}


@pytest.mark.parametrize("profile", ["hardened", "nats-manager"])
def test_annotations_count_together_with_those_of_krmfn(profile: str):
    value = "x" * (LONGEST_ANNOTATIONS - 300)
    assert codes_of(profile, annotations={"a": value}) == set()
    assert codes_of(profile, annotations={"a": value + "x" * 299}) == {"annotations-too-long"}


def test_labels_that_make_an_object_too_large_are_refused():
    labels = {f"{'p' * 60}{number}.example.com/name": "v" * 63 for number in range(9000)}
    assert codes_of(labels=labels) == {"object-too-large"}


def grown(where: str, count: int) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A spec with so many entries in one place, and the names of Secrets that pull images."""
    value = {"labels": "v" * 63, "annotations": "\U0001f600" * 63, "limits": "1"}
    pairs = {f"{number}.example.com/{'n' * 40}": value.get(where, "") for number in range(count)}
    spec: dict[str, Any] = {"cluster": {"size": MOST_UNMEASURED}}
    if where == "imagePullSecrets":
        return spec, tuple(f"{number}-{'s' * 200}" for number in range(count))
    return {**spec, **({"resources": {"limits": pairs}} if where == "limits" else {where: pairs})}, ()


@pytest.mark.parametrize("profile", ["hardened", "nats-manager"])
@pytest.mark.parametrize("where", ["labels", "annotations", "limits", "imagePullSecrets"])
def test_what_is_not_measured_is_far_from_every_limit(where: str, profile: str):
    largest = 0
    for count in range(300):
        spec, names = grown(where, count)
        accepted = accept(json.loads(cr(**spec)))
        assert accepted is not None
        if len(repr((accepted, names))) > LONGEST_UNMEASURED:
            break
        largest = count
    spec, names = grown(where, largest)
    settings = Settings(
        profile=profile, network_policy=True, pod_monitor=True, prometheus_rule=True, protect=True, istio=True,
        image_pull_secrets=names,
    )  # fmt: skip
    one = Cr("nats" * 13, "s" * 63, accept(json.loads(cr(**spec))) or {})
    children, _, findings = render_cr(one, settings, ClusterFacts(), None)
    assert largest > 30
    assert children, findings
    assert max(len(json.dumps(child)) for child in children) < LONGEST_ANNOTATIONS


@pytest.mark.parametrize(("domain", "fits"), [("d" * 149, True), ("d" * 150, False)])
def test_servers_must_have_names_that_fit_into_dns(domain: str, fits: bool):
    text = cr("nats-" + "n" * 30, "ns-" + "s" * 21, cluster={"size": 11})
    host = f"nats-{'n' * 30}-10.nats-{'n' * 30}.ns-{'s' * 21}.svc.{domain}"
    assert (len(host) <= 253) is fits
    codes = [finding["code"] for finding in check(text, f"--set=clusterDomain={domain}")]
    assert codes == ([] if fits else ["host-name-too-long"])
    single = cr("nats-" + "n" * 30, "ns-" + "s" * 21, cluster={"size": 1})
    assert check(single, f"--set=clusterDomain={domain}") == []


def test_node_items_in_more_zones_than_can_be_counted_are_an_error_unless_zones_are_set():
    node = "---\napiVersion: v1\nkind: Node\nmetadata: {{name: n{0}, labels: {{topology.kubernetes.io/zone: z{0}}}}}\n"
    text = cr() + "\n" + "".join(map(node.format, range(101)))
    without = krmfn("check", "-f", "-", "--set", "istio=false", stdin=text)
    assert (without.status, "error: zones: Node items are in 101 zones" in without.out) == (1, True)
    stated = krmfn("check", "-f", "-", "--set=istio=false", "--set=zones=3", stdin=text)
    assert (stated.status, "warning: zones: Node items are in 101 zones" in stated.out) == (0, True)
