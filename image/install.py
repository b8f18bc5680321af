"""Runs inside the image while it is built: unpacks the wheels, compiles, writes the entry point and the SBOM.

It needs Python's standard library only, since a small base image has neither pip nor a shell. Everything goes below a
folder that becomes one layer. Files are sorted, dated SOURCE_DATE_EPOCH and equal for equal wheels.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import py_compile
import re
import sys
import sysconfig
import zipfile
from pathlib import Path

from image import bundle, sbom

LIBRARY = "/usr/local/lib/krmfn"
COMMAND = "/usr/local/bin/krmfn"
SBOM = "/usr/local/share/krmfn/sbom.cdx.json"
NOBODY = "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
NOT_COMPILED = re.compile(r"(test|tests|idlelib|tkinter|turtledemo|lib2to3|ensurepip|site-packages|dist-packages)/.*")


def main(arguments: list[str]) -> int:
    """The exit status; arguments are the folder of wheels, the pinned requirements, and the folder to fill."""
    wheels, requirements, root = map(Path, arguments)
    digests = {wheel.name: hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in sorted(wheels.glob("*.whl"))}
    strangers = unpinned(digests, requirements.read_text(encoding="utf-8"))
    if strangers or not digests:
        print(f"error: {', '.join(strangers) or 'no wheel'}: not what {requirements} pins", file=sys.stderr)
        return 1
    library = root / LIBRARY[1:]
    for name in digests:
        unpack(wheels / name, library)
    compile_library(library)
    compile_standard_library(root)
    bundle.write(library, sys.executable, LIBRARY)
    write(root / COMMAND[1:], bundle.ENTRY.format(python=sys.executable, library=LIBRARY), 0o755)
    name_nobody(root)
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    write(root / SBOM[1:], sbom.document(library, digests, Path("/"), epoch))
    settle(root, epoch)
    return 0


def unpinned(digests: dict[str, str], requirements: str) -> list[str]:
    """The wheels whose hash the requirements do not state; krmfn's own is built from the tree and has none."""
    pinned = set(re.findall(r"--hash=sha256:([0-9a-f]{64})", requirements))
    return [name for name, digest in digests.items() if digest not in pinned and not name.startswith("krmfn-")]


def unpack(wheel: Path, library: Path) -> None:
    """The files of a wheel; one that would install scripts or data elsewhere is a bug of ours and refused."""
    with zipfile.ZipFile(wheel) as archive:
        for info in sorted(archive.infolist(), key=lambda one: one.filename):
            parts = info.filename.split("/")
            if parts[0].endswith(".data") or ".." in parts or not parts[0]:
                raise ValueError(f"{wheel.name} holds {info.filename}")
            if not info.is_dir():
                write(library / info.filename, archive.read(info), 0o644)


def compile_library(library: Path) -> None:
    """Byte code that Python takes without a look at the source: nothing in an image changes after its build."""
    for source in sorted(library.rglob("*.py")):
        _compile(
            source, Path(importlib.util.cache_from_source(str(source))), f"{LIBRARY}/{source.relative_to(library)}"
        )


def compile_standard_library(root: Path) -> None:
    """The same for the standard library where the base image has none, as Debian's packages and small bases have.

    A function runs as `nobody` on a file system that it cannot write, so what is not compiled now never is.
    """
    home = Path(sysconfig.get_path("stdlib")).resolve()
    for source in sorted(home.rglob("*.py")):
        compiled = Path(importlib.util.cache_from_source(str(source)))
        if not NOT_COMPILED.fullmatch(str(source.relative_to(home))) and not compiled.exists():
            _compile(source, root / str(compiled)[1:], str(source))


def _compile(source: Path, compiled: Path, known_as: str) -> None:
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(source), str(compiled), known_as, doraise=True, invalidation_mode=mode)


def name_nobody(root: Path) -> None:
    """Name `nobody` in /etc/passwd: kpt starts a function as that user, and without the name nothing starts."""
    known = Path("/etc/passwd").read_text(encoding="utf-8") if Path("/etc/passwd").exists() else ""
    if not re.search("^nobody:", known, re.MULTILINE):
        write(root / "etc/passwd", known + NOBODY)


def write(path: Path, data: str | bytes, mode: int = 0o644) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    path.chmod(mode)


def settle(root: Path, epoch: int) -> None:
    """The same dates and modes in every build."""
    for path in [root, *root.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
        elif path.suffix == ".pyc":
            path.chmod(0o644)
        os.utime(path, (epoch, epoch))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
