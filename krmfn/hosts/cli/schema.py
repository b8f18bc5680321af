"""`krmfn schema`: the JSON Schema of a kind, as in schemas/."""

from __future__ import annotations

import json

from krmfn.hosts.cli.out import put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace


def run(parsed: Namespace) -> int:
    """The exit status."""
    from krmfn.api.schema import schema

    return put(json.dumps(schema(parsed.operand), indent=2, sort_keys=True) + "\n")
