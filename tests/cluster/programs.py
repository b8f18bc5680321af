"""How each program of the control plane is called: loopback only, throw-away data, nothing elected."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cluster.control_plane import ControlPlane

STAGES = Path(__file__).parent / "stages.yaml"
LOOPBACK = "127.0.0.1"
EMULATED = "KRMFN_CLUSTER_EMULATE"
"""Environment: an older version, such as 1.34, whose feature gates and rules are taken."""


def etcd(plane: ControlPlane) -> list[str]:
    client, peer = (f"http://{LOOPBACK}:{plane.ports[name]}" for name in ("etcd", "peer"))
    return [
        f"--data-dir={plane.run}/etcd",
        "--unsafe-no-fsync",
        "--log-level=warn",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
    ]


def api_server(plane: ControlPlane) -> list[str]:
    return [
        f"--etcd-servers=http://{LOOPBACK}:{plane.ports['etcd']}",
        f"--secure-port={plane.ports['api']}",
        f"--bind-address={plane.address}",
        f"--advertise-address={plane.address}",
        "--endpoint-reconciler-type=none",
        f"--cert-dir={plane.certificates}",
        "--service-cluster-ip-range=10.96.0.0/16",
        f"--token-auth-file={plane.run}/tokens.csv",
        "--authorization-mode=Node,RBAC",
        "--service-account-issuer=https://cluster.test",
        f"--service-account-key-file={plane.signing}",
        f"--service-account-signing-key-file={plane.signing}",
        *(["--allow-privileged=true", "--kubelet-preferred-address-types=InternalIP"] if plane.kubelets else []),
        *_emulated(),
    ]


def controllers(plane: ControlPlane) -> list[str]:
    """Fake nodes have no leases, so a node stays as it is until a test changes it: hence their long grace."""
    return [
        f"--kubeconfig={plane.kubeconfig}",
        f"--secure-port={plane.ports['controllers']}",
        f"--bind-address={LOOPBACK}",
        f"--cert-dir={plane.certificates}",
        "--leader-elect=false",
        *([] if plane.kubelets else ["--node-monitor-grace-period=24h"]),
        "--kube-api-qps=500",
        "--kube-api-burst=500",
        f"--service-account-private-key-file={plane.signing}",
        f"--root-ca-file={plane.authority}",
        *_emulated(),
    ]


def scheduler(plane: ControlPlane) -> list[str]:
    return [
        f"--config={plane.run}/scheduler.yaml",
        f"--secure-port={plane.ports['scheduler']}",
        f"--bind-address={LOOPBACK}",
        f"--cert-dir={plane.certificates}",
        *_emulated(),
    ]


def _emulated() -> list[str]:
    version = os.environ.get(EMULATED)
    return [f"--emulated-version={version}"] if version else []


def kwok(plane: ControlPlane) -> list[str]:
    return [
        f"--kubeconfig={plane.kubeconfig}",
        f"--config={STAGES}",
        "--manage-nodes-with-label-selector=type=kwok",
        f"--server-address={LOOPBACK}:{plane.ports['kwok']}",
    ]


def write_kubeconfig(plane: ControlPlane) -> None:
    server = f"https://{plane.address}:{plane.ports['api']}"
    plane.kubeconfig.write_text(
        f"""apiVersion: v1
kind: Config
clusters:
- {{name: test, cluster: {{server: "{server}", certificate-authority: {plane.authority}}}}}
users:
- {{name: admin, user: {{token: {plane.token}}}}}
contexts:
- {{name: test, context: {{cluster: test, user: admin}}}}
current-context: test
"""
    )


def write_scheduler_configuration(plane: ControlPlane) -> None:
    """As a cluster has it, but that a pod which fits nowhere is tried again every second."""
    (plane.run / "scheduler.yaml").write_text(
        f"""apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection: {{kubeconfig: {plane.kubeconfig}, qps: 500, burst: 500}}
leaderElection: {{leaderElect: false}}
podInitialBackoffSeconds: 1
podMaxBackoffSeconds: 1
"""
    )
