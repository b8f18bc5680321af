"""What a text that is not YAML is instead: an unresolved merge, a template, an encrypted file, an indentation by tabs.

Nothing of the text is quoted: a secret may be on any line.
"""

from __future__ import annotations

from krmfn.goyaml.errors import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.code import Code

_GENERIC = ("unreadable-yaml", "bad-key")
"""Codes of a reader that met something which YAML does not know."""
CONFLICT = "a merge conflict is not resolved; keep one side, and remove the lines with <<<<<<<, ======= and >>>>>>>"
TEMPLATE = "a template is not rendered; render it first (helm template, for example) and pass the result to krmfn"
BLANKS = "\u00a0\u2007\u202f\u200b\u200c\u200d\u2060\ufeff"
"""Characters that look like a space, or like nothing, and are none to YAML."""
_SIGNS: tuple[tuple[Code, str, str], ...] = (
    ("merge-conflict", r"^[ \t]*(?:<{7}|>{7}|\|{7})(?: |$)", CONFLICT),
    ("unresolved-placeholder", r"\{\{|\{%|<%", TEMPLATE),
    ("unreadable-yaml", r"^ *\t[ \t]*[^ \t#]", "the line is indented with a tab; use spaces"),
    (
        "unreadable-yaml",
        rf"^[ \t]*[{BLANKS}]|:[{BLANKS}]|[{BLANKS}]:(?: |$)",
        "a character that only looks like a space; type a space instead",
    ),
    ("unreadable-yaml", r"^ *(?:```|~~~)", "a code fence of Markdown is not YAML; remove the line"),
    ("unreadable-yaml", r"^ *[$>] (?:kubectl|helm|kpt|cat|krmfn) ", "a command is not YAML; remove the line"),
    ("unreadable-yaml", r"^ *(?://|/\*)", "a comment in YAML begins with #; write # instead"),
)
_BEFORE = 3
"""Lines by which a reader may notice too late what is wrong."""
_ENCRYPTED = (
    ("-----BEGIN AGE ENCRYPTED FILE-----", "age"),
    ("-----BEGIN PGP MESSAGE-----", "PGP"),
    ("-----BEGIN PKCS7-----", "PKCS 7"),
    ("$ANSIBLE_VAULT;", "Ansible Vault"),
    ("\0GITCRYPT\0", "git-crypt"),
    ("age-encryption.org/", "age"),
)


def diagnosed(text: str, why: Unreadable) -> Unreadable:
    """The error with the line and the words for what the text is; `why` itself where that is not known.

    Only lines near the one where a reader failed are searched: elsewhere a sign may be in a block of text.
    """
    if why.code not in _GENERIC:
        return why
    import re  # which costs more than the rest, and only a text that is not YAML needs it

    near = (why.line or 1) - _BEFORE
    lines = text.split("\n")[max(near - 1, 0) : (why.line or 1) + 1]
    for code, sign, message in _SIGNS:
        for number, line in enumerate(lines, max(near, 1)):
            if not line.lstrip().startswith("#") and re.search(sign, line):
                return Unreadable(code, message, number)
    return why


def encrypted(text: str) -> Unreadable | None:
    """The error for the text of an encrypted file; None for any other."""
    start = text[:200].lstrip(" \t\r\n\ufeff")
    for sign, tool in _ENCRYPTED:
        if start.startswith(sign):
            return Unreadable("encrypted", f"the file is encrypted ({tool}); decrypt it first", 1)
    return None
