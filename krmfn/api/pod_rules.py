"""What the groups `pod`, `service` and `encryption` must keep beyond their types."""

from __future__ import annotations

from ipaddress import ip_network

from krmfn.cluster.resources import LEAST_DISK
from krmfn.model.labels import (
    MANAGED_BY,
    RESERVED_DOMAINS,
    SELECTOR_KEYS,
    is_label_value,
    is_of,
    is_qualified_name,
)
from krmfn.model.names import POD_FIELDS, POD_METADATA, is_dns_label, is_dns_subdomain
from krmfn.model.quantity import NotAQuantity, Quantity
from krmfn.model.text import quotable
from krmfn.natsconf.encryption import variable_of
from krmfn.natsconf.references import check_file, check_variable, has_password, is_key, variable_of_environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from krmfn.model.objects import FieldPath
    from krmfn.natsconf.overrides import GroupFault


_KEY = 'not a label or annotation key; write [prefix/]name with letters, digits, "-", "_" and "."'
_NAME = "the value is not the name of an object; write lower case letters, digits, - and ."
OWN_VARIABLES = (
    "POD_NAME",
    "POD_NAMESPACE",
    "CLUSTER_ADVERTISE",
    "SERVER_NAME",
    "ZONE",
    "ZONE_TAG",
    "GOMEMLIMIT",
    "PATH",
)
"""Variables of the server's container that krmfn or the image sets."""
OF_MESHES = ("sidecar.istio.io/inject", "istio.io/dataplane-mode", "linkerd.io/inject")
"""Labels and annotations that open ports in the NetworkPolicy too, which the NATS decides."""
_CREDENTIALS = ("PASSWORD", "PASSWD", "TOKEN", "SECRET", "SEED", "PRIVATE_KEY")
FIELDS = (*POD_METADATA, "metadata.labels['KEY']", "metadata.annotations['KEY']", *POD_FIELDS)
"""Fields of a pod that a variable can hold (Kubernetes, downward API)."""
OWN_FOLDERS = (
    "/data",
    "/etc/nats-config",
    "/etc/nats-tls",
    "/var/run/nats",
    "/var/run/secrets",
    "/nats-server",
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/proc",
    "/sys",
    "/dev",
)
"""Folders with the data, configuration and programs of the containers."""
LONGEST_EXTRA = 57
"""Characters of the name of a volume, before which krmfn writes `extra-`."""
_OTHER = {"secret": "", "key": ""}
_VALUE = 'not a label value; write at most 63 letters, digits, "-", "_" and "."'


def check_pod(pod: dict[str, Any]) -> Iterator[GroupFault]:
    """Labels, taints, variables and mounts as the API server takes them, and as the servers bear them."""
    yield from _check_labels(pod.get("labels", {}), "labels")
    yield from _check_annotations(pod.get("annotations", {}), ("annotations",))
    for part in ("labels", "annotations"):
        for key in set(pod.get(part, {})) & set(OF_MESHES):
            yield "conflicting-settings", f"set it in spec.{part} of the NATS instead", None, (part, key)
    yield from _check_affinity(pod.get("nodeAffinity", {}))
    yield from _check_env(pod.get("env", ()))
    yield from _check_volumes(pod.get("volumes", ()))
    if "ephemeralStorage" in pod:
        yield from _check_disk(pod["ephemeralStorage"])
    account = pod.get("serviceAccount", {})
    if "name" in account and not is_dns_subdomain(account["name"]):
        yield "invalid-name", _NAME, None, ("serviceAccount", "name")
    if "name" in account and account.get("annotations"):
        text = "serviceAccount.name is an account that you create; annotate it there, or remove the name"
        yield "conflicting-settings", text, None, ("serviceAccount", "annotations")
    yield from _check_annotations(account.get("annotations", {}), ("serviceAccount", "annotations"))
    for key, value in pod.get("nodeSelector", {}).items():
        path = ("nodeSelector", key)
        if not is_qualified_name(key):
            yield "label-key", _KEY, None, path
        if not is_label_value(value):
            yield "label-value", _VALUE, None, path
    for number, taint in enumerate(pod.get("tolerations", ())):
        yield from _check_toleration(taint, number)


