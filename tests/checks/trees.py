"""A tree of final objects as a user would apply it, and patches of it."""

from __future__ import annotations

import copy
import functools
from typing import TYPE_CHECKING, Any

from krmfn.checks.run import check
from tests.golden_cases import Case

if TYPE_CHECKING:
    from krmfn.model.finding import Finding

Object = dict[str, Any]
SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {
        "name": "orders-nats-secret",
        "namespace": "shop",
        "annotations": {"krmfn.dev/owner": "shop/orders"},
    },
    "type": "Opaque",
    "stringData": {"resolver.conf": 'accounts: { "$SYS": { users: [ { user: "admin", password: "x" } ] } }\n'},
}


@functools.cache
def _golden(name: str) -> list[Object]:
    return Case(name).objects()


class Tree:
    """The objects of a golden case, each by kind and name, free to be changed."""

    def __init__(self, name: str = "monitored", secret: bool = True) -> None:
        self.objects = copy.deepcopy(_golden(name))
        if secret:
            self.objects.append(copy.deepcopy(SECRET))
        if name == "monitored":
            self.replace_conf("max_memory_store: 536870912", "max_memory_store: 268435456")

    def get(self, kind: str, name: str = "orders-nats") -> Object:
        return next(one for one in self.objects if (one["kind"], one["metadata"]["name"]) == (kind, name))

    def drop(self, kind: str, name: str = "orders-nats") -> None:
        self.objects.remove(self.get(kind, name))

    @property
    def pod(self) -> Object:
        return self.get("StatefulSet")["spec"]["template"]["spec"]

    def container(self, name: str = "nats") -> Object:
        return next(one for one in self.pod["containers"] if one["name"] == name)

    def patch(self, path: str, value: Any, kind: str = "StatefulSet", name: str = "orders-nats") -> None:
        """Set the value at a dotted path below spec, or remove it (None)."""
        here = self.get(kind, name)["spec"]
        *parents, last = path.split(".")
        for part in parents:
            here = here[int(part)] if isinstance(here, list) else here[part]
        if value is None:
            del here[int(last) if isinstance(here, list) else last]
        else:
            here[int(last) if isinstance(here, list) else last] = value

    def replace_conf(self, old: str, new: str) -> None:
        data = self.get("ConfigMap", "orders-nats-config")["data"]
        assert old in data["nats.conf"], data["nats.conf"]
        data["nats.conf"] = data["nats.conf"].replace(old, new)

    def findings(self, **options: Any) -> list[Finding]:
        return check(self.objects, **options)

    def codes(self, *severities: str) -> set[str]:
        return {one.code for one in self.findings() if one.severity in (severities or ("error", "warning"))}
