"""The key `conf`: settings of nats.conf that have no key of their own, merged over what krmfn renders.

A fault is (code, message, proposed value, path below `conf`); no message shows a text of the user's.
"""

from __future__ import annotations

from krmfn.model.finding import dotted
from krmfn.model.text import nearest, quotable
from krmfn.natsconf.formats import size_of
from krmfn.natsconf.references import (
    REFERENCE,
    SECRETS_DIR,
    check_file,
    check_variable,
    has_password,
    is_credential,
    is_environment,
    is_file,
    is_reference,
    references,
    variable_of_environment,
)
from krmfn.natsconf.setting_shapes import shape_of
from krmfn.natsconf.settings import BLOCK_SETTINGS, SINCE, is_known, name_of
from krmfn.natsconf.shapes import described, holds_text, inside, is_right, is_right_entry, names_of, variant
from krmfn.natsconf.tree import Block, Variable
from krmfn.natsconf.value_types import SIZE, type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    from krmfn.model.code import Code
    from krmfn.model.objects import FieldPath
    from krmfn.natsconf.shapes import Shape
    from krmfn.natsconf.tree import Value

    GroupFault: TypeAlias = tuple[Code, str, Any, FieldPath]
    """What is wrong in a group of keys: code, message, what to write instead (None: unknown), path below the group."""
RENDERED_BLOCKS = ("cluster", "jetstream")
_INSTEAD: dict[FieldPath, str] = {
    ("accounts",): "auth.accounts",
    ("authorization",): "auth.users",
    ("no_auth_user",): "auth.anonymous",
    ("tls",): "tls.clients",
    ("allow_non_tls",): "tls.clients.required",
    ("lame_duck_duration",): "server.lameDuck.duration",
    ("lame_duck_grace_period",): "server.lameDuck.grace",
    ("cluster", "tls"): "tls.routes",
    ("cluster", "name"): "clusterName",
    ("jetstream", "key"): "encryption.keyFrom",
    ("jetstream", "prev_key"): "encryption.previousKeyFrom",
    ("jetstream", "cipher"): "encryption.cipher",
    ("jetstream", "max_file_store"): "fileStore",
    ("jetstream", "max_memory_store"): "spec.jetStream.memStorage of the NATS",
    ("debug",): "spec.logging.debug of the NATS",
    ("trace",): "spec.logging.trace of the NATS",
}
"""Settings that have a key."""
_FIXED: dict[str, str] = {
    "": "port host listen http http_port https https_port http_base_path pid_file server_name server_tags store_dir"
    " system_account no_system_account log_file ports_file_dir include",
    "cluster": "port host listen routes cluster_advertise authorization include",
    "jetstream": "store_dir unique_tag enabled disabled tpm include",
    "leafnodes": "port host listen tls authorization include",
}
"""Settings that krmfn decides, since Services, probes, volumes or the data of the servers depend on them."""
_CLOSED = ("gateway", "mqtt", "websocket")
"""Blocks that open a port, which no Service, container port and NetworkPolicy of krmfn would know."""
_OPERATOR = (
    "operator",
    "resolver",
    "resolver_tls",
    "resolver_preload",
    "resolver_pinned_accounts",
    "trusted_keys",
    "default_sentinel",
)


def check(conf: dict[str, Any]) -> Iterator[GroupFault]:
    """Every fault of `conf` that shows without the NATS."""
    yield from _check_block(conf, "", ())
    yield from _check_pool(conf)
    files: dict[str, tuple[str, str]] = {}
    for path, secret, key, variable in references(conf):
        if files.setdefault(variable, (secret, key)) != (secret, key):
            yield (
                "duplicate-variable",
                f"variable {variable} comes from two files; rename one of them",
                None,
                path,
            )


def _check_pool(conf: dict[str, Any]) -> Iterator[GroupFault]:
    """Accounts with a connection of their own between servers need a pool."""
    for stated, value in conf.items():
        if name_of("", stated) == "cluster" and isinstance(value, dict) and value.get("accounts"):
            size = value.get("pool_size")
            if isinstance(size, int) and size < 0:
                text = "with accounts the pool has at least one connection; write 1 or more, or remove accounts"
                yield "conf-type", text, None, (stated, "pool_size")


