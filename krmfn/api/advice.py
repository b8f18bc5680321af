"""What to write instead of a wrong value: a text for the message, and the value itself where there is exactly one."""

from __future__ import annotations

from krmfn.api.accept import is_quantity_text
from krmfn.api.keys import CONFIDENTIAL
from krmfn.api.table import NATS
from krmfn.goyaml.lookalikes import BLANKS
from krmfn.model.finding import dotted
from krmfn.model.fix import QUOTE, Fix, renamed, replaced
from krmfn.model.names import is_dns_subdomain
from krmfn.model.text import nearest, quotable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from krmfn.model.objects import FieldPath

    Advice: TypeAlias = tuple[str, Any]

_REPLICAS = ("spec", "cluster", "size")
"""What people who know other resources call `replicas`."""
FOR_ZONES = "set the number of zones"
_TEXTS = frozenset(("string", "label", "subdomain"))
_AROUND = " \t\n\u00a0\u200b\u2018\u2019\u201c\u201d'\""
"""What a program for texts puts around a value: quotes that are none to YAML, and characters that look like a space."""
_CORES, _MILLICORES = ("", "core", "cores", "cpu", "cpus", "vcpu", "vcpus"), ("m", "mcore", "mcores", "millicores")
_UNITS_OF_CPU = "corespuvmilt"
_CHART_FIELDS = ("config", "natsBox", "promExporter", "podTemplate", "statefulSet", "container", "reloader", "service")
"""Keys at the top of the values of the official Helm chart of NATS."""
_USERS, _SECRETS = ("user", "username", "login"), ("password", "pass", "passwd", "pwd", "token")
"""What nats.conf and other tools call the name of a user and its secret."""
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def for_type(node: dict[str, Any], value: object, path: FieldPath) -> tuple[str, Fix | None]:
    """Advice for a value of the wrong type; `node` is the field's entry in the table."""
    match node["type"]:
        case "object":
            if isinstance(value, list) and not path:
                return "write each object as a separate document, with --- between them", None
            if (
                isinstance(value, str)
                and value.replace("\uff1a", ":").partition(":")[0].strip(_AROUND) in node["fields"]
            ):
                return "write a space after the colon", None
            return f"write its fields below it: {', '.join(node['fields'])}", None
        case "map":
            return "write entries of the form key: value below it", None
        case "array":
            return "write a list", None
        case "boolean":
            return _boolean(value, path)
        case "integer":
            return _integer(value, path)
        case "quantity":
            return _amount(value, path)
        case "either":
            return f"write {_either(node)}", None
        case "choice":
            return f"write {_listed(node['of'])}", None
    return _text(value, path)


def for_size(text: str, path: FieldPath) -> Advice:
    """Advice for a text that the pattern of a size refuses; it is repeated only where it is a number and a unit."""
    if path[-1:] == ("cpu",):
        proposed = _respelled_cpu(text)
        return (f"write {proposed}" if proposed else "write cores, such as 500m or 2"), proposed
    proposed = _respelled(text)
    if proposed is None:
        return "write a number and a unit, such as 512Mi or 1Gi", None
    if proposed.endswith("i") and "i" not in text.lower():
        return f"write {proposed}, or {proposed[:-1]} for powers of 1000", proposed
    return f"write {proposed}", proposed


def for_minimum(path: FieldPath, least: int) -> Advice:
    """Advice for a number that is too small."""
    return ("use 3 or 5", 3) if path[-1:] == ("size",) else (f"write {least} or more", None)


def for_maximum(path: FieldPath, most: int) -> Advice:
    """Advice for a number that is too large."""
    return ("use 3 or 5", 3) if path[-1:] == ("size",) else (f"write {most} or less", None)


def for_name(name: str) -> Advice:
    """Advice for a name that is not an RFC 1123 subdomain."""
    name = name.strip(_AROUND)
    proposed = "".join(c if c.isascii() and (c.isalnum() or c in "-.") else "-" for c in name.lower())
    if is_dns_subdomain(proposed):
        return f"write {proposed}", proposed
    return "write lower case letters, digits and -", None


def for_choice(choices: tuple[str, ...], value: str) -> Advice:
    """Advice for a text that is none of the choices."""
    meant = nearest(value, choices)
    return (f"did you mean {meant}?", meant) if meant else ("write one of them", None)


def for_unclear(path: FieldPath, value: Any, table: dict[str, Any]) -> Fix | None:
    """What a scalar means on which YAML parsers disagree, by the type of its field; None where that leaves it open.

    `value` is the resource in which it is.
    """
    try:
        node = below(table, path)
        for part in path:
            value = value[part]
    except (KeyError, IndexError, TypeError):
        return None
    kinds = [one["type"] for one in node["of"]] if node["type"] == "either" else [node["type"]]
    if "boolean" in kinds:
        return _boolean(value, path)[1]
    if "choice" in kinds:
        return Fix(QUOTE, path, value, safe=True) if value in node["of"] else None
    return Fix(QUOTE, path, safe=True) if not _TEXTS.isdisjoint(kinds) else None


