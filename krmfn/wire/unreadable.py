"""The one exception of the wire: a text that cannot be read as Kubernetes tools read YAML."""

from __future__ import annotations


class Unreadable(Exception):
    """Text that is not YAML as Kubernetes tools read it, or exceeds a limit.

    `code` is stable and in kebab case: unreadable-yaml, not-utf8, control-character, too-large, too-deep,
    too-many-nodes, too-many-aliases, duplicate-key, bad-key, bad-merge, self-reference, unknown-anchor, unknown-tag,
    bad-tag, directive, several-documents, bad-separator, text-after-end.
    `message` is in krmfn's own words and quotes no content: a secret may stand on any line.
    `line` counts from 1 in the text given; None where no line is to blame.
    """

    def __init__(self, code: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line
