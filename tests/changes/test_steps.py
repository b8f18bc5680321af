"""Steps of a NATS, from its rendered objects to what they do."""

from __future__ import annotations

import copy

import pytest

from krmfn.changes.change import CLASSES, Change, worst
from krmfn.changes.compare import changes
from krmfn.model.objects import ObjectRef
from tests.changes.states import classes, codes, of_kind, rendered, with_change
from tests.effort import calls_of

TEMPLATE = ("spec", "template", "spec")
CLAIM = ("spec", "volumeClaimTemplates", 0)
RESTARTED = "kubectl.kubernetes.io/restartedAt"
STS, CONF = "StatefulSet", "ConfigMap data.nats.conf"


def sized(size: int) -> dict:
    return {"cluster": {"size": size}}


def stored(**file) -> dict:
    return {"jetStream": {"fileStorage": file}}


def memory(**mem) -> dict:
    return {"jetStream": {"memStorage": mem}}


def test_the_same_input_is_no_change_and_the_worst_of_nothing_is_none():
    assert changes(rendered(), rendered()) == []
    assert worst([]) == "none"
    assert CLASSES == ("none", "metadata", "reload", "restart", "blocked", "outage", "recreate", "data-loss", "broken")


def test_an_equal_quantity_in_another_spelling_is_no_change():
    old = rendered()
    new = with_change(old, STS, (*CLAIM, "spec", "resources", "requests", "storage"), "1024Mi")
    new = with_change(new, STS, (*TEMPLATE, "containers", 1, "resources", "limits", "cpu"), 0.5)
    assert of_kind(old, STS) != of_kind(new, STS)
    assert changes(old, new) == []


def test_scaling_from_one_to_three_loses_data_and_says_so_once_a_place():
    found = changes(rendered(sized(1)), rendered(sized(3)))
    assert {c.code for c in found} == {"", "scale-from-one"}
    (replicas,) = [c for c in found if c.field == "spec.replicas"]
    assert (replicas.impact, replicas.old, replicas.new) == ("data-loss", "1", "3")
    assert "back up" in replicas.recipe


def test_a_deleted_size_is_a_change_to_the_default():
    assert codes(rendered(sized(1)), rendered({})) == {"scale-from-one"}


def test_growing_joins_by_reload_and_with_a_required_zone_rule_restarts_too():
    assert set(classes(rendered(), rendered(sized(5))).values()) == {"reload", "metadata"}, "exporters come"
    found = classes(rendered(zones=3), rendered(sized(5), zones=3))
    assert found[f"{STS} spec.template.spec.topologySpreadConstraints[0].maxSkew"] == "restart"
    assert found[f"{STS} spec.replicas"] == "reload"


@pytest.mark.parametrize(("old", "new", "gone"), [(5, 3, 2), (7, 3, 4), (7, 5, 2)])
def test_shrinking_names_every_peer_to_remove(old, new, gone):
    (change,) = [c for c in changes(rendered(sized(old)), rendered(sized(new))) if c.code]
    assert (change.impact, change.code) == ("data-loss", "scale-down")
    assert change.recipe.count("peer-remove") == gone


def test_to_one_server_is_what_the_crd_forbids():
    assert "cluster-size-to-1" in codes(rendered(), rendered(sized(1)))


@pytest.mark.parametrize(
    ("old", "new", "code", "impact"),
    [
        ("1Gi", "2Gi", "claim-grown", "recreate"),
        ("2Gi", "1Gi", "claim-shrunk", "data-loss"),
        ("1Gi", "1024Mi", "", ""),
    ],
)
def test_claims_grow_by_a_recipe_and_never_shrink(old, new, code, impact):
    found = [c for c in changes(rendered(stored(size=old)), rendered(stored(size=new))) if c.ref.kind == STS]
    assert [(c.code, c.impact) for c in found] == ([(code, impact)] if code else [])
    if code == "claim-grown":
        assert "--cascade=orphan" in found[0].recipe
        assert (
            "for n in $(seq 0 2); do kubectl -n kyma-system patch pvc eventing-nats-js-pvc-eventing-nats-$n -p"
            in found[0].recipe
        )


