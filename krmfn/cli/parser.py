"""A command line to its parts, by the table of `commands`. Whatever is wrong with it becomes one `Usage`."""

from __future__ import annotations

import argparse

from krmfn.cli.table import EVERYWHERE
from krmfn.model.text import nearest, shown
from krmfn.model.usage import Usage, listed, unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from krmfn.cli.table import Command, Option


_UNSET = "is a shell variable unset? Set it, or remove the option"


def parse(command: Command, arguments: list[str]) -> argparse.Namespace:
    """One attribute for each option of the command, named as the option is, `operand` and `also`. Raises Usage.

    Operands may stand anywhere among the options, and keep their order; behind `--` every word is one.
    """
    options = (*command.options, *EVERYWHERE)
    parser = _Parser(prog=f"krmfn {command.name}", add_help=False, allow_abbrev=False, exit_on_error=False)
    for option in options:
        _add(parser, option)
    end = arguments.index("--") if "--" in arguments else len(arguments)
    try:
        parsed, rest = parser.parse_known_args(arguments[:end])
    except argparse.ArgumentError as wrong:
        raise _no_value(wrong, options) from None
    unknown_options = [word for word in rest if _is_option(word)]
    operands = [word for word in rest if not _is_option(word)] + arguments[end + 1 :]
    most = len(operands) if command.many else 2 if command.also else 1 if command.operand else 0
    if unknown_options or operands[most:]:
        raise _left_over(unknown_options or operands[most:], options)
    _check_values(parsed, operands, options)
    if command.many:
        parsed.operand = operands
    elif command.operand:
        parsed.operand, parsed.also = [*operands, None, None][:2]
        if not parsed.help:
            _check_operand(parsed.operand, command)
    return parsed


def _is_option(word: str) -> bool:
    return word.startswith("-") and word != "-"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Where argparse would print its usage and leave."""
        raise Usage(message)


def _add(parser: _Parser, option: Option) -> None:
    if not option.value:
        parser.add_argument(*option.flags, dest=option.name, action="store_true")
    elif option.many:
        parser.add_argument(*option.flags, dest=option.name, action="append", default=[])
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
        flags = {flag for option in options for flag in option.flags}
        is_setting = "=" in word and "--set" in flags
        flag = "--set" if is_setting else "-f" if "-f" in flags else ""
        what = "to set it" if is_setting else "to read it"
        advice = f"write {flag} {shown(word)} {what}" if flag else "remove it"
        return Usage(f'unexpected argument "{shown(word)}"; {advice}')
    flag = word.partition("=")[0]
    known = tuple(flag for option in options for flag in option.flags if flag.startswith("--"))
    meant = nearest(flag, known)
    return Usage(f'unknown option "{shown(flag)}"; {f"did you mean {meant}?" if meant else "remove it"}')


def _check_values(parsed: argparse.Namespace, operands: list[str], options: tuple[Option, ...]) -> None:
    if "" in operands:
        raise Usage(f"an argument is empty; {_UNSET}")
    for option in options:
        value = getattr(parsed, option.name)
        flag = option.flags[0]
        words = value if option.many else [value]
        if any(isinstance(word, str) and not word.strip() for word in words):
            raise Usage(f"{flag} has an empty value; {_UNSET}")
        for word in words:
            if option.choices and word is not None and word not in option.choices:
                raise unknown(f"value of {option.flags[-1]}", word, option.choices)


def _check_operand(operand: str | None, command: Command) -> None:
    if operand is None:
        say = f"krmfn {command.name} {listed(command.choices)}" if command.choices else command.example
        raise Usage(f"{command.operand} is missing; write {say}")
    if command.choices and operand not in command.choices:
        raise unknown(command.operand, operand, command.choices)
