"""The verdict: whether taking the plan's steps in their order restarts nothing, deletes nothing and loses nothing."""

from __future__ import annotations

from krmfn.adoption import differences as differing
from krmfn.adoption.field_managers import check_managers
from krmfn.adoption.gitops_tracking import check_tracking
from krmfn.adoption.operator import (
    Operator,
    check_age,
    check_eventing,
    check_left_alone,
    check_operator,
    check_rotation,
)
from krmfn.adoption.owner_references import check_ownership
from krmfn.adoption.presence import check_presence, check_rest
from krmfn.adoption.proof import proofs
from krmfn.adoption.volumes import check_claims, check_secret
from krmfn.model.finding import Findings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.adoption.differences import FieldDifference
    from krmfn.adoption.dump import LiveCluster, LiveObjects
    from krmfn.adoption.proof import Proof
    from krmfn.model.finding import Finding

SAFE, UNSAFE = "safe", "unsafe"


class ClusterAssessment:
    """One NATS: what is proved, what differs, and every finding about it."""

    __slots__ = ("cluster", "differences", "findings", "proofs")

    def __init__(self, cluster: LiveCluster, clients: tuple[str, ...], app: str | None, operator: Operator) -> None:
        self.cluster = cluster
        self.differences: list[FieldDifference] = differing.differences(cluster)
        self.proofs: list[Proof] = list(proofs(cluster, self.differences))
        self.findings = [
            *differing.findings(self.differences),
            *_hazards(cluster, clients, app),
            *check_rotation(cluster, operator),
        ]


class Assessment:
    """The assessment of a take-over; `findings` are about the whole dump. An error makes it unsafe.

    What the plan cures is a warning that names its step; what it cannot cure is an error.
    """

    __slots__ = ("clusters", "findings", "operator")

    def __init__(
        self, live: LiveObjects, clusters: list[LiveCluster], clients: tuple[str, ...], app: str | None
    ) -> None:
        self.operator = Operator(live)
        self.clusters = [ClusterAssessment(cluster, clients, app, self.operator) for cluster in clusters]
        self.findings = [
            *check_operator(live, self.operator),
            *check_left_alone(live, [cluster.key for cluster in clusters]),
            *check_eventing(live),
        ]

    def all_findings(self) -> Findings:
        """Of the dump and of every NATS."""
        return Findings([*self.findings, *(finding for one in self.clusters for finding in one.findings)])

    @property
    def verdict(self) -> str:
        """`safe` or `unsafe`."""
        return UNSAFE if self.all_findings().failed else SAFE


def _hazards(cluster: LiveCluster, clients: tuple[str, ...], app: str | None) -> Iterator[Finding]:
    yield from check_presence(cluster)
    yield from check_age(cluster)
    yield from check_rest(cluster)
    yield from check_claims(cluster)
    yield from check_secret(cluster)
    yield from check_ownership(cluster)
    yield from check_managers(cluster, clients)
    yield from check_tracking(cluster, clients, app)
