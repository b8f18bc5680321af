"""The programs that are measured: krmfn as pip and as the image install it, and what people use instead."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from image import bundle

ROOT = Path(__file__).parent.parent
BARE = [sys.executable, "-I", "-S", "-c", "pass"]
_LIBRARIES = (
    "annotated_types",
    "pydantic",
    "pydantic_core",
    "typing_extensions.py",
    "typing_inspection",
    "yaml",
    "_yaml",
)
_SCRIPT = """\
#!{python}
import sys
from krmfn.__main__ import entry
if __name__ == '__main__':
    sys.argv[0] = sys.argv[0].removesuffix('.exe')
    sys.exit(entry())
"""
"""What pip 26 writes for a command. Older pips import `re` in it, which costs 0.8 x the bare interpreter."""


def installed(folder: Path) -> str:
    """The command `krmfn` in a new environment: the package, what it depends on, byte code as pip compiles it."""
    place = folder / "installed"
    venv.create(place, with_pip=False, symlinks=True)
    library = place / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    here = Path(sysconfig.get_path("purelib"))
    for name in _LIBRARIES:
        _copy(here / name, library / name)
    _copy(ROOT / "krmfn", library / "krmfn")
    compileall.compile_dir(library, quiet=2)
    command = place / "bin" / "krmfn"
    command.write_text(_SCRIPT.format(python=place / "bin" / "python"))
    command.chmod(0o755)
    return str(command)


def in_image(folder: Path) -> list[str]:
    """The entry point of the image, beside a copy of the package as the image holds it."""
    library = folder / "image"
    _copy(ROOT / "krmfn", library / "krmfn")
    bundle.write(library, sys.executable, str(library))
    entry = library / "entry.py"
    entry.write_text(bundle.ENTRY.format(python=sys.executable, library=library))
    return [sys.executable, bundle.OPTIONS, str(entry)]


def _copy(source: Path, goal: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, goal, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, goal)


def peer(name: str) -> str | None:
    """The path of another program: `KRMFN_<NAME>`, on PATH, or as the tests build it; None: it is not here."""
    return os.environ.get(f"KRMFN_{name.upper()}") or shutil.which(name) or _of_the_tests(name)


def _of_the_tests(name: str) -> str | None:
    """The newest of the programs of this name in the folder of `tests/tools_of_clients.py`."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "krmfn" / "bin"
    built = [path for path in folder.glob(f"{name}@*/{name}") if path.is_file() and os.access(path, os.X_OK)]
    return str(max(built, key=lambda path: path.stat().st_mtime)) if built else None


def chart() -> str | None:
    """The folder of the official chart of NATS, `KRMFN_NATS_CHART`; None: it is not here. Exits for another folder."""
    folder = os.environ.get("KRMFN_NATS_CHART")
    if folder and not (Path(folder) / "Chart.yaml").is_file():
        raise SystemExit(f"KRMFN_NATS_CHART={folder}: there is no Chart.yaml in this folder; name that of the chart")
    return folder


def version(command: list[str]) -> str:
    """The first line of what a program says of its version."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).strip().partition("\n")[0].removeprefix("Client Version: ").split("+g")[0]
