"""Steps 0 to 4: what is done to the cluster before anything is applied. Each can be done again, and be undone."""

from __future__ import annotations

from krmfn.adoption.dump import OPERATOR
from krmfn.adoption.field_managers import FLUX, LET_BE, MANAGERS, restarted_by, unmanaged
from krmfn.adoption.kubectl import DUMPED, NATS, dump, jsonpath, kubectl, patch, printed, resource, wait
from krmfn.adoption.operator import RUNNING, STOPPED, UNMANAGED
from krmfn.adoption.patches import handed_over, release_module, without_finalizer, without_owner
from krmfn.adoption.step import Instruction, Step
from krmfn.model.lookup import at
from krmfn.model.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.adoption.dump import LiveCluster
    from krmfn.adoption.operator import Module, Operator
    from krmfn.adoption.patches import Patch
    from krmfn.adoption.step import Context

CALLED = {"argocd": "Argo CD", "flux": "Flux", "kubectl": "kubectl"}
_STATE = '{.status.modules[?(@.name=="nats")].state}'
_PRUNE = "kustomize.toolkit.fluxcd.io/prune=disabled"
_SYNC = "argocd.argoproj.io/sync-options"
_KEPT = (
    "Delete=false", "Delete=confirm", "PruneLast=true", "Replace=true", "ServerSideApply=true", "ServerSideApply=false",
    "SkipDryRunOnMissingResource=true", "Validate=false", "ApplyOutOfSyncOnly=true", "RespectIgnoreDifferences=true",
)  # fmt: skip
"""Sync options that may be beside Prune=false."""
_RESTARTED = (
    "The servers were restarted with kubectl. Flux would remove that annotation and restart them again; with field"
    f" manager {LET_BE} it stays."
)


def back_up(clusters: list[LiveCluster]) -> Step:
    """Step 0."""
    text = (
        "Save the objects of the cluster. The file has Secrets: keep it out of Git. Back up the streams too: `nats"
        " account backup DIR`, once per account."
    )
    commands = [dump(space, kinds(clusters), f"backup-{space}.yaml") for space in namespaces(clusters)]
    return Step(0, "Back up", [Instruction(text, commands)])


def stop_operator(operator: Operator, modules: list[Module], clusters: list[LiveCluster], context: Context) -> Step:
    """Step 1. The lifecycle manager first: it would start the operator again."""
    managed = [module for module in modules if module.managed]
    patches = [release_module(module) for module in managed]
    parts = []
    if modules:
        text = f"The lifecycle manager stops managing the module: wait for {UNMANAGED}."
        commands = [patch(one, context.directory) for one in patches]
        for module in modules:
            name = f"{resource(module.key)}/{quoted(module.key.name)}"
            met = f"{printed(module.key)} condition met"
            commands.append(wait(module.key.namespace, jsonpath(_STATE, UNMANAGED), [name], "10m", met))
        parts.append(Instruction(text, commands))
    else:
        text = (
            "If Kyma's lifecycle manager manages the operator, first set `managed: false` for the module `nats` in"
            f" the Kyma resource, and wait until its status is {UNMANAGED}. Keep the module in the list."
        )
        parts.append(Instruction(text))
    parts.append(_scaled_down(operator, clusters))
    return Step(1, "Stop the operator", parts, patches)


def _scaled_down(operator: Operator, clusters: list[LiveCluster]) -> Instruction:
    space = operator.key.namespace if operator.key else clusters[0].facts.namespace
    if operator.state == STOPPED:
        return Instruction(
            "The operator is already scaled to 0. Check that none of its pods is left.", [_pods_gone(space)]
        )
    text = "Scale the operator to 0, and wait until its pods are gone."
    if operator.state != RUNNING or operator.deployment is None:
        text += " Its Deployment is not in the dump: if it is in another namespace, use that one."
    commands = []
    for one in [key.namespace for key in operator.running] or [space]:
        scaled = f"deployment.apps/{OPERATOR} scaled"
        commands += [kubectl(one, "scale", "deployment", OPERATOR, "--replicas=0", expected=scaled), _pods_gone(one)]
    return Instruction(text, commands)


def _pods_gone(space: str) -> str:
    """By their names: other managers in the namespace may have pods with the same labels."""
    pods = f"{kubectl(space, 'get', 'pods', '-o', 'name')} | {{ grep '^pod/{OPERATOR}-' || true; }}"
    return f"{pods} | xargs -r {wait(space, '--for=delete', [], '2m')}"


