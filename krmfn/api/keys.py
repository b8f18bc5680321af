"""What each key of the functionConfig may hold: from text to value, and what else Kubernetes or NATS want of the value.

A check returns the value as `Settings` holds it and a list of (code, text of the message, proposed value).
"""

from __future__ import annotations

from krmfn.cluster.images import (
    LONGEST_REPOSITORY,
    LONGEST_TAG,
    has_digest,
    is_component,
    is_repository,
    is_tag,
    split_image,
)
from krmfn.cluster.settings import Group
from krmfn.model.labels import is_label_value
from krmfn.model.names import is_dns_subdomain
from krmfn.model.quantity import NotAQuantity, Quantity
from krmfn.model.text import nearest, quotable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from krmfn.api.credentials import Checked, KeyFault
    from krmfn.model.code import Code

    EntryFault = tuple[Code, str, Any, int]  # of which entry of a list
    CheckedList = tuple[Any, list[KeyFault] | list[EntryFault]]


OLDEST_KUBERNETES = (1, 27)
"""The first minor with unhealthyPodEvictionPolicy, minDomains and the PVC retention policy on by default."""
MOST_ZONES = 100
"""No region of a cloud provider has a tenth of that; it leaves room for racks that are labelled as zones."""
LONGEST_CLUSTER_NAME = 253
"""nats-server has no limit. The name is in the first line that a client reads, for which some take 4096 bytes."""
MOST_DIGITS = 18
"""Of a whole number; no key takes a longer one."""
_OF_ONE_TEXT = ("boolean", "choice", "integer", "quantity", "string", "subdomain")
_ZONES_SAY = "write comma-separated names, or the number of zones"
_AMOUNTS = "use an amount such as 500m for CPU or 128Mi for memory"
_IMAGE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:@")
_NO_NAME: KeyFault = ("invalid-name", "the value is not a DNS name; use lower case letters, digits, - and .", None)
_TRUE, _FALSE = ("true", "yes", "on", "y", "1", "enabled"), ("false", "no", "off", "n", "0", "disabled")


def from_text(text: str, node: dict[str, Any]) -> Checked:
    """The value that a text of the flat form means; `node` is the key's entry in the table. Not yet checked further."""
    match node["type"]:
        case "boolean":
            return _switch(text, ("true", "false"))
        case "either" if node["of"][0]["type"] == "boolean":
            return _switch(text, ("true", "false", "auto"))
        case "either" if node["of"][1]["type"] == "array":
            return _count_or_names(text)
        case "array":
            return [part.strip() for part in text.split(",")], []
        case "integer":
            return _whole_number(text)
        case "choice" if text not in node["of"]:
            return None, [_unsupported(text, node["of"])]
    return text, []


def part_of(key: str, fields: dict[str, Any]) -> dict[str, Any] | None:
    """The entry in the table of a part of a group, such as `server.maxPayload`; None where it has no flat form."""
    group, _, name = key.partition(".")
    return parts_of(fields[group]).get(name) if group in GROUPS_WITH_PARTS else None


def parts_of(node: dict[str, Any], before: str = "") -> dict[str, dict[str, Any]]:
    """Path with dots -> entry in the table, of every part of a group that one text can hold."""
    found: dict[str, dict[str, Any]] = {}
    for name, field in node.get("fields", {}).items():
        if field["type"] == "object":
            found |= parts_of(field, f"{before}{name}.")
        elif field["type"] in _OF_ONE_TEXT or (field["type"] == "array" and field["items"]["type"] == "string"):
            found[f"{before}{name}"] = field
    return found


def _whole_number(text: str) -> Checked:
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS:
        return int(text), []
    return None, [("wrong-type", f"{quotable(text) or 'the value'} is not a whole number", None)]


def _switch(text: str, choices: tuple[str, ...]) -> Checked:
    if text in choices:
        return (text if text == "auto" else text == "true"), []
    low = text.lower()
    if low in _TRUE or low in _FALSE:
        meant = "true" if low in _TRUE else "false"
        return None, [("unsupported-value", f'"{text}" is not true or false; write {meant}', meant)]
    return None, [_unsupported(text, choices)]


