"""nats.conf held against the objects around it: routes, stores and volumes, files and mounts, memory, time."""

from __future__ import annotations

from krmfn.changes.mounted_file import mounted_file
from krmfn.changes.workload import command_line, has_file, volume_keys, volume_of
from krmfn.checks.certificates import lacks_key
from krmfn.checks.memory import check_memory
from krmfn.checks.pods import joined, title
from krmfn.checks.references import EXTERNAL, secret_of
from krmfn.checks.routes import check_routes
from krmfn.checks.tree import is_marked
from krmfn.cluster.storage import human_bytes
from krmfn.model.finding import WARNING, error, info, warning
from krmfn.model.fix import replaced
from krmfn.model.lookup import at, listed
from krmfn.model.quantity import NANO, NotAQuantity, Quantity
from krmfn.model.text import nearest, shown
from krmfn.natsconf.checks import check_conf
from krmfn.natsconf.parser import read_conf
from krmfn.natsconf.pitfalls import pitfalls, replaced_accounts
from krmfn.natsconf.settings import BLOCK_SETTINGS, FILES, is_setting
from krmfn.natsconf.tree import Block, Variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.changes.mounted_file import MountedFile
    from krmfn.checks.pods import Pods
    from krmfn.checks.server import ServerGroup
    from krmfn.checks.tree import Tree
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object

LAME_DUCK_DURATION = 120
"""Seconds of `lame_duck_duration` where nothing is set (server/const.go); its grace period is a part of it."""
_OWN_VARIABLES = frozenset(("POD_NAME", "POD_NAMESPACE", "SERVER_NAME", "CLUSTER_ADVERTISE"))
"""What krmfn sets in the env of the servers and in no file."""
DEFAULT_GRACE = 30
"""Seconds of `terminationGracePeriodSeconds` where nothing is set (core/v1)."""


def check(tree: Tree) -> Iterator[Finding]:
    """Every server with its configuration."""
    for server in tree.servers:
        if _is_found(tree, server):
            text = server.file.text if server.file else None
            if text is None:
                yield from _missing(tree, server)
            elif server.conf is None:
                yield _unreadable(server)
            else:
                yield from _of_conf(tree, server, server.conf)
        if server.config_path is None:
            yield from _unread(server)
        yield from _program(server)
        yield from check_memory(server)


def _is_found(tree: Tree, server: ServerGroup) -> bool:
    """Whether it can be told what the servers read: False where the object that holds it has a wrong shape."""
    space = server.pods.ref.namespace
    return not (tree.may_lack("ConfigMap", space) or tree.may_lack("Secret", space)) or server.conf is not None


def _missing(tree: Tree, server: ServerGroup) -> Iterator[Finding]:
    """The object is there and lacks the file, or nothing is mounted where the option looks; else it is elsewhere."""
    pods, path, file = server.pods, server.config_path, server.file
    if path is None:
        return
    if path.startswith("/") and (empty := _empty_volume(server, path)) is not None:
        text = (
            f"the servers of {pods.title} read {shown(path)}, and volume {shown(empty)} there is empty, so they do not"
            " start; give it its ConfigMap or Secret"
        )
        yield error("conf-missing", text, ("spec", "template", "spec", "volumes")).at(object=pods.ref)
    elif server.mount(path) is None and path.startswith("/"):
        text = f"the servers of {pods.title} read {shown(path)}, and nothing is mounted there, so they do not start"
        here = (*server.container_path, "volumeMounts")
        yield error("conf-missing", f"{text}; mount the volume of the configuration there", here).at(object=pods.ref)
    elif file is None and path.startswith("/") and _is_left_out(server, path):
        text = (
            f"the servers of {pods.title} read {shown(path)}, and the items of the volume there leave that file out, so"
            " they do not start; write the key and this path in items, or remove items"
        )
        yield error("conf-missing", text, ("spec", "template", "spec", "volumes")).at(object=pods.ref)
    elif file is not None and (obj := tree.objects.get(file.ref)) is not None and "sops" not in obj:
        text = (
            f"{title(file.ref)} has no key {shown(file.key)}, from which the servers of {pods.title} read their"
            " configuration, so they do not start; write it under that key"
        )
        yield error("conf-missing", text, ("data",)).at(object=file.ref)


