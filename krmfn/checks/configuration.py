"""nats.conf held against the objects around it: whether servers find it, read it, know its settings and variables."""

from __future__ import annotations

from krmfn.changes.mounted_file import sources
from krmfn.changes.workload import command_line
from krmfn.checks.conf_files import check_files, mounted
from krmfn.checks.file_store import check_store
from krmfn.checks.memory import check_memory
from krmfn.checks.pods import joined, title
from krmfn.checks.reloader import check_reloader
from krmfn.checks.routes import check_routes
from krmfn.checks.shutdown import check_shutdown
from krmfn.checks.tree import is_marked
from krmfn.model.finding import WARNING, error, info
from krmfn.model.lookup import at, listed
from krmfn.model.text import nearest, shown
from krmfn.natsconf.checks import check_conf
from krmfn.natsconf.parser import read_conf
from krmfn.natsconf.pitfalls import pitfalls, replaced_accounts
from krmfn.natsconf.settings import BLOCK_SETTINGS, is_setting
from krmfn.natsconf.tree import Block, Variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.server import ServerGroup
    from krmfn.checks.tree import Tree
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath

_OWN_VARIABLES = frozenset(("POD_NAME", "POD_NAMESPACE", "SERVER_NAME", "CLUSTER_ADVERTISE"))
"""What krmfn sets in the env of the servers and in no file."""


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
    held = list(sources(server.volume(found[0]))) if found is not None else []
    return bool(held) and all(listed(source.get("items")) for _, source in held)


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
        *check_store(server),
        *check_files(tree, server, conf),
    ]
    for one in found:
        yield one.replace(path=one.path or place).at(object=ref)
    yield from check_shutdown(server)
    yield from check_reloader(tree, server)


def _pitfalls(tree: Tree, server: ServerGroup, conf: Block) -> Iterator[Finding]:
    """What `nats-server -t` accepts; a variable of the container is what it is there."""
    files = (mounted(tree, server, name) for name in conf.includes)
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
    for name in (name for block in conf.blocks() for name in block.includes):
        file = mounted(tree, server, name)
        block = read_conf(file.text) if file is not None and file.text is not None else None
        known.update(block.settings if block is not None else ())
        is_whole = is_whole and block is not None
    missing = sorted(_used(conf) - set(server.environment) - known)
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
    used = _used(conf)
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


def _used(conf: Block) -> set[str]:
    """The variables that settings have as their value, or in a list."""
    values = (value for block in conf.blocks() for value in block.settings.values())
    entries = (one for value in values for one in (value if isinstance(value, list) else (value,)))
    return {one.name for one in entries if isinstance(one, Variable)}
