"""The key `conf`: settings of nats.conf that have no key of their own, merged over what krmfn renders.

A fault is (code, message, proposed value, path below `conf`); no message shows a text of the user's.
"""

from __future__ import annotations

from krmfn.model.finding import dotted
from krmfn.model.names import is_dns_subdomain
from krmfn.model.text import nearest, quotable
from krmfn.natsconf.accounts import SECRETS_DIR
from krmfn.natsconf.formats import size_of
from krmfn.natsconf.settings import BLOCK_SETTINGS, SINCE, SIZE, is_known, name_of, type_of
from krmfn.natsconf.shapes import described, holds_text, inside, is_right, is_right_entry, names_of, shape_of, variant
from krmfn.natsconf.tree import Block, Variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeAlias

    from krmfn.model.code import Code
    from krmfn.model.objects import FieldPath
    from krmfn.natsconf.shapes import Shape
    from krmfn.natsconf.tree import Value

    GroupFault: TypeAlias = tuple[Code, str, Any, FieldPath]
    """What is wrong in a group of keys: code, message, what to write instead (None: unknown), path below the group."""

RENDERED_BLOCKS = ("cluster", "jetstream")
REFERENCE = ("secret", "key", "variable")
_INSTEAD: dict[FieldPath, str] = {
    ("accounts",): "auth.accounts",
    ("authorization",): "auth.users",
    ("no_auth_user",): "auth.anonymous",
    ("tls",): "tls.clients",
    ("allow_non_tls",): "tls.clients.required",
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
    " system_account no_system_account lame_duck_duration lame_duck_grace_period log_file ports_file_dir include",
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
_FILES = frozenset(("cert_file", "key_file", "ca_file", "credentials", "creds", "nkey_file", "nkey"))
_CREDENTIALS = frozenset(("password", "pass", "passwd", "token", "secret", "seed"))
_MAPS = ("server_metadata", "mappings", "default_js_domain", "feature_flags")
"""Settings of the top level that are maps with names of the user's."""
_RESERVED = frozenset(("pod_name", "pod_namespace", "cluster_advertise", "server_name", "zone", "zone_tag"))


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


def references(value: Any, path: FieldPath = ()) -> Iterator[tuple[FieldPath, str, str, str]]:
    """(path, Secret, key, variable) of every value that a Secret holds, at any depth; only of whole ones."""
    for place, found in _placed(value, lambda one, _: is_reference(one), path):
        parts = [found.get(part) for part in REFERENCE]
        if all(isinstance(part, str) for part in parts):
            yield (place, *parts)


def _placed(value: Any, is_meant: Callable[[Any, FieldPath], bool], path: FieldPath) -> Iterator[tuple[FieldPath, Any]]:
    """(path, value) of every value that is meant, at any depth but below another one that is."""
    if is_meant(value, path):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _placed(inner, is_meant, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _placed(inner, is_meant, (*path, number))


def is_reference(value: Any) -> bool:
    """Whether a value stands for one that a Secret holds; nats-server has no setting `secret`."""
    return isinstance(value, dict) and "secret" in value


def is_environment(value: Any, path: FieldPath) -> bool:
    """Whether a value stands for a variable of the container, and not for an entry `env` of a map of the user's."""
    of_user = len(path) == 1 and name_of("", str(path[0])) in _MAPS
    return isinstance(value, dict) and value.keys() == {"env"} and not of_user


def environment_of(value: Any, path: FieldPath = ()) -> Iterator[tuple[FieldPath, str]]:
    """(path, variable of the container) of every value `{env: NAME}`, at any depth."""
    for place, found in _placed(value, is_environment, path):
        if isinstance(found["env"], str):
            yield place, found["env"]


def variable_of_environment(name: str) -> str:
    """The variable that holds the same text in quotes."""
    return f"CONF_{name}"


def files(value: Any, path: FieldPath = ()) -> Iterator[tuple[FieldPath, str]]:
    """(path, file) of every file that a value names, at any depth."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from files(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from files(inner, (*path, number))
    elif isinstance(value, str) and _name_at(path) in _FILES:
        yield path, value


def _name_at(path: FieldPath) -> str:
    return next((str(part).lower() for part in reversed(path) if isinstance(part, str)), "")


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
    name = _name_at(path)
    if isinstance(value, str) and name in _FILES and not value.startswith("/"):
        text = (
            "the value is not a file of the pods; mount one with pod.volumes, and write its path, which begins with /"
        )
        yield "conf-file", text, None, path
    elif isinstance(value, str) and (name in _CREDENTIALS or has_password(value)):
        text = "a credential does not belong here in clear text; write {secret: NAME, key: KEY, variable: NAME}"
        yield "clear-text-secret", text, None, path
    elif isinstance(value, str) and ("${" in value or "$$" in value):
        yield "conf-type", "the string contains ${ or $$, which Flux would substitute; remove it", None, path


def _check_environment(value: dict[str, Any], shape: Shape | None, path: FieldPath) -> Iterator[GroupFault]:
    """A variable of the container is a text, does not change before a restart, and may be empty."""
    if not isinstance(value["env"], str):
        yield "conf-reference", "env is not the name of a variable; write {env: NAME}", None, path
    elif _name_at(path) in (*_CREDENTIALS, *_FILES):
        text = (
            "a credential of the environment could be empty, which lets everybody in, and changes with a restart only"
        )
        yield "conf-reference", f"{text}; write {{secret: NAME, key: KEY, variable: NAME}}", None, path
    elif shape is not None and not holds_text(shape):
        text = f"a variable of the environment is a string, but the setting is {described(shape)}"
        yield "conf-type", text, None, path


def has_password(text: str) -> bool:
    """Whether a URL holds more than a host: `nats://user:password@host`, `nats://token@host`."""
    _, scheme, rest = text.partition("://")
    return bool(scheme) and "@" in rest.partition("/")[0]


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
    for fault in check_file(value.get("secret"), value.get("key")):
        yield "conf-reference", fault, None, path
    about_variable = check_variable(value.get("variable"))
    if about_variable:
        yield "conf-reference", about_variable, None, path


def check_file(secret: Any, key: Any) -> Iterator[str]:
    """What is wrong with the names of a Secret and of a key of it that nats.conf includes."""
    if not isinstance(secret, str) or not is_dns_subdomain(secret):
        yield "secret is not the name of a Secret; write lower case letters, digits, - and ."
    if not isinstance(key, str) or not is_key(key):
        yield "key is not a key of a Secret; write letters, digits, - _ and ., such as user.conf"


def is_key(text: str) -> bool:
    """Whether a text is a key of a Secret or ConfigMap (Kubernetes, IsConfigMapKey), that also makes a file name."""
    plain = text.replace("-", "").replace("_", "").replace(".", "")
    return plain.isascii() and plain.isalnum() and len(text) <= 253 and not text.startswith("..")


def check_variable(name: Any) -> str | None:
    """What is wrong with the name of a variable; None for a good one.

    A file that defines it is included at the top level, where a name that is a setting would set it.
    """
    plain = name.replace("_", "") if isinstance(name, str) else ""
    if not plain or not plain.isascii() or not plain.isalnum() or not plain.isupper() or name[0] not in _LETTERS:
        return "variable is not a name; write capital letters, digits and _, such as BILLING_PASSWORD"
    if name.lower() in _RESERVED or is_known("", name_of("", name)):
        return "variable is the name of a setting, or of a variable of krmfn; write another name"
    return None


_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


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
    """The path as a user wrote it, for a message."""
    return dotted(("spec", "conf", *path))