def _unread(server: ServerGroup) -> Iterator[Finding]:
    """A rendered server that no option sends to its configuration starts alone, without its streams."""
    words = command_line(server.container)
    if not is_marked(server.pods.obj) or any("nats-server" in word and " " in word for word in words):
        return
    text = f"no option --config is in the command of {server.pods.title}, so they do not read their configuration"
    path = (*server.container_path, "command")
    yield error("conf-missing", f"{text}; write --config and its path", path).at(object=server.pods.ref)


def _program(server: ServerGroup) -> Iterator[Finding]:
    """A program of another name than the server's, which its image does not have."""
    command = server.container.get("command")
    program = command[0] if isinstance(command, list) and command and isinstance(command[0], str) else ""
    if nearest(program.rpartition("/")[2], ("nats-server",)) and program.rpartition("/")[2] != "nats-server":
        text = f"{server.pods.title} runs {shown(program)}, which is not in the image, so no pod starts"
        path = (*server.container_path, "command", 0)
        yield error("server-program", f"{text}; write nats-server", path, program).at(object=server.pods.ref)


def _is_left_out(server: ServerGroup, path: str) -> bool:
    """Whether all that a volume holds is named by items, none of which has the path."""
    found = server.mount(path)
    volume = server.volume(found[0]) if found is not None else {}
    sources = [part for row in (volume, *listed(at(volume, "projected").get("sources"))) for part in _named_parts(row)]
    return bool(sources) and all(listed(part.get("items")) for part in sources)


def _named_parts(row: Object) -> list[Object]:
    return [part for name in ("configMap", "secret") if (part := at(row, name))]


def _empty_volume(server: ServerGroup, path: str) -> str | None:
    """The name of the volume at a path where no init container fills it; None where one may, or without a volume."""
    found = server.mount(path)
    volume = server.volume(found[0]) if found is not None else {}
    first = listed(at(server.pods.obj, "spec", "template", "spec").get("initContainers"))
    name = volume.get("name")
    fills = any(mount.get("name") == name for one in first for mount in listed(one.get("volumeMounts")))
    return str(name) if volume and set(volume) <= {"name", "emptyDir"} and not fills else None


def _unreadable(server: ServerGroup) -> Finding:
    file = server.file
    assert file is not None  # noqa: S101
    text = (
        f"{shown(file.key)} in {title(file.ref)} is not a nats.conf, so servers do not start with it: look for a brace"
        " or a quote that is not closed; check it with nats-server -t"
    )
    return error("conf-unreadable", text, (file.part, file.key)).at(object=file.ref)


def _of_conf(tree: Tree, server: ServerGroup, conf: Block) -> Iterator[Finding]:
    assert server.file is not None  # noqa: S101
    place, ref = (server.file.part, server.file.key), server.file.ref
    for one in check_conf(conf):
        is_mild = one.code == "conf-store-size" and _is_absent(conf, one.path)  # a server starts all the same
        yield one.replace(
            severity=WARNING if is_mild else one.severity,
            message=f"{shown(server.file.key)}: {one.message}",
            path=place,
            object=ref,
        )
    found = [
        *_pitfalls(tree, server, conf),
        *check_routes(server),
        *_settings(server, conf),
        *_variables(tree, server, conf),
        *_store(server),
        *_files(tree, server, conf),
        *_log_file(server),
    ]
    for one in found:
        yield one.replace(path=one.path or place).at(object=ref)
    yield from _lame_duck(server)
    yield from _process_id(tree, server)