@pytest.mark.parametrize(("old", "new"), [("a", "b"), ("default", "a"), ("a", "default")])
def test_another_storage_class_is_refused(old, new):
    assert codes(rendered(stored(storageClassName=old)), rendered(stored(storageClassName=new))) == {
        "storage-class-changed"
    }


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("fast", "", '"" is no StorageClass: a new claim gets no volume of its own, and waits for one that you create'),
        ("fast", None, "without one a new claim gets the default StorageClass of the cluster"),
        ("", "fast", 'existing claims keep their StorageClass (none: "" turns dynamic provisioning off)'),
        (None, "", "a new claim gets no volume of its own"),
    ],
)
def test_no_class_and_an_empty_one_are_told_apart(before, after, told):
    objects = rendered(stored(storageClassName="fast"))
    place = ("spec", "volumeClaimTemplates", 0, "spec", "storageClassName")
    old, new = (with_change(objects, STS, place, value) for value in (before, after))
    (change,) = changes(old, new)
    assert change.code == "storage-class-changed"
    assert told in change.why


def test_an_unset_class_is_the_default_class():
    assert changes(rendered(), rendered(stored(storageClassName="default"))) == []


def test_logging_is_taken_on_a_reload():
    found = classes(rendered(), rendered({"logging": {"debug": True, "trace": True}}))
    assert found == {f"{CONF}.debug": "reload", f"{CONF}.trace": "reload"}


def test_a_larger_memory_store_is_taken_by_a_known_new_server_only():
    spec = memory(size="2Gi")
    assert set(classes(rendered(), rendered(spec)).values()) == {"reload"}
    for image in ("r/nats:2.12.6", "r/nats:latest", "r/nats@sha256:0", "r:5000/nats"):
        old, new = rendered(nats_image=image), rendered(spec, nats_image=image)
        assert codes(old, new) == {"store-limit-reload-rejected"}


@pytest.mark.parametrize(("old", "new"), [({"size": "2Gi"}, {"size": "1Gi"}), ({"enabled": True}, {"enabled": False})])
def test_a_smaller_memory_store_blocks_everything_else_in_the_file(old, new):
    found = changes(rendered(memory(**old)), rendered({**memory(**new), "logging": {"debug": True}}))
    assert {c.code: c.impact for c in found} == {"memory-store-lowered": "data-loss", "": "blocked"}
    (lowered,) = (c for c in found if c.code)
    assert "running servers reject the reload" in lowered.why
    assert f"memStorage.size: {old.get('size', '1Gi')} to keep" in lowered.recipe
    (blocked,) = (c for c in found if not c.code)
    assert "rollout restart statefulset eventing-nats" in blocked.recipe


@pytest.mark.parametrize("restarts", [False, True])
def test_a_smaller_file_store_is_an_outage_with_or_without_a_restart(restarts):
    more = {"resources": {"limits": {"memory": "2Gi"}}} if restarts else {}
    found = changes(rendered(memory(enabled=False), file_store=(90, "%")), rendered({**memory(enabled=False), **more}))
    (lowered,) = (c for c in found if c.code)
    assert (lowered.code, lowered.impact, lowered.old, lowered.new) == (
        "file-store-lowered",
        "outage",
        "966367641",
        "912680550",
    )
    assert ("reject" in lowered.why) is not restarts
    assert "set fileStore: 966367641 to keep" in lowered.recipe
    assert "/api/v1/namespaces/kyma-system/pods/eventing-nats-0:8222/proxy/jsz" in lowered.recipe


def test_a_larger_file_store_is_a_reload():
    found = changes(rendered(), rendered(file_store=(90, "%")))
    assert [(c.impact, c.code) for c in found] == [("reload", "")]


def test_a_limit_that_is_not_known_before_or_after_could_be_lower():
    with_limit = rendered()
    text = of_kind(with_limit, "ConfigMap")["data"]["nats.conf"]
    without = with_change(
        with_limit, "ConfigMap", ("data", "nats.conf"), text.replace("  max_file_store: 912680550\n", "")
    )
    assert codes(with_limit, without) == codes(without, with_limit) == {"file-store-lowered"}


def test_the_step_from_the_operators_profile_lowers_the_store_unless_it_is_kept():
    old = rendered(profile="nats-manager")
    keeps = {"cluster_name": "eventing-nats", "zones": 3}
    assert "file-store-lowered" in codes(old, rendered(**keeps))
    assert "file-store-lowered" not in codes(old, rendered(**keeps, file_store=(1 << 30, "bytes")))


