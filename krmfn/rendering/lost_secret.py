"""What becomes of the mounted Secret when the child that made it is not rendered any more."""

from __future__ import annotations

from krmfn.changes.allowances import findings
from krmfn.changes.secrets import owns, refused, target_of
from krmfn.model.finding import warning
from krmfn.model.labels import FLUX_PRUNE
from krmfn.model.objects import ObjectRef
from krmfn.model.text import shown
from krmfn.rendering.steps import allowed_by
from krmfn.resourcelist import annotations as notes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object
    from krmfn.rendering.renderer import Rendered

_KEEP = (
    "before the apply, annotate the Secret in the cluster with argocd.argoproj.io/sync-options: Prune=false or"
    " kustomize.toolkit.fluxcd.io/prune: disabled"
)
_NEXT = {
    "": f"no pod can restart until a Secret of that name exists; {_KEEP}",
    "Secret": "no pod can restart until the next sync creates the rendered one; sync again at once",
    "stored": "no pod can restart until External Secrets has created it again",
    "generated": (
        "External Secrets does not create it again by itself; after its removal, delete the ExternalSecret, and the"
        " next sync creates both"
    ),
}


def check_gone(one: Rendered, old: Object) -> Iterator[Finding]:
    """Findings about an earlier child that is not wanted any more, if it made the Secret that the pods mount.

    The earlier child comes from a file that anybody can edit, so what is not in order in it says nothing.
    """
    facts, key = one.facts, ObjectRef.parse(old)
    makers = ("Secret", "ExternalSecret")
    if key is None or key.kind not in makers or facts is None:
        return
    if not facts.secret_mounted or key.namespace != facts.namespace:
        return
    name = target_of(old) if key.kind == "ExternalSecret" else key.name
    if name != facts.names.secret:
        return
    new = next((child for child in one.children if child["kind"] in makers), None)
    if new is not None and (change := refused(ObjectRef.of(new), {key: old})) is not None:
        yield from map(one.source.place, findings([change], allowed_by(one.source)[0]))
    elif key.kind == "Secret" or owns(old):
        if key.kind == "ExternalSecret" and notes.of(old).get(FLUX_PRUNE) == "disabled":
            yield one.source.place(_left(key.namespace, key.name, name))
        with_it = " with its ExternalSecret" if key.kind == "ExternalSecret" else ""
        text = f"Secret {shown(name)} is removed{with_it}, and the StatefulSet mounts it: running pods keep it, but "
        yield one.source.place(warning("secret-removed", text + _NEXT[_kind_of(one, new)]))


def _left(namespace: str, name: str, secret: str) -> Finding:
    """What `protect` keeps goes on working: two would write the Secret in turns."""
    space = f"-n {shown(namespace)} " if namespace else ""
    text = (
        f"Flux keeps ExternalSecret {shown(name)} in the cluster (protect), and it still writes Secret"
        f" {shown(secret)}; after the apply, run kubectl {space}delete externalsecret {shown(name)} --cascade=orphan"
    )
    return warning("external-secret-left", text)


def _kind_of(one: Rendered, new: Object | None) -> str:
    if new is None or new["kind"] == "Secret":
        return "" if new is None else "Secret"
    return "generated" if one.facts is not None and one.facts.password_generated else "stored"
