"""`krmfn adopt`: whether a cluster that nats-manager runs can be taken over without a restart or a loss, and how."""

from __future__ import annotations

from krmfn.adoption.assessment import SAFE, UNSAFE, Assessment
from krmfn.adoption.dump import LiveCluster
from krmfn.adoption.field_managers import ARGOCD, FLUX
from krmfn.adoption.plan import plan
from krmfn.adoption.step import Context
from krmfn.cli.arguments import CommonArguments
from krmfn.cli.commands.adopt_input import TakeOverInput, options, wanted
from krmfn.model.finding import Findings
from krmfn.model.usage import Usage
from krmfn.reports.adoption import AdoptionReport, as_json, as_markdown, as_text
from krmfn.reports.terminal import STDOUT, is_colored, put
from krmfn.sources.files import STDIN
from krmfn.sources.options import InputOptions
from krmfn.streams import complain


class Arguments(CommonArguments):
    """The options of `krmfn adopt`; `client` is the value of --for."""

    live: tuple[str, ...] = ()
    input: InputOptions = InputOptions()
    client: str | None = None
    app: str | None = None
    output_dir: str | None = None
    output: str = "text"


def run(arguments: Arguments) -> int:
    """The exit status: 0 safe, 1 not. Raises Usage."""
    if not arguments.live:
        raise Usage("--live is missing; write --live DUMP (the output of kubectl get -o yaml --show-managed-fields)")
    if [*arguments.live, *arguments.input.filename].count(STDIN) > 1:
        raise Usage("standard input can be read only once; write - once")
    report = report_of(arguments)
    said = _write(report, arguments.output_dir) if arguments.output_dir and report.verdict == SAFE else ""
    complain(said)
    return put(_text(report, arguments), 0 if report.verdict == SAFE else 1)


def _text(report: AdoptionReport, arguments: Arguments) -> str:
    match arguments.output:
        case "json":
            return as_json(report)
        case "markdown":
            return as_markdown(report)
        case "html":
            from krmfn.reports.fleet.take_over import as_html

            return as_html(report)
    return as_text(report, color=is_colored(arguments.color, STDOUT))


def report_of(arguments: Arguments) -> AdoptionReport:
    """Everything but the output. Raises Usage."""
    return _judged(wanted(arguments.live, arguments.input), arguments)


def _judged(found: TakeOverInput, arguments: Arguments) -> AdoptionReport:
    client = arguments.client
    clients = (client,) if client else (ARGOCD, FLUX)
    report = AdoptionReport(UNSAFE, found.settings, found.findings.in_order(), arguments.output_dir)
    if found.findings.failed:
        return report
    clusters = [LiveCluster(one.facts, one.children, found.live) for one in found.rendered if one.facts is not None]
    verdict = Assessment(found.live, clusters, clients, arguments.app)
    report.verdict = verdict.verdict
    report.clusters = verdict.clusters
    report.findings = Findings([*found.findings, *map(found.place, verdict.all_findings())]).in_order()
    if report.verdict == SAFE:
        keeps = any(finding.code == "needed-by-eventing" for finding in verdict.findings)
        inputs = options(arguments.input, found.settings)
        directory = arguments.output_dir
        context = Context(
            clients, inputs, app=arguments.app, directory=directory, keeps_nats=keeps, hardening=found.hardening
        )
        report.steps = plan(verdict, found.live, context)
    return report


def _write(report: AdoptionReport, directory: str) -> str:
    """The message about the written files. Where they cannot be written, the report is unsafe: there is no plan."""
    from krmfn.cli.commands.adopt_files import write

    outcome, findings = write(report, directory)
    if findings:
        report.verdict, report.steps = UNSAFE, []
        report.findings = Findings([*report.findings, *findings]).in_order()
        return ""
    return f"{outcome}\n"
