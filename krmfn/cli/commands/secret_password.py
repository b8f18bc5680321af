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
        findings = [_unusable("the password is empty")]
    elif not password.isprintable():
        return "", [_unusable("the password contains a control character or another invisible character; remove it")]
    return password, findings


def check_plain(password: str) -> Iterator[Finding]:
    """Whether nats-server takes it for a password; a whole bcrypt hash may be in its place."""
    if password.startswith(_HASHES) and admin_hash(password)[0] is None:
        yield _unusable("nats-server would read this password as a bcrypt hash; start it with other characters")


def check_hashed(password: str) -> Iterator[Finding]:
    """Whether bcrypt reads all of it."""
    if len(password.encode()) > LONGEST_HASHED:
        yield _unusable(f"the password is longer than the {LONGEST_HASHED} bytes that bcrypt reads; shorten it")


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
            return "", [_unusable("cannot read a password from the terminal; pipe it into standard input")]
    return (first, []) if first == again else ("", [_unusable("the two passwords differ; try again")])


def _piped() -> tuple[str, list[Finding]]:
    try:
        text = read_all(0).decode()
    except (OSError, Unreadable, UnicodeDecodeError):
        return "", [_unusable("standard input is not UTF-8; pipe the password into it")]
    line, _, rest = text.partition("\n")
    if rest:
        return "", [_unusable("standard input has more than one line; pipe only the password into it")]
    return line.removesuffix("\r"), []


def _unusable(text: str) -> Finding:
    return error("unusable-password", text)