def _check_toleration(taint: dict[str, Any], number: int) -> Iterator[GroupFault]:
    here = ("tolerations", number)
    exists = taint.get("operator") == "Exists"
    if "key" in taint and not is_qualified_name(taint["key"]):
        yield "label-key", _KEY, None, (*here, "key")
    if "key" not in taint and not exists:
        yield "invalid-toleration", "without a key the operator is Exists; write key, or operator: Exists", None, here
    if exists and taint.get("value"):
        yield "invalid-toleration", "the operator Exists allows no value; remove it", None, (*here, "value")
    if not is_label_value(taint.get("value", "")):
        yield "label-value", _VALUE, None, (*here, "value")
    if "tolerationSeconds" in taint and taint.get("effect") != "NoExecute":
        text = "only the effect NoExecute has tolerationSeconds; set that effect, or remove this field"
        yield "invalid-toleration", text, None, (*here, "tolerationSeconds")


def check_service(service: dict[str, Any]) -> Iterator[GroupFault]:
    """Annotations and networks as the API server takes them."""
    yield from _check_annotations(service.get("annotations", {}), ("annotations",))
    balanced = service["type"] == "LoadBalancer"
    for name in ("loadBalancerClass", "sourceRanges"):
        if name in service and not balanced:
            yield (
                "conflicting-settings",
                "only the type LoadBalancer has this field; remove it, or set that type",
                None,
                (name,),
            )
    if not is_qualified_name(service.get("loadBalancerClass", "a")):
        yield "invalid-name", _KEY, None, ("loadBalancerClass",)
    yield from _check_networks(service.get("sourceRanges", ()), ("sourceRanges",))


def check_peers(stated: dict[str, Any]) -> Iterator[GroupFault]:
    """Names of namespaces, and networks; without either no client would be let in."""
    clients = stated.get("clients")
    if clients is None:
        return
    if not clients.get("namespaces") and not clients.get("networks"):
        yield "invalid-network", "no client could connect; write namespaces or networks", None, ("clients",)
    for number, name in enumerate(clients.get("namespaces", ())):
        if not is_dns_label(name):
            yield "invalid-name", _NAME, None, ("clients", "namespaces", number)
    yield from _check_networks(clients.get("networks", ()), ("clients", "networks"))


def check_destinations(stated: dict[str, Any]) -> Iterator[GroupFault]:
    """Names of namespaces, networks and ports; a rule without any of them would allow everything."""
    if stated.get("dnsPorts") == []:
        text = "the servers find each other by DNS; write its ports, or remove this field"
        yield "conflicting-settings", text, None, ("dnsPorts",)
    for number, one in enumerate(stated.get("others", ())):
        here = ("others", number)
        if not any(one.get(name) for name in ("namespaces", "networks", "ports")):
            text = "it would allow connections to everything; write namespaces, networks or ports"
            yield "invalid-network", text, None, here
        if "protocol" in one and not one.get("ports"):
            yield "conflicting-settings", "protocol needs ports; write ports, or remove it", None, here
        for place, name in enumerate(one.get("namespaces", ())):
            if not is_dns_label(name):
                yield "invalid-name", _NAME, None, (*here, "namespaces", place)
        yield from _check_networks(one.get("networks", ()), (*here, "networks"))


def check_labels(labels: dict[str, Any]) -> Iterator[GroupFault]:
    """Labels of an object, beside those that krmfn gives it."""
    yield from _check_labels(labels)


def _check_labels(labels: dict[str, str], *path: str) -> Iterator[GroupFault]:
    for key, value in labels.items():
        if key in (*SELECTOR_KEYS, MANAGED_BY):
            yield "selector-label", "krmfn sets this label itself; remove it", None, (*path, key)
        elif not is_qualified_name(key):
            yield "label-key", _KEY, None, (*path, key)
        if not is_label_value(value):
            yield "label-value", _VALUE, None, (*path, key)


def _check_annotations(annotations: dict[str, str], path: tuple[str, ...]) -> Iterator[GroupFault]:
    for key, value in annotations.items():
        if not is_qualified_name(key):
            yield "annotation-key", _KEY, None, (*path, key)
        elif is_of(key, RESERVED_DOMAINS):
            yield "reserved-annotation", "it controls krmfn, kpt or kustomize; remove it", None, (*path, key)
        yield from _check_text(value, (*path, key))


