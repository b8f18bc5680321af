"""How many servers may be unavailable at once: disruption budgets and zone constraints held against the quorum."""

from __future__ import annotations

from krmfn.changes.budgets import allowed
from krmfn.changes.zone_rule import hard_constraints
from krmfn.checks.pods import joined, title
from krmfn.checks.tree import is_marked
from krmfn.cluster.cr import Spread
from krmfn.model.finding import error, warning
from krmfn.model.fix import is_misspelled, replaced, respelled
from krmfn.model.labels import HOST, ZONE, is_qualified_name
from krmfn.model.lookup import at, listed
from krmfn.model.text import nearest, shown
from krmfn.topology.layout import numbered
from krmfn.topology.rules import ENOUGH_ZONES
from krmfn.topology.streams import majority
from krmfn.topology.verdict import survives

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.server import ServerGroup
    from krmfn.checks.tree import Tree
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object, ObjectRef

_WELL_KNOWN = (ZONE, "topology.kubernetes.io/region", HOST)
"""Labels that nodes have on every cluster with zones. Any other key may be a label of the user's own."""


def check(tree: Tree) -> Iterator[Finding]:
    """Every StatefulSet of servers with its budgets and its placement rules."""
    for server in tree.servers:
        space, size = server.pods.ref.namespace, server.replicas
        if size is None:
            continue
        own = tree.selecting(server.pods, "PodDisruptionBudget", "policy", "selector")
        for ref, obj in own:
            yield from _budget(server, size, ref, obj)
        if len(own) > 1:
            text = (
                f"the pods of {server.pods.title} have more than one budget ({joined(title(ref) for ref, _ in own)}),"
                " and then the API server does not evict any of them, so nodes cannot be drained; remove one"
            )
            yield error("pdb-twice", text, ("spec", "selector")).at(object=own[1][0])
        if (
            not own
            and size >= ENOUGH_ZONES
            and is_marked(server.pods.obj)
            and not tree.may_lack("PodDisruptionBudget", space)
        ):
            text = f"no PodDisruptionBudget guards the servers of {server.pods.title}, so a drain may evict all at once"
            yield warning("pdb-missing", f"{text}; add one with maxUnavailable: 1").at(object=server.pods.ref)
        if size >= ENOUGH_ZONES:
            yield from _zones(server, size)
        yield from _hard_rules(server)
        yield from _keys(server)


def _budget(server: ServerGroup, size: int, ref: ObjectRef, obj: Object) -> Iterator[Finding]:
    field = "maxUnavailable" if at(obj, "spec").get("maxUnavailable") is not None else "minAvailable"
    path, away = ("spec", field), allowed(obj, size)
    current, fix = at(obj, "spec").get(field), replaced(path, 1) if field == "maxUnavailable" else None
    right = f"write maxUnavailable: 1{'' if fix else ' instead of minAvailable'}"
    if away <= 0 and size > 0:
        text = (
            f"{title(ref)} lets none of the {size} servers of {server.pods.title} be evicted, so a drain of their nodes"
            f" never ends; {right}"
        )
        yield error("pdb-blocks-drain", text, path, current, fix).at(object=ref)
    elif size >= ENOUGH_ZONES and size - away < majority(size):
        text = (
            f"{title(ref)} lets a drain evict {away} of {size} servers of {server.pods.title} at once, and JetStream"
            f" needs {majority(size)} of them; {right}"
        )
        yield error("pdb-loses-quorum", text, path, current, fix).at(object=ref)


def _zones(server: ServerGroup, size: int) -> Iterator[Finding]:
    """Whether the hard constraints keep a quorum through the loss of any one zone."""
    path = (*server.pods.path, "topologySpreadConstraints")
    hard = hard_constraints(server.pods.obj)
    if _one_a_zone(server):
        return
    if not hard:
        text = (
            f"the servers of {server.pods.title} are not spread over zones (no topologySpreadConstraint over zones"
            f" with DoNotSchedule): one zone can hold {majority(size)} or more of {size}, and losing it stops"
            " JetStream; set zones"
        )
        yield warning("zone-loss-possible", text, path).at(object=server.pods.ref)
        return
    for row in hard:
        skew, least = row.get("maxSkew", 1), row.get("minDomains", 1)
        if isinstance(skew, int) and isinstance(least, int) and skew > 0 and least > 0:
            spread = Spread(max_skew=skew, min_domains=least)
            if least >= min(ENOUGH_ZONES, size) and survives(size, spread, numbered(max(least, ENOUGH_ZONES))):
                return
    row = hard[0]
    text = (
        f"the zone constraint of {server.pods.title} (maxSkew {row.get('maxSkew')}, minDomains"
        f" {row.get('minDomains', 'not set')}) lets one zone hold {majority(size)} or more of {size} servers when"
        " another is full or missing, and its loss then stops JetStream"
    )
    yield warning("zone-loss-full-zone", text, path).at(object=server.pods.ref)


def _one_a_zone(server: ServerGroup) -> bool:
    return any(row.get("topologyKey") == ZONE for row in _required(server))


def _required(server: ServerGroup) -> list[Object]:
    affinity = at(server.pods.spec, "affinity", "podAntiAffinity")
    rows = listed(affinity.get("requiredDuringSchedulingIgnoredDuringExecution"))
    return [row for row in rows if server.pods.found_by(row.get("labelSelector"))]


def _hard_rules(server: ServerGroup) -> Iterator[Finding]:
    """A required rule about nodes: the server of a drained node waits for that node, and the drain for the server."""
    for row in _required(server):
        if row.get("topologyKey") == HOST and is_marked(server.pods.obj):
            text = (
                f"a required anti-affinity of {server.pods.title} needs one node per server, so without one of them a"
                " server stays Pending; use preferred"
            )
            path = (*server.pods.path, "affinity", "podAntiAffinity")
            yield warning("host-rule-required", text, path).at(object=server.pods.ref)


def _keys(server: ServerGroup) -> Iterator[Finding]:
    """Keys of constraints that no node has: misspelled ones, and strings that cannot be the key of a label."""
    for number, row in enumerate(listed(server.pods.spec.get("topologySpreadConstraints"))):
        key = str(row.get("topologyKey"))
        meant = nearest(key, _WELL_KNOWN)
        if key in _WELL_KNOWN or (is_qualified_name(key) and not (meant and is_misspelled(key, meant, _WELL_KNOWN))):
            continue
        path = (*server.pods.path, "topologySpreadConstraints", number, "topologyKey")
        if row.get("whenUnsatisfiable", "DoNotSchedule") == "DoNotSchedule":
            report, effect = error, "the pods stay Pending"
        else:
            report, effect = warning, "the constraint has no effect"
        text = (
            f'"{shown(key)}" in a constraint of {server.pods.title} is not a label of nodes, so {effect}; write'
            f" {meant or ZONE}"
        )
        yield report("topology-key", text, path, key, respelled(path, key, meant, _WELL_KNOWN)).at(
            object=server.pods.ref
        )
