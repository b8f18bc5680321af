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
_STATUS = "Exit status: 0 no error, 1 an error finding or nothing to work on, 2 wrong usage.\n"


def overview() -> str:
    """What `krmfn --help` prints."""
    commands = _columns((name, command.text) for name, command in COMMANDS.items())
    config = (
        "Keys, for --set and the functionConfig. The functionConfig is none, a ConfigMap with these keys (all values"
        " strings), a RenderNATS (fn.krmfn.dev/v1alpha1) with them in its spec, or the NATS itself."
    )
    return "\n".join(
        [
            _WHAT,
            "Usage:\n  krmfn < RESOURCE_LIST\n  krmfn COMMAND [OPTIONS]\n  krmfn help [COMMAND]\n",
            f"Commands:\n{commands}",
            f"{textwrap.fill(config, _WIDTH)}\n{_columns((key, _values(key)) for key in FLAT)}",
            f"Options:\n{_options((VERSION, COLOR, DEBUG, HELP))}",
            _EXAMPLES,
            (
                f"{_STATUS}krmfn explain NAME describes a key, a field or the code of a finding; krmfn COMMAND --help"
                " a command.\n"
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
    operand = f"{command.operand} " if command.operand else ""
    operand += f"[{command.also}] " if command.also else ""
    reads = "-f PATH... " if any("-f" in option.flags for option in command.options) and not command.also else ""
    choices = f"\n{command.operand}: {', '.join(command.choices)}\n" if command.choices else ""
    status = "" if command.many else f"\n{_STATUS}"  # `diff` says its own
    return (
        f"{command.text}\n\nUsage:\n  krmfn {command.name} {operand}{reads}[OPTIONS]\n{choices}\n"
        f"Options:\n{_options((*command.options, *EVERYWHERE))}\nExample:\n  {command.example}\n{status}"
    )


def _options(options: Iterable[Option]) -> str:
    return _columns((_spelled(option), _with_choices(option)) for option in options)


def _spelled(option: Option) -> str:
    flags = ", ".join(option.flags) if len(option.flags) > 1 else f"    {option.flags[0]}"
    return f"{flags} {option.value}{'...' * option.many}".rstrip()


def _with_choices(option: Option) -> str:
    return f"{'|'.join(option.choices)}: {option.text}" if option.choices else option.text


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
