"""Every plausible patch that breaks a tree: a row each, with the code that must be found. The intact tree is clean."""

from __future__ import annotations

import copy
import random
from typing import TYPE_CHECKING, Any

import pytest

from krmfn.cluster.policies import Policies
from krmfn.cluster.settings import Group, Settings
from tests.checks.trees import Tree
from tests.golden_cases import CASES

if TYPE_CHECKING:
    from collections.abc import Callable

LABELS = {"app.kubernetes.io/name": "nats", "app.kubernetes.io/instance": "orders"}
TEMPLATE = "template.metadata.labels"
POD = "template.spec"
PDB, POLICY, MONITOR = "PodDisruptionBudget", "NetworkPolicy", "PodMonitor"
CLIENT = ("Service", "orders-nats-client")
OTHER = {"matchLabels": {"app": "other"}}


def set_of(path: str, value: Any, kind: str = "StatefulSet", name: str = "orders-nats") -> Callable[[Tree], None]:
    return lambda tree: tree.patch(path, value, kind, name)


def conf(old: str, new: str) -> Callable[[Tree], None]:
    return lambda tree: tree.replace_conf(old, new)


def server(key: str, value: Any) -> Callable[[Tree], None]:
    return lambda tree: tree.container().__setitem__(key, value)


def env(name: str, value: str | None) -> Callable[[Tree], None]:
    def patch(tree: Tree) -> None:
        rows = tree.container()["env"]
        row = next(one for one in rows if one["name"] == name)
        if value is None:
            rows.remove(row)
        else:
            row["value"] = value

    return patch


def drop(kind: str, name: str = "orders-nats") -> Callable[[Tree], None]:
    return lambda tree: tree.drop(kind, name)


def all_of(*patches: Callable[[Tree], None]) -> Callable[[Tree], None]:
    def patch(tree: Tree) -> None:
        for one in patches:
            one(tree)

    return patch


def every_namespace(tree: Tree) -> None:
    for one in tree.objects:
        one["metadata"]["namespace"] = "staging"


def prefixed(tree: Tree) -> None:
    """kustomize's namePrefix: it changes the names that it knows, and no text."""
    for one in tree.objects:
        one["metadata"]["name"] = f"dev-{one['metadata']['name']}"
    spec = next(one for one in tree.objects if one["kind"] == "StatefulSet")["spec"]
    spec["serviceName"] = "dev-orders-nats"
    pod = spec["template"]["spec"]
    pod["serviceAccountName"] = "dev-orders-nats"
    pod["volumes"][0]["secret"]["secretName"] = "dev-orders-nats-secret"
    pod["volumes"][1]["configMap"]["name"] = "dev-orders-nats-config"


def probe(name: str, **fields: Any) -> Callable[[Tree], None]:
    return lambda tree: tree.container()[name]["httpGet"].update(fields)


def mounts(container: str, **of: Any) -> Callable[[Tree], None]:
    """Change one mount of a container, found by its volume."""

    def patch(tree: Tree) -> None:
        volume = of.pop("of")
        row = next(one for one in tree.container(container)["volumeMounts"] if one["name"] == volume)
        row.update(of)
        of["of"] = volume

    return patch


def unmounted(container: str, volume: str) -> Callable[[Tree], None]:
    def patch(tree: Tree) -> None:
        rows = tree.container(container)["volumeMounts"]
        rows[:] = [one for one in rows if one["name"] != volume]

    return patch


def added(obj: dict[str, Any]) -> Callable[[Tree], None]:
    return lambda tree: tree.objects.append(copy.deepcopy(obj))


def ports(**numbers: int | None) -> Callable[[Tree], None]:
    """Change or remove (None) ports of the server's container by name."""

    def patch(tree: Tree) -> None:
        rows = tree.container()["ports"]
        for name, number in numbers.items():
            row = next(one for one in rows if one["name"] == name)
            if number is None:
                rows.remove(row)
            else:
                row["containerPort"] = number

    return patch


def no_jetstream(tree: Tree) -> None:
    text = tree.get("ConfigMap", "orders-nats-config")["data"]["nats.conf"]
    tree.replace_conf(text[text.index("jetstream {") : text.index("cluster {")], "")


def no_cluster(tree: Tree) -> None:
    text = tree.get("ConfigMap", "orders-nats-config")["data"]["nats.conf"]
    tree.replace_conf(text[text.index("cluster {") : text.index("lame_duck_grace")], "")


def secret_key(tree: Tree) -> None:
    data = tree.get("Secret", "orders-nats-secret")["stringData"]
    data["resolver"] = data.pop("resolver.conf")


def alert(old: str, new: str) -> Callable[[Tree], None]:
    def patch(tree: Tree) -> None:
        for rule in tree.get("PrometheusRule")["spec"]["groups"][0]["rules"]:
            rule["expr"] = rule["expr"].replace(old, new)

    return patch


