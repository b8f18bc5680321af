"""The plan: nine steps in an order that leaves a way back until the seventh."""

from __future__ import annotations

from krmfn.adoption import steps_after, steps_before
from krmfn.adoption.operator import modules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.adoption.assessment import Assessment
    from krmfn.adoption.dump import LiveObjects
    from krmfn.adoption.step import Context, Step


def plan(verdict: Assessment, live: LiveObjects, context: Context) -> list[Step]:
    """The steps for a verdict that is safe and about at least one NATS."""
    clusters = [one.cluster for one in verdict.clusters]
    steps = [
        steps_before.back_up(clusters),
        steps_before.stop_operator(verdict.operator, modules(live), clusters, context),
        steps_before.free_nats(clusters, context),
        steps_before.free_objects(clusters, context),
        steps_before.hand_over(clusters, context),
        steps_after.render(verdict.clusters, context),
        steps_after.first_sync(verdict.clusters, context),
        steps_after.let_go(clusters, context),
        steps_after.harden(clusters, context),
    ]
    ways = steps_after.ways_back(verdict.operator, clusters)
    for step in steps:
        step.back = ways[step.number]
    return steps
