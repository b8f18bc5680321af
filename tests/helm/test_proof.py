"""`krmfn import --prove`: the chart's objects and krmfn's, side by side."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from krmfn.helm.comparison import compare
from krmfn.helm.conf_comparison import compare_conf
from krmfn.helm.importing import translated
from krmfn.helm.values import Values, parts
from tests.calls import documents, krmfn
from tests.helm.test_verdicts import ACCEPT, FILES

if TYPE_CHECKING:
    from pathlib import Path

    from krmfn.helm.equality import Equality

CHART = os.environ.get("KRMFN_NATS_CHART")
"""A directory with the official chart; it is not part of the repository."""
real = pytest.mark.skipif(
    not CHART or not shutil.which("helm"),
    reason="helm is not on PATH, or KRMFN_NATS_CHART names no directory with the official NATS chart",
)
VALUES = {
    "config": {
        "cluster": {"enabled": True},
        "jetstream": {"enabled": True, "fileStore": {"pvc": {"size": "20Gi"}}},
        "merge": {"max_payload": "<< 8MB >>"},
        "monitor": {"port": 8223},
    },
    "container": {"resources": {"limits": {"memory": "1024Mi"}}},
}
CONF = """\
{
  "cluster": {
    "name": "nats", "no_advertise": true, "port": 6222,
    "routes": ["nats://nats-0.nats-headless:6222", "nats://nats-1.nats-headless:6222"]
  },
  "http_port": 8223,
  "jetstream": { "max_file_store": 20Gi, "max_memory_store": 0, "store_dir": "/data" },
  "lame_duck_duration": "30s",
  "lame_duck_grace_period": "10s",
  "max_payload": 8MB,
  "pid_file": "/var/run/nats/nats.pid",
  "port": 4222,
  "server_name": $SERVER_NAME
}
"""


def of_chart(*, conf: str = CONF, replicas: int = 3, image: str = "nats:2.14.2-scratch") -> list[dict]:
    """What the chart renders from VALUES, as far as it is compared."""
    ports = [
        {"name": name, "containerPort": port} for name, port in (("nats", 4222), ("cluster", 6222), ("monitor", 8223))
    ]
    resources = {"limits": {"memory": "1Gi"}}
    reloader = {"name": "reloader", "image": "natsio/nats-server-config-reloader:0.23.0"}
    pod = {
        "containers": [{"name": "nats", "image": image, "ports": ports, "resources": resources, "env": []}, reloader],
        "terminationGracePeriodSeconds": 60,
    }
    labels = {f"app.kubernetes.io/{name}": "nats" for name in ("name", "instance", "component")}
    claim = {"metadata": {"name": "nats-js"}, "spec": {"resources": {"requests": {"storage": "20Gi"}}}}
    servers = {
        "replicas": replicas,
        "serviceName": "nats-headless",
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": pod},
        "volumeClaimTemplates": [claim],
    }
    client = {"ports": [{"port": 4222}], "selector": labels}
    return [
        {"kind": "ConfigMap", "metadata": {"name": "nats-config"}, "data": {"nats.conf": conf}},
        {"kind": "Service", "metadata": {"name": "nats-headless"}, "spec": {"clusterIP": "None", **client}},
        {"kind": "Service", "metadata": {"name": "nats"}, "spec": client},
        {"kind": "Service", "metadata": {"name": "extra"}, "spec": {"selector": {"app": "other"}}},
        {"kind": "Deployment", "metadata": {"name": "nats-box"}, "spec": {"template": {"spec": {"containers": []}}}},
        {"kind": "StatefulSet", "metadata": {"name": "nats"}, "spec": servers},
    ]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    file = tmp_path_factory.mktemp("values") / "values.yaml"
    file.write_text(json.dumps(VALUES))
    imported = krmfn("import", file, *ACCEPT)
    assert imported.status == 0, imported
    done = krmfn("render", "-f", "-", stdin=imported.out)
    assert done.status == 0, done
    return documents(done.out)


def compared(chart: list[dict], rendered: list[dict]) -> dict[str, Equality]:
    values = Values([("values.yaml", VALUES, {path: 1 for path, _ in parts(VALUES)})])
    rows = compare(chart, rendered, translated(values, "nats", "").lost)
    assert len({row.what for row in rows}) == len(rows)
    return {row.what: row for row in rows}


def test_what_is_equal(rendered: list[dict]) -> None:
    rows = compared(of_chart(), rendered)
    equal = {what for what, row in rows.items() if row.is_equal}
    assert {
        "StatefulSet", "servers", "volume", "StorageClass", "image of nats", "image of reloader", "memory limits",
        "cpu limits", "memory requests", "port 4222", "port 6222", "type of the Service", "ports of the Service",
        "nats.conf port", "nats.conf max_payload", "nats.conf cluster.name", "nats.conf cluster.no_advertise",
        "nats.conf jetstream.max_memory_store", "nats.conf jetstream.store_dir", "nats.conf server_name",
    } <= equal  # fmt: skip
    assert rows["nats.conf max_payload"].chart == "8388608"


def test_every_difference_has_its_reason(rendered: list[dict]) -> None:
    rows = compared(of_chart(), rendered)
    assert [row.what for row in rows.values() if row.is_unexplained] == []
    assert rows["nats.conf jetstream.max_file_store"].chart == str(20 << 30)
    assert rows["nats.conf jetstream.max_file_store"].krmfn == str(18 << 30)
    assert rows["nats.conf http_port"].reason == "lost: config.monitor.port (values.yaml:1)"
    assert rows["headless Service"].chart == "nats-headless"
    assert rows["termination grace period"].krmfn == "150"
    assert rows["object nats-box"].krmfn == "not there"


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"replicas": 5}, "servers"),
        ({"conf": CONF.replace("8MB", "4MB")}, "nats.conf max_payload"),
        ({"conf": CONF.replace('"port": 4222', '"port": 4222, "max_connections": 10')}, "nats.conf max_connections"),
    ],
)
def test_what_nobody_can_explain_is_told(changed: dict, what: str, rendered: list[dict]) -> None:
    rows = compared(of_chart(**changed), rendered)
    assert [row.what for row in rows.values() if row.is_unexplained] == [what]


def test_a_configuration_that_the_server_would_not_read(rendered: list[dict]) -> None:
    row = compared(of_chart(conf="{ a: [ "), rendered)["nats.conf"]
    assert (row.chart, row.is_equal) == ("not a configuration", False)


def test_secrets_are_compared_without_a_word_of_them(rendered: list[dict]) -> None:
    conf = CONF.replace(
        '"port": 4222',
        '"port": 4222, "accounts": {"A": {"users": [{"user": "u", "password": "canary"}]}},'
        ' "authorization": {"token": "canary"}, "leafnodes": {"remotes": [{"url": "nats://u:canary@h"}]}',
    )
    rows = compared(of_chart(conf=conf), rendered)
    assert rows["nats.conf accounts.A"].chart == "1 users"
    assert "canary" not in repr([(row.chart, row.krmfn, row.reason) for row in rows.values()])


def test_other_rights_of_the_same_users_are_told() -> None:
    def conf(subject: str) -> str:
        user = f'{{"user": "u", "password": "canary", "permissions": {{"publish": {subject}}}}}'
        return f'{{"accounts": {{"A": {{"users": [{user}]}}}}}}'

    (same,) = compare_conf(conf('"a"'), conf('{"allow": ["a"]}'), ())
    (other,) = compare_conf(conf('"a"'), conf('"b"'), ())
    assert same.is_equal
    assert other.krmfn == "1 users, whose users or limits are others"
    assert other.is_unexplained


def test_without_a_chart_or_helm_there_is_no_proof(tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    file.write_text("config: {cluster: {enabled: true}}\n")
    done = krmfn("import", file, "--prove", tmp_path / "nats")
    assert done.status == 1
    assert done.out == ""
    assert "no such chart" in done.err
    done = krmfn("import", file, "--prove", tmp_path, env={"PATH": str(tmp_path)})
    assert done.status == 1
    assert "helm is not on PATH" in done.err


BROKEN = ("20-wrong-types",)
"""What the chart itself refuses to render."""


@real
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_real_chart_differs_for_known_reasons(file: Path) -> None:
    done = krmfn("import", file, *ACCEPT, "--lint", "--prove", CHART or "", "-n", "shop")
    assert "canary" not in done.out + done.err
    if file.stem in BROKEN:
        assert done.status == 1
        assert "[helm-failed]" in done.out
        return
    assert done.status == 0, done
    assert " 0 equal" not in done.out
    assert "without a reason" not in done.out
