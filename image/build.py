"""Builds the image: asks the base for its Python, collects the wheels for it, builds, and takes the SBOM out."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from image.engine import ROOT, Engine, build_folder, epoch, git, run
from image.install import SBOM

if TYPE_CHECKING:
    from pathlib import Path

OWN_BASE = "localhost/krmfn-base"
ASK = (
    "import json, os, sys; key = 'CS_GNU_LIBC_VERSION'; libc = os.confstr(key) if key in os.confstr_names else '';"
    "print(json.dumps({'python': sys.version_info[:2], 'machine': os.uname().machine, 'libc': libc or ''}))"
)


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default=os.environ.get("BASE", ""), help=f"default: {OWN_BASE}, if it was made")
    parser.add_argument("--tag", default=os.environ.get("IMAGE") or f"localhost/krmfn:{version()}")
    parser.add_argument("--platform", default=os.environ.get("PLATFORM", ""), help="such as linux/arm64")
    stated = parser.parse_args()
    engine = Engine.found()
    base = stated.base or (OWN_BASE if engine.exists(OWN_BASE) else "")
    if not base:
        print("error: state BASE, an image with Python 3.11 or newer, or run `make base-image`", file=sys.stderr)
        return 2
    platform = [f"--platform={stated.platform}"] if stated.platform else []
    collect_wheels(json.loads(engine.python(base, ASK, platform)), build_folder("wheels"))
    engine.build(ROOT, [*platform, *build_arguments(base), "--tag", stated.tag], epoch())
    bill = build_folder("image") / "sbom.cdx.json"
    engine.copy(stated.tag, SBOM, bill)
    print(f"{stated.tag}\nlayer {engine.layers(stated.tag)[-1]}\nSBOM  {bill.relative_to(ROOT)}")
    return 0


def version() -> str:
    """The version of krmfn in this tree."""
    text = (ROOT / "krmfn" / "__init__.py").read_text(encoding="utf-8")
    return text.split('__version__ = "')[1].split('"')[0]


def build_arguments(base: str) -> list[str]:
    """The build arguments, all of them facts of the tree, so that two builds of a commit are equal."""
    created = datetime.fromtimestamp(epoch(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    revision = git("rev-parse", "HEAD") or "unknown"
    facts = {"BASE": base, "VERSION": version(), "REVISION": revision, "CREATED": created}
    stated = {**facts, "SOURCE_DATE_EPOCH": str(epoch())}
    return [word for key, value in stated.items() for word in ("--build-arg", f"{key}={value}")]


def collect_wheels(target: dict[str, Any], folder: Path) -> None:
    """Put krmfn and its pinned requirements there, for the base's Python; pip checks the hashes, the build does again.

    WHEELS names a folder that has the requirements already, for a machine without an index.
    """
    shutil.rmtree(folder)
    folder.mkdir()
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    dated = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch())}
    own = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    run(own, dated)
    pinned = build_folder() / "requirements.txt"
    pinned.write_text(without_build_tools((ROOT / "requirements/runtime.txt").read_text(encoding="utf-8")))
    offline = ["--no-index", "--find-links", os.environ["WHEELS"]] if os.environ.get("WHEELS") else []
    fetch = [*pip, "download", *offline, "--require-hashes", "--no-deps", "--only-binary=:all:"]
    fetch += ["--python-version", ".".join(map(str, target["python"])), "--implementation", "cp"]
    fetch += [word for tag in platform_tags(target) for word in ("--platform", tag)]
    run([*fetch, "--dest", str(folder), "--requirement", str(pinned)])


def without_build_tools(requirements: str) -> str:
    """The pinned requirements less flit-core, which builds krmfn's wheel and is not needed to run it."""
    return re.sub(r"^flit-core==.*\n(?: .*\n)*", "", requirements, flags=re.MULTILINE)


def platform_tags(target: dict[str, Any]) -> list[str]:
    """The wheel platforms that the base's C library can load, newest first."""
    name, _, number = target["libc"].partition(" ")
    if name != "glibc":
        return [f"musllinux_1_{minor}_{target['machine']}" for minor in (2, 1)]
    newest = int(number.split(".")[1])
    return [f"manylinux_2_{minor}_{target['machine']}" for minor in range(newest, 16, -1)] + [
        f"manylinux2014_{target['machine']}"
    ]


if __name__ == "__main__":
    sys.exit(main())
