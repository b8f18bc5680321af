"""What the groups `pod`, `service` and `encryption` must keep beyond their types."""

from __future__ import annotations

from ipaddress import ip_network

from krmfn.model.labels import RESERVED_DOMAINS, is_label_value, is_of, is_qualified_name
from krmfn.natsconf.encryption import variable_of
from krmfn.natsconf.overrides import check_file, check_variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    Fault: TypeAlias = tuple[str, str, Any, tuple[str | int, ...]]

_KEY = 'it is not a key; write [prefix/]name with letters, digits, "-", "_" and "."'
_OTHER = {"secret": "", "key": ""}
_VALUE = 'it is not a label value; write at most 63 letters, digits, "-", "_" and "."'


def check_pod(pod: dict[str, Any]) -> Iterator[Fault]:
    """Labels and taints as the API server takes them."""
    for key, value in pod.get("nodeSelector", {}).items():
        path = ("nodeSelector", key)
        if not is_qualified_name(key):
            yield "label-key", _KEY, None, path
        if not is_label_value(value):
            yield "label-value", _VALUE, None, path
    for number, taint in enumerate(pod.get("tolerations", ())):
        yield from _check_toleration(taint, number)


def _check_toleration(taint: dict[str, Any], number: int) -> Iterator[Fault]:
    here = ("tolerations", number)
    exists = taint.get("operator") == "Exists"
    if "key" in taint and not is_qualified_name(taint["key"]):
        yield "label-key", _KEY, None, (*here, "key")
    if "key" not in taint and not exists:
        yield "invalid-toleration", "without a key the operator is Exists; write key, or operator: Exists", None, here
    if exists and taint.get("value"):
        yield "invalid-toleration", "the operator Exists takes no value; remove it", None, (*here, "value")
    if not is_label_value(taint.get("value", "")):
        yield "label-value", _VALUE, None, (*here, "value")
    if "tolerationSeconds" in taint and taint.get("effect") != "NoExecute":
        text = "only the effect NoExecute has tolerationSeconds; set that effect, or remove this field"
        yield "invalid-toleration", text, None, (*here, "tolerationSeconds")


def check_service(service: dict[str, Any]) -> Iterator[Fault]:
    """Annotations and networks as the API server takes them."""
    for key, value in service.get("annotations", {}).items():
        path = ("annotations", key)
        if not is_qualified_name(key):
            yield "annotation-key", _KEY, None, path
        elif is_of(key, RESERVED_DOMAINS):
            yield "reserved-annotation", "it steers krmfn and the tools that call it; remove it", None, path
        if "${" in value or "$$" in value:
            text = "the value holds ${ or $$, which Flux would replace; write it without"
            yield "substitution-marker", text, None, path
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
    for number, network in enumerate(service.get("sourceRanges", ())):
        if not _is_network(network):
            yield "invalid-network", "not a network; write one such as 10.0.0.0/8", None, ("sourceRanges", number)


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return "/" in text


def check_encryption(encryption: dict[str, Any]) -> Iterator[Fault]:
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
