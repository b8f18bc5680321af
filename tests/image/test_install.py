"""What goes into the image, tried without an engine: wheels, byte code, the SBOM, the packages of the base."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from image import base, build, bundle, install, sbom
from tests.calls import ROOT, krmfn
from tests.golden_cases import CASES, Case

METADATA = "Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nLicense-Expression: MIT\n{more}\n"
DPKG = "Package: libc6\nStatus: install ok installed\nVersion: 2.36-9+deb12u14\nArchitecture: amd64\n"
GONE = "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\nArchitecture: amd64\n"


def wheel(folder: Path, name: str, version: str = "1.0", more: str = "", **files: str) -> str:
    """Write a wheel with a module and metadata; its SHA-256."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/__init__.py", f"NAME = {name!r}\n")
        archive.writestr(f"{name}/__main__.py", "import posix\ndef entry():\n    posix._exit(0)\n")
        archive.writestr(f"{name}-{version}.dist-info/METADATA", METADATA.format(name=name, version=version, more=more))
        for file, text in files.items():
            archive.writestr(file, text)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def wheels(tmp_path: Path) -> tuple[Path, Path]:
    """A folder of wheels, krmfn's and one that it requires, and the requirements that pin it."""
    folder, requirements = tmp_path / "wheels", tmp_path / "runtime.txt"
    wheel(folder, "krmfn", "0.1.0", "Requires-Dist: Some.Library>=1\nRequires-Dist: rich ; extra == 'tty'\n")
    digest = wheel(folder, "some_library")
    requirements.write_text(f"some-library==1.0 \\\n    --hash=sha256:{digest}\n")
    return folder, requirements


def contents(root: Path) -> dict[str, tuple[bytes, int, float]]:
    return {
        str(path.relative_to(root)): (
            path.read_bytes() if path.is_file() else b"",
            path.stat().st_mode,
            path.stat().st_mtime,
        )
        for path in sorted(root.rglob("*"))
    }


