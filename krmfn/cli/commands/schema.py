"""`krmfn schema`: the JSON Schema of a kind, as in schemas/, or NATS as a CustomResourceDefinition."""

from __future__ import annotations

import json

from krmfn.model.objects import KIND
from krmfn.model.usage import Usage
from krmfn.reports.terminal import put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace


def run(parsed: Namespace) -> int:
    """The exit status. Raises Usage."""
    if parsed.output == "crd":
        if parsed.operand != KIND:
            raise Usage(f"only {KIND} has a CRD; write krmfn schema {KIND} -o crd")
        from krmfn.api.crd import definition
        from krmfn.goyaml.emitter import document

        return put(document(definition()))
    from krmfn.api.schema import schema

    return put(json.dumps(schema(parsed.operand), indent=2, sort_keys=True) + "\n")