def egress(*rules: dict[str, Any], name: str = "orders-nats") -> Callable[[Tree], None]:
    def patch(tree: Tree) -> None:
        spec = tree.get(POLICY, name)["spec"]
        spec["policyTypes"], spec["egress"] = ["Ingress", "Egress"], list(rules)

    return patch


def foreign(kind: str, api_version: str, spec: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": "extra", "namespace": "shop"}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


_DNS = {"ports": [{"port": 53, "protocol": "UDP"}]}
_ROUTES = {"to": [{"podSelector": {"matchLabels": LABELS}}], "ports": [{"port": 6222}]}
_LEAF = 'leafnodes { remotes: [{ url: "tls://hub.example.com:7422" }] }'
_SECOND_BUDGET = foreign(PDB, "policy/v1", {"maxUnavailable": 1, "selector": {"matchLabels": LABELS}})
_SCALER = foreign(
    "HorizontalPodAutoscaler",
    "autoscaling/v2",
    {"maxReplicas": 5, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "orders-nats"}},
)
_EMPTY_DIR = {"name": "orders-nats-js-pvc", "emptyDir": {}}
_CONSTRAINT = f"{POD}.topologySpreadConstraints"

BROKEN: dict[str, tuple[Callable[[Tree], Any], str]] = {
    # selectors
    "selector of the servers": (set_of("selector.matchLabels", {"app": "x"}), "link-selector"),
    "label of the pods": (set_of(f"{TEMPLATE}", {**LABELS, "app.kubernetes.io/instance": "x"}), "link-selector"),
    "label removed from the pods": (set_of(f"{TEMPLATE}", {"app.kubernetes.io/name": "nats"}), "link-selector"),
    "labels of an exporter": (
        set_of("selector.matchLabels", {"app": "x"}, "Deployment", "orders-nats-metrics-1"),
        "link-selector",
    ),
    "selector of the client Service": (set_of("selector", {"app": "x"}, *CLIENT), "link-no-pods"),
    "no selector of the client Service": (set_of("selector", None, *CLIENT), "link-no-pods"),
    "selector of the headless Service": (set_of("selector", {"app": "x"}, "Service"), "link-no-pods"),
    "headless Service of other pods": (
        set_of("selector", {"app.kubernetes.io/name": "nats-exporter"}, "Service"),
        "link-service-name",
    ),
    "selector of the budget": (set_of("selector", OTHER, PDB), "link-no-pods"),
    "no selector of the budget": (set_of("selector", None, PDB), "link-no-pods"),
    "selector of the policy": (set_of("podSelector", OTHER, POLICY), "link-no-pods"),
    "selector of the monitor": (set_of("selector", OTHER, MONITOR), "link-no-pods"),
    "namespace of the monitor": (set_of("namespaceSelector", {"matchNames": ["other"]}, MONITOR), "link-no-pods"),
    "constraint counts other pods": (set_of(f"{_CONSTRAINT}.0.labelSelector", OTHER), "link-selector"),
    # ports
    "container port dropped": (ports(client=None), "link-port"),
    "container port renamed": (lambda tree: tree.container()["ports"][0].update(name="nats"), "link-port"),
    "container port of another number": (ports(client=4223), "conf-port"),
    "cluster port of another number": (ports(cluster=6223), "conf-port"),
    "target port misspelled": (set_of("ports.0.targetPort", "cleint", *CLIENT), "link-port"),
    "target port of a number that nobody opens": (set_of("ports.0.targetPort", 4333, *CLIENT), "link-port"),
    "target port of the other protocol": (set_of("ports.0.protocol", "UDP", *CLIENT), "link-port"),
    "liveness probe of another port": (probe("livenessProbe", port=8223), "link-port"),
    "readiness probe of the clients' port": (probe("readinessProbe", port=4222), "link-port"),
    "startup probe of a name that is none": (probe("startupProbe", port="monitoring"), "link-port"),
    "probe of a page that is none": (probe("startupProbe", path="/health"), "link-probe"),
    "probe by HTTPS": (probe("livenessProbe", scheme="HTTPS"), "link-probe"),
    "monitor of a port that is none": (set_of("podMetricsEndpoints.0.port", "prom", MONITOR), "link-port"),
    "port of the exporter renamed": (
        set_of(f"{POD}.containers.0.ports.0.name", "prom", "Deployment", "orders-nats-metrics-0"),
        "link-port",
    ),
    "exporter asks another port": (
        set_of(
            f"{POD}.containers.0.args",
            ["-port=7777", "orders-nats-0,http://orders-nats-0.orders-nats:8223/"],
            "Deployment",
            "orders-nats-metrics-0",
        ),
        "link-port",
    ),
    "exporter asks a server that is none": (
        set_of(
            f"{POD}.containers.0.args",
            ["-port=7777", "x,http://orders-0.orders-nats:8222/"],
            "Deployment",
            "orders-nats-metrics-0",
        ),
        "link-host",
    ),
    "nats.conf: clients' port": (conf("port: 4222\n", "port: 4333\n"), "conf-port"),
    "nats.conf: monitoring port": (conf("http_port: 8222", "http_port: 8223"), "link-port"),
    "nats.conf: no monitoring port": (conf("http_port: 8222\n", ""), "link-port"),
    "nats.conf: cluster port": (conf("port: 6222\n", "port: 6223\n"), "conf-route"),
    # references
    "name of the ConfigMap": (set_of(f"{POD}.volumes.1.configMap.name", "orders-nats-confg"), "link-reference"),
    "another ConfigMap": (set_of(f"{POD}.volumes.1.configMap.name", "settings"), "link-unused"),
    "no ConfigMap": (drop("ConfigMap", "orders-nats-config"), "link-reference"),
    "name of the Secret": (set_of(f"{POD}.volumes.0.secret.secretName", "orders-nat-secret"), "link-reference"),
    "another Secret": (set_of(f"{POD}.volumes.0.secret.secretName", "credentials"), "link-unused"),
    "no ServiceAccount": (drop("ServiceAccount"), "link-reference"),
    "name of the ServiceAccount": (set_of(f"{POD}.serviceAccountName", "order-nats"), "link-reference"),
    "two accounts": (set_of(f"{POD}.serviceAccount", "other"), "two-service-accounts"),
    "key of a projected volume": (
        set_of(f"{POD}.volumes.1.configMap.items", [{"key": "server.conf", "path": "nats.conf"}]),
        "link-reference",
    ),
    "variable from a key that is none": (
        lambda tree: tree.container()["env"].append(
            {"name": "X", "valueFrom": {"secretKeyRef": {"name": "orders-nats-secret", "key": "x"}}}
        ),
        "link-reference",
    ),
    "mount of no volume": (mounts("nats", of="pid", name="pids"), "link-volume"),
    "mount of no claim": (mounts("nats", of="orders-nats-js-pvc", name="orders-js-pvc"), "link-volume"),
    "claim template renamed": (set_of("volumeClaimTemplates.0.metadata.name", "data"), "link-volume"),
    # names
    "serviceName misspelled": (set_of("serviceName", "orders-nat"), "link-service-name"),
    "serviceName of the client Service": (set_of("serviceName", "orders-nats-client"), "link-service-name"),
    "no serviceName": (set_of("serviceName", ""), "link-service-name"),
    "no headless Service": (drop("Service"), "link-service-name"),
    "headless Service with an address": (set_of("clusterIP", None, "Service"), "link-service-name"),
    "headless Service of ready pods": (set_of("publishNotReadyAddresses", None, "Service"), "link-not-ready"),
    "host of another namespace": (
        set_of("host", "orders-nats.prod.svc.cluster.local", "DestinationRule"),
        "link-host",
    ),
    "host misspelled": (set_of("host", "order-nats", "DestinationRule"), "link-host"),
    "host of a Service that is gone": (drop(*CLIENT), "link-host"),
    "mutual TLS without a sidecar": (
        set_of("trafficPolicy.tls.mode", "ISTIO_MUTUAL", "DestinationRule"),
        "link-mutual-tls",
    ),
    "alert of another namespace": (alert('namespace="shop"', 'namespace="prod"'), "link-alert"),
    "alert of other pods": (alert("orders-nats-[0-9]", "order-nats-[0-9]"), "link-alert"),
    "alert without its bracket": (alert(")", ""), "promql"),
    "alert without its quote": (alert('namespace="shop"', 'namespace="shop'), "promql"),
    "all moved to another namespace": (every_namespace, "link-alert"),
    "all with a prefix": (prefixed, "conf-route"),
    "the servers alone in another namespace": (
        lambda tree: tree.get("StatefulSet")["metadata"].update(namespace="prod"),
        "link-reference",
    ),
    "an autoscaler": (added(_SCALER), "link-autoscaler"),
    # network policies
    "policy without the routes": (set_of("ingress.1.ports.0.port", 6223, POLICY), "link-policy-port"),
    "policy lets other pods to the routes": (set_of("ingress.1.from.0.podSelector", OTHER, POLICY), "link-policy-port"),
    "policy without clients": (set_of("ingress.0.ports.0.port", 4223, POLICY), "link-policy-port"),
    "policy without exporters": (set_of("ingress.2", None, POLICY), "link-policy-port"),
    "policy that lets nobody in": (set_of("ingress", None, POLICY), "link-policy-port"),
    "policy of a port by a name that is none": (set_of("ingress.0.ports.0.port", "clients", POLICY), "link-port"),
    "policy without egress to servers": (egress(_DNS), "link-policy-port"),
    "policy without egress to DNS": (egress({"ports": [{"port": 6222}]}), "link-policy-port"),
    "policy with egress to DNS by TCP": (egress(_ROUTES, {"ports": [{"port": 53}]}), "link-policy-port"),
    "policy with egress to DNS in its own namespace": (
        egress(_ROUTES, {**_DNS, "to": [{"podSelector": {}}]}),
        "link-policy-port",
    ),
    "policy without egress to a leaf node's hub": (
        all_of(egress(_ROUTES, _DNS), conf("port: 4222", f"port: 4222\n{_LEAF}")),
        "link-policy-port",
    ),
    "policy without egress to the system log": (
        all_of(
            egress(_ROUTES, _DNS, {"ports": [{"port": 514}]}),
            conf("port: 4222", 'port: 4222\nremote_syslog: "udp://logs:514"'),
        ),
        "link-policy-port",
    ),
    "exporters without egress to the servers": (egress(_DNS, name="orders-nats-metrics"), "link-policy-port"),
    "exporters without egress to DNS": (
        egress({"ports": [{"port": 8222}]}, name="orders-nats-metrics"),
        "link-policy-port",
    ),
    # nats.conf
    "more replicas than routes": (set_of("replicas", 5), "conf-route"),
    "fewer replicas than routes": (set_of("replicas", 1), "conf-route"),
    "no replicas": (set_of("replicas", 0), "no-servers"),
    "an even number of replicas": (set_of("replicas", 4), "even-cluster-size"),
    "other ordinals": (set_of("ordinals", {"start": 1}), "conf-route"),
    "a route is gone": (conf('    "nats://orders-nats-2.orders-nats:6222"\n', ""), "conf-route"),
    "a route to another name": (conf("orders-nats-2.orders-nats", "orders-2.orders-nats"), "conf-route"),
    "a route by another Service": (conf("orders-nats-2.orders-nats:", "orders-nats-2.orders:"), "conf-route"),
    "a route to another namespace": (
        conf("orders-nats-2.orders-nats:", "orders-nats-2.orders-nats.prod:"),
        "conf-route",
    ),
    "a route to another port": (conf("orders-nats-2.orders-nats:6222", "orders-nats-2.orders-nats:6223"), "conf-route"),
    "no cluster": (no_cluster, "conf-route"),
    "a brace is gone": (conf("  max_file_store: 912680550\n}", "  max_file_store: 912680550\n"), "conf-unreadable"),
    "a quote is gone": (conf('store_dir: "/data"', 'store_dir: "/data'), "conf-unreadable"),
    "accounts that are no configuration": (
        lambda tree: tree.get("Secret", "orders-nats-secret")["stringData"].update({"resolver.conf": "accounts: {"}),
        "conf-unreadable",
    ),
    "key nats.conf renamed": (
        lambda tree: tree.get("ConfigMap", "orders-nats-config").update(data={"server.conf": "port: 4222\n"}),
        "conf-missing",
    ),
    "option of another file": (server("command", ["nats-server", "-c", "/etc/nats/nats.conf"]), "conf-missing"),
    "configuration mounted elsewhere": (mounts("nats", of="config-volume", mountPath="/etc/nats"), "conf-missing"),
    "store_dir beside the volume": (conf('store_dir: "/data"', 'store_dir: "/store"'), "conf-store-dir"),
    "volume mounted elsewhere": (mounts("nats", of="orders-nats-js-pvc", mountPath="/store"), "conf-store-dir"),
    "store on an emptyDir": (
        lambda tree: (
            tree.pod["volumes"].append({**_EMPTY_DIR, "name": "tmp"}),
            mounts("nats", of="orders-nats-js-pvc", name="tmp")(tree),
        ),
        "conf-store-dir",
    ),
    "store mounted for reading": (mounts("nats", of="orders-nats-js-pvc", readOnly=True), "conf-store-dir"),
    "claim smaller than the store": (
        set_of("volumeClaimTemplates.0.spec.resources.requests.storage", "500Mi"),
        "store-over-claim",
    ),
    "store larger than the claim": (conf("912680550", "9126805500"), "store-over-claim"),
    "store without a size": (conf("  max_file_store: 912680550\n", ""), "conf-store-size"),
    "key of the Secret renamed": (secret_key, "conf-include"),
    "accounts not mounted": (unmounted("nats", "accounts-volume"), "conf-include"),
    "accounts mounted elsewhere": (mounts("nats", of="accounts-volume", mountPath="/etc/accounts"), "conf-include"),
    "include of another file": (conf("accounts/resolver.conf", "accounts/users.conf"), "conf-include"),
    "accounts from an emptyDir": (
        lambda tree: tree.pod["volumes"].__setitem__(0, {"name": "accounts-volume", "emptyDir": {}}),
        "conf-include",
    ),
    "a setting misspelled": (conf("http_port: 8222", "http_prot: 8222"), "conf-unknown"),
    "a setting of a block misspelled": (conf("connect_retries: 120", "connect_retrys: 120"), "conf-unknown"),
    "a block misspelled": (conf("jetstream {", "jetsream {"), "conf-unknown"),
    "no JetStream": (no_jetstream, "conf-jetstream"),
    "no group for the volume": (set_of(f"{POD}.securityContext.fsGroup", None), "store-not-writable"),
    "certificate that is not mounted": (
        conf("port: 4222\n", 'port: 4222\ntls { cert_file: "/tls/tls.crt", key_file: "/tls/tls.key" }\n'),
        "conf-file",
    ),
    "reloader without the accounts": (unmounted("config-reloader", "accounts-volume"), "conf-watched"),
    "reloader without the process id": (unmounted("config-reloader", "pid"), "conf-process-id"),
    "process id elsewhere": (conf("/var/run/nats/nats.pid", "/var/run/nats.pid"), "conf-process-id"),
    "process namespace not shared": (set_of(f"{POD}.shareProcessNamespace", None), "conf-process-id"),
    "variable removed": (env("SERVER_NAME", None), "conf-variable"),
    "one name for all servers": (env("SERVER_NAME", "nats"), "conf-identity"),
    "pod name not set": (env("POD_NAME", None), "conf-identity"),
    "name in nats.conf": (conf("server_name: $SERVER_NAME", 'server_name: "nats"'), "conf-identity"),
    "advertises another Service": (env("CLUSTER_ADVERTISE", '"$(POD_NAME).orders"'), "link-service-name"),
    "lame duck longer than the grace": (set_of(f"{POD}.terminationGracePeriodSeconds", 30), "grace-too-short"),
    "no grace": (set_of(f"{POD}.terminationGracePeriodSeconds", None), "grace-too-short"),
    "lame duck of ten minutes": (conf('"120s"', '"10m"'), "grace-too-short"),
    "no preStop hook": (server("lifecycle", {}), "lame-duck-missing"),
    "one pod after the other": (set_of("podManagementPolicy", "OrderedReady"), "ordered-start"),
    # memory
    "memory limit lowered": (set_of(f"{POD}.containers.1.resources.limits.memory", "512Mi"), "memory-gomemlimit"),
    "GOMEMLIMIT raised": (env("GOMEMLIMIT", "2GiB"), "memory-gomemlimit"),
    "GOMEMLIMIT as a quantity": (env("GOMEMLIMIT", "819Mi"), "memory-gomemlimit"),
    "memory store raised": (
        conf("max_memory_store: 268435456", "max_memory_store: 1073741824"),
        "memory-store-at-limit",
    ),
    # budgets and zones
    "budget of two": (set_of("maxUnavailable", 2, PDB), "pdb-loses-quorum"),
    "budget of half": (set_of("maxUnavailable", "50%", PDB), "pdb-loses-quorum"),
    "budget of none": (set_of("maxUnavailable", 0, PDB), "pdb-blocks-drain"),
    "budget that keeps one": (
        all_of(set_of("maxUnavailable", None, PDB), set_of("minAvailable", 1, PDB)),
        "pdb-loses-quorum",
    ),
    "budget that keeps all": (
        all_of(set_of("maxUnavailable", None, PDB), set_of("minAvailable", "100%", PDB)),
        "pdb-blocks-drain",
    ),
    "two budgets": (added(_SECOND_BUDGET), "pdb-twice"),
    "no budget": (drop(PDB), "pdb-missing"),
    "no zone constraint": (set_of(_CONSTRAINT, None), "zone-loss-possible"),
    "soft zone constraint": (
        all_of(
            set_of(f"{_CONSTRAINT}.0.minDomains", None),
            set_of(f"{_CONSTRAINT}.0.whenUnsatisfiable", "ScheduleAnyway"),
        ),
        "zone-loss-possible",
    ),
    "constraint over nodes": (set_of(f"{_CONSTRAINT}.0.topologyKey", "kubernetes.io/hostname"), "zone-loss-possible"),
    "constraint over a key in capitals": (
        set_of(f"{_CONSTRAINT}.0.topologyKey", "Topology.kubernetes.io/zone"),
        "topology-key",
    ),
    "constraint over a misspelled key": (
        set_of(f"{_CONSTRAINT}.0.topologyKey", "topology.kubernetes.io/zones"),
        "topology-key",
    ),
    "constraint over a key that is none": (set_of(f"{_CONSTRAINT}.0.topologyKey", "zone of a b"), "topology-key"),
    "wide zone constraint": (set_of(f"{_CONSTRAINT}.0.maxSkew", 2), "zone-loss-full-zone"),
    "constraint without minDomains": (set_of(f"{_CONSTRAINT}.0.minDomains", None), "zone-loss-full-zone"),
    "required rule about nodes": (
        set_of(
            f"{POD}.affinity.podAntiAffinity",
            {
                "requiredDuringSchedulingIgnoredDuringExecution": [
                    {"labelSelector": {"matchLabels": LABELS}, "topologyKey": "kubernetes.io/hostname"}
                ]
            },
        ),
        "host-rule-required",
    ),
    # the mark
    "another owner on all that kustomize annotates": (
        set_of("template.metadata.annotations", {"krmfn.dev/owner": "shop/other"}),
        "owner-overwritten",
    ),
    # policies
    "image of latest": (server("image", "docker.io/library/nats:latest"), "image-not-fixed"),
    "image without a tag": (server("image", "registry.example:5000/nats"), "image-not-fixed"),
    "image that is too old": (server("image", "nats:2.8.4"), "nats-image-too-old"),
    "pods as root": (set_of(f"{POD}.securityContext.runAsNonRoot", False), "pod-security"),
    "privileged server": (server("securityContext", {"privileged": True}), "pod-security"),
    "host network": (set_of(f"{POD}.hostNetwork", True), "pod-security"),
    "sidecar without a securityContext": (
        lambda tree: tree.pod["containers"].append({"name": "box", "image": "box:1"}),
        "pod-security",
    ),
    # shape and values
    "key misspelled": (set_of("replica", 3), "schema-unknown"),
    "number in quotes": (set_of("replicas", "3"), "schema-type"),
    "memory of 2Gb": (set_of(f"{POD}.containers.1.resources.limits.memory", "2Gb"), "schema-pattern"),
    "old version of the budget": (
        lambda tree: tree.get(PDB).update(apiVersion="policy/v1beta1"),
        "api-version-removed",
    ),
    "two ports of one name": (set_of("ports.1.name", "client", "Service"), "duplicate-entry"),
    "an object twice": (lambda tree: tree.objects.append(copy.deepcopy(tree.get(PDB))), "duplicate-object"),
}


