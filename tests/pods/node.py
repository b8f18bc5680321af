"""One machine: its configuration, its start, and its sudden end."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.pods import island, programs

if TYPE_CHECKING:
    from tests.pods.island import Island

SCRIPT = Path(__file__).parent / "node.sh"
CGROUPS, GROUP = Path("/sys/fs/cgroup"), "krmfn-pods"
"""cgroup v1: every hierarchy has a folder of ours, and in it one for each node."""
ZONE = "topology.kubernetes.io/zone"


class Node:
    """A machine of the island. It is named after its zone: `a1` and `a2` stand in zone a."""

    def __init__(self, where: Island, name: str, number: int, images: Path, kubeconfig: Path) -> None:
        """Write its configuration. `number` (from 1) gives its addresses; `images` are loaded at the first start."""
        self.name, self.zone, self.address = name, name[0], island.node_address(number)
        self.folder = where.run / "nodes" / name
        self._island, self._images = where, images
        self._process: subprocess.Popen[bytes] | None = None
        self.folder.mkdir(parents=True)
        (self.folder / "kubeconfig").write_text(kubeconfig.read_text())
        (self.folder / "kubelet.yaml").write_text(KUBELET.format(node=self, dns=island.ADDRESS, group=GROUP))
        (self.folder / "proxy.yaml").write_text(proxy(self.folder / "kubeconfig", self.name, self.address))
        (self.folder / "resolv.conf").write_text(f"nameserver {island.ADDRESS}\n")
        (self.folder / "containerd.toml").write_text(CONTAINERD.format(debian=programs.debian(), folder=self.folder))
        (self.folder / "net.d").mkdir()
        (self.folder / "net.d/10-ptp.conflist").write_text(NETWORK % island.pod_network(number))

    def start(self) -> None:
        """Switch the machine on; kubelet reports to the API server some seconds later."""
        self._make_cgroups()
        self._island.cable(self.name, plugged=True)
        machine = [
            "unshare",
            "--pid",
            "--mount",
            "--propagation=slave",
            "--uts",
            "--fork",
            "--kill-child",
            "--mount-proc",
        ]
        labels = f"{ZONE}={self.zone},topology.kubernetes.io/region=r"
        script = ["bash", SCRIPT, self.folder, self._images, self.name, labels, self.address]
        environment = {**os.environ, "PATH": programs.search_path(), "LD_LIBRARY_PATH": programs.libraries()}
        self._process = subprocess.Popen(
            self._island.command("nsenter", f"--net=/run/netns/{self.name}", *machine, *script),
            env=environment, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def kill(self) -> None:
        """Pull the cable and the plug: nothing on the machine gets a signal that it could answer."""
        self._island.cable(self.name, plugged=False)
        if self._process:
            self._process.kill()
            self._process.wait()

    def _make_cgroups(self) -> None:
        for hierarchy in CGROUPS.iterdir():
            parent = hierarchy
            for name in (GROUP, self.name):
                folder = parent / name
                folder.mkdir(exist_ok=True)
                for file in ("cpuset.cpus", "cpuset.mems"):
                    if (folder / file).exists():
                        (folder / file).write_text((parent / file).read_text())
                parent = folder


def remove_cgroups() -> None:
    """Take away what the kubelets made, once their processes are gone; also what a killed run left."""
    for hierarchy in CGROUPS.iterdir():
        for folder, _, _ in os.walk(hierarchy / GROUP, topdown=False):
            _remove(folder)


def _remove(folder: str) -> None:
    """A process that was killed is in its cgroup for some moments still."""
    for _ in range(50):
        try:
            return os.rmdir(folder)
        except OSError:
            time.sleep(0.1)
    return os.rmdir(folder)


def proxy(kubeconfig: Path, name: str, address: str) -> str:
    """The configuration of a kube-proxy. It leaves alone what belongs to the whole kernel."""
    return PROXY.format(kubeconfig=kubeconfig, name=name, address=address, pods=island.PODS)


PROXY = """apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
clientConnection: {{kubeconfig: {kubeconfig}}}
clusterCIDR: {pods}
bindAddress: {address}
hostnameOverride: {name}
conntrack: {{maxPerCore: 0, tcpCloseWaitTimeout: 0s, tcpEstablishedTimeout: 0s}}
healthzBindAddress: {address}:10256
metricsBindAddress: {address}:10249
"""
NETWORK = """{"cniVersion": "1.0.0", "name": "pods", "plugins": [{"type": "ptp", "ipMasq": false, "mtu": 1500,
 "ipam": {"type": "host-local", "ranges": [[{"subnet": "%s"}]], "routes": [{"dst": "0.0.0.0/0"}]}}]}
"""
CONTAINERD = """version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.nri.v1.nri"]
[plugins."io.containerd.cri.v1.images"]
  snapshotter = "overlayfs"
  [plugins."io.containerd.cri.v1.images".pinned_images]
    sandbox = "local/pause:1"
[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = true
  [plugins."io.containerd.cri.v1.runtime".cni]
    bin_dirs = ["{debian}/usr/lib/cni"]
    conf_dir = "{folder}/net.d"
  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
      BinaryName = "{debian}/usr/sbin/runc"
      SystemdCgroup = false
"""
KUBELET = """apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
failSwapOn: false
cgroupDriver: cgroupfs
cgroupRoot: /{group}/{node.name}
enforceNodeAllocatable: []
localStorageCapacityIsolation: false
address: {node.address}
authentication: {{anonymous: {{enabled: true}}, webhook: {{enabled: false}}}}
authorization: {{mode: AlwaysAllow}}
clusterDNS: [{dns}]
clusterDomain: cluster.local
resolvConf: {node.folder}/resolv.conf
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
volumePluginDir: {node.folder}/plugins
evictionHard: {{memory.available: 50Mi, nodefs.available: "1%", imagefs.available: "1%"}}
imageGCHighThresholdPercent: 100
imageMinimumGCAge: 24h
makeIPTablesUtilChains: false
"""
