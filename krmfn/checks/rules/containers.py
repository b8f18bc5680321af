"""Containers: image, ports, environment, probes, resources."""

from __future__ import annotations

from krmfn.checks.rules.constraints import (
    between,
    exactly_one,
    forbidden,
    inner,
    key_name,
    label,
    maps,
    needed,
    port,
    port_name,
    value_text,
)
from krmfn.model.finding import error
from krmfn.model.fix import renamed, replaced, respelled
from krmfn.model.labels import is_qualified_name
from krmfn.model.names import POD_FIELDS, POD_METADATA
from krmfn.model.quantity import quantity_of
from krmfn.model.text import nearest, shown
from krmfn.model.usage import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object

COMPUTE = ("cpu", "memory", "ephemeral-storage")
"""Resources of a container that have no prefix, beside hugepages-<size>."""
HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
_ENVIRONMENT = (*POD_METADATA, *POD_FIELDS)
_MAPS = ("metadata.labels", "metadata.annotations")
_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")


def container(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A container, an init container among them."""
    yield from needed(value, path, "name", "image")
    yield from label(value, path, "name")
    for name in ("livenessProbe", "startupProbe"):
        threshold = inner(value, name).get("successThreshold")
        if isinstance(threshold, int) and threshold not in (0, 1):
            yield error(
                "above-maximum", f"{threshold} is not 1, which a {name} needs", (*path, name, "successThreshold")
            )
    yield from forbidden(
        inner(value, "readinessProbe"),
        (*path, "readinessProbe"),
        "terminationGracePeriodSeconds",
        "on a readinessProbe, which ends no container",
    )
    yield from _port_names(value, path)


def _port_names(value: Object, path: FieldPath) -> Iterator[Finding]:
    seen: set[Any] = set()
    for index, one in enumerate(maps(value, "ports")):
        name = one.get("name")
        if isinstance(name, str) and name:
            if name in seen:
                text = f'duplicate port name "{shown(name)}"; use another'
                yield error("duplicate-entry", text, (*path, "ports", index, "name"), shown(name))
            seen.add(name)


def container_port(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A port of a container."""
    yield from between(value, path, 1, 65535, "containerPort")
    yield from between(value, path, 0, 65535, "hostPort")
    if value.get("name"):
        yield from port_name(value["name"], (*path, "name"))


def probe(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A probe: one handler, and how often it is asked."""
    yield from exactly_one(value, path, HANDLERS, "what the probe does")
    counts = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
    yield from between(value, path, 0, None, *counts)
    yield from between(value, path, 1, None, "terminationGracePeriodSeconds")


def init_container(value: Object, path: FieldPath) -> Iterator[Finding]:
    """What only an init container that stays (restartPolicy: Always) may have; a container has no restart policy."""
    if value.get("restartPolicy") != "Always" and "initContainers" in path:
        for name in ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle"):
            yield from forbidden(value, path, name, "on an init container without restartPolicy Always")


def lifecycle_handler(value: Object, path: FieldPath) -> Iterator[Finding]:
    """What is done after the start or before the stop of a container."""
    yield from exactly_one(value, path, ("exec", "httpGet", "tcpSocket", "sleep"), "what the handler does")


def exec_action(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A command that is run in the container."""
    yield from needed(value, path, "command")


def with_port(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A request or connection to a port of the container."""
    yield from port(value, path, "port")


def http_get(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A request to the container."""
    yield from port(value, path, "port")
    for index, header in enumerate(maps(value, "httpHeaders")):
        yield from needed(header, (*path, "httpHeaders", index), "name")


def env_var(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A variable of the environment."""
    yield from needed(value, path, "name")
    name = value.get("name")
    if isinstance(name, str) and any(not " " <= letter <= "~" or letter == "=" for letter in name):
        text = f'"{shown(name)}" is not a name of a variable; write printable ASCII without "="'
        yield error("invalid-name", text, (*path, "name"), shown(name))
    if value.get("value"):
        yield from forbidden(value, path, "valueFrom", "beside value")
    if value.get("valueFrom") == {}:
        yield from exactly_one({}, (*path, "valueFrom"), _SOURCES, "where the value comes from")


def env_source(value: Object, path: FieldPath) -> Iterator[Finding]:
    """Where the value of a variable comes from."""
    if value:  # `env_var` tells of an empty one
        yield from exactly_one(value, path, _SOURCES, "where the value comes from")


def env_from(value: Object, path: FieldPath) -> Iterator[Finding]:
    """An object whose keys become variables."""
    yield from exactly_one(value, path, ("configMapRef", "secretRef"), "the object")


def key_selector(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A key of a ConfigMap or Secret."""
    yield from needed(value, path, "name", "key")
    if value.get("key"):
        yield from key_name(value["key"], (*path, "key"))


def field_selector(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A field of the pod, for a variable or a file."""
    yield from needed(value, path, "fieldPath")
    text = value.get("fieldPath")
    in_env = "env" in path
    known = _ENVIRONMENT if in_env else (*POD_METADATA, *_MAPS)
    if not isinstance(text, str) or not text or text in known:
        return
    field, bracket, key = text.partition("['")
    if bracket and field in _MAPS and key.endswith("']"):
        return
    meant = nearest(text, known) if len(text) < 64 else None
    advice = f"did you mean {meant}?" if meant else f"write {listed(known)}, or metadata.labels['<key>']"
    here = (*path, "fieldPath")
    fix = respelled(here, text, meant, known)
    yield error("schema-enum", f'"{shown(text)}" is not a field that can be read here; {advice}', here, fix=fix)


def resources(value: Object, path: FieldPath) -> Iterator[Finding]:
    """Requests and limits of a container: known names, nothing negative, no request above its limit."""
    for block in ("limits", "requests"):
        for name, amount in inner(value, block).items():
            yield from _resource_name(name, (*path, block, name))
            if (size := quantity_of(amount)) is not None and size.nano < 0:
                yield error("below-minimum", f"{value_text(amount)} is negative; write 0 or more", (*path, block, name))
    limits, requests = inner(value, "limits"), inner(value, "requests")
    for name in requests.keys() & limits.keys():
        asked, allowed = quantity_of(requests[name]), quantity_of(limits[name])
        if asked is None or allowed is None:
            continue
        if allowed < asked:
            text = f"the request of {asked.canonical()} is above the limit of {allowed.canonical()}; lower it"
            here = (*path, "requests", name)
            yield error("request-above-limit", text, here, requests[name], replaced(here, limits[name]))


def _resource_name(name: str, path: FieldPath) -> Iterator[Finding]:
    if name in COMPUTE or name.startswith("hugepages-") or ("/" in name and is_qualified_name(name)):
        return
    meant = nearest(name, COMPUTE) if len(name) < 64 else None
    advice = f"did you mean {meant}?" if meant else f"write {listed(COMPUTE)}, or a name with a prefix"
    yield error(
        "schema-unknown", f'"{shown(name)}" is not a resource; {advice}', path, fix=renamed(path, meant, COMPUTE)
    )


def volume_resources(value: Object, path: FieldPath) -> Iterator[Finding]:
    """What a claim asks for."""
    amount = quantity_of(inner(value, "requests").get("storage"))
    if amount is not None and amount.nano <= 0:
        yield error("below-minimum", "a claim must ask for more than 0", (*path, "requests", "storage"))


def empty_dir(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A directory that lives as long as its pod."""
    amount = quantity_of(value.get("sizeLimit"))
    if amount is not None and amount.nano < 0:
        yield error("below-minimum", "the size is negative; write 0 or more", (*path, "sizeLimit"))
