"""`krmfn kustomize install`: the legacy exec plugins put in place."""

from __future__ import annotations

import os

from krmfn.cli.arguments import CommonArguments
from krmfn.plugins.kustomize_files import HOME_VARIABLE, install, plugin_home
from krmfn.reports.terminal import STDERR, is_colored, lines, put
from krmfn.streams import complain


class Arguments(CommonArguments):
    """`operand` is install."""

    operand: str
    dir: str | None = None


def run(arguments: Arguments) -> int:
    """The exit status."""
    usual = plugin_home(os.environ)
    home = os.path.abspath(arguments.dir) if arguments.dir else usual
    done, findings = install(home)
    status = put("".join(f"{what} {path}\n" for what, path in done))
    if findings:
        complain(lines(findings, color=is_colored(arguments.color, STDERR)))
        return 1
    if home != usual:
        complain(f"kustomize finds it with: export {HOME_VARIABLE}={home}\n")
    complain("kubectl kustomize --enable-alpha-plugins DIR now calls krmfn (kubectl apply -k has no such option)\n")
    return status