def test_the_intact_tree_is_clean() -> None:
    assert [one for one in Tree().findings() if one.severity != "info"] == []


@pytest.mark.parametrize(
    "dns",
    [
        _DNS,
        {},
        {"ports": [{"port": 1, "endPort": 60, "protocol": "UDP"}]},
        {"ports": [{"protocol": "UDP"}]},
        {"to": [{"namespaceSelector": {}, "podSelector": {"matchLabels": {"dns": "a"}}}], **_DNS},
        {"to": [{"ipBlock": {"cidr": "169.254.20.10/32"}}], **_DNS},
        {"to": [{"namespaceSelector": {}}], "ports": [{"port": "dns", "protocol": "UDP"}]},
        {"to": [{"namespaceSelector": {}}], "ports": [{"port": 8053, "protocol": "UDP"}]},
        {"to": [{"namespaceSelector": {}}], "ports": [{"port": 5353, "protocol": "UDP"}]},
    ],
)
def test_a_policy_that_lets_servers_ask_dns_in_any_way_is_sound(dns: dict[str, Any]) -> None:
    tree = Tree()
    egress(_ROUTES, dns)(tree)
    egress({"to": [{"podSelector": {}}]}, dns, name="orders-nats-metrics")(tree)
    assert [one for one in tree.findings() if one.severity != "info"] == []


