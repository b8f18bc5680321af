"""The namespaces in which the whole cluster lives: mounts, processes and a network that leads nowhere.

They end with this process, however it ends, and with them every process, mount, loop device and interface in them.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVICES, PODS = "10.96.0.0/16", "10.244.0.0/16"
ADDRESS = "10.99.0.1"
"""Of the control plane, the DNS server and the tests."""
NEW_NETWORK = 0x40000000
"""CLONE_NEWNET of sched.h."""
HOLD = """
set -eu
mount -t tmpfs tmpfs /run
mkdir -p "$1/volumes"
mount --bind "$1/volumes" "$1/volumes"
mount --make-shared "$1/volumes"
echo ready
sleep infinity &
wait
"""


class Island:
    """The namespaces, once `entered`."""

    def __init__(self, run: Path, init: int) -> None:
        """`init` is the first process in them; its end is the end of all."""
        self.run, self.init, self.volumes = run, init, run / "volumes"

    def command(self, *arguments: str | Path) -> list[str]:
        """The command line that runs a program in here; the program dies when the process so started does."""
        inside = ["nsenter", f"--target={self.init}", "--mount", "--pid", "--net"]
        return [*MORTAL, *inside, *MORTAL, *map(str, arguments)]

    def do(self, *arguments: str | Path, stdin: str = "") -> str:
        """Run a program in here to its end, and return its output. Raises AssertionError with its own words."""
        done = subprocess.run(self.command(*arguments), input=stdin, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    def cable(self, node: str, *, plugged: bool) -> None:
        """Plug a node's cable into the switch, or pull it."""
        self.do("ip", "link", "set", f"v-{node}", "up" if plugged else "down")


MORTAL = ("setpriv", "--pdeathsig", "KILL")


@contextmanager
def entered(run: Path, nodes: dict[str, int]) -> Iterator[Island]:
    """The island, with this thread in its network while the block runs; `nodes` are names and numbers from 1."""
    make = ["unshare", "--mount", "--propagation=slave", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    holder = subprocess.Popen([*MORTAL, *make, "bash", "-c", HOLD, "hold", run], stdout=subprocess.PIPE)
    outside = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        with holder.stdout or nullcontext() as said:
            assert said is not None
            assert said.readline() == b"ready\n"
        init = int(Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text())
        island = Island(run, init)
        _lay_cables(island, nodes)
        inside = os.open(f"/proc/{init}/ns/net", os.O_RDONLY)
        _enter(inside)
        os.close(inside)
        yield island
    finally:
        _enter(outside)
        os.close(outside)
        holder.kill()
        holder.wait()


def _enter(network: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(network, NEW_NETWORK):
        raise OSError(ctypes.get_errno(), "setns")


def node_address(number: int) -> str:
    return f"10.99.0.{10 + number}"


def pod_network(number: int) -> str:
    return f"10.244.{number}.0/24"


def _lay_cables(island: Island, nodes: dict[str, int]) -> None:
    """A switch, a network namespace a node with a cable to it, and routes to the pods of every node."""
    island.do("ip", "-batch", "-", stdin=f"""link set lo up
link add br0 type bridge
addr add {ADDRESS}/24 dev br0
link set br0 up
route add {SERVICES} dev br0
""")  # fmt: skip
    for name, number in nodes.items():
        island.do("ip", "-batch", "-", stdin=f"""netns add {name}
link add v-{name} type veth peer name eth0 netns {name}
link set v-{name} master br0 up
route add {pod_network(number)} via {node_address(number)}
""")  # fmt: skip
        others = "".join(
            f"route add {pod_network(other)} via {node_address(other)}\n" for other in nodes.values() if other != number
        )
        island.do("ip", "-n", name, "-batch", "-", stdin=f"""link set lo up
addr add {node_address(number)}/24 dev eth0
link set eth0 up
route add default via {ADDRESS}
{others}""")  # fmt: skip
    for name in ("", *nodes):
        enter = ["nsenter", f"--net=/run/netns/{name}"] if name else []
        island.do(*enter, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
