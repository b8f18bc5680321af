"""Completion in zsh and fish: what the shells themselves offer. For bash see test_cli_texts.py."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from krmfn.cli import completion
from tests.calls import krmfn

if TYPE_CHECKING:
    from pathlib import Path

# zsh completes at a terminal only: a second zsh on a pseudo terminal gets the line and a tab. Its compadd prints.
ZSH = """
zmodload zsh/zpty || exit 3
zpty z zsh -f -i
zpty -w z source $1
repeat 50; do
    zpty -r z line || exit 4
    [[ $line == ready* ]] && break
done
zpty -w z "$2"$'\\t'
integer marks=0
while zpty -r z; do :; done | while IFS= read -r line; do
    if [[ $line == *$'\\0\\r' ]]; then
        (( marks++ )) && break || continue
    fi
    (( marks )) && echo -E - ${line%$'\\r'}
done
"""
ZSH_AT_THE_TERMINAL = """
PROMPT=
autoload -Uz compinit
compinit -u -D
source ${0:h}/krmfn.zsh
bindkey '^M' undefined
bindkey '^J' undefined
bindkey '^I' complete-word
mark () { echo -E - $'\\0' }
compprefuncs=( mark )
comppostfuncs=( mark exit )
zstyle ':completion:*' insert-tab false
compadd () {
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then
        builtin compadd "$@"
        return $?
    fi
    typeset -a found
    builtin compadd -A found "$@"
    (( $#found )) && print -rl -- $found
    builtin compadd "$@"
}
echo ready
"""
LINES = {
    "krmfn re": ["render", "report"],
    "krmfn ver": ["version"],
    "krmfn help re": ["render", "report"],
    "krmfn --color a": ["always", "auto"],
    "krmfn --color always ch": ["check"],
    "krmfn render --out": ["--output", "--output-dir"],
    "krmfn render -o ": ["json", "yaml"],
    "krmfn render -f READ": ["README.md"],
    "krmfn render -f a -f READ": ["README.md"],
    "krmfn render --output-dir sch": ["schemas"],
    "krmfn render -f a --set zo": ["zoneSpread=", "zones="],
    "krmfn render --set zones=a --set zoneSpread=": ["auto", "off", "preferred", "required"],
    "krmfn schema ": ["NATS", "RenderNATS"],
    "krmfn explain spec.cl": ["spec.cluster", "spec.cluster.size"],
    "krmfn explain even": ["even-cluster-size"],
    "krmfn completion z": ["zsh"],
    "krmfn diff READ": ["README.md"],
    "krmfn import READ": ["README.md"],
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "README.md").write_text("")
    (tmp_path / "schemas").mkdir()
    return tmp_path


def offered(place: Path, *words: str | Path) -> list[str]:
    """The first column of what a shell offers; directories without the slash that fish adds."""
    if shutil.which(str(words[0])) is None:
        pytest.skip(f"{words[0]} is not here")
    home = {**os.environ, "HOME": str(place), "XDG_DATA_HOME": str(place), "XDG_CONFIG_HOME": str(place)}
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=place, env=home)
    assert done.stderr == ""
    return sorted({line.partition("\t")[0].rstrip("/") for line in done.stdout.splitlines()})


@pytest.mark.parametrize("line", LINES)
def test_zsh_completes(line: str, place: Path, tmp_path_factory: pytest.TempPathFactory):
    scripts = tmp_path_factory.mktemp("zsh")
    (scripts / "krmfn.zsh").write_text(completion.zsh())
    (scripts / "drive.zsh").write_text(ZSH)
    (scripts / "terminal.zsh").write_text(ZSH_AT_THE_TERMINAL)
    assert offered(place, "zsh", "-f", scripts / "drive.zsh", scripts / "terminal.zsh", line) == LINES[line]


@pytest.mark.parametrize("line", LINES)
def test_fish_completes(line: str, place: Path, tmp_path_factory: pytest.TempPathFactory):
    script = tmp_path_factory.mktemp("fish") / "krmfn.fish"
    script.write_text(completion.fish())
    key = "zoneSpread=" if line.endswith("zoneSpread=") else ""  # fish replaces the whole word
    found = offered(place, "fish", "--no-config", "-c", f"source {script}; complete -C '{line}'")
    assert found == [f"{key}{word}" for word in LINES[line]]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_shell_finds_no_fault_in_the_script(shell: str):
    script = krmfn("completion", shell).out
    assert "zoneSpread=" in script
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here")
    done = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
