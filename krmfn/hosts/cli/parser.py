"""A command line to its parts, by the table of `commands`. Whatever is wrong with it becomes one `Usage`."""

from __future__ import annotations

import argparse

from krmfn.core.text import nearest, shown
from krmfn.hosts.cli.commands import EVERYWHERE
from krmfn.hosts.cli.usage import Usage, listed, unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from krmfn.hosts.cli.commands import Command, Option


def parse(command: Command, arguments: list[str]) -> argparse.Namespace:
    """One attribute for each option of the command, named as the option is, `operand` and `also`. Raises Usage."""
    options = (*command.options, *EVERYWHERE)
    parser = _Parser(prog=f"krmfn {command.name}", add_help=False, allow_abbrev=False, exit_on_error=False)
    for option in options:
        _add(parser, option)
    if command.operand:
        parser.add_argument("operand", nargs="*" if command.many or command.also else "?")
    try:
        parsed, rest = parser.parse_known_args(arguments)
    except argparse.ArgumentError as wrong:
        raise _no_value(wrong, options) from None
    if command.many:
        rest = _gather_operands(parsed, rest, arguments)
    elif command.also:
        rest = _two_operands(parsed, rest)
    if rest:
        raise _left_over(rest, options)
    _check_choices(parsed, options)
    if command.operand and not command.many and not parsed.help:
        _check_operand(parsed.operand, command)
    return parsed


def _gather_operands(parsed: argparse.Namespace, rest: list[str], arguments: list[str]) -> list[str]:
    """Paths wherever they stand, in their order: also behind --set, which would take them. Returns what is left."""
    stray = [word for word in parsed.set if "=" not in word]
    parsed.set = [word for word in parsed.set if "=" in word]
    paths = [word for word in rest if word == "-" or not word.startswith("-")]
    parsed.operand = sorted((*parsed.operand, *stray, *paths), key=arguments.index)
    return [word for word in rest if word not in ("-", "--") and word.startswith("-")]


def _two_operands(parsed: argparse.Namespace, rest: list[str]) -> list[str]:
    """Both operands wherever they stand, None for one that is missing. Returns what is left."""
    words = [*parsed.operand, *(word for word in rest if not word.startswith("-"))]
    parsed.operand, parsed.also = [*words, None, None][:2]
    return [word for word in rest if word.startswith("-")] + words[2:]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Where argparse would print its usage and leave."""
        raise Usage(message)


def _add(parser: _Parser, option: Option) -> None:
    if not option.value:
        parser.add_argument(*option.flags, dest=option.name, action="store_true")
    elif option.many:
        parser.add_argument(*option.flags, dest=option.name, action="extend", nargs="+", default=[])
    else:
        parser.add_argument(*option.flags, dest=option.name)


def _no_value(wrong: argparse.ArgumentError, options: tuple[Option, ...]) -> Usage:
    name = (wrong.argument_name or "").rpartition("/")[2]
    option = next(option for option in options if name in option.flags)
    if not option.value:
        return Usage(f"{name} takes no value; write {name} alone")
    flag = option.flags[0]
    return Usage(f"{flag} needs a value; write {flag} {listed(option.choices) if option.choices else option.value}")


def _left_over(rest: list[str], options: tuple[Option, ...]) -> Usage:
    word = next((word for word in rest if word.startswith("-")), rest[0])
    if not word.startswith("-"):
        reads = any("-f" in option.flags for option in options)
        advice = f"write -f {shown(word)} to read it" if reads else "remove it"
        return Usage(f'"{shown(word)}" stands alone; {advice}')
    flag = word.partition("=")[0]
    known = tuple(flag for option in options for flag in option.flags if flag.startswith("--"))
    meant = nearest(flag, known)
    return Usage(f'unknown option "{shown(flag)}"; {f"did you mean {meant}?" if meant else "remove it"}')


def _check_choices(parsed: argparse.Namespace, options: tuple[Option, ...]) -> None:
    for option in options:
        value = getattr(parsed, option.name)
        for one in value if option.many else [value]:
            if option.choices and one is not None and one not in option.choices:
                raise unknown(f"value of {option.flags[-1]}", one, option.choices)


def _check_operand(operand: str | None, command: Command) -> None:
    if operand is None:
        say = f"krmfn {command.name} {listed(command.choices)}" if command.choices else command.example
        raise Usage(f"{command.operand} is missing; write {say}")
    if command.choices and operand not in command.choices:
        raise unknown(command.operand, operand, command.choices)
