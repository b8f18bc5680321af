"""Which client tracks the live objects: another one would prune or change what this one applies."""

from __future__ import annotations

from krmfn.adoption.dump import called, plain
from krmfn.adoption.field_managers import ARGOCD, FLUX
from krmfn.model.finding import error, warning
from krmfn.model.lookup import at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.adoption.dump import LiveCluster
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object, ObjectRef

TRACKING_ID = "argocd.argoproj.io/tracking-id"
INSTANCE = "argocd.argoproj.io/instance"
"""The label of Argo CD's tracking by label where that has a key of its own; the default key is the operator's too."""
KUSTOMIZATION = "kustomize.toolkit.fluxcd.io/name"
_CALLED = {ARGOCD: "Argo CD's Application", FLUX: "Flux's Kustomization"}


def check_tracking(cluster: LiveCluster, clients: tuple[str, ...], app: str | None) -> Iterator[Finding]:
    """`app` is the Application or Kustomization that is to apply the objects, None where it is unknown."""
    for key, obj in cluster.members():
        for client, name in trackers(obj):
            if key == cluster.key:
                yield _in_git(key, client)
            else:
                yield from _elsewhere(key, client, name, clients, app)
    if app == cluster.facts.names.instance and ARGOCD in clients:
        text = (
            f"the Application is named {app}, like the pods' label app.kubernetes.io/instance: if Argo CD tracks by"
            " label, it would prune the volumes; use annotation tracking, or rename the Application"
        )
        yield warning("app-name-is-instance", text).at(object=cluster.key)


def trackers(obj: Object) -> Iterator[tuple[str, str]]:
    """(client, name of its Application or Kustomization) by the marks on an object; "" for a name not to be shown."""
    identifier = at(obj, "metadata", "annotations").get(TRACKING_ID)
    label = at(obj, "metadata", "labels").get(INSTANCE)
    if isinstance(identifier, str):
        yield ARGOCD, plain(identifier.partition(":")[0]) or ""
    elif isinstance(label, str):
        yield ARGOCD, plain(label) or ""
    name = at(obj, "metadata", "labels").get(KUSTOMIZATION)
    if isinstance(name, str):
        yield FLUX, plain(name) or ""


def _in_git(key: ObjectRef, client: str) -> Finding:
    text = (
        f"{called(key)} is applied by {_CALLED[client]}: add the annotations of step 2 in Git too, one commit before"
        " you remove it there"
    )
    return warning("nats-in-git", text).at(object=key)


def _elsewhere(key: ObjectRef, client: str, name: str, clients: tuple[str, ...], app: str | None) -> Iterator[Finding]:
    who = f"{_CALLED[client]} {name}".rstrip()
    if client not in clients or (app is not None and app != name):
        text = f"{called(key)} is tracked by {who}, which would still apply or prune it; remove it there first"
        yield error("tracked-elsewhere", text).at(object=key)
    elif app is None:
        text = f"{called(key)} is tracked by {who}; set --app to the one that will apply it"
        yield warning("tracked-elsewhere", text).at(object=key)
