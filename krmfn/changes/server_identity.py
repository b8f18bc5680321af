"""The identity of servers and their data: the name of a server, of the cluster, and the place of the store."""

from __future__ import annotations

from krmfn.changes.workload import container_of, mount_of, option, volume_of
from krmfn.model.lookup import at, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.changes.workload import ServerSettings
    from krmfn.model.objects import Object

DEFAULT_STORE = "/data"
"""Where a store is looked for when nats.conf is not among the objects: where charts and krmfn put it."""


def server_name(statefulset: Object, conf: ServerSettings | None) -> object:
    """The server's name with the variables of its container filled in; None where it is unknown.

    Two names that are equal here are equal in each pod.
    """
    given = option(statefulset, "server_name")
    if given is not None:
        return _expanded(given, _variables(statefulset))
    variables = _variables(statefulset)
    value = conf.get(("server_name",)) if conf is not None else ("$", "SERVER_NAME")
    if isinstance(value, tuple) and value[:1] == ("$",):
        return variables.get(str(value[1]), ("unset", value[1]))
    return _expanded(value, {}) if isinstance(value, str) else value


def cluster_name(statefulset: Object, conf: ServerSettings | None) -> object:
    """The name of the cluster, with variables filled in; None where it is unknown."""
    given = option(statefulset, "cluster_name")
    if given is not None:
        return given
    value = conf.get(("cluster", "name")) if conf is not None else None
    if isinstance(value, tuple) and value[:1] == ("$",):
        return _variables(statefulset).get(str(value[1]), ("unset", value[1]))
    return value


def store(statefulset: Object, conf: ServerSettings | None) -> object:
    """The place of JetStream's files: a volume by what it is, and the folder in it. Equal places hold equal files."""
    variables = _variables(statefulset)
    folder = option(statefulset, "store_dir") or store_dir(conf)
    if isinstance(folder, tuple) and folder[:1] == ("$",):
        folder = variables.get(str(folder[1]), folder)
    folder = _expanded(folder, variables) if isinstance(folder, str) else folder
    if not isinstance(folder, str):
        return folder
    folder = f"{folder.rstrip('/')}/jetstream"
    below = [str(row.get("mountPath")).rstrip("/") for row in listed(container_of(statefulset).get("volumeMounts"))]
    inner = sorted(path for path in below if path.startswith(f"{folder}/"))
    return [_place(statefulset, path) for path in (folder, *inner)]


def _place(statefulset: Object, folder: str) -> object:
    """The volume at a folder, the folder in it, and whether it is read-only."""
    found = mount_of(statefulset, folder)
    if found is None:
        return ("container", folder)
    mount, inside = found
    if mount.get("readOnly") is True:
        inside = f"{inside} (read only)"
    name = mount.get("name")
    sub = mount.get("subPath") or mount.get("subPathExpr") or ""
    claims = [at(row, "metadata").get("name") for row in listed(at(statefulset, "spec").get("volumeClaimTemplates"))]
    if name in claims:
        return ("claim of each pod", name, sub, inside)
    volume = volume_of(statefulset, name)
    source = {key: value for key, value in volume.items() if key != "name"}
    if at(volume, "persistentVolumeClaim"):
        return ("claim", at(volume, "persistentVolumeClaim").get("claimName"), sub, inside)
    if at(volume, "hostPath"):
        return ("host", at(volume, "hostPath").get("path"), sub, inside)
    return ("pod", sorted(source) or ["emptyDir"], sub, inside)


def store_dir(conf: ServerSettings | None) -> Any:
    """The folder of the store in a configuration that is read; the usual one for none."""
    if conf is None:
        return DEFAULT_STORE
    return conf.get(("jetstream", "store_dir"), conf.get(("store_dir",), "/tmp/nats/jetstream"))  # noqa: S108


def _variables(statefulset: Object) -> dict[str, object]:
    """The variables of the server's container, those that are in others filled in."""
    found: dict[str, object] = {}
    for row in listed(container_of(statefulset).get("env")):
        name, source = str(row.get("name")), at(row, "valueFrom")
        if source:
            found[name] = ("from", at(source, "fieldRef").get("fieldPath") or str(sorted(source.items(), key=str)))
        else:
            found[name] = _expanded(str(row.get("value") or ""), found)
    return found


def _expanded(text: str, variables: dict[str, object]) -> object:
    """Parts of a text with the values of `$(NAME)`; for a text that is one variable, the variable's value."""
    text = text.strip("\"'")
    parts: list[object] = []
    rest = text
    while "$(" in rest:
        before, _, behind = rest.partition("$(")
        name, _, rest = behind.partition(")")
        parts += [before] if before else []
        parts.append(variables.get(name, f"$({name})"))
    parts += [rest] if rest else []
    if len(parts) == 1:
        return parts[0]
    return "".join(map(str, parts)) if all(isinstance(part, str) for part in parts) else tuple(parts)
