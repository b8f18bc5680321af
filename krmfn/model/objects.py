"""The reference to a Kubernetes object, and the names of krmfn's own kinds and annotations."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Never, ParamSpec, TypeAlias

    Object: TypeAlias = dict[str, Any]
    FieldPath: TypeAlias = tuple[str | int, ...]
    """The keys of maps and the indices of lists that lead to a field, from the outermost on; () is the whole."""
    KeyPath: TypeAlias = tuple[str, ...]
    """A FieldPath through maps alone."""
    Arguments = ParamSpec("Arguments")

SERVER_FIELDS = frozenset(("managedFields", "resourceVersion", "uid"))
"""Fields of metadata that only an API server writes, and with which an apply can fail."""
GROUP = "operator.kyma-project.io"
VERSION = "v1alpha1"
KIND = "NATS"
API_VERSION = f"{GROUP}/{VERSION}"
CONFIG_API_VERSION = "fn.krmfn.dev/v1alpha1"
CONFIG_KIND = "RenderNATS"
OWNER = "krmfn.dev/owner"
"""The annotation that marks a child: `<namespace>/<cr-name>`, or `<cr-name>` alone without a namespace."""
ALLOW = "krmfn.dev/allow"
"""The annotation by which a CR allows changes that destroy: codes of findings, with commas between them."""
_CONFIG_GROUPS = ("kpt.dev", "kustomize.config.k8s.io", CONFIG_API_VERSION.partition("/")[0])
"""Groups of Kptfile, Kustomization and RenderNATS: they steer tools and are not for a cluster."""
_MADE_MOST = 1000
"""Parts that a builder keeps; a fleet with other images in each cluster would make any number."""
_FORMS_MOST = 50
"""Forms that a builder keeps."""
_FEW = 6
"""Objects that a builder makes before their form is worth its cost."""


class ObjectRef:
    """apiVersion, kind, namespace ("" where there is none) and name. Equal when group, kind, namespace and name are."""

    __slots__ = ("api_version", "key", "kind", "name", "namespace")

    def __init__(self, api_version: str, kind: str, namespace: str, name: str) -> None:
        self.api_version = api_version
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.key = (self.group, kind, namespace, name)

    @classmethod
    def of(cls, obj: Object) -> ObjectRef:
        """The reference to an object that has apiVersion, kind and metadata.name; KeyError for one that lacks them."""
        metadata = obj["metadata"]
        return cls(obj["apiVersion"], obj["kind"], str(metadata.get("namespace") or ""), str(metadata["name"]))

    @classmethod
    def parse(cls, value: Any) -> ObjectRef | None:
        """The reference to what was read: None without apiVersion and kind; "" for a name that is missing or no text.

        The same holds for the namespace.
        """
        if not isinstance(value, dict):
            return None
        version, kind = value.get("apiVersion"), value.get("kind")
        if not isinstance(version, str) or not isinstance(kind, str) or not version or not kind:
            return None
        metadata = value.get("metadata")
        named = metadata if isinstance(metadata, dict) else {}
        namespace, name = (
            part if isinstance(part, str) else "" for part in (named.get("namespace"), named.get("name"))
        )
        return cls(version, kind, namespace, name)

    @property
    def group(self) -> str:
        """The API group; "" for the core group."""
        return self.api_version.rpartition("/")[0]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ObjectRef) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"{self.api_version}/{self.kind}/{self.namespace}/{self.name}"


def owner_mark(namespace: str, name: str) -> str:
    """The value of the owner annotation of a CR's children."""
    return f"{namespace}/{name}" if namespace else name


def is_config(key: ObjectRef) -> bool:
    """Whether an object steers a tool (kpt, kustomize, krmfn) or is a NATS: none of them is for a cluster."""
    return key.group in _CONFIG_GROUPS or (key.kind == KIND and key.group == GROUP)


def _frozen(*_: object, **__: object) -> Never:
    """What a method that would change the part does."""
    raise TypeError("a shared part of a manifest cannot be changed; copy it")


class Shared(dict):  # type: ignore[type-arg]
    """A part of a manifest that is in many places, frozen with all that is in it. A deep copy of it is a plain dict.

    The emitter prints it once per indent and keeps that in `printed`.
    """

    __slots__ = ("printed",)

    def __init__(self, part: Object) -> None:
        super().__init__({key: _shared(value) for key, value in part.items()})
        self.printed: dict[str, str] = {}

    def __reduce_ex__(self, _: object) -> tuple[type, tuple[Object]]:
        return dict, (dict(self),)

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _frozen


class SharedList(list):  # type: ignore[type-arg]
    """A list within a shared part, frozen like it."""

    __slots__ = ()

    def __reduce_ex__(self, _: object) -> tuple[type, tuple[list[Any]]]:
        return list, (list(self),)

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _frozen
    append = extend = insert = pop = remove = clear = sort = reverse = _frozen


def _shared(value: Any) -> Any:
    kind = type(value)
    return Shared(value) if kind is dict else SharedList(map(_shared, value)) if kind is list else value


def shared(build: Callable[Arguments, Object]) -> Callable[Arguments, Object]:
    """For a builder whose few arguments decide everything: what it made for them once, it gives again."""
    made: dict[object, Object] = {}

    def again(*arguments: Arguments.args, **named: Arguments.kwargs) -> Object:
        key = (arguments, *named.items())
        part = made.get(key)
        if part is None:
            if len(made) >= _MADE_MOST:
                made.clear()
            part = made[key] = Shared(build(*arguments, **named))
        return part

    return again


class Hole:
    """The place of a value in a form. A builder can put it somewhere, and not look at it."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def _unseen(self, *_: object) -> Never:
        raise TypeError(f"the form of an object cannot depend on {self.name}, which is a value; let a decision tell")

    __bool__ = __len__ = __iter__ = __getitem__ = __str__ = __repr__ = __format__ = __eq__ = __hash__ = _unseen


class Form:
    """What all objects of a builder have in common that differ in values alone: `skeleton` has holes for these.

    The emitter prints it once per indent, as texts and the holes behind them, and keeps that in `printed`.
    """

    __slots__ = ("printed", "skeleton")

    def __init__(self, skeleton: Object) -> None:
        self.skeleton = skeleton
        self.printed: dict[str, Any] = {}


class Formed(dict):  # type: ignore[type-arg]
    """A part of a manifest that has a form; `filling` has the values of its holes. It cannot be changed either."""

    __slots__ = ("filling", "form")

    def __init__(self, part: Object, form: Form, filling: Object) -> None:
        super().__init__(part)
        self.form = form
        self.filling = filling

    def __reduce_ex__(self, _: object) -> tuple[type, tuple[Object]]:
        return dict, (dict(self),)

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _frozen


def formed(build: Callable[Arguments, Object]) -> Callable[Arguments, Object]:
    """For a builder whose named arguments are values, which stand in the object as they are; the others decide.

    What it makes with equal decisions has one form, so that only the values are printed anew. Decisions are hashable.
    """
    forms: dict[object, Form | int] = {}

    def again(*decisions: Arguments.args, **values: Arguments.kwargs) -> Object:
        known = forms.get(decisions, 0)
        if isinstance(known, int):
            if known < _FEW:
                if len(forms) >= _FORMS_MOST:
                    forms.clear()
                forms[decisions] = known + 1
                return build(*decisions, **values)
            holes: Any = {name: Hole(name) for name in values}
            known = forms[decisions] = Form(build(*decisions, **holes))
        return Formed(build(*decisions, **values), known, values)

    return again