def test_a_hub_of_leaf_nodes_that_the_policy_allows_is_sound() -> None:
    tree = Tree()
    egress(_ROUTES, _DNS, {"to": [{"ipBlock": {"cidr": "203.0.113.0/24"}}], "ports": [{"port": 7422}]})(tree)
    conf("port: 4222", f"port: 4222\n{_LEAF}")(tree)
    assert [one for one in tree.findings() if one.severity != "info"] == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_tree_is_found(name: str) -> None:
    patch, code = BROKEN[name]
    tree = Tree()
    patch(tree)
    found = tree.findings()
    assert code in {one.code for one in found if one.severity != "info"}, found
    assert all(one.object is not None and one.message for one in found)


def test_a_finding_never_shows_the_text_of_a_secret() -> None:
    tree = Tree()
    text = "password: geheim {"
    tree.get("Secret", "orders-nats-secret")["stringData"]["resolver.conf"] = text
    found = [one for one in tree.findings() if one.code == "conf-unreadable"]
    assert found
    assert not any("geheim" in repr(one) for one in tree.findings())


@pytest.mark.parametrize("name", CASES)
def test_what_krmfn_renders_has_no_error(name: str) -> None:
    found = Tree(name, secret=False).findings()
    assert [one for one in found if one.severity == "error"] == []


