"""What SECURITY.md says krmfn does not do, held against the program that runs and against its imports."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.calls import ROOT, TIMEOUT, plain_environment
from tests.faults.lists import SMALL

if TYPE_CHECKING:
    from pathlib import Path

WATCH = """
import sys, os
said = os.open(os.environ.pop("KRMFN_WATCH"), os.O_WRONLY | os.O_APPEND)
own = (sys.prefix, sys.base_prefix, sys.argv.pop(1))
class Environment(dict):
    def __getitem__(self, name): ours(name); return dict.__getitem__(self, name)
    def get(self, name, default=None): ours(name); return dict.get(self, name, default)
    def __contains__(self, name): ours(name); return dict.__contains__(self, name)
def ours(name):
    if sys._getframe(2).f_globals["__name__"].startswith("krmfn"):
        note("variable", name)
def note(event, what):
    os.write(said, repr((event, str(what))).encode() + b"\\n")
def watch(event, arguments):
    if event == "open":
        path, mode = str(arguments[0]), arguments[1] or ""
        writes = any(c in str(mode) for c in "wax+") or (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR)
        if not path.startswith(own) or writes:
            note("write" if writes else "read", path)
    elif event.split(".")[0] in ("socket", "subprocess", "urllib", "ssl", "http") or event in (
        "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "pty.spawn"
    ):
        note("start", (event, arguments[0] if arguments else ""))
