"""What a node runs: built by Go or taken out of Debian packages, kept in the cache of tests/cluster."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.cluster import binaries

RELOADER, EXPORTER, NATSCLI = "0.23.0", "0.20.1", "0.5.1"
BUILT: binaries.Programs = {
    "nats-server-config-reloader": ("github.com/nats-io/nack", RELOADER, "/cmd/nats-server-config-reloader"),
    "prometheus-nats-exporter": ("github.com/nats-io/prometheus-nats-exporter", EXPORTER, ""),
    "nats": ("github.com/nats-io/natscli", NATSCLI, "/nats"),
    "kube-proxy": ("k8s.io/kubernetes", binaries.KUBERNETES, "/cmd/kube-proxy"),
    "kubelet": ("k8s.io/kubernetes", binaries.KUBERNETES, "/cmd/kubelet"),
}
PAUSE = "build/pause/linux/pause.c"
"""The program of every pod's sandbox, in the module of Kubernetes."""
PACKAGES = {
    "sid": ("containerd",),
    "bookworm": ("runc", "containernetworking-plugins", "nftables", "libnftables1", "libnftnl11", "libmnl0",
                 "libjansson4", "libseccomp2", "libxtables12", "libedit2", "libgmp10"),
}  # fmt: skip
"""Suite of Debian -> packages. kubelet 1.37 wants containerd 2; later runcs want a later C library than bookworm's."""
TOOLS = ("apt-get", "cc", "dpkg-deb", "ip", "mkfs.ext4", "mount", "nsenter", "setpriv", "unshare")
HIERARCHIES = ("cpu", "cpuset", "memory", "pids")
NATS = Path(sys.executable).parent / "nats-server"


def debian() -> Path:
    """The root into which the packages are unpacked."""
    return binaries.folder() / "debian"


def search_path() -> str:
    """PATH of a node."""
    return f"{binaries.folder()}:{debian()}/usr/bin:{debian()}/usr/sbin:{os.environ['PATH']}"


def libraries() -> str:
    """LD_LIBRARY_PATH of a node."""
    return ":".join(str(folder) for folder in debian().glob("**/x86_64-linux-gnu") if folder.is_dir())


def absent() -> str | None:
    """Why real kubelets cannot run here, in a sentence for a skip; None when they can."""
    if sys.platform != "linux" or os.uname().machine != "x86_64" or os.geteuid() != 0:
        return "real kubelets need root on Linux (x86_64)"
    if unmounted := [name for name in HIERARCHIES if not Path("/sys/fs/cgroup", name, "cgroup.procs").exists()]:
        return f"cgroup v1 hierarchies are not mounted: {', '.join(unmounted)} (cgroup v2 was not tried)"
    if tools := [tool for tool in TOOLS if not shutil.which(tool)]:
        return f"not on PATH: {', '.join(tools)}"
    probe = [
        "unshare",
        "--mount",
        "--net",
        "--pid",
        "--fork",
        "sh",
        "-c",
        "mount -t tmpfs none /mnt && ip link add type bridge",
    ]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        return "namespaces, mounts or bridges are not allowed here"
    if lacking := binaries.missing() + missing():
        return f"{', '.join(lacking)} not in {binaries.folder()}; `make test-pods` builds them (some minutes, once)"
    return binaries.absent()


def build() -> None:
    """Build and unpack what is missing. Raises CalledProcessError with the tool's own words on stderr."""
    binaries.build(BUILT)
    if not (binaries.folder() / "pause").exists():
        source = binaries.module_folder(*BUILT["kubelet"][:2]) / PAUSE
        made = binaries.folder() / "pause"
        subprocess.run(["cc", "-Os", "-static", "-DVERSION=krmfn", "-o", made, source], check=True)
    if not debian().exists():
        _unpack(binaries.folder() / "debian.new")
        (binaries.folder() / "debian.new").rename(debian())


def missing() -> list[str]:
    """What `build` would make."""
    files = {"pause": binaries.folder() / "pause", "Debian packages": debian()}
    return binaries.missing(BUILT) + [name for name, file in files.items() if not file.exists()]


def _repository() -> str:
    """The address of the Debian packages that this machine is set up with; only that has all suites."""
    listing = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Identifier: Packages"]
    listed = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split()
    found = next((one for one in listed if one.rstrip("/").endswith("/debian")), None)
    if found is None:
        raise SystemExit("apt has no repository of Debian's packages here, of which the kubelets' tests need some")
    return found


def _unpack(root: Path) -> None:
    """Debian's packages, downloaded with lists of their own and unpacked below `root`."""
    shutil.rmtree(root, ignore_errors=True)
    repository = _repository()
    for suite, names in PACKAGES.items():
        place = root / "packages" / suite
        for folder in ("lists/partial", "cache/archives/partial"):
            (place / folder).mkdir(parents=True)
        (place / "sources").write_text(f"deb {repository} {suite} main\n")
        own = {
            "APT::Sandbox::User": "root", "Dir::Cache": place / "cache", "Dir::State::lists": place / "lists",
            "Dir::Etc::sourcelist": place / "sources", "Dir::Etc::sourceparts": "-",
        }  # fmt: skip
        apt = ["apt-get", "-qq", *(f"-o{key}={value}" for key, value in own.items())]
        subprocess.run([*apt, "update"], check=True)
        subprocess.run([*apt, "download", *names], cwd=place, check=True)
        for package in place.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, root], check=True)
    shutil.rmtree(root / "packages")


def main() -> int:
    """Build everything, the control plane too."""
    if (binaries.missing() or missing()) and not shutil.which("go"):
        sys.stderr.write("Go, which builds what is missing, is not on PATH\n")
        return 1
    binaries.build()
    build()
    return 0


if __name__ == "__main__":
    sys.exit(main())