def test_objects_of_a_wrong_shape_take_no_part_in_links() -> None:
    """A quantity that is none must not be told as "no pods for the Service"."""
    tree = Tree()
    tree.patch("replicas", "3")
    assert tree.codes() == {"schema-type"}


def test_foreign_objects_are_judged_by_their_shape_only() -> None:
    tree = Tree()
    tree.objects += [
        foreign("Service", "v1", {"selector": {"app": "gone"}, "ports": [{"port": 80}]}),
        {**foreign(PDB, "policy/v1", {"maxUnavailable": 0, "selector": OTHER})},
        {**foreign("NetworkPolicy", "networking.k8s.io/v1", {"podSelector": OTHER})},
    ]
    assert tree.codes() == set()
    tree.objects.append(foreign("Service", "v1", {"selector": {"app": "gone"}, "port": []}))
    assert "schema-unknown" in tree.codes()


def test_a_code_may_be_allowed_on_the_object_and_on_the_nats() -> None:
    tree = Tree()
    tree.patch("maxUnavailable", 2, PDB)
    assert tree.codes("error") == {"pdb-loses-quorum"}
    assert {one.severity for one in tree.findings(allowed={"shop/orders": ["pdb-loses-quorum"]})} == {"warning"}
    tree.get(PDB)["metadata"]["annotations"]["krmfn.dev/allow"] = "grace-too-short, pdb-loses-quorum"
    assert tree.codes("error") == set()
    assert tree.codes("warning") == {"pdb-loses-quorum"}


