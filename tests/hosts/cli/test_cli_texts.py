"""`--help`, `explain`, `schema` and `completion`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from krmfn.api.table import RENDER_NATS
from krmfn.cli import completion
from krmfn.cli.table import COMMANDS
from krmfn.model.codes.catalog import CODES
from tests.calls import FUNCTION

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("spec.cluster.size", ["KIND:       NATS", "<integer>", "Number of servers", "Default: 3", "Minimum: 1"]),
        ("nats.spec.cluster.size", ["FIELD:      spec.cluster.size"]),
        ("NATS", ["KIND:       NATS", "FIELDS:", "metadata <object>"]),
        ("spec.resources", ["limits <map[string]integer or string>", "claims <[]object>", "FIELDS:"]),
        ("spec.resources.claims.name", ["FIELD:      spec.resources.claims.name <string>"]),
        ("zoneSpread", ["KIND:       RenderNATS", "One of: auto, required", "--set zoneSpread=auto|required"]),
        ("RenderNATS.spec.zones", ["<integer or []string>", "--set zones=3|a,b,c"]),
        ("fips", ["Default: false", "--set fips=true|false"]),
        ("natsImage", ["--set natsImage=TEXT"]),
        ("status", ["<any>", "ignored"]),
        ("even-cluster-size", ["SEVERITY:   error", "WHAT TO DO:", "Use 3 or 5."]),
    ],
)
def test_explain_describes_a_field_a_key_or_a_code(run, word, parts):
    ran = run("explain", word)
    assert ran.status == 0
    assert ran.err == ""
    for part in parts:
        assert part in ran.out


@pytest.mark.parametrize("code", CODES)
def test_explain_knows_every_code(run, code):
    ran = run("explain", code)
    assert ran.status == 0
    assert ran.out.startswith(f"CODE:       {code}\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_fits_the_terminal_and_says_each_exit_status_once(run, name):
    text = run(name, "--help").out
    assert max(map(len, text.splitlines())) <= 100
    assert text.lower().count("exit status") == 1
    assert f"  krmfn {name} " in text.partition("\nOptions")[0]
    status = text.partition("Exit status: ")[2].replace("\n", " ")
    assert [word for word in ("0 ", ", 1 ", ", 2 ") if word in status] == ["0 ", ", 1 ", ", 2 "]


@pytest.mark.parametrize(
    ("name", "calls"),
    [
        ("diff", ["diff OLD NEW [OPTIONS]", "diff --git REV [OPTIONS] -- PATH..."]),
        ("adopt", ["adopt --live DUMP... -f PATH... [OPTIONS]"]),
        ("secret", ["secret new NAME [OPTIONS]", "secret new -f PATH... [OPTIONS]", "secret hash [OPTIONS]"]),
        ("explain", ["explain [TOPIC] [OPTIONS]"]),
        ("render", ["render -f PATH... [OPTIONS]"]),
    ],
)
def test_help_shows_every_way_to_call_a_command(run, name, calls):
    usage = run(name, "--help").out.partition("Usage:\n")[2].partition("\n\n")[0]
    assert usage.splitlines() == [f"  krmfn {call}" for call in calls]


def test_the_overview_names_every_key(run):
    words = run("--help").out.replace(",", " ").replace(".", " ").split()
    assert [key for key in RENDER_NATS["fields"]["spec"]["fields"] if key not in words] == []


def test_explain_takes_a_key_as_it_prints_it(run):
    ran = run("explain", "spec.adminHash")
    assert (ran.status, ran.out) == (0, run("explain", "adminHash").out)
    assert "FIELD:      spec.adminHash " in ran.out


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("spec.cluster.siz", "did you mean spec.cluster.size?"),
        ("zoneSpred", "did you mean zoneSpread?"),
        ("memStorage", "did you mean spec.jetStream.memStorage?"),
        ("even-cluster-sizes", "did you mean even-cluster-size?"),
        ("rendernats.spec.zonez", "did you mean RenderNATS.spec.zones?"),
        ("spec.cluster.xyzzyplugh", "known fields: size"),
        ("spec.cluster.size.more", "the field above it has no fields"),
        ("xyzzy.plugh.frotz.waldo", "use a field such as spec.cluster.size"),
    ],
)
def test_explain_of_an_unknown_field_names_the_nearest(run, word, said):
    ran = run("explain", word)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize("kind", ["NATS", "RenderNATS"])
def test_schema_prints_the_file_in_schemas(run, kind):
    ran = run("schema", kind)
    assert ran.status == 0
    assert ran.out == (ROOT / "schemas" / f"{kind.lower()}_v1alpha1.json").read_text()
    assert json.loads(ran.out)["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert run("schema", kind, "-o", "json").out == ran.out


def bash(script: str, *, check: bool = True) -> str:
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=check)
    assert done.stderr == ""
    return done.stdout


def completed(line: str, breaks: str = " \t\n\"'><=;|&(:") -> list[str]:
    """What bash would offer at the end of a line."""
    simulation = """
        COMP_LINE="$1" COMP_POINT=${#1} COMP_WORDBREAKS="$2"
        _krmfn
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    script = completion.bash() + simulation
    done = subprocess.run(["bash", "-c", script, "bash", line, breaks], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_takes_the_script():
    assert bash(f"source <({' '.join(FUNCTION)} completion bash); complete -p krmfn") == "complete -F _krmfn krmfn\n"


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("krmfn re", ["render", "report"]),
        ("krmfn help re", ["render", "report"]),
        ("krmfn diff READ", ["README.md"]),
        ("krmfn --color a", ["auto", "always"]),
        ("krmfn --color always ch", ["check"]),
        ("krmfn render --out", ["--output", "--output-dir"]),
        ("krmfn render -o ", ["yaml", "json"]),
        ("krmfn check -o ", ["text", "json", "github", "gitlab", "sarif", "junit"]),
        ("krmfn render -f README.m", ["README.md"]),
        ("krmfn render -f a -f README.m", ["README.md"]),
        ("krmfn render -f a --output-dir schem", ["schemas"]),
        ("krmfn render --config pyproj", ["pyproject.toml"]),
        ("krmfn render -f a --set zo", ["zones=", "zoneSpread="]),
        ("krmfn render --set zones=a --set pro", ["profile=", "provider=", "prometheusRule=", "protect="]),
        ("krmfn render --set zoneSpread=", ["auto", "required", "preferred", "off"]),
        ("krmfn schema ", ["NATS", "RenderNATS", "-o", "--output", "--color", "--debug", "-h", "--help"]),
        ("krmfn explain spec.cl", ["spec.cluster", "spec.cluster.size"]),
        ("krmfn explain even", ["even-cluster-size"]),
        ("krmfn completion z", ["zsh"]),
        ("krmfn render -n ", []),
    ],
)
def test_bash_completes(line, offered, monkeypatch, tmp_path):
    for name in ("README.md", "pyproject.toml", "schemas/a"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    monkeypatch.chdir(tmp_path)
    assert completed(line) == offered


def test_bash_completes_a_whole_word_where_the_equals_sign_does_not_cut_it():
    assert completed("krmfn render --set profile=h", breaks=" :") == ["profile=hardened"]


def test_the_scripts_name_every_option():
    for script in (completion.bash(), completion.zsh()):
        for flag in ("--filename", "--output-dir", "--set", "--color", "--help", "--version"):
            assert flag in script
    assert "-l output-dir -x -a '(__fish_complete_directories)'" in completion.fish()
