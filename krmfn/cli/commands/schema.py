"""`krmfn schema`: the JSON Schema of a kind, as in schemas/, or NATS as a CustomResourceDefinition."""

from __future__ import annotations

import json

from krmfn.cli.arguments import CommonArguments
from krmfn.model.objects import KIND
from krmfn.model.usage import Usage
from krmfn.reports.terminal import put


class Arguments(CommonArguments):
    """`operand` is a kind."""

    operand: str
    output: str = "json"


def run(arguments: Arguments) -> int:
    """The exit status. Raises Usage."""
    if arguments.output == "crd":
        if arguments.operand != KIND:
            raise Usage(f"only {KIND} has a CRD; write krmfn schema {KIND} -o crd")
        from krmfn.api.crd import definition
        from krmfn.goyaml.emitter import document

        return put(document(definition()))
    from krmfn.api.schema import schema

    return put(json.dumps(schema(arguments.operand), indent=2, sort_keys=True) + "\n")
