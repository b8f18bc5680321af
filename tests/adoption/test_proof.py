"""What is proved equal, and what to write where something differs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.adoption.pod_template_digest import digest
from krmfn.changes.difference import differences
from krmfn.cluster.cr import Spread
from tests.adoption.dumps import (
    NAME,
    changed,
    codes,
    container,
    items,
    judged,
    made,
    messages,
    of_kind,
    put,
    without,
)

POD = ("spec", "template", "spec")
CLAIM = ("spec", "volumeClaimTemplates", 0, "spec")


def differing(verdict: Any) -> set[str]:
    return {proof.what for proof in verdict.clusters[0].proofs if proof.is_equal is False}


def test_every_point_of_the_real_dump_is_equal_and_both_templates_have_one_digest():
    proofs = judged().clusters[0].proofs
    assert {proof.is_equal for proof in proofs} == {True}
    (template,) = (proof for proof in proofs if proof.what == "pod template")
    assert template.live == template.rendered
    assert len(template.live) == 16


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [
        (("spec", "selector", "matchLabels"), {"app": "x"}, "selector"),
        (("spec", "serviceName"), "other", "service name"),
        (("spec", "podManagementPolicy"), "OrderedReady", "pod management policy"),
        ((*CLAIM, "resources", "requests", "storage"), "2Gi", "claim template"),
        (("spec", "replicas"), 5, "replicas"),
        ((*POD, "hostNetwork"), True, "pod template"),
    ],
)
def test_a_point_that_differs_is_named_and_is_an_error(path: tuple[Any, ...], value: Any, what: str):
    verdict = judged(changed("StatefulSet", *path, value=value))
    assert what in differing(verdict)
    assert "live-differs" in codes(verdict, "error")
    assert verdict.verdict == "unsafe"


def test_what_touches_no_pod_is_worth_knowing_and_safe():
    verdict = judged(changed("Service", "metadata", "labels", "helm.sh/chart", value="nats-0.16.0"))
    assert differing(verdict) == {"Service eventing-nats"}
    assert "live-differs" in codes(verdict, "info")
    assert "only the operator has it" in messages(verdict, "live-differs")
    assert verdict.verdict == "safe"


def test_a_service_that_finds_other_pods_is_a_warning():
    verdict = judged(changed("Service", "spec", "publishNotReadyAddresses", value=False))
    assert "live-differs" in codes(verdict, "warning")


def test_what_runs_and_is_not_in_the_dump_is_unknown():
    verdict = judged(without(items(), "PodDisruptionBudget", "ConfigMap", "StatefulSet"))
    unknown = {proof.what for proof in verdict.clusters[0].proofs if proof.is_equal is None}
    assert {"nats.conf", "selector", "pod template", "PodDisruptionBudget eventing-nats"} <= unknown


def write(objects: list[dict[str, Any]], **more: Any) -> str:
    return messages(judged(objects, **more), "live-differs")


def with_container(name: str, *path: Any, value: Any) -> list[dict[str, Any]]:
    objects = items()
    put(container(objects, name), *path, value=value)
    return objects


OPERATORS = "europe-docker.pkg.dev/kyma-project/prod/external"


@pytest.mark.parametrize(
    ("name", "image", "said"),
    [
        ("nats", f"{OPERATORS}/library/nats:2.12.1-scratch", f"natsImage={OPERATORS}/library/nats:2.12.1-scratch"),
        ("nats", f"{OPERATORS}/nats-fips:2.14.200", f"natsImage={OPERATORS}/nats-fips:2.14.200"),
        ("config-reloader", "mirror/natsio/nats-server-config-reloader:0.22.0", "reloaderImage=mirror/"),
        ("metrics", "mirror/natsio/prometheus-nats-exporter:0.19.0", "exporterImage=mirror/"),
        (
            "nats",
            "registry.example.com/Secret/nats",
            "set natsImage to its live value: kubectl -n kyma-system get statefulset",
        ),
    ],
)
def test_another_image_is_stated_and_shown_only_where_it_is_one_of_the_operators(name: str, image: str, said: str):
    text = write(with_container(name, "image", value=image))
    assert said in text
    assert (image in text) is ("live value" not in said)


def test_what_it_says_makes_another_image_equal():
    image = f"{OPERATORS}/library/nats:2.12.1-scratch"
    assert differing(judged(with_container("nats", "image", value=image), nats_image=image)) == set()


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ((*POD, "priorityClassName"), "important", "set priorityClass=important"),
        ((*POD, "priorityClassName"), None, "set priorityClass="),
        ((*POD, "priorityClassName"), "No Name!", "no setting makes them equal"),
        ((*POD, "imagePullSecrets"), [{"name": "pull-a"}, {"name": "pull-b"}], "imagePullSecrets=pull-a,pull-b"),
        ((*POD, "imagePullSecrets"), [{"name": "No Name!"}], "no setting makes them equal"),
        ((*POD, "volumes", 0, "secret", "secretName"), "mine", "set secretName=mine"),
        ((*POD, "volumes", 0, "secret", "defaultMode"), 256, "no setting makes them equal"),
        ((*POD, "hostNetwork"), True, "no setting makes them equal"),
        ((*POD, "affinity"), None, "remove zoneSpread"),
        (("spec", "replicas"), 5, "write spec.cluster.size: 5"),
        (("spec", "minReadySeconds"), 5, "no setting makes them equal"),
        ((*CLAIM, "resources", "requests", "storage"), "20Gi", 'write spec.jetStream.fileStorage.size: "20Gi"'),
        ((*CLAIM, "resources", "requests", "storage"), "a lot", "no setting makes them equal"),
        ((*CLAIM, "storageClassName"), "fast", "fileStorage.storageClassName: fast"),
        ((*CLAIM, "storageClassName"), "No Name!", "fileStorage.storageClassName with its live value"),
        ((*CLAIM, "accessModes"), ["ReadWriteMany"], "no setting makes them equal"),
        (("spec", "template", "metadata", "labels", "team"), "a", "add team to spec.labels"),
        (("spec", "template", "metadata", "labels", "control-plane"), None, "only the operator has it"),
        (("spec", "template", "metadata", "annotations", "No Name!"), "a", "compare spec.annotations"),
        (("spec", "template", "metadata", "annotations", "sidecar.istio.io/inject"), "true", "in spec.annotations"),
        (("metadata", "labels", "team"), "a", "add team to spec.labels"),
    ],
)
def test_what_differs_in_the_statefulset_comes_with_what_to_write(path: tuple[Any, ...], value: Any, said: str):
    assert said in write(changed("StatefulSet", *path, value=value))


@pytest.mark.parametrize(
    ("name", "path", "value", "said"),
    [
        ("nats", ("resources", "limits", "memory"), "2Gi", 'write spec.resources.limits.memory: "2Gi"'),
        ("nats", ("resources", "limits", "cpu"), None, "remove spec.resources.limits.cpu"),
        ("nats", ("resources", "limits", "memory"), "secret!", "spec.resources.limits.memory with its live value"),
        ("nats", ("env", 3, "value"), "x", "no setting makes them equal"),
        ("nats", ("livenessProbe", "periodSeconds"), 7, "no setting makes them equal"),
        ("metrics", ("resources", "limits", "memory"), "2Gi", "no setting makes them equal"),
    ],
)
def test_what_differs_in_a_container_comes_with_what_to_write(name: str, path: tuple[Any, ...], value: Any, said: str):
    assert said in write(with_container(name, *path, value=value))


def test_a_container_more_has_no_setting():
    objects = items()
    of_kind(objects, "StatefulSet")["spec"]["template"]["spec"]["containers"].append({"name": "side", "image": "a:1"})
    assert "no setting makes them equal" in write(objects)


def test_a_storage_class_and_a_pull_secret_that_are_stated_and_do_not_run_are_to_be_left_out():
    spec = {"jetStream": {"fileStorage": {"storageClassName": "fast"}}}
    assert "remove spec.jetStream.fileStorage.storageClassName" in messages(judged(spec=spec), "live-differs")
    assert "remove imagePullSecrets" in messages(judged(image_pull_secrets=("pull",)), "live-differs")


def test_a_zone_rule_is_a_change_of_its_own():
    verdict = judged(spread=Spread(max_skew=1, min_domains=3))
    assert "zoneSpread=preferred" in messages(verdict, "live-differs")
    assert verdict.verdict == "unsafe"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("max_memory_store: 1Gi", "max_memory_store: 2Gi", "memStorage: {enabled: true, size: 2147483648}"),
        ("max_memory_store: 1Gi", "max_memory_store: 0", "memStorage.enabled: false"),
        ("max_memory_store: 1Gi", "", "75 % of the memory"),
        ("max_file_store: 1Gi", "max_file_store: 5Gi", "spec.jetStream.fileStorage.size: 5368709120"),
        ("max_file_store: 1Gi", "", "no setting makes them equal"),
        ("name: eventing-nats", "name: other", "set clusterName=other"),
        ("name: eventing-nats", 'name: "No Name!"', "clusterName to the name in nats.conf"),
        ("port: 4222", "port: 4222\ndebug: true", "spec.logging.debug: true"),
        ("port: 4222", "port: 4222\ntrace: true", "spec.logging.trace: true"),
        ("connect_retries: 120", "connect_retries: 7", "no setting makes them equal"),
        ("lame_duck_duration: 120s", "{{", "no setting makes them equal"),
    ],
)
def test_what_differs_in_nats_conf_comes_with_what_to_write(old: str, new: str, said: str):
    objects = items()
    data = of_kind(objects, "ConfigMap")["data"]
    assert old in data["nats.conf"]
    data["nats.conf"] = data["nats.conf"].replace(old, new)
    verdict = judged(objects)
    assert said in messages(verdict, "live-differs")
    assert "nats.conf" in differing(verdict)


def test_routes_of_more_servers_are_a_size_and_of_another_domain_a_domain():
    objects = items()
    data = of_kind(objects, "ConfigMap")["data"]
    routes = "nats://eventing-nats-0.eventing-nats.kyma-system.svc.cluster.local:6222,"
    data["nats.conf"] = data["nats.conf"].replace(routes, "")
    assert "write spec.cluster.size: 2" in write(objects)


def test_routes_of_another_domain_that_the_servers_do_not_say_have_no_setting():
    objects = items()
    data = of_kind(objects, "ConfigMap")["data"]
    data["nats.conf"] = data["nats.conf"].replace("svc.cluster.local", "svc.k8s.example")
    assert "no setting makes them equal" in write(objects)


def in_domain(domain: str) -> list[dict[str, Any]]:
    """The dump as it were in a cluster of another domain."""
    objects = items()
    for env in container(objects, "nats")["env"]:
        if env["name"] == "CLUSTER_ADVERTISE":
            env["value"] = env["value"].replace("cluster.local", domain)
    for kind, path in {"ConfigMap": ("data", "nats.conf"), "DestinationRule": ("spec", "host")}.items():
        part = of_kind(objects, kind)[path[0]]
        part[path[1]] = part[path[1]].replace("cluster.local", domain)
    return objects


def test_the_domain_is_told_by_the_servers_and_by_nothing_that_is_no_domain():
    assert differing(judged(in_domain("k8s.example"))) == set()
    assert "no setting makes them equal" in write(in_domain("No Name!"))


def test_a_domain_that_the_servers_do_not_say_is_not_found():
    objects = with_container("nats", "env", value=[])
    assert "pod template" in differing(judged(objects))
    objects = with_container("nats", "env", 2, "value", value="elsewhere")
    assert "pod template" in differing(judged(objects))


def test_the_provider_is_told_by_shoot_info_and_only_where_it_matters():
    objects = changed("StatefulSet", *CLAIM, "resources", "requests", "storage", value="20Gi")
    data = of_kind(objects, "ConfigMap")["data"]
    data["nats.conf"] = data["nats.conf"].replace("max_file_store: 1Gi", "max_file_store: 20Gi")
    assert "claim template" in differing(judged(objects))
    shoot = made("v1", "ConfigMap", "shoot-info", "kube-system", data={"provider": "alicloud"})
    assert differing(judged([*objects, shoot])) == set()
    shoot["data"]["provider"] = "aws"
    assert "claim template" in differing(judged([*objects, shoot]))


def test_an_annotation_that_a_client_left_in_the_template_is_no_difference():
    objects = changed(
        "StatefulSet", "spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt", value="x"
    )
    assert differing(judged(objects)) == set()


@pytest.mark.parametrize("name", ["kubectl.kubernetes.io/default-container", "argocd.argoproj.io/x", "krmfn.dev/x"])
def test_an_annotation_of_the_nats_that_does_not_run_restarts_the_servers_whatever_its_prefix(name: str):
    verdict = judged(spec={"annotations": {name: "nats"}})
    assert verdict.verdict == "unsafe"
    assert f"check {name} in spec.annotations of the NATS" in messages(verdict, "live-differs")


def test_a_label_of_the_nats_without_a_value_that_does_not_run_is_not_safe():
    assert judged(spec={"labels": {"team": ""}}).verdict == "unsafe"


KEYS = [
    "name",
    "image",
    "protocol",
    "limits",
    "memory",
    "sizeLimit",
    "containers",
    "metadata",
    "labels",
    "timeoutSeconds",
]
VALUES: Any = st.recursive(
    st.sampled_from([None, "", "a", 0, 1, True, "1Gi", "1024Mi", {}, []]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(VALUES, VALUES)
def test_templates_without_a_difference_have_one_digest(first: Any, second: Any):
    old, new = ({"spec": {"template": {"spec": value}}} for value in (first, second))
    if not differences(old, new):
        assert digest(old["spec"]["template"]) == digest(new["spec"]["template"])


def test_the_mark_of_krmfn_and_the_api_version_asked_for_are_no_differences():
    objects = changed("DestinationRule", "apiVersion", value="networking.istio.io/v1beta1")
    assert differing(judged(objects)) == set()
    put(of_kind(objects, "Service"), "metadata", "annotations", "krmfn.dev/owner", value=f"x/{NAME}")
    assert differing(judged(objects)) == set()
