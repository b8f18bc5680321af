"""Whoever does what `krmfn explain CODE` says is rid of the finding, and of every error and warning."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.checks.test_trees import CLIENT, PDB, POD, all_of, conf, env, mounts, probe, server, set_of
from tests.checks.trees import Tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Patch = Callable[[Tree], object]

NATS = "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\nmetadata: {{name: orders-nats, namespace: shop}}\n"
NATS += "spec: {{{}}}\n"
RENDER = "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata: {{name: render}}\nspec: {{{}}}\n"
USERS = "users: [{name: app, passwordFrom: {secret: app, key: user.conf}}]"
OUTSIDE = f"service: {{type: LoadBalancer}}, auth: {{{USERS}}}"
CA = "ca: {secret: t, key: ca.crt}"
BY_CERTIFICATE = f"tls: {{clients: {{secret: t, verify: map, {CA}}}}}"
EGRESS = "networkPolicy: true, networkPolicyEgress: true"
TO_HUB = "networkPolicyTo: {others: [{networks: [10.0.0.0/8], ports: [7422]}]}"
ACCOUNT = f"auth: {{accounts: {{a: {{jetStream: true, {USERS}}}}}}}"
REMOTE = "conf: {leafnodes: {remotes: [{url: 'nats://hub:7422'%s}]}}"
HASH = "$2a$%s$abcdefghijklmnopqrstuuZ8s9Rk3cqS8uYlqjxqGqZ0Zk9qVt0eO"

OF_NATS = [
    ("above-maximum", "cluster: {size: 1001}", "cluster: {size: 3}"),
    (
        "memory-storage-size-0",
        "jetStream: {memStorage: {enabled: true, size: 0}}",
        "jetStream: {memStorage: {enabled: false, size: 0}}",
    ),
    (
        "memory-storage-size-0",
        "jetStream: {memStorage: {enabled: true, size: 0}}, resources: {limits: {memory: 3Gi}}",
        "jetStream: {memStorage: {enabled: true, size: 1Gi}}, resources: {limits: {memory: 3Gi}}",
    ),
    (
        "memory-storage-off",
        "jetStream: {memStorage: {enabled: true, size: '0'}}",
        "jetStream: {memStorage: {enabled: false, size: '0'}}",
    ),
    (
        "memory-store-at-limit",
        "jetStream: {memStorage: {enabled: true, size: 1Gi}}",
        "jetStream: {memStorage: {enabled: true, size: 1Gi}}, resources: {limits: {memory: 3Gi}}",
    ),
    (
        "memory-store-at-limit",
        "jetStream: {memStorage: {enabled: true, size: 1Gi}}",
        "jetStream: {memStorage: {enabled: true, size: 341Mi}}",
    ),
    ("memory-store-size", "", "jetStream: {memStorage: {enabled: true, size: 300Mi}}"),
    (
        "file-store-below-eventing",
        "jetStream: {fileStorage: {size: 800Mi}}",
        "jetStream: {fileStorage: {size: 1Gi}}",
    ),
    ("not-a-quantity", "jetStream: {fileStorage: {size: 9000E}}", "jetStream: {fileStorage: {size: 9Gi}}"),
    ("implausible-resource", "resources: {limits: {memory: 512}}", "resources: {limits: {memory: 512Mi}}"),
    ("implausible-resource", "resources: {limits: {cpu: 2000}}", "resources: {limits: {cpu: 2}}"),
    (
        "ephemeral-storage-too-small",
        "resources: {limits: {ephemeral-storage: 10Mi}}",
        "resources: {limits: {ephemeral-storage: 64Mi}}",
    ),
    ("fraction-of-a-byte", "resources: {limits: {memory: 500m}}", "resources: {limits: {memory: 500Mi}}"),
    ("negative-resource", "resources: {requests: {cpu: -1}}", "resources: {requests: {cpu: 0}}"),
    ("resource-claims", "resources: {claims: [{name: gpu}]}", "resources: {}"),
    ("annotation-key", "annotations: {my team: a}", "annotations: {my-team: a}"),
    ("substitution-marker", "annotations: {team: 'a${B}'}", "annotations: {}"),
    ("unresolved-placeholder", "jetStream: {fileStorage: {storageClassName: $(CLASS)}}", "jetStream: {}"),
    ("unresolved-placeholder", "labels: {team: $(TEAM)}", "labels: {team: orders}"),
]
OF_SETTINGS = [
    ("unknown-field", "zonespread: auto", "zoneSpread: auto"),
    ("unsupported-kubernetes-version", "kubernetesVersion: '1.26'", "kubernetesVersion: '1.27'"),
    ("server-tags-absent", "kubernetesVersion: '1.30'", "kubernetesVersion: '1.35'"),
    ("missing-key", "secretMode: bcrypt", "secretMode: existing"),
    (
        "missing-key",
        "secretMode: external-secret, secretStore: v",
        "secretMode: external-secret, secretStore: v, remoteKey: k",
    ),
    (
        "bcrypt-cost",
        f"secretMode: bcrypt, adminHash: '{HASH % '04'}'",
        f"secretMode: bcrypt, adminHash: '{HASH % '11'}'",
    ),
    (
        "invalid-store",
        "secretMode: external-secret, remoteKey: k, secretStore: 'a b'",
        "secretMode: external-secret, remoteKey: k, secretStore: ClusterSecretStore/a",
    ),
    (
        "invalid-remote-key",
        "secretMode: external-secret, secretStore: a, remoteKey: 'k#'",
        "secretMode: external-secret, secretStore: a, remoteKey: 'k#p'",
    ),
    ("no-effect", "secretStore: vault", ""),
    ("no-effect", "podMonitorLabels: {a: b}", "podMonitorLabels: {a: b}, podMonitor: true"),
    ("conflicting-settings", "fips: true, images: upstream", "fips: true, images: kyma"),
    ("conflicting-settings", "fips: true, images: upstream", "images: upstream"),
    ("invalid-name", "clusterName: my cluster", "clusterName: my-cluster"),
    ("istio-unknown", "istio: auto", "istio: true"),
    ("istio-unknown", "istio: auto", "istio: false"),
    ("zone-spread-impossible", "zones: 2, zoneSpread: required", "zones: 3, zoneSpread: required"),
    ("zone-loss-possible", "zoneSpread: preferred", "zoneSpread: auto"),
    ("zones-unknown", "zones: ''", "zones: 3"),
    ("too-many-zones", f"zones: [{','.join(f'z{i}' for i in range(101))}]", "zones: 3"),
    ("implausible-resource", "fileStore: 85", "fileStore: 85%"),
    ("file-store-without-headroom", "fileStore: 100%", "fileStore: 85%"),
    ("file-store-above-claim", "fileStore: 2Gi", "fileStore: 85%"),
    ("nats-image-too-old", "natsImage: nats:2.9.9", "natsImage: nats:2.9.10"),
    ("image-not-fixed", "natsImage: nats:latest", "natsImage: nats:2.14.2"),
    ("image-not-fixed", "natsImage: nats", f"natsImage: nats@sha256:{'a' * 64}"),
    ("priority-class-not-among-items", "priorityClass: high", "priorityClass: system-cluster-critical"),
    (
        "conf-max-payload",
        "server: {maxPayload: 8Mi, maxPending: 4Mi}",
        "server: {maxPayload: 8Mi, maxPending: 8Mi}",
    ),
    ("conf-duration", "server: {writeDeadline: 10 sec}", "server: {writeDeadline: 10s}"),
    ("conf-lame-duck", "server: {lameDuck: {duration: 5s}}", "server: {lameDuck: {duration: 30s, grace: 10s}}"),
    ("conf-owned", "conf: {lame_duck_duration: 60s}", "server: {lameDuck: {duration: 60s}}"),
    ("conf-owned", "conf: {lame_duck_grace_period: 5s}", "server: {lameDuck: {grace: 5s}}"),
    ("conf-owned", "conf: {jetstream: {max_file_store: 850Mi}}", "fileStore: 850Mi"),
    ("conf-owned", "conf: {port: 4333}", ""),
    ("conf-type", "conf: {max_payload: 8XB}", "conf: {max_payload: 8Mi}"),
    ("conf-type", "conf: {max_connections: lots}", "conf: {max_connections: 1000}"),
    ("conf-duplicate", "conf: {max_connections: 5, max_conn: 5}", "conf: {max_connections: 5}"),
    ("conf-unknown", "conf: {max_conections: 5}", "conf: {max_connections: 5}"),
    (
        "conf-reference",
        "conf: {leafnodes: {remotes: [{url: {secret: a}}]}}",
        "conf: {leafnodes: {remotes: [{url: {secret: a, key: b, variable: C}}]}}",
    ),
    (
        "clear-text-secret",
        "conf: {leafnodes: {remotes: [{url: 'nats://u:hunter2@hub:7422'}]}}",
        "conf: {leafnodes: {remotes: [{url: {secret: leaf, key: url.conf, variable: LEAF_URL}}]}}",
    ),
    (
        "environment-unknown",
        "conf: {leafnodes: {remotes: [{url: {env: LEAF}}]}}",
        "conf: {leafnodes: {remotes: [{url: {env: LEAF}}]}}, pod: {env: [{name: LEAF, secret: leaf, key: url}]}",
    ),
    (
        "conf-file",
        REMOTE % ", credentials: /creds/a.creds",
        REMOTE % ", credentials: /creds/a.creds"
        + ", pod: {volumes: [{name: creds, mountPath: /creds, secret: creds}]}",
    ),
    ("unknown-account", f"{ACCOUNT}, {REMOTE % ', account: b'}", f"{ACCOUNT}, {REMOTE % ', account: a'}"),
    ("unknown-account", f"{ACCOUNT}, {REMOTE % ', account: b'}", f"{ACCOUNT}, {REMOTE % ', account: $G'}"),
    (
        "unknown-user",
        f"auth: {{anonymous: guest, {USERS}}}",
        f"auth: {{anonymous: guest, {USERS[:-1]}, {{name: guest}}]}}",
    ),
    (
        "duplicate-variable",
        f"auth: {{{USERS[:-1]}, {{name: b, passwordFrom: {{secret: b, key: x, variable: PASSWORD_APP}}}}]}}",
        f"auth: {{{USERS[:-1]}, {{name: b, passwordFrom: {{secret: b, key: x, variable: B_PASSWORD}}}}]}}",
    ),
    (
        "duplicate-user",
        f"{BY_CERTIFICATE}, auth: {{users: [{{name: a, certificate: true}}, {{name: a, certificate: true}}]}}",
        f"{BY_CERTIFICATE}, auth: {{users: [{{name: a, certificate: true}}]}}",
    ),
    ("empty-credential", "auth: {users: [{name: app}]}", f"auth: {{{USERS}}}"),
    ("user-identity", "auth: {users: [{passwordFrom: {secret: app, key: user.conf}}]}", f"auth: {{{USERS}}}"),
    (
        "users-beside-jetstream-accounts",
        f"{ACCOUNT[:-1]}, users: [{{name: b, passwordFrom: {{secret: b, key: x}}}}]}}",
        f"{ACCOUNT[:-2]}, b: {{jetStream: true, users: [{{name: b, passwordFrom: {{secret: b, key: x}}}}]}}}}}}",
    ),
    (
        "account-limits-exceed-store",
        ACCOUNT.replace("true", "{maxFile: 5Gi}"),
        ACCOUNT.replace("true", "{maxFile: 100Mi}"),
    ),
    ("account-jetstream-missing", ACCOUNT.replace("jetStream: true, ", ""), ACCOUNT),
    (
        "invalid-subject",
        f"auth: {{{USERS[:-2]}, permissions: {{publish: {{allow: ['orders.*x']}}}}}}]}}",
        f"auth: {{{USERS[:-2]}, permissions: {{publish: {{allow: ['orders.*']}}}}}}]}}",
    ),
    (
        "empty-permissions",
        f"auth: {{{USERS[:-2]}, permissions: {{publish: {{allow: []}}}}}}]}}",
        f"auth: {{{USERS[:-2]}, permissions: {{publish: {{deny: ['>']}}}}}}]}}",
    ),
    ("tls-without-certificate", "tls: {clients: {}}", "tls: {clients: {secret: t}}"),
    ("tls-without-certificate", "tls: {clients: {}}", "tls: {clients: {certificate: {issuer: {name: ca}}}}"),
    (
        "tls-without-ca",
        "tls: {clients: {secret: t, verify: required}}",
        f"tls: {{clients: {{secret: t, verify: required, {CA}}}}}",
    ),
    (
        "tls-without-ca",
        "tls: {clients: {secret: t, verify: required}}",
        "tls: {clients: {secret: t, verify: required, ca: {configMap: t, key: ca.crt}}}",
    ),
    (
        "tls-map-users",
        f"{BY_CERTIFICATE}, auth: {{{USERS}}}",
        f"{BY_CERTIFICATE}, auth: {{users: [{{name: app, certificate: true}}]}}",
    ),
    (
        "tls-map-users",
        f"{BY_CERTIFICATE}, auth: {{{USERS}}}",
        f"tls: {{clients: {{secret: t, verify: required, {CA}}}}}, auth: {{{USERS}}}",
    ),
    ("external-without-tls", OUTSIDE, f"{OUTSIDE}, tls: {{clients: {{secret: t}}}}"),
    (
        "external-without-no-advertise",
        f"{OUTSIDE}, tls: {{clients: {{secret: t}}}}, server: {{noAdvertise: false}}",
        f"{OUTSIDE}, tls: {{clients: {{secret: t}}}}",
    ),
    (
        "external-without-no-advertise",
        f"{OUTSIDE}, tls: {{clients: {{secret: t}}}}, conf: {{cluster: {{no_advertise: false}}}}",
        f"{OUTSIDE}, tls: {{clients: {{secret: t}}}}",
    ),
    (
        "invalid-address",
        "server: {clientAdvertise: 'nats://a b'}",
        "server: {clientAdvertise: 'nats.example.com:4222'}",
    ),
    ("invalid-variable", "pod: {env: [{name: 1 A, value: x}]}", "pod: {env: [{name: A, value: x}]}"),
    ("invalid-variable", "pod: {env: [{name: A}]}", "pod: {env: [{name: A, secret: s, key: k}]}"),
    ("invalid-variable", "pod: {env: [{name: A}]}", "pod: {env: [{name: A, configMap: s, key: k}]}"),
    ("invalid-variable", "pod: {env: [{name: A}]}", "pod: {env: [{name: A, field: metadata.name}]}"),
    (
        "invalid-volume",
        "pod: {volumes: [{name: a, mountPath: /x}]}",
        "pod: {volumes: [{name: a, mountPath: /x, claim: c}]}",
    ),
    (
        "invalid-volume",
        "pod: {volumes: [{name: a, mountPath: /data, secret: s}]}",
        "pod: {volumes: [{name: a, mountPath: /certs, secret: s}]}",
    ),
    (
        "invalid-affinity",
        "pod: {nodeAffinity: {required: [{matchExpressions: [{key: a, operator: In}]}]}}",
        "pod: {nodeAffinity: {required: [{matchExpressions: [{key: a, operator: In, values: [b]}]}]}}",
    ),
    (
        "invalid-toleration",
        "pod: {tolerations: [{value: a}]}",
        "pod: {tolerations: [{key: a, operator: Equal, value: b, effect: NoSchedule}]}",
    ),
    (
        "invalid-network",
        "networkPolicy: true, networkPolicyFrom: {clients: {networks: [10.0.0.0]}}",
        "networkPolicy: true, networkPolicyFrom: {clients: {networks: [10.0.0.0/8]}}",
    ),
    (
        "invalid-fingerprint",
        f"tls: {{clients: {{secret: t, verify: required, {CA}, pinned: [abc]}}}}",
        f"tls: {{clients: {{secret: t, verify: required, {CA}, pinned: ['{'a1' * 32}']}}}}",
    ),
    (
        "link-policy-port",
        f"{EGRESS}, {REMOTE % ''}",
        f"{EGRESS}, {REMOTE % ''}, {TO_HUB}",
    ),
    (
        "image-registry",
        "policies: {registries: [example.org]}",
        "policies: {registries: [example.org]}, imageRegistry: example.org",
    ),
    ("image-digest", "policies: {digests: true}, images: upstream", "images: upstream"),
    (
        "image-tag-forbidden",
        "policies: {forbiddenTags: ['2.14.2']}, natsImage: nats:2.14.2",
        "policies: {forbiddenTags: ['2.14.2']}, natsImage: nats:2.14.3",
    ),
]

CONTAINER = f"{POD}.containers.1"
ZONE_KEY = f"{POD}.topologySpreadConstraints.0.topologyKey"
SHELL = server("command", ["sh", "-c", "nats-server --config /etc/nats-config/nats.conf"])
TLS = 'port: 4222\ntls { cert_file: "/tls/tls.crt", key_file: "/tls/tls.key" }\n'


def mounted(tree: Tree) -> None:
    """Mount the files of TLS in the server and in the reloader."""
    tree.pod["volumes"].append({"name": "tls", "secret": {"secretName": "tls"}})
    for name in ("nats", "config-reloader"):
        tree.container(name)["volumeMounts"].append({"name": "tls", "mountPath": "/tls"})


def server_name(tree: Tree) -> None:
    """Add SERVER_NAME to env, after POD_NAME."""
    tree.container()["env"].append({"name": "SERVER_NAME", "value": "$(POD_NAME)"})


OF_TREES: list[tuple[str, Patch, Patch]] = [
    (
        "link-local",
        set_of("internalTrafficPolicy", "Local", *CLIENT),
        set_of("internalTrafficPolicy", "Cluster", *CLIENT),
    ),
    ("one-node", set_of(f"{POD}.nodeName", "a"), set_of(f"{POD}.nodeName", None)),
    (
        "link-probe",
        probe("livenessProbe", path="/health"),
        probe("livenessProbe", path="/healthz?js-enabled-only=true"),
    ),
    ("link-probe", probe("startupProbe", path="/health"), probe("startupProbe", path="/healthz")),
    ("link-probe", probe("readinessProbe", scheme="HTTPS"), probe("readinessProbe", scheme="HTTP")),
    (
        "probe-too-strict",
        probe("livenessProbe", path="/healthz"),
        probe("livenessProbe", path="/healthz?js-enabled-only=true"),
    ),
    ("dns-policy", set_of(f"{POD}.dnsPolicy", "Default"), set_of(f"{POD}.dnsPolicy", "ClusterFirst")),
    ("memory-gomemlimit", env("GOMEMLIMIT", "819Mi"), env("GOMEMLIMIT", "819MiB")),
    (
        "pdb-loses-quorum",
        all_of(set_of("maxUnavailable", None, PDB), set_of("minAvailable", 1, PDB)),
        all_of(set_of("minAvailable", None, PDB), set_of("maxUnavailable", 1, PDB)),
    ),
    (
        "pdb-blocks-drain",
        all_of(set_of("maxUnavailable", None, PDB), set_of("minAvailable", "100%", PDB)),
        all_of(set_of("minAvailable", None, PDB), set_of("maxUnavailable", 1, PDB)),
    ),
    ("image-name", server("image", "Nats 2"), server("image", "docker.io/library/nats:2.14.2")),
    ("image-not-fixed", server("image", "nats:latest"), server("image", "nats:2.14.2")),
    ("no-shell", all_of(server("image", "nats:2.14.2-scratch"), SHELL), server("image", "nats:2.14.2-alpine")),
    (
        "grace-too-short",
        set_of(f"{POD}.terminationGracePeriodSeconds", 30),
        set_of(f"{POD}.terminationGracePeriodSeconds", 121),
    ),
    ("ordered-start", set_of("podManagementPolicy", "OrderedReady"), set_of("podManagementPolicy", "Parallel")),
    (
        "conf-listen",
        conf("http_port: 8222\n", 'http: "127.0.0.1:8222"\n'),
        conf('http: "127.0.0.1:8222"\n', "http_port: 8222\n"),
    ),
    ("link-protocol", set_of("ports.0.appProtocol", "http", *CLIENT), set_of("ports.0.appProtocol", "tcp", *CLIENT)),
    ("topology-key", set_of(ZONE_KEY, "topology.kubernetes.io/zones"), set_of(ZONE_KEY, "topology.kubernetes.io/zone")),
    (
        "volume-without-source",
        lambda tree: tree.pod["volumes"].append({"name": "x"}),
        lambda tree: tree.pod["volumes"][-1].update(emptyDir={}),
    ),
    (
        "constraint-without-nodes",
        set_of(f"{POD}.nodeSelector", {"topology.kubernetes.io/zone": "a"}),
        set_of(f"{POD}.nodeSelector", {}),
    ),
    (
        "rollout-stopped",
        set_of("updateStrategy", {"type": "OnDelete"}),
        set_of("updateStrategy", {"type": "RollingUpdate"}),
    ),
    (
        "variable-unset",
        server("args", ["--config", "$(CONF)"]),
        lambda tree: tree.container()["env"].append({"name": "CONF", "value": "/etc/nats-config/nats.conf"}),
    ),
    (
        "server-program",
        server("command", ["nats-sever", "--config", "/etc/nats-config/nats.conf"]),
        server("command", ["nats-server", "--config", "/etc/nats-config/nats.conf"]),
    ),
    ("conf-variable", env("SERVER_NAME", None), server_name),
    ("conf-identity", env("SERVER_NAME", "nats"), env("SERVER_NAME", "$(POD_NAME)")),
    (
        "conf-store-dir",
        conf('store_dir: "/data"', 'store_dir: "/store"'),
        mounts("nats", of="orders-nats-js-pvc", mountPath="/store"),
    ),
    (
        "store-over-claim",
        conf("912680550", "9126805500"),
        set_of("volumeClaimTemplates.0.spec.resources.requests.storage", "10Gi"),
    ),
    ("conf-lame-duck", conf('"120s"', '"5s"'), conf('"5s"', '"30s"')),
    ("conf-duration", conf('"120s"', '"2 min"'), conf('"2 min"', '"2m"')),
    ("conf-file", conf("port: 4222\n", TLS), mounted),
    ("memory-store-at-limit", conf("268435456", "1073741824"), set_of(f"{CONTAINER}.resources.limits.memory", "3Gi")),
    (
        "request-above-limit",
        set_of(f"{CONTAINER}.resources.requests.memory", "9Gi"),
        set_of(f"{CONTAINER}.resources.limits.memory", "9Gi"),
    ),
    (
        "conf-open",
        conf("port: 4222\n", 'port: 4222\nauthorization: {users: [{user: a, password: ""}]}\n'),
        conf('password: ""', f'password: "{HASH % "11"}"'),
    ),
    (
        "schema-conflict",
        lambda tree: tree.pod["volumes"][0].update(emptyDir={}),
        lambda tree: tree.pod["volumes"][0].pop("emptyDir"),
    ),
    ("link-host", set_of("host", "order-nats", "DestinationRule"), set_of("host", "orders-nats", "DestinationRule")),
]


def found(run, folder: Path, nats: str, settings: str) -> dict[str, str]:
    """Code -> severity."""
    (folder / "nats.yaml").write_text(NATS.format(nats))
    (folder / "render.yaml").write_text(RENDER.format(settings if "zones:" in settings else f"zones: 3, {settings}"))
    called = run("check", "-f", folder / "nats.yaml", "--config", folder / "render.yaml", "-o", "json")
    return {one["code"]: one["severity"] for one in json.loads(called.out)}


def is_clean(severities: dict[str, str], code: str) -> bool:
    return code not in severities and set(severities.values()) <= {"info"}


@pytest.mark.parametrize(("code", "wrong", "right"), OF_NATS)
def test_the_advice_about_a_nats_leaves_nothing_wrong(code: str, wrong: str, right: str, run, tmp_path: Path):
    assert code in found(run, tmp_path, wrong, "")
    assert is_clean(found(run, tmp_path, right, ""), code)


@pytest.mark.parametrize(("code", "wrong", "right"), OF_SETTINGS)
def test_the_advice_about_settings_leaves_nothing_wrong(code: str, wrong: str, right: str, run, tmp_path: Path):
    assert code in found(run, tmp_path, "", wrong)
    assert is_clean(found(run, tmp_path, "", right), code)


@pytest.mark.parametrize(("code", "wrong", "right"), OF_TREES)
def test_the_advice_about_final_objects_leaves_nothing_wrong(code: str, wrong: Patch, right: Patch):
    tree = Tree()
    wrong(tree)
    assert code in tree.codes()
    right(tree)
    assert tree.codes() == set()
