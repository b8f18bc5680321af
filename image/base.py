"""Makes a base image from Debian packages: Python, the C libraries that it loads, and no shell.

debootstrap downloads the packages and checks their signatures. Nothing is installed: the files of the few packages
that a running Python needs become one tar archive, so no maintainer script runs and any architecture can be made on
any other. debootstrap wants root.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import subprocess
import sys
import tarfile
from typing import IO, TYPE_CHECKING

from image.engine import Engine, build_folder, run

if TYPE_CHECKING:
    from pathlib import Path

WANTED = ("base-files", "base-passwd", "python3")
"""base-passwd for `nobody`: kpt starts a function with `--user nobody`, which fails without that entry."""
INSTALLERS_ONLY = frozenset(
    {"awk", "debconf", "dpkg", "install-info", "libdebconfclient0", "libselinux1", "mime-support", "readline-common"}
)
"""Packages that only maintainer scripts use, which never run here."""
LEFT_OUT = re.compile(
    r"usr/share/(man|info|locale|lintian|bug|python3/runtime\.d|applications|pixmaps|doc/(?!.*/copyright$).*/).*"
    r"|usr/share/doc/.*/(?!copyright$)[^/]+"
    r"|usr/lib/python3[.0-9]*/(test|idlelib|tkinter|turtledemo|lib2to3|ensurepip|pydoc_data)/.*"
    r"|usr/lib/[^/]+/gconv/.*|tmp|etc/init\.d/.*|etc/update-motd\.d/.*"
)
"""Documentation but for licences, and the parts of the standard library that no function runs."""
MERGED = ("bin", "lib", "lib64", "sbin")
"""Folders of the root that Debian keeps as links into /usr."""


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", default=os.environ.get("SUITE", "bookworm"), help="of Debian (default: %(default)s)")
    parser.add_argument("--arch", default=os.environ.get("ARCH", ""), help="Debian's word, such as arm64")
    parser.add_argument("--mirror", default=os.environ.get("MIRROR", ""), help="default: debootstrap's own")
    parser.add_argument("--tag", default=os.environ.get("BASE", "localhost/krmfn-base"))
    stated = parser.parse_args()
    arch = stated.arch or _output(["dpkg", "--print-architecture"]).strip()
    folder = build_folder("base", stated.suite, arch)
    packages = closure(download(stated.suite, arch, stated.mirror, folder))
    archive = folder / "base.tar"
    date = write_archive(packages, archive)
    (folder / "packages.txt").write_text("".join(f"{one.name} {one.fields['Version']}\n" for one in packages))
    (folder / "Dockerfile").write_text("FROM scratch\nADD base.tar /\n")
    Engine.found().build(folder, ["--tag", stated.tag, "--platform", f"linux/{PLATFORMS.get(arch, arch)}"], date)
    print(f"{stated.tag}: {len(packages)} packages, listed in {folder / 'packages.txt'}")
    return 0


PLATFORMS = {"armhf": "arm/v7", "i386": "386", "ppc64el": "ppc64le"}
"""Where Debian's word for an architecture is not that of container images."""


class Package:
    """One .deb file and the fields of its control file."""

    __slots__ = ("control", "fields", "name", "path")

    def __init__(self, path: Path) -> None:
        self.path = path
        self.control = _output(["dpkg-deb", "--field", str(path)])
        joined = re.sub(r"\n[ \t]+", " ", self.control)
        self.fields = dict(line.split(": ", 1) for line in joined.splitlines() if ": " in line)
        self.name = self.fields["Package"]

    def needs(self) -> list[list[str]]:
        """For each dependency the names of its alternatives, without versions."""
        stated = f"{self.fields.get('Pre-Depends', '')},{self.fields.get('Depends', '')}"
        return [[re.split(r"[ (:]", other.strip())[0] for other in one.split("|")] for one in stated.split(",") if one]


def download(suite: str, arch: str, mirror: str, folder: Path) -> dict[str, Package]:
    """Every package of a minimal Debian with Python, by name; kept for the next run."""
    if not list(folder.glob("debs/var/cache/apt/archives/*.deb")):
        command = ["debootstrap", "--variant=minbase", "--download-only", f"--arch={arch}"]
        command += [f"--include={','.join(WANTED)}", suite, str(folder / "debs"), *([mirror] if mirror else [])]
        run(command)
    packages = map(Package, sorted(folder.glob("debs/var/cache/apt/archives/*.deb")))
    return {one.name: one for one in packages}


def closure(packages: dict[str, Package]) -> list[Package]:
    """WANTED and what they depend on, by name; a dependency that nothing among the packages meets is an error."""
    kept: dict[str, Package] = {}
    waiting = list(WANTED)
    while waiting:
        name = waiting.pop()
        if name in kept:
            continue
        kept[name] = packages[name]
        for alternatives in kept[name].needs():
            if INSTALLERS_ONLY.isdisjoint(alternatives):
                met = [other for other in alternatives if other in packages]
                if not met:
                    sys.exit(f"error: {name} needs {' or '.join(alternatives)}, which debootstrap did not download")
                waiting.append(met[0])
    return [kept[name] for name in sorted(kept)]


def write_archive(packages: list[Package], path: Path) -> int:
    """The root file system, sorted and owned by root, so equal for equal packages; the date of its newest file."""
    members: dict[str, tuple[tarfile.TarInfo, bytes | None]] = {}
    for link in MERGED:
        members[link] = (_link(link), None)
    for package in packages:
        _add_files(package, members)
    passwd = members["usr/share/base-passwd/passwd.master"][1]
    group = members["usr/share/base-passwd/group.master"][1]
    for name, data in (("etc/passwd", passwd), ("etc/group", group)):
        members[name] = _file(name, data or b"")
    for package in packages:
        name = f"var/lib/dpkg/status.d/{package.name}"
        members[name] = _file(name, package.control.encode())
    date = max(int(info.mtime) for info, _ in members.values())
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as archive:
        for name in sorted(members):
            info, data = members[name]
            archive.addfile(info, io.BytesIO(data) if data is not None else None)
    return date


def _add_files(package: Package, members: dict[str, tuple[tarfile.TarInfo, bytes | None]]) -> None:
    data = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(package.path)], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for info in archive:
            info.name = _merged(info.name.removeprefix("./").rstrip("/"))
            if info.islnk():
                info.linkname = _merged(info.linkname.removeprefix("./"))
            if info.name in {"", ".", *MERGED} or LEFT_OUT.fullmatch(info.name):
                continue
            info.uname = info.gname = ""
            members[info.name] = (info, _content(archive.extractfile(info)) if info.isreg() else None)


def _content(file: IO[bytes] | None) -> bytes:
    return file.read() if file else b""


def _merged(name: str) -> str:
    first, slash, rest = name.partition("/")
    return f"usr/{first}/{rest}" if slash and first in MERGED else name


def _link(name: str) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = tarfile.SYMTYPE, f"usr/{name}", 0o777
    return info


def _file(name: str, data: bytes) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o644
    return info, data


def _output(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
