"""What pods name: volumes, ConfigMaps, Secrets and their keys, accounts."""

from __future__ import annotations

from krmfn.checks import certificates
from krmfn.checks.near_names import NearNames
from krmfn.checks.pods import joined, title
from krmfn.checks.tree import is_marked
from krmfn.model.finding import error, info, warning
from krmfn.model.fix import replaced
from krmfn.model.lookup import at, listed
from krmfn.model.names import Names
from krmfn.model.objects import OWNER
from krmfn.model.text import nearest, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.pods import Pods
    from krmfn.checks.tree import Tree
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object

EXTERNAL = "external-secrets.io"
GENERATORS = "generators.external-secrets.io"
_STEPS = 2
"""Letters that differ where another name is surely meant."""
_NONE = NearNames(())


class Reference:
    """An object that pods name: its kind and name, where, the keys that they want of it, and whether it may lack."""

    __slots__ = ("is_optional", "keys", "kind", "name", "path")

    def __init__(
        self, kind: str, name: str, path: FieldPath, keys: list[tuple[FieldPath, str]], *, is_optional: bool
    ) -> None:
        self.kind = kind
        self.name = name
        self.path = path
        self.keys = keys
        self.is_optional = is_optional


def check(tree: Tree) -> Iterator[Finding]:
    """References to missing objects, and objects of krmfn that nothing refers to."""
    used: set[tuple[str, str, str]] = set()
    made = _made(tree)
    for pods in tree.every_pods():
        found = list(references(pods))
        used.update((one.kind, pods.ref.namespace, one.name) for one in found)
        if tree.is_ours(pods.ref, pods.obj):
            yield from _mounts(pods)
            yield from _accounts(tree, pods)
            secrets = made.get(pods.ref.namespace, _NONE)
            for one in found:
                if not one.is_optional:
                    yield from _there(tree, pods, one, secrets if one.kind == "Secret" else _NONE)
    for kind in ("ConfigMap", "Secret"):
        for ref, obj in tree.of_kind(kind):
            is_used = (kind, ref.namespace, ref.name) in used or tree.may_lack_pods(ref.namespace)
            if is_marked(obj) and not is_used and tree.has_servers_of(obj):
                text = (
                    f"no pod uses {title(ref)}, which krmfn rendered for the servers; write its name in the volume that"
                    " is for it, or remove it"
                )
                yield warning("link-unused", text, ("metadata", "name")).at(object=ref)
    for ref, obj in tree.of_kind("ExternalSecret", EXTERNAL):
        name = secret_of(obj)
        is_used = ("Secret", ref.namespace, name) in used or tree.may_lack_pods(ref.namespace)
        if is_marked(obj) and not is_used and tree.has_servers_of(obj):
            text = (
                f"no pod uses Secret {shown(name)}, which {title(ref)} makes for the servers; write its name in the"
                " volume that is for it"
            )
            yield warning("link-unused", text, ("spec", "target", "name")).at(object=ref)
    for ref, name in certificates.unused(tree, used):
        if not tree.may_lack_pods(ref.namespace) and tree.has_servers_of(tree.objects[ref]):
            text = (
                f"no pod uses Secret {shown(name)}, which {title(ref)} makes for the servers; write its name in the"
                " volume that is for it"
            )
            yield warning("link-unused", text, ("spec", "secretName")).at(object=ref)
    yield from _generators(tree)


