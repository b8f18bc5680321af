"""What users and Secrets hold stands in rendered objects only: in no finding, comparison or report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.calls import krmfn

if TYPE_CHECKING:
    from pathlib import Path

CR = "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\nmetadata: {name: nats, namespace: shop}\n"
FIRST = "$2a$11$ATBxF01Ag93vnV5tqqCX2efFa1rdqdGxs4TD5pMDBHlXLMSnTLYcu"
SECOND = "$2a$11$EWwHDuBEgp7HgSm.bpXsVOBBR3gaydOyRYLGAmNBykwFEB4Cz5gR2"
PASSWORDS = ("hunter2-first", "hunter2-second")
CONFIG = """\
apiVersion: fn.krmfn.dev/v1alpha1
kind: RenderNATS
metadata: {{name: render}}
spec:
  zones: [a, b, c]
  auth:
    users:
    - {{name: shop, hash: "{hash}", permissions: {{publish: ["{subject}"]}}}}
    - {{name: billing, passwordFrom: {{secret: billing, key: user.conf}}}}
  encryption: {{keyFrom: {{secret: js, key: {key}.conf}}}}
"""
SECRET = """\
apiVersion: v1
kind: Secret
metadata: {{name: billing, namespace: shop}}
stringData:
  user.conf: |
    PASSWORD_BILLING: "{password}"
"""


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Path, Path]:
    made = []
    for number, (user, password) in enumerate(zip((FIRST, SECOND), PASSWORDS, strict=True)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "nats.yaml").write_text(CR)
        (folder / "render.yaml").write_text(CONFIG.format(hash=user, subject=f"subject-{number}", key=f"key{number}"))
        (folder / "secret.yaml").write_text(SECRET.format(password=password))
        made.append(folder)
    return made[0], made[1]


def assert_silent(text: str) -> None:
    for secret in (*PASSWORDS, FIRST, SECOND, FIRST[7:], SECOND[7:]):
        assert secret not in text


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_a_comparison_shows_no_hash_and_no_password(form: str, sides: tuple[Path, Path]) -> None:
    done = krmfn("diff", *sides, "-o", form)
    assert done.status == 1
    assert "accounts" in done.out or "authorization" in done.out
    assert_silent(done.out + done.err)


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_checks_show_no_hash_and_no_password(form: str, sides: tuple[Path, Path]) -> None:
    broken = sides[0] / "secret.yaml"
    broken.write_text(broken.read_text().replace("PASSWORD_BILLING", "PASSWORD"))
    done = krmfn("check", "-f", sides[0], "-o", form)
    assert done.status == 1
    assert "PASSWORD_BILLING" in done.out
    assert_silent(done.out + done.err)


def test_a_report_shows_no_hash_and_no_password(sides: tuple[Path, Path]) -> None:
    done = krmfn("report", "-f", sides[0])
    assert done.status == 0, done.err
    assert_silent(done.out + done.err)
