"""`krmfn completion`: scripts for bash, zsh and fish, made from the table of commands."""

from __future__ import annotations

from krmfn.api.keys import FLAT, KEYS
from krmfn.api.table import NATS, RENDER_NATS
from krmfn.changes.change import CLASSES
from krmfn.cli.table import BESIDE, COLOR, COMMANDS, EVERYWHERE, VERSION
from krmfn.model.codes.annotations import ANNOTATIONS
from krmfn.model.codes.catalog import CODES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.cli.table import Command, Option


def bash() -> str:
    """For bash 4 and later; needs nothing of bash-completion."""
    cases = "".join(_bash_case(command) for command in COMMANDS.values())
    return f"""\
# bash completion of krmfn; load it with: source <(krmfn completion bash)
_krmfn_words() {{
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}}
_krmfn_paths() {{
    compopt -o filenames 2> /dev/null
    mapfile -t COMPREPLY < <(compgen "$1" -- "$2")
}}
_krmfn_settings() {{
    local key=${{1%%=*}}
    if [[ $1 != *=* ]]; then
        compopt -o nospace 2> /dev/null
        _krmfn_words "{" ".join(f"{key}=" for key in FLAT)}" "$1"
        return
    fi
    case $key in
{_bash_settings()}    esac
    # readline cuts words at "="
    [[ $COMP_WORDBREAKS == *=* ]] && COMPREPLY=("${{COMPREPLY[@]#"$key="}}")
}}
_krmfn() {{
    COMPREPLY=()
    local line=${{COMP_LINE:0:COMP_POINT}} word option='' command='' given
    local -a words
    read -ra words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=('')
    word=${{words[-1]}}
    words=("${{words[@]:1:${{#words[@]}}-2}}")
    for given in "${{words[@]}}"; do
        case $given in
            -*) option=$given ;;
            {"|".join(COMMANDS)}) [[ -z $command && $option != {COLOR.flags[0]} ]] && command=$given ;;
        esac
    done
    [[ ${{#words[@]}} -gt 0 ]] && given=${{words[-1]}} || given=''
    case $command in
        '')
            case $given in
                {COLOR.flags[0]}) _krmfn_words "{" ".join(COLOR.choices)}" "$word" ;;
                *) _krmfn_words "{" ".join((*COMMANDS, *BESIDE, *_flags((*EVERYWHERE, VERSION))))}" "$word" ;;
            esac ;;
{cases}    esac
}}
complete -F _krmfn krmfn
"""


def _bash_case(command: Command) -> str:
    options = (*command.options, *EVERYWHERE)
    flags = " ".join(_flags(options))
    lines = [f"        {command.name})", "            if [[ $word == -* && $word != - ]]; then"]
    lines += [f'                _krmfn_words "{flags}" "$word"', "                return", "            fi"]
    lines.append("            case $given in")
    lines += [
        f"                {'|'.join(option.flags)}) {_bash_value(option)} ;;" for option in options if option.value
    ]
    rest = f'_krmfn_words "{" ".join((*_operands(command), *flags.split()))}" "$word"'
    if command.many:
        rest = '_krmfn_paths -f "$word"'
    lines.append(f"                *) {rest} ;;")
    return "\n".join([*lines, "            esac ;;"]) + "\n"


def _bash_value(option: Option) -> str:
    match option.takes:
        case "path" | "file":
            return '_krmfn_paths -f "$word"'
        case "directory":
            return '_krmfn_paths -d "$word"'
        case "setting":
            return '_krmfn_settings "$word"'
    return f'_krmfn_words "{" ".join(option.choices)}" "$word"' if option.choices else ":"


def _bash_settings() -> str:
    return "".join(
        f'        {key}) _krmfn_words "{" ".join(f"{key}={value}" for value in values)}" "$1" ;;\n'
        for key, values in _choices()
    )


def _choices() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The keys of `--set` that take one of a few values."""
    for key in FLAT:
        values = _values(RENDER_NATS["fields"]["spec"]["fields"][key])
        if values:
            yield key, values


def zsh() -> str:
    """For zsh with compinit."""
    rows = []
    for command in COMMANDS.values():
        options = [_zsh_option(option) for option in (*command.options, *EVERYWHERE)]
        if command.many:
            options.append(_zsh_quoted(f"*:{command.operand}:_files"))
        elif command.operand or _operands(command):
            options.append(_zsh_quoted(f"1:{command.operand or command.also}:({' '.join(_operands(command))})"))
        if command.operand and command.also:
            options.append(_zsh_quoted(f"2::{command.also}: "))
        joined = " \\\n                ".join(options)
        rows.append(f"            {command.name})\n                _arguments -S \\\n                {joined} ;;\n")
    commands = "\n".join(f"        {_zsh_quoted(f'{c.name}:{c.text}')}" for c in COMMANDS.values())
    others = "\n".join(f"        {_zsh_quoted(f'{name}:{text}')}" for name, text in BESIDE.items())
    return f"""\