def _pitfalls(tree: Tree, server: ServerGroup, conf: Block) -> Iterator[Finding]:
    """What `nats-server -t` accepts; a variable of the container is what it is there."""
    files = (_file(tree, server, name) for name in conf.includes)
    included = [block for file in files if file and file.text is not None and (block := read_conf(file.text))]
    for one in (*pitfalls(conf), *replaced_accounts(conf, included)):
        yield one.replace(message=f"{server.conf_key}: {one.message}", path=())


def _is_absent(conf: Block, path: FieldPath) -> bool:
    return conf.get(*map(str, path)) is None


def _variables(tree: Tree, server: ServerGroup, conf: Block) -> Iterator[Finding]:
    """Variables that neither a file nor the container sets: nats-server does not start."""
    if listed(server.container.get("envFrom")):
        return
    known, is_whole = {name for name in conf.settings if not isinstance(conf.settings[name], Block)}, True
    for name in _includes(conf):
        file = _file(tree, server, name)
        block = read_conf(file.text) if file is not None and file.text is not None else None
        known.update(block.settings if block is not None else ())
        is_whole = is_whole and block is not None
    missing = sorted(set(_used(conf)) - set(server.environment) - known)
    own = sorted(_OWN_VARIABLES.intersection(missing)) if is_marked(server.pods.obj) else []
    if own:
        text = f"{server.conf_key} uses the variable ${joined(own)}, which {server.pods.title} no longer sets"
        yield error("conf-variable", f"{text}, so servers do not start; add it to the env of the container")
    missing = [name for name in missing if name not in own]
    if missing:
        text = (
            f"{server.conf_key} uses the variable ${joined(missing)}, which container"
            f" {shown(str(server.container.get('name')))} of {server.pods.title} does not set"
        )
        if is_whole:
            yield error("conf-variable", f"{text}, so servers do not start; add it to its env")
        else:
            said = "so servers do not start unless a file that nats.conf includes sets it; add it there or to the env"
            yield info("conf-variable", f"{text}, {said}")


def _settings(server: ServerGroup, conf: Block) -> Iterator[Finding]:
    """Settings that nats-server does not know, so that it does not start, and JetStream that is not switched on."""
    used = set(_used(conf))
    for path in server.settings or {}:
        if is_setting(path) or path[-1] == "include" or (len(path) == 1 and path[0] in {name.lower() for name in used}):
            continue
        block = path[0] if len(path) > 1 else ""
        meant = nearest(path[-1], tuple(sorted(BLOCK_SETTINGS[block]))) if len(path[-1]) < 40 else None
        where = f"in {block} of {server.conf_key}" if block else f"in {server.conf_key}"
        text = (
            f"a setting {where} is not one that nats-server 2.14 knows, so servers of that version do not start with it"
        )
        advice = f"did you mean {meant}?" if meant else "correct its name, or remove it"
        yield error("conf-unknown", f"{text}; {advice}")
    if ("jetstream",) not in (server.settings or {}) and server.claims() and is_marked(server.pods.obj):
        text = (
            f"{server.conf_key} does not enable JetStream, but {server.pods.title} has a volume for it: there are no"
            " streams; add the block jetstream"
        )
        yield error("conf-jetstream", text)


def _writable(server: ServerGroup, folder: str, mount: Object) -> Iterator[Finding]:
    """A volume belongs to root, unless the pods have a group for it."""
    pod = at(server.pods.spec, "securityContext")
    user = at(server.container, "securityContext").get("runAsUser", pod.get("runAsUser"))
    if isinstance(user, int) and user != 0 and pod.get("fsGroup") is None and mount.get("name") in server.claims():
        text = (
            f"the servers of {server.pods.title} run as user {user}, and no fsGroup lets that write to the volume at"
            f" {shown(folder)}, which most drivers give to root; write securityContext.fsGroup"
        )
        path = (*server.pods.path, "securityContext", "fsGroup")
        yield warning("store-not-writable", text, path).at(object=server.pods.ref)