def for_unknown(path: FieldPath, table: dict[str, Any]) -> tuple[str, Fix | None]:
    """Where an unknown field may belong; else the fields that its level knows."""
    parent = below(table, path[:-1])
    known = tuple(parent["fields"])
    name = str(path[-1])
    if not frozenset(BLANKS).isdisjoint(name):
        return "it has a character that only looks like a space; type a space instead", None
    if path[:-1] == ("spec",) and name in _CHART_FIELDS and table is NATS:
        return f"it is a value of the Helm chart of NATS; known here: {', '.join(known)}", None
    if name.lower() in _SECRETS and "passwordFrom" in known:
        return "no key takes a password in clear text: write hash, nkey or passwordFrom", None
    meant = "name" if name in _USERS and "passwordFrom" in known else nearest(name, known)
    if meant:
        return f'did you mean "{dotted((*path[:-1], meant))}"?', renamed(path, meant, known)
    places = places_of(name, parent, path[:-1]) or places_of(name, table)
    if places:
        quoted = tuple(f'"{dotted(place)}"' for place in places)
        return f"did you mean {_listed(quoted)}?", None
    return f"known here: {', '.join(known)}", None


def below(table: dict[str, Any], path: FieldPath) -> dict[str, Any]:
    """The table's entry for a place."""
    node = table
    for part in path:
        match node["type"]:
            case "object":
                node = node["fields"][part]
            case "map":
                node = node["values"]
            case "array":
                node = node["items"]
            case "either":
                node = _form(node, part)
    return node


def _form(node: dict[str, Any], part: str | int) -> dict[str, Any]:
    """What is at a place in a field of two forms: an item of the list, or a field of the object."""
    for form in node["of"]:
        if isinstance(part, int) and form["type"] == "array":
            return dict(form["items"])
        if isinstance(part, str) and form["type"] == "object" and part in form["fields"]:
            return dict(form["fields"][part])
    return dict(node["of"][-1])


def places_of(name: str, node: dict[str, Any], path: FieldPath = ()) -> list[FieldPath]:
    """Every path of a field of that name below a level of the table, without metadata; `path` is that of the level."""
    if name == "replicas" and "cluster" in node.get("fields", ()):
        return [_REPLICAS]
    found: list[FieldPath] = []
    for field, entry in node.get("fields", {}).items():
        if field.lower() == name.lower() and path[:1] != ("metadata",):
            found.append((*path, field))
        found += places_of(name, entry, (*path, field))
    return found


def _boolean(value: object, path: FieldPath) -> tuple[str, Fix | None]:
    text = str(value).lower() if isinstance(value, (str, int)) else ""
    if text in _TRUE or text in _FALSE:
        meant = text in _TRUE
        how = " without quotes" if isinstance(value, str) else ""
        return f"write {str(meant).lower()}{how}", replaced(path, meant, safe=True)
    return "write true or false", None


def _integer(value: object, path: FieldPath) -> tuple[str, Fix | None]:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 12:
        return f"write {int(value)} without quotes", replaced(path, int(value), safe=True)
    return ("use 3 or 5", None) if path[-1:] == ("size",) else ("write a whole number", None)


def _amount(value: object, path: FieldPath) -> tuple[str, Fix | None]:
    if not isinstance(value, float) or not 0 < value < 1024:
        return "write a number and a unit, such as 512Mi or 1Gi", None
    if path[-1:] == ("cpu",):
        return f'write "{value}" in quotes', Fix(QUOTE, path, str(value), safe=True)
    return f"write a unit, such as {value}Gi", replaced(path, f"{value}Gi")


def _text(value: object, path: FieldPath) -> tuple[str, Fix | None]:
    if isinstance(value, float) or not CONFIDENTIAL.isdisjoint(path):
        is_short = isinstance(value, float) and value == round(value, 1) and CONFIDENTIAL.isdisjoint(path)
        why = f"; without quotes {value}0 is {value}" if is_short else ""  # 1.10 has become 1.1 by now
        return f"put it in quotes{why}", Fix(QUOTE, path, safe=True)
    shown = quotable(value)
    if not shown:
        return "write a string", None
    return f'write "{shown}" in quotes', Fix(QUOTE, path, shown, safe=True)


def _either(node: dict[str, Any]) -> str:
    long = node["of"][-1]
    if long["type"] == "object":
        short = "true or false" if node["of"][0]["type"] == "boolean" else "a list"
        return f"{short}, or its fields below it: {', '.join(long['fields'])}"
    return "true, false or auto" if node["of"][0]["type"] == "boolean" else "a list, such as [a, b, c], or a number"


def _listed(choices: tuple[str, ...]) -> str:
    return choices[0] if len(choices) == 1 else f"{', '.join(choices[:-1])} or {choices[-1]}"


def _respelled_cpu(text: str) -> str | None:
    """`1 core`, `500 m`, `0,5` as Kubernetes spells them."""
    stripped = text.strip(_AROUND).lower().replace(",", ".")
    number = stripped.rstrip(_UNITS_OF_CPU).rstrip(_AROUND)
    unit = stripped[len(number) :].strip(_AROUND)
    if unit not in _CORES and unit not in _MILLICORES:
        return None
    proposed = f"{number}{'m' if unit in _MILLICORES else ''}"
    return proposed if len(text) <= 16 and number[:1].isdigit() and is_quantity_text(proposed) else None


def _respelled(text: str) -> str | None:
    """`10GiB`, `1 Gi`, `1gb`, `1,5Gi` as Kubernetes spells them."""
    stripped = text.strip(_AROUND)
    number = stripped.rstrip("BbIiKkMmGgTtPpEe")
    unit = stripped[len(number) :].lower().removesuffix("b").removesuffix("i")
    number = number.rstrip(_AROUND).replace(",", ".")
    proposed = f"{number}{unit.upper()}{'i' if unit else ''}"
    fits = len(text) <= 12 and len(unit) <= 1 and number[:1].isdigit() and is_quantity_text(proposed)
    return proposed if fits and proposed != text else None