def _check_block(values: dict[str, Any], block: str, path: FieldPath) -> Iterator[GroupFault]:
    seen: set[str] = set()
    for stated, value in values.items():
        here = (*path, stated)
        name = name_of(block, stated)
        if name in seen:
            yield "conf-duplicate", "the setting is set twice, under two of its names; remove one", None, here
        seen.add(name)
        owner = _owner(block, name, value)
        if owner is not None:
            yield "conf-owned", owner, None, here
        elif not is_known(block, name):
            meant = nearest(name, tuple(sorted(BLOCK_SETTINGS[block])))
            advice = f"did you mean {meant}?" if meant else "see the settings of nats-server"
            yield "conf-unknown", f"nats-server has no such setting here; {advice}", meant, here
        elif name in BLOCK_SETTINGS and not block:
            yield from _check_nested(value, name, here)
        elif value is not None:
            yield from _check_value(value, shape_of(block, name), here)


def _check_nested(value: Any, name: str, path: FieldPath) -> Iterator[GroupFault]:
    if value is None and name in RENDERED_BLOCKS:
        yield "conf-owned", "krmfn renders this block, and it cannot be removed", None, path
    elif value is not None and not isinstance(value, dict):
        yield "conf-type", "this setting is a block; write its settings below it", None, path
    else:
        yield from _check_block(value or {}, name, path)


def _owner(block: str, name: str, value: Any) -> str | None:
    """Why a setting may not stand in `conf`; None where it may."""
    path = (block, name) if block else (name,)
    if path in _INSTEAD:
        return f"set {_INSTEAD[path]} instead"
    if name in _FIXED.get(block, "").split():
        return "krmfn decides this setting, since other objects depend on it; remove it"
    if not block and name in _CLOSED and value is not None:
        return "the block opens a port, which no Service and NetworkPolicy of krmfn has; it is not supported yet"
    if path == ("syslog",):
        return "containers have no local syslog, and the server would not start; set remote_syslog instead"
    if not block and name in _OPERATOR:
        return "JWT accounts of an operator are not supported yet; use auth.accounts"
    return None


def _check_value(value: Any, shape: Shape | None, path: FieldPath) -> Iterator[GroupFault]:
    """Every fault of a value, the inner ones first; `shape` is None for a setting that may hold anything."""
    if is_reference(value):
        yield from _check_reference(value, path)
        return
    if is_environment(value, path):
        yield from _check_environment(value, shape, path)
        return
    chosen = variant(shape, value)
    faults = list(_check_inside(value, chosen, path))
    yield from faults
    if shape and not faults and not is_right(chosen, value) and not (chosen and any(references(value))):
        yield "conf-type", f"{quotable(value) or 'the value'} is not {described(chosen or shape)}", None, path


def _check_inside(value: Any, shape: Shape | None, path: FieldPath) -> Iterator[GroupFault]:
    if isinstance(value, dict):
        yield from _check_names(value, shape, path)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _check_value(inner, inside(shape, ""), (*path, number))
    else:
        yield from _check_scalar(value, path)


def _check_names(value: dict[Any, Any], shape: Shape | None, path: FieldPath) -> Iterator[GroupFault]:
    known = names_of(shape)
    for name, inner in value.items():
        if not isinstance(name, str) or not name or not name.isascii() or not name.isprintable() or '"' in name:
            yield "conf-type", "a name is not printable ASCII without double quotes", None, path
        elif known and name.lower() not in known:
            meant = nearest(name, tuple(sorted(known)))
            advice = f"did you mean {meant}?" if meant else f"known are {', '.join(sorted(known))}"
            yield "conf-unknown", f"nats-server has no such setting here; {advice}", meant, (*path, name)
        elif inner is not None:
            faults = list(_check_value(inner, inside(shape, name), (*path, name)))
            yield from faults
            if shape and not faults and not is_right_entry(shape, name, inner) and not any(references(inner)):
                yield "conf-type", f"the entry is not {described(shape)}", None, (*path, name)


def _check_scalar(value: Any, path: FieldPath) -> Iterator[GroupFault]:
    if value is None or isinstance(value, float):
        null = "null removes settings, and this is an entry of a list"
        yield (
            "conf-type",
            f"{null if value is None else 'nats.conf takes whole numbers'}; write another value",
            None,
            path,
        )
        return
    if isinstance(value, str) and is_file(path) and not value.startswith("/"):
        text = (
            "the value is not a file of the pods; mount one with pod.volumes, and write its path, which begins with /"
        )
        yield "conf-file", text, None, path
    elif isinstance(value, str) and (is_credential(path) or has_password(value)):
        text = "a credential does not belong here in clear text; write {secret: NAME, key: KEY, variable: NAME}"
        yield "clear-text-secret", text, None, path
    elif isinstance(value, str) and ("${" in value or "$$" in value):
        yield "conf-type", "the string contains ${ or $$, which Flux would substitute; remove it", None, path


