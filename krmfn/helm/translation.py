"""Values of the chart on their way to a NATS and a RenderNATS: what counts, and what has been written so far."""

from __future__ import annotations

from krmfn.helm.chart import DEFAULTS
from krmfn.helm.nearest import GROUPS
from krmfn.helm.secrets import is_secret, looks_secret
from krmfn.helm.target import Target
from krmfn.helm.values import at
from krmfn.helm.verdict import CLEAR_TEXT, INVALID, LOST, NOT_PORTABLE, TAKEN, Ledger
from krmfn.model.objects import API_VERSION, CONFIG_API_VERSION, CONFIG_KIND, KIND

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.helm.values import Values
    from krmfn.helm.verdict import Verdict
    from krmfn.model.code import Code
    from krmfn.model.objects import FieldPath

TEMPLATES = frozenset(("$tplYaml", "$tplYamlSpread"))
_WRITTEN = ("container", "global", "podTemplate", "service", "statefulSet")
"""Parts of the values with free maps that would be written as they are."""
_OF_HELM = (".Values", ".Release", ".Chart", "include ")
"""What tells a template of Helm from a mapping of subjects, which has {{ }} too."""


class Translation:
    """The objects `nats` and `render`, a verdict for each value, and the `differences` that no value is about.

    `release` is the name of the Helm release, `namespace` that of the objects, "" for none. `opens`: the values ask
    clients for credentials, and the result does not. `passwords` are the names of Secrets and variables of users.
    """

    def __init__(self, values: Values, release: str, namespace: str) -> None:
        self.ledger = Ledger(values)
        self.release, self.namespace = release, namespace
        self.nats = Target(KIND, {"apiVersion": API_VERSION, "kind": KIND, "metadata": {}, "spec": {}})
        self.render = Target(
            CONFIG_KIND,
            {"apiVersion": CONFIG_API_VERSION, "kind": CONFIG_KIND, "metadata": {"name": "render"}, "spec": {}},
        )
        self.differences: list[str] = []
        self.opens = False
        self.passwords: set[str] = set()
        self.tree = values.tree
        self._sift()

    @property
    def verdicts(self) -> list[Verdict]:
        """All verdicts, by file and line."""
        return list(self.ledger.in_order())

    @property
    def lost(self) -> list[Verdict]:
        """The verdicts about what the result does not do."""
        return [verdict for verdict in self.verdicts if verdict.kind in LOST]

    def value(self, path: str) -> Any:
        """What the chart works with: the value of the file, else the chart's default (None for a free map's part)."""
        stated = at(self.tree, tuple(path.split(".")))
        return DEFAULTS.get(path) if stated is None else stated

    def states(self, path: str) -> bool:
        """Whether a file has a value at or below a path that has no verdict yet."""
        return bool(self.ledger.open(split(path)))

    def take(self, path: str | FieldPath, target: str, text: str = "") -> None:
        """The values at a path are in the result."""
        self.ledger.give(TAKEN, split(path), text, target=target)

    def lose(self, path: str | FieldPath, text: str, kind: Code = NOT_PORTABLE) -> None:
        """The values at a path are not in the result."""
        self.ledger.give(kind, split(path), text)

    def leave_out(self, path: FieldPath, text: str) -> None:
        """The values at a path are not in the result, although some of them could be."""
        self.ledger.retract(path)
        self.lose(path, text)

    def _sift(self) -> None:
        """Judge what the chart itself cannot use, and leave it out of the tree, so that its default counts."""
        kept = _without(self.tree, (), self._is_unusable)
        self.tree = kept if isinstance(kept, dict) else {}

    def _is_unusable(self, path: FieldPath, value: Any) -> bool:
        fault = _fault(path, value)
        if fault is None:
            return False
        kind, text = fault
        self.ledger.give(kind, path, text)
        return True


def split(path: str | FieldPath) -> FieldPath:
    """`config.cluster.port` as a path."""
    return tuple(path.split(".")) if isinstance(path, str) else path


def _without(value: Any, path: FieldPath, is_unusable: Any) -> Any:
    if isinstance(value, dict):
        rows = ((name, inner) for name, inner in value.items() if not is_unusable((*path, name), inner))
        return {name: _without(inner, (*path, name), is_unusable) for name, inner in rows}
    if isinstance(value, list):
        for number, inner in enumerate(value):
            is_unusable((*path, number), inner)
    return value


def _fault(path: FieldPath, value: Any) -> tuple[Code, str] | None:
    """(kind, text) where a value is a template, or nothing that the chart can use; None for others."""
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in TEMPLATES:
        return NOT_PORTABLE, "a template, which Helm alone expands; write the value that it renders"
    if isinstance(value, list) and any(_has_template(inner) for inner in value):
        return NOT_PORTABLE, "holds a template, which Helm alone expands; write the value that it renders"
    if isinstance(value, str) and "{{" in value and ("merge" not in path or any(map(value.__contains__, _OF_HELM))):
        text = "the chart expands {{ }} only below $tplYaml, and takes it as text here; write the value"
        return INVALID, text
    if (path[0] in _WRITTEN and is_secret(path, value)) or (path[0] != "config" and looks_secret(value)):
        return CLEAR_TEXT, "a secret in clear text; change it, and keep it in a Secret"
    name = ".".join(map(str, path))
    if name in DEFAULTS:
        return _type_fault(value, DEFAULTS[name])
    if name in GROUPS and value is None:
        return INVALID, "null removes all defaults of the chart below it, which then fails; remove the key"
    if name in GROUPS and not isinstance(value, dict):
        return INVALID, "not a map; the chart has values below it"
    return None


def _has_template(value: Any) -> bool:
    if isinstance(value, dict) and not TEMPLATES.isdisjoint(value):
        return True
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(map(_has_template, inner))


def _type_fault(value: Any, default: Any) -> tuple[Code, str] | None:
    """A value of another type than the default."""
    if value is None:
        if default in (None, "", False, {}, []):
            return None
        return INVALID, "null removes the default of the chart; remove the key, or write a value"
    if isinstance(default, bool):
        if not isinstance(value, bool):
            return INVALID, 'not a boolean: the chart treats every string as true, even "false"; write true or false'
    elif isinstance(default, int):
        if isinstance(value, bool) or not (isinstance(value, int) or (isinstance(value, str) and value.isdigit())):
            return INVALID, "not a whole number"
    elif isinstance(default, dict):
        if not isinstance(value, dict):
            return INVALID, "not a map"
    elif isinstance(default, list):
        if not isinstance(value, list):
            return INVALID, "not a list"
    elif isinstance(value, (dict, list)):
        return INVALID, "a map or a list, and the chart takes one value"
    elif isinstance(value, float):
        return INVALID, "a number, of which YAML drops zeros at the end; write it in double quotes"
    return None


def number_of(value: Any) -> int:
    """A value that `_type_fault` found right for a number."""
    return int(value)
