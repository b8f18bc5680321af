"""Container images of one static program each, under the names that krmfn renders.

Nothing is pulled. nats-server is PyPI's build, of another version than the tag says; reloader and exporter are built
from the modules of the versions in their tags. The images are ours: scratch, as the operator's are.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from typing import TYPE_CHECKING

from krmfn.cluster import images
from tests.cluster import binaries
from tests.pods import programs

if TYPE_CHECKING:
    from pathlib import Path

SECOND_NATS = "krmfn.test/nats:second"
"""The same server under another name: a new image for a rolling restart."""
PASSWD = b"root:x:0:0::/:/\nnats:x:1000:1000::/:/\n"


def write(folder: Path) -> None:
    """One docker archive for each program."""
    folder.mkdir(parents=True)
    _write(folder / "pause.tar", ["local/pause:1"], binaries.folder() / "pause")
    _write(folder / "nats.tar", [images.NATS, SECOND_NATS], programs.NATS)
    _write(folder / "reloader.tar", [images.RELOADER], binaries.folder() / "nats-server-config-reloader")
    _write(folder / "exporter.tar", [images.EXPORTER], binaries.folder() / "prometheus-nats-exporter")


def _write(out: Path, names: list[str], program: Path) -> None:
    """An image with the program on its PATH, started where a pod names no command."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as archive:
        _add(archive, "etc/passwd", PASSWD, 0o644)
        _add(archive, f"usr/local/bin/{program.name}", program.read_bytes(), 0o755)
    digest = hashlib.sha256(layer.getvalue()).hexdigest()
    entry = f"/usr/local/bin/{program.name}"
    config = json.dumps({
        "architecture": "amd64", "os": "linux",
        "config": {"Env": ["PATH=/usr/local/bin"], "Entrypoint": [entry]},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
    }).encode()  # fmt: skip
    manifest = json.dumps([{"Config": "config.json", "RepoTags": names, "Layers": ["layer.tar"]}]).encode()
    with tarfile.open(out, "w") as archive:
        _add(archive, "config.json", config, 0o644)
        _add(archive, "layer.tar", layer.getvalue(), 0o644)
        _add(archive, "manifest.json", manifest, 0o644)


def _add(archive: tarfile.TarFile, name: str, data: bytes, mode: int) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), mode
    archive.addfile(info, io.BytesIO(data))
