"""Which values of a values file are secrets in clear text, by the names of their keys and by their own looks."""

from __future__ import annotations

from krmfn.helm.raw import is_hash, variable_in
from krmfn.helm.values import leaves

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.model.objects import FieldPath


_NAMES = frozenset(
    (
        "password",
        "pass",
        "passwd",
        "token",
        "tokenauth",
        "secret",
        "seed",
        "contents",
        "creds",
        "ek",
        "prev_ek",
        "prev_key",
    )
)
_NAMES_OF_ENV = ("PASS", "TOKEN", "SECRET", "SEED", "CREDS")


def is_secret(path: FieldPath, value: Any) -> bool:
    """Whether a value is a secret in clear text. Names of Secrets, hashes, public keys and variables are none."""
    if not isinstance(value, (str, int)) or isinstance(value, bool) or value == "":
        return False
    if is_hash(value) or variable_in(value) is not None:
        return False
    names = [part for part in path if isinstance(part, str)]
    last = names[-1].lower() if names else ""
    text = str(value)
    if last in _NAMES or last.endswith(("password", "_secret", "encryption_key")):
        return True
    if last == "key" and "jetstream" in names and "tls" not in names:
        return True
    if "env" in names and any(
        part in name.upper() for name in names[names.index("env") + 1 :] for part in _NAMES_OF_ENV
    ):
        return last not in ("name", "key") and "valueFrom" not in names
    return looks_secret(text)


def looks_secret(value: Any) -> bool:
    """Whether a value is a URL with a password, a private key or a seed, whatever its name."""
    if not isinstance(value, str):
        return False
    return _has_password(value) or "-----BEGIN" in value or (len(value) > 50 and value[:2] in ("SU", "SA", "SO"))


def clear_text(value: Any, path: FieldPath) -> Iterator[FieldPath]:
    """The paths of all secrets in a value."""
    return (here for here, inner in leaves(value, path) if is_secret(here, inner))


def _has_password(text: str) -> bool:
    """Whether a URL has more than a host: `nats://user:password@host`, `nats://token@host`."""
    return any(
        "@" in rest.partition("/")[0] for before, scheme, rest in [text.partition("://")] if scheme and before.isalnum()
    )
