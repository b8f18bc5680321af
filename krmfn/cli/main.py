"""The command line: global options, the command by its name, and what every command's failure looks like."""

from __future__ import annotations

import os

from krmfn.cli.table import BESIDE, COLOR, COMMANDS, DEBUG, HELP, VERSION
from krmfn.model.usage import Usage
from krmfn.reports.terminal import put
from krmfn.streams import complain, settle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cli.table import Command


def command(arguments: list[str]) -> int:
    """Run what the arguments (without the program's name) ask for. Returns the exit status."""
    _occupy_closed_descriptors()
    name = ""
    try:
        before, name, after = _command_name(_as_options(arguments))
        if not name:
            return _without_command(before)
        return _with_command(COMMANDS[name], before, after)
    except Usage as wrong:
        pointer = f"krmfn {name} --help" if name in COMMANDS else "krmfn --help"
        complain(f"error: {wrong.message} (see {pointer})\n")
        return 2
    finally:
        settle()


def _occupy_closed_descriptors() -> None:
    """A file opened later must not get the number of standard output or standard error: text would end up in it.

    What is put there can only be read, so that a write fails as on a closed descriptor.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)


def _as_options(arguments: list[str]) -> list[str]:
    """`help`, `help COMMAND` and `version` as the options that mean the same."""
    if arguments[:1] == ["help"]:
        return [*(word for word in arguments[1:] if word not in BESIDE), HELP.flags[-1]]
    return [VERSION.flags[-1], *arguments[1:]] if arguments[:1] == ["version"] else arguments


def _command_name(arguments: list[str]) -> tuple[list[str], str, list[str]]:
    """Global options, the name of the command ("" for none) and its arguments."""
    at = 0
    while at < len(arguments) and arguments[at].startswith("-"):
        at += 2 if arguments[at] in COLOR.flags else 1
    if at >= len(arguments):
        return arguments, "", []
    name = arguments[at]
    if name not in COMMANDS:
        from krmfn.cli.advice import no_command

        raise no_command(name)
    return arguments[:at], name, arguments[at + 1 :]


def _without_command(arguments: list[str]) -> int:
    for argument in arguments:
        if argument in HELP.flags:
            from krmfn.cli.help import overview

            return put(overview())
        if argument in VERSION.flags:
            from krmfn import __version__

            return put(f"krmfn {__version__}\n")
    if arguments:
        known = (COLOR, DEBUG, HELP, VERSION)
        flags = {option.flags[-1]: option for option in known}
        wrong = next((a for a in arguments if a.startswith("-") and a.partition("=")[0] not in flags), None)
        if wrong:
            from krmfn.cli.advice import no_option

            raise no_option(wrong, flags)
        raise Usage("the command is missing; write krmfn render -f PATH")
    from krmfn.cli.help import usage

    complain(usage())
    return 2


def _with_command(one: Command, before: list[str], after: list[str]) -> int:
    from krmfn.cli.parser import parse

    values = parse(one, before + after)
    if values is None:
        from krmfn.cli.help import of_command

        return put(of_command(one))
    module = __import__(f"krmfn.cli.commands.{one.module}", fromlist=("run",))  # no other command's
    status: int = module.run(module.Arguments(**values))
    return status