def _unsupported(text: str, choices: tuple[str, ...]) -> KeyFault:
    meant = nearest(text, choices)
    value = quotable(text)
    advice = f"; did you mean {meant}?" if meant else ""
    return "unsupported-value", f"{value or 'the value'} is not one of {', '.join(choices)}{advice}", meant


def _count_or_names(text: str) -> Checked:
    digits = text.lstrip("+-").replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()):
        return [part.strip() for part in text.split(",")], []
    if text.isdigit() and len(text) <= 9 and int(text) > 0:
        return int(text), []  # `zones` holds it against the most
    return None, [("invalid-zones", f"{quotable(text) or 'the number'} is not a number of zones; {_ZONES_SAY}", None)]


def zones(value: int | list[str]) -> CheckedList:
    """A count as it is; of names each a label value, and named once."""
    count = value if isinstance(value, int) else len(value)
    if count > MOST_ZONES:
        text = f"{count} zones are too many, the maximum is {MOST_ZONES}; {_ZONES_SAY}"
        too_many: KeyFault = ("too-many-zones", text, None)
        return None, [too_many]
    if isinstance(value, int):
        return value, []
    faults: list[EntryFault] = []
    for index, name in enumerate(value):
        if not name:
            faults.append(("invalid-zones", f"name {index + 1} is empty; {_ZONES_SAY}", None, index))
        elif not is_label_value(name):
            text = f"{_entry(name, index)} is not a zone name (a label value); {_ZONES_SAY}"
            faults.append(("invalid-zones", text, None, index))
        elif name in value[:index]:
            faults.append(("invalid-zones", f'duplicate zone "{name}"; remove one', None, index))
    return (None if faults else tuple(value)), faults


def _entry(name: str, index: int) -> str:
    """An entry of a list by its number, and as it is where that may be shown."""
    value = quotable(name)
    return f"name {index + 1}, {value}," if value else f"name {index + 1}"


def file_store(value: int | str) -> Checked:
    """(90, "%") of `90%`, (943718400, "bytes") of `900Mi`."""
    text = str(value)
    if text.endswith("%"):
        digits = text[:-1]
        if digits.isascii() and digits.isdigit() and len(digits) <= 3 and 1 <= int(digits) <= 100:
            return (int(digits), "%"), []
        return None, [_no_file_store(text, "is not a percentage from 1% to 100%", "90%")]
    try:
        amount = Quantity(text).whole()
    except NotAQuantity:
        return None, [_no_file_store(text, "is neither a percentage nor a size below 8Ei", None)]
    if amount is None or amount < 1:
        return None, [_no_file_store(text, "is not a whole number of bytes above 0", None)]
    return (amount, "bytes"), []


def _no_file_store(text: str, why: str, proposed: str | None) -> KeyFault:
    example = "use a percentage of the volume such as 90%, or a size such as 900Mi"
    return "invalid-file-store", f"{quotable(text) or 'the value'} {why}; {example}", proposed


def kubernetes_version(text: str) -> Checked:
    """(major, minor) of `1.31`, `v1.31.4`, `1.31.4-gke.100`, `v1.31.2+k3s1`."""
    parts = text.removeprefix("v").partition("-")[0].partition("+")[0].split(".")
    if not 2 <= len(parts) <= 3 or not all(p.isascii() and p.isdigit() and len(p) <= 4 for p in parts):
        return None, [("invalid-kubernetes-version", "write major and minor version, such as 1.31", None)]
    version = (int(parts[0]), int(parts[1]))
    if version < OLDEST_KUBERNETES:
        advice = "it lacks unhealthyPodEvictionPolicy, minDomains or the PVC retention policy"
        text = f"Kubernetes {version[0]}.{version[1]} is not supported: {advice}; 1.27 is the oldest"
        return None, [("unsupported-kubernetes-version", text, None)]
    return version, []


def object_name(text: str) -> Checked:
    """The name of an object of Kubernetes, or a DNS domain."""
    if is_dns_subdomain(text):
        return text, []
    proposed = text.lower().strip(".")
    if is_dns_subdomain(proposed):
        return None, [("invalid-name", f"the value is not a DNS name; write {proposed}", proposed)]
    return None, [_NO_NAME]


