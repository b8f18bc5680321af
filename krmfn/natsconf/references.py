"""Values of nats.conf that are elsewhere: under a key of a Secret, in a variable of the container, or in a file."""

from __future__ import annotations

from krmfn.model.names import is_dns_subdomain
from krmfn.natsconf.settings import is_known, name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from krmfn.model.objects import FieldPath

SECRETS_DIR = "secrets"
"""Folder beside nats.conf: `secrets/<Secret>/<key>` is an included file."""
REFERENCE = ("secret", "key", "variable")
"""The fields of a value that a Secret holds."""
_FILES = frozenset(("cert_file", "key_file", "ca_file", "credentials", "creds", "nkey_file", "nkey"))
_CREDENTIALS = frozenset(("password", "pass", "passwd", "token", "secret", "seed"))
_MAPS = ("server_metadata", "mappings", "default_js_domain", "feature_flags")
"""Settings of the top level that are maps with names of the user's."""
_RESERVED = frozenset(("pod_name", "pod_namespace", "cluster_advertise", "server_name", "zone", "zone_tag"))
"""Variables that krmfn sets, in lower case."""


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
    elif isinstance(value, str) and is_file(path):
        yield path, value


def is_file(path: FieldPath) -> bool:
    """Whether the setting at a path names a file of the pods."""
    return _name_at(path) in _FILES


def is_credential(path: FieldPath) -> bool:
    """Whether the setting at a path holds a password, a token or a seed."""
    return _name_at(path) in _CREDENTIALS


def _name_at(path: FieldPath) -> str:
    return next((str(part).lower() for part in reversed(path) if isinstance(part, str)), "")


def has_password(text: str) -> bool:
    """Whether a URL holds more than a host: `nats://user:password@host`, `nats://token@host`."""
    _, scheme, rest = text.partition("://")
    return bool(scheme) and "@" in rest.partition("/")[0]


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
    if not plain or not plain.isascii() or not plain.isalnum() or not plain.isupper() or not name[0].isalpha():
        return "variable is not a name; write capital letters, digits and _, such as BILLING_PASSWORD"
    if name.lower() in _RESERVED or is_known("", name_of("", name)):
        return "variable is the name of a setting, or of a variable of krmfn; write another name"
    return None
