"""axe-core, the checker of accessibility, from npm: one file, fetched once into a cache outside the repository."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest

VERSION = "4.14.1"
SHA512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
"""Of the package, as npm's registry states it."""
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "krmfn" / f"axe-core@{VERSION}.js"


def script() -> str:
    """The source of axe; the test is skipped where npm cannot bring it."""
    if not CACHE.exists():
        _fetch()
    return CACHE.read_text(encoding="utf-8")


def _fetch() -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm, which brings axe-core, is not on PATH")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([npm, "pack", f"axe-core@{VERSION}"], cwd=folder, capture_output=True, check=False)
        packed = Path(folder, f"axe-core-{VERSION}.tgz")
        if done.returncode or not packed.exists():
            pytest.skip("npm cannot bring axe-core: no registry answers")
        assert base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode() == SHA512
        with tarfile.open(packed) as archive:
            member = archive.extractfile("package/axe.min.js")
            assert member is not None
            CACHE.parent.mkdir(parents=True, exist_ok=True)
            new = CACHE.with_suffix(f".{os.getpid()}")
            new.write_bytes(member.read())
            new.replace(CACHE)
