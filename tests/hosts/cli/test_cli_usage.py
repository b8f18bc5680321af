"""Wrong usage is one line that says what to write; help and version need nothing; color is for terminals."""

from __future__ import annotations

import importlib
import os
import pty
import re
import subprocess
import sys
from typing import get_type_hints

import pytest

from krmfn.cli.main import command
from krmfn.cli.parser import parse
from krmfn.cli.synonyms import OPTIONS, REASONS
from krmfn.cli.table import COLOR, COMMANDS, DEBUG
from krmfn.reports.terminal import is_colored
from krmfn.sources.options import InputOptions
from tests.calls import FUNCTION, krmfn, plain_environment
from tests.hosts.cli.texts import NATS


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rendr"], 'unknown command "rendr"; did you mean render? (see krmfn --help)'),
        (["frobnicate"], 'unknown command "frobnicate"; write render, check, '),
        (["apply", "-f", "a"], "write krmfn render -f PATH | kubectl apply --server-side -f -"),
        (["validate", "-f", "a"], 'unknown command "validate"; write krmfn check -f PATH'),
        (["template"], 'unknown command "template"; write krmfn render -f PATH'),
        (["nats.yaml"], '"nats.yaml" is a path, not a command; write krmfn render -f nats.yaml'),
        (["render", "-f", "a", "--zones", "3"], "zones is a key: write --set zones=VALUE"),
        (["render", "-f", "a", "--secret-mode=none"], "secretMode is a key: write --set secretMode=none"),
        (["render", "-f", "a", "--set", "zones", "3"], "--set needs KEY=VALUE in one word; write --set zones=VALUE"),
        (["render", "-f", "a", "--set", "zones", "=", "3"], "write --set zones=VALUE"),
        (["render", "-f", "a", "--set", "zones:", "3"], "write --set zones=VALUE"),
        (["schema", "--zones", "3"], 'unknown option "--zones"; remove it'),
        (["--colr"], 'unknown option "--colr"; did you mean --color?'),
        (["--bogus"], 'unknown option "--bogus"; remove it'),
        (["render", "--bogus", "-f", "a"], 'unknown option "--bogus"; remove it'),
        (["versions"], 'unknown command "versions"; did you mean version?'),
        (["halp"], 'unknown command "halp"; did you mean help?'),
        (["--color"], "the command is missing; write krmfn render -f PATH"),
        (["--color", "always"], "the command is missing"),
        (["--color=always"], "the command is missing"),
        (["render"], "-f is missing; write -f PATH, or -f - for standard input (see krmfn render --help)"),
        (["render", "-f"], "-f needs a value; write -f PATH"),
        (["render", "-f a.yaml"], '"-f a.yaml" is one word; write two: -f and a.yaml'),
        (["render", "-f", "a", "--set zones=3"], '"--set zones=3" is one word; write two: --set and zones=3'),
        (["render", "--filename"], "--filename needs a value; write --filename PATH"),
        (["render", "-f", "a", "-o"], "-o needs a value; write -o yaml or json"),
        (["render", "-f", "a", "-o", "jsn"], 'unknown value of --output "jsn"; did you mean json?'),
        (["render", "-f", "a", "--recursive=yes"], "--recursive takes no value; write --recursive alone"),
        (["render", "-f", "a", "--ouput-dir", "x"], 'unknown option "--ouput-dir"; did you mean --output-dir?'),
        (["render", "--xyzzy-plugh-frotz"], 'unknown option "--xyzzy-plugh-frotz"; remove it'),
        (["render", "nats.yaml"], 'unexpected argument "nats.yaml"; write -f nats.yaml to read it'),
        (["schema", "NATS", "RenderNATS"], 'unexpected argument "RenderNATS"; remove it'),
        (["schema"], "KIND is missing; write krmfn schema NATS or RenderNATS"),
        (["schema", "nats"], 'unknown KIND "nats"; did you mean NATS?'),
        (["explain", "NATS", "RenderNATS"], 'unexpected argument "RenderNATS"; remove it'),
        (["completion", "tcsh"], 'unknown SHELL "tcsh"; write bash, zsh or fish'),
        (["render", "-f", "-", "-f", "-"], "standard input can be read only once; write -f - once"),
        (["render", "-f", "a", "-n", "Not_A_Name"], '"Not_A_Name" is not a namespace name'),
        (["render", "-f", "a", "--set", "zones"], "--set needs KEY=VALUE"),
        (["render", "-f", "a", "--set", "=a"], "--set needs KEY=VALUE"),
        (["render", "-f", "a", "--config", "-"], "--config cannot read standard input"),
        (["render", "-f", "a", "--output-dir", "x", "-o", "json"], "--output-dir writes YAML; remove -o json"),
        (["render", "-f", "a", "b"], 'unexpected argument "b"; write -f b to read it'),
        (
            ["render", "-f", "a", "--set", "zones=3", "istio=true"],
            'unexpected argument "istio=true"; write --set istio=true',
        ),
        (["render", "-f", "a", "--set", "zones="], "--set zones= has no value; is a shell variable unset?"),
        (["render", "-f", "a", "--zone", "a,b,c"], '"--zone"; did you mean the key zones? Write --set zones=VALUE'),
        (
            ["render", "-f", "a", "--set", "zones=a,", "b,", "c"],
            'unexpected argument "b,"; write what --set takes in one word, and in quotes if it has spaces',
        ),
        (["render", "--set", "zones=3", "nats.yaml"], 'unexpected argument "nats.yaml"; write -f nats.yaml to read it'),
        (["adopt", "live.yaml", "nats.yaml"], "write --live live.yaml for the dump, -f live.yaml for the NATS in Git"),
        (["kustomize", "build", "."], 'unknown WHAT "build"; write install'),
        (["render", "-f", ""], "-f has an empty value; is a shell variable unset?"),
        (["render", "-f", "a", "-n", ""], "-n has an empty value; is a shell variable unset?"),
        (["render", "-f", "a", "--config", ""], "--config has an empty value; is a shell variable unset?"),
        (
            ["render", "-f", "a", "--output-dir="],
            "--output-dir has an empty value; is a shell variable unset?",
        ),
        (["diff", "", "b"], "an argument is empty; is a shell variable unset?"),
        (["diff", "--git", "", "--", "b"], "--git has an empty value; is a shell variable unset?"),
        (["--outdir", "x"], 'unknown command "x"'),
        (["--quiet"], 'unknown option "--quiet"; write it after a command, such as krmfn render --quiet'),
        (["render", "-f", "a", "--outdir", "x"], 'unknown option "--outdir"; did you mean --output-dir?'),
        (["render", "-f", "a", "--out=x"], 'unknown option "--out"; did you mean --output-dir?'),
        (["render", "-f", "a", "-output-dir", "x"], 'unknown option "-output-dir"; did you mean --output-dir?'),
        (["render", "-f", "a", "-output=json"], 'unknown option "-output"; did you mean --output?'),
        (["render", "-f", "a", "-recursive"], 'unknown option "-recursive"; did you mean -R?'),
        (["render", "-rf", "a"], 'unknown option "-rf"; did you mean -R?'),
        (["report", "-f", "a", "--output-dir", "x"], 'unknown option "--output-dir"; did you mean --output FILE?'),
        (["check", "-f", "a", "--outfile", "x"], 'unknown option "--outfile"; did you mean --report FORMAT=FILE?'),
        (["check", "-f", "a", "--format", "json"], 'unknown option "--format"; did you mean -o?'),
        (["check", "-f", "a", "--strict"], 'unknown option "--strict"; did you mean --fail-on warning?'),
        (["fix", "-f", "a", "--dry-run"], 'unknown option "--dry-run"; did you mean --diff?'),
        (["render", "-f", "a", "--dry-run=client"], '"--dry-run"; krmfn does not change a cluster; remove it'),
        (["check", "-f", "a", "-A"], 'unknown option "-A"; krmfn does not read a cluster; remove it'),
        (["check", "-f", "a", "--all-namespaces"], "krmfn does not read a cluster; remove it"),
        (["render", "-k", "a"], 'unknown option "-k"; pass the output of kustomize build to -f -'),
        (["render", "-f", "a", "--values", "b"], "convert values of the NATS chart with krmfn import FILE"),
        (["import", "-f", "values.yaml"], 'unknown option "-f"; write krmfn import VALUES'),
        (["import", "--values", "values.yaml"], 'unknown option "--values"; write krmfn import VALUES'),
        (["diff", "-f", "a"], 'unknown option "-f"; write krmfn diff OLD NEW'),
        (["render", "-f", "a", "--set-string", "zones=3"], "did you mean --set KEY=VALUE?"),
        (["render", "-f", "a", "--kube-version", "1.31"], "did you mean --set kubernetesVersion=1.31?"),
        (["check", "-f", "a", "--no-color"], "did you mean --color never?"),
        (["render", "-f", "a", "-o", "out"], "write yaml, json, or --output-dir out to write files"),
        (["report", "-f", "a", "-o", "x.html"], "or --output x.html to write files"),
        (["check", "-f", "a", "-o", "x.sarif"], "or --report FORMAT=x.sarif to write files"),
        (["diff", "a", "b", "-o", "x.html"], 'unknown value of --output "x.html"; did you mean html?'),
        (["check", "-f", "a\x1b[31m", "x", "--\x1b[31m"], r"\x1b[31m"),
    ],
)
def test_wrong_usage_is_one_line_that_says_what_to_write(run, arguments, said):
    ran = run(*arguments)
    assert ran.status == 2
    assert ran.out == ""
    assert said in ran.err
    assert ran.err.startswith("error: ")
    assert ran.err.count("\n") == 1
    assert "\x1b" not in ran.err


