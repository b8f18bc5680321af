"""Write what follows from the models: the table, the schemas, parameters, the reference: `python -m tools.generate`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from krmfn.api.accept import QUANTITY
from krmfn.api.keys import GROUPS, KEYS
from krmfn.api.level import LABEL_OR_EMPTY, SUBDOMAIN
from krmfn.api.schema import flat, schema
from krmfn.goyaml.emitter import document
from krmfn.model.codes.catalog import CODES
from krmfn.model.objects import CONFIG_API_VERSION, CONFIG_KIND
from tools.reference import pages

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WIDTH = 120
CHECKS = {SUBDOMAIN: "subdomain", LABEL_OR_EMPTY: "label"}
NOT_ANNOUNCED = ("keepCR", "mode", "previous", *GROUPS)
"""Keys without a use in Argo CD: nothing of the app directory is written back, there is no earlier render, and a
parameter holds no group of keys."""
FIVE_SERVERS = """apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata: {name: orders-nats, namespace: shop}
spec: {cluster: {size: 5}, jetStream: {fileStorage: {size: 20Gi}}}
"""
TABLE_HEAD = '''"""Both resources as plain data, for `accept`. Generated from the models: `python -m tools.generate`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

'''
PARAMETERS_HEAD = '''"""What `krmfn cmp parameters` prints. Generated from the models: `make generate`."""

