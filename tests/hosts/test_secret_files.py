"""Secrets among the items whose files nats.conf includes: what lets everybody in, or no server start, is an error."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from tests.calls import krmfn

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "hunter2-s3cr3t-canary"
CR = "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\nmetadata: {name: nats, namespace: shop}\n"
CONFIG = """\
apiVersion: fn.krmfn.dev/v1alpha1
kind: RenderNATS
metadata: {name: render}
spec:
  auth:
    users:
    - {name: billing, passwordFrom: {secret: billing, key: user.conf}}
"""
TLS = """\
apiVersion: fn.krmfn.dev/v1alpha1
kind: RenderNATS
metadata: {name: render}
spec: {tls: {clients: {secret: billing}}}
"""
GOOD = f'PASSWORD_BILLING: "{CANARY}"\n'


def secret(files: dict[str, str], *, encoded: bool = True) -> str:
    texts = {k: base64.b64encode(v.encode()).decode() if encoded else v for k, v in files.items()}
    rows = "".join(f"  {key}: {json.dumps(text)}\n" for key, text in texts.items())
    part = "data" if encoded else "stringData"
    return f"apiVersion: v1\nkind: Secret\nmetadata: {{name: billing, namespace: shop}}\n{part}:\n{rows}"


def errors(folder: Path, secret_text: str, config: str = CONFIG) -> tuple[int, str]:
    (folder / "nats.yaml").write_text(CR)
    (folder / "render.yaml").write_text(config)
    (folder / "secret.yaml").write_text(secret_text)
    done = krmfn("render", "-f", folder)
    assert CANARY not in done.out + done.err
    return done.status, "\n".join(line for line in done.err.splitlines() if ": error:" in line or line[:6] == "error:")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty-credential"),
        ('PASSWORD_BILLING: ""\n', "empty-credential"),
        (f'PASSWORD: "{CANARY}"\n', "empty-credential"),
        ("PASSWORD_BILLING: 1234\n", "empty-credential"),
        (f'PASSWORD_BILLING: "{CANARY}\n', "conf-reference"),
        (f"{CANARY}", "conf-reference"),
        (f'{GOOD}OTHER: "{CANARY}"\n', "conf-reference"),
    ],
)
@pytest.mark.parametrize("encoded", [True, False])
def test_a_file_that_does_not_define_the_password_alone_is_an_error(
    text: str, code: str, encoded: bool, tmp_path: Path
) -> None:
    status, said = errors(tmp_path, secret({"user.conf": text}, encoded=encoded))
    assert status == 1
    assert f"[{code}]" in said


def test_a_key_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    status, said = errors(tmp_path, secret({"other.conf": GOOD}))
    assert (status, "[secret-without-key]" in said) == (1, True)


def test_a_good_file_is_none(tmp_path: Path) -> None:
    assert errors(tmp_path, secret({"user.conf": GOOD})) == (0, "")


def test_an_encrypted_secret_is_not_judged(tmp_path: Path) -> None:
    sealed = secret({"user.conf": "ENC[AES256_GCM,data:x]"}) + "sops: {version: 3.9.0}\n"
    assert errors(tmp_path, sealed) == (0, "")


def test_a_secret_that_is_not_there_is_told_with_its_key_and_variable(tmp_path: Path) -> None:
    (tmp_path / "nats.yaml").write_text(CR)
    (tmp_path / "render.yaml").write_text(CONFIG)
    done = krmfn("render", "-f", tmp_path)
    assert done.status == 0
    assert 'Secret "billing" with user.conf (PASSWORD_BILLING) must exist' in done.err


def test_a_certificate_without_its_key_is_an_error(tmp_path: Path) -> None:
    status, said = errors(tmp_path, secret({"tls.crt": CANARY}), TLS)
    assert (status, said.count("[secret-without-key]")) == (1, 1)
    assert errors(tmp_path, secret({"tls.crt": CANARY, "tls.key": CANARY}), TLS) == (0, "")