def test_what_a_reload_rejects_comes_with_a_restart_that_is_due_anyway():
    new = {**memory(size="512Mi"), "resources": {"limits": {"memory": "2Gi"}}}
    found = classes(rendered(), rendered(new))
    assert found[f"{CONF}.jetstream.max_memory_store"] == "data-loss"
    assert "blocked" not in found.values()


def test_renaming_the_cluster_is_named_and_its_names_are_not():
    (change,) = changes(rendered(cluster_name="one"), rendered(cluster_name="two"))
    assert (change.code, change.old, change.new) == ("cluster-renamed", None, None)


def test_a_comment_in_nats_conf_is_no_change_of_a_setting():
    old = rendered()
    text = of_kind(old, "ConfigMap")["data"]["nats.conf"]
    new = with_change(old, "ConfigMap", ("data", "nats.conf"), "# mine\n" + text.replace("120s", "2m"))
    (change,) = changes(old, new)
    assert (change.impact, change.code) == ("none", "")


@pytest.mark.parametrize("text", ["a {", 5])
def test_a_nats_conf_that_cannot_be_read_is_not_taken_for_harmless(text):
    old = rendered()
    assert codes(old, with_change(old, "ConfigMap", ("data", "nats.conf"), text)) == {"conf-unreadable"}
    new = with_change(old, STS, (*TEMPLATE, "enableServiceLinks"), value=True)
    assert classes(old, with_change(new, "ConfigMap", ("data", "nats.conf"), text))[CONF] == "outage"


def test_a_config_that_nothing_is_known_to_mount_is_judged_strictly():
    old, new = ([of_kind(state, "ConfigMap")] for state in (rendered(), rendered(memory(size="2Gi"))))
    (change,) = changes(old, new)
    assert (change.impact, change.recipe) == ("blocked", "restart the servers after the change")


def conf_with(line: str, objects=None) -> list:
    old = objects or rendered()
    text = of_kind(old, "ConfigMap")["data"]["nats.conf"]
    return with_change(old, "ConfigMap", ("data", "nats.conf"), text + line)


@pytest.mark.parametrize(
    ("line", "impact"),
    [
        ("max_payload: 1000\n", "reload"), ("accounts { A { users: [{user: a, password: b}] } }\n", "outage"),
        ("max_pending: 100000000\n", "blocked"), ("server_tags: $SERVER_NAME\n", "reload"),
        ("server_tags: $NOT_THERE\n", "blocked"), ("resolver: MEMORY\n", "none"), ("include other.conf\n", "outage"),
        ("jetstream { meta_compact: 5 }\n", "data-loss"), ("leafnodes { port: 7422 }\n", "blocked"),
    ],
)  # fmt: skip
def test_settings_of_others_are_known_too(line, impact):
    assert worst(changes(rendered(), conf_with(line))) == impact


def test_another_store_directory_is_an_empty_store():
    old = rendered()
    text = of_kind(old, "ConfigMap")["data"]["nats.conf"]
    new = with_change(old, "ConfigMap", ("data", "nats.conf"), text.replace('"/data"', '"/elsewhere"'))
    assert codes(old, new) == {"store-dir-changed"}