def _check_text(value: str, path: FieldPath) -> Iterator[GroupFault]:
    if "${" in value or "$$" in value:
        text = "the value contains ${ or $$, which Flux would substitute; remove it"
        yield "substitution-marker", text, None, path


def _check_affinity(affinity: dict[str, Any]) -> Iterator[GroupFault]:
    for part in ("required", "preferred"):
        for number, term in enumerate(affinity.get(part, ())):
            here = ("nodeAffinity", part, number, "matchExpressions")
            if not term["matchExpressions"]:
                yield "invalid-affinity", "an empty list matches no node; write an expression", None, here
            for place, expression in enumerate(term["matchExpressions"]):
                yield from _check_expression(expression, (*here, place))


def _check_expression(expression: dict[str, Any], path: FieldPath) -> Iterator[GroupFault]:
    operator, values = expression["operator"], expression.get("values", [])
    if not is_qualified_name(expression["key"]):
        yield "label-key", _KEY, None, (*path, "key")
    if operator in ("Exists", "DoesNotExist") and values:
        yield "invalid-affinity", f"the operator {operator} allows no values; remove them", None, (*path, "values")
    elif operator in ("In", "NotIn") and not values:
        yield "invalid-affinity", f"the operator {operator} needs values; write some", None, (*path, "values")
    elif operator in ("Gt", "Lt") and not (len(values) == 1 and values[0].removeprefix("-").isdecimal()):
        text = f"the operator {operator} needs one whole number, in quotes; write one"
        yield "invalid-affinity", text, None, (*path, "values")
    elif not all(map(is_label_value, values)):
        yield "label-value", _VALUE, None, (*path, "values")


def _check_env(env: Sequence[dict[str, Any]]) -> Iterator[GroupFault]:
    seen: set[str] = set()
    for number, stated in enumerate(env):
        here, name = ("env", number), stated["name"]
        plain = name.replace("_", "a")
        if not plain.isascii() or not plain.isalnum() or name[:1].isdigit():
            text = "name is not the name of a variable; write letters, digits and _, such as HTTP_PROXY"
            yield "invalid-variable", text, None, (*here, "name")
        elif name in OWN_VARIABLES or name.startswith(variable_of_environment("")):
            instead = (
                "; set spec.resources.limits.memory of the NATS" if name == "GOMEMLIMIT" else "; write another name"
            )
            yield "invalid-variable", f"krmfn sets {name} itself{instead}", None, (*here, "name")
        elif name in seen:
            yield "invalid-variable", f"{name} is set twice; remove one", None, (*here, "name")
        seen.add(name)
        yield from _check_source(stated, here)


def _check_source(stated: dict[str, Any], path: FieldPath) -> Iterator[GroupFault]:
    ways = [way for way in ("value", "secret", "configMap", "field") if way in stated]
    if len(ways) != 1 or ("key" in stated) != (ways[0] in ("secret", "configMap")):
        text = "a variable has value, or secret and key, or configMap and key, or field; write one of them"
        yield "invalid-variable", text, None, path
        return
    (way,) = ways
    if way == "value":
        if any(word in stated["name"].upper() for word in _CREDENTIALS) and stated["value"]:
            text = "the name is that of a credential, and the value is in clear text; write secret and key"
            yield "clear-text-secret", text, None, (*path, "value")
        elif has_password(stated["value"]):
            text = "the value is a URL with a password in clear text; write secret and key"
            yield "clear-text-secret", text, None, (*path, "value")
        yield from _check_text(stated["value"], (*path, "value"))
    elif way == "field" and stated["field"] not in FIELDS and not stated["field"].startswith("metadata."):
        yield "invalid-variable", f"the field is not one of {', '.join(FIELDS)}; write one", None, (*path, "field")
    elif way != "field":
        if not is_dns_subdomain(stated[way]):
            yield "invalid-name", _NAME, None, (*path, way)
        if not is_key(stated["key"]):
            yield (
                "invalid-name",
                "key is not a key of a Secret or ConfigMap; write letters, digits, - _ and .",
                None,
                (*path, "key"),
            )


