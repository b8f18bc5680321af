"""ConfigMaps and Secrets: their keys, how large they are, whether base64 is base64."""

from __future__ import annotations

from krmfn.checks.rules.constraints import inner, key_name
from krmfn.model.finding import error
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object

LARGEST = 2**20
"""Bytes of all values together (core/v1, MaxSecretSize; the same for a ConfigMap)."""
KEYS_OF_TYPE = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}
"""What a Secret of a type must hold."""


def config_map(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A ConfigMap."""
    yield from _keys(value, path, encoded="binaryData", plain="data")
    yield from _encoded(value, path, "binaryData")
    for key in inner(value, "data").keys() & inner(value, "binaryData").keys():
        text = f'the key "{shown(key)}" is in data and in binaryData; remove one'
        yield error("duplicate-entry", text, (*path, "binaryData", key))


def secret(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A Secret. No message holds a value."""
    yield from _keys(value, path, encoded="data", plain="stringData")
    yield from _encoded(value, path, "data")
    held = {**inner(value, "data"), **inner(value, "stringData")}
    for key in KEYS_OF_TYPE.get(str(value.get("type")), ()):
        if key not in held:
            text = f"a Secret of type {value['type']} needs the key {key}; write it"
            yield error("schema-missing", text, (*path, "data", key))


def _keys(value: Object, path: FieldPath, *, encoded: str, plain: str) -> Iterator[Finding]:
    size = 0
    for block in (encoded, plain):
        for key, text in inner(value, block).items():
            yield from key_name(key, (*path, block, key))
            length = len(str(text).encode())
            size += length * 3 // 4 if block == encoded else length
    if size > LARGEST:
        text = f"the values have {size} bytes together; write at most {LARGEST}"
        yield error("object-too-large", text, (*path, plain if value.get(plain) else encoded))


def _encoded(value: Object, path: FieldPath, block: str) -> Iterator[Finding]:
    from binascii import Error, a2b_base64

    for key, text in inner(value, block).items():
        try:
            a2b_base64(str(text).replace("\n", "").replace("\r", "").encode(), strict_mode=True)
        except (Error, ValueError):
            advice = "encode it" if block == "binaryData" else "encode it, or write it below stringData"
            yield error("schema-pattern", f"the value is not base64; {advice}", (*path, block, key))
