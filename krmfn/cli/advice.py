"""What to write instead of words of other tools: a file in place of a command, a key in place of an option."""

from __future__ import annotations

import os

from krmfn.cli.table import BESIDE, COMMANDS
from krmfn.model.text import nearest, shown
from krmfn.model.usage import Usage, unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cli.table import Command, Option

_APPLY = "krmfn does not change a cluster; write krmfn render -f PATH | kubectl apply --server-side -f -"
_CHECK, _RENDER = "write krmfn check -f PATH", "write krmfn render -f PATH"
_MEANT = {
    **dict.fromkeys(("apply", "install", "deploy", "create", "upgrade"), _APPLY),
    **dict.fromkeys(("validate", "lint", "verify", "test", "vet"), _CHECK),
    **dict.fromkeys(("template", "build", "generate", "run", "eval"), _RENDER),
    **dict.fromkeys(("plan", "preview", "compare"), "write krmfn diff OLD NEW"),
}


def no_command(word: str) -> Usage:
    """What to write instead of a word that is not a command."""
    if word in _MEANT:
        return Usage(f'unknown command "{word}"; {_MEANT[word]}')
    if word.endswith((".yaml", ".yml", ".json")) or os.path.exists(word):
        return Usage(f'"{shown(word)}" is a path, not a command; write krmfn render -f {shown(word)}')
    return unknown("command", word, (*COMMANDS, *BESIDE))


def no_option(word: str, known: dict[str, Option], command: Command | None = None) -> Usage:
    """What to write instead of an option that the command (None: krmfn itself) lacks; `known` has those it has."""
    flag, equals, value = word.partition("=")
    key = _key(flag, known)
    if key is not None:
        advice = f"{key} is a key: write --set {key}={shown(value) if equals and value else 'VALUE'}"
    else:
        advice = (
            _other_word(flag, known, command)
            or _near(flag, known)
            or _of_a_command(flag, command)
            or _near_key(flag, known)
            or "remove it"
        )
    return Usage(f'unknown option "{shown(flag)}"; {advice}')


def no_choice(option: Option, word: str, known: dict[str, Option]) -> Usage:
    """What to write instead of a value that the option does not have; `known` has the options of the command."""
    wrong = unknown(f"value of {option.flags[-1]}", word, option.choices)
    is_file = "." in word or "/" in word or not nearest(word, option.choices)
    if "-o" not in option.flags or not is_file:
        return wrong
    places = (("--output-dir", "--output-dir "), ("--report", "--report FORMAT="), ("--output", "--output "))
    place = next((text for flag, text in places if known.get(flag, option) is not option), None)
    if place is None:
        return wrong
    choices = ", ".join(option.choices)
    advice = f"write {choices}, or {place}{shown(word)} to write files"
    return Usage(f'unknown value of {option.flags[-1]} "{shown(word)}"; {advice}')


def for_argument(word: str, known: dict[str, Option], *, is_given: bool) -> str:
    """What to write instead of a word that no option takes; `is_given`: whether the command line has a --set."""
    if "=" in word and "--set" in known:
        return f"write --set {shown(word)} to set it"
    if is_given and not os.path.exists(word) and not {".", "/"} & set(word):
        return "write what --set takes in one word, and in quotes if it has spaces: --set zones=a,b,c"
    if "--live" in known:
        return f"write --live {shown(word)} for the dump, -f {shown(word)} for the NATS in Git"
    return f"write -f {shown(word)} to read it" if "-f" in known else "remove it"


def _plain(flag: str) -> str:
    """The option as `synonyms` spells it: in lower case, without dashes."""
    return flag.replace("-", "").replace("_", "").lower()


def _key(flag: str, known: dict[str, Option]) -> str | None:
    """The key of that name, where the command takes keys."""
    if "--set" not in known or not flag.startswith("--"):
        return None
    from krmfn.api.table import RENDER_NATS

    return next((one for one in RENDER_NATS["fields"]["spec"]["fields"] if one.lower() == _plain(flag)), None)


def _near_key(flag: str, known: dict[str, Option]) -> str | None:
    """The key that may be meant, where the command takes keys."""
    if "--set" not in known or not flag.startswith("--"):
        return None
    from krmfn.api.keys import FLAT

    meant = nearest(_plain(flag), tuple(FLAT))
    return f"did you mean the key {meant}? Write --set {meant}=VALUE" if meant else None


def _other_word(flag: str, known: dict[str, Option], command: Command | None) -> str | None:
    """What another tool's option is here."""
    from krmfn.cli.synonyms import OPTIONS, PATHS, REASONS

    plain = _plain(flag) if flag.startswith("--") else _plain(flag[:2])
    if command is not None and command.many and plain in PATHS:
        return f"write krmfn {command.name} {command.operand}"
    for meant in OPTIONS.get(plain, ()):
        name, _, value = meant.partition(" ")
        if name in known and not (value == "FILE" and known[name].choices):
            return f"did you mean {meant}?"
    return REASONS.get(plain) if command is not None else None


def _of_a_command(flag: str, command: Command | None) -> str | None:
    """Where an option before any command belongs."""
    owners = (one.name for one in COMMANDS.values() if any(flag in option.flags for option in one.options))
    owner = next(owners, None) if command is None else None
    return f"write it after a command, such as krmfn {owner} {flag}" if owner else None


def _near(flag: str, known: dict[str, Option]) -> str | None:
    meant = nearest(flag.lstrip("-"), tuple(one.removeprefix("--") for one in known if one.startswith("--")))
    return f"did you mean --{meant}?" if meant else None


def no_pair(word: str) -> Usage | None:
    """What to write instead of `--set KEY VALUE`; None for KEY=VALUE."""
    key = word.rstrip(":")
    if "=" in word or not key.isalnum():
        return None
    return Usage(f"--set needs KEY=VALUE in one word; write --set {key}=VALUE")