def _used(block: Block) -> Iterator[str]:
    for value in block.settings.values():
        for one in value if isinstance(value, list) else (value,):
            if isinstance(one, Variable):
                yield one.name
            elif isinstance(one, Block):
                yield from _used(one)


def _store(server: ServerGroup) -> Iterator[Finding]:
    """The file store on its volume."""
    folder = server.setting("jetstream", "store_dir") or server.setting("store_dir")
    if ("jetstream",) not in (server.settings or {}) or not isinstance(folder, str):
        return
    store = server.setting("jetstream", "max_file_store")
    found, name = server.mount(folder), server.conf_key
    path = (*server.container_path, "volumeMounts")
    if store == 0:
        return
    if found is None:
        text = (
            f"jetstream.store_dir is {shown(folder)} in {name}, and {server.pods.title} mounts no volume there, so"
            " streams are lost with the container; write the path where the claim is mounted"
        )
        yield error("conf-store-dir", text)
        return
    mount, volume = found[0], server.volume(found[0])
    claim = server.claims().get(str(mount.get("name")))
    if claim is None and volume and "persistentVolumeClaim" not in volume and "ephemeral" not in volume:
        kind = joined(key for key in volume if key != "name")
        text = (
            f"jetstream.store_dir is {shown(folder)} in {name}, which {server.pods.title} mounts from {kind} and not"
            " from a claim, so streams are lost with the pod; mount the claim template there"
        )
        yield error("conf-store-dir", text)
    yield from _hidden(server, folder)
    if at(claim or {}, "spec").get("volumeMode") == "Block":
        text = (
            f"the claim for the store of {server.pods.title} has volumeMode Block, which cannot be mounted as a folder,"
            " so pods do not start; write Filesystem"
        )
        yield error("conf-store-dir", text, path).at(object=server.pods.ref)
    if mount.get("readOnly") is True:
        text = (
            f"{server.pods.title} mounts the store {shown(folder)} readOnly, so JetStream cannot write; remove readOnly"
        )
        yield error("conf-store-dir", text, path).at(object=server.pods.ref)
    yield from _writable(server, folder, mount)
    size = _bytes(at(claim or {}, "spec", "resources", "requests").get("storage"))
    if size is not None and isinstance(store, int) and store > size:
        text = (
            f"jetstream.max_file_store is {human_bytes(store)} in {name}, and the claim of {server.pods.title} has"
            f" {human_bytes(size)}: the disk is full before the store is, and then JetStream stops; write a smaller"
            " store or a larger claim"
        )
        yield error("store-over-claim", text)


def _hidden(server: ServerGroup, folder: str) -> Iterator[Finding]:
    """Volumes that are mounted over a part of the store: what JetStream writes there is not on the claim."""
    store = f"{folder.rstrip('/')}/jetstream"
    for number, row in enumerate(listed(server.container.get("volumeMounts"))):
        place = str(row.get("mountPath")).rstrip("/")
        if (place == store or place.startswith(f"{store}/")) and row.get("name") not in server.claims():
            text = (
                f"{server.pods.title} mounts volume {shown(str(row.get('name')))} over {shown(place)}, where JetStream"
                " keeps its streams, so they are not on the claim and are lost with the pod; mount it elsewhere"
            )
            here = (*server.container_path, "volumeMounts", number, "mountPath")
            yield error("conf-store-dir", text, here).at(object=server.pods.ref)


def _bytes(quantity: object) -> int | None:
    if not isinstance(quantity, (str, int)) or isinstance(quantity, bool):
        return None
    try:
        return Quantity(quantity).nano // NANO
    except NotAQuantity:
        return None


