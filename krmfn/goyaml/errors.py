"""Text that cannot be read as Kubernetes tools read YAML, and how much is read before krmfn refuses.

The limits are the defence against bombs of depth, aliases and sheer size: kpt itself refuses documents deeper than
10,000 levels and lets a merge bomb of 657 bytes through to its functions.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.code import Code

MAX_INPUT = 256 * 1024 * 1024
"""Bytes of one input. A package of 10,000 objects has about 20 MiB."""
MAX_OBJECT = 256 * 1024
"""Characters of one object that is parsed. etcd takes 1.5 MiB; a NATS resource has about 1 KiB."""
MAX_DEPTH = 100
"""Levels of lists and mappings inside each other. A Pod has about 12."""
MAX_NODES = 100_000
"""Values in one document, after aliases and merges are written out. One longer than 1.6 million characters may have
more; see `most_nodes`."""
CHARACTERS_PER_NODE = 16
"""Of a dump: Node objects with managed fields have 32 in compact JSON, 37 in YAML, 67 in indented JSON."""


def most_nodes(text: str) -> int:
    """How many values a document may have. A list of Nodes has many and long ones; a bomb has many from few letters."""
    return max(MAX_NODES, len(text) // CHARACTERS_PER_NODE)


class Declined(Exception):
    """A fast way is not sure, and the full one decides. It never leaves the module that raises it."""


class Unreadable(Exception):
    """Text that is not YAML as Kubernetes tools read it, or exceeds a limit.

    `code` is stable and in kebab case: unreadable-yaml, not-json, not-utf8, control-character, too-large, too-deep,
    too-many-nodes, too-many-aliases, duplicate-key, bad-key, bad-merge, self-reference, unknown-anchor, unknown-tag,
    bad-tag, directive, several-documents, bad-separator, text-after-end.
    `message` is in krmfn's own words and quotes no content: a secret may be on any line.
    `line` counts from 1 in the text given; None where no line is to blame.
    """

    def __init__(self, code: Code, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line