def object_name_or_none(text: str) -> Checked:
    """The same, or "": stated that there is none."""
    return object_name(text) if text else (text, [])


def secret_name(text: str) -> Checked:
    """The same, with no proposal: it would show what may be a password."""
    return (text, []) if is_dns_subdomain(text) else (None, [_NO_NAME])


def object_names(names: list[str]) -> CheckedList:
    """Names of objects, each once."""
    faults: list[EntryFault] = []
    for index, name in enumerate(names):
        for code, text, proposed in object_name(name)[1]:
            faults.append((code, text.replace("the value", _entry(name, index), 1), proposed, index))
        if name in names[:index]:
            text = f"{_entry(name, index)} is the same as name {names.index(name) + 1}; remove one"
            faults.append(("invalid-name", text, None, index))
    return (None if faults else tuple(names)), faults


def clusters(marks: list[str]) -> CheckedList:
    """Marks of NATS resources: namespace/name, or name alone."""
    faults: list[EntryFault] = []
    for index, mark in enumerate(marks):
        namespace, slash, name = mark.rpartition("/")
        if not is_dns_subdomain(name) or (slash and not is_dns_subdomain(namespace)):
            text = f"{_entry(mark, index)} is not the namespace/name of a NATS; write for example shop/orders"
            faults.append(("invalid-name", text, None, index))
    return (None if faults else tuple(marks)), faults


def cluster_name(text: str) -> Checked:
    """nats-server refuses spaces; `$` and quotes would not survive nats.conf and Flux."""
    if len(text) > LONGEST_CLUSTER_NAME:
        return None, [("invalid-name", f"a cluster name may have at most {LONGEST_CLUSTER_NAME} characters", None)]
    if text.isprintable() and not any(c.isspace() or c in "\"'\\$" for c in text):
        return text, []
    return None, [("invalid-name", "a cluster name must not contain spaces, quotes, $ or control characters", None)]


def amount(text: str) -> Checked:
    """CPU or memory, more than none, in its canonical spelling."""
    try:
        value = Quantity(text)
    except NotAQuantity:
        return None, [("not-a-quantity", f"{quotable(text) or 'the value'} is not a quantity; {_AMOUNTS}", None)]
    if value.nano <= 0:
        return None, [("not-a-quantity", f"{text} is not above 0; {_AMOUNTS}", None)]
    return value.canonical(), []


def image(text: str) -> Checked:
    """An image reference, or the part of one that names registry and path."""
    if "://" in text:
        proposed = text.partition("://")[2]
        legible = proposed and _IMAGE.issuperset(proposed) and "@" not in proposed
        return None, [
            ("invalid-image", "an image reference has no scheme; remove https://", proposed if legible else None)
        ]
    if "@" in text and not has_digest(text):
        fault = "the digest is not sha256: and 64 hexadecimal digits; copy all of it"
        return None, [("invalid-image", fault, None)]
    name, tag, _ = split_image(text)
    if len(name.partition("/")[2]) > LONGEST_REPOSITORY or len(tag or "") > LONGEST_TAG:
        say = f"an image reference may have at most {LONGEST_REPOSITORY} characters of path and {LONGEST_TAG} of tag"
        return None, [("invalid-image", say, None)]
    if is_repository(name) and ("/" in name or is_component(name)) and (tag is None or is_tag(tag)):
        return text, []
    return None, [("invalid-image", "the value is not an image reference; write registry/path:tag", None)]


def image_registry(text: str) -> Checked:
    """A registry and the path in it, which names of images follow."""
    value, faults = image(text.rstrip("/"))
    if value is not None and not is_repository(value):
        say = "the value is not a registry; write a host, a port and a path, such as registry.example.com:5000/mirror"
        return None, [("invalid-image", say, None)]
    return text if value is not None else None, faults


def credential(key: str) -> Callable[[str], Checked]:
    """The check of a key of the secret modes, which is imported where the key is set."""

    def check(text: str) -> Checked:
        from krmfn.api.credentials import CHECKS

        return CHECKS[key](text.strip())  # as in the flat form; a block of YAML ends with a line feed

    return check