def references(pods: Pods) -> Iterator[Reference]:
    """Every ConfigMap and Secret that the pods name in volumes and variables, and Secrets to pull images with."""
    for position, volume in enumerate(listed(pods.spec.get("volumes"))):
        path = (*pods.path, "volumes", position)
        yield from _of_volume(volume, path)
        for number, source in enumerate(listed(at(volume, "projected").get("sources"))):
            yield from _of_volume(source, (*path, "projected", "sources", number))
    for path, container in pods.containers():
        for position, row in enumerate(listed(container.get("env"))):
            for kind, field in (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")):
                one = at(row, "valueFrom", field)
                here = (*path, "env", position, "valueFrom", field)
                if isinstance(one.get("name"), str):
                    keys = [((*here, "key"), str(one.get("key")))]
                    yield Reference(kind, one["name"], (*here, "name"), keys, is_optional=one.get("optional") is True)
        for position, row in enumerate(listed(container.get("envFrom"))):
            for kind, field in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
                one = at(row, field)
                if isinstance(one.get("name"), str):
                    here = (*path, "envFrom", position, field, "name")
                    yield Reference(kind, one["name"], here, [], is_optional=one.get("optional") is True)


def _of_volume(row: Object, path: FieldPath) -> Iterator[Reference]:
    for kind, field in (("ConfigMap", "configMap"), ("Secret", "secret")):
        one = at(row, field)
        key = "secretName" if "secretName" in one else "name"
        if isinstance(one.get(key), str):
            items = enumerate(listed(one.get("items")))
            keys: list[tuple[FieldPath, str]] = [
                ((*path, field, "items", n, "key"), str(item.get("key"))) for n, item in items
            ]
            yield Reference(kind, one[key], (*path, field, key), keys, is_optional=one.get("optional") is True)


def _there(tree: Tree, pods: Pods, one: Reference, made: NearNames) -> Iterator[Finding]:
    """Findings about one reference; `made` are names of objects of the kind that controllers create."""
    space = pods.ref.namespace
    obj = tree.get(one.kind, space, one.name)
    if obj is not None:
        had = keys_of(obj)
        for path, key in one.keys if had is not None else ():
            if key not in (had or ()):
                text = f"{pods.title} uses key {shown(key)} of {one.kind} {shown(one.name)}, which does not exist"
                yield error("link-reference", f"{text}: no pod starts; use an existing key", path).at(object=pods.ref)
        return
    if not tree.lacks(one.kind, space, one.name) or made.first(one.name, 0):
        return
    yield _missing(tree, pods, one.kind, one.name, one.path, made=made)


def _missing(tree: Tree, pods: Pods, kind: str, name: str, path: FieldPath, *, made: NearNames = _NONE) -> Finding:
    """An error where another name is surely meant, or where only krmfn makes such an object; else an info."""
    space = pods.ref.namespace
    near = tree.near(kind, space).first(name, _STEPS) or made.first(name, _STEPS)
    text = f"{pods.title} names {kind} {shown(name)}, which is not among these objects"
    if near is not None:
        text = f"{text}, and {shown(near)} is: pods do not start; did you mean {shown(near)}?"
        return error("link-reference", text, path, name, replaced(path, near)).at(object=pods.ref)
    other = tree.elsewhere(kind, name)
    if other is not None:
        text = f"{text} in namespace {shown(space) or '(none)'}, but in {shown(other) or '(none)'}: pods do not start;"
        return error("link-reference", f"{text} set the same namespace", path).at(object=pods.ref)
    if kind == "ConfigMap" and is_marked(pods.obj) and not tree.may_lack(kind, space) and not tree.names(kind, space):
        return error("link-reference", f"{text}: pods do not start; add it", path).at(object=pods.ref)
    return info("link-reference", f"{text}; it must be in the cluster before the first pod starts", path).at(
        object=pods.ref
    )


def _accounts(tree: Tree, pods: Pods) -> Iterator[Finding]:
    name, path = pods.spec.get("serviceAccountName"), (*pods.path, "serviceAccountName")
    space, old = pods.ref.namespace, pods.spec.get("serviceAccount")
    if isinstance(name, str) and isinstance(old, str) and old not in ("", name):
        text = (
            f"{pods.title} has serviceAccount {shown(old)} and serviceAccountName {shown(name)}; remove serviceAccount"
        )
        yield warning("two-service-accounts", text, (*pods.path, "serviceAccount")).at(object=pods.ref)
    if not isinstance(name, str) or name in ("", "default") or not tree.lacks("ServiceAccount", space, name):
        return
    found = _missing(tree, pods, "ServiceAccount", name, path)
    if found.severity != "error" and (name == pods.ref.name or _owner_name(pods) == name):
        text = (
            f"{pods.title} runs as ServiceAccount {shown(name)}, which krmfn renders and which is not among these"
            " objects: no pod is created; add it, or write the name of one that exists"
        )
        found = error("link-reference", text, path).at(object=pods.ref)
    yield found


def _owner_name(pods: Pods) -> str:
    mark = at(pods.obj, "metadata", "annotations").get(OWNER)
    return Names(mark.rpartition("/")[2]).workload if isinstance(mark, str) else ""


def _mounts(pods: Pods) -> Iterator[Finding]:
    """Mounts of volumes that are not there; the API server refuses those of a pod."""
    volumes = {str(row.get("name")) for row in listed(pods.spec.get("volumes"))}
    claims = {str(at(row, "metadata").get("name")) for row in listed(at(pods.obj, "spec").get("volumeClaimTemplates"))}
    known = tuple(sorted(volumes | claims))
    for path, container in pods.containers():
        for position, mount in enumerate(listed(container.get("volumeMounts"))):
            name = mount.get("name")
            if isinstance(name, str) and name not in known:
                meant = nearest(name, known)
                advice = (
                    f"did you mean {shown(meant)}?" if meant else f"write one of {joined(known)}" if known else "add it"
                )
                text = f"{pods.title} mounts the volume {shown(name)}, which it does not have; {advice}"
                here = (*path, "volumeMounts", position, "name")
                yield error("link-volume", text, here, name, replaced(here, meant)).at(object=pods.ref)


def secret_of(obj: Object) -> str:
    """The name of the Secret that an ExternalSecret makes."""
    return str(at(obj, "spec", "target").get("name") or at(obj, "metadata").get("name"))


def _made(tree: Tree) -> dict[str, NearNames]:
    """Names of the Secrets that controllers make from other objects, by namespace."""
    found = [(ref.namespace, ref.name) for ref, _ in tree.of_kind("SealedSecret", "bitnami.com")]
    found += [(ref.namespace, secret_of(obj)) for ref, obj in tree.of_kind("ExternalSecret", EXTERNAL)]
    found += [(r.namespace, certificates.secret_of(obj)) for r, obj in tree.of_kind("Certificate", certificates.GROUP)]
    made: dict[str, set[str]] = {}
    for space, name in found:
        made.setdefault(space, set()).add(name)
    return {space: NearNames(names) for space, names in made.items()}


def _generators(tree: Tree) -> Iterator[Finding]:
    """ExternalSecrets of krmfn whose generator is not there."""
    for ref, obj in tree.of_kind("ExternalSecret", EXTERNAL):
        for position, row in enumerate(listed(at(obj, "spec").get("dataFrom"))):
            one = at(row, "sourceRef", "generatorRef")
            kind, name = one.get("kind"), one.get("name")
            if is_marked(obj) and kind == "Password" and tree.lacks("Password", ref.namespace, name, GENERATORS):
                path = ("spec", "dataFrom", position, "sourceRef", "generatorRef", "name")
                text = (
                    f"{title(ref)} names Password {shown(str(name))}, which is not among these objects, so no Secret is"
                    " made and no pod starts; write the name of the Password that krmfn rendered"
                )
                yield error("link-reference", text, path).at(object=ref)


def keys_of(obj: Object) -> set[str] | None:
    """The keys of a ConfigMap or Secret; None where they are encrypted and may be others."""
    if "sops" in obj and not any(at(obj, part) for part in ("data", "stringData")):
        return None
    return {str(key) for part in ("data", "stringData", "binaryData") for key in at(obj, part)}