#compdef krmfn
# zsh completion of krmfn; load it with: source <(krmfn completion zsh)
_krmfn_settings() {{
    local key=${{PREFIX%%=*}}
    if [[ $PREFIX != *=* ]]; then
        compadd -S '' -- {" ".join(f"{key}=" for key in FLAT)}
        return
    fi
    compset -P '[^=]#='
    case $key in
{"".join(f"        {key}) compadd -- {' '.join(values)} ;;{chr(10)}" for key, values in _choices())}    esac
}}
_krmfn() {{
    local context state state_descr line
    typeset -A opt_args
    local -a commands=(
{commands}
{others}
    )
    _arguments -C \\
        {" ".join(_zsh_option(option) for option in (*EVERYWHERE, VERSION))} \\
        '1:command:->command' '*::argument:->argument'
    case $state in
        command) _describe command commands ;;
        argument)
            case $line[1] in
{"".join(rows)}                help) _describe command commands ;;
            esac ;;
    esac
}}
compdef _krmfn krmfn
"""


def _zsh_option(option: Option) -> str:
    flags = option.flags
    text = option.text.replace("[", "(").replace("]", ")").replace(":", "\\:")
    action = {"path": "_files", "file": "_files", "directory": "_files -/"}.get(option.takes, "")
    if option.takes == "setting":
        action = "_krmfn_settings"
    if option.choices:
        action = f"({' '.join(option.choices)})"
    value = f":{option.value}:{action}" if option.value else ""
    star = "*" if option.many else ""
    return " ".join(_zsh_quoted(f"{star}{flag}[{text}]{value}") for flag in flags)


def _zsh_quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def fish() -> str:
    """For fish 3 and later."""
    cases = "\n".join(
        f"        case '{key}='\n            printf '%s\\n' {' '.join(f'{key}={value}' for value in values)}"
        for key, values in _choices()
    )
    none = "__krmfn_command"
    lines = [
        f"""\
# fish completion of krmfn; load it with: krmfn completion fish | source
function __krmfn_command --description 'whether this command is given; without an argument, whether none is'
    set -l before
    set -l given
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        if not string match -q -- '-*' $word; and test "$before" != {COLOR.flags[0]}
            set given $word
            break
        end
        set before $word
    end
    test "$given" = "$argv[1]"
end
function __krmfn_settings
    switch (string replace -r '=.*' '=' -- (commandline -ct))
{cases}
        case '*'
            printf '%s\\n' {" ".join(f"{key}=" for key in FLAT)}
    end
end
complete -c krmfn -f""",
    ]
    words = {**{command.name: command.text for command in COMMANDS.values()}, **BESIDE}
    lines += [f"complete -c krmfn -n {none} -a {name} -d {_fish_quoted(text)}" for name, text in words.items()]
    lines.append(f"complete -c krmfn -n '{none} help' -a {_fish_quoted(' '.join(COMMANDS))}")
    lines += [_fish_option(option, none) for option in (*EVERYWHERE, VERSION)]
    for command in COMMANDS.values():
        seen = f"'{none} {command.name}'"
        lines += [_fish_option(option, seen) for option in (*command.options, *EVERYWHERE)]
        if command.many:
            lines.append(f"complete -c krmfn -n {seen} -F")
        elif command.operand or _operands(command):
            lines.append(f"complete -c krmfn -n {seen} -a {_fish_quoted(' '.join(_operands(command)))}")
    return "\n".join(lines) + "\n"


def _fish_option(option: Option, condition: str) -> str:
    spelled = " ".join(f"-l {f[2:]}" if f.startswith("--") else f"-s {f[1:]}" for f in option.flags)
    value = ""
    if option.takes in ("path", "file", "directory"):
        value = " -r -F" if option.takes != "directory" else " -x -a '(__fish_complete_directories)'"
    elif option.takes == "setting":
        value = " -x -a '(__krmfn_settings)'"
    elif option.value:
        value = f" -x -a {_fish_quoted(' '.join(option.choices))}" if option.choices else " -x"
    return f"complete -c krmfn -n {condition} {spelled}{value} -d {_fish_quoted(option.text)}"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _flags(options: tuple[Option, ...]) -> list[str]:
    return [flag for option in options for flag in option.flags]


def _operands(command: Command) -> tuple[str, ...]:
    """What may be there; for `explain` every field, key, code, class, annotation and command."""
    if command.name != "explain":
        return command.choices
    return (*_paths(NATS["fields"]["spec"], "spec"), *KEYS, *CODES, *CLASSES, *ANNOTATIONS, *COMMANDS)


def _paths(node: dict[str, Any], path: str) -> Iterator[str]:
    yield path
    for name, field in node.get("fields", {}).items():
        yield from _paths(field, f"{path}.{name}")


def _values(node: dict[str, Any]) -> tuple[str, ...]:
    """The texts that a key takes, where they are few."""
    match node["type"]:
        case "boolean":
            return ("true", "false")
        case "choice":
            return tuple(node["of"])
        case "either":
            return tuple(value for one in node["of"] for value in _values(one))
    return ()
