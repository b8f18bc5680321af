"""External Secrets Operator's own code: its CRDs from the module cache of Go, its template engine built once."""

from __future__ import annotations

import base64
import functools
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.tools_of_clients import BIN

MODULE = "github.com/external-secrets/external-secrets"
ENGINE_VERSION = "v0.20.4"
"""The last version whose template engine is in the main module; nothing of what krmfn uses has changed since."""
SOURCE = Path(__file__).parent / "eso_template"


def definitions(version: str, *kinds: str) -> list[str]:
    """The texts of CRDs, such as `external-secrets.io_externalsecrets`; skips the test where there is no module."""
    folder, why = _module(version)
    if folder is None:
        pytest.skip(why)
    return [(folder / f"config/crds/bases/{kind}.yaml").read_text() for kind in kinds]


def run_template(templates: dict[str, str], passwords: list[bytes]) -> list[dict[str, bytes] | str]:
    """What the operator would put into the Secret for each password: the values by their keys, or the error."""
    program, why = _engine()
    if program is None:
        pytest.skip(why)
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


@functools.cache
def _module(version: str) -> tuple[Path | None, str]:
    go = shutil.which("go")
    if go is None:
        return None, "go is not installed, whose module cache has the CRDs of External Secrets"
    done = subprocess.run(
        [go, "mod", "download", "-json", f"{MODULE}@{version}"],
        cwd=tempfile.gettempdir(),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        return None, f"{MODULE}@{version} is not in Go's module cache, and no module proxy answers"
    return Path(json.loads(done.stdout)["Dir"]), ""


@functools.cache
def _engine() -> tuple[str | None, str]:
    """Built in a minute or two, once; the version is in the name, so that another one is built anew."""
    program = BIN / f"eso-template-{ENGINE_VERSION}"
    if program.exists():
        return str(program), ""
    folder, why = _module(ENGINE_VERSION)
    if folder is None:
        return None, why
    BIN.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        shutil.copy(SOURCE / "main.go", place)
        Path(place, "go.mod").write_text(f"module eso_template\n\ngo 1.24\n\nrequire {MODULE} {ENGINE_VERSION}\n")
        done = subprocess.run(
            ["go", "build", "-mod=mod", "-o", program, "."],
            cwd=place,
            env={**os.environ, "GOFLAGS": ""},
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
    if done.returncode:
        return None, f"the template engine of External Secrets cannot be built: {done.stderr[-200:]}"
    return str(program), ""
