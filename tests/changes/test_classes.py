"""Each change that was once judged too weak or too strong, with the class and the code that it has."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

import pytest

from krmfn.changes.allowances import FIELDS, findings
from krmfn.changes.change import CLASSES, MEANINGS, worst
from krmfn.changes.compare import changes
from krmfn.cli.main import command
from krmfn.model.codes.catalog import CODES
from tests.changes.states import codes, of_kind, rendered, with_change

Object = dict[str, Any]
Edit = "Callable[[list[Object]], list[Object]]"
NATS_CONF = """\
port: 4222
http_port: 8222
server_name: $SERVER_NAME
jetstream { store_dir: /data, max_file_store: 1GB }
cluster { name: east, port: 6222, routes: [nats://nats-0.nats-headless:6222] }
"""
TLS = '{ cert_file: "/etc/tls/tls.crt", key_file: "/etc/tls/tls.key" }'


def made(kind: str, name: str, spec: Object | None = None, api: str = "v1", **more: Any) -> Object:
    obj: Object = {"apiVersion": api, "kind": kind, "metadata": {"name": name, "namespace": "n"}, **more}
    return obj if spec is None else {**obj, "spec": spec}


def foreign() -> list[Object]:
    """A cluster as another tool renders it: container, volumes and names are not krmfn's."""
    labels = {"app": "nats"}
    container = {
        "name": "nats",
        "image": "nats:2.14.2-alpine",
        "args": ["--config", "/etc/nats-config/nats.conf"],
        "env": [
            {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": "SERVER_NAME", "value": "$(POD_NAME)"},
        ],
        "ports": [{"name": "nats", "containerPort": 4222}, {"name": "monitor", "containerPort": 8222}],
        "volumeMounts": [
            {"name": "config", "mountPath": "/etc/nats-config"},
            {"name": "nats-js", "mountPath": "/data"},
            {"name": "tls", "mountPath": "/etc/tls"},
        ],
    }
    pod = {
        "serviceAccountName": "nats",
        "containers": [container],
        "volumes": [
            {"name": "config", "configMap": {"name": "nats-config"}},
            {"name": "tls", "secret": {"secretName": "nats-tls"}},
        ],
    }
    storage = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}}
    workload = {
        "replicas": 3,
        "serviceName": "nats-headless",
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": {**labels, "zone": "a"}}, "spec": pod},
        "volumeClaimTemplates": [{"metadata": {"name": "nats-js"}, "spec": storage}],
    }
    ports = [{"name": "nats", "port": 4222, "targetPort": "nats"}, {"name": "dead", "port": 7422}]
    rule = {"host": "nats", "trafficPolicy": {"tls": {"mode": "DISABLE"}}}
    policy = {"podSelector": {"matchLabels": labels}, "ingress": [{"ports": [{"port": 4222}, {"port": 8222}]}]}
    return [
        made("ConfigMap", "nats-config", data={"nats.conf": NATS_CONF, "unused.txt": "x"}),
        made("Secret", "nats-tls", data={"tls.crt": "YQ==", "tls.key": "YQ=="}),
        made("ServiceAccount", "nats"),
        made("Service", "nats", {"selector": labels, "ports": ports}),
        made("StatefulSet", "nats", workload, "apps/v1"),
        made("PodDisruptionBudget", "nats", {"maxUnavailable": 1, "selector": {"matchLabels": labels}}, "policy/v1"),
        made("DestinationRule", "nats", rule, "networking.istio.io/v1"),
        made("NetworkPolicy", "nats", policy, "networking.k8s.io/v1"),
        made("Service", "nats-headless", {"clusterIP": "None", "selector": labels, "ports": ports}),
    ]


def conf(old: str, new: str) -> Edit:
    def edit(objects: list[Object]) -> list[Object]:
        assert old in NATS_CONF
        return with_change(objects, "ConfigMap", ("data", "nats.conf"), NATS_CONF.replace(old, new, 1))

    return edit


def line(text: str) -> Edit:
    return conf("port: 4222\n", f"port: 4222\n{text}\n")


def field(kind: str, *path: str | int, to: Any = None) -> Edit:
    return lambda objects: with_change(objects, kind, path, to)


def without(kind: str, name: str) -> Edit:
    return lambda objects: [one for one in objects if (one["kind"], one["metadata"]["name"]) != (kind, name)]


def both(*edits: Edit) -> Edit:
    def edit(objects: list[Object]) -> list[Object]:
        for one in edits:
            objects = one(objects)  # type: ignore[operator]
        return objects

    return edit


def plus(*objects: Object) -> Edit:
    return lambda before: [*before, *objects]


def renamed(kind: str, name: str, to: str) -> Edit:
    def edit(objects: list[Object]) -> list[Object]:
        changed = copy.deepcopy(objects)
        for one in changed:
            if (one["kind"], one["metadata"]["name"]) == (kind, name):
                one["metadata"]["name"] = to
        return changed

    return edit


POD = ("spec", "template", "spec")
NATS = (*POD, "containers", 0)
CLAIM = ("spec", "volumeClaimTemplates", 0)
ON_DELETE = field("StatefulSet", "spec", "updateStrategy", to={"type": "OnDelete"})
IMAGE = field("StatefulSet", *NATS, "image", to="nats:2.14.3-alpine")
MOUNTED = field("StatefulSet", *NATS, "volumeMounts", 2, "mountPath", to="/elsewhere")
OPEN_POLICY = made("NetworkPolicy", "all", {"podSelector": {}, "ingress": []}, "networking.k8s.io/v1")
GATEWAY = "gateway { name: east, port: 7522, gateways: [{name: east, url: nats://a:1}, {name: west, url: nats://b:1}] }"
ROWS: dict[str, tuple[Edit, str, str]] = {
    # names, and the place of the store
    "server names get a prefix": (
        field("StatefulSet", *NATS, "env", 1, "value", to="west-$(POD_NAME)"),
        "data-loss",
        "server-renamed",
    ),
    "server name in nats.conf": (conf("$SERVER_NAME", "nats"), "data-loss", "server-renamed"),
    "server name by an option": (
        field("StatefulSet", *NATS, "args", to=["--config", "/etc/nats-config/nats.conf", "--name=x"]),
        "data-loss",
        "server-renamed",
    ),
    "the same server name another way": (conf("$SERVER_NAME", "$POD_NAME"), "blocked", "setting-reload-rejected"),
    "a gateway is added": (line(GATEWAY), "data-loss", "clusters-joined"),
    "a claim template is renamed": (
        field("StatefulSet", *CLAIM, "metadata", "name", to="nats-js-pvc"),
        "data-loss",
        "claim-renamed",
    ),
    "no claim template": (field("StatefulSet", "spec", "volumeClaimTemplates"), "data-loss", "claim-renamed"),
    "the store's mount moves": (
        field("StatefulSet", *NATS, "volumeMounts", 1, "mountPath", to="/other"),
        "data-loss",
        "store-dir-changed",
    ),
    "the store is in a folder of the volume": (
        field("StatefulSet", *NATS, "volumeMounts", 1, "subPath", to="a"),
        "data-loss",
        "store-dir-changed",
    ),
    "the store gets an emptyDir": (
        both(
            field("StatefulSet", *NATS, "volumeMounts", 1, "name", to="scratch"),
            field("StatefulSet", *POD, "volumes", 0, to={"name": "scratch", "emptyDir": {}}),
        ),
        "data-loss",
        "store-dir-changed",
    ),
    "the store's directory moves": (conf("/data", "/var/lib/nats"), "data-loss", "store-dir-changed"),
    "the store's directory moves with its mount": (
        both(conf("/data", "/js"), field("StatefulSet", *NATS, "volumeMounts", 1, "mountPath", to="/js")),
        "restart",
        "",
    ),
    "the store's directory is left to the server": (conf("store_dir: /data, ", ""), "data-loss", "store-dir-changed"),
    "the cluster's name": (conf("name: east", "name: west"), "data-loss", "cluster-renamed"),
    "the cluster block is removed": (
        conf(NATS_CONF[NATS_CONF.index("cluster") :], ""),
        "data-loss",
        "cluster-block-removed",
    ),
    "the server's container is removed": (
        field("StatefulSet", *NATS, to={"name": "other", "image": "x"}),
        "data-loss",
        "servers-removed",
    ),
    "retention Delete": (
        field("StatefulSet", "spec", "persistentVolumeClaimRetentionPolicy", to={"whenScaled": "Delete"}),
        "data-loss",
        "claims-deleted",
    ),
    "other ordinals": (field("StatefulSet", "spec", "ordinals", to={"start": 3}), "data-loss", "ordinals-changed"),
    "the same ordinals": (field("StatefulSet", "spec", "ordinals", to={"start": 0}), "none", ""),
    "fewer servers": (field("StatefulSet", "spec", "replicas", to=2), "data-loss", "scale-down"),
    # the API server refuses
    "the claim's mode": (
        field("StatefulSet", *CLAIM, "spec", "volumeMode", to="Block"),
        "recreate",
        "claim-template-changed",
    ),
    "the claim's access": (
        field("StatefulSet", *CLAIM, "spec", "accessModes", to=["ReadWriteMany"]),
        "recreate",
        "claim-template-changed",
    ),
    "the claim's class": (
        field("StatefulSet", *CLAIM, "spec", "storageClassName", to="fast"),
        "recreate",
        "storage-class-changed",
    ),
    "another serviceName": (field("StatefulSet", "spec", "serviceName", to="x"), "recreate", "service-name-changed"),
    # taken on a reload
    "client_advertise": (line('client_advertise: "nats.example:4222"'), "reload", ""),
    "trace_headers": (line("trace_headers: true"), "reload", ""),
    "mappings": (line("mappings: { a: b }"), "reload", ""),
    "remotes": (line("leafnodes { remotes: [{url: nats://hub:7422}] }"), "reload", ""),
    "resolver_preload": (line("resolver_preload: { ACC: jwt }"), "reload", ""),
    # clients are cut off, or the next start fails
    "cluster.tls with a file that no pod mounts": (
        conf("port: 6222", 'port: 6222, tls { ca_file: "/nowhere/ca.crt" }'),
        "outage",
        "conf-file",
    ),
    "cluster.tls with a file that is mounted": (conf("port: 6222", f"port: 6222, tls {TLS}"), "reload", ""),
    "cluster.tls and its mount in one step": (
        both(conf("port: 6222", f"port: 6222, tls {TLS.replace('/etc/tls', '/elsewhere')}"), MOUNTED),
        "outage",
        "route-tls-one-step",
    ),
    "tls comes": (line(f"tls {TLS}"), "outage", "clients-cut"),
    "tls comes beside plain connections": (
        line(f"tls {TLS}\nallow_non_tls: true"),
        "blocked",
        "setting-reload-rejected",
    ),
    "a file that the Secret lacks": (line('tls { ca_file: "/etc/tls/ca.crt" }'), "outage", "conf-file"),
    "a setting that no server knows": (line("max_paylod: 100"), "outage", "conf-unknown"),
    "a setting of a block that no server knows": (
        conf("port: 6222", "port: 6222, prot: 1"),
        "outage",
        "conf-unknown",
    ),
    "a text that is no nats.conf": (line("jetstream {"), "outage", "conf-unreadable"),
    "an include that is not there": (line("include more.conf"), "outage", "conf-include"),
    "JetStream is removed": (
        conf("jetstream { store_dir: /data, max_file_store: 1GB }\n", ""),
        "outage",
        "jetstream-removed",
    ),
    "JetStream is off": (
        conf("jetstream { store_dir: /data, max_file_store: 1GB }", "jetstream: false"),
        "outage",
        "jetstream-removed",
    ),
    "a domain": (conf("/data,", "/data, domain: leaf,"), "blocked", "setting-reload-rejected"),
    "a smaller store": (conf("1GB", "500MB"), "outage", "file-store-lowered"),
    "the client port": (conf("port: 4222", "port: 4333"), "outage", "listener-changed"),
    "the monitoring port": (conf("http_port: 8222", "http_port: 8333"), "outage", "listener-changed"),
    "the cluster port": (conf("port: 6222", "port: 6333"), "outage", "listener-changed"),
    "users where there were none": (line("authorization { user: a, password: b }"), "outage", "clients-cut"),
    "accounts where there were none": (
        line("accounts { A { users: [{user: a, password: b}] } }"),
        "outage",
        "clients-cut",
    ),
    "a headless Service is removed": (without("Service", "nats-headless"), "outage", "service-removed"),
    "a client Service is removed": (without("Service", "nats"), "outage", "service-removed"),
    "a Service gets another name": (renamed("Service", "nats", "bus"), "outage", "service-removed"),
    "the ConfigMap is removed": (without("ConfigMap", "nats-config"), "outage", "object-removed"),
    "the ConfigMap gets another name": (renamed("ConfigMap", "nats-config", "other"), "outage", "object-removed"),
    "the ServiceAccount is removed": (without("ServiceAccount", "nats"), "outage", "object-removed"),
    "a mounted Secret is removed": (without("Secret", "nats-tls"), "outage", "secret-removed"),
    "nats.conf is removed": (field("ConfigMap", "data", "nats.conf"), "outage", "key-removed"),
    "a file that no server reads is removed": (field("ConfigMap", "data", "unused.txt"), "metadata", ""),
    "the budget is removed": (without("PodDisruptionBudget", "nats"), "outage", "budget-removed"),
    "the budget gets another name": (renamed("PodDisruptionBudget", "nats", "b"), "metadata", ""),
    "the budget lets the quorum go": (
        field("PodDisruptionBudget", "spec", "maxUnavailable", to=2),
        "outage",
        "pdb-loses-quorum",
    ),
    "the budget lets all go": (field("PodDisruptionBudget", "spec", "maxUnavailable"), "outage", "pdb-loses-quorum"),
    "the budget by another count": (
        field("PodDisruptionBudget", "spec", "maxUnavailable", to="34%"),
        "outage",
        "pdb-loses-quorum",
    ),
    "the budget keeps the quorum": (field("PodDisruptionBudget", "spec", "maxUnavailable", to="30%"), "metadata", ""),
    "the budget finds no pod": (
        field("PodDisruptionBudget", "spec", "selector", "matchLabels", to={"app": "x"}),
        "outage",
        "budget-removed",
    ),
    "a client port of a Service": (
        field("Service", "spec", "ports", 0, "port", to=4333),
        "outage",
        "service-port-removed",
    ),
    "a dead port of a Service": (
        lambda objects: with_change(
            objects, "Service", ("spec", "ports"), [{"name": "nats", "port": 4222, "targetPort": "nats"}]
        ),
        "metadata",
        "",
    ),
    "a target by number": (field("Service", "spec", "ports", 0, "targetPort", to=4222), "metadata", ""),
    "a target that no pod has": (
        field("Service", "spec", "ports", 0, "targetPort", to="client"),
        "outage",
        "service-port-changed",
    ),
    "another target": (field("Service", "spec", "ports", 0, "targetPort", to=8222), "outage", "service-port-changed"),
    "the container's port gets another name": (
        field("StatefulSet", *NATS, "ports", 0, "name", to="client"),
        "outage",
        "service-port-changed",
    ),
    "a selector that misses": (field("Service", "spec", "selector", to={"app": "other"}), "outage", "selector-misses"),
    "a selector that still finds": (
        field("Service", "spec", "selector", to={"app": "nats", "zone": "a"}),
        "metadata",
        "",
    ),
    "a Service from outside": (field("Service", "spec", "type", to="NodePort"), "metadata", ""),
    "a Service of another name server": (field("Service", "spec", "type", to="ExternalName"), "outage", "service-cuts"),
    "no mTLS exception": (without("DestinationRule", "nats"), "outage", "mutual-tls-changed"),
    "mTLS": (
        field("DestinationRule", "spec", "trafficPolicy", "tls", "mode", to="ISTIO_MUTUAL"),
        "outage",
        "mutual-tls-changed",
    ),
    "the rule of another host": (field("DestinationRule", "spec", "host", to="x"), "outage", "mutual-tls-changed"),
    "the rule loses its policy": (field("DestinationRule", "spec", "trafficPolicy"), "outage", "mutual-tls-changed"),
    "a policy of fewer ports": (
        field("NetworkPolicy", "spec", "ingress", 0, "ports", to=[{"port": 4222}]),
        "outage",
        "policy-cuts",
    ),
    "a policy of more ports": (
        field("NetworkPolicy", "spec", "ingress", 0, "ports", to=[{"port": 1}, {"port": 8222}, {"port": 4222}]),
        "metadata",
        "",
    ),
    "a policy from fewer": (
        field("NetworkPolicy", "spec", "ingress", 0, "from", to=[{"podSelector": {}}]),
        "outage",
        "policy-cuts",
    ),
    "a policy for other pods": (field("NetworkPolicy", "spec", "podSelector", to={}), "outage", "policy-cuts"),
    "a policy for what goes out too": (
        field("NetworkPolicy", "spec", "policyTypes", to=["Ingress", "Egress"]),
        "outage",
        "policy-cuts",
    ),
    "a policy that goes out to fewer": (
        both(
            field("NetworkPolicy", "spec", "policyTypes", to=["Egress", "Ingress"]),
            field("NetworkPolicy", "spec", "egress", to=[{"ports": [{"port": 53, "protocol": "UDP"}]}]),
        ),
        "outage",
        "policy-cuts",
    ),
    "a policy that closes all": (plus(OPEN_POLICY), "outage", "policy-cuts"),
    "a policy is removed": (without("NetworkPolicy", "nats"), "metadata", ""),
    "a policy is removed and another one stays": (
        both(without("NetworkPolicy", "nats"), plus(OPEN_POLICY)),
        "outage",
        "policy-cuts",
    ),
    "a mesh rule that is not read": (
        plus(made("PeerAuthentication", "x", {}, "security.istio.io/v1")),
        "outage",
        "policy-cuts",
    ),
    "every server stops": (field("StatefulSet", "spec", "replicas", to=0), "outage", "servers-stopped"),
    "rollouts that take the quorum": (
        field(
            "StatefulSet",
            "spec",
            "updateStrategy",
            to={"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 2}},
        ),
        "outage",
        "rollout-loses-quorum",
    ),
    # what restarts by itself, and what does not
    "an image": (IMAGE, "restart", ""),
    "an image on delete": (both(ON_DELETE, IMAGE), "metadata", ""),
    "a strategy": (ON_DELETE, "metadata", ""),
    "minReadySeconds": (field("StatefulSet", "spec", "minReadySeconds", to=10), "metadata", ""),
    "a setting and an image on delete": (
        both(ON_DELETE, IMAGE, line("max_pending: 100000000")),
        "blocked",
        "setting-reload-rejected",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_change_has_the_class_and_the_code_of_its_effect(name: str) -> None:
    edit, impact, code = ROWS[name]
    old = foreign()
    new = edit(copy.deepcopy(old))  # type: ignore[operator]
    found = changes(old, new)
    assert worst(found) == impact, found
    assert code in {change.code for change in found if change.impact == impact} if found else not code


def test_every_code_of_a_change_can_be_allowed_and_is_explained() -> None:
    assert {code for _, _, code in ROWS.values()} - {""} <= set(FIELDS)
    assert set(FIELDS) <= set(CODES)


def conf_in(kind: str, name: str, text: str, key: str = "nats.conf", part: str = "data") -> list[Object]:
    """The cluster with its configuration in an object of this kind and name, under this key."""
    objects = [one for one in foreign() if one["kind"] != "ConfigMap"]
    encoded = base64.b64encode(text.encode()).decode() if kind == "Secret" or part == "binaryData" else text
    named = {"secretName" if kind == "Secret" else "name": name, "items": [{"key": key, "path": "nats.conf"}]}
    volume = {"name": "config", "secret" if kind == "Secret" else "configMap": named}
    place = ("spec", "template", "spec", "volumes", 0)
    return [made(kind, name, **{part: {key: encoded}}), *with_change(objects, "StatefulSet", place, volume)]


PLACES = {
    "the same": (("ConfigMap", "a"), ("ConfigMap", "a")),
    "another name": (("ConfigMap", "a-1"), ("ConfigMap", "a-2")),
    "a Secret": (("Secret", "a"), ("Secret", "a")),
    "to a Secret": (("ConfigMap", "a"), ("Secret", "a")),
    "binary": (("ConfigMap", "a", "x", "binaryData"), ("ConfigMap", "a", "x", "binaryData")),
    "to binary": (("ConfigMap", "a"), ("ConfigMap", "a", "nats.conf", "binaryData")),
    "another key": (("ConfigMap", "a", "x"), ("ConfigMap", "a", "y")),
}
HAZARDS = {
    "server_name: $SERVER_NAME": ("server_name: other", "data-loss", "server-renamed"),
    "store_dir: /data": ("store_dir: /tmp/x", "data-loss", "store-dir-changed"),
    "max_file_store: 1GB": ("max_file_store: 1MB", "outage", "file-store-lowered"),
    "name: east": ("name: west", "data-loss", "cluster-renamed"),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("old", HAZARDS)
def test_the_configuration_is_what_the_server_mounts_wherever_it_stands(place: str, old: str) -> None:
    text, impact, code = HAZARDS[old]
    first, second = PLACES[place]
    before = conf_in(first[0], first[1], NATS_CONF, *first[2:])
    found = changes(before, conf_in(second[0], second[1], NATS_CONF.replace(old, text), *second[2:]))
    assert worst(found) == impact, found
    assert code in {change.code for change in found}
    unchanged = changes(before, conf_in(second[0], second[1], NATS_CONF, *second[2:]))
    assert worst(unchanged) == {"the same": "none", "a Secret": "none", "binary": "none", "to binary": "metadata"}.get(
        place, "restart"
    ), unchanged


OPTIONS = ("spec", "template", "spec", "containers", 0, "args")


def test_a_configuration_that_is_not_among_the_objects_is_not_taken_for_harmless() -> None:
    volume = {"name": "config", "configMap": {"name": "absent"}}
    old = foreign()
    for new in (
        with_change(old, "StatefulSet", ("spec", "template", "spec", "volumes", 0), volume),
        with_change(old, "StatefulSet", OPTIONS, ["-c", "/etc/other.conf"]),
        with_change(old, "StatefulSet", OPTIONS, ["-c", "/etc/nats-config/other.conf"]),
    ):
        found = changes(old, new)
        assert worst(found) == "outage"
        (change,) = [one for one in found if one.code == "conf-unreadable"]
        assert change.why.startswith("the new text of nats.conf is not among the objects: ")
        assert change.recipe == "add what the StatefulSet mounts it from to the new state"


def test_options_in_the_script_of_a_shell_are_read() -> None:
    script = "exec nats-server -c /etc/nats-config/nats.conf -sd /tmp"
    new = with_change(foreign(), "StatefulSet", (*OPTIONS[:-1], "command"), ["sh", "-c"])
    assert codes(foreign(), with_change(new, "StatefulSet", OPTIONS, [script])) == {"store-dir-changed"}


def test_a_store_is_another_where_a_mount_or_a_variable_makes_it_so() -> None:
    mounts = ("spec", "template", "spec", "containers", 0, "volumeMounts")
    shadow = {"name": "tmp", "mountPath": "/data/jetstream"}
    old = foreign()
    rows = of_kind(old, "StatefulSet")["spec"]["template"]["spec"]["containers"][0]["volumeMounts"]
    read_only = [rows[0], {**rows[1], "readOnly": True}, rows[2]]
    assert codes(old, with_change(old, "StatefulSet", mounts, [*rows, shadow])) == {"store-dir-changed"}
    deeper = {"name": "tmp", "mountPath": "/data/jetstream/$G"}
    assert codes(old, with_change(old, "StatefulSet", mounts, [*rows, deeper])) == {"store-dir-changed"}
    assert codes(old, with_change(old, "StatefulSet", mounts, read_only)) == {"store-dir-changed"}
    variable = ("spec", "template", "spec", "containers", 0, "env", 1)
    first, second = (
        with_change(conf("/data", "$SD")(foreign()), "StatefulSet", variable, {"name": "SD", "value": place})  # type: ignore[operator]
        for place in ("/data", "/tmp/x")
    )
    assert codes(first, second) == {"store-dir-changed"}


def test_a_kind_that_krmfn_does_not_know_is_not_called_harmless() -> None:
    stream = made("Stream", "s", {"a": 1}, "jetstream.nats.io/v1beta2")
    for new in ([], [{**stream, "spec": {"a": 2}}]):
        (change,) = changes([stream], new)
        assert change.why.startswith("effect unknown")


@pytest.mark.parametrize(
    ("kind", "api", "more"),
    [
        ("PersistentVolume", "v1", {"spec": {"persistentVolumeReclaimPolicy": "Retain"}}),
        ("StorageClass", "storage.k8s.io/v1", {"reclaimPolicy": "Retain"}),
    ],
)
def test_volumes_that_go_with_their_claims_are_a_loss(kind: str, api: str, more: Object) -> None:
    old = made(kind, "a", api=api, **more)
    new = json.loads(json.dumps(old).replace("Retain", "Delete"))
    assert codes([old], [new]) == {"claims-deleted"}


STEPS = {
    "another remote of a gateway": (
        GATEWAY,
        GATEWAY.replace("]", ", {name: north, url: nats://c:1}]"),
        "data-loss",
        "clusters-joined",
    ),
    "a remote of a gateway leaves": (
        GATEWAY,
        GATEWAY.replace(", {name: west, url: nats://b:1}", ""),
        "outage",
        "gateway-removed",
    ),
    "the gateway is removed": (GATEWAY, "", "outage", "gateway-removed"),
    "contents of tls": (f"tls {TLS}", f"tls {TLS.replace('}', ', timeout: 5 }')}", "reload", ""),
    "tls asks for certificates": (f"tls {TLS}", f"tls {TLS.replace('}', ', verify: true }')}", "outage", "clients-cut"),
    "tls goes": (f"tls {TLS}", "", "outage", "clients-cut"),
    "plain connections go": (f"tls {TLS}\nallow_non_tls: true", f"tls {TLS}", "outage", "clients-cut"),
    "remotes of leafnodes": (
        "leafnodes { remotes: [{url: nats://a:1}] }",
        "leafnodes { remotes: [{url: nats://b:1}] }",
        "reload",
        "",
    ),
    "a listener of leafnodes": ("leafnodes { port: 7422 }", "leafnodes { port: 7423 }", "outage", "listener-changed"),
    "mqtt ack_wait": ("mqtt { port: 1883, ack_wait: 30s }", "mqtt { port: 1883, ack_wait: 60s }", "reload", ""),
    "mqtt goes": ("mqtt { port: 1883 }", "", "outage", "listener-changed"),
    "websocket origins": (
        "websocket { port: 80, no_tls: true }",
        "websocket { port: 80, no_tls: true, same_origin: true }",
        "blocked",
        "setting-reload-rejected",
    ),
    "passwords": ("authorization { user: a, password: b }", "authorization { user: a, password: c }", "reload", ""),
    "no password any more": ("authorization { user: a, password: b }", "", "outage", "authentication-removed"),
    "an account goes": ("accounts { A {}, B {} }", "accounts { A {} }", "outage", "account-removed"),
    "JetStream goes from an account": (
        "accounts { A { jetstream: enabled } }",
        "accounts { A {} }",
        "outage",
        "account-removed",
    ),
    "JetStream comes to an account": (
        "accounts { A {} }",
        "accounts { A { jetstream: enabled } }",
        "outage",
        "account-removed",
    ),
    "another operator's resolver": ("resolver: URL(http://a)", "resolver: URL(http://b)", "reload", ""),
    "the anonymous user goes": ("no_auth_user: a", "", "outage", "clients-cut"),
    "an alias": ("max_conn: 5", "max_connections: 5", "none", ""),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_of_nats_conf_has_the_class_and_the_code_of_its_effect(name: str) -> None:
    before, after, impact, code = STEPS[name]
    old, new = (line(text)(foreign()) for text in (before, after))  # type: ignore[operator]
    found = changes(old, new)
    assert worst(found) == impact, found
    assert code in {change.code for change in found if change.impact == impact}


JETSTREAM = "jetstream { store_dir: /data, max_file_store: 1GB }"
KEYS = {
    "the key goes": ("key: one", "", "data-loss", "encryption-key-changed"),
    "another key": ("key: one", "key: two", "data-loss", "encryption-key-changed"),
    "another key beside the old one": ("key: one", "key: two, prev_key: one", "blocked", "setting-reload-rejected"),
    "a key comes": ("", "key: one", "blocked", "setting-reload-rejected"),
    "another domain": ("domain: a", "domain: b", "outage", "domain-changed"),
}


@pytest.mark.parametrize("name", KEYS)
def test_keys_and_domains_of_jetstream(name: str) -> None:
    before, after, impact, code = KEYS[name]
    states = (JETSTREAM.replace("1GB", f"1GB, {text}") if text else JETSTREAM for text in (before, after))
    old, new = (conf(JETSTREAM, text)(foreign()) for text in states)  # type: ignore[operator]
    found = changes(old, new)
    assert worst(found) == impact, found
    assert code in {change.code for change in found}
    assert all(change.old is None and change.new is None for change in found)


THING = {"replicas": 1, "ports": [{"port": 1}], "protocol": "TCP", "limits": {"cpu": "1000m"}, "a": {}, "b": []}


@pytest.mark.parametrize("key", THING)
@pytest.mark.parametrize("api", ["example.com/v1", "apps.example.com/v1"])
def test_a_field_of_a_foreign_kind_has_no_default(api: str, key: str) -> None:
    old = made("Deployment", "x", THING, api)
    new = made("Deployment", "x", {name: value for name, value in THING.items() if name != key}, api)
    assert worst(changes([old], [new])) == worst(changes([new], [old])) == "metadata"


def test_a_quantity_and_a_list_of_a_foreign_kind_are_compared_as_they_are() -> None:
    old = made("Thing", "x", {"resources": {"limits": {"cpu": "1"}}, "env": [{"name": "a"}, {"name": "b"}]}, "e.com/v1")
    assert changes([old], [field("Thing", "spec", "resources", "limits", "cpu", to="1000m")([old])[0]])  # type: ignore[operator]
    swapped = field("Thing", "spec", "env", to=[{"name": "b"}, {"name": "a"}])([old])  # type: ignore[operator]
    assert {change.kind for change in changes([old], swapped)} == {"changed"}


def test_a_default_of_a_known_kind_is_no_change() -> None:
    pod = {"containers": [{"name": "a", "image": "a:1"}]}
    old = made("Deployment", "x", {"selector": {}, "template": {"spec": pod}}, "apps/v1")
    for path, value in ((("spec", "replicas"), 1), ((*POD, "dnsPolicy"), "ClusterFirst"), (("status",), {"a": 1})):
        assert changes([old], with_change([old], "Deployment", path, value)) == []
    for path, value in ((("spec", "dnsPolicy"), "ClusterFirst"), ((*POD, "replicas"), 1), ((*POD, "scheme"), "HTTP")):
        assert changes([old], with_change([old], "Deployment", path, value)) != []


def test_the_texts_of_a_secret_are_the_data_that_they_become() -> None:
    old = made("Secret", "s", stringData={"a": "b"})
    assert changes([old], [made("Secret", "s", data={"a": "Yg=="})]) == []
    assert worst(changes([old], [made("Secret", "s", data={"a": "Yw=="})])) == "reload"


def test_what_is_removed_with_everything_that_used_it_needs_nothing_more() -> None:
    old = foreign()
    new = [one for one in old if one["kind"] not in ("StatefulSet", "ConfigMap", "ServiceAccount")]
    assert {c.ref.kind: c.impact for c in changes(old, new)} == {
        "ConfigMap": "metadata", "ServiceAccount": "metadata", "StatefulSet": "data-loss",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("obj", "code"),
    [
        (made("PersistentVolumeClaim", "nats-js-nats-0", {}), "claim-removed"),
        (made("Namespace", "n"), "namespace-removed"),
        (made("CustomResourceDefinition", "natses.x", {}, "apiextensions.k8s.io/v1"), "definition-removed"),
    ],
)
def test_what_takes_others_with_it_is_a_loss(obj: Object, code: str) -> None:
    (change,) = changes([obj], [])
    assert (change.impact, change.code) == ("data-loss", code)


@pytest.mark.parametrize("kind", ["ConfigMap", "Secret", "ServiceAccount"])
def test_where_no_pod_is_among_the_objects_nothing_shows_that_none_needs_it(kind: str) -> None:
    assert worst(changes([made(kind, "x")], [])) == "outage"


def test_pods_that_wait_for_a_change_need_what_they_needed() -> None:
    old = foreign()
    moved = both(
        renamed("ConfigMap", "nats-config", "other"),
        field("StatefulSet", *POD, "volumes", 0, "configMap", "name", to="other"),
    )
    assert worst(changes(old, moved(copy.deepcopy(old)))) == "restart"
    waiting = ON_DELETE(foreign())  # type: ignore[operator]
    assert codes(waiting, moved(copy.deepcopy(waiting))) == {"object-removed"}


def test_a_rollout_that_is_let_go_restarts_what_waited() -> None:
    waiting = ON_DELETE(foreign())  # type: ignore[operator]
    assert worst(changes(waiting, foreign())) == "restart"


def test_the_way_from_one_profile_to_the_other_is_a_restart_and_back_removes_the_clients_service() -> None:
    to_hardened = changes(rendered(profile="nats-manager"), rendered())
    assert {(change.impact, change.code) for change in to_hardened if change.code} == {("outage", "file-store-lowered")}
    assert "restart" in {change.impact for change in to_hardened}
    assert codes(rendered(), rendered(profile="nats-manager")) == {"service-removed"}
    assert of_kind(rendered(), "StatefulSet")


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_is_explained_by_the_command_line(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert command(["explain", name]) == 0
    assert MEANINGS[name][1:] in " ".join(capfd.readouterr().out.split())


def test_an_outage_is_a_warning_of_a_render_and_stops_a_diff_until_it_is_allowed() -> None:
    found = changes(foreign(), without("Service", "nats")(foreign()))  # type: ignore[operator]
    (warned,), (allowed,) = findings(found, ()), findings(found, ["service-removed"])
    assert (warned.severity, warned.code, allowed.severity) == ("warning", "service-removed", "warning")
    assert "allowed by krmfn.dev/allow" in allowed.message
