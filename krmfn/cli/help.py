"""The texts of `--help`, from the tables of commands and settings. `kpt fn doc` shows the overview."""

from __future__ import annotations

import textwrap

from krmfn.api.keys import FLAT, KEYS
from krmfn.api.table import RENDER_NATS
from krmfn.cli.table import COLOR, COMMANDS, DEBUG, EVERYWHERE, HELP, VERSION
from krmfn.cluster.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from krmfn.cli.table import Command, Option

_WIDTH = 100
_LONGEST_WORD = 64
"""Choices that are longer in one word are written as a list, which can be wrapped."""
_WHAT = """\
krmfn renders Kyma NATS resources (operator.kyma-project.io/v1alpha1) into the Kubernetes objects of a NATS JetStream
cluster, spread over availability zones, without an operator.

As a function (kpt, kustomize) it reads a ResourceList from standard input and writes one to standard output:
it adds or updates the objects of every NATS among the items and changes no other item.
"""
_EXAMPLES = """\
Examples:
  krmfn render -f nats.yaml --set zones=eu-1a,eu-1b,eu-1c | kubectl apply -f -
  krmfn check -f clusters -R
  kpt fn eval . --exec krmfn -- zones=eu-1a,eu-1b,eu-1c

  # in a Kptfile
  pipeline:
    mutators:
      - exec: krmfn
        configMap:
          zones: eu-1a,eu-1b,eu-1c
"""


def overview() -> str:
    """What `krmfn --help` prints."""
    commands = _columns((name, command.text) for name, command in COMMANDS.items())
    config = (
        "Keys, for --set and the functionConfig. The functionConfig is none, a ConfigMap with these keys (all values"
        " strings), a RenderNATS (fn.krmfn.dev/v1alpha1) with them in its spec, or the NATS itself."
    )
    others = ", ".join(sorted(RENDER_NATS["fields"]["spec"]["fields"].keys() - set(FLAT)))
    groups = (
        f"Groups of keys, for a RenderNATS: {others}. krmfn explain KEY shows their fields. Some fields have a flat"
        " form too, such as --set server.maxPayload=8Mi."
    )
    return "\n".join(
        [
            _WHAT,
            "Usage:\n  krmfn < RESOURCE_LIST\n  krmfn COMMAND [OPTIONS]\n  krmfn help [COMMAND]\n",
            f"Commands:\n{commands}",
            f"{textwrap.fill(config, _WIDTH)}\n{_columns((key, _values(key)) for key in FLAT)}",
            f"{textwrap.fill(groups, _WIDTH)}\n",
            f"Options:\n{_options((VERSION, COLOR, DEBUG, HELP))}",
            _EXAMPLES,
            (
                f"{_status(COMMANDS['render'])}krmfn explain NAME describes a key, a field or the code of a finding;"
                " krmfn COMMAND --help a command.\n"
            ),
        ]
    )


def usage() -> str:
    """What `krmfn` alone prints on a terminal."""
    return (
        f"usage: krmfn COMMAND [OPTIONS], or krmfn < RESOURCE_LIST\ncommands: {', '.join(COMMANDS)}\nsee krmfn --help\n"
    )


def of_command(command: Command) -> str:
    """What `krmfn COMMAND --help` prints."""
    has_choices = command.choices and not command.usage
    choices = f"\n{command.operand}: {', '.join(command.choices)}\n" if has_choices else ""
    calls = "".join(f"  krmfn {call}\n" for call in calls_of(command))
    repeated = " (... stands for the option again, with another value)" * any(option.many for option in command.options)
    return (
        f"{textwrap.fill(command.text, _WIDTH)}\n\nUsage:\n{calls}{choices}\n"
        f"Options{repeated}:\n{_options((*command.options, *EVERYWHERE))}\n"
        f"Example:\n  {command.example}\n\n{_status(command)}"
    )


def calls_of(command: Command) -> tuple[str, ...]:
    """The ways to call a command, without `krmfn`."""
    if command.usage:
        return command.usage
    operand = f"{command.operand} " if command.operand else ""
    operand += f"[{command.also}] " if command.also else ""
    reads = "-f PATH... " if any("-f" in option.flags for option in command.options) else ""
    return (f"{command.name} {operand}{reads}[OPTIONS]",)


def _status(command: Command) -> str:
    return textwrap.fill(f"Exit status: {command.status}.", _WIDTH) + "\n"


def _options(options: Iterable[Option]) -> str:
    return _columns((_spelled(option), _with_choices(option)) for option in options)


def _spelled(option: Option) -> str:
    flags = ", ".join(option.flags) if len(option.flags) > 1 else f"    {option.flags[0]}"
    return f"{flags} {option.value}{'...' * option.many}".rstrip()


def _with_choices(option: Option) -> str:
    choices = "|".join(option.choices)
    if len(choices) > _LONGEST_WORD:
        choices = ", ".join(option.choices)
    return f"{choices}: {option.text}" if option.choices else option.text


def _columns(rows: Iterable[tuple[str, str]]) -> str:
    """Two columns, the second one wrapped."""
    rows = list(rows)
    left = max(len(name) for name, _ in rows) + 4
    lines = []
    for name, text in rows:
        first, *more = textwrap.wrap(text, _WIDTH - left, break_on_hyphens=False)
        lines.append(f"  {name:{left - 2}}{first}")
        lines += [" " * left + line for line in more]
    return "\n".join(lines) + "\n"


def _values(key: str) -> str:
    """What may be written, and what holds when nothing is."""
    default = getattr(Settings(), KEYS[key][0])
    text = _kind(RENDER_NATS["fields"]["spec"]["fields"][key])
    if default in (None, ()):
        return text
    return f"{text} (default {str(default).lower() if isinstance(default, bool) else default})"


def _kind(node: dict[str, Any]) -> str:
    match node["type"]:
        case "boolean":
            return "true, false"
        case "choice":
            return ", ".join(node["of"])
        case "either":
            return " or ".join(_kind(one) for one in node["of"])
        case "array":
            return "comma-separated names"
        case "integer":
            return "a number"
    return "string"
