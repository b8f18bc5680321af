"""Values that another program should have replaced before: variables, templates, ciphertext. No value is repeated."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.code import Code

_VARIABLE = (
    r"\$\{(?P<braces>[A-Za-z_]\w*)[^}]*\}|\$\((?P<round>[A-Za-z_]\w*)\)|^\$(?P<bare>[A-Za-z_]\w*)$"
    r"|^@@?(?P<at>[A-Za-z_]\w*)@@?$|^%(?P<percent>[A-Za-z_]\w*)%$|^<(?P<angle>[A-Za-z][\w -]*)>$"
)
_SIGNS = frozenset("$[{%<@")
"""One of them is in every placeholder."""
_TEMPLATES = ("{{", "{%", "<%")
_ENCRYPTED = "ENC["


def unresolved(value: object) -> tuple[Code, str] | None:
    """The code and the message for a value that holds a place for another; None for every other value.

    Of `${NAME:-default}` only the name is told: a default can be a secret.
    """
    if not isinstance(value, str) or _SIGNS.isdisjoint(value):
        return None
    if value.startswith(_ENCRYPTED):
        return "encrypted", "the value is encrypted (SOPS); decrypt it first: sops decrypt FILE"
    if any(sign in value for sign in _TEMPLATES):
        text = "the value is a template that is not rendered; render it first (helm template, for example)"
        return "unresolved-placeholder", text
    import re

    found = re.search(_VARIABLE, value)
    if found is None:
        return None
    name = next(part for part in found.groups() if part is not None)
    text = f"the placeholder {name[:40]} is not replaced; write the value, or replace it first (envsubst, for example)"
    return "unresolved-placeholder", text
