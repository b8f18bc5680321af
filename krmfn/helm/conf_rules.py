"""Settings of nats.conf from `config.merge` and the `merge` of blocks: keys where there are some, else `conf`."""

from __future__ import annotations

from krmfn.helm.auth_rules import translate_auth
from krmfn.helm.raw import plain, raw_of, variable_in
from krmfn.helm.secrets import clear_text
from krmfn.helm.server_rules import translate_tls_merge, workload
from krmfn.helm.sizes import as_quantity, conf_bytes
from krmfn.helm.verdict import CLEAR_TEXT, INVALID, NOT_PORTABLE
from krmfn.model.text import quotable
from krmfn.natsconf.checks import SHORTEST_LAME_DUCK, seconds
from krmfn.natsconf.overrides import check
from krmfn.natsconf.parser import byte_size
from krmfn.natsconf.server_keys import DEFAULT_LAME_DUCK, SETTINGS
from krmfn.natsconf.settings import name_of
from krmfn.natsconf.value_types import DURATION, SIZE, type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.helm.translation import Translation
    from krmfn.model.objects import FieldPath

_KEYS = {setting: key for key, setting in SETTINGS.items()}
"""Settings that the key `server` has."""
_BLOCKS = ("cluster", "jetstream", "leafnodes")
_KEY_FILE = "key.conf"
_CODES = {"clear-text-secret": CLEAR_TEXT, "conf-unknown": INVALID, "conf-type": INVALID}


def translate_conf(t: Translation) -> None:
    """`config.merge`, `config.cluster.merge`, `config.jetstream.merge` and `config.profiling`."""
    if t.value("config.profiling.enabled"):
        port = int(t.value("config.profiling.port"))
        path = ("config", "profiling", "port")
        where = t.render.put(("conf", "prof_port"), port, path)
        t.take("config.profiling", where, "no Service has the port; kubectl port-forward reaches it")
    merged = t.value("config.merge") or {}
    translate_auth(t, merged)
    for name, value in merged.items():
        _translate_top(t, ("config", "merge", name), name, value)
    for block in ("cluster", "jetstream"):
        given = t.value(f"config.{block}.merge") or {}
        if given and _is_single(t, block):
            t.lose(("config", block, "merge"), "a single server has no cluster block")
        elif t.value(f"config.{block}.enabled"):
            _translate_block(t, ("config", block, "merge"), block, given)


def _translate_top(t: Translation, path: FieldPath, name: str, value: Any) -> None:
    known = name_of("", name)
    if known in ("debug", "trace") and isinstance(value, bool):
        t.take(path, t.nats.put(("logging", known), value, path))
    elif known == "system_account" and value == "$SYS":
        t.take(path, "", "krmfn writes it")
    elif known == "tls" and isinstance(value, dict) and t.render.has("tls", "clients"):
        translate_tls_merge(t, path, "clients", value)
    elif known in _BLOCKS and isinstance(value, dict) and _may_have(t, known):
        _translate_block(t, path, known, value)
    elif known in ("cluster", "jetstream"):
        t.lose(
            path, f"a server without config.{known}.enabled: true, or a single one, does not need the block", INVALID
        )
    else:
        _translate_setting(t, path, "", known, value)


def _may_have(t: Translation, block: str) -> bool:
    return block == "leafnodes" or (bool(t.value(f"config.{block}.enabled")) and not _is_single(t, block))


def _is_single(t: Translation, block: str) -> bool:
    return block == "cluster" and t.nats.value["spec"]["cluster"]["size"] == 1


def _translate_block(t: Translation, path: FieldPath, block: str, values: dict[str, Any]) -> None:
    for name, value in values.items():
        here, known = (*path, name), name_of(block, name)
        if block == "cluster" and known == "name" and isinstance(value, str):
            t.take(here, t.render.put(("clusterName",), value, here))
        elif block == "jetstream" and known in ("max_file_store", "max_memory_store"):
            _translate_store(t, here, known, value)
        elif block == "jetstream" and known in ("key", "prev_key", "cipher"):
            _translate_encryption(t, here, known, value)
        else:
            _translate_setting(t, here, block, known, value)


