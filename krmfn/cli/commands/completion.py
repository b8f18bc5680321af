"""`krmfn completion`: the script that completes krmfn's command line in a shell."""

from __future__ import annotations

from krmfn.cli.arguments import CommonArguments
from krmfn.cli.completion import bash, fish, zsh
from krmfn.reports.terminal import put


class Arguments(CommonArguments):
    """`operand` is bash, zsh or fish."""

    operand: str


def run(arguments: Arguments) -> int:
    """The exit status."""
    return put({"bash": bash, "zsh": zsh, "fish": fish}[arguments.operand]())
