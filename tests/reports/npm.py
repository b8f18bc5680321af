"""Files of npm packages, such as what runs in a browser, fetched once by version and hash into a cache outside."""

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

PACKAGES = {
    "axe-core": (
        "4.14.1",
        "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
        "axe.min.js",
    ),
    "marked": (
        "15.0.12",
        "8dD6FusOQSrpv9Z1rdNMdlSgQOIP880DHqnohobOmYLElGEqAL/JvxvuxZO16r4HtjTlfPRDC1hbvxC9dPN2nA==",
        "marked.min.js",
    ),
    "mermaid": (
        "12.3.0",
        "4113TdXeLAsMruJ79OpFL5O8+LTFXhQqZ260rF3tgUmiNAtRm4Uume04I+65PRN6yZ69J4f8rVYWW8zRk65UYw==",
        "dist/mermaid.min.js",
    ),
    "@microsoft/jest-sarif": (
        "1.0.0-beta.0",
        "A1fOhPd6Ic5iDk4F9YPw1qNB4XF+7+IviR7xl8r2F6QzQkx5cpY9LsGk2rExiFIEcBbjpVnSmwWGBukASkiQ9A==",
        "lib/schemas/sarif-2.1.0-rtm.5.json",
    ),
}
"""Package -> version, SHA-512 of the archive as the registry states it, and the file in it."""
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "krmfn"


def script(package: str) -> str:
    """The source of the package's one file; the test is skipped where npm cannot bring it."""
    version, digest, file = PACKAGES[package]
    kept = CACHE / f"{_archive(package)}@{version}{Path(file).suffix}"
    if not kept.exists():
        new = kept.with_suffix(f".{os.getpid()}")
        new.write_bytes(_fetched(package, version, digest, file))
        new.replace(kept)
    return kept.read_text(encoding="utf-8")


def _archive(package: str) -> str:
    """The name of a package as npm names its archive."""
    return package.removeprefix("@").replace("/", "-")


def _fetched(package: str, version: str, digest: str, file: str) -> bytes:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"npm, which brings {package}, is not on PATH")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([npm, "pack", f"{package}@{version}"], cwd=folder, capture_output=True, check=False)
        packed = Path(folder, f"{_archive(package)}-{version}.tgz")
        if done.returncode or not packed.exists():
            pytest.skip(f"npm cannot bring {package}: no registry answers")
        assert base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode() == digest
        with tarfile.open(packed) as archive:
            member = archive.extractfile(f"package/{file}")
            assert member is not None
            return member.read()
