"""`krmfn cmp`: what the plugin file of Argo CD calls. `generate` never reads standard input."""

from __future__ import annotations

import os

from krmfn.cli.arguments import CommonArguments
from krmfn.reports.terminal import lines, put
from krmfn.reports.verbosity import Verbosity
from krmfn.sources.clusters import NatsCollector
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

    clusters = NatsCollector()
    app = argocd.App(os.environ, arguments.input, clusters)
    if clusters.many:
        from krmfn.cli.fleet import Call
        from krmfn.plugins.argocd_fleet import FleetOfApp

        fleet = FleetOfApp(app, clusters)
        call = Call(fleet.fleet, Verbosity(quiet=False, verbose=True), jobs=1, judge=fleet.judge)
        return call.run(color=False, is_terse=True)
    result = argocd.generate(app)
    complain(lines(argocd.findings_to_print(result), color=False))
    if result.findings.failed:
        return 1
    text, rest = argocd.text_of(result)
    complain(rest)
    return put(text)