def _check_volumes(volumes: Sequence[dict[str, Any]]) -> Iterator[GroupFault]:
    names: set[str] = set()
    folders: list[str] = []
    for number, stated in enumerate(volumes):
        here = ("volumes", number)
        if not is_dns_label(stated["name"]) or len(stated["name"]) > LONGEST_EXTRA:
            text = f"name is not the name of a volume; write at most {LONGEST_EXTRA} lower case letters, digits and -"
            yield "invalid-name", text, None, (*here, "name")
        elif stated["name"] in names:
            yield "invalid-volume", "two volumes have this name; write another one", None, (*here, "name")
        names.add(stated["name"])
        yield from _check_mount(stated["mountPath"], folders, (*here, "mountPath"))
        folders.append(stated["mountPath"])
        ways = [way for way in ("secret", "configMap", "emptyDir", "claim") if way in stated]
        if len(ways) != 1:
            text = "a volume is a secret, a configMap, an emptyDir or a claim; write one of them"
            yield "invalid-volume", text, None, here
        elif ways == ["emptyDir"]:
            yield from _check_limit(stated["emptyDir"], (*here, "emptyDir"))
        elif not is_dns_subdomain(stated[ways[0]]):
            yield "invalid-name", _NAME, None, (*here, ways[0])


def _check_limit(value: Any, path: FieldPath) -> Iterator[GroupFault]:
    try:
        size = Quantity(value).whole()
    except NotAQuantity:
        size = None
    if size is None or size < 1:
        yield (
            "not-a-quantity",
            f"{_named(value)} is not a whole number of bytes from 1 to 2^63 - 1; write a size such as 64Mi",
            None,
            path,
        )


def _named(value: Any) -> str:
    return quotable(value) or "the value"


def _check_disk(value: Any) -> Iterator[GroupFault]:
    path = ("ephemeralStorage",)
    faults = list(_check_limit(value, path))
    yield from faults
    if not faults and Quantity(value) < LEAST_DISK:
        why = "is less than the kubelet keeps of a container's logs, and above the limit it evicts the pod"
        text = f"{_named(value)} {why}; write {LEAST_DISK.canonical()} or more"
        yield "ephemeral-storage-too-small", text, None, path


def _check_mount(folder: str, others: list[str], path: FieldPath) -> Iterator[GroupFault]:
    """A mount hides what is below it, and one over the folders of krmfn would hide configuration or streams."""
    parts = folder.split("/")
    if not folder.startswith("/") or ":" in folder or not folder.isprintable() or {"", ".", ".."} & set(parts[1:]):
        text = "the value is not the path of a folder; write one such as /etc/leaf"
        yield "invalid-volume", text, None, path
        return
    for own in OWN_FOLDERS:
        if _is_in(folder, own) or _is_in(own, folder):
            text = f"the folder would hide {own}, which the containers need; mount it elsewhere, such as /etc/leaf"
            yield "invalid-volume", text, None, path
            return
    if any(_is_in(folder, other) or _is_in(other, folder) for other in others):
        text = "the folder overlaps with that of another volume; mount it elsewhere"
        yield "invalid-volume", text, None, path


def _is_in(folder: str, other: str) -> bool:
    return folder == other or folder.startswith(f"{other}/")


def _check_networks(networks: Sequence[str], path: FieldPath) -> Iterator[GroupFault]:
    for number, network in enumerate(networks):
        if not _is_network(network):
            text = "not a network; write one such as 10.0.0.0/8"
            yield "invalid-network", text, None, (*path, number)


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return "/" in text


def check_encryption(encryption: dict[str, Any]) -> Iterator[GroupFault]:
    """The names of Secrets and keys; two keys of encryption are two files."""
    for name in ("keyFrom", "previousKeyFrom"):
        if name in encryption:
            source = encryption[name]
            yield from (("conf-reference", text, None, (name,)) for text in check_file(source["secret"], source["key"]))
            fault = check_variable(variable_of(source))
            if fault:
                yield "conf-reference", fault, None, (name,)
    if variable_of(encryption.get("previousKeyFrom", _OTHER)) == variable_of(encryption["keyFrom"]):
        text = "the previous key is the key itself; name another Secret, or another key of it"
        yield "duplicate-variable", text, None, ("previousKeyFrom",)