from krmfn.__main__ import main
os.environ = Environment(os.environ)
sys.addaudithook(watch)
sys.exit(main())
"""
"""Runs krmfn and notes what it opens beyond modules, programs, connections, and variables that krmfn looks at."""
NATS = "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\nmetadata: {name: nats, namespace: shop}\n"


class Seen:
    """Exit status, and what a run opened, started and looked at."""

    def __init__(self, folder: Path, *arguments: str, stdin: str = "", **environment: str) -> None:
        log = folder.parent / "watched"
        log.write_text("")
        done = subprocess.run(
            [sys.executable, "-B", "-c", WATCH, str(ROOT), *arguments],
            input=stdin.encode(), capture_output=True, check=False, timeout=TIMEOUT, cwd=folder,
            env={**plain_environment(), "PYTHONPATH": str(ROOT), "KRMFN_WATCH": str(log), **environment},
        )  # fmt: skip
        self.status, self.err = done.returncode, done.stderr.decode()
        rows: list[tuple[str, str]] = [ast.literal_eval(line) for line in log.read_text().splitlines()]
        self.read = {
            os.path.relpath(folder / what, folder) for event, what in rows if event == "read" and not what.isdigit()
        }
        self.written = {what for event, what in rows if event == "write"}
        self.started = [what for event, what in rows if event == "start"]
        self.variables = {what for event, what in rows if event == "variable"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "work"
    made.mkdir()
    (made / "nats.yaml").write_text(NATS)
    (made / "old.yaml").write_text(NATS + "spec: {cluster: {size: 5}}\n")
    return made


DETECTION = {"KUSTOMIZE_PLUGIN_CONFIG_STRING", "KUSTOMIZE_PLUGIN_CONFIG_ROOT"}
COLOR = {"NO_COLOR", "TERM"}


@pytest.mark.parametrize("text", [SMALL, SMALL.replace("size: 3", "size: 4"), ""], ids=["good", "error", "empty"])
def test_the_function_opens_nothing_and_looks_at_nothing(text: str, folder: Path):
    seen = Seen(folder, stdin=text)
    assert seen.status == (0 if text == SMALL else 1), seen.err
    assert (seen.read, seen.written, seen.started, seen.variables) == (set(), set(), [], set())


def test_the_legacy_plugin_opens_its_config_file_only(folder: Path):
    seen = Seen(folder, "nats.yaml", KUSTOMIZE_PLUGIN_CONFIG_ROOT="/x")
    assert seen.status == 0, seen.err
    assert (seen.read, seen.written, seen.started) == ({"nats.yaml"}, set(), [])
    assert seen.variables <= DETECTION


COMMANDS = {  # a file beside the NATS can hold its RenderNATS
    "render -f nats.yaml": {"nats.yaml", "old.yaml"},
    "check -f nats.yaml": {"nats.yaml", "old.yaml"},
    "simulate -f nats.yaml --set zones=3": {"nats.yaml", "old.yaml"},
    "report -f nats.yaml --set zones=3 -o svg": {"nats.yaml", "old.yaml"},
    "status -f nats.yaml": {"nats.yaml", "old.yaml"},
    "diff old.yaml nats.yaml": {"nats.yaml", "old.yaml"},
    "adopt --live old.yaml -f nats.yaml": {"nats.yaml", "old.yaml"},
    "explain spec.cluster": set(),
    "schema NATS": set(),
    "completion bash": set(),
    "--help": set(),
}


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_reads_what_it_is_given_and_starts_nothing(line: str, folder: Path):
    seen = Seen(folder, *line.split())
    assert seen.status == (1 if line.startswith(("diff", "adopt")) else 0), seen.err
    assert "internal-fault" not in seen.err
    assert (seen.read, seen.written, seen.started) == (COMMANDS[line], set(), [])
    assert seen.variables <= DETECTION | COLOR


def test_the_watch_sees_a_file_a_program_and_a_variable(folder: Path):
    subprocess.run(["git", "init", "--quiet", "."], cwd=folder, check=True)
    seen = Seen(folder, "diff", "--git", "HEAD", "--", "nats.yaml")
    assert seen.started
    assert all("'git'" in what for what in seen.started)
    assert "nats.yaml" in Seen(folder, "check", "-f", "nats.yaml").read
    cmp = Seen(folder, "cmp", "generate", ARGOCD_APP_NAMESPACE="shop")
    assert cmp.started == []
    assert {
        name for name in cmp.variables - DETECTION - COLOR if not name.startswith(("ARGOCD_APP_", "KUBE_"))
    } == set()
    assert "KUBE_VERSION" in cmp.variables
    out = Seen(folder, "render", "-f", "nats.yaml", "--output-dir", "out")
    assert out.status == 0, out.err
    assert out.written


def importers(*wanted: str) -> set[str]:
    """Modules of krmfn that import one of some modules anywhere, also inside a function."""
    found = set()
    for file in (ROOT / "krmfn").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            if any(name == one or name.startswith(f"{one}.") for name in names for one in wanted):
                found.add(str(file.relative_to(ROOT)))
    return found


def users(name: str) -> set[str]:
    """Modules that use an attribute or a name, such as `os.environ`."""
    found = set()
    for file in (ROOT / "krmfn").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            used: Any = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)
            if used == name:
                found.add(str(file.relative_to(ROOT)))
    return found


def test_only_what_security_md_names_starts_programs_or_uses_random_numbers():
    assert importers("socket", "ssl", "http", "asyncio", "ftplib", "smtplib") == set()
    assert importers("urllib") == {"krmfn/reports/formats/sarif.py"}  # its `parse`, which quotes a path
    assert users("urlopen") == users("Request") == set()
    assert importers("multiprocessing", "pty") == {"krmfn/rendering/jobs.py"}
    assert importers("subprocess") == {
        "krmfn/plugins/doctor.py",
        "krmfn/sources/git.py",
        "krmfn/sources/helm_chart.py",
    }
    assert importers("secrets", "random", "uuid") == {"krmfn/cli/commands/secret_object.py"}
    accounts = {"krmfn/helm/auth_rules.py", "krmfn/natsconf/pitfalls.py"}  # their `system` is an account of NATS
    assert not importers("os", "posix") & accounts
    assert users("system") == {"krmfn/streams.py", *accounts}  # the `system` of streams is the module `posix`
    for name in ("popen", "posix_spawn", "execv", "fork", "urandom"):
        assert users(name) == set(), name


def test_only_what_security_md_names_reads_the_environment():
    assert users("getenv") == set()
    assert users("environ") == {
        "krmfn/__main__.py",
        "krmfn/cli/commands/cmp.py",
        "krmfn/cli/commands/kustomize.py",
        "krmfn/cli/progress.py",
        "krmfn/reports/terminal.py",
        "krmfn/files/render_cache.py",
        "krmfn/plugins/doctor.py",
    }


def test_every_variable_that_security_md_names_is_in_the_source():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    source = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "krmfn").rglob("*.py"))
    names = re.findall(r"`([A-Z][A-Z_]+)\*?`", text)
    assert len(names) >= 7
    assert [name for name in names if name not in source] == []
    assert json.dumps(text).isascii()
