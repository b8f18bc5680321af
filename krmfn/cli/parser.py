"""A command line to its values, by the table of commands. Whatever is wrong with it becomes one `Usage`.

argparse would be a quarter of the time of a whole `krmfn render`, and its messages do not say what to write instead.
"""

from __future__ import annotations

from krmfn.cli.table import DEBUG, EVERYWHERE, HELP
from krmfn.model.text import shown
from krmfn.model.usage import Usage, listed, unknown
from krmfn.sources.options import InputOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.cli.table import Command, Option

    Values = dict[str, Any]


_UNSET = "is a shell variable unset? Set it, or remove the option"


def parse(command: Command, words: list[str]) -> Values | None:
    """The fields of the command's `Arguments` that the words give; None where they ask for help. Raises Usage.

    Operands may be anywhere among the options, and keep their order; behind `--` every word is one. Options are
    written as everywhere: `-f PATH`, `-fPATH`, `--filename PATH`, `--filename=PATH`, `-Rf PATH`.
    """
    options = {flag: option for option in (*command.options, *EVERYWHERE) for flag in option.flags}
    end = words.index("--") if "--" in words else len(words)
    found, operands, left = _options(words[:end], options)
    operands += words[end + 1 :]
    most = len(operands) if command.many else bool(command.operand) + bool(command.also)
    if command.choices and operands and operands[0] not in command.choices and not left:
        raise unknown(command.operand, operands[0], command.choices)
    if left or operands[most:]:
        raise _left_over((left or operands[most:])[0], command, options, found)
    if "" in operands:
        raise Usage(f"an argument is empty; {_UNSET}")
    for option, given in found.items():
        _check(option, given, options)
    if HELP in found:
        return None
    if command.operand and not command.many:
        _check_operand(operands[0] if operands else None, command)
    values: Values = {option.name: _value(option, given) for option, given in found.items() if option is not DEBUG}
    if command.many:
        values["operand"] = tuple(operands)
    else:
        values |= zip(("operand", "also") if command.operand else ("also",), operands, strict=False)
    of_input: Values = {name: values.pop(name) for name in InputOptions.fields if name in values}
    return {**values, "input": InputOptions(**of_input)} if of_input else values


def _options(words: list[str], options: dict[str, Option]) -> tuple[dict[Option, list[str]], list[str], list[str]]:
    """The values of every option that is given ("" for a switch), the words beside them, and unknown options."""
    found: dict[Option, list[str]] = {}
    operands: list[str] = []
    left: list[str] = []
    waiting = words[::-1]
    while waiting:
        word = waiting.pop()
        if not _is_option(word):
            operands.append(word)
            continue
        is_long = word.startswith("--")
        first, blank, rest = word.partition(" ")
        if blank and first in options and options[first].value:  # quotes around both, as in a list of YAML
            raise Usage(f'"{shown(word)}" is one word; write two: {first} and {shown(rest.strip())}')
        flag, equals, value = word.partition("=") if is_long else (word[:2], word[2:3], word[2:].removeprefix("="))
        option = options.get(flag)
        if option is None or (not is_long and f"-{word.partition('=')[0]}" in options):  # -output, as Go has it
            left.append(word)
        elif option.value:
            if not equals and (not waiting or _is_option(waiting[-1])):
                wanted = listed(option.choices) if option.choices else option.value
                raise Usage(f"{flag} needs a value; write {flag} {wanted}")
            found.setdefault(option, []).append(value if equals else waiting.pop())
        elif equals == "=" or (is_long and equals):
            raise Usage(f"{flag} takes no value; write {flag} alone")
        else:
            found[option] = []
            if equals:
                waiting.append(f"-{value}")
    return found, operands, left


def _value(option: Option, given: list[str]) -> tuple[str, ...] | str | bool:
    if option.many:
        return tuple(given)
    return given[-1] if option.value else True


def _is_option(word: str) -> bool:
    return word.startswith("-") and word != "-"


def _left_over(word: str, command: Command, options: dict[str, Option], found: dict[Option, list[str]]) -> Usage:
    from krmfn.cli.advice import for_argument, no_option, no_pair

    if not _is_option(word):
        pairs = (pair for option, given in found.items() if "--set" in option.flags for pair in given)
        broken = next(filter(None, map(no_pair, pairs)), None)
        if broken is not None:
            return broken
        is_given = any("--set" in option.flags for option in found)
        return Usage(f'unexpected argument "{shown(word)}"; {for_argument(word, options, is_given=is_given)}')
    return no_option(word, options, command)


def _check(option: Option, given: list[str], options: dict[str, Option]) -> None:
    for word in given:
        if not word.strip():
            raise Usage(f"{option.flags[0]} has an empty value; {_UNSET}")
        if option.choices and word not in option.choices:
            from krmfn.cli.advice import no_choice

            raise no_choice(option, word, options)


def _check_operand(operand: str | None, command: Command) -> None:
    if operand is None:
        say = f"krmfn {command.name} {listed(command.choices)}" if command.choices else command.example
        raise Usage(f"{command.operand} is missing; write {say}")
