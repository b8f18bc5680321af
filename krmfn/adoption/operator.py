"""Whether the operator, or who brings it back, is still at work."""

from __future__ import annotations

from krmfn.adoption.dump import OPERATOR, called
from krmfn.model.finding import error, warning
from krmfn.model.labels import MANAGED_BY
from krmfn.model.lookup import at, listed
from krmfn.model.objects import GROUP, KIND

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.adoption.dump import LiveCluster, LiveObjects
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object, ObjectRef

LEASE = "26479083.kyma-project.io"
"""The Lease by which copies of the operator elect a leader (nats-manager, cmd/main.go); held by a pod's name."""
_LEASES = "coordination.k8s.io"
RUNNING, STOPPED, UNKNOWN = "running", "stopped", "unknown"
UNMANAGED = "Unmanaged"


class Operator:
    """The operator as the dump has it: its Deployment (None without), and whether it runs.

    `running` are all its Deployments that run: it may be installed in more than one namespace.
    """

    __slots__ = ("deployment", "key", "running", "state")

    def __init__(self, live: LiveObjects) -> None:
        found = [pair for pair in live.of_kind("Deployment", "apps") if pair[0].name == OPERATOR]
        found.sort(key=lambda pair: not _runs(pair[1]))
        self.running = [key for key, obj in found if _runs(obj)]
        self.key: ObjectRef | None = found[0][0] if found else None
        self.deployment: Object | None = found[0][1] if found else None
        self.state = self._state(live)

    def _state(self, live: LiveObjects) -> str:
        """A Lease counts only without the Deployment: a stopped operator may leave its last one behind."""
        if self.deployment is not None:
            return RUNNING if _runs(self.deployment) else STOPPED
        holders = [(key.name, at(obj, "spec").get("holderIdentity")) for key, obj in live.of_kind("Lease", _LEASES)]
        is_held = any(holder and (name == LEASE or str(holder).startswith(OPERATOR)) for name, holder in holders)
        return RUNNING if is_held else UNKNOWN

    @property
    def replicas(self) -> int:
        """How many copies are wanted; 1 where it is not set."""
        return _wanted(self.deployment)


def _wanted(deployment: Object | None) -> int:
    count = at(deployment, "spec").get("replicas", 1)
    return count if isinstance(count, int) else 1


def _runs(deployment: Object) -> bool:
    return bool(_wanted(deployment) or at(deployment, "status").get("replicas"))


class Module:
    """The module `nats` in a Kyma resource: where it is, and whether the lifecycle manager has let it go."""

    __slots__ = ("is_unmanaged", "key", "managed", "number")

    def __init__(self, key: ObjectRef, obj: Object, number: int) -> None:
        row = listed(at(obj, "spec").get("modules"))[number]
        states = listed(at(obj, "status").get("modules"))
        self.key, self.number = key, number
        self.managed = row.get("managed") is not False
        self.is_unmanaged = any(one.get("name") == "nats" and one.get("state") == UNMANAGED for one in states)


def modules(live: LiveObjects) -> list[Module]:
    """The module in every Kyma resource of the dump."""
    found = []
    for key, obj in live.of_kind("Kyma", GROUP):
        rows = listed(at(obj, "spec").get("modules"))
        found += [Module(key, obj, number) for number, row in enumerate(rows) if row.get("name") == "nats"]
    return found


def check_operator(live: LiveObjects, operator: Operator) -> Iterator[Finding]:
    """It puts back what others change, so it must be gone first; step 1 of the plan stops it."""
    if operator.state == UNKNOWN:
        text = (
            f"the dump has neither Deployment {OPERATOR} nor Lease {LEASE}, so it is not known whether the operator"
            " runs; step 1 stops it"
        )
        yield warning("operator-unknown", text)
    elif operator.state == RUNNING:
        yield warning(
            "operator-running", f"the operator {OPERATOR} runs and reverts changes by others; step 1 stops it"
        )
    for module in modules(live):
        if module.managed or not module.is_unmanaged:
            text = (
                f"{called(module.key)}: the lifecycle manager would restart the operator; step 1 waits for {UNMANAGED}"
            )
            yield warning("module-managed", text).at(object=module.key)


def check_age(cluster: LiveCluster) -> Iterator[Finding]:
    """Pods of nats-manager before 1.5 have an init container and no group, which no setting of krmfn renders."""
    pod = at(cluster.workload, "spec", "template", "spec")
    if pod and (pod.get("initContainers") or "runAsGroup" not in at(pod, "securityContext")):
        key = next(key for key, _, _ in cluster.pairs if key.kind == "StatefulSet")
        text = (
            f"{called(key)} was made by a nats-manager older than 1.5 (an init container, or no runAsGroup); update"
            " the module nats to 1.5 or newer, wait until every server has restarted, and dump again"
        )
        yield error("operator-too-old", text, ("spec", "template", "spec")).at(object=key)


def check_left_alone(live: LiveObjects, taken: list[ObjectRef]) -> Iterator[Finding]:
    """A NATS that is in the dump and not taken over: the operator is stopped for all there are."""
    for key, _ in live.of_kind(KIND, GROUP):
        if key not in taken:
            text = (
                f"{called(key)} is not taken over: its servers keep running, but without the operator nothing"
                " manages it"
            )
            yield warning("nats-left-alone", f"{text}; take it over too, with -f").at(object=key)


def check_eventing(live: LiveObjects) -> Iterator[Finding]:
    """Kyma's Eventing asks for a NATS in its namespace."""
    for key, _ in live.of_kind("Eventing", GROUP):
        text = (
            f"{called(key)} finds its servers through the NATS in its namespace, so the NATS must stay; step 7 keeps it"
        )
        yield warning("needed-by-eventing", text).at(object=key)


def check_rotation(cluster: LiveCluster, operator: Operator) -> Iterator[Finding]:
    """The operator sees only Secrets with its label, and makes a new password for one that it does not see."""
    if operator.state == STOPPED:
        return
    names, secret = cluster.facts.names, cluster.secret
    if names.workload != cluster.facts.cr_name:
        text = (
            f"the operator looks for Secret {cluster.facts.cr_name}-secret, which is not the one that it writes, so"
            " it creates a new password at each reconcile; step 1 ends that"
        )
        yield warning("password-rotation", text).at(object=cluster.secret_key)
    elif secret is not None and at(secret, "metadata", "labels").get(MANAGED_BY) != OPERATOR:
        text = (
            f"{called(cluster.secret_key)} lacks the label {MANAGED_BY}: {OPERATOR}, so the operator does not find it"
            " and replaces the password; take step 1 first"
        )
        yield warning("password-rotation", text).at(object=cluster.secret_key)
