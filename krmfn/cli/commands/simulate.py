"""`krmfn simulate`: where the servers of every NATS can run, and how many are left when a zone or a node is lost."""

from __future__ import annotations

from krmfn.cli.arguments import CommonArguments
from krmfn.rendering.pipeline import run as run_all
from krmfn.reports.simulation import as_json, as_text
from krmfn.reports.terminal import STDERR, STDOUT, is_colored, lines, put
from krmfn.reports.verbosity import Verbosity
from krmfn.sources.options import InputOptions
from krmfn.streams import complain
from krmfn.topology.outlook import Outlook
from krmfn.topology.verdict import SURVIVED


class Arguments(CommonArguments):
    """The options of `krmfn simulate`."""

    input: InputOptions = InputOptions()
    accept: tuple[str, ...] = ()
    output: str = "text"
    verbose: bool = False


def run(arguments: Arguments) -> int:
    """The exit status. Raises Usage."""
    result = run_all(arguments.input)
    said = result.findings
    if said.failed:
        complain(lines(said, color=is_colored(arguments.color, STDERR)))
        return 1
    simulated = [Outlook(one.facts, one.settings, one.layout) for one in result.crs if one.facts is not None]
    codes = {one.verdict.code for one in simulated}
    beside = Verbosity(quiet=False, verbose=arguments.verbose).shown(f for f in said if f.code not in codes)
    complain(lines(beside, color=is_colored(arguments.color, STDERR)))
    status = 0 if codes <= {SURVIVED, *arguments.accept} else 1
    if arguments.output == "json":
        return put(as_json(simulated), status)
    return put(as_text(simulated, full=arguments.verbose, color=is_colored(arguments.color, STDOUT)), status)