def group(value: dict[str, Any]) -> Checked:
    """A group of keys, whose parts `groups` checks."""
    return Group(value), []


def unchecked(value: object) -> Checked:
    """A value of which the type says all."""
    return value, []


KEYS: dict[str, tuple[str, Callable[[Any], Checked | CheckedList]]] = {
    "profile": ("profile", unchecked),
    "zones": ("zones", zones),
    "zoneSpread": ("zone_spread", unchecked),
    "istio": ("istio", unchecked),
    "provider": ("provider", unchecked),
    "kubernetesVersion": ("kubernetes_version", kubernetes_version),
    "clusterDomain": ("cluster_domain", object_name),
    "clusterName": ("cluster_name", cluster_name),
    "secretMode": ("secret_mode", unchecked),
    "secretName": ("secret_name", secret_name),
    "adminHash": ("admin_hash", credential("adminHash")),
    "adminNkey": ("admin_nkey", credential("adminNkey")),
    "secretStore": ("secret_store", credential("secretStore")),
    "remoteKey": ("remote_key", credential("remoteKey")),
    "fileStore": ("file_store", file_store),
    "imageRegistry": ("image_registry", image_registry),
    "images": ("images", unchecked),
    "natsImage": ("nats_image", image),
    "reloaderImage": ("reloader_image", image),
    "exporterImage": ("exporter_image", image),
    "exporterCpu": ("exporter_cpu", amount),
    "exporterMemory": ("exporter_memory", amount),
    "exporterJsz": ("exporter_jsz", unchecked),
    "reloaderCpu": ("reloader_cpu", amount),
    "reloaderMemory": ("reloader_memory", amount),
    "fips": ("fips", unchecked),
    "imagePullSecrets": ("image_pull_secrets", object_names),
    "priorityClass": ("priority_class", object_name_or_none),
    "podMonitor": ("pod_monitor", unchecked),
    "networkPolicy": ("network_policy", unchecked),
    "networkPolicyEgress": ("network_policy_egress", unchecked),
    "prometheusRule": ("prometheus_rule", unchecked),
    "protect": ("protect", unchecked),
    "keepCR": ("keep_cr", unchecked),
    "mode": ("mode", unchecked),
    "include": ("include", unchecked),
    "adopt": ("adopt", unchecked),
    "allowRemoval": ("allow_removal", clusters),
    "previous": ("previous", unchecked),
    "conf": ("conf", group),
    "auth": ("auth", group),
    "tls": ("tls", group),
    "encryption": ("encryption", group),
    "server": ("server", group),
    "pod": ("pod", group),
    "service": ("service", group),
    "networkPolicyFrom": ("network_policy_from", group),
    "networkPolicyTo": ("network_policy_to", group),
    "podMonitorLabels": ("pod_monitor_labels", group),
    "policies": ("policies", group),
}
"""Key -> attribute of `Settings`, and the check of its value."""
CONFIDENTIAL = frozenset(("secretName", "adminHash", "adminNkey", "secretStore", "remoteKey", "auth"))
"""Keys into which somebody may have written a password: no finding shows what is there, not even a number."""
GROUPS = (
    "conf",
    "auth",
    "tls",
    "encryption",
    "server",
    "pod",
    "service",
    "networkPolicyFrom",
    "networkPolicyTo",
    "podMonitorLabels",
    "policies",
)
"""Keys that hold groups of others; some of their parts have a flat form."""
FOR_HARDENED = tuple(key for key in GROUPS if key != "policies")
"""Groups for profile hardened only."""
GROUPS_WITH_PARTS = tuple(key for key in GROUPS if key not in ("conf", "auth"))
"""Groups whose scalars and lists of text have a flat form with dots, such as `server.maxPayload`."""
FLAT = tuple(key for key in KEYS if key not in GROUPS)
"""Keys with a flat form: for `--set`, the ConfigMap and Argo CD's parameters."""
EMPTY_IS_STATED = ("provider", "priorityClass")
"""Keys of a RenderNATS with which an empty text says: none."""
