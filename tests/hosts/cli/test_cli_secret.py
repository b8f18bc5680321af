"""`krmfn secret`: passwords are random, visible in one place, and never in a message."""

from __future__ import annotations

import base64
import fcntl
import os
import pty
import re
import subprocess
import sys
import termios
from typing import TYPE_CHECKING

import bcrypt
import pytest

from krmfn.cli.commands.secret_object import ALPHABET, LENGTH
from tests.calls import FUNCTION, documents, krmfn, resource_list
from tests.hosts.cli.texts import NATS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calls import Called

TYPED = "correct horse 7"


def conf_of(secret: dict) -> str:
    return base64.b64decode(secret["data"]["resolver.conf"], validate=True).decode()


def password_of(secret: dict) -> str:
    (password,) = re.findall(r'^ +password: "(.*)"$', conf_of(secret), re.MULTILINE)
    return password


def only(called: Called) -> dict:
    assert called.status == 0, called
    (secret,) = documents(called.out)
    return secret


def test_a_new_secret_is_a_plain_object_of_the_user_with_encoded_data():
    secret = only(krmfn("secret", "new", "orders-nats-secret", "-n", "shop"))
    assert secret.pop("data").keys() == {"resolver.conf", "sys.conf"}
    assert secret == {
        "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
        "metadata": {"name": "orders-nats-secret", "namespace": "shop"},
    }  # fmt: skip
    assert "namespace" not in only(krmfn("secret", "new", "orders-nats-secret"))["metadata"]


def test_two_passwords_differ_and_are_long_and_need_no_quoting_anywhere():
    first, second = (password_of(only(krmfn("secret", "new", "s"))) for _ in range(2))
    assert first != second
    assert (len(first), len(second)) == (LENGTH, LENGTH) == (60, 60)
    assert set(first + second) <= set(ALPHABET)
    assert len(set(ALPHABET)) == 64


def test_resolver_conf_says_what_the_operators_does(shared: Path):
    """Commas between settings mean nothing to nats-server."""
    (file,) = (shared / "parity/valid/cluster-empty/expected").glob("secret-*.yaml")
    (expected,) = documents(file.read_text())
    ours = conf_of(only(krmfn("secret", "new", "s", "--password-stdin", stdin="REDACTED\n")))
    theirs = expected["stringData"]["resolver.conf"]
    assert [line.rstrip(",") for line in ours.splitlines()] == [line.rstrip(",") for line in theirs.splitlines()]


def test_the_hint_says_how_to_encrypt_and_does_not_show_the_password():
    called = krmfn("secret", "new", "s")
    assert "do not commit it as it is" in called.err
    assert "sops -e " in called.err
    assert "kubeseal" in called.err
    assert password_of(only(called)) not in called.err
    assert documents(called.out)[0]["data"]["resolver.conf"] not in called.err


def test_the_names_come_from_the_nats_each_secret_once(tmp_path: Path):
    file = tmp_path / "nats.yaml"
    other = NATS.replace("shop-nats", "orders").replace("  namespace: shop\n", "")
    file.write_text(f"{NATS}---\n{other}")
    called = krmfn("secret", "new", "-f", file, "-n", "given")
    places = [(one["metadata"]["namespace"], one["metadata"]["name"]) for one in documents(called.out)]
    assert places == [("given", "orders-nats-secret"), ("shop", "shop-nats-secret")]
    config = tmp_path / "render.yaml"
    config.write_text(
        "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata: {name: r}\nspec: {secretName: one}\n"
    )
    called = krmfn("secret", "new", "-f", tmp_path, "--config", config, "-n", "shop")
    assert only(called)["metadata"] == {"name": "one", "namespace": "shop"}
    first, second = documents(krmfn("secret", "new", "-f", file).out)
    assert password_of(first) != password_of(second)


def test_with_nothing_to_work_on_nothing_is_printed(tmp_path: Path):
    (tmp_path / "other.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    called = krmfn("secret", "new", "-f", tmp_path)
    assert (called.status, called.out) == (1, "")
    assert "[no-nats-cr]" in called.err


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("shop-nats", "shop.nats", "cr-name"),
        ("namespace: shop", "namespace: Shop", "invalid-name"),
        ("kind: NATS", "kind: NATS\nspec: {cluster: {size: 4}}", "even-cluster-size"),
        ("metadata:", "metadata: [", "unreadable-yaml"),
    ],
)
def test_a_wrong_nats_gets_no_secret(tmp_path: Path, old: str, new: str, code: str):
    file = tmp_path / "nats.yaml"
    file.write_text(NATS.replace(old, new))
    called = krmfn("secret", "new", "-f", file)
    assert (called.status, called.out) == (1, "")
    assert f"[{code}]" in called.err


