"""Steps 5 to 8: the rendered objects take the place of the operator's, and the NATS goes or stays inert."""

from __future__ import annotations

from krmfn.adoption.dump import OPERATOR
from krmfn.adoption.field_managers import ARGOCD, FLUX, KUBECTL
from krmfn.adoption.kubectl import NATS, ShellCommand, dump, jsonpath, kubectl, resource, wait
from krmfn.adoption.step import Instruction, Step
from krmfn.adoption.steps_before import namespaces
from krmfn.changes.change import MEANINGS, METADATA, RECREATE, RELOAD, RESTART, STRENGTH
from krmfn.cluster.facts import OPERATOR_PRIORITY_CLASS
from krmfn.cluster.storage import human, share_bytes, usage_command
from krmfn.model.lookup import at
from krmfn.model.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from krmfn.adoption.assessment import ClusterAssessment
    from krmfn.adoption.differences import FieldDifference
    from krmfn.adoption.dump import LiveCluster
    from krmfn.adoption.operator import Operator
    from krmfn.adoption.step import Context
    from krmfn.changes.change import Change

APP = "APP"
"""The placeholder in a command for a name that is unknown."""
PROFILE, LATER = "nats-manager", "hardened"
_CRD_LAST = (
    "Delete the CustomResourceDefinition last, when `kubectl get nats --all-namespaces` lists none: deleting it"
    " deletes every NATS."
)


def render(judged: list[ClusterAssessment], context: Context) -> Step:
    """Step 5. The comparison allows the class of changes that were found harmless, and nothing stronger."""
    clusters = [one.cluster for one in judged]
    least, limit = _passed([different for one in judged for different in one.differences])
    text = (
        "Render the same objects again, and compare them with the cluster. `krmfn diff` fails when a change does"
        f" more than {limit}. Then commit the directory `rendered` where the tool reads it; keep the NATS outside of"
        " it."
    )
    commands: list[str] = [f"krmfn render {context.inputs} --set profile={PROFILE} --output-dir rendered"]
    commands.append("mkdir -p after")
    commands += [dump(space, _taken_over(clusters, space), f"after/{space}.yaml") for space in namespaces(clusters)]
    if least == RECREATE:  # restarts are weaker: that none comes is known from an unchanged StatefulSet
        commands += [condition for one in judged if (condition := _unchanged(one))]
    expected = f"{METADATA}: {MEANINGS[METADATA]} (...)" if least == RELOAD else ""
    commands.append(ShellCommand(f"krmfn diff after rendered --fail-on {least}", expected))
    return Step(5, "Render and commit", [Instruction(text, commands)])


def _taken_over(clusters: list[LiveCluster], namespace: str) -> str:
    """By name what is compared: another NATS in the namespace would look like one that goes."""
    keys = [key for cluster in clusters for key, live, _ in cluster.pairs if live is not None]
    return " ".join(f"{resource(key)}/{quoted(key.name)}" for key in keys if key.namespace == namespace)


def _passed(different: list[FieldDifference]) -> tuple[str, str]:
    """The least class of change that must not be, and what the strongest that may be does."""
    if any(one.waits for one in different):
        return RECREATE, "write the setting that needs a restart"
    if any(one.change.impact == RELOAD for one in different):
        return RESTART, "reload the configuration"
    return RELOAD, "touch metadata"


def first_sync(judged: list[ClusterAssessment], context: Context) -> Step:
    """Step 6."""
    parts = [_SYNCS[client](quoted(context.app or APP)) for client in context.clients]
    expected = [_unchanged(one) for one in judged]
    text = (
        "Objects only get the annotation krmfn.dev/owner and the tool's own tracking mark. No pod restarts: the"
        " generation of the StatefulSet stays the same."
    )
    if any(one.differences for one in judged):
        text = (
            "Objects get the annotation krmfn.dev/owner and the tool's own tracking mark, and change as listed above."
        )
    parts.append(Instruction(text, [one for one in expected if one]))
    return Step(6, "Sync for the first time, manually and without pruning", parts)


