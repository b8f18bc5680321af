"""StatefulSets, Deployments and Jobs: what they make pods from."""

from __future__ import annotations

from krmfn.checks.rules.constraints import between, forbidden, inner, label, maps, needed, one_of, subdomain
from krmfn.checks.rules.policies import amount_of_pods
from krmfn.model.finding import error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object

_RETENTION = ("Delete", "Retain")


def kind_with_spec(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A kind, or a template of pods, that is nothing without its spec."""
    if value.get("spec") is None:
        yield from needed(value, path, "spec")


def stateful_set(value: Object, path: FieldPath) -> Iterator[Finding]:
    """How many pods, how they are replaced, what becomes of their claims."""
    yield from between(value, path, 0, None, "replicas", "minReadySeconds", "revisionHistoryLimit")
    yield from between(inner(value, "ordinals"), (*path, "ordinals"), 0, None, "start")
    yield from subdomain(value, path, "serviceName")
    yield from _selector(value, path)
    yield from _always(value, path)
    for index, claim in enumerate(maps(value, "volumeClaimTemplates")):
        metadata, at = inner(claim, "metadata"), (*path, "volumeClaimTemplates", index, "metadata")
        yield from needed(metadata, at, "name")
        yield from label(metadata, at, "name")
    strategy, at = inner(value, "updateStrategy"), (*path, "updateStrategy")
    rolling = inner(strategy, "rollingUpdate")
    if strategy.get("type") == "OnDelete":
        yield from forbidden(strategy, at, "rollingUpdate", "with the type OnDelete")
    yield from between(rolling, (*at, "rollingUpdate"), 0, None, "partition")
    yield from amount_of_pods(rolling, (*at, "rollingUpdate"), "maxUnavailable", least=1)
    retention = inner(value, "persistentVolumeClaimRetentionPolicy")
    for name in ("whenDeleted", "whenScaled"):
        yield from one_of(retention, (*path, "persistentVolumeClaimRetentionPolicy"), name, _RETENTION)


def deployment(value: Object, path: FieldPath) -> Iterator[Finding]:
    """How many pods, and how they are replaced."""
    yield from between(value, path, 0, None, "replicas", "minReadySeconds", "revisionHistoryLimit")
    yield from between(value, path, 1, None, "progressDeadlineSeconds")
    yield from _selector(value, path)
    yield from _always(value, path)
    strategy, at = inner(value, "strategy"), (*path, "strategy")
    rolling = inner(strategy, "rollingUpdate")
    if strategy.get("type") == "Recreate":
        yield from forbidden(strategy, at, "rollingUpdate", "with the type Recreate")
    for name in ("maxSurge", "maxUnavailable"):
        yield from amount_of_pods(rolling, (*at, "rollingUpdate"), name)
    if rolling.get("maxSurge") in (0, "0%") and rolling.get("maxUnavailable") in (0, "0%"):
        text = "maxSurge and maxUnavailable are both 0, so no pod could be replaced; raise one"
        yield error("schema-conflict", text, (*at, "rollingUpdate", "maxUnavailable"))


def job(value: Object, path: FieldPath) -> Iterator[Finding]:
    """How many pods run to their end."""
    counts = ("parallelism", "completions", "backoffLimit", "ttlSecondsAfterFinished", "activeDeadlineSeconds")
    yield from between(value, path, 0, None, *counts)
    spec = inner(inner(value, "template"), "spec")
    if spec.get("restartPolicy") not in ("OnFailure", "Never"):
        at = (*path, "template", "spec", "restartPolicy")
        yield error("schema-enum", "pods of a Job end; write OnFailure or Never", at)


def _selector(value: Object, path: FieldPath) -> Iterator[Finding]:
    selector = value.get("selector")
    if isinstance(selector, dict) and not selector.get("matchLabels") and not selector.get("matchExpressions"):
        text = "the selector is empty; write matchLabels with the labels of the pods"
        yield error("schema-missing", text, (*path, "selector"))


def _always(value: Object, path: FieldPath) -> Iterator[Finding]:
    """Pods that are always restarted, and have no end."""
    spec, at = inner(inner(value, "template"), "spec"), (*path, "template", "spec")
    yield from one_of(spec, at, "restartPolicy", ("Always",))
    yield from forbidden(spec, at, "activeDeadlineSeconds", "here, where pods run forever")
