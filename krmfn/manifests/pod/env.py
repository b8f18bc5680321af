"""Variables of the server's container from the key `pod`."""

from __future__ import annotations

from krmfn.natsconf.references import environment_of, variable_of_environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object


def variables(facts: Facts) -> list[Object]:
    """Those of the user, then one more in quotes for each that `conf` uses.

    Without quotes nats-server reads a value that looks like a number, a list or a duration as one.
    """
    stated = (facts.pod or {}).get("env", ())
    used = sorted({name for _, name in environment_of(facts.conf or {})})
    quoted = [{"name": variable_of_environment(name), "value": f'"$({name})"'} for name in used]
    return [*map(_variable, stated), *quoted]


def _variable(stated: Object) -> Object:
    name = stated["name"]
    if "value" in stated:
        return {"name": name, "value": stated["value"]}
    if "field" in stated:
        return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": stated["field"]}}}
    source, kind = ("secretKeyRef", "secret") if "secret" in stated else ("configMapKeyRef", "configMap")
    return {"name": name, "valueFrom": {source: {"name": stated[kind], "key": stated["key"]}}}