def ways_back(operator: Operator, clusters: list[LiveCluster]) -> dict[int, str]:
    """Number of a step -> the way back to the operator when it was done and the next one was not."""
    space = operator.key.namespace if operator.key else clusters[0].facts.namespace
    start = kubectl(space, f"scale deployment {OPERATOR} --replicas={operator.replicas or 1}")
    begin = f"tart the operator, `{start}`; if the module was set to unmanaged, set `managed: true` again"
    restores = "It force-applies its objects, which restores fields, owner references and the finalizer."
    return {
        0: "Nothing in the cluster has changed.",
        1: f"S{begin}.",
        **dict.fromkeys((2, 3, 4), f"S{begin}. {restores}"),
        5: f"Nothing in the cluster has changed since step 4: s{begin}. {restores}",
        6: f"Stop the sync, then s{begin}. {restores}",
        7: "You cannot go back to the operator: it would make a new cluster.  Change the objects in Git from now on.",
        8: "Render profile nats-manager again, with the same keys. It restarts every server once more.",
    }


def _unchanged(one: ClusterAssessment) -> str:
    """A check that the StatefulSet's specification is as it was; "" where a harmless field of it changes."""
    cluster = one.cluster
    if any(d.change.ref.kind == "StatefulSet" and d.change.path[0] == "spec" for d in one.differences):
        return ""
    generation = at(cluster.workload, "metadata").get("generation")
    if not isinstance(generation, int):
        return ""
    condition = jsonpath("{.metadata.generation}", generation)
    name = cluster.facts.names.workload
    met = f"statefulset.apps/{name} condition met"
    return wait(cluster.facts.namespace, condition, [f"statefulset/{quoted(name)}"], "10s", met)


def _argocd(app: str) -> Instruction:
    text = (
        "Point the Application at the directory, without automated sync and with ServerSideApply=true. Argo CD shows"
        " differences in annotations only. Do not prune, and never use Replace or Force."
    )
    commands = [
        f"argocd app set {app} --sync-policy none --sync-option ServerSideApply=true",
        f"argocd app diff {app} || test $? -eq 1",
        f"argocd app sync {app} --server-side",
    ]
    return Instruction(text, commands, ARGOCD)


def _flux(app: str) -> Instruction:
    text = "Point the Kustomization at the directory, with `prune: false` and without `force`. Enable pruning later."
    return Instruction(text, [f"flux reconcile kustomization {app} --with-source"], FLUX)


def _kubectl(_app: str) -> Instruction:
    text = "Apply the directory with server-side apply."
    return Instruction(text, ["kubectl apply --server-side --force-conflicts -k rendered"], KUBECTL)


_SYNCS = {ARGOCD: _argocd, FLUX: _flux, KUBECTL: _kubectl}


def let_go(clusters: list[LiveCluster], context: Context) -> Step:
    """Step 7. From here on there is no way back to the operator."""
    last = [*_priority_class(clusters), Instruction(_CRD_LAST)]
    if context.keeps_nats:
        text = (
            "Kyma Eventing needs the NATS, so keep it: without the operator nothing acts on it. Its status stays as"
            " the operator wrote it; `krmfn status` prints a new one. Keep the CustomResourceDefinition too."
        )
        return Step(7, "Keep the NATS, inert", [Instruction(text), *_priority_class(clusters)])
    there = [cluster for cluster in clusters if cluster.cr is not None]
    if not there:
        return Step(7, "Delete the NATS", [Instruction("It is already deleted."), *last])
    text = (
        "Remove it from Git if it is there, and delete only the NATS. The objects stay. You can also keep it:"
        " without the operator nothing acts on it."
    )
    commands = [_deleted(cluster) for cluster in there]
    return Step(7, "Delete the NATS", [Instruction(text, commands), *last])


