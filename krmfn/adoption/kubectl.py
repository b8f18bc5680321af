"""kubectl's command lines for the plan: ready to be copied, with every name quoted for a shell."""

from __future__ import annotations

import json

from krmfn.model.objects import GROUP, KIND
from krmfn.model.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from krmfn.adoption.patches import Patch
    from krmfn.model.objects import ObjectRef

NATS = f"nats.{GROUP}"
DUMPED = "nats,statefulset,service,configmap,secret,pdb,pvc"
_KNOWN = ("StatefulSet", "Service", "ConfigMap", "Secret", "PodDisruptionBudget", "DestinationRule", "Deployment")


class ShellCommand(str):
    """A command line, and what it prints when it did what it should; "" where that differs from cluster to cluster."""

    __slots__ = ("expected",)

    expected: str

    def __new__(cls, line: str, expected: str = "") -> Self:
        """`line` is what a shell takes."""
        made = super().__new__(cls, line)
        made.expected = expected
        return made


NOTHING = "(nothing)"
"""What a command prints that says nothing when it succeeds."""


def printed(key: ObjectRef) -> str:
    """An object as kubectl names it in what it prints."""
    return f"{key.kind.lower()}{f'.{key.group}' if key.group else ''}/{key.name}"


def resource(key: ObjectRef) -> str:
    """How kubectl is told a kind: in full where another group might have one of the same name."""
    if key.kind in _KNOWN:
        return key.kind.lower()
    if (key.group, key.kind) == (GROUP, KIND):
        return NATS
    version = key.api_version.rpartition("/")[2]
    return quoted(".".join(part for part in (key.kind.lower(), version, key.group) if part))


def kubectl(namespace: str, *words: str, expected: str = "") -> ShellCommand:
    """One command. `words` are taken as they are."""
    return ShellCommand(" ".join(("kubectl", "-n", quoted(namespace), *words)), expected)


def patch(one: Patch, directory: str | None) -> str:
    """The patch as a command: from its file below `directory`, or written out."""
    if directory is None:
        what = f"-p {quoted(json.dumps(one.operations, separators=(',', ':')))}"
    else:
        path = f"{directory.rstrip('/')}/{one.file}"
        what = f"--patch-file {quoted(path)}"
    expected = f"{printed(one.key)} patched"
    words = ("patch", resource(one.key), quoted(one.key.name), "--type=json", what)
    return kubectl(one.key.namespace, *words, expected=expected)


def wait(namespace: str, condition: str, words: Iterable[str], timeout: str, expected: str = "") -> ShellCommand:
    """Wait until an object is as it is said to be; kubectl fails when it is not in time."""
    return kubectl(namespace, "wait", condition, *words, f"--timeout={timeout}", expected=expected)


def jsonpath(path: str, value: object) -> str:
    """A condition of `kubectl wait`: the field has this value."""
    return f"{quoted(f'--for=jsonpath={path}')}={quoted(str(value))}"


def dump(namespace: str, kinds: str, file: str) -> ShellCommand:
    """Everything of these kinds into a file that only its owner reads: Secrets are in it."""
    get = kubectl(namespace, "get", kinds, "-o", "yaml", "--show-managed-fields")
    return ShellCommand(f"(umask 077 && {get} > {quoted(file)})", NOTHING)