def _files(tree: Tree, server: ServerGroup, conf: Block) -> Iterator[Finding]:
    """Files that the configuration names: mounted, and among the keys of the object that is mounted."""
    names = [*((name, "include") for name in _includes(conf)), *_named(conf)]
    for name, setting in dict.fromkeys(names):
        if server.folder is None and not name.startswith("/"):
            continue
        if has_file(server.pods.obj, tree.objects, name, server.folder) and not _is_elsewhere(tree, server, name):
            if setting == "include":
                yield from _included(tree, server, name)
            continue
        full = name if name.startswith("/") else f"{server.folder}/{name}"
        mount = server.mount(full)
        volume = server.volume(mount[0]) if mount else {}
        what = joined(f"{kind} {one}" for kind, one in _objects(volume)) if mount else ""
        lack = f"{what or 'the volume there'} has no key of that name" if mount else "nothing is mounted there"
        if mount and not _objects(volume) and "emptyDir" not in volume:
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
    found = server.mount(name if name.startswith("/") else f"{server.folder}/{name}")
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


def _objects(volume: Object) -> list[tuple[str, str]]:
    rows = (volume, *listed(at(volume, "projected").get("sources")))
    found = []
    for row in rows:
        for kind, field in (("ConfigMap", "configMap"), ("Secret", "secret")):
            name = at(row, field).get("secretName", at(row, field).get("name"))
            found += [(kind, name)] if isinstance(name, str) else []
    return found


def _included(tree: Tree, server: ServerGroup, name: str) -> Iterator[Finding]:
    """An included file whose text is known and is no configuration; never a word of it is shown."""
    file = _file(tree, server, name)
    if file is not None and file.text is not None and read_conf(file.text) is None:
        text = f"{shown(file.key)} in {title(file.ref)}, which {server.conf_key} includes, is not a nats.conf"
        advice = "so servers do not start with it; check it with nats-server -t"
        yield error("conf-unreadable", f"{text}, {advice}", (file.part, file.key)).at(object=file.ref)


def _file(tree: Tree, server: ServerGroup, name: str) -> MountedFile | None:
    """What an included file is made from; None where that is not known, or is encrypted."""
    full = name if name.startswith("/") else f"{server.folder}/{name}"
    found = server.mount(full)
    if found is None:
        return None
    mount, inside = found
    volume = server.volume(mount)
    file = mounted_file(volume, server.pods.ref.namespace, inside or str(mount.get("subPath") or ""), tree.objects)
    is_sealed = file is not None and ("sops" in tree.objects.get(file.ref, {}) or (file.text or "").startswith("ENC["))
    return None if is_sealed else file


def _includes(block: Block) -> Iterator[str]:
    yield from block.includes
    for value in block.settings.values():
        for one in value if isinstance(value, list) else (value,):
            if isinstance(one, Block):
                yield from _includes(one)


def _named(block: Block) -> Iterator[tuple[str, str]]:
    """(file, setting) of certificates and credentials, wherever they are."""
    for key, value in block.settings.items():
        if key.lower() in FILES and isinstance(value, str):
            yield value, key.lower()
        for one in value if isinstance(value, list) else (value,):
            if isinstance(one, Block):
                yield from _named(one)


def _lame_duck(server: ServerGroup) -> Iterator[Finding]:
    """A pod must live until its server has moved all clients and leaders away."""
    stated = server.setting("lame_duck_duration")
    seconds = stated[1] if isinstance(stated, tuple) and stated[:1] == ("s",) else LAME_DUCK_DURATION
    grace = server.pods.spec.get("terminationGracePeriodSeconds", DEFAULT_GRACE)
    path = (*server.pods.path, "terminationGracePeriodSeconds")
    if isinstance(grace, int) and grace < seconds:
        text = (
            f"the pods of {server.pods.title} are killed {grace} s after SIGTERM, but a server takes {seconds} s"
            " (lame_duck_duration) to move clients and leaders away; write terminationGracePeriodSeconds:"
            f" {seconds + DEFAULT_GRACE}"
        )
        yield warning("grace-too-short", text, path, grace, replaced(path, seconds + DEFAULT_GRACE)).at(
            object=server.pods.ref
        )
    if not at(server.container, "lifecycle", "preStop"):
        text = (
            f"the servers of {server.pods.title} have no preStop hook, so they stop at once and cut off every client;"
            " write one that runs nats-server -sl=ldm=<pid file>"
        )
        here = (*server.container_path, "lifecycle", "preStop")
        yield warning("lame-duck-missing", text, here).at(object=server.pods.ref)
    written = server.setting("pid_file")
    hook = at(server.container, "lifecycle", "preStop", "exec").get("command")
    for word in hook if isinstance(hook, list) and isinstance(written, str) else ():
        read = word.partition("=")[2].partition("=")[2] if isinstance(word, str) and "sl=" in word else ""
        if read.startswith("/") and read != written:
            text = (
                f"the preStop hook of {server.pods.title} reads the process id from {shown(read)}, and"
                f" {server.conf_key} writes it to {shown(written)}, so clients are cut off; write the same file"
            )
            path = (*server.container_path, "lifecycle", "preStop", "exec", "command")
            yield error("conf-process-id", text, path).at(object=server.pods.ref)


