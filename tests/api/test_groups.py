"""Keys that hold groups: every wrong value is named by its place, and none is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from krmfn.api.config import from_function_config
from krmfn.api.keys import FOR_HARDENED, GROUPS
from krmfn.model.codes.catalog import CODES
from tests.api.configurations import from_data, from_set, from_spec

if TYPE_CHECKING:
    from krmfn.model.finding import Finding

CANARY = "hunter2-s3cr3t-canary"
HASH = "$2a$10$3x8rzNy7hjxJKfT5elgxruhg.JWfn7kYQmDxQih9g70qt1LL0FQgq"
NKEY = "UAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3RLKK"
FROM = {"secret": "billing", "key": "user.conf"}
USER = {"name": "shop", "hash": HASH}
LABEL = "spec.pod.labels.app.kubernetes.io/name"
VOLUME = {"name": "leaf", "mountPath": "/etc/leaf", "secret": "leaf"}
ENV = {"name": "A", "secret": "a", "key": "b"}
EXPRESSIONS = "spec.pod.nodeAffinity.required[0].matchExpressions"
CERTIFICATE = {"issuer": {"name": "internal"}}


def found(spec: dict[str, Any]) -> list[Finding]:
    """Findings of a RenderNATS; what the models refuse included."""
    config = {"apiVersion": "fn.krmfn.dev/v1alpha1", "kind": "RenderNATS", "spec": spec}
    return from_function_config(config)[2]


def pod(**keys: Any) -> dict[str, Any]:
    return {"pod": keys}


def affinity(**expression: Any) -> dict[str, Any]:
    return pod(nodeAffinity={"required": [{"matchExpressions": [{"key": "a", **expression}]}]})


def auth(*users: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"auth": {"accounts": {"A": {"jetStream": True, "users": list(users), **more}}}}


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "conf is a text": ({"conf": CANARY}, "wrong-type", "spec.conf"),
    "conf is a list": ({"conf": [CANARY]}, "wrong-type", "spec.conf"),
    "misspelled": ({"conf": {"max_payloads": 1}}, "conf-unknown", "spec.conf.max_payloads"),
    "misspelled in a block": ({"conf": {"cluster": {"poolsize": 1}}}, "conf-unknown", "spec.conf.cluster.poolsize"),
    "in another block": ({"conf": {"cluster": {"max_payload": 1}}}, "conf-unknown", "spec.conf.cluster.max_payload"),
    "twice by an alias": ({"conf": {"max_connections": 1, "max_conn": 2}}, "conf-duplicate", "spec.conf.max_conn"),
    "twice by its case": ({"conf": {"max_pending": 1, "MAX_pending": 2}}, "conf-duplicate", "spec.conf.MAX_pending"),
    "size of the chart": ({"conf": {"max_payload": "8MB"}}, "conf-type", "spec.conf.max_payload"),
    "a half byte": ({"conf": {"max_payload": "0.5"}}, "conf-type", "spec.conf.max_payload"),
    "a number as text": ({"conf": {"max_connections": "100"}}, "conf-type", "spec.conf.max_connections"),
    "a switch as text": ({"conf": {"logtime": "true"}}, "conf-type", "spec.conf.logtime"),
    "a switch as number": ({"conf": {"ping_max": True}}, "conf-type", "spec.conf.ping_max"),
    "a duration without unit": ({"conf": {"ping_interval": "10"}}, "conf-type", "spec.conf.ping_interval"),
    "a duration as number": ({"conf": {"write_deadline": 10}}, "conf-type", "spec.conf.write_deadline"),
    "a fraction": ({"conf": {"server_metadata": {"a": 0.5}}}, "conf-type", "spec.conf.server_metadata.a"),
    "null in a list": ({"conf": {"mappings": {"a": [None]}}}, "conf-type", "spec.conf.mappings.a[0]"),
    "a name with quotes": ({"conf": {"mappings": {'a"b': "c"}}}, "conf-type", "spec.conf.mappings"),
    "flux": ({"conf": {"mappings": {"a": "${b}"}}}, "conf-type", "spec.conf.mappings.a"),
    "a block as a text": ({"conf": {"cluster": CANARY}}, "conf-type", "spec.conf.cluster"),
    "a block removed": ({"conf": {"jetstream": None}}, "conf-owned", "spec.conf.jetstream"),
    "port": ({"conf": {"port": 4223}}, "conf-owned", "spec.conf.port"),
    "port removed": ({"conf": {"port": None}}, "conf-owned", "spec.conf.port"),
    "accounts": ({"conf": {"accounts": {}}}, "conf-owned", "spec.conf.accounts"),
    "authorization": ({"conf": {"authorization": {"token": CANARY}}}, "conf-owned", "spec.conf.authorization"),
    "operator": ({"conf": {"operator": CANARY}}, "conf-owned", "spec.conf.operator"),
    "tls": ({"conf": {"tls": {"cert_file": CANARY}}}, "conf-owned", "spec.conf.tls"),
    "routes": ({"conf": {"cluster": {"routes": []}}}, "conf-owned", "spec.conf.cluster.routes"),
    "store": ({"conf": {"jetstream": {"max_file": 1}}}, "conf-owned", "spec.conf.jetstream.max_file"),
    "key": ({"conf": {"jetstream": {"ek": CANARY}}}, "conf-owned", "spec.conf.jetstream.ek"),
    "a listener": ({"conf": {"websocket": {"port": 1}}}, "conf-owned", "spec.conf.websocket"),
    "include": ({"conf": {"include": CANARY}}, "conf-owned", "spec.conf.include"),
    "a leaf listener": ({"conf": {"leafnodes": {"port": 1}}}, "conf-owned", "spec.conf.leafnodes.port"),
    "misspelled in limits": (
        {"conf": {"jetstream": {"limits": {"max_ack_pendings": 1}}}},
        "conf-unknown",
        "spec.conf.jetstream.limits.max_ack_pendings",
    ),
    "misspelled in a remote": (
        {"conf": {"leafnodes": {"remotes": [{"urls": ["nats://a"]}, {"urlz": ["a"]}]}}},
        "conf-unknown",
        "spec.conf.leafnodes.remotes[1].urlz",
    ),
    "a seed in a remote": (
        {"conf": {"leafnodes": {"remotes": [{"nkey": CANARY}]}}},
        "conf-file",
        "spec.conf.leafnodes.remotes[0].nkey",
    ),
    "a file": (
        {"conf": {"leafnodes": {"remotes": [{"credentials": CANARY}]}}},
        "conf-file",
        "spec.conf.leafnodes.remotes[0].credentials",
    ),
    "a password": (
        {"conf": {"leafnodes": {"remotes": [{"url": f"nats://a:{CANARY}@h"}]}}},
        "clear-text-secret",
        "spec.conf.leafnodes.remotes[0].url",
    ),
    "a token in a URL": (
        {"conf": {"leafnodes": {"remotes": [{"urls": [f"nats://{CANARY}@h:1/x"]}]}}},
        "clear-text-secret",
        "spec.conf.leafnodes.remotes[0].urls[0]",
    ),
    "a named password": (
        {"conf": {"leafnodes": {"remotes": [{"proxy": {"url": "http://p", "password": CANARY}}]}}},
        "clear-text-secret",
        "spec.conf.leafnodes.remotes[0].proxy.password",
    ),
    "a label of the selector": (pod(labels={"app.kubernetes.io/name": "a"}), "selector-label", LABEL),
    "an annotation of krmfn": (
        pod(annotations={"krmfn.dev/a": CANARY}),
        "reserved-annotation",
        "spec.pod.annotations.krmfn.dev/a",
    ),
    "a variable of krmfn": (
        pod(env=[{"name": "SERVER_NAME", "value": CANARY}]),
        "invalid-variable",
        "spec.pod.env[0].name",
    ),
    "the limit of Go": (pod(env=[{"name": "GOMEMLIMIT", "value": CANARY}]), "invalid-variable", "spec.pod.env[0].name"),
    "a variable with -": (pod(env=[{"name": "A-B", "value": CANARY}]), "invalid-variable", "spec.pod.env[0].name"),
    "a variable of the container twice": (
        pod(env=[{"name": "A", "value": "a"}, {"name": "A", "value": "b"}]),
        "invalid-variable",
        "spec.pod.env[1].name",
    ),
    "a variable without value": (pod(env=[{"name": "A"}]), "invalid-variable", "spec.pod.env[0]"),
    "a variable with two": (
        pod(env=[{"name": "A", "value": CANARY, "field": "spec.nodeName"}]),
        "invalid-variable",
        "spec.pod.env[0]",
    ),
    "a Secret without key": (pod(env=[{"name": "A", "secret": "a"}]), "invalid-variable", "spec.pod.env[0]"),
    "a password in clear text": (
        pod(env=[{"name": "DB_PASSWORD", "value": CANARY}]),
        "clear-text-secret",
        "spec.pod.env[0].value",
    ),
    "a URL with a password": (
        pod(env=[{"name": "HTTPS_PROXY", "value": f"http://a:{CANARY}@proxy:1"}]),
        "clear-text-secret",
        "spec.pod.env[0].value",
    ),
    "a label of a mesh": (
        pod(labels={"istio.io/dataplane-mode": "ambient"}),
        "conflicting-settings",
        "spec.pod.labels.istio.io/dataplane-mode",
    ),
    "a field of no pod": (
        pod(env=[{"name": "A", "field": "spec.hunter2"}]),
        "invalid-variable",
        "spec.pod.env[0].field",
    ),
    "flux in a variable": (pod(env=[{"name": "A", "value": "${B}"}]), "substitution-marker", "spec.pod.env[0].value"),
    "a volume of nothing": (pod(volumes=[{"name": "a", "mountPath": "/a"}]), "invalid-volume", "spec.pod.volumes[0]"),
    "a volume of two": (pod(volumes=[{**VOLUME, "claim": "c"}]), "invalid-volume", "spec.pod.volumes[0]"),
    "a volume twice": (
        pod(volumes=[VOLUME, {**VOLUME, "mountPath": "/b"}]),
        "invalid-volume",
        "spec.pod.volumes[1].name",
    ),
    "a mount in another": (
        pod(volumes=[VOLUME, {**VOLUME, "name": "b", "mountPath": "/etc/leaf/a"}]),
        "invalid-volume",
        "spec.pod.volumes[1].mountPath",
    ),
    **{
        f"a mount at {folder}": (
            pod(volumes=[{**VOLUME, "mountPath": folder}]),
            "invalid-volume",
            "spec.pod.volumes[0].mountPath",
        )
        for folder in (
            *("/data", "/data/jetstream", "/etc", "/etc/nats-config/a", "/etc/nats-tls", "/var/run/nats", "/"),
            *("/usr/local/bin", "/nats-server", "a", "/a/../data", "/a//b", "/a/"),
        )
    },
    "root": (pod(runAsUser=0), "below-minimum", "spec.pod.runAsUser"),
    "a term of nothing": (pod(nodeAffinity={"required": [{"matchExpressions": []}]}), "invalid-affinity", EXPRESSIONS),
    "values for Exists": (affinity(operator="Exists", values=["a"]), "invalid-affinity", f"{EXPRESSIONS}[0].values"),
    "In without values": (affinity(operator="In"), "invalid-affinity", f"{EXPRESSIONS}[0].values"),
    "more than text": (affinity(operator="Gt", values=["a"]), "invalid-affinity", f"{EXPRESSIONS}[0].values"),
    "annotations of another's account": (
        pod(serviceAccount={"name": "a", "annotations": {"a/b": "c"}}),
        "conflicting-settings",
        "spec.pod.serviceAccount.annotations",
    ),
    "nobody may connect": ({"networkPolicyFrom": {"clients": {}}}, "invalid-network", "spec.networkPolicyFrom.clients"),
    "a network without size": (
        {"networkPolicyFrom": {"clients": {"networks": ["10.0.0.0"]}}},
        "invalid-network",
        "spec.networkPolicyFrom.clients.networks[0]",
    ),
    "a protocol of no port": (
        {"networkPolicyTo": {"others": [{"namespaces": ["a"], "protocol": "TCP"}]}},
        "conflicting-settings",
        "spec.networkPolicyTo.others[0]",
    ),
    "a destination of nothing": (
        {"networkPolicyTo": {"others": [{}]}},
        "invalid-network",
        "spec.networkPolicyTo.others[0]",
    ),
    "a destination without size": (
        {"networkPolicyTo": {"others": [{"networks": ["10.0.0.1"]}]}},
        "invalid-network",
        "spec.networkPolicyTo.others[0].networks[0]",
    ),
    "a destination in no namespace": (
        {"networkPolicyTo": {"others": [{"namespaces": ["A"]}]}},
        "invalid-name",
        "spec.networkPolicyTo.others[0].namespaces[0]",
    ),
    "no port of DNS": ({"networkPolicyTo": {"dnsPorts": []}}, "conflicting-settings", "spec.networkPolicyTo.dnsPorts"),
    "a registry without its host": (
        {"policies": {"registries": ["docker.io", "library"]}},
        "invalid-image",
        "spec.policies.registries[1]",
    ),
    "a registry with a scheme": (
        {"policies": {"registries": ["https://docker.io"]}},
        "invalid-image",
        "spec.policies.registries[0]",
    ),
    "a registry with a tag": (
        {"policies": {"registries": ["docker.io/library/nats:2"]}},
        "invalid-image",
        "spec.policies.registries[0]",
    ),
    "a pattern that no tag has": (
        {"policies": {"forbiddenTags": ["latest", "a/b"]}},
        "invalid-image",
        "spec.policies.forbiddenTags[1]",
    ),
    "no level": ({"policies": {"podSecurity": "strict"}}, "unsupported-value", "spec.policies.podSecurity"),
    "disk for no logs": (pod(ephemeralStorage="63Mi"), "ephemeral-storage-too-small", "spec.pod.ephemeralStorage"),
    "disk that is no size": (pod(ephemeralStorage="0.5"), "not-a-quantity", "spec.pod.ephemeralStorage"),
    "a variable that is not there": (
        {"conf": {"remote_syslog": {"env": "A"}}},
        "environment-unknown",
        "spec.conf.remote_syslog",
    ),
    "a number of the environment": (
        {"conf": {"max_payload": {"env": "A"}}, **pod(env=[{"name": "A", "value": "1"}])},
        "conf-type",
        "spec.conf.max_payload",
    ),
    "a password of the environment": (
        {"conf": {"leafnodes": {"remotes": [{"proxy": {"password": {"env": "A"}}}]}}, **pod(env=[ENV])},
        "conf-reference",
        "spec.conf.leafnodes.remotes[0].proxy.password",
    ),
    "a file of no volume": (
        {"conf": {"leafnodes": {"remotes": [{"url": "nats://h", "credentials": "/etc/leaf/a.creds"}]}}},
        "conf-file",
        "spec.conf.leafnodes.remotes[0].credentials",
    ),
    "a size of the chart": ({"server": {"maxPayload": "8MB"}}, "pattern-mismatch", "spec.server.maxPayload"),
    "half a byte": ({"server": {"maxPending": "0.5"}}, "not-a-quantity", "spec.server.maxPending"),
    "no byte": ({"server": {"maxPayload": 0}}, "not-a-quantity", "spec.server.maxPayload"),
    "more than the server's": ({"server": {"maxPayload": "2Gi"}}, "not-a-quantity", "spec.server.maxPayload"),
    "no connection": ({"server": {"maxConnections": 0}}, "below-minimum", "spec.server.maxConnections"),
    "a count as text": ({"server": {"pingMax": "2"}}, "wrong-type", "spec.server.pingMax"),
    "a deadline without unit": ({"server": {"writeDeadline": "10"}}, "conf-duration", "spec.server.writeDeadline"),
    "no time at all": ({"server": {"pingInterval": "0s"}}, "conf-duration", "spec.server.pingInterval"),
    "a short lame duck": (
        {"server": {"lameDuck": {"duration": "10s"}}},
        "conf-lame-duck",
        "spec.server.lameDuck.duration",
    ),
    "a long grace": ({"server": {"lameDuck": {"grace": "2m"}}}, "conf-lame-duck", "spec.server.lameDuck.grace"),
    "lame duck in words": (
        {"server": {"lameDuck": {"duration": "1.5h"}}},
        "conf-duration",
        "spec.server.lameDuck.duration",
    ),
    "a prefix with a space": ({"server": {"namePrefix": "a b"}}, "invalid-name", "spec.server.namePrefix"),
    "a prefix with a variable": ({"server": {"namePrefix": "$A"}}, "invalid-name", "spec.server.namePrefix"),
    "a domain with a dot": (
        {"server": {"jetStream": {"domain": "a.b"}}},
        "invalid-name",
        "spec.server.jetStream.domain",
    ),
    "an empty domain": ({"server": {"jetStream": {"domain": ""}}}, "invalid-name", "spec.server.jetStream.domain"),
    "never synced": (
        {"server": {"jetStream": {"syncInterval": "never"}}},
        "conf-duration",
        "spec.server.jetStream.syncInterval",
    ),
    "an address without port": (
        {"server": {"clientAdvertise": "nats"}},
        "invalid-address",
        "spec.server.clientAdvertise",
    ),
    "a URL as address": (
        {"server": {"clientAdvertise": f"nats://a:{CANARY}@h:4222"}},
        "invalid-address",
        "spec.server.clientAdvertise",
    ),
    "a store among the limits": ({"server": {"fileStore": "90%"}}, "unknown-field", "spec.server.fileStore"),
    "a reference without variable": (
        {"conf": {"remote_syslog": {"secret": "s", "key": "k"}}},
        "conf-reference",
        "spec.conf.remote_syslog",
    ),
    "a reference to a setting": (
        {"conf": {"remote_syslog": {"secret": "s", "key": "k", "variable": "PORT"}}},
        "conf-reference",
        "spec.conf.remote_syslog",
    ),
    "a reference to a folder": (
        {"conf": {"remote_syslog": {"secret": "s", "key": "../k", "variable": "V"}}},
        "conf-reference",
        "spec.conf.remote_syslog",
    ),
    "a reference with more": (
        {"conf": {"remote_syslog": {"secret": "s", "key": "k", "variable": "V", "value": CANARY}}},
        "conf-reference",
        "spec.conf.remote_syslog",
    ),
    "one variable of two files": (
        {
            "conf": {
                "remote_syslog": {"secret": "s", "key": "k", "variable": "V"},
                "client_advertise": {"secret": "t", "key": "k", "variable": "V"},
            }
        },
        "duplicate-variable",
        "spec.conf.client_advertise",
    ),
    "nobody": ({"auth": {}}, "auth-empty", "spec.auth"),
    "accounts without users": ({"auth": {"accounts": {"A": {}}}}, "auth-empty", "spec.auth"),
    "neither name nor nkey": (auth({"hash": HASH}), "user-identity", "spec.auth.accounts.A.users[0]"),
    "name and nkey": (auth({**USER, "nkey": NKEY}), "user-identity", "spec.auth.accounts.A.users[0]"),
    "an nkey with a hash": (
        auth({"nkey": NKEY, "hash": HASH}),
        "user-identity",
        "spec.auth.accounts.A.users[0].hash",
    ),
    "no password": (auth({"name": "shop"}), "empty-credential", "spec.auth.accounts.A.users[0]"),
    "two passwords": (auth({**USER, "passwordFrom": FROM}), "empty-credential", "spec.auth.accounts.A.users[0]"),
    "an empty hash": (auth({"name": "shop", "hash": ""}), "invalid-hash", "spec.auth.accounts.A.users[0].hash"),
    "a password for a hash": (
        auth({"name": "shop", "hash": CANARY}),
        "invalid-hash",
        "spec.auth.accounts.A.users[0].hash",
    ),
    "a seed for an nkey": (
        auth({"nkey": "SUA" + "HUNTER2" * 7 + "ABCDEF"}),
        "invalid-nkey",
        "spec.auth.accounts.A.users[0].nkey",
    ),
    "a clear password": (
        auth({"name": "shop", "password": CANARY}),
        "unknown-field",
        "spec.auth.accounts.A.users[0].password",
    ),
    "a hash that is a number": (
        auth({"name": "shop", "hash": 1234567}),
        "wrong-type",
        "spec.auth.accounts.A.users[0].hash",
    ),
    "an empty user": (auth({"name": "", "hash": HASH}), "invalid-name", "spec.auth.accounts.A.users[0].name"),
    "the system user": (auth({"name": "admin", "hash": HASH}), "duplicate-user", "spec.auth.accounts.A.users[0]"),
    "a user twice": (
        {"auth": {"accounts": {"A": {"users": [USER]}, "B": {"users": [USER]}}}},
        "duplicate-user",
        "spec.auth.accounts.B.users[0]",
    ),
    "a variable twice": (
        auth({"name": "a-b", "passwordFrom": FROM}, {"name": "a_b", "passwordFrom": FROM}),
        "duplicate-variable",
        "spec.auth.accounts.A.users[1].passwordFrom",
    ),
    "the server's account": (
        {"auth": {"accounts": {"$G": {"users": [USER]}}}},
        "invalid-name",
        "spec.auth.accounts.$G",
    ),
    "users beside JetStream": (
        {"auth": {"users": [{"nkey": NKEY}], "accounts": {"A": {"jetStream": True, "users": [USER]}}}},
        "users-beside-jetstream-accounts",
        "spec.auth.users",
    ),
    "an unknown anonymous user": (
        {"auth": {"users": [USER], "anonymous": "guest"}},
        "unknown-user",
        "spec.auth.anonymous",
    ),
    "an anonymous user with a hash": (
        {"auth": {"users": [USER], "anonymous": "shop"}},
        "user-identity",
        "spec.auth.users[0].hash",
    ),
    "a wildcard in a token": (
        auth({**USER, "permissions": {"publish": ["a.b*"]}}),
        "invalid-subject",
        "spec.auth.accounts.A.users[0].permissions.publish[0]",
    ),
    "a full wildcard inside": (
        auth({**USER, "permissions": {"publish": {"deny": ["a.>.b"]}}}),
        "invalid-subject",
        "spec.auth.accounts.A.users[0].permissions.publish.deny[0]",
    ),
    "a queue to publish to": (
        auth({**USER, "permissions": {"publish": ["a q"]}}),
        "invalid-subject",
        "spec.auth.accounts.A.users[0].permissions.publish[0]",
    ),
    "nothing allowed": (
        auth({**USER, "permissions": {"publish": []}}),
        "empty-permissions",
        "spec.auth.accounts.A.users[0].permissions.publish",
    ),
    "an unknown connection": (
        auth({**USER, "connections": ["standard"]}),
        "unsupported-value",
        "spec.auth.accounts.A.users[0].connections[0]",
    ),
    "a size of an account": (
        {"auth": {"accounts": {"A": {"users": [USER], "jetStream": {"maxFile": "1m"}}}}},
        "not-a-quantity",
        "spec.auth.accounts.A.jetStream.maxFile",
    ),
    "responses for no time": (
        auth({**USER, "permissions": {"allowResponses": {"expires": "5"}}}),
        "conf-duration",
        "spec.auth.accounts.A.users[0].permissions.allowResponses.expires",
    ),
    "tls of nothing": ({"tls": {"ca": {"secret": "s"}}}, "tls-without-certificate", "spec.tls"),
    "no certificate": ({"tls": {"clients": {}}}, "tls-without-certificate", "spec.tls.clients"),
    "routes without authority": (
        {"tls": {"routes": {"secret": "s", "stage": "active"}}},
        "tls-without-ca",
        "spec.tls.routes",
    ),
    "verify without authority": (
        {"tls": {"clients": {"secret": "s", "verify": "required"}}},
        "tls-without-ca",
        "spec.tls.clients",
    ),
    "routes without stage": (
        {"tls": {"routes": {"certificate": CERTIFICATE}}},
        "missing-field",
        "spec.tls.routes.stage",
    ),
    "two authorities": (
        {"tls": {"ca": {"secret": "s", "configMap": "c"}, "clients": {"secret": "s"}}},
        "tls-without-ca",
        "spec.tls.ca",
    ),
    "an issuer that cert-manager does not know": (
        {"tls": {"clients": {"certificate": {"issuer": {"name": "internal", "kind": "clusterissuer"}}}}},
        "unsupported-value",
        "spec.tls.clients.certificate.issuer.kind",
    ),
    "a host": (
        {"tls": {"clients": {"certificate": {**CERTIFICATE, "hosts": ["https://x"]}}}},
        "invalid-name",
        "spec.tls.clients.certificate.hosts[0]",
    ),
    "a label of a node": ({"pod": {"nodeSelector": {"pool": "a b"}}}, "label-value", "spec.pod.nodeSelector.pool"),
    "a key of a label": ({"pod": {"nodeSelector": {"a b": "c"}}}, "label-key", "spec.pod.nodeSelector.a b"),
    "a taint without key": ({"pod": {"tolerations": [{}]}}, "invalid-toleration", "spec.pod.tolerations[0]"),
    "a taint with a value": (
        {"pod": {"tolerations": [{"key": "a", "operator": "Exists", "value": "b"}]}},
        "invalid-toleration",
        "spec.pod.tolerations[0].value",
    ),
    "seconds of no effect": (
        {"pod": {"tolerations": [{"key": "a", "value": "b", "tolerationSeconds": 5}]}},
        "invalid-toleration",
        "spec.pod.tolerations[0].tolerationSeconds",
    ),
    "no time to start": ({"pod": {"startupMinutes": 0}}, "below-minimum", "spec.pod.startupMinutes"),
    "a service without type": ({"service": {}}, "missing-field", "spec.service.type"),
    "an internal service": ({"service": {"type": "ClusterIP"}}, "unsupported-value", "spec.service.type"),
    "a network": (
        {"service": {"type": "LoadBalancer", "sourceRanges": ["10.0.0.1/8"]}},
        "invalid-network",
        "spec.service.sourceRanges[0]",
    ),
    "ranges of nodes": (
        {"service": {"type": "NodePort", "sourceRanges": ["10.0.0.0/8"]}},
        "conflicting-settings",
        "spec.service.sourceRanges",
    ),
    "an owner": (
        {"service": {"type": "NodePort", "annotations": {"krmfn.dev/owner": "x"}}},
        "reserved-annotation",
        "spec.service.annotations.krmfn.dev/owner",
    ),
    "an encryption without key": ({"encryption": {}}, "missing-field", "spec.encryption.keyFrom"),
    "a key in clear text": (
        {"encryption": {"keyFrom": {"secret": "s", "key": "k"}, "key": CANARY}},
        "unknown-field",
        "spec.encryption.key",
    ),
    "the same previous key": (
        {"encryption": {"keyFrom": {"secret": "s", "key": "k"}, "previousKeyFrom": {"secret": "s", "key": "k.conf"}}},
        "duplicate-variable",
        "spec.encryption.previousKeyFrom",
    ),
    "a fingerprint": (
        {"tls": {"clients": {"secret": "s", "pinned": ["ab"]}}},
        "invalid-fingerprint",
        "spec.tls.clients.pinned[0]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_part_is_named_by_its_place_and_its_value_is_not_shown(name: str) -> None:
    spec, code, field = REFUSED[name]
    findings = found(spec)
    assert [(one.code, one.field) for one in findings] == [(code, field)]
    assert code in CODES
    text = repr(findings) + str([(one.current, one.proposed) for one in findings])
    for secret in (CANARY, "HUNTER2", "1234567"):
        assert secret not in text


RIGHT: list[dict[str, Any]] = [
    {"conf": {}},
    {"conf": {"max_payload": "8Mi", "write_deadline": "1m30s", "logtime": False, "cluster": {"connect_retries": None}}},
    {"conf": {"jetstream": {"sync_interval": "always", "limits": {"max_ack_pending": 5}}, "max_conn": -1}},
    {"conf": {"leafnodes": {"remotes": [{"urls": [{"secret": "hub", "key": "hub.conf", "variable": "HUB_URL"}]}]}}},
    auth(USER, {"nkey": NKEY, "connections": ["MQTT"]}, {"name": "b", "passwordFrom": FROM}),
    auth({**USER, "permissions": {"subscribe": ["a.* q.*", ">"], "publish": {"deny": [">"]}, "allowResponses": {}}}),
    {"auth": {"users": [USER, {"name": "guest"}], "anonymous": "guest", "accounts": {"A": {}}}},
    {"encryption": {"keyFrom": {"secret": "s", "key": "k"}, "cipher": "aes"}},
    {
        "pod": {
            "nodeSelector": {"pool": "nats", "x/y": ""},
            "tolerations": [{"operator": "Exists"}],
            "startupMinutes": 60,
        }
    },
    {
        "pod": {
            "labels": {"team": "shop"},
            "annotations": {"a/b": "c"},
            "env": [ENV, {"name": "B", "value": "b"}, {"name": "C", "field": "spec.nodeName"}],
            "volumes": [VOLUME, {"name": "tmp", "mountPath": "/tmp", "emptyDir": "64Mi"}],
            "ephemeralStorage": "64Mi",
            "nodeAffinity": {"required": [{"matchExpressions": [{"key": "a", "operator": "Gt", "values": ["5"]}]}]},
            "runAsUser": 1001,
            "serviceAccount": {"annotations": {"eks.amazonaws.com/role-arn": "a"}},
        },
        "conf": {
            "server_metadata": {"env": "prod"},
            "leafnodes": {"remotes": [{"credentials": "/etc/leaf/a.creds", "urls": [{"env": "A"}]}]},
        },
    },
    {"networkPolicy": True, "networkPolicyFrom": {"clients": {"namespaces": ["shop"], "networks": ["10.0.0.0/8"]}}},
    {
        "networkPolicy": True,
        "networkPolicyEgress": True,
        "networkPolicyTo": {"dnsPorts": [53], "others": [{"networks": ["10.0.0.0/8"], "ports": [443]}]},
    },
    {"policies": {"registries": ["docker.io/library", "r:5000/a/b", "localhost"]}},
    {"profile": "nats-manager", "policies": {"forbiddenTags": ["*-alpine", "2.1?"], "digests": True}},
    {"podMonitor": True, "podMonitorLabels": {"release": "prometheus"}},
    {
        "server": {
            "namePrefix": "east-",
            "maxPayload": "8Mi",
            "maxControlLine": 8192,
            "writeDeadline": "10s",
            "lameDuck": {"duration": "5m", "grace": "20s"},
            "clientAdvertise": "nats.example.com:4222",
            "jetStream": {"domain": "hub", "syncInterval": "always", "limits": {"maxHaAssets": 1000}},
        }
    },
    {"service": {"type": "LoadBalancer", "sourceRanges": ["10.0.0.0/8", "fd00::/8"], "annotations": {"a/b": "c"}}},
    {"tls": {"routes": {"certificate": CERTIFICATE, "stage": "mounted"}}},
    {"tls": {"clients": {"certificate": {"issuer": {"name": "i", "kind": "AWSPCAIssuer", "group": "awspca.io"}}}}},
    {"tls": {"ca": {"configMap": "c"}, "clients": {"secret": "s", "verify": "map", "minVersion": "1.3"}}},
]


@pytest.mark.parametrize("spec", RIGHT, ids=range(len(RIGHT)))
def test_right_groups_have_no_finding(spec: dict[str, Any]) -> None:
    assert found(spec) == []


def test_all_faults_are_told_in_one_run() -> None:
    spec = {**REFUSED["no password"][0], **REFUSED["misspelled"][0], **REFUSED["no certificate"][0]}
    assert {one.code for one in found(spec)} == {"empty-credential", "conf-unknown", "tls-without-certificate"}


@pytest.mark.parametrize("key", FOR_HARDENED)
def test_profile_nats_manager_refuses_every_group_by_its_name(key: str) -> None:
    spec = next(spec for spec in RIGHT if key in spec)
    findings = found({**spec, "profile": "nats-manager"})
    assert [(one.code, one.field) for one in findings] == [("needs-hardened", f"spec.{key}")]


@pytest.mark.parametrize("key", [*GROUPS, "auth.anonymous"])
def test_a_group_has_no_flat_form(key: str) -> None:
    findings = from_set({key: CANARY})[1]
    assert [(one.code, one.field) for one in findings] == [("group-not-flat", key)]
    assert CANARY not in repr(findings)


def test_parts_of_a_group_have_a_flat_form_with_dots() -> None:
    pairs = {
        "server.maxPayload": "8Mi",
        "server.pingMax": "3",
        "server.lameDuck.duration": "5m",
        "pod.startupMinutes": "20",
    }
    settings, findings = from_data(pairs)
    assert findings == []
    assert settings.server is not None
    assert settings.server.value == {"maxPayload": "8Mi", "pingMax": 3, "lameDuck": {"duration": "5m"}}
    assert settings.pod is not None
    assert settings.pod.value == {"startupMinutes": 20}


def test_a_part_that_is_set_overrides_that_part_alone() -> None:
    config = {
        "apiVersion": "fn.krmfn.dev/v1alpha1",
        "kind": "RenderNATS",
        "spec": {"server": {"pingMax": 3, "maxPayload": 1}},
    }
    settings, _, findings = from_function_config(config, {"server.pingMax": "5", "server.jetStream.domain": "hub"})
    assert findings == []
    assert settings.server is not None
    assert settings.server.value == {"maxPayload": 1, "pingMax": 5, "jetStream": {"domain": "hub"}}
    assert config["spec"] == {"server": {"pingMax": 3, "maxPayload": 1}}


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("server.maxPayload", "8MB", "pattern-mismatch"),
        ("server.maxPayload", "0.5", "not-a-quantity"),
        ("server.pingMax", "three", "wrong-type"),
        ("server.pingMax", "0", "below-minimum"),
        ("server.noAdvertise", "yes", "unsupported-value"),
        ("server.maxPaylod", "1Mi", "unknown-key"),
        ("server.lameDuck", "1m", "group-not-flat"),
        ("server.lameDuck.duration", "1s", "conf-lame-duck"),
        ("service.sourceRanges", "10.0.0.0/8", "missing-field"),
        ("service.type", "Loadbalancer", "unsupported-value"),
    ],
)
def test_a_fault_of_a_part_is_told_at_its_key(key: str, text: str, code: str) -> None:
    settings, findings = from_data({key: text})
    assert [(one.code, one.path) for one in findings] == [(code, ("data", key))]
    assert settings.server is None
    assert settings.service is None


def test_profile_nats_manager_renders_the_images_of_the_operator() -> None:
    assert [one.code for one in found({"images": "upstream", "profile": "nats-manager"})] == ["conflicting-settings"]
    assert [one.code for one in found({"images": "upstream", "fips": True})] == ["conflicting-settings"]


def test_a_hash_that_is_soon_guessed_is_a_warning_at_its_place() -> None:
    weak = HASH.replace("$10$", "$04$")
    findings = found(auth({**USER, "hash": weak}))
    assert [(one.severity, one.code, one.field) for one in findings] == [
        ("warning", "bcrypt-cost", "spec.auth.accounts.A.users[0].hash")
    ]
    assert weak not in repr(findings)


def test_settings_with_groups_are_equal_and_show_no_value() -> None:
    one, other = (from_spec(RIGHT[4])[0] for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert one != from_spec(RIGHT[5])[0]
    assert HASH not in repr(one)
    assert HASH not in repr(one.auth)


def test_what_limits_a_policy_has_no_effect_without_it() -> None:
    others = {"networkPolicyTo": {"others": [{"ports": [443]}]}}
    for spec in ({"networkPolicyEgress": True}, {"networkPolicy": True, **others}):
        assert [one.code for one in found(spec)] == ["no-effect"]
    assert [one.code for one in found({"networkPolicyEgress": True, **others})] == ["no-effect"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("8Ei", '"8Ei" is not a whole number of bytes from 1 to 2^63 - 1; write a size such as 64Mi'),
        (0, "0 is not a whole number of bytes from 1 to 2^63 - 1; write a size such as 64Mi"),
        ("1Ki", '"1Ki" is less than the kubelet keeps of a container\'s logs, and above the limit it evicts the pod'),
    ],
)
def test_a_wrong_size_of_the_disk_is_named(value: object, message: str) -> None:
    _, (finding,) = from_spec({"pod": {"ephemeralStorage": value}})
    assert finding.message.startswith(f"spec.pod.ephemeralStorage: {message}")


@pytest.mark.parametrize("key", ["user", "username", "login"])
def test_the_name_of_a_user_as_nats_conf_calls_it_is_a_rename(key: str):
    users = [{key: "alice", "hash": "$2a$11$ooo"}]
    _, found = from_spec({"auth": {"accounts": {"A": {"users": users}}}})
    (unknown,) = [one for one in found if one.code == "unknown-field"]
    assert unknown.message.endswith('did you mean "spec.auth.accounts.A.users[0].name"?')
    assert unknown.fix is not None
    assert (unknown.fix.value, unknown.fix.safe) == ("name", False)


@pytest.mark.parametrize("key", ["password", "pass", "pwd", "token"])
def test_a_password_in_clear_text_is_answered_by_the_keys_for_a_credential(key: str):
    users = [{"name": "alice", key: "hunter2-canary"}]
    _, found = from_spec({"auth": {"accounts": {"A": {"users": users}}}})
    (unknown,) = [one for one in found if one.code == "unknown-field"]
    assert unknown.message.endswith("no key takes a password in clear text: write hash, nkey or passwordFrom")
    assert unknown.fix is None
    assert all("canary" not in f"{one.message} {one.current} {one.fix}" for one in found)


@pytest.mark.parametrize("size", ["100MB", "100Mb", "8XB", "5 GB", "8mi", "10TiB"])
def test_a_size_in_conf_with_a_wrong_unit_is_told_with_what_to_write(size: str) -> None:
    said = f'spec.conf.max_payload: "{size}" is not a size from 1 to 2147483647; write a number and a unit, such as 8Mi'
    assert [(one.code, one.message) for one in found({"conf": {"max_payload": size}})] == [
        ("conf-type", f"{said}, in this range")
    ]