def test_what_is_proposed_for_options_of_other_tools_is_an_option():
    flags = {flag for one in COMMANDS.values() for option in (*one.options, COLOR, DEBUG) for flag in option.flags}
    proposed = {meant.partition(" ")[0] for choices in OPTIONS.values() for meant in choices}
    assert proposed <= flags
    own = {flag.replace("-", "") for flag in flags if flag.startswith("--")}
    assert not own & REASONS.keys() - {"wait"}, "an option of a command would never be named for its misspelling"


def test_krmfn_alone_says_its_usage_on_standard_error(run):
    ran = run()
    assert ran.status == 2
    assert ran.out == ""
    assert ran.err.startswith("usage: krmfn COMMAND")


def test_help_needs_no_standard_input_and_names_every_command_and_setting():
    called = krmfn("--help", stdin=b"")
    assert called.status == 0
    assert called.err == ""
    for word in (*COMMANDS, "zoneSpread", "keepCR", "ResourceList", "functionConfig", "--color"):
        assert word in called.out
    assert re.search(r"zoneSpread +auto, required, preferred, off \(default auto\)", called.out)


def test_help_and_version_do_not_wait_for_pydantic():
    for option in ("--help", "--version"):
        done = subprocess.run(
            [sys.executable, "-I", "-X", "importtime", "-m", "krmfn", option],
            capture_output=True,
            check=True,
            env=plain_environment(),
        )
        assert b"pydantic" not in done.stderr


