"""Files that nats.conf names (includes, certificates, credentials, the log) held against the mounts of the servers."""

from __future__ import annotations

from krmfn.changes.mounted_file import mounted_file
from krmfn.changes.workload import has_file, names_in
from krmfn.checks.certificates import lacks_key
from krmfn.checks.pods import joined, title
from krmfn.checks.references import EXTERNAL, secret_of
from krmfn.model.finding import error
from krmfn.model.lookup import at, listed
from krmfn.model.text import shown
from krmfn.natsconf.parser import read_conf
from krmfn.natsconf.settings import FILES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.changes.mounted_file import MountedFile
    from krmfn.checks.server import ServerGroup
    from krmfn.checks.tree import Tree
    from krmfn.model.finding import Finding
    from krmfn.natsconf.tree import Block


def check_files(tree: Tree, server: ServerGroup, conf: Block) -> Iterator[Finding]:
    """Every file is mounted, and among the keys of the object that is mounted."""
    yield from _log_file(server)
    for name, setting in dict.fromkeys(named_files(conf)):
        if server.folder is None and not name.startswith("/"):
            continue
        if has_file(server.pods.obj, tree.objects, name, server.folder) and not _is_elsewhere(tree, server, name):
            if setting == "include":
                yield from _included(tree, server, name)
            continue
        full = server.full_path(name)
        mount = server.mount(full)
        volume = server.volume(mount[0]) if mount else {}
        what = joined(f"{kind} {one}" for kind, one in names_in(volume)) if mount else ""
        lack = f"{what or 'the volume there'} has no key of that name" if mount else "nothing is mounted there"
        if mount and not names_in(volume) and "emptyDir" not in volume:
            continue
        text = (
            f"{setting} in {server.conf_key} names {shown(full)}, and in {server.pods.title} {lack}, so servers do not"
            " start; write a file that is mounted"
        )
        yield error("conf-include", text) if setting == "include" else error("conf-file", text)


def _log_file(server: ServerGroup) -> Iterator[Finding]:
    """A log file in a folder that the container cannot write: the server ends at its start."""
    file = server.setting("log_file")
    is_closed = at(server.container, "securityContext").get("readOnlyRootFilesystem") is True
    if isinstance(file, str) and file.startswith("/") and is_closed and server.mount(file) is None:
        text = (
            f"log_file in {server.conf_key} names {shown(file)}, and the root file system of {server.pods.title} is"
            " read-only, so servers do not start; remove it: servers log to standard error"
        )
        yield error("conf-file", text)


def _is_elsewhere(tree: Tree, server: ServerGroup, name: str) -> bool:
    """Whether a file is surely not in the volume that is mounted there: one without files, or a Secret to be made."""
    found = server.mount(server.full_path(name))
    volume = server.volume(found[0]) if found else {}
    if found is None or "emptyDir" in volume:
        return True
    secret, space = at(volume, "secret"), server.pods.ref.namespace
    if listed(secret.get("items")) or tree.get("Secret", space, secret.get("secretName")) is not None:
        return False
    if lacks_key(tree, space, secret.get("secretName"), found[1] or str(found[0].get("subPath") or "")):
        return True
    makers = tree.grouped("ExternalSecret", EXTERNAL, secret_of).get((space, str(secret.get("secretName"))), [])
    for _, obj in makers[:1]:
        template = at(obj, "spec", "target", "template")
        data = at(template, "data")
        is_all = bool(data) and template.get("mergePolicy", "Replace") == "Replace"
        return is_all and (found[1] or str(found[0].get("subPath") or "")) not in data
    return False


def _included(tree: Tree, server: ServerGroup, name: str) -> Iterator[Finding]:
    """An included file whose text is known and is no configuration; never a word of it is shown."""
    file = mounted(tree, server, name)
    if file is not None and file.text is not None and read_conf(file.text) is None:
        text = f"{shown(file.key)} in {title(file.ref)}, which {server.conf_key} includes, is not a nats.conf"
        advice = "so servers do not start with it; check it with nats-server -t"
        yield error("conf-unreadable", f"{text}, {advice}", (file.part, file.key)).at(object=file.ref)


def mounted(tree: Tree, server: ServerGroup, name: str) -> MountedFile | None:
    """What an included file is made from; None where that is not known, or is encrypted."""
    found = server.mount(server.full_path(name))
    if found is None:
        return None
    mount, inside = found
    volume = server.volume(mount)
    file = mounted_file(volume, server.pods.ref.namespace, inside or str(mount.get("subPath") or ""), tree.objects)
    is_sealed = file is not None and ("sops" in tree.objects.get(file.ref, {}) or (file.text or "").startswith("ENC["))
    return None if is_sealed else file


def named_files(conf: Block) -> Iterator[tuple[str, str]]:
    """(file, setting) of included files, certificates and credentials, wherever they are."""
    for block in conf.blocks():
        for file in block.includes:
            yield file, "include"
        for key, value in block.settings.items():
            if key.lower() in FILES and isinstance(value, str):
                yield value, key.lower()
