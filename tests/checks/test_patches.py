"""Patches that people make of certificates, exporters, probes and claims, on trees that are clean without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from krmfn.checks.certificates import _seconds
from tests.checks.trees import Tree
from tests.golden_cases import CASES

if TYPE_CHECKING:
    from collections.abc import Callable

TLS, MONITORED = "tls-encryption", "monitored"
CERTIFICATE = "orders-nats-clients"


def certificate(field: str, value: Any) -> Callable[[Tree], None]:
    return lambda tree: tree.patch(field, value, "Certificate", CERTIFICATE)


def conf(old: str, new: str) -> Callable[[Tree], None]:
    return lambda tree: tree.replace_conf(old, new)


def spec(field: str, value: Any) -> Callable[[Tree], None]:
    return lambda tree: tree.patch(field, value)


def container(key: str, value: Any, name: str = "nats") -> Callable[[Tree], None]:
    return lambda tree: tree.container(name).update({key: value})


def without(key: str) -> Callable[[Tree], None]:
    return lambda tree: tree.container().pop(key)


def exporter(old: str, new: str, number: int = 1) -> Callable[[Tree], None]:
    def patch(tree: Tree) -> None:
        pod = tree.get("Deployment", f"orders-nats-metrics-{number}")["spec"]["template"]["spec"]["containers"][0]
        pod["args"] = [word.replace(old, new) for word in pod["args"]]

    return patch


def unmounted(name: str, container_name: str) -> Callable[[Tree], None]:
    def patch(tree: Tree) -> None:
        box = tree.container(container_name)
        box["volumeMounts"] = [row for row in box["volumeMounts"] if row["name"] != name]

    return patch


def without_variable(name: str) -> Callable[[Tree], None]:
    def patch(tree: Tree) -> None:
        tree.container()["env"] = [row for row in tree.container()["env"] if row["name"] != name]

    return patch


HOOK = {"preStop": {"exec": {"command": ["nats-server", "-sl=ldm=/var/run/nats.pid"]}}}
ROUTES = {
    "apiVersion": "cert-manager.io/v1",
    "kind": "Certificate",
    "metadata": {"name": "routes", "namespace": "shop"},
    "spec": {"secretName": "routes", "dnsNames": ["nats.example.com"], "issuerRef": {"name": "internal"}},
}


def with_routes(**fields: Any) -> Callable[[Tree], None]:
    return lambda tree: tree.objects.append({**ROUTES, "spec": {**ROUTES["spec"], **fields}})


PATCHES = {
    "a secretName that nobody mounts": (TLS, certificate("secretName", "orders-nats-client-tls"), "link-reference"),
    "a secretName of another kind": (TLS, certificate("secretName", "wildcard"), "link-unused"),
    "hosts without the Service": (TLS, certificate("dnsNames", ["nats.example.com"]), "certificate-hosts"),
    "usages of a client": (TLS, certificate("usages", ["digital signature", "client auth"]), "certificate-usages"),
    "a renewal before the beginning": (TLS, certificate("renewBefore", "3000h"), "certificate-renewal"),
    "routes without the hosts of servers": (TLS, with_routes(), "certificate-hosts"),
    "routes that are no client": (
        TLS, with_routes(dnsNames=["*.orders-nats"], usages=["server auth"]), "certificate-usages",
    ),
    "a file that cert-manager does not write": (
        TLS, conf("/etc/nats-tls/clients/tls.crt", "/etc/nats-tls/clients/server.crt"), "conf-file",
    ),
    "a certificate that the reloader does not see": (
        TLS, unmounted("tls-clients", "config-reloader"), "conf-not-watched",
    ),
    "an exporter of another server": (MONITORED, exporter("nats-1", "nats-0"), "exporter-missing"),
    "an exporter without pods": (
        MONITORED,
        lambda tree: tree.patch("replicas", 0, "Deployment", "orders-nats-metrics-0"), "exporter-missing",
    ),
    "an exporter on another port": (MONITORED, exporter("7777", "7778"), "link-port"),
    "a policy that closes the exporters": (
        MONITORED,
        lambda tree: tree.patch("ingress.0.ports.0.port", 7778, "NetworkPolicy", "orders-nats-metrics"),
        "link-policy-port",
    ),
    "a hook with another file": (MONITORED, container("lifecycle", HOOK), "conf-process-id"),
    "no readinessProbe": (MONITORED, without("readinessProbe"), "probe-missing"),
    "a strict livenessProbe": (
        MONITORED, container("livenessProbe", {"httpGet": {"path": "/healthz", "port": 8222}}), "probe-too-strict",
    ),
    "no SERVER_NAME": (MONITORED, without_variable("SERVER_NAME"), "conf-variable"),
    "the DNS of the node": (MONITORED, spec("template.spec.dnsPolicy", "Default"), "dns-policy"),
    "the network of the node": (MONITORED, spec("template.spec.hostNetwork", True), "dns-policy"),
    "an option over nats.conf": (MONITORED, container("args", ["--port", "4333"]), "conf-overridden"),
    "a store on the command line": (MONITORED, container("args", ["-sd=/tmp"]), "conf-overridden"),
    "volumes that go with the servers": (
        MONITORED, spec("persistentVolumeClaimRetentionPolicy.whenScaled", "Delete"), "volumes-not-retained",
    ),
    "a volume to read only": (
        MONITORED, spec("volumeClaimTemplates.0.spec.accessModes", ["ReadOnlyMany"]), "conf-store-dir",
    ),
}  # fmt: skip
NEW = {
    "certificate-hosts", "certificate-renewal", "certificate-usages", "volumes-not-retained", "conf-not-watched",
    "conf-overridden", "dns-policy", "exporter-missing", "probe-missing", "probe-too-strict",
}  # fmt: skip


@pytest.mark.parametrize("name", PATCHES)
def test_a_patch_is_noticed(name: str) -> None:
    case, patch, code = PATCHES[name]
    tree = Tree(case)
    assert code not in tree.codes()
    patch(tree)
    assert code in tree.codes()


def test_exporters_of_no_replicas_name_no_empty_list_of_servers() -> None:
    tree = Tree(MONITORED)
    tree.patch("replicas", 0)
    said = {one.message for one in tree.findings() if one.code == "link-host"}
    assert said == {
        f"Deployment orders-nats-metrics-{number} asks the host orders-nats-{number}.orders-nats, but no StatefulSet of"
        " servers here has a replica; write how many servers run"
        for number in range(3)
    }


@pytest.mark.parametrize("case", CASES)
def test_what_is_rendered_has_none_of_it(case: str) -> None:
    assert not NEW & Tree(case, secret=False).codes("error", "warning", "info")


def test_a_certificate_of_another_owner_without_servers_is_nobodys_matter() -> None:
    tree = Tree(MONITORED)
    tree.objects.append({**ROUTES, "spec": {**ROUTES["spec"], "renewBefore": "9000h", "usages": ["client auth"]}})
    assert not NEW & tree.codes()


def test_a_certificate_for_the_routes_as_they_are_is_in_order() -> None:
    tree = Tree(TLS)
    with_routes(dnsNames=["*.orders-nats", "*.orders-nats.shop"], usages=["server auth", "client auth"])(tree)
    assert not NEW & tree.codes()


@pytest.mark.parametrize(
    ("text", "seconds"), [("2160h", 7776000), ("1h30m", 5400), ("1.5h", 5400), ("90d", None), ("h", None), ("5", None)]
)
def test_durations_are_read_as_go_reads_them(text: str, seconds: float | None) -> None:
    assert _seconds(text, 0) == seconds