def test_version_is_one_line(run):
    assert (run("--version").out, run("-h").status) == ("krmfn 0.1.0\n", 0)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_all_its_options(run, name):
    ran = run(name, "--help")
    assert ran.status == 0
    assert f"krmfn {name}" in ran.out
    for option in COMMANDS[name].options:
        assert all(flag in ran.out for flag in option.flags)
    assert run("-h", name).out == ran.out


def test_options_may_stand_before_the_command(run, write):
    path = write("nats.yaml", NATS.replace("shop-nats", "Shop"))
    assert "\x1b[31merror\x1b[0m" in run("--color", "always", "check", "-f", path).out


def test_color_only_where_it_is_wanted(run, write, monkeypatch):
    path = write("nats.yaml", NATS)
    assert "\x1b[33mwarning\x1b[0m: " in run("render", "-f", path, "--color", "always").err
    assert "\x1b" not in run("render", "-f", path, "--color", "never").err
    assert "\x1b" not in run("render", "-f", path).err
    terminal, other = pty.openpty()
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert is_colored(None, other)
    assert is_colored("auto", other)
    assert not is_colored("never", other)
    monkeypatch.setenv("TERM", "dumb")
    assert not is_colored("auto", other)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not is_colored("auto", other)
    assert is_colored("always", other)
    os.close(terminal)
    os.close(other)


