"""The exporter of NATS, as it runs in the pods, and the CRDs of Prometheus Operator."""

from __future__ import annotations

import subprocess
import time
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.clients.servers import PATIENCE, free_port
from tests.tools_of_clients import module_folder, program

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OPERATOR, OPERATOR_VERSION = "github.com/prometheus-operator/prometheus-operator", "v0.85.0"


def definition(kind: str) -> str:
    """The text of a CRD, such as `podmonitors`; skips the test where there is no module."""
    folder = module_folder(OPERATOR, OPERATOR_VERSION)
    return (folder / f"example/prometheus-operator-crd/monitoring.coreos.com_{kind}.yaml").read_text()


class Exporter:
    """The exporter beside one server, as in its pod."""

    def __init__(self, monitor: int, arguments: Sequence[str]) -> None:
        """`monitor` is the server's monitoring port; `arguments` those of the container, moved to free ports here."""
        self.port = free_port()
        (port,), (name,) = [a for a in arguments if a == "-port=7777"], [a for a in arguments if ":8222/" in a]
        moved = {port: f"-port={self.port}", name: f"{name.partition(',')[0]},http://localhost:{monitor}/"}
        self._arguments = ["-addr=127.0.0.1", *(moved.get(one, one) for one in arguments)]

    @contextmanager
    def running(self) -> Iterator[Exporter]:
        """The exporter, once it answers."""
        process = subprocess.Popen(
            [program("prometheus-nats-exporter"), *self._arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            end = time.monotonic() + PATIENCE
            while not self._answers():
                assert process.poll() is None, "the exporter ended"
                assert time.monotonic() < end, "the exporter does not answer"
                time.sleep(0.05)
            yield self
        finally:
            process.kill()
            process.wait()

    def _answers(self) -> bool:
        try:
            self.metrics()
        except OSError:
            return False
        return True

    def metrics(self) -> dict[str, list[tuple[str, float]]]:
        """Each metric's series: the text of the labels, and the value."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=PATIENCE) as answer:
            lines = answer.read().decode().splitlines()
        found: dict[str, list[tuple[str, float]]] = {}
        for line in lines:
            if not line.startswith("#"):
                series, _, value = line.rpartition(" ")
                name, _, labels = series.partition("{")
                found.setdefault(name, []).append((labels.rstrip("}"), float(value)))
        return found
