"""The findings that a check adds to those of a render."""

from __future__ import annotations

from krmfn.model.finding import Findings
from krmfn.rendering.inventory import check_steps
from krmfn.sources.recognition import is_rendered_kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.rendering.pipeline import PipelineResult


def inspect(result: PipelineResult, namespace: str, start: str) -> int:
    """Add the findings about final objects and about the steps to them; how many final objects were checked.

    `namespace` is that of objects without one. `start` is the folder below which directories with the same objects
    count as several. An input without a NATS is accepted where it has final objects.
    """
    count, final = 0, []
    if not all(is_rendered_kind(source) for source in result.sources):
        from krmfn.comparison.final_objects import check_sources

        configuration = result.configuration
        checked = check_sources(result.sources, result.crs, configuration, namespace, start)
        count, final = checked.count, [*checked.findings, *configuration.findings]
    if count and not result.crs:
        result.findings = Findings(one for one in result.findings if one.code != "no-nats-cr")
    else:
        check_steps(result, namespace)
    result.findings = Findings([*result.findings, *(one for one in final if one not in result.findings)]).in_order()
    return count