def free_nats(clusters: list[LiveCluster], context: Context) -> Step:
    """Step 2."""
    there = [cluster for cluster in clusters if cluster.cr is not None]
    patches = [one for cluster in there for one in without_finalizer(cluster)]
    kept = [_annotate(cluster) for cluster in there]
    parts = [
        Instruction(
            "Argo CD and Flux must not prune the NATS: pruning also deletes the objects that it owns. Both read"
            " these annotations from the object in the cluster. If the NATS is in Git, add them there too.",
            kept,
        )
    ]
    if patches:
        text = "Remove the operator's finalizer: nothing else would, and the NATS could never be deleted."
        parts.append(Instruction(text, [patch(one, context.directory) for one in patches]))
    if not there:
        parts = [Instruction("The NATS is not in the dump, so there is nothing to do.")]
    return Step(2, "Protect the NATS from pruning, and remove its finalizer", parts, patches)


def _annotate(cluster: LiveCluster) -> str:
    """What is there already stays, where it is one of Argo CD's words."""
    old = at(cluster.cr, "metadata", "annotations").get(_SYNC)
    words = [word.strip() for word in old.split(",")] if isinstance(old, str) else []
    sync = f"{_SYNC}={','.join([*(word for word in words if word in _KEPT), 'Prune=false'])}"
    line = ("annotate", NATS, quoted(cluster.key.name), sync, _PRUNE, "--overwrite")
    return kubectl(cluster.facts.namespace, *line, expected=f"{printed(cluster.key)} annotated")


def free_objects(clusters: list[LiveCluster], context: Context) -> Step:
    """Step 3."""
    patches = [one for cluster in clusters for one in without_owner(cluster)]
    if not patches:
        text = "The NATS owns no object any more, so there is nothing to do."
        return Step(3, "Remove the owner references", [Instruction(text)])
    text = (
        "Objects that the NATS owns are deleted with it. Each patch tests the owner's uid before it removes"
        " the owner reference."
    )
    commands = [patch(one, context.directory) for one in patches]
    return Step(3, "Remove the owner references", [Instruction(text, commands)], patches)


def hand_over(clusters: list[LiveCluster], context: Context) -> Step:
    """Step 4. One client is chosen; the patches of the others are never applied."""
    title = "Hand over the operator's fields"
    text = (
        "The operator stays field manager of what it applied, and a field that is no longer rendered would stay"
        " forever. Rename its entry, and the next apply removes such fields."
    )
    parts, patches = [Instruction(text)], []
    for client in context.clients:
        found = [one for cluster in clusters for one in handed_over(cluster, client)]
        if found:
            parts.append(_renamed(found, client, context))
            if client == FLUX and any(cluster.workload and restarted_by(cluster.workload) for cluster in clusters):
                parts.append(Instruction(_RESTARTED, client=client))
            patches += found
    unknown = [cluster for cluster in clusters if unmanaged(cluster)]
    if unknown:
        parts.append(_ask_again(unknown, context))
    elif not patches:
        parts = [Instruction("The operator manages no fields any more, so there is nothing to do.")]
    return Step(4, title, parts, patches)


def _ask_again(clusters: list[LiveCluster], context: Context) -> Instruction:
    """The position of an entry, which a patch names, is known only from a dump that shows it."""
    text = "The dump does not show the field managers. Dump again and rerun: step 4 of that plan has the patches."
    files = [f"managed-{space}.yaml" for space in namespaces(clusters)]
    commands: list[str] = [dump(space, kinds(clusters), f"managed-{space}.yaml") for space in namespaces(clusters)]
    live = " ".join(quoted(file) for file in files)
    commands.append(f"krmfn adopt --live {live} {context.inputs}")
    return Instruction(text, commands)


def _renamed(patches: list[Patch], client: str, context: Context) -> Instruction:
    text = f"To {CALLED[client]} (field manager {MANAGERS[client]}):"
    if client == "argocd":
        text = f"To {CALLED[client]} with server-side apply (field manager {MANAGERS[client]}):"
    return Instruction(text, [patch(one, context.directory) for one in patches], client)


def namespaces(clusters: list[LiveCluster]) -> list[str]:
    """Each namespace once, in order."""
    return sorted({cluster.facts.namespace for cluster in clusters})


def kinds(clusters: list[LiveCluster]) -> str:
    """What is dumped; a cluster without Istio does not know DestinationRules."""
    has_rule = any(cluster.facts.istio for cluster in clusters)
    return f"{DUMPED},destinationrule" if has_rule else DUMPED