ANNOUNCEMENT = r"""'''
CODE_HEAD = '''"""The codes of findings as a type, for the type checker alone. Generated from `krmfn/model/codes/`."""

from __future__ import annotations

from typing import Literal, TypeAlias

Code: TypeAlias = Literal[
'''
VALUES_HEAD = '''"""The keywords of `krmfn.Settings` and their types. Generated from the models: `make generate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


class SettingValues(TypedDict, total=False):
    """The keys of `RenderNATS.spec` in snake_case; None: not set. docs/reference/rendernats.md describes each."""

'''


def targets() -> dict[str, str]:
    """Path from the root of the repository -> text, of every generated file."""
    return {
        "krmfn/api/table.py": table(),
        "krmfn/model/code.py": codes(),
        "krmfn/library/setting_values.py": setting_values(),
        "krmfn/plugins/argocd_parameters.py": f'{PARAMETERS_HEAD}{json.dumps(announcement(), indent=2)}\n"""\n',
        "schemas/nats_v1alpha1.json": json.dumps(schema("NATS"), indent=2, sort_keys=True) + "\n",
        "schemas/rendernats_v1alpha1.json": json.dumps(schema("RenderNATS"), indent=2, sort_keys=True) + "\n",
        "schemas/krmfunctiondefinition.yaml": document(function_definition()),
        "docs/zones.svg": picture(),
        **pages(),
    }


def picture() -> str:
    """Five servers on three zones as `krmfn report` draws them."""
    command = [sys.executable, "-m", "krmfn", "report", "-f", "-", "--set", "zones=eu-1a,eu-1b,eu-1c", "-o", "svg"]
    done = subprocess.run(command, input=FIVE_SERVERS, capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603
    return done.stdout


def table() -> str:
    """The text of `krmfn/api/table.py`, as the formatter wants it.

    A RenderNATS has no defaults there: what is not stated may be stated elsewhere.
    """
    nats = literal(node(flat("NATS"), defaults=True), 0, len("NATS: dict[str, Any] = "))
    config = literal(node(flat("RenderNATS"), defaults=False), 0, len("RENDER_NATS: dict[str, Any] = "))
    return f"{TABLE_HEAD}NATS: dict[str, Any] = {nats}\nRENDER_NATS: dict[str, Any] = {config}\n"


def codes() -> str:
    """The text of `krmfn/model/code.py`."""
    return CODE_HEAD + "".join(f'    "{code}",\n' for code in sorted(CODES)) + "]\n"


def setting_values() -> str:
    """The text of `krmfn/library/setting_values.py`: the keywords of `krmfn.Settings` with their types."""
    fields = node(flat("RenderNATS"), defaults=False)["fields"]["spec"]["fields"]
    rows = "".join(f"    {KEYS[key][0]}: {_python_type(field)} | None\n" for key, field in fields.items())
    return VALUES_HEAD + rows


def announcement() -> list[dict[str, Any]]:
    """The parameters as `spec.parameters.dynamic` lists them. Defaults are for the eye: Argo CD never sends them."""
    fields = flat(CONFIG_KIND)["properties"]["spec"]["properties"]
    return [_announced(name, field) for name, field in fields.items() if name not in NOT_ANNOUNCED]


def _announced(name: str, field: dict[str, Any]) -> dict[str, Any]:
    made = {"name": name, "title": name, "tooltip": " ".join(field["description"].split()), "required": False}
    if field.get("type") == "array":
        return {**made, "itemType": "string", "collectionType": "array", "array": []}
    default = field.get("default")
    text = str(default).lower() if isinstance(default, bool) else str(default or "")
    return {**made, "itemType": "string", "collectionType": "", "string": text}


def _python_type(field: dict[str, Any]) -> str:
    match field["type"]:
        case "boolean":
            return "bool"
        case "integer":
            return "int"
        case "array":
            return "Sequence[str]"
        case "object" | "any":
            return "Mapping[str, Any]"
        case "choice":
            return f"Literal[{', '.join(json.dumps(value) for value in field['of'])}]"
        case "either":
            return " | ".join(_python_type(one) for one in field["of"])
    return "str"


def function_definition() -> dict[str, Any]:
    """What a catalogue of functions wants to know (config.kubernetes.io/v1alpha1, kyaml fn/framework)."""
    group, version = CONFIG_API_VERSION.split("/")
    platforms = [("linux", "amd64"), ("linux", "arm64"), ("darwin", "arm64")]
    made = {
        "name": version,
        "idempotent": True,
        "license": "Apache-2.0",
        "usage": "krmfn --help",
        "examples": ["examples/quickstart", "examples/kpt", "examples/kustomize-transformer"],
        "schema": {"openAPIV3Schema": flat(CONFIG_KIND)},
        "runtime": {"exec": {"platforms": [{"bin": "krmfn", "os": name, "arch": arch} for name, arch in platforms]}},
    }
    return {
        "apiVersion": "config.kubernetes.io/v1alpha1",
        "kind": "KRMFunctionDefinition",
        "metadata": {"name": CONFIG_KIND.lower()},
        "spec": {
            "group": group,
            "names": {"kind": CONFIG_KIND},
            "description": "Render every NATS (operator.kyma-project.io/v1alpha1) among the items into the Kubernetes"
            " objects of a NATS JetStream cluster, spread over availability zones.",
            "publisher": "krmfn",
            "tags": ["nats", "jetstream", "kyma", "generator", "mutator", "validator"],
            "versions": [made],
        },
    }


def node(level: dict[str, Any], *, defaults: bool) -> dict[str, Any]:
    """One level or field of a flat schema as `accept` walks it."""
    made = _shape(level, defaults=defaults)
    if defaults and "default" in level:
        made["default"] = level["default"]
    return made


def _shape(level: dict[str, Any], *, defaults: bool) -> dict[str, Any]:
    if "anyOf" in level:
        return {"type": "either", "of": tuple(node(choice, defaults=defaults) for choice in level["anyOf"])}
    match level.get("type"):
        case None:
            return {"type": "any"}
        case "object" if "properties" in level:
            fields = {name: node(field, defaults=defaults) for name, field in level["properties"].items()}
            closed = level["additionalProperties"] is False
            return {"type": "object", "closed": closed, "required": tuple(level.get("required", ())), "fields": fields}
        case "object":
            return {"type": "map", "values": node(level["additionalProperties"], defaults=defaults)}
        case "array":
            most = {"most": level["maxItems"]} if "maxItems" in level else {}
            return {"type": "array", "items": node(level["items"], defaults=defaults), **most}
        case ["integer", "string"] if level["pattern"] == QUANTITY:
            return {"type": "quantity"}
        case "integer":
            return {"type": "integer", "minimum": level["minimum"], "maximum": level["maximum"]}
        case "string" if "enum" in level:
            return {"type": "choice", "of": tuple(level["enum"])}
        case "string" if "pattern" in level:
            return {"type": CHECKS[level["pattern"]]}
        case "boolean" | "string" as kind:
            return {"type": kind}
    raise ValueError(f"accept has no such shape: {level}")


def literal(value: Any, indent: int, before: int) -> str:
    """A value as Python source: on one line where it fits behind `before` characters, else one entry a line."""
    if not isinstance(value, (dict, tuple)):
        return json.dumps(value) if isinstance(value, str) else repr(value)
    flat_text = _one_line(value)
    if indent + before + len(flat_text) + 1 <= WIDTH and '"fields"' not in flat_text:
        return flat_text
    inner = " " * (indent + 4)
    pairs = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    lines = []
    for key, item in pairs:
        head = f"{json.dumps(key)}: " if key is not None else ""
        lines.append(f"{inner}{head}{literal(item, indent + 4, len(head))},\n")
    start, end = "{}" if isinstance(value, dict) else "()"
    return f"{start}\n{''.join(lines)}{' ' * indent}{end}"


def _one_line(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {_one_line(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_one_line, value)) + ("," if len(value) == 1 else "") + ")"
    return json.dumps(value) if isinstance(value, str) else repr(value)


def main() -> None:
    """Write every generated file that is not as it should be."""
    for path, text in targets().items():
        full = os.path.join(ROOT, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()