@pytest.mark.parametrize(
    ("path", "value", "impact", "code"),
    [
        (("spec", "serviceName"), "other", "recreate", "service-name-changed"),
        (("spec", "podManagementPolicy"), "OrderedReady", "recreate", "pod-management-changed"),
        (("spec", "podManagementPolicy"), None, "recreate", "pod-management-changed"),
        (("spec", "selector", "matchLabels", "a"), "b", "recreate", "selector-changed"),
        (("spec", "template", "metadata", "labels", "app.kubernetes.io/name"), "b", "recreate", "selector-changed"),
        (("spec", "template", "metadata", "labels", "a"), "b", "restart", ""),
        (("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted"), "Delete", "data-loss", "claims-deleted"),
        (("spec", "persistentVolumeClaimRetentionPolicy", "whenScaled"), "Delete", "data-loss", "claims-deleted"),
        (("spec", "persistentVolumeClaimRetentionPolicy"), None, "none", ""),
        (("spec", "revisionHistoryLimit"), 10, "none", ""),
        (("spec", "revisionHistoryLimit"), 3, "metadata", ""),
        (("spec", "updateStrategy"), {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}, "none", ""),
        (("spec", "updateStrategy"), {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}, "metadata", ""),
        (("spec", "ordinals"), {"start": 2}, "data-loss", "ordinals-changed"),
        (("spec", "replicas"), 0, "outage", "servers-stopped"),
        ((*CLAIM, "metadata", "name"), "x", "data-loss", "claim-renamed"),
        ((*CLAIM, "metadata", "labels"), {"a": "b"}, "recreate", "claim-template-changed"),
        ((*CLAIM, "volumeMode"), "x", "recreate", "claim-template-changed"),
        ((*CLAIM, "spec", "volumeMode"), None, "none", ""),
        ((*CLAIM, "apiVersion"), None, "none", ""),
        ((*CLAIM, "status"), {"phase": "Pending"}, "none", ""),
        ((*TEMPLATE, "containers", 1, "image"), "r/nats:2.15.0", "restart", ""),
        ((*TEMPLATE, "containers", 1, "imagePullPolicy"), None, "none", ""),
        ((*TEMPLATE, "containers", 1, "terminationMessagePath"), "/dev/termination-log", "none", ""),
        ((*TEMPLATE, "dnsPolicy"), "ClusterFirst", "none", ""),
        ((*TEMPLATE, "volumes", 1, "configMap", "defaultMode"), 420, "none", ""),
        ((*TEMPLATE, "volumes", 2, "emptyDir"), None, "none", ""),
        ((*TEMPLATE, "containers", 1, "env", 0, "valueFrom", "fieldRef", "apiVersion"), "v1", "none", ""),
        ((*TEMPLATE, "serviceAccountName"), None, "restart", ""),
        (("spec", "template", "metadata", "annotations", RESTARTED), "x", "restart", ""),
        (("spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/a"), "x", "restart", ""),
        (("spec", "template", "metadata", "labels", "argocd.argoproj.io/instance"), "x", "restart", ""),
        ((*CLAIM, "metadata", "annotations"), {"config.kubernetes.io/a": "b"}, "recreate", "claim-template-changed"),
        (("metadata", "labels", "a"), "b", "metadata", ""),
        (("metadata", "annotations", "a"), "b", "metadata", ""),
        (("metadata", "annotations", "internal.config.kubernetes.io/path"), "b", "none", ""),
        (("metadata", "uid"), "x", "none", ""),
        (("status",), {"replicas": 3}, "none", ""),
    ],
)  # fmt: skip
def test_a_field_of_the_statefulset(path, value, impact, code):
    old = rendered(sized(3))
    new = with_change(old, STS, path, value)
    found = changes(old, new)
    assert worst(found) == impact
    assert {c.code for c in found} - {""} == ({code} if code else set())


def test_the_mark_of_a_restart_by_kubectl_stays_in_a_live_object_and_goes_from_a_manifest():
    new = rendered()
    live = with_change(new, STS, ("spec", "template", "metadata", "annotations", RESTARTED), "x")
    assert classes(live, new) == {f"StatefulSet spec.template.metadata.annotations.{RESTARTED}": "restart"}
    assert classes(with_change(live, STS, ("metadata", "uid"), "u"), new) == {}


def test_marks_of_the_tools_are_no_change_where_an_object_has_no_other():
    old = with_change(rendered(), "Service", ("metadata", "annotations"), None)
    new = with_change(old, "Service", ("metadata", "annotations"), {"krmfn.dev/owner": "a/b"})
    assert changes(old, new) == changes(new, old) == []


@pytest.mark.parametrize("value", ["", "TCP"])
@pytest.mark.parametrize("part", ["labels", "annotations"])
def test_a_label_or_annotation_without_a_value_or_named_as_a_field_restarts_the_pods(part: str, value: str):
    path = ("spec", "template", "metadata", part, "protocol")
    assert worst(changes(rendered(), with_change(rendered(), STS, path, value))) == "restart"


def test_a_selector_with_an_empty_value_is_immutable_as_any_other():
    new = with_change(rendered(), STS, ("spec", "selector", "matchLabels", "team"), "")
    assert codes(rendered(), new) == {"selector-changed"}


