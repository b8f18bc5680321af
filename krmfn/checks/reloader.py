"""The container that reloads nats.conf: it must find the server, and see every file that can change."""

from __future__ import annotations

from krmfn.changes.workload import command_line, mount_in, options, volume_keys, volume_of
from krmfn.checks.conf_files import named_files
from krmfn.checks.pods import joined
from krmfn.model.finding import error, warning
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.pods import Pods
    from krmfn.checks.server import ServerGroup
    from krmfn.checks.tree import Tree
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object


def check_reloader(tree: Tree, server: ServerGroup) -> Iterator[Finding]:
    """Every container that reloads: it finds the process id of the server, and mounts what it watches."""
    written, pods = server.setting("pid_file"), server.pods
    for path, container in pods.containers():
        words = command_line(container)
        if not any("reloader" in word for word in (*words, str(container.get("name")), str(container.get("image")))):
            continue
        name = shown(str(container.get("name")))
        read = next(options(words, ("pid", "P")), None)
        if read is not None and read != written:
            text = (
                f"container {name} of {pods.title} reads the process id from {shown(read)}, and {server.conf_key}"
                f" writes it to {shown(str(written)) if written else 'no file (pid_file)'}, so changes are never"
                " loaded; write the same file"
            )
            yield error("conf-process-id", text, path).at(object=pods.ref)
        elif read is not None and _volume_at(container, read) != _volume_at(server.container, read):
            text = (
                f"container {name} of {pods.title} and the server do not mount the same volume at {shown(read)}, so"
                " changes are never loaded; mount one volume in both"
            )
            yield error("conf-process-id", text, (*path, "volumeMounts")).at(object=pods.ref)
        if pods.spec.get("shareProcessNamespace") is not True:
            text = f"container {name} of {pods.title} cannot signal the server; write shareProcessNamespace: true"
            yield error("conf-process-id", text, (*pods.path, "shareProcessNamespace")).at(object=pods.ref)
        yield from _not_watched(server, path, container)
        for file in options(words, ("config",)):
            if file is not None and not _is_watched(tree, pods, container, file):
                text = (
                    f"container {name} of {pods.title} watches {shown(file)}, where it mounts nothing, and does not"
                    " start"
                )
                yield error("conf-watched", f"{text}; mount the volume there too", path).at(object=pods.ref)


def _not_watched(server: ServerGroup, path: FieldPath, container: Object) -> Iterator[Finding]:
    """Certificates and included files that the reloader does not mount: it cannot see that they change."""
    conf, pods = server.conf, server.pods
    full = {server.full_path(name) for name, _ in named_files(conf)} if conf is not None else set()
    unseen = sorted(file for file in full if server.mount(file) is not None and mount_in(container, file) is None)
    for where, one in ((server.container_path, server.container), (path, container)):
        found = mount_in(one, server.config_path) if server.config_path else None
        if found is not None and (found[0].get("subPath") or found[0].get("subPathExpr")):
            text = (
                f"container {shown(str(one.get('name')))} of {pods.title} mounts {shown(str(server.config_path))} by"
                " subPath, which the kubelet never renews, so no change is loaded; mount the whole volume"
            )
            yield warning("conf-not-watched", text, (*where, "volumeMounts")).at(object=pods.ref)
    if unseen:
        text = (
            f"container {shown(str(container.get('name')))} of {pods.title} does not mount {joined(unseen)}, so a"
            " renewed file is never loaded; mount the volume there too"
        )
        yield warning("conf-not-watched", text, (*path, "volumeMounts")).at(object=pods.ref)


def _volume_at(container: Object, file: str) -> object:
    """The name of the volume of a container that holds a file; None for none."""
    found = mount_in(container, file)
    return found[0].get("name") if found else None


def _is_watched(tree: Tree, pods: Pods, container: Object, file: str) -> bool:
    """Whether a container mounts a file; an object that is not known is taken to hold it."""
    found = mount_in(container, file)
    if found is None:
        return not file.startswith("/")
    mount, inside = found
    keys = volume_keys(volume_of(pods.obj, mount.get("name")), pods.obj, tree.objects)
    return keys is None or (inside or str(mount.get("subPath") or "")) in keys