def test_two_installations_are_equal_to_the_byte_the_mode_and_the_date(
    wheels: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for name in ("one", "two"):
        assert install.main([*map(str, wheels), str(tmp_path / name)]) == 0
    one = contents(tmp_path / "one")
    assert one == contents(tmp_path / "two")
    assert {date for _, _, date in one.values()} == {1700000000.0}
    assert any(name.startswith("usr/local/lib/krmfn/krmfn/__pycache__/__init__.") for name in one)
    assert one["usr/local/bin/krmfn"][1] & 0o777 == 0o755


def test_byte_code_is_taken_without_a_look_at_the_source(wheels: tuple[Path, Path], tmp_path: Path):
    install.main([*map(str, wheels), str(tmp_path / "root")])
    (compiled,) = (tmp_path / "root/usr/local/lib/krmfn/krmfn/__pycache__").glob("__init__.*")
    assert compiled.read_bytes()[4:8] == b"\x01\x00\x00\x00"  # PEP 552: hash-based, not checked
    assert b"/usr/local/lib/krmfn/krmfn/__init__.py" in compiled.read_bytes()


def test_a_wheel_that_the_requirements_do_not_pin_is_refused(
    wheels: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    wheel(wheels[0], "stranger")
    assert install.main([*map(str, wheels), str(tmp_path / "root")]) == 1
    assert "stranger-1.0-py3-none-any.whl" in capsys.readouterr().err
    assert not (tmp_path / "root").exists()


def test_an_empty_folder_of_wheels_is_refused(wheels: tuple[Path, Path], tmp_path: Path):
    (tmp_path / "empty").mkdir()
    assert install.main([str(tmp_path / "empty"), str(wheels[1]), str(tmp_path / "root")]) == 1


@pytest.mark.parametrize("file", ["a-1.0.data/scripts/a", "../outside", "/etc/passwd"])
def test_a_wheel_that_writes_elsewhere_is_refused(file: str, tmp_path: Path):
    wheel(tmp_path, "a", **{file: "x"})
    with pytest.raises(ValueError, match="holds"):
        install.unpack(tmp_path / "a-1.0-py3-none-any.whl", tmp_path / "library")


def test_the_sbom_names_program_requirement_hash_licence_and_package_of_the_base(
    wheels: tuple[Path, Path], tmp_path: Path
):
    (tmp_path / "var/lib/dpkg").mkdir(parents=True)
    (tmp_path / "var/lib/dpkg/status").write_text(f"{DPKG}\n{GONE}")
    digests = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in sorted(wheels[0].glob("*.whl"))}
    for name in digests:
        install.unpack(wheels[0] / name, tmp_path / "library")
    bill = json.loads(sbom.document(tmp_path / "library", digests, tmp_path, 0))
    parts = {one["purl"]: one for one in bill["components"]}
    assert bill["metadata"]["timestamp"] == "1970-01-01T00:00:00Z"
    assert bill["metadata"]["component"]["purl"] == "pkg:pypi/krmfn@0.1.0"
    library = parts.pop("pkg:pypi/some-library@1.0")
    assert library["hashes"] == [{"alg": "SHA-256", "content": digests["some_library-1.0-py3-none-any.whl"]}]
    assert library["licenses"] == [{"expression": "MIT"}]
    assert bill["dependencies"][0] == {"ref": "pkg:pypi/krmfn@0.1.0", "dependsOn": ["pkg:pypi/some-library@1.0"]}
    assert parts.pop("pkg:deb/debian/libc6@2.36-9%2Bdeb12u14?arch=amd64")["version"] == "2.36-9+deb12u14"
    assert [one.split("@")[0] for one in parts] == ["pkg:generic/python"]


def test_a_base_that_lists_its_packages_one_a_file_is_read_too(tmp_path: Path):
    folder = tmp_path / "var/lib/dpkg/status.d"
    folder.mkdir(parents=True)
    (folder / "libc6").write_text(DPKG.replace("Status: install ok installed\n", ""))
    (folder / "libc6.md5sums").write_text("Package: no list of packages\n")
    assert [one["Package"] for one in sbom.debian_packages(tmp_path)] == ["libc6"]


def test_wheels_are_asked_for_as_the_c_library_of_the_base_can_load_them():
    glibc = build.platform_tags({"libc": "glibc 2.19", "machine": "aarch64"})
    assert glibc == [
        "manylinux_2_19_aarch64",
        "manylinux_2_18_aarch64",
        "manylinux_2_17_aarch64",
        "manylinux2014_aarch64",
    ]
    assert build.platform_tags({"libc": "", "machine": "x86_64"}) == ["musllinux_1_2_x86_64", "musllinux_1_1_x86_64"]


def test_what_only_builds_krmfn_is_not_installed():
    pinned = (build.ROOT / "requirements/runtime.txt").read_text(encoding="utf-8")
    kept = build.without_build_tools(pinned)
    assert "flit-core" in pinned
    assert "flit-core" not in kept
    assert kept.count("==") == pinned.count("==") - 1


class Stub:
    """A package with what it needs."""

    def __init__(self, name: str, *needed: list[str]) -> None:
        self.name, self._needed = name, list(needed)

    def needs(self) -> list[list[str]]:
        return self._needed


def test_the_base_holds_what_is_needed_to_run_and_nothing_that_only_installs():
    python = Stub("python3", ["libc6"], ["dpkg"], ["media-types", "mime-support"])
    known = [python, Stub("libc6"), Stub("dpkg"), Stub("base-files", ["awk"]), Stub("base-passwd"), Stub("bash")]
    kept = base.closure({one.name: one for one in known})
    assert [one.name for one in kept] == ["base-files", "base-passwd", "libc6", "python3"]


def test_a_dependency_that_was_not_downloaded_stops_the_build():
    known = [Stub("python3", ["libc6"]), Stub("base-files"), Stub("base-passwd")]
    with pytest.raises(SystemExit, match="python3 needs libc6"):
        base.closure({one.name: one for one in known})


@pytest.fixture
def entry(tmp_path: Path) -> Path:
    """The entry point over a copy of krmfn and its bundle."""
    library = tmp_path / "library"
    shutil.copytree(ROOT / "krmfn", library / "krmfn", ignore=shutil.ignore_patterns("__pycache__"))
    bundle.write(library, sys.executable, str(library))
    script = tmp_path / "krmfn"
    script.write_text(bundle.ENTRY.format(python=sys.executable, library=library))
    script.chmod(0o755)
    return script


@pytest.mark.parametrize("settings", ["", bundle.SETTINGS], ids=["plain", "settings"])
def test_the_entry_point_renders_from_its_bundle_as_krmfn_does(entry: Path, settings: str):
    data = bundle.CALL + settings
    for folder in ("manifests", "goyaml", "rendering"):
        shutil.rmtree(entry.parent / "library/krmfn" / folder)
    (entry.parent / "library/krmfn/api/config.py").unlink()
    done = subprocess.run([entry], input=data, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == krmfn(stdin=data).out


def test_what_is_not_in_the_bundle_is_imported_from_the_folder(entry: Path):
    done = subprocess.run([entry, "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, krmfn("--help").out)


def test_a_page_finds_its_style_and_script(entry: Path):
    arguments = ["report", "-f", ROOT / "examples/plain/nats.yaml", "--set", "zones=3"]
    done = subprocess.run([entry, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, krmfn(*arguments).out)


def test_the_entry_point_gives_what_krmfn_gives_in_every_golden_case(entry: Path):
    """Functions that the ordinary call does not run have their bodies elsewhere in the bundle."""
    for name in ("yaml", "_yaml"):
        (entry.parent / "library" / name).symlink_to(Path(yaml.__file__).parents[1] / name)
    for name in CASES:
        data = Case(name).resource_list()
        done = subprocess.run([entry], input=data, capture_output=True, text=True, check=False)
        expected = krmfn(stdin=data)
        assert (name, done.returncode, done.stderr) == (name, expected.status, expected.err)
        assert done.stdout == expected.out


def test_a_call_with_debug_runs_the_modules_of_the_folder_and_shows_their_lines(entry: Path):
    with (entry.parent / "library/krmfn/manifests/expand.py").open("a") as file:
        file.write("\n\ndef expand(facts):\n    raise RuntimeError\n")
    plain, debugged = (
        subprocess.run([entry, *words], input=bundle.CALL, capture_output=True, text=True, check=False)
        for words in ([], ["--debug"])
    )
    assert (plain.returncode, plain.stderr) == (0, "")
    assert debugged.returncode == 1
    assert debugged.stderr.endswith("in expand\n    raise RuntimeError\nRuntimeError\n")


IDLE = """
import posix, sys

class Made:
    def __init__(self, value):
        self.value = value
    @property
    def doubled(self):
        return self.value * 2
    @classmethod
    def of(cls, *values, more=1):
        return cls(sum(values) + more)
    @staticmethod
    def named(first, /, second=2, *rest, third, **others):
        return first, second, rest, third, others

def numbers(most):
    yield from range(most)

def adder(value):
    return lambda other: value + other

def deep(count):
    return count and 1 + deep(count - 1)

def keeps(function):
    return lambda *values: function(*values)

@keeps
def kept(value, default=5):
    return value, default

def entry():
    said = ["nothing"]
    if "idle" in sys.argv:
        for _ in range(2):
            said += Made.of(1, 2, more=3).doubled, Made.named(1, 7, 8, third=3, first=0), Made.named(1, third=None)
            said += list(numbers(3)), adder(2)(3), deep(900), kept(1), numbers.__name__, kept(1, 6)
    posix.write(1, repr(said).encode())
    posix._exit(0)
"""


def test_a_function_whose_body_waits_is_called_as_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bundle, "LEAST", 0)
    library = tmp_path / "library"
    (library / "krmfn").mkdir(parents=True)
    (library / "krmfn/__init__.py").write_text("")
    (library / "krmfn/__main__.py").write_text(IDLE)
    bundle.write(library, sys.executable, str(library))
    idle = {name for _, name, _ in bundle.ordinary(library, sys.executable, "")[1]}
    assert idle == {"Made.__init__", "Made.doubled", "Made.of", "Made.named", "numbers", "adder", "deep"}
    (tmp_path / "entry").write_text(bundle.ENTRY.format(python=sys.executable, library=library))
    from_folder = f"import sys; sys.path.insert(0, {str(library)!r}); from krmfn.__main__ import entry; entry()"
    said = [
        subprocess.run([sys.executable, "-IS", *words, "idle"], capture_output=True, text=True, check=True).stdout
        for words in ([tmp_path / "entry"], ["-c", from_folder])
    ]
    assert said[0] == said[1]
    assert "(1, 7, (8,), 3, {'first': 0})" in said[0]
