"""A password from the terminal, without echo, or from standard input; what is wrong with it; its hash.

It is in no message: not its text, not its length.
"""

from __future__ import annotations

import os

from krmfn.api.credentials import admin_hash
from krmfn.goyaml.errors import Unreadable
from krmfn.model.finding import error
from krmfn.streams import read_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.model.finding import Finding

LONGEST_HASHED = 72
"""Bytes that bcrypt reads of a password."""
_HASHES = ("$2a$", "$2b$", "$2x$", "$2y$")
"""nats-server takes a password that begins so for a hash (server/auth.go)."""


def given() -> tuple[str, list[Finding]]:
    """The password, of at least one visible character, or "" and why there is none."""
    password, findings = _typed() if os.isatty(0) else _piped()
    if not findings and not password:
        findings = [_unusable("the password is empty; give one")]
    elif not password.isprintable():
        return "", [_unusable("the password holds a control or another invisible character; leave it out")]
    return password, findings


def check_plain(password: str) -> Iterator[Finding]:
    """Whether nats-server takes it for a password; a whole bcrypt hash may stand in its place."""
    if password.startswith(_HASHES) and admin_hash(password)[0] is None:
        yield _unusable("nats-server would take it for a bcrypt hash, which it is not; let it begin otherwise")


def check_hashed(password: str) -> Iterator[Finding]:
    """Whether bcrypt reads all of it."""
    if len(password.encode()) > LONGEST_HASHED:
        yield _unusable(f"bcrypt reads {LONGEST_HASHED} bytes, and the password has more; shorten it")


def as_hash(password: str, cost: int) -> str:
    """The hash with a salt of its own each time, in the spelling of NATS' own tool."""
    import bcrypt

    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(cost, prefix=b"2a")).decode()


def _typed() -> tuple[str, list[Finding]]:
    import getpass
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)  # it would go on with echo
        try:
            first, again = getpass.getpass("Password: "), getpass.getpass("Again: ")
        except (getpass.GetPassWarning, EOFError, OSError, UnicodeDecodeError):
            return "", [_unusable("no password could be read from the terminal; pipe it into standard input")]
    return (first, []) if first == again else ("", [_unusable("the two entries differ; type the same twice")])


def _piped() -> tuple[str, list[Finding]]:
    try:
        text = read_all(0).decode()
    except (OSError, Unreadable, UnicodeDecodeError):
        return "", [_unusable("standard input is no text in UTF-8; write the password into it")]
    line, _, rest = text.partition("\n")
    if rest:
        return "", [_unusable("standard input holds more than a line; write the password alone into it")]
    return line.removesuffix("\r"), []


def _unusable(text: str) -> Finding:
    return error("unusable-password", text)