def _process_id(tree: Tree, server: ServerGroup) -> Iterator[Finding]:
    """The file with the process id: the server writes it, the reloader and the preStop hook read it."""
    written, pods = server.setting("pid_file"), server.pods
    for path, container in pods.containers():
        words = container.get("command"), container.get("args")
        every = [word for part in words if isinstance(part, list) for word in part if isinstance(word, str)]
        if not any("reloader" in word for word in (*every, str(container.get("name")), str(container.get("image")))):
            continue
        name = shown(str(container.get("name")))
        read = _option(every, "pid") or _option(every, "P")
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
        for file in _options(every, "config"):
            if not _is_watched(tree, pods, container, file):
                text = (
                    f"container {name} of {pods.title} watches {shown(file)}, where it mounts nothing, and does not"
                    " start"
                )
                yield error("conf-watched", f"{text}; mount the volume there too", path).at(object=pods.ref)


def _not_watched(server: ServerGroup, path: FieldPath, container: Object) -> Iterator[Finding]:
    """Certificates and included files that the reloader does not mount: it cannot see that they change."""
    conf, pods = server.conf, server.pods
    names = [*_includes(conf), *(name for name, _ in _named(conf))] if conf is not None else []
    full = (name if name.startswith("/") else f"{server.folder}/{name}" for name in names)
    unseen = sorted({file for file in full if server.mount(file) is not None and _mount_at(container, file) is None})
    for where, one in ((server.container_path, server.container), (path, container)):
        found = _mount_at(one, server.config_path) if server.config_path else None
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


def _mount_at(container: Object, file: str) -> tuple[Object, str] | None:
    """The mount of a container that holds a file, and the file's path in it; None for none."""
    best: tuple[Object, str] | None = None
    for row in listed(container.get("volumeMounts")):
        place = str(row.get("mountPath")).rstrip("/")
        if (file == place or file.startswith(f"{place}/")) and (best is None or len(place) > len(file) - len(best[1])):
            best = row, file[len(place) :].strip("/")
    return best


def _volume_at(container: Object, file: str) -> object:
    """The name of the volume of a container that holds a file; None for none."""
    found = _mount_at(container, file)
    return found[0].get("name") if found else None


def _is_watched(tree: Tree, pods: Pods, container: Object, file: str) -> bool:
    """Whether a container mounts a file; an object that is not known is taken to hold it."""
    found = _mount_at(container, file)
    if found is None:
        return not file.startswith("/")
    mount, inside = found
    keys = volume_keys(volume_of(pods.obj, mount.get("name")), pods.obj, tree.objects)
    return keys is None or (inside or str(mount.get("subPath") or "")) in keys


def _option(words: list[str], name: str) -> str | None:
    return next(_options(words, name), None)


def _options(words: list[str], name: str) -> Iterator[str]:
    """Every value of an option of a command line."""
    for number, word in enumerate(words):
        key, equals, value = word.partition("=")
        if key.startswith("-") and key.lstrip("-") == name:
            if equals:
                yield value
            elif number + 1 < len(words):
                yield words[number + 1]
