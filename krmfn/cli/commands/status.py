"""`krmfn status`: every NATS found, with the status that the operator would write once its servers run."""

from __future__ import annotations

from krmfn.cli.arguments import CommonArguments
from krmfn.cluster.status import LONG_AGO, check_url, is_time, status
from krmfn.goyaml.emitter import Unprintable, document
from krmfn.model.finding import error
from krmfn.model.usage import Usage
from krmfn.rendering.pipeline import run as run_all
from krmfn.reports.terminal import STDERR, is_colored, lines, put, stream
from krmfn.sources.options import InputOptions
from krmfn.streams import complain
from krmfn.topology.layout import UNLABELLED
from krmfn.topology.placement import even

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.finding import Finding
    from krmfn.rendering.renderer import Rendered

_ABOUT_STATUS = ("status-url", "namespace")


class Arguments(CommonArguments):
    """The options of `krmfn status`."""

    input: InputOptions = InputOptions()
    time: str | None = None


def run(arguments: Arguments) -> int:
    """The exit status. Raises Usage."""
    if arguments.time is not None and not is_time(arguments.time):
        raise Usage(f"--time needs a time in UTC; write for example --time {LONG_AGO}")
    result = run_all(arguments.input)
    printed: list[str] = []
    for one in [] if result.findings.failed else result.crs:
        text, findings = _printed(one, arguments.time)
        result.findings += (one.source.place(finding) for finding in findings)
        printed.append(text)
    is_failed = result.findings.failed
    said = (f for f in result.findings.in_order() if is_failed or f.code in _ABOUT_STATUS)
    complain(lines(said, color=is_colored(arguments.color, STDERR)))
    return 1 if is_failed else put(stream(printed))


def _printed(one: Rendered, time: str | None) -> tuple[str, list[Finding]]:
    """The CR as it is in the input, with a status; and what is to be said about that."""
    if one.facts is None or not one.ref.namespace:
        text = "the URL contains the namespace, and the NATS has none; set metadata.namespace, or -n"
        return "", [error("namespace", text, ("metadata", "namespace"))]
    value = one.source.value()
    made = {
        **{key: item for key, item in value.items() if key != "status"},
        "metadata": {**value["metadata"], "namespace": one.ref.namespace},
        "status": status(one.facts, _zones_used(one, one.facts), value.get("status"), time),
    }
    findings = list(check_url(one.facts))
    try:
        return document(made), findings
    except Unprintable as why:
        return "", [*findings, error("unprintable-value", f"the NATS contains {why.message}; remove it")]


def _zones_used(one: Rendered, facts: Facts) -> int:
    """Zones that hold a server where every zone has room; 0 where no zones are known."""
    if one.layout is None:
        return 0
    counts = even(facts.size, facts.spread, one.layout)
    return sum(1 for zone, count in zip(one.layout.zones, counts, strict=True) if count and zone.name != UNLABELLED)