def test_what_the_api_server_refuses_cannot_be_allowed() -> None:
    tree = Tree()
    tree.patch("replicas", "3")
    mounts("nats", of="pid", name="pids")(tree)
    tree.get("StatefulSet")["metadata"]["annotations"]["krmfn.dev/allow"] = "schema-type,link-volume"
    assert tree.codes("error") == {"schema-type"}
    tree.patch("replicas", 3)
    assert "link-volume" in tree.codes("error")


def test_a_namespace_says_which_level_its_pods_must_keep() -> None:
    tree = Tree("monitored-nats-manager", secret=False)
    assert "pod-security" not in tree.codes()
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {}}}
    space["metadata"]["name"] = next(
        one["metadata"]["namespace"] for one in tree.objects if one["kind"] == "StatefulSet"
    )
    space["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] = "restricted"
    tree.objects.append(space)
    assert "pod-security" in tree.codes("error")
    space["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] = "privileged"
    assert "pod-security" not in tree.codes()


def judged(tree: Tree | None = None, **keys: Any) -> list[tuple[str, str]]:
    """(severity, code) of what is worse than an info, of a tree for which settings hold."""
    policies = Policies(Settings(**keys))
    found = (tree or Tree()).findings(policies_of=lambda _: policies)
    return sorted({(one.severity, one.code) for one in found if one.severity != "info"})


KYMA = "europe-docker.pkg.dev"


@pytest.mark.parametrize(
    ("keys", "codes"),
    [
        ({}, []),
        ({"image_registry": "registry.example.com"}, ["image-registry"]),
        ({"image_registry": f"{KYMA}/"}, []),
        ({"policies": Group({"registries": [KYMA]})}, []),
        ({"policies": Group({"registries": ["ghcr.io", f"{KYMA}/kyma-project/prod/external"]})}, []),
        ({"policies": Group({"registries": ["ghcr.io", f"{KYMA}/kyma-project/pro"]})}, ["image-registry"]),
        ({"policies": Group({"registries": ["ghcr.io"]}), "image_registry": KYMA}, ["image-registry"]),
        ({"policies": Group({"digests": True})}, ["image-digest"]),
        ({"policies": Group({"digests": False})}, []),
        ({"policies": Group({"forbiddenTags": ["*-alpine", "2.1?.*-scratch"]})}, ["image-tag-forbidden"]),
        ({"policies": Group({"forbiddenTags": ["*-alpine", "2.15*"]})}, []),
        ({"policies": Group({"digests": True, "forbiddenTags": ["*"]})}, ["image-digest", "image-tag-forbidden"]),
        ({"policies": Group({"podSecurity": "restricted"})}, []),
    ],
)
def test_images_are_held_against_the_policies_that_are_set(keys: dict[str, Any], codes: list[str]) -> None:
    assert judged(**keys) == [("error", code) for code in codes]


def test_images_with_a_whole_digest_keep_the_policy() -> None:
    tree = Tree()
    pods = [one["spec"]["template"]["spec"] for one in tree.objects if one["kind"] in ("StatefulSet", "Deployment")]
    for digest, codes in (("0" * 64, []), ("0" * 63, ["image-name"]), ("0" * 63 + "g", ["image-name"])):
        for pod in pods:
            for box in pod["containers"]:
                box["image"] = f"{box['image'].partition('@')[0]}@sha256:{digest}"
        assert judged(tree, policies=Group({"digests": True})) == [("error", code) for code in codes]


@pytest.mark.parametrize(
    ("image", "is_from"),
    [
        ("nats:2.14.2-scratch", True),
        ("nats", True),
        (f"nats@sha256:{'0' * 64}", True),
        ("library/nats:1", True),
        ("docker.io/nats:1", True),
        ("index.docker.io/library/nats:1", True),
        ("natsio/nats:1", False),
        ("library2/nats:1", False),
        ("localhost/library/nats:1", False),
        ("docker.io:5000/library/nats:1", False),
        ("docker.io.example.com/library/nats:1", False),
    ],
)
def test_an_image_without_a_host_is_one_of_docker_hub(image: str, *, is_from: bool) -> None:
    policies = Policies(Settings(policies=Group({"registries": ["docker.io/library"]})))
    assert [code for code, _, _ in policies.faults(image)] == ([] if is_from else ["image-registry"])


def test_an_image_that_a_key_names_is_not_excluded_by_the_registry_of_the_others() -> None:
    tree, image = Tree(), "ghcr.io/acme/nats:2.14.2"
    tree.container()["image"] = image
    assert judged(tree, image_registry=KYMA) == [("error", "image-registry")]
    assert judged(tree, image_registry=KYMA, nats_image=image) == []


def test_the_level_that_is_set_goes_over_that_of_the_namespace_and_of_the_profile() -> None:
    tree = Tree()
    tree.container()["securityContext"]["allowPrivilegeEscalation"] = True
    level = {name: Group({"podSecurity": name}) for name in ("restricted", "baseline", "privileged")}
    assert judged(tree) == judged(tree, policies=level["restricted"]) == [("error", "pod-security")]
    assert judged(tree, policies=level["baseline"]) == judged(tree, policies=level["privileged"]) == []
    tree.pod["hostNetwork"] = True
    assert ("error", "pod-security") in judged(tree, policies=level["baseline"])
    assert ("error", "pod-security") not in judged(tree, policies=level["privileged"])


def test_a_variable_may_be_set_in_an_included_file() -> None:
    tree = Tree()
    tree.replace_conf("port: 4222\n", "port: 4222\nmax_connections: $MOST\n")
    assert "conf-variable" in tree.codes("error")
    tree.get("Secret", "orders-nats-secret")["stringData"]["resolver.conf"] += "MOST: 100\n"
    assert "conf-variable" not in tree.codes()
    tree.drop("Secret", "orders-nats-secret")  # then nobody knows
    assert "conf-variable" in tree.codes("info")
    assert "conf-variable" not in tree.codes()


def test_a_secret_that_others_make_is_worth_knowing_only() -> None:
    found = [one for one in Tree(secret=False).findings() if one.code == "link-reference"]
    assert [one.severity for one in found] == ["info"]


@pytest.mark.parametrize("name", [case for case in CASES if case.startswith("monitored")])
def test_no_pod_is_scraped_twice(name: str) -> None:
    tree = Tree(name, secret=False)
    assert "link-port-twice" not in tree.codes()
    kinds = {one["kind"] for one in tree.objects}
    by_annotation = [
        one
        for one in tree.objects
        if one["kind"] == "Service" and "prometheus.io/scrape" in one["metadata"].get("annotations", {})
    ]
    assert bool(by_annotation) is (MONITOR not in kinds)


def test_a_monitor_of_a_port_that_two_containers_declare_is_told() -> None:
    tree = Tree("monitored-nats-manager", secret=False)
    (monitor,) = (one for one in tree.objects if one["kind"] == MONITOR)
    del monitor["spec"]["podMetricsEndpoints"][0]["relabelings"]
    assert "link-port-twice" in tree.codes("warning")


def _nodes(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) below a value."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [pair for key in keys for pair in [(value, key), *_nodes(value[key])]]


ODD = (None, "", "x", 0, -1, 10**30, 1.5, True, [], {}, [None], ["x"], {"x": None}, "$(X)", "1:2:3", "@", "[")


@pytest.mark.parametrize("case", ["monitored", "monitored-nats-manager"])
@pytest.mark.parametrize("seed", range(4))
def test_no_tree_is_too_odd_to_be_checked(case: str, seed: int) -> None:
    """Values of any type anywhere, several at once: a finding or none, never a fault of the program."""
    choose = random.Random(seed)
    for _ in range(30):
        tree = Tree(case)
        for _ in range(choose.randint(1, 3)):
            obj = choose.choice(tree.objects)
            holder, key = choose.choice(_nodes(obj))
            if (holder is obj and key in ("apiVersion", "kind", "metadata")) or holder is obj.get("metadata"):
                continue
            if choose.random() < 0.3:
                del holder[key]
            else:
                holder[key] = copy.deepcopy(choose.choice(ODD))
        tree.findings()


@pytest.mark.parametrize("seed", range(3))
def test_no_configuration_is_too_odd_to_be_checked(seed: int) -> None:
    choose = random.Random(seed)
    for _ in range(40):
        tree = Tree()
        data = tree.get("ConfigMap", "orders-nats-config")["data"]
        lines = data["nats.conf"].split("\n")
        for _ in range(choose.randint(1, 3)):
            at = choose.randrange(len(lines))
            name = lines[at].partition(":")[0]
            odd = ("[]", "{}", "true", "-1", "1e3", '""', "$X", '[{a: b}, "x", 3]', '"a:b:c"', '"%zz"', "1TB")
            lines[at] = choose.choice(["", lines[at] * 2, f"{name}: {choose.choice(odd)}"])
        data["nats.conf"] = "\n".join(lines)
        tree.findings()


def external(tree: Tree) -> dict[str, Any]:
    return next(one for one in tree.objects if one["kind"] == "ExternalSecret")


@pytest.mark.parametrize("field", ["name", "key"])
def test_a_secret_that_an_external_secret_makes_is_the_one_that_pods_mount(field: str) -> None:
    tree = Tree("secret-external", secret=False)
    assert not {"link-unused", "link-reference", "conf-include"} & tree.codes()
    target = external(tree)["spec"]["target"]
    if field == "name":
        target["name"] = "credentials"
    else:
        target["template"]["data"] = {"other.conf": "x"}
    assert tree.codes() & {"link-unused", "conf-include"}