def test_a_closed_pipe_is_quiet(write):
    path = write("nats.yaml", "---\n".join(NATS.replace("shop-nats", f"nats-{number}") for number in range(20)))
    done = subprocess.run(
        ["bash", "-c", f"{' '.join(FUNCTION)} render -f {path} --set istio=false | true; echo ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "Broken" not in done.stderr
    assert done.stdout == "1\n"  # no pipe holds the objects of twenty NATS


@pytest.mark.parametrize("target", [">&-", "> /dev/full"])
def test_output_that_cannot_be_written_is_an_error(write, target):
    path = write("nats.yaml", NATS)
    done = subprocess.run(
        ["bash", "-c", f"{' '.join(FUNCTION)} render -f {path} {target}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "standard output cannot be written" in done.stderr


def test_files_never_take_the_place_of_a_closed_standard_error(write, tmp_path):
    """With descriptor 2 free, an input file or the output directory's lock would get its number."""
    path = write("nats.yaml", NATS)
    out = tmp_path / "out"
    line = f"{' '.join(FUNCTION)} render -f {path} --output-dir {out} <&- >&- 2>&-"
    done = subprocess.run(["bash", "-c", line], check=False)
    assert done.returncode == 0
    assert path.read_text() == NATS
    for file in out.rglob("*.yaml"):
        assert file.read_text().startswith("# Rendered by krmfn")
        assert "warning" not in file.read_text()


def test_closed_descriptors_are_taken_by_what_cannot_be_written():
    kept = os.dup(0)
    try:
        os.close(0)
        assert command(["--version"]) == 0
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.write(0, b"x")
    finally:
        os.dup2(kept, 0)
        os.close(kept)


def test_a_reader_that_left_makes_status_1(run, monkeypatch):
    def refuse(*_):
        raise BrokenPipeError

    monkeypatch.setattr("krmfn.reports.terminal.write_all", refuse)
    ran = run("--version")
    assert (ran.status, ran.err) == (1, "")


def test_what_the_reader_could_not_get_makes_status_1(run, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("krmfn.reports.terminal.write_all", refuse)
    ran = run("--version")
    assert ran.status == 1
    assert "standard output cannot be written: No space left on device" in ran.err


@pytest.mark.parametrize("name", COMMANDS)
def test_the_arguments_of_a_command_are_its_options(name):
    """One source: what the table offers is what the command's own class holds, and nothing else."""
    command = COMMANDS[name]
    kind = importlib.import_module(f"krmfn.cli.commands.{command.module}").Arguments
    options = {option.name for option in (*command.options, COLOR)}
    beside = {"operand"} if command.operand else set()
    beside |= {"also"} if command.also else set()
    grouped = options & set(InputOptions.fields)
    assert set(kind.fields) == options - grouped | beside | ({"input"} if grouped else set())
    hints = get_type_hints(kind)
    for option in command.options:
        expected = tuple[str, ...] if option.many else str if option.value else bool
        hint = get_type_hints(InputOptions)[option.name] if option.name in grouped else hints[option.name]
        assert hint in (expected, expected | None if option.value else bool), option.name


@pytest.mark.parametrize(
    "words",
    [
        ["-f", "a", "-R", "-o", "json"],
        ["-fa", "-R", "-ojson"],
        ["-Rf", "a", "-o=json"],
        ["-Rfa", "--output=json"],
        ["--filename", "a", "--recursive", "--output", "json"],
        ["--filename=a", "--recursive", "-R", "-o", "yaml", "-o", "json"],
    ],
)
def test_an_option_can_be_written_in_every_usual_way(words):
    values = parse(COMMANDS["render"], words)
    assert values == {"input": InputOptions(filename=("a",), recursive=True), "output": "json"}


def test_a_word_behind_two_dashes_is_no_option_and_one_dash_is_standard_input():
    assert parse(COMMANDS["diff"], ["-", "--", "-x", "--"]) == {"operand": ("-", "-x", "--")}


@pytest.mark.parametrize("words", [["-f", "-R"], ["-f", "--", "a"], ["-Rf"]])
def test_an_option_is_not_the_value_of_another(run, words):
    assert "-f needs a value; write -f PATH" in run("render", *words).err


def test_arguments_are_frozen_and_name_what_they_do_not_know():
    options = InputOptions(filename=("a",))
    with pytest.raises(AttributeError, match="InputOptions is frozen"):
        options.recursive = True
    with pytest.raises(AttributeError, match="InputOptions is frozen"):
        del options.filename
    with pytest.raises(TypeError, match=r"does not know \['files'\]"):
        InputOptions(files=())
    with pytest.raises(TypeError, match=r"Arguments lacks \['operand'\]"):
        importlib.import_module("krmfn.cli.commands.schema").Arguments()
    assert options == InputOptions(filename=("a",))
    assert len({options, InputOptions(filename=("a",)), InputOptions()}) == 2


def test_help_and_version_are_words_too(run):
    assert run("help").out == run("--help").out == run("help", "help").out == run("help", "version").out
    assert run("help", "render").out == run("render", "--help").out
    assert run("version").out == run("-V").out == run("--version").out
    assert run("help", "rendr").err == run("rendr", "--help").err