def test_a_nats_without_a_secret_of_its_own_gets_none(tmp_path: Path):
    file = tmp_path / "nats.yaml"
    file.write_text(NATS)
    called = krmfn("secret", "new", "-f", file, "--set", "secretMode=none")
    assert (called.status, called.out) == (1, "")
    assert "remove secretMode [secret-not-wanted]" in called.err


def test_what_was_made_is_accepted_beside_the_nats(tmp_path: Path):
    file = tmp_path / "nats.yaml"
    file.write_text(NATS)
    made = krmfn("secret", "new", "-f", file)
    without = krmfn("check", "-f", file, "-o", "json")
    assert "secret-not-among-items" in without.out
    (tmp_path / "secret.yaml").write_text(made.out)
    checked = krmfn("check", "-f", tmp_path, "-o", "json")
    assert checked.status == 0
    assert "secret" not in checked.out
    items = [
        f"- {made.out.rstrip().replace(chr(10), chr(10) + '  ')}\n",
        f"- {NATS.replace(chr(10), chr(10) + '  ')}\n",
    ]
    called = krmfn(stdin=resource_list(items))
    assert called.status == 0
    assert items[0] in called.out


BAD = [
    ("", "the password is empty"),
    ("\n", "the password is empty"),
    ("can\x00ary\n", "invisible character"),
    ("can\tary\n", "invisible character"),
    ("can\x1bary\n", "invisible character"),
    ("canary\ncanary\n", "more than one line"),
    (b"can\xffary\n", "not UTF-8"),
]


@pytest.mark.parametrize("words", [("hash",), ("new", "s", "--password-stdin")])
@pytest.mark.parametrize(("given", "said"), BAD)
def test_a_password_that_cannot_be_used_is_refused_and_not_shown(words: tuple[str, ...], given: str | bytes, said: str):
    called = krmfn("secret", *words, stdin=given)
    assert (called.status, called.out) == (1, "")
    assert said in called.err
    assert called.err.endswith("[unusable-password]\n")
    assert "can" not in called.err.replace("cannot", "")


def test_a_line_may_end_as_on_windows_or_not_at_all():
    for end in ("\r\n", "\n", ""):
        assert password_of(only(krmfn("secret", "new", "s", "--password-stdin", stdin=f"canary{end}"))) == "canary"


def test_a_hash_may_stand_for_the_password_and_half_a_hash_may_not():
    whole = krmfn("secret", "hash", "--cost", "4", stdin="canary\n").out
    assert password_of(only(krmfn("secret", "new", "s", "--password-stdin", stdin=whole))) == whole.strip()
    called = krmfn("secret", "new", "s", "--password-stdin", stdin=whole[:30])
    assert (called.status, called.out) == (1, "")
    assert "nats-server would read this password as a bcrypt hash" in called.err


def test_a_hash_is_one_line_in_the_spelling_of_nats_own_tool():
    called = krmfn("secret", "hash", stdin=f"{TYPED}\n")
    assert (called.status, called.err) == (0, "")
    line, rest = called.out.split("\n")
    assert (line[:7], len(line), rest) == ("$2a$11$", 60, "")
    assert bcrypt.checkpw(TYPED.encode(), line.encode())
    assert not bcrypt.checkpw(b"correct horse 8", line.encode())


def test_two_hashes_of_a_password_differ_and_the_cost_may_be_stated():
    first, second = (krmfn("secret", "hash", "--cost", "5", stdin="canary").out for _ in range(2))
    assert first != second
    assert first.startswith("$2a$05$")


def test_bcrypt_would_cut_a_longer_password():
    assert krmfn("secret", "hash", "--cost", "4", stdin="x" * 72).status == 0
    called = krmfn("secret", "hash", "--cost", "4", stdin="é" * 37)
    assert (called.status, called.out) == (1, "")
    assert "longer than the 72 bytes that bcrypt reads" in called.err


