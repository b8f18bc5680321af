"""What to write instead of words of other tools: a file in place of a command, a key in place of an option."""

from __future__ import annotations

import os

from krmfn.cli.table import BESIDE, COMMANDS
from krmfn.model.text import nearest, shown
from krmfn.model.usage import Usage, unknown

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


def no_option(word: str, known: tuple[str, ...]) -> Usage:
    """What to write instead of an option that the command, with the options `known`, does not have."""
    flag, equals, value = word.partition("=")
    key = flag.removeprefix("--")
    if "--set" in known and key != flag:
        from krmfn.api.table import RENDER_NATS

        keys = tuple(RENDER_NATS["fields"]["spec"]["fields"])
        spelled = next((one for one in keys if one.lower() == key.replace("-", "").lower()), None)
        if spelled is not None:
            example = shown(value) if equals and value else "VALUE"
            return Usage(f'unknown option "{shown(flag)}"; {spelled} is a key: write --set {spelled}={example}')
    meant = nearest(key, tuple(one.removeprefix("--") for one in known if one.startswith("--")))
    return Usage(f'unknown option "{shown(flag)}"; {f"did you mean --{meant}?" if meant else "remove it"}')


def no_pair(word: str) -> Usage | None:
    """What to write instead of `--set KEY VALUE`; None for KEY=VALUE."""
    key = word.rstrip(":")
    if "=" in word or not key.isalnum():
        return None
    return Usage(f"--set needs KEY=VALUE in one word; write --set {key}=VALUE")
