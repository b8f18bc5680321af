"""External Secrets Operator's own code: its CRDs from the module cache of Go, its template engine built once."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path

from tests.tools_of_clients import module_folder, program_of

MODULE = "github.com/external-secrets/external-secrets"
ENGINE_VERSION = "v0.20.4"
"""The last version whose template engine is in the main module; nothing of what krmfn uses has changed since."""
SOURCE = Path(__file__).parent / "eso_template"


def definitions(version: str, *kinds: str) -> list[str]:
    """The texts of CRDs, such as `external-secrets.io_externalsecrets`; skips the test where there is no module."""
    folder = module_folder(MODULE, version)
    return [(folder / f"config/crds/bases/{kind}.yaml").read_text() for kind in kinds]


def run_template(templates: dict[str, str], passwords: list[bytes]) -> list[dict[str, bytes] | str]:
    """What the operator would put into the Secret for each password: the values by their keys, or the error."""
    program = program_of(SOURCE, MODULE, ENGINE_VERSION)
    asked = [
        json.dumps({"templates": templates, "data": {"password": base64.b64encode(password).decode()}})
        for password in passwords
    ]
    done = subprocess.run([program], input="\n".join(asked), capture_output=True, text=True, check=True, timeout=60)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(passwords)
    return [
        answer["error"] if "error" in answer else {k: base64.b64decode(v) for k, v in answer["data"].items()}
        for answer in answers
    ]
