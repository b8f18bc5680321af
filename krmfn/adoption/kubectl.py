"""kubectl's command lines for the plan: ready to be copied, with every name quoted for a shell."""

from __future__ import annotations

import json

from krmfn.model.objects import GROUP, KIND
from krmfn.model.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krmfn.adoption.patches import Patch
    from krmfn.model.objects import ObjectRef

NATS = f"nats.{GROUP}"
DUMPED = "nats,statefulset,service,configmap,secret,pdb,pvc"
_KNOWN = ("StatefulSet", "Service", "ConfigMap", "Secret", "PodDisruptionBudget", "DestinationRule", "Deployment")


def resource(key: ObjectRef) -> str:
    """How kubectl is told a kind: in full where another group might have one of the same name."""
    if key.kind in _KNOWN:
        return key.kind.lower()
    if (key.group, key.kind) == (GROUP, KIND):
        return NATS
    version = key.api_version.rpartition("/")[2]
    return quoted(".".join(part for part in (key.kind.lower(), version, key.group) if part))


def kubectl(namespace: str, *words: str) -> str:
    """One command. `words` are taken as they are."""
    return " ".join(("kubectl", "-n", quoted(namespace), *words))


def patch(one: Patch, directory: str | None) -> str:
    """The patch as a command: from its file below `directory`, or written out."""
    if directory is None:
        what = f"-p {quoted(json.dumps(one.operations, separators=(',', ':')))}"
    else:
        path = f"{directory.rstrip('/')}/{one.file}"
        what = f"--patch-file {quoted(path)}"
    return kubectl(one.key.namespace, "patch", resource(one.key), quoted(one.key.name), "--type=json", what)


def wait(namespace: str, condition: str, words: Iterable[str], timeout: str) -> str:
    """Wait until an object is as it is said to be; kubectl fails when it is not in time."""
    return kubectl(namespace, "wait", condition, *words, f"--timeout={timeout}")


def jsonpath(path: str, value: object) -> str:
    """A condition of `kubectl wait`: the field has this value."""
    return f"{quoted(f'--for=jsonpath={path}')}={quoted(str(value))}"


def dump(namespace: str, kinds: str, file: str) -> str:
    """Everything of these kinds into a file that only its owner reads: Secrets are in it."""
    return f"(umask 077 && {kubectl(namespace, 'get', kinds, '-o', 'yaml', '--show-managed-fields')} > {quoted(file)})"