def _priority_class(clusters: list[LiveCluster]) -> Iterator[Instruction]:
    """The operator's manifests make the class that its pods name; it goes with them."""
    if any(cluster.facts.priority_class == OPERATOR_PRIORITY_CLASS for cluster in clusters):
        yield Instruction(
            f"Keep the PriorityClass {OPERATOR_PRIORITY_CLASS} when you remove the operator's manifests, or create"
            " one with that name first: the servers use it, and without it the API server rejects every new pod."
        )


def _deleted(cluster: LiveCluster) -> str:
    deleted = f'{NATS} "{cluster.key.name}" deleted'
    words = ("delete", NATS, quoted(cluster.key.name), "--cascade=orphan")
    return kubectl(cluster.facts.namespace, *words, expected=deleted)


def harden(clusters: list[LiveCluster], context: Context) -> Step:
    """Step 8. It keeps the limits of the stores: servers that hold more than a smaller one do not come back.

    `context.hardening` are the changes that it will make, as far as the current settings show.
    """
    name = quoted(f"clusterName={clusters[0].facts.cluster_name}")
    text = (
        "Later, in a separate change, move to profile hardened. It restarts every server once, one at a time while"
        " all others are Ready. Keep the cluster name: another one splits a running cluster. `fileStore=100%` keeps"
        " the limit of the file store."
    )
    commands = [
        f"krmfn render {context.inputs} --set profile={LATER} --set {name} --set fileStore=100% --output-dir hardened",
        "krmfn diff rendered hardened --fail-on blocked",
    ]
    parts = [
        *_memory_kept(clusters),
        Instruction(text, commands),
        *_preview(context.hardening),
        _lowered_later(clusters),
    ]
    return Step(8, "Later: harden", parts)


def _preview(changes: Sequence[Change]) -> Iterator[Instruction]:
    """What the second command will print, the strongest first."""
    if changes:
        rows: dict[str, list[str]] = {}
        for change in sorted(changes, key=lambda one: -STRENGTH[one.impact]):
            if change.impact == RESTART and any(row.startswith(RESTART) for row in rows):
                continue  # the servers restart once, whatever of their pods changes
            names = rows.setdefault(f"{change.impact}: {change.why}", [])
            name = f"{change.ref.kind} {change.ref.name}"
            names += [name] if name not in names else []
        said = [f"{what} ({', '.join(names)})" for what, names in rows.items()]
        yield Instruction("With the settings of today it changes:", rows=said)


def _memory_kept(clusters: list[LiveCluster]) -> Iterator[Instruction]:
    for cluster in clusters:
        facts = cluster.facts
        if facts.memory_store_hardened < facts.memory_store:
            yield Instruction(
                f"NATS {facts.cr_name} does not set spec.jetStream.memStorage.size, and hardened would choose"
                f" {human(facts.memory_store_hardened)}. Write `size: {human(facts.memory_store)}` there to keep the"
                " running limit, or `enabled: false` if no stream is kept in memory."
            )


def _lowered_later(clusters: list[LiveCluster]) -> Instruction:
    """What a server stores and has reserved is known to the server alone."""
    limits = ", ".join(
        f"{human(share_bytes(cluster.facts.claim_size))} for {cluster.facts.names.workload}" for cluster in clusters
    )
    text = (
        "No file system holds a store as large as its volume, so the disk fills first. Before you remove fileStore,"
        " check what each server stores and reserves (`storage` and `reserved_storage`, in bytes). Only if both are"
        f" below the default of hardened ({limits}) on every server, remove it in a separate change, and annotate the"
        " NATS with krmfn.dev/allow: file-store-lowered. Otherwise lower max_bytes of streams first, or grow the"
        " volumes."
    )
    commands = [
        usage_command(cluster.facts.namespace, cluster.facts.names.workload, number)
        for cluster in clusters
        for number in range(cluster.facts.replicas)
    ]
    return Instruction(text, commands)
