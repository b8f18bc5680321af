"""What the keys of the secret modes may hold. No message shows a value: a password in a wrong key is a likely mistake.

A check returns the value as `Settings` holds it and a list of (code, text of the message, proposed value).
"""

from __future__ import annotations

from krmfn.model.names import is_dns_subdomain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from krmfn.model.code import Code

    KeyFault: TypeAlias = tuple[Code, str, Any]
    """What is wrong with the value of a key: code, message, what to write instead (None: unknown)."""
    Checked: TypeAlias = tuple[Any, list[KeyFault]]

HASH_LENGTH = 60
COSTS = range(4, 32)
"""Two to the power of these is how many rounds bcrypt goes (golang.org/x/crypto/bcrypt, MinCost and MaxCost)."""
_HASH = frozenset("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_BASE32 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghijklmnopqrstuv")
NKEY_LENGTH = 56
SHORTEST_SEED = 40
"""Characters; a whole one has 58, and a part of one is as private."""
LONGEST_REMOTE_KEY = 2048
"""Characters; the longest that a store takes (AWS Secrets Manager, SecretId)."""
STORE_KINDS = ("SecretStore", "ClusterSecretStore")
_MAKE_ONE = "make one with krmfn secret hash"


def admin_hash(text: str) -> Checked:
    """What nats-server takes for a bcrypt hash and can then compare: `$2a$11$` and 53 characters (server/auth.go)."""
    if not _is_hash(text):
        return None, [
            ("invalid-hash", f"the value is not a bcrypt hash; {_MAKE_ONE}, and never put a password here", None)
        ]
    return text, []


def _is_hash(text: str) -> bool:
    head, cost = text[:4], text[4:6]
    return (
        len(text) == HASH_LENGTH
        and head in ("$2a$", "$2b$", "$2x$", "$2y$")
        and cost.isascii()
        and cost.isdigit()
        and int(cost) in COSTS
        and text[6] == "$"
        and _HASH.issuperset(text[7:])
    )


def cost_of(text: str) -> int:
    """The cost that a bcrypt hash was made with."""
    return int(text[4:6])


def admin_nkey(text: str) -> Checked:
    """A user's public key: 56 characters of base32, of which the first is U, and the last bytes a checksum (nkeys)."""
    if text[:1] == "S" and len(text) >= SHORTEST_SEED and _BASE32.issuperset(text):
        say = "the value is a seed, which is private; make a new key pair and set its public key, which begins with U"
    elif len(text) != NKEY_LENGTH or not _BASE32.issuperset(text):
        say = "the value is not an nkey; set the public key of a user: 56 characters that begin with U"
    elif text[0] != "U":
        say = "the value is not the key of a user; set the public key of a user, which begins with U"
    elif not _is_sound(text):
        say = "the value has a typo (wrong checksum); copy the whole public key"
    else:
        return text, []
    return None, [("invalid-nkey", say, None)]


def _is_sound(text: str) -> bool:
    from binascii import crc_hqx

    raw = int(text.translate(_DIGITS), 32).to_bytes(35, "big")
    return raw[0] == 20 << 3 and crc_hqx(raw[:-2], 0) == int.from_bytes(raw[-2:], "little")


def secret_store(text: str) -> Checked:
    """(kind, name) of `name`, `SecretStore/name` or `ClusterSecretStore/name`."""
    kind, slash, name = text.rpartition("/")
    if (not slash or kind in STORE_KINDS) and is_dns_subdomain(name):
        return (kind or "SecretStore", name), []
    say = "the value is not the name of a store; set the name of a SecretStore, or ClusterSecretStore/name"
    return None, [("invalid-store", say, None)]


def remote_key(text: str) -> Checked:
    """(key, property) of `key` or `key#property`; the property is "" where the whole value is the password."""
    key, hash_mark, part = text.rpartition("#")
    if not hash_mark:
        key, part = text, ""
    if not key or (hash_mark and not part):
        say = "the key or the property is empty; write key, or key#property"
    elif len(key) > LONGEST_REMOTE_KEY or len(part) > LONGEST_REMOTE_KEY:
        say = f"the key and the property may have at most {LONGEST_REMOTE_KEY} characters each"
    elif key != key.strip() or part != part.strip():
        say = "there is a space before or after the key or the property; remove it"
    elif not text.isprintable() or "${" in text or "$$" in text:
        say = "it contains a control character, or ${ or $$, which Flux would substitute after the render; remove it"
    else:
        return (key, part), []
    return None, [("invalid-remote-key", say, None)]


CHECKS: dict[str, Callable[[str], Checked]] = {
    "adminHash": admin_hash,
    "adminNkey": admin_nkey,
    "secretStore": secret_store,
    "remoteKey": remote_key,
}
"""By the key that holds the text."""
