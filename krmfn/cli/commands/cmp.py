"""`krmfn cmp`: what the plugin file of Argo CD calls. `generate` never reads standard input."""

from __future__ import annotations

import os

from krmfn.cli.arguments import CommonArguments
from krmfn.reports.terminal import lines, put
from krmfn.sources.options import InputOptions
from krmfn.streams import complain


class Arguments(CommonArguments):
    """`operand` is generate or parameters."""

    operand: str
    input: InputOptions = InputOptions()


def run(arguments: Arguments) -> int:
    """The exit status. Raises Usage."""
    if arguments.operand == "parameters":
        from krmfn.plugins.argocd_parameters import ANNOUNCEMENT

        return put(ANNOUNCEMENT)
    from krmfn.plugins import argocd

    given = arguments.input
    result = argocd.generate(os.environ, given.config, given.set, recursive=given.recursive, exclude=given.exclude)
    complain(lines(argocd.said(result), color=False))
    if result.findings.failed:
        return 1
    text, rest = argocd.text_of(result)
    complain(rest)
    return put(text)
