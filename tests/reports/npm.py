"""A file of a package of npm, fetched once into a cache outside the repository."""

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

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "krmfn"


def packed_file(package: str, version: str, sha512: str, member: str) -> str:
    """The text of one file; the test is skipped where npm cannot bring the package.

    `sha512` is that of the package, as npm's registry states it; `member` the path below the root of the package.
    """
    name = package.removeprefix("@").replace("/", "-")
    cached = CACHE / f"{name}@{version}" / Path(member).name
    if not cached.exists():
        content = _fetched(package, version, sha512, f"{name}-{version}.tgz", f"package/{member}")
        cached.parent.mkdir(parents=True, exist_ok=True)
        new = cached.with_suffix(f".{os.getpid()}")
        new.write_bytes(content)
        new.replace(cached)
    return cached.read_text(encoding="utf-8")


def _fetched(package: str, version: str, sha512: str, file: str, member: str) -> bytes:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"npm, which brings {package}, is not on PATH")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([npm, "pack", f"{package}@{version}"], cwd=folder, capture_output=True, check=False)
        packed = Path(folder, file)
        if done.returncode or not packed.exists():
            pytest.skip(f"npm cannot bring {package}: no registry answers")
        assert base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode() == sha512
        with tarfile.open(packed) as archive:
            found = archive.extractfile(member)
            assert found is not None
            return found.read()
