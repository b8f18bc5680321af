"""What the official chart renders of values in order is a clean tree for `krmfn check`: no error where servers run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.calls import krmfn

if TYPE_CHECKING:
    from pathlib import Path

CHART, HELM = os.environ.get("KRMFN_NATS_CHART"), os.environ.get("KRMFN_HELM") or shutil.which("helm")
CLUSTER = "cluster: {enabled: true}, jetstream: {enabled: true}"
VALUES = {
    "nothing": "{}",
    "a cluster": f"config: {{{CLUSTER}}}",
    "five servers in zones": (
        f"config: {{{CLUSTER.replace('true}', 'true, replicas: 5}', 1)}}}\n"
        "podTemplate: {topologySpreadConstraints: {topology.kubernetes.io/zone: {maxSkew: 2, minDomains: 3,"
        " whenUnsatisfiable: DoNotSchedule}}}"
    ),
    "TLS": (
        f"config: {{{CLUSTER.replace('true}', 'true, tls: {enabled: true, secretName: routes}}', 1)},"
        " nats: {tls: {enabled: true, secretName: clients}}}\ntlsCA: {enabled: true, secretName: ca}"
    ),
    "an exporter": f"config: {{{CLUSTER}}}\npromExporter: {{enabled: true, podMonitor: {{enabled: true}}}}",
    "memory only": (
        "config: {jetstream: {enabled: true, fileStore: {enabled: false},"
        " memoryStore: {enabled: true, maxSize: 64Mi}}}\nnatsBox: {enabled: false}\nreloader: {enabled: false}"
    ),
    "every listener": (
        f"config: {{{CLUSTER}, leafnodes: {{enabled: true}}, websocket: {{enabled: true}}, mqtt: {{enabled: true}}}}"
    ),
    "a load balancer": f"config: {{{CLUSTER}}}\nservice: {{merge: {{spec: {{type: LoadBalancer}}}}}}",
    "limits": (
        f"config: {{{CLUSTER}}}\ncontainer: {{env: {{GOMEMLIMIT: 7GiB}}, merge: {{resources: {{limits: {{memory: 8Gi,"
        " cpu: 2}, requests: {memory: 8Gi, cpu: 2}}}}"
    ),
    "accounts by a resolver": (
        f"config: {{{CLUSTER}, resolver: {{enabled: true}}, merge: {{operator: eyJ0, system_account: AAA}}}}"
    ),
}


@pytest.mark.skipif(not CHART or not HELM, reason="KRMFN_NATS_CHART names no chart, or helm is not there")
@pytest.mark.parametrize("name", VALUES)
def test_a_tree_of_the_chart_has_no_error(name: str, tmp_path: Path) -> None:
    values = tmp_path / "values.yaml"
    values.write_text(VALUES[name])
    made = subprocess.run(
        [str(HELM), "template", "nats", str(CHART), "-n", "shop", "-f", str(values)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    called = krmfn("check", "-f", "-", "-o", "json", stdin=made.stdout)
    assert [row for row in json.loads(called.out) if row["severity"] == "error"] == []
    assert called.status == 0
