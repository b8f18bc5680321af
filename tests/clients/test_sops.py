"""The real SOPS encrypts what `krmfn secret new` prints, and krmfn hands the result on as it is."""

from __future__ import annotations

import base64
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.calls import as_item, documents, krmfn, resource_list
from tests.clients.packages import KPT, Package, cr, step_config
from tests.tools_of_clients import program

if TYPE_CHECKING:
    from pathlib import Path

NAME = "eventing-nats-secret"


class Sops:
    """SOPS with a key of its own."""

    def __init__(self, folder: Path) -> None:
        self.environment = {**os.environ, "SOPS_AGE_KEY_FILE": str(folder / "key.txt")}
        subprocess.run([program("age-keygen"), "-o", folder / "key.txt"], capture_output=True, check=True)
        key = subprocess.run([program("age-keygen"), "-y", folder / "key.txt"], capture_output=True, check=True).stdout
        self.environment["SOPS_AGE_RECIPIENTS"] = key.decode().strip()
        self.environment["PATH"] = f"{os.path.dirname(program('sops'))}{os.pathsep}{os.environ['PATH']}"

    def run(self, line: str, text: str) -> str:
        """What a shell line prints."""
        command = ["bash", "-euo", "pipefail", "-c", line]
        done = subprocess.run(
            command, input=text, env=self.environment, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def sops(tmp_path: Path) -> Sops:
    return Sops(tmp_path)


@pytest.fixture
def pair(sops: Sops) -> tuple[str, str]:
    """A new Secret, plain and as the command of the hint encrypts it."""
    called = krmfn("secret", "new", NAME, "-n", "kyma-system")
    (line,) = (line for line in called.err.split("\n") if "sops" in line)
    return called.out, sops.run(line.partition(" > ")[0], called.out)


def test_the_command_of_the_hint_encrypts_the_data_and_nothing_else(sops: Sops, pair: tuple[str, str]):
    plain, encrypted = (documents(text)[0] for text in pair)
    assert encrypted["data"].keys() == {"resolver.conf", "sys.conf"}
    assert all(value.startswith("ENC[") for value in encrypted["data"].values())
    assert {key: value for key, value in encrypted.items() if key not in ("data", "sops")} == {
        key: value for key, value in plain.items() if key != "data"
    }
    decrypted = sops.run("sops -d --input-type yaml --output-type yaml /dev/stdin", pair[1])
    assert documents(decrypted) == [plain]
    assert base64.b64decode(plain["data"]["resolver.conf"]).decode() not in pair[1]


def test_the_function_accepts_an_encrypted_secret_and_passes_it_byte_for_byte(pair: tuple[str, str]):
    item = "- " + pair[1].rstrip("\n").replace("\n", "\n  ") + "\n"
    called = krmfn(stdin=resource_list([as_item(cr(), "nats.yaml"), item]))
    assert called.status == 0, called
    assert item in called.out
    assert "secret-not-among-items" not in called.out


def test_the_commands_take_an_encrypted_secret_for_the_one_that_is_wanted(tmp_path: Path, pair: tuple[str, str]):
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "nats.yaml").write_text(cr())
    (folder / "secret.yaml").write_text(pair[1])
    assert "secret" not in krmfn("check", "-f", folder, "-o", "json").out
    printed = krmfn("render", "-f", folder, "--set", "include=all")
    assert printed.status == 0, printed
    assert pair[1] in printed.out


@pytest.mark.skipif(KPT is None, reason="kpt is not on PATH")
def test_kpt_leaves_an_encrypted_secret_as_sops_wrote_it(tmp_path: Path, sops: Sops, pair: tuple[str, str]):
    config = step_config(zones="3", istio="false")
    package = Package(tmp_path, {"nats.yaml": cr(), "secret.yaml": pair[1]}, config)
    package.rendered()
    assert "secret-not-among-items" not in package.rendered()
    left = package.files()["secret.yaml"]
    assert documents(left) == documents(pair[1])
    assert documents(sops.run("sops -d --input-type yaml --output-type yaml /dev/stdin", left)) == documents(pair[0])