def test_a_config_map_without_data_says_that_servers_cannot_start_again():
    (change,) = changes(rendered(), with_change(rendered(), "ConfigMap", ("data",), None))
    assert change.field == "data.nats.conf"
    assert "no pod that needs it can restart" in change.why


def test_as_many_routes_to_other_hosts_are_not_shown_as_a_number():
    old = rendered()
    conf = of_kind(old, "ConfigMap")["data"]["nats.conf"].replace("eventing-nats-0.", "eventing-nats-0.x.")
    (change,) = changes(old, with_change(old, "ConfigMap", ("data", "nats.conf"), conf))
    assert (change.field, change.old, change.new) == ("data.nats.conf.cluster.routes", None, None)


@pytest.mark.parametrize(
    ("kind", "path", "value", "impact", "code"),
    [
        ("Service", ("spec", "clusterIP"), None, "recreate", "cluster-ip-changed"),
        ("Service", ("spec", "selector", "a"), "b", "outage", "selector-misses"),
        ("Service", ("spec", "ports", 0, "protocol"), None, "none", ""),
        ("Service", ("spec", "ports", 0, "targetPort"), 4222, "none", ""),
        ("Service", ("spec", "clusterIPs"), ["None"], "none", ""),
        ("Service", ("spec", "type"), "ClusterIP", "none", ""),
        ("Service", ("spec", "externalTrafficPolicy"), "Local", "metadata", ""),
        ("Service", ("metadata", "labels", "a"), "b", "metadata", ""),
        ("PodDisruptionBudget", ("spec", "unhealthyPodEvictionPolicy"), None, "metadata", ""),
        ("ServiceAccount", ("automountServiceAccountToken",), True, "metadata", ""),
        ("ConfigMap", ("data", "other"), "x", "metadata", ""),
    ],
)  # fmt: skip
def test_a_field_of_another_child(kind, path, value, impact, code):
    old = rendered()
    found = changes(old, with_change(old, kind, path, value))
    assert worst(found) == impact
    assert {c.code for c in found} - {""} == ({code} if code else set())
    back = changes(with_change(old, kind, path, value), old)
    assert worst(back) == impact


def secret(**fields) -> dict:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "n"}, **fields}


def claim(size: str, **spec) -> dict:
    spec = {"resources": {"requests": {"storage": size}}, **spec}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c"}, "spec": spec}


@pytest.mark.parametrize(
    ("old", "new", "impact"),
    [
        (secret(data={"a": "b"}), secret(data={"a": "c"}), "reload"),
        (secret(data={"a": "b"}, immutable=True), secret(data={"a": "c"}, immutable=True), "recreate"),
        (secret(immutable=True), secret(), "recreate"),
        (secret(), secret(immutable=True), "metadata"),
        (secret(type="a"), secret(type="b"), "recreate"),
        (secret(), secret(metadata={"name": "s", "namespace": "n", "labels": {"a": "b"}}), "metadata"),
        (claim("1Gi"), claim("2Gi"), "metadata"),
        (claim("2Gi"), claim("1Gi"), "recreate"),
        (claim("x"), claim("1Gi"), "recreate"),
        (claim("1Gi"), claim("1Gi", storageClassName="a"), "recreate"),
        (claim("1Gi", storageClassName=""), claim("1Gi"), "recreate"),
        (claim("1Gi"), {**claim("1Gi"), "other": True}, "metadata"),
    ],
)
def test_secrets_and_claims(old, new, impact):
    found = changes([old], [new])
    assert worst(found) == impact
    assert all(c.old is None and c.new is None for c in found if c.ref.kind == "Secret")


def test_an_immutable_config_map_is_refused():
    old = with_change(rendered(), "ConfigMap", ("immutable",), value=True)
    assert codes(old, with_change(old, "ConfigMap", ("data", "other"), "x")) == {"immutable-object"}


def test_an_istio_rule_and_workloads_of_others():
    old = rendered(istio=True)
    new = with_change(old, "DestinationRule", ("spec", "trafficPolicy", "tls", "mode"), "ISTIO_MUTUAL")
    (change,) = changes(old, new)
    assert (change.impact, change.old, change.new) == ("outage", "DISABLE", "ISTIO_MUTUAL")
    spec = {"template": {"spec": {"containers": [{"name": "a"}]}}}
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": spec}
    assert (
        worst(changes([deployment], [with_change([deployment], "Deployment", ("spec", "template", "x"), 1)[0]]))
        == "restart"
    )
    sts = {**deployment, "kind": "StatefulSet"}
    assert worst(changes([sts], [{**sts, "spec": {**spec, "replicas": 3}}])) == "metadata"
    assert worst(changes([sts], [])) == "restart"


