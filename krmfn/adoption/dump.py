"""The objects of a dump, and those of them that concern one NATS."""

from __future__ import annotations

from krmfn.model.lookup import at, listed
from krmfn.model.names import is_dns_subdomain
from krmfn.model.objects import GROUP, KIND, ObjectRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object

    Row = tuple[ObjectRef, Object]

OPERATOR = "nats-manager"
"""The operator's Deployment, its field manager, and its value of the label `managed-by`."""
_APPS, _POLICY = "apps/v1", "policy/v1"


class LiveObjects:
    """What a dump holds, by identity. An object that is not in it may still be in the cluster. It stays as it is."""

    __slots__ = ("_claims", "_owned", "objects")

    def __init__(self, objects: dict[ObjectRef, Object]) -> None:
        self.objects = objects
        self._claims: dict[tuple[str, str], list[Row]] | None = None
        self._owned: dict[tuple[str, object], list[Row]] | None = None

    def find(self, api_version: str, kind: str, namespace: str, name: str) -> Object | None:
        """One object, None where the dump does not hold it. Of `api_version` the group counts."""
        return self.objects.get(ObjectRef(api_version, kind, namespace, name))

    def of_kind(self, kind: str, group: str) -> list[tuple[ObjectRef, Object]]:
        """Every object of a kind, by namespace and name."""
        found = [(key, obj) for key, obj in self.objects.items() if key.kind == kind and key.group == group]
        return sorted(found, key=lambda pair: (pair[0].namespace, pair[0].name))

    def claims(self, namespace: str, stem: str) -> list[Row]:
        """The claims of a namespace that have this name and an ordinal, by name."""
        if self._claims is None:
            self._claims = {}
            for key, obj in self.of_kind("PersistentVolumeClaim", ""):
                before, dash, ordinal = key.name.rpartition("-")
                if ordinal.isdecimal():
                    self._claims.setdefault((key.namespace, before + dash), []).append((key, obj))
        return self._claims.get((namespace, stem), [])

    def owned(self, namespace: str, *owners: str) -> list[Row]:
        """The objects of a namespace with a NATS of one of these names or uids as an owner, by kind and name."""
        if self._owned is None:
            self._owned = {}
            for key, obj in self.objects.items():
                for one in filter(is_nats, listed(at(obj, "metadata").get("ownerReferences"))):
                    for owner in (one.get("name"), one.get("uid")):
                        if isinstance(owner, str):
                            self._owned.setdefault((key.namespace, owner), []).append((key, obj))
        found = {key: obj for owner in owners for key, obj in self._owned.get((namespace, owner), ())}
        return sorted(found.items(), key=lambda pair: (pair[0].kind, pair[0].name, pair[0].group))


class LiveCluster:
    """One NATS to be taken over: its facts, what is rendered for it, and what of the dump concerns it.

    `cr` is the live NATS and `uid` its uid, None and "" where the dump does not hold it. `pairs` are the rendered
    objects, each with the live one (None where the dump does not hold it); `owned` are the live objects that name the
    NATS as an owner. The NATS in Git and the live one may differ: what runs is what the other live objects say.
    """

    __slots__ = ("claims", "cr", "facts", "key", "live", "owned", "pairs", "secret", "secret_key", "uid", "workload")

    def __init__(self, facts: Facts, rendered: list[Object], live: LiveObjects) -> None:
        self.facts, self.live = facts, live
        space, names = facts.namespace, facts.names
        self.key = ObjectRef(f"{GROUP}/v1alpha1", KIND, space, facts.cr_name)
        self.cr = live.objects.get(self.key)
        self.uid = uid_of(self.cr)
        self.pairs = [(key, live.objects.get(key), obj) for obj in rendered for key in [ObjectRef.of(obj)]]
        self.secret_key = ObjectRef("v1", "Secret", space, names.secret)
        self.secret = live.objects.get(self.secret_key)
        self.workload = live.find(_APPS, "StatefulSet", space, names.workload)
        stem = f"{names.claim}-{names.workload}-"
        self.claims = dict(live.claims(space, stem))
        named = live.owned(space, facts.cr_name, self.uid)
        self.owned = {key: obj for key, obj in named if self.reference(obj) is not None}

    def reference(self, obj: Object) -> int | None:
        """The position of the owner reference to this NATS, by its uid or its name; None without one."""
        for number, one in enumerate(listed(at(obj, "metadata").get("ownerReferences"))):
            if is_nats(one) and (one.get("name") == self.facts.cr_name or (self.uid and one.get("uid") == self.uid)):
                return number
        return None

    def members(self) -> Iterator[tuple[ObjectRef, Object]]:
        """Every live object that concerns the NATS, itself first, each once."""
        found: dict[ObjectRef, Object] = {self.key: self.cr} if self.cr is not None else {}
        found.update({key: obj for key, obj, _ in self.pairs if obj is not None})
        found.update({self.secret_key: self.secret} if self.secret is not None else {})
        found.update(self.owned)
        found.update(self.claims)
        yield from found.items()


def is_nats(owner: Object) -> bool:
    """Whether an owner reference is to a NATS."""
    return owner.get("kind") == KIND and str(owner.get("apiVersion")).partition("/")[0] == GROUP


def uid_of(obj: Object | None) -> str:
    """The uid of a live object, "" where there is none that looks like one."""
    uid = at(obj, "metadata").get("uid")
    return uid if isinstance(uid, str) and is_uid(uid) else ""


def is_uid(text: str) -> bool:
    """Whether a text can be a uid, and so may be shown."""
    return len(text) == 36 and frozenset("0123456789abcdef-").issuperset(text)


def plain(name: object) -> str | None:
    """A name that may be shown, None for what is not a Kubernetes name and so could be anything."""
    return name if isinstance(name, str) and is_dns_subdomain(name) else None


def called(key: ObjectRef) -> str:
    """`StatefulSet kyma-system/eventing-nats`."""
    return f"{key.kind} {key.namespace}/{key.name}" if key.namespace else f"{key.kind} {key.name}"