def _translate_store(t: Translation, path: FieldPath, name: str, value: Any) -> None:
    size = _size(value)
    if size is None:
        t.lose(path, _not_a_size(value), INVALID)
    elif name == "max_file_store":
        t.take(path, t.render.put(("fileStore",), str(as_quantity(size)), path))
    else:
        t.nats.put(("jetStream", "memStorage", "enabled"), size > 0, path)
        t.take(
            path,
            t.nats.put(("jetStream", "memStorage", "size"), as_quantity(size), path) if size else "NATS spec.jetStream",
        )


def _not_a_size(value: Any) -> str:
    named = quotable(value)
    is_size = named is not None and isinstance(value, str) and conf_bytes(value) is not None
    example = value if is_size else "8MB"
    return f"nats-server does not start with {named or 'this string'} in quotes; write a number, or << {example} >>"


def _size(value: Any) -> int | None:
    """Bytes: of a number, of `<< 1GB >>`, or of a text as nats-server takes it in quotes."""
    raw = raw_of(value)
    return conf_bytes(raw) if raw is not None else byte_size(value)


def _translate_encryption(t: Translation, path: FieldPath, name: str, value: Any) -> None:
    if name == "cipher":
        word = str(raw_of(value) or value).lower()
        if word in ("chacha", "chachapoly", "aes"):
            t.take(path, t.render.put(("encryption", "cipher"), "aes" if word == "aes" else "chacha", path))
        return
    field = "keyFrom" if name == "key" else "previousKeyFrom"
    secret = f"{workload(t.nats.value['metadata']['name'])}-encryption{'' if name == 'key' else '-previous'}"
    t.render.put(("encryption", field), {"secret": secret, "key": _KEY_FILE}, path, remark="create this Secret")
    what = "from an environment variable" if variable_in(value) else "in clear text"
    text = (
        f"a key {what}; put it into Secret {secret} under {_KEY_FILE}, as a file that defines one variable"
        f" (krmfn explain encryption.{field})"
    )
    t.lose(path, text, NOT_PORTABLE if variable_in(value) else CLEAR_TEXT)


def _translate_setting(t: Translation, path: FieldPath, block: str, name: str, value: Any) -> None:
    """One setting into `conf`, where krmfn takes it there."""
    if name.endswith("$include"):
        t.lose(path, "an include of a file that the chart's pods mount; write {secret, key, variable} in spec.conf")
        return
    kind = type_of(block, name)
    try:
        given = plain(value)
    except ValueError as why:
        t.lose(path, str(why))
        return
    if kind == SIZE and isinstance(value, str):
        given = _size(value)
        if given is None:
            t.lose(path, _not_a_size(value), INVALID)
            return
    elif kind == DURATION and isinstance(given, int) and not isinstance(given, bool):
        given = f"{given}s"
    key = _KEYS.get((block, name) if block else (name,))
    if key is not None and _fits(key, given):
        t.take(path, t.render.put(("server", *key), given, path))
        return
    faults = list(check({block: {name: given}} if block else {name: given}))
    for code, text, _, below in faults:
        inner = below[2 if block else 1 :]
        t.lose(
            (*path, *inner),
            f"{text} (krmfn explain conf)" if code == "conf-unknown" else text,
            _CODES.get(code, NOT_PORTABLE),
        )
    for secret in clear_text(value, path):
        t.lose(secret, "a secret in clear text; write {secret, key, variable} in spec.conf", CLEAR_TEXT)
    if faults:
        t.lose(path, "a part of it cannot be kept")
    elif t.ledger.open(path):
        t.take(path, t.render.put(("conf", block, name) if block else ("conf", name), given, path))


def _fits(key: tuple[str, ...], value: Any) -> bool:
    """Whether a key of `server` takes a value; `conf` says what is wrong with others."""
    if key[0] == "lameDuck":
        time, least = seconds(value), SHORTEST_LAME_DUCK if key[1] == "duration" else 0
        longest = seconds(DEFAULT_LAME_DUCK["duration"]) or 0
        return time is not None and (time >= least if key[1] == "duration" else time < longest)
    setting = SETTINGS[key]
    faults = list(check({setting[0]: {setting[1]: value}} if len(setting) > 1 else {setting[0]: value}))
    return not faults and (isinstance(value, (str, bool)) or (isinstance(value, int) and value > 0))