def test_zero_replicas_stop_and_start():
    old = with_change(rendered(), STS, ("spec", "replicas"), 0)
    assert worst(changes(old, rendered())) == "metadata"


OPT_IN = {"network_policy": True, "pod_monitor": True, "prometheus_rule": True}


def test_what_guards_and_watches_the_servers_can_be_changed_without_touching_them():
    old = rendered(**OPT_IN)
    changed = {
        ("PodMonitor", ("spec", "podMetricsEndpoints", 0, "port")): (
            "other",
            "where nothing answers, metrics are missing",
        ),
        ("PrometheusRule", ("spec", "groups", 0, "rules", 0, "for")): ("1h", "only alerts change"),
    }
    for (kind, path), (value, why) in changed.items():
        found = changes(old, with_change(old, kind, path, value))
        assert {c.impact for c in found} == {"metadata"}
        assert all(why in c.why for c in found)


def test_a_policy_that_comes_is_told_apart_from_one_that_goes():
    (comes, _exporters) = changes(rendered(), rendered(network_policy=True))
    (goes, _exporters) = changes(rendered(network_policy=True), rendered())
    assert "are blocked" in comes.why
    assert "can reach the route" in goes.why


KINDS = (
    *("ConfigMap", "Service", "ServiceAccount", "PodDisruptionBudget"),
    *("DestinationRule", "NetworkPolicy", "PodMonitor", "PrometheusRule"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_that_comes_or_goes_touches_no_pod(kind):
    whole = rendered(istio=True, **OPT_IN)
    without = [obj for obj in whole if obj["kind"] != kind]
    comes = "outage" if kind == "NetworkPolicy" else "metadata"
    goes = "metadata" if kind in ("NetworkPolicy", "PodMonitor", "PrometheusRule") else "outage"
    assert {c.impact for c in changes(without, whole)} == {comes}
    assert {c.impact for c in changes(whole, without)} == {goes}
    assert all(c.field == "" for c in changes(whole, without))


@pytest.mark.parametrize("deletes", [True, False])
def test_a_statefulset_that_goes_takes_what_is_in_memory(deletes):
    old = rendered()
    if deletes:
        old = with_change(old, STS, ("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted"), "Delete")
    (change,) = changes(old, [obj for obj in old if obj["kind"] != STS])
    assert (change.impact, change.code) == ("data-loss", "servers-removed")
    assert ("its volumes too" in change.why) == deletes
    assert worst(changes([], old)) == "metadata"


def test_a_changed_order_in_the_pod_restarts_and_in_a_service_says_nothing():
    old = rendered()
    env = of_kind(old, STS)["spec"]["template"]["spec"]["containers"][1]["env"]
    new = with_change(old, STS, (*TEMPLATE, "containers", 1, "env"), [env[-1], *env[:-1]])
    (change,) = changes(old, new)
    assert (change.impact, change.kind) == ("restart", "reordered")
    ports = of_kind(old, "Service")["spec"]["ports"]
    (change,) = changes(old, with_change(old, "Service", ("spec", "ports"), list(reversed(ports))))
    assert (change.impact, change.kind) == ("none", "reordered")


def test_an_entry_that_comes_moves_no_other_entry():
    old = rendered()
    containers = of_kind(old, STS)["spec"]["template"]["spec"]["containers"]
    new = with_change(old, STS, (*TEMPLATE, "containers"), [{"name": "a"}, *containers])
    assert list(classes(old, new)) == [f"{STS} spec.template.spec.containers[0]"]
    assert len(changes(new, old)) == 1


def test_lists_that_have_no_keys_are_compared_by_position():
    old = rendered()
    for value in (["a"], ["nats-server", "--name", "$(SERVER_NAME)", "more"], [{"name": "x"}, 5]):
        assert worst(changes(old, with_change(old, STS, (*TEMPLATE, "containers", 1, "command"), value))) == "restart"
    twice = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
    assert worst(changes(old, with_change(old, STS, (*TEMPLATE, "containers", 1, "env"), twice))) == "data-loss"
    assert worst(changes(old, with_change(old, STS, (*TEMPLATE, "containers", 1, "env"), ["x"]))) == "data-loss"


def test_versions_of_images_are_shown_and_nothing_else_of_them():
    old = rendered(nats_image="registry/secret:2.14.2-scratch")
    new = rendered(nats_image="registry/secret:v2.15")
    (change,) = changes(old, new)
    assert (change.old, change.new) == ("2.14.2", "2.15")
    assert changes(old, rendered(nats_image="r/n:hunter2"))[0].new is None


def test_names_that_a_user_chose_are_in_no_recipe_and_no_path():
    old = with_change(rendered(), STS, (*CLAIM, "metadata", "name"), "hunter2")
    new = with_change(old, STS, (*CLAIM, "spec", "resources", "requests", "storage"), "9Gi")
    (grown,) = changes(old, new)
    assert "hunter2" not in grown.recipe
    assert "CLAIM-eventing-nats-$n" in grown.recipe
    (change,) = changes(rendered(), conf_with("hunter2 secret\n"))
    assert change.field == "data.nats.conf...."


@pytest.mark.parametrize("image", ["r/n@sha256:0", "r/n:1", "r:1/n:latest", "r:1/n"])
def test_the_pull_policy_that_an_image_has_by_default_is_no_change(image):
    old = with_change(rendered(), STS, (*TEMPLATE, "containers", 1, "image"), image)
    default = "Always" if image.startswith("r:1") else "IfNotPresent"
    for policy in ("Always", "IfNotPresent"):
        stated = with_change(old, STS, (*TEMPLATE, "containers", 1, "imagePullPolicy"), policy)
        absent = with_change(old, STS, (*TEMPLATE, "containers", 1, "imagePullPolicy"), None)
        assert (changes(stated, absent) == []) == (policy == default)


def test_a_single_server_is_away_while_it_restarts():
    old = rendered(sized(1))
    (change,) = changes(old, with_change(old, STS, (*TEMPLATE, "enableServiceLinks"), value=True))
    assert "NATS is down" in change.why


@pytest.mark.parametrize(("size", "order"), [(3, "-2, eventing-nats-1, "), (5, "-4, ..., "), (7, "-6, ..., ")])
def test_the_order_of_restarts_is_told(size, order):
    old = rendered(sized(size))
    (change,) = changes(old, with_change(old, STS, (*TEMPLATE, "enableServiceLinks"), value=True))
    assert f"eventing-nats{order}eventing-nats-0" in change.why


def test_every_change_of_both_profiles_is_judged():
    found = changes(rendered(), rendered(profile="nats-manager"))
    assert {"metadata", "restart", "reload"} <= {c.impact for c in found}
    assert codes(rendered(), rendered(profile="nats-manager")) == {"service-removed"}
    assert codes(rendered(profile="nats-manager"), rendered()) == {"file-store-lowered"}


def test_effort_grows_with_the_number_of_objects():
    def calls(count: int) -> int:
        old = [copy.deepcopy(obj) for _ in range(count) for obj in rendered()]
        for number, obj in enumerate(old):
            obj["metadata"]["name"] += f"-{number}"
        new = copy.deepcopy(old)
        for obj in new:
            obj["metadata"]["labels"]["changed"] = "yes"
        found: list[Change] = []
        made = calls_of(lambda: found.extend(changes(old, new)))
        assert len(found) == len(old)
        return made

    assert calls(40) < 11 * calls(4)


def test_identities_are_by_group_and_name():
    obj = {"apiVersion": "a/v1", "kind": "K", "metadata": {"name": "n"}}
    assert ObjectRef.of(obj) == ObjectRef.of({**obj, "apiVersion": "a/v2"})
    assert "K" in repr(Change(ObjectRef.of(obj), (), "added", "none", "x"))
    assert worst(changes([obj], [{**obj, "apiVersion": "a/v2"}])) == "metadata"


def test_a_secret_without_a_type_is_an_opaque_one():
    one = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": {"a": "YQ=="}}
    assert changes([one], [{**one, "type": "Opaque"}]) == []
    assert codes([one], [{**one, "type": "kubernetes.io/tls"}]) == {"immutable-object"}
