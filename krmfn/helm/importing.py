"""The whole way of values to objects on one screen: names, size, stores, settings, pods; then what is left."""

from __future__ import annotations

from krmfn.helm.chart import DEFAULTS
from krmfn.helm.conf_rules import translate_conf
from krmfn.helm.differences import differences
from krmfn.helm.nearest import GROUPS, meant
from krmfn.helm.pod_rules import translate_pod, translate_service, translate_sidecars
from krmfn.helm.reasons import reason
from krmfn.helm.server_rules import (
    check_names,
    same,
    translate_cluster,
    translate_images,
    translate_jetstream,
    translate_names,
    translate_resources,
    translate_tls,
    unused,
)
from krmfn.helm.translation import Translation
from krmfn.helm.values import at
from krmfn.helm.verdict import DEFAULT, IGNORED, NOT_PORTABLE
from krmfn.helm.volume_rules import translate_env, translate_volumes
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.helm.values import Values
    from krmfn.model.objects import FieldPath

_FREE = (*(path for path, default in DEFAULTS.items() if default in ({}, [])), "natsBox.contexts", "service.ports")
"""Maps and lists of the chart that take any key."""
_ROOTS = frozenset(path.partition(".")[0] for path in DEFAULTS)
_OWN_ROOTS = frozenset(("config", "container", "podTemplate", "promExporter", "natsBox", "statefulSet", "tlsCA"))
"""Names at the top of the values that no other chart and no chart 0.x has below another name."""


def translated(values: Values, release: str, namespace: str) -> Translation:
    """Every value with a verdict, and the NATS and RenderNATS that mean the same.

    `release` is the name of the Helm release, `namespace` that of the objects ("" for none).
    """
    t = Translation(values, release, namespace)
    translate_names(t)
    check_names(t)
    translate_cluster(t)
    translate_jetstream(t)
    translate_resources(t)
    translate_pod(t)
    translate_volumes(t)
    translate_env(t)
    translate_tls(t)
    translate_conf(t)
    translate_service(t)
    translate_sidecars(t)
    translate_images(t)
    if not t.value("promExporter.enabled"):
        unused(t, "promExporter")
    _judge_rest(t, values)
    t.differences += differences(t)
    return t


def _judge_rest(t: Translation, values: Values) -> None:
    """What no rule took: a secret, a default, a value without an equal, or a path that the chart does not have."""
    for path in t.ledger.open():
        name = ".".join(part for part in path if isinstance(part, str))
        value = at(values.tree, path)
        is_known = name in DEFAULTS or _is_free(name)
        near, is_old = ("", False) if is_known else meant(path)
        if (name in DEFAULTS and same(_whole(values, path), DEFAULTS[name])) or (name in GROUPS and value == {}):
            t.ledger.give(DEFAULT, path)
        elif is_known:
            t.ledger.give(NOT_PORTABLE, _unit(path), reason(name))
        elif path[1:2] and path[0] not in _ROOTS and path[1] in _OWN_ROOTS:
            t.ledger.give(IGNORED, (path[0],), f"values of a subchart; read them with --at {shown(str(path[0]))}")
        else:
            t.ledger.give(IGNORED, path, _ignored_text(near, is_old=is_old), meant=near)


def _whole(values: Values, path: FieldPath) -> Any:
    """The value, or the list that it is an entry of."""
    numbers = [count for count, part in enumerate(path) if isinstance(part, int)]
    return at(values.tree, path[: numbers[0]] if numbers else path)


def _is_free(name: str) -> bool:
    return any(name.startswith(f"{free}.") for free in _FREE)


def _unit(path: FieldPath) -> FieldPath:
    """The part of a free map that is checked as a whole: one name below `merge`, one patch."""
    for count in range(1, len(path)):
        if ".".join(map(str, path[:count])) in DEFAULTS:
            return path[: count + 1] if path[count - 1] in ("merge", "env", "extraResources") else path[:count]
    return path


def _ignored_text(near: str, *, is_old: bool) -> str:
    old = "a key of chart 0.x, which later charts ignore" if is_old else "the chart has no such value, and ignores it"
    return f"{old}; did you mean {near}?" if near else f"{old}; remove it"