def test_without_bcrypt_one_line_says_what_to_install(tmp_path: Path):
    (tmp_path / "bcrypt.py").write_text("raise ImportError\n")
    done = subprocess.run(
        [sys.executable, "-m", "krmfn", "secret", "hash"],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{os.getcwd()}"},
        input="canary\n", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: bcrypt is not installed; run pip install 'krmfn[secret]' [bcrypt-missing]\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "WHAT is missing; write krmfn secret new or hash"),
        (("nwe",), 'unknown WHAT "nwe"; did you mean new?'),
        (("new",), "NAME is missing; write krmfn secret new eventing-nats-secret -n kyma-system, or -f PATH"),
        (("new", "Not_A_Name"), '"Not_A_Name" is not a Secret name'),
        (("new", "s", "-n", "Not_A_Name"), '"Not_A_Name" is not a namespace name'),
        (("new", "s", "t"), 'unexpected argument "t"'),
        (("new", "-n", "shop", "s", "t"), 'unexpected argument "t"'),
        (("new", "s", "-f", "nats.yaml"), "write one of them"),
        (("new", "s", "--set", "zones=3"), "write one of them"),
        (("new", "-f", "-", "--password-stdin"), "standard input can be read only once"),
        (("new", "s", "--cost", "11"), "--cost is an option of hash"),
        (("hash", "canary"), "a password must not be on the command line"),
        (("hash", "-n", "shop"), "hash reads the password from the terminal or standard input"),
        (("hash", "--password-stdin"), "hash reads the password from the terminal or standard input"),
        (("hash", "-f", "a"), "hash reads the password from the terminal or standard input"),
        (("hash", "--cost", "3"), "--cost must be a number from 4 to 31; write --cost 11"),
        (("hash", "--cost", "32"), "--cost must be a number from 4 to 31"),
        (("hash", "--cost", "x"), "--cost must be a number from 4 to 31"),
    ],
)
def test_wrong_usage_of_secret_is_one_line(run, words: tuple[str, ...], said: str):
    ran = run("secret", *words)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert "canary" not in ran.err


def test_the_name_may_stand_behind_the_options(run):
    ran = run("secret", "new", "-n", "shop", "s")
    assert documents(ran.out)[0]["metadata"] == {"name": "s", "namespace": "shop"}


def test_a_full_disk_is_an_error_and_gives_no_hint():
    line = f"{' '.join(FUNCTION)} secret new s > /dev/full"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "sops" not in done.stderr


class Terminal:
    """`krmfn secret` with a terminal as its standard input, and the other outputs apart from it."""

    def __init__(self, *words: str) -> None:
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [*FUNCTION, "secret", *words],
            stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  no threads run here
        )  # fmt: skip
        os.close(slave)
        self.seen = ""

    def answer(self, prompt: str, typed: str) -> None:
        while not self.seen.endswith(prompt):
            self.seen += os.read(self.master, 1024).decode()
        os.write(self.master, typed.encode())

    def end(self) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=30)
        os.set_blocking(self.master, False)
        try:
            self.seen += os.read(self.master, 1024).decode()
        except OSError:
            pass  # nothing more to see
        os.close(self.master)
        return self.process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize("words", [("hash", "--cost", "4"), ("new", "s", "--password-stdin")])
def test_a_terminal_is_asked_twice_without_echo(words: tuple[str, ...]):
    terminal = Terminal(*words)
    terminal.answer("Password: ", f"{TYPED}\n")
    terminal.answer("Again: ", f"{TYPED}\n")
    status, out, err = terminal.end()
    assert status == 0, err
    if words[0] == "hash":
        assert bcrypt.checkpw(TYPED.encode(), out.strip().encode())
    else:
        assert password_of(documents(out)[0]) == TYPED
    assert TYPED not in terminal.seen + err


def test_two_entries_that_differ_are_refused():
    terminal = Terminal("hash", "--cost", "4")
    terminal.answer("Password: ", f"{TYPED}\n")
    terminal.answer("Again: ", "another\n")
    status, out, err = terminal.end()
    assert (status, out) == (1, "")
    assert "the two passwords differ" in err
    assert TYPED not in terminal.seen + err


def test_an_end_of_the_terminal_is_no_password():
    terminal = Terminal("hash", "--cost", "4")
    terminal.answer("Password: ", "\x04")
    status, out, err = terminal.end()
    assert (status, out) == (1, "")
    assert "cannot read a password from the terminal" in err


def test_an_interrupt_at_the_prompt_is_quiet():
    terminal = Terminal("hash", "--cost", "4")
    terminal.answer("Password: ", "\x03")
    assert terminal.end() == (130, "", "")