def _check_environment(value: dict[str, Any], shape: Shape | None, path: FieldPath) -> Iterator[GroupFault]:
    """A variable of the container is a text, does not change before a restart, and may be empty."""
    if not isinstance(value["env"], str):
        yield "conf-reference", "env is not the name of a variable; write {env: NAME}", None, path
    elif is_credential(path) or is_file(path):
        text = (
            "a credential of the environment could be empty, which lets everybody in, and changes with a restart only"
        )
        yield "conf-reference", f"{text}; write {{secret: NAME, key: KEY, variable: NAME}}", None, path
    elif shape is not None and not holds_text(shape):
        text = f"a variable of the environment is a string, but the setting is {described(shape)}"
        yield "conf-type", text, None, path


def _check_reference(value: dict[str, Any], path: FieldPath) -> Iterator[GroupFault]:
    """A value of a Secret needs a Secret, a key and a variable, which the file under the key defines."""
    for name in value:
        if name not in REFERENCE:
            yield (
                "conf-reference",
                "a value of a Secret has the fields secret, key and variable; remove others",
                None,
                path,
            )
    if missing := [name for name in REFERENCE if name not in value]:
        text = f"{' and '.join(missing)} of the value of a Secret {'are' if missing[1:] else 'is'} missing; write"
        yield "conf-reference", f"{text} {{secret: NAME, key: KEY, variable: NAME}}", None, path
        return
    for fault in check_file(value.get("secret"), value.get("key")):
        yield "conf-reference", fault, None, path
    about_variable = check_variable(value.get("variable"))
    if about_variable:
        yield "conf-reference", about_variable, None, path


def merge(tree: Block, conf: dict[str, Any]) -> None:
    """Put `conf`, which `check` found right, into the tree: blocks setting by setting, lists and values as a whole.

    Null removes a setting. What is there keeps its place; what is new follows by its name.
    """
    _merge(tree, conf, "")
    files = {f"{SECRETS_DIR}/{secret}/{key}": None for _, secret, key, _ in references(conf)}
    tree.definitions = tuple(sorted({*tree.definitions, *files}))


def _merge(tree: Block, values: dict[str, Any], block: str) -> None:
    named = {name_of(block, stated): value for stated, value in values.items()}
    for name in sorted(named):
        value, there = named[name], tree.settings.get(name)
        if value is None:
            tree.settings.pop(name, None)
        elif not block and name in BLOCK_SETTINGS and isinstance(value, dict):
            inner = there if isinstance(there, Block) else Block({})
            _merge(inner, value, name)
            if inner is there or inner.settings:
                tree.settings[name] = inner
        else:
            tree.settings[name] = _value(value, type_of(block, name), (block, name) if block else (name,))


def _value(value: Any, kind: str | None, path: FieldPath = ("", "")) -> Value:
    if is_reference(value):
        return Variable(value["variable"])
    if is_environment(value, path):
        return Variable(variable_of_environment(value["env"]))
    if isinstance(value, dict):
        return Block({name: _value(inner, None) for name, inner in sorted(value.items()) if inner is not None})
    if isinstance(value, list):
        return [_value(inner, None) for inner in value]
    size = size_of(value) if kind == SIZE else None
    made: Value = value if size is None else size
    return made


def since(conf: dict[str, Any]) -> Iterator[tuple[FieldPath, tuple[int, int]]]:
    """Settings of `conf` that the oldest supported server does not have, and the version that brought them."""
    for stated, value in conf.items():
        block = name_of("", stated)
        inner = value if isinstance(value, dict) else {}
        for name, below in inner.items():
            here = (block, name_of(block, name))
            if here in SINCE:
                yield (stated, name), SINCE[here]
            for deep in below if isinstance(below, dict) else ():
                if (*here, deep) in SINCE:
                    yield (stated, name, deep), SINCE[*here, deep]


def accounts_of(conf: dict[str, Any]) -> Iterator[tuple[FieldPath, str]]:
    """(path, name) of every account that `conf` names and that must be there when a server starts."""
    for stated, value in conf.items():
        for name, inner in value.items() if isinstance(value, dict) else ():
            if name_of("", stated) == "default_js_domain":
                yield (stated, name), name
            elif (name_of("", stated), name_of("leafnodes", name)) == ("leafnodes", "remotes"):
                for number, remote in enumerate(inner or ()):
                    for key, account in remote.items():
                        if key.lower() in ("account", "local") and isinstance(account, str):
                            yield (stated, name, number, key), account


def place(path: FieldPath) -> str:
    """The setting at this path, for a message: a RenderNATS, a ConfigMap or `--set` has it, but not the NATS."""
    return f"setting {dotted(('conf', *path))}"
