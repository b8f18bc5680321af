"""`krmfn fix` changes the wrong words of a user's files and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from krmfn.cli.commands import fix
from krmfn.files.user_files import Version, replace
from krmfn.fixes.plan import Plan
from tests.calls import ROOT
from tests.hosts.cli.wrong_resources import CONFIG, HEAD, ROWS, spec


@pytest.mark.parametrize("number", range(len(ROWS)), ids=[row[0] for row in ROWS])
def test_only_the_wrong_words_change_and_a_second_run_has_nothing_to_fix(number, tmp_path, run):
    _, text, pairs, unsafe = ROWS[number]
    file = tmp_path / "nats.yaml"
    file.write_bytes(text.encode())
    words = ["--unsafe-fixes"] if unsafe else []
    expected = text
    for wrong, right in pairs:
        assert expected.count(wrong) == 1, "the row itself is wrong"
        expected = expected.replace(wrong, right)
    if unsafe:
        assert "can be fixed with --unsafe-fixes" in run("fix", "-f", file).err
        assert file.read_bytes() == text.encode()
    shown = run("fix", "-f", file, "--diff", *words)
    assert file.read_bytes() == text.encode()
    assert shown.status == 1
    assert shown.out.startswith("--- a/")
    ran = run("fix", "-f", file, *words)
    assert file.read_bytes().decode() == expected, ran
    assert ran.out.count(": fixed: ") >= len(pairs)
    again = run("fix", "-f", file, *words)
    assert ": fixed: " not in again.out
    assert again.err.startswith("nothing to fix")
    assert file.read_bytes().decode() == expected
    assert os.listdir(tmp_path) == ["nats.yaml"]


def test_there_are_sixty_rows_and_more():
    assert len({row[0] for row in ROWS}) == len(ROWS) >= 60


REFUSED = [
    (
        "spec: {cluster: &c {sise: 3}}\nmetadata: {name: a, annotations: {x: *c}}\n",
        "other places use the value too (*c)",
    ),
    ("spec:\n  annotations: &a {b: 7, c: seven}\n  labels: *a\n", "other places use the value too (*a)"),
    ("spec:\n  annotations: {b: &b 7}\n  labels: {b: *b}\n", "the value comes from the anchor &b"),
    ("spec:\n  logging: {<<: {debugg: true}}\n", "the field comes from a merge key (<<)"),
    ("spec:\n  cluster: {sise: 3, size: 3}\n", "size is there already"),
    ("spec:\n  cluster: {sise: 3, siz: 5}\n", "another field would be size too"),
    ("spec:\n  jetStream:\n    fileStorage:\n      size: |-\n        20 Gi\n", "the value is not on one line"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED, ids=[why for _, why in REFUSED])
def test_what_would_change_other_places_is_left_with_the_reason(text, why, run, write):
    text = HEAD.partition("metadata:")[0] + ("" if "metadata:" in text else "metadata: {name: a}\n") + text
    path = write("nats.yaml", text)
    ran = run("fix", "-f", path)
    assert ran.status == 1
    assert f"  not fixed: {why}" in ran.out
    assert path.read_text() == text


def test_a_fix_that_leads_to_another_error_is_not_written(run, write):
    """Of two clusters with one name each is right by itself; the lower-case name is a name that is taken."""
    text = spec("    cluster: {size: 3}\n")
    other = text.replace("name: eventing-nats", "name: Eventing-NATS")
    path = write("nats.yaml", f"{text}---\n{other}")
    ran = run("fix", "-f", path, "--unsafe-fixes")
    assert ran.status == 1
    assert "not fixed: the fix would lead to another error [duplicate-cr]" in ran.out
    assert path.read_text() == f"{text}---\n{other}"


def test_one_harmful_fix_does_not_keep_the_others_back(run, write):
    text = spec("    cluster: {sise: 3}\n")
    other = text.replace("name: eventing-nats", "name: Eventing-NATS")
    path = write("nats.yaml", f"{text}---\n{other}")
    assert run("fix", "-f", path, "--unsafe-fixes").status == 1
    assert path.read_text() == f"{text}---\n{other}".replace("sise", "size")


def test_rendered_objects_are_to_be_rendered_again(run, write, tmp_path):
    nats = write("nats.yaml", HEAD + "spec: {cluster: {size: 3}}\n")
    assert run("render", "-f", nats, "--set", "istio=false", "--output-dir", tmp_path / "out").status == 0
    (budget,) = (tmp_path / "out").rglob("poddisruptionbudget-*")
    wrong = budget.read_text().replace("maxUnavailable", "maxUnavailabel")
    budget.write_text(wrong)
    ran = run("fix", "-R", "-f", nats, "-f", tmp_path / "out", "--unsafe-fixes")
    assert ran.status == 1
    assert "not fixed: krmfn rendered this object; render it again" in ran.out
    assert budget.read_text() == wrong


def test_an_object_that_a_user_wrote_beside_the_servers_is_fixed(run, write, tmp_path):
    nats = write("nats.yaml", HEAD + "spec: {cluster: {size: 3}}\n")
    assert run("render", "-f", nats, "--set", "istio=false", "--output-dir", tmp_path / "out").status == 0
    text = "apiVersion: v1\nkind: Service\nmetadata: {name: b, namespace: kyma-system}\nspec:\n  type: ClusterIp\n"
    own = write("own.yaml", f"{text}  ports: [{{port: '80'}}]  # http\n")
    ran = run("fix", "-R", "-f", tmp_path / "out", "-f", own)
    assert own.read_text() == f"{text.replace('ClusterIp', 'ClusterIP')}  ports: [{{port: 80}}]  # http\n", ran


def test_a_secret_is_not_edited(run, write, tmp_path):
    nats = write("nats.yaml", HEAD + "spec: {cluster: {size: 3}}\n")
    assert run("render", "-f", nats, "--set", "istio=false", "--output-dir", tmp_path / "out").status == 0
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: b, namespace: kyma-system}\nstringDatta: {a: hidden}\n"
    own = write("own.yaml", text)
    ran = run("fix", "-R", "-f", tmp_path / "out", "-f", own, "--unsafe-fixes")
    assert "not fixed: krmfn edits no Secret" in ran.out
    assert "hidden" not in ran.out + ran.err
    assert own.read_text() == text


def test_a_patch_of_kustomize_and_an_item_of_a_list_are_left_alone(run, write):
    kept = {
        write("kustomization.yaml", "patches:\n- path: patch.yaml\n"): None,
        write("patch.yaml", HEAD + "spec: {cluster: {sise: 3}}\n"): None,
        write(
            "list.yaml", f"apiVersion: v1\nkind: List\nitems:\n- {HEAD.partition('metadata')[0].partition('it')[2][1:]}"
        ): None,
    }
    kept = {path: path.read_text() for path in kept}
    assert run("fix", "-f", next(iter(kept)).parent, "--unsafe-fixes").status == 1
    assert {path: path.read_text() for path in kept} == kept


def test_the_settings_of_config_are_fixed_and_those_of_a_folder_above_are_named(run, write, tmp_path):
    nats = write("below/nats.yaml", HEAD + "spec: {cluster: {size: 3}}\n")
    given = write("given.yaml", CONFIG + "spec: {zonespread: preferred} # hard\n")
    assert run("fix", "-f", nats, "--config", given).status == 0
    assert given.read_text() == CONFIG + "spec: {zoneSpread: preferred} # hard\n"
    (tmp_path / ".git").mkdir()
    above = write("above.yaml", CONFIG + "spec: {zonespread: preferred}\n")
    given.unlink()
    ran = run("fix", "-f", nats)
    assert "not fixed: it is not in a file that was named" in ran.out
    assert above.read_text() == CONFIG + "spec: {zonespread: preferred}\n"


def test_the_mode_stays_and_a_link_still_leads_to_the_file(run, write, tmp_path):
    path = write("real/nats.yaml", spec("    cluster: {sise: 3}\n"))
    path.chmod(0o640)
    link = tmp_path / "nats.yaml"
    link.symlink_to("real/nats.yaml")
    assert run("fix", "-f", link).status == 0
    assert link.is_symlink()
    assert path.read_text() == spec("    cluster: {size: 3}\n")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_file_with_two_names_of_the_call_is_fixed_once(run, write, tmp_path):
    path = write("real/nats.yaml", spec("    cluster: {sise: 3}\n"))
    (tmp_path / "nats.yaml").symlink_to("real/nats.yaml")
    run("fix", "-f", tmp_path, "-R")
    assert path.read_text() == spec("    cluster: {size: 3}\n")


@pytest.mark.parametrize("spoil", [lambda path: path.chmod(0o440), lambda path: os.link(path, f"{path}.other")])
def test_all_files_or_none_are_written(spoil, run, write):
    text = spec("    cluster: {sise: 3}\n")
    first = write("a.yaml", text)
    second = write("b.yaml", text.replace("eventing", "other"))
    spoil(second)
    ran = run("fix", "-f", first, "-f", second)
    assert ran.status == 1
    assert "b.yaml: error: the file " in ran.err
    assert "no file was changed" in ran.err
    assert (first.read_text(), second.read_text()) == (text, text.replace("eventing", "other"))


def test_a_file_that_changes_meanwhile_is_refused(run, write, monkeypatch):
    path = write("a.yaml", spec("    cluster: {sise: 3}\n"))
    newer = spec("    cluster: {sise: 3} # newer\n")

    def late(versions: list[Version]) -> object:
        path.write_text(newer)
        return replace(versions)

    monkeypatch.setattr(fix, "replace", late)
    ran = run("fix", "-f", path)
    assert ran.status == 1
    assert "the file changed while krmfn read it; run krmfn fix again" in ran.err
    assert path.read_text() == newer


def test_a_change_while_the_fixes_are_planned_is_not_lost(run, write, monkeypatch):
    """What is compared in the end is what the edits were made in, not what was read at another moment."""
    path = write("a.yaml", spec("    cluster: {sise: 3}\n"))
    newer = spec("    cluster: {sise: 3}\n") + "# newer\n"

    def late(plan: Plan, chosen: Any, real: Any = Plan.changed) -> object:
        path.write_text(newer)
        return real(plan, chosen)

    monkeypatch.setattr(Plan, "changed", late)
    ran = run("fix", "-f", path)
    assert (ran.status, path.read_text()) == (1, newer)
    assert "the file changed while krmfn read it" in ran.err


def test_what_cannot_be_written_in_the_end_is_undone(write, monkeypatch):
    files = [write(name, "old\n") for name in ("a", "b")]
    versions = [Version(path.name, str(path), b"old\n", b"new\n") for path in files]
    done = []

    def fail_once(new: str, old: str, real: Any = os.replace) -> None:
        done.append(old)
        if len(done) == 2:
            raise OSError(28, "No space left on device")
        real(new, old)

    monkeypatch.setattr(os, "replace", fail_once)
    (wrong,) = replace(versions)
    assert (wrong.code, wrong.file) == ("write-failed", "b")
    assert [path.read_text() for path in files] == ["old\n", "old\n"]
    assert sorted(os.listdir(files[0].parent)) == ["a", "b"]


def test_the_difference_can_be_applied(run, write, tmp_path):
    path = write("sub/nats.yaml", spec("    cluster: {sise: 3}  # größe"))
    shown = run("fix", "-f", path, "--diff").out.replace(str(path), "sub/nats.yaml").encode()
    subprocess.run(["git", "apply", "-"], input=shown, cwd=tmp_path, check=True)
    assert path.read_text() == spec("    cluster: {size: 3}  # größe")


def test_a_name_that_is_not_plain_is_quoted_as_git_does(run, write, tmp_path, monkeypatch):
    name = 'a "b"\\\n\x1b[31mü.yaml'
    path = write(name, spec("    cluster: {sise: 3}"))
    monkeypatch.chdir(tmp_path)
    shown = run("fix", "-f", name, "--diff").out
    assert shown.startswith('--- "a/a \\"b\\"\\\\\\n\\033[31m\\303\\274.yaml"\n')
    assert "\x1b" not in shown
    subprocess.run(["git", "apply", "-"], input=shown.encode(), cwd=tmp_path, check=True)
    assert path.read_text() == spec("    cluster: {size: 3}")


def test_standard_input_is_no_file(run):
    ran = run("fix", "-f", "-")
    assert (ran.status, ran.err) == (
        2, "error: krmfn fix edits files, and - is standard input; write -f FILE (see krmfn fix --help)\n"
    )  # fmt: skip


@pytest.mark.parametrize("calls", [3, 9, 40])
def test_a_process_that_is_killed_leaves_the_old_file_or_the_new_one(calls, write, tmp_path):
    """The process kills itself at the n-th call that touches the disk while it writes."""
    old = spec("    cluster: {sise: 3}\n")
    paths = [write(f"{number}.yaml", old.replace("eventing", f"n{number}")) for number in range(4)]
    before = {path: path.read_text() for path in paths}
    program = KILLED.format(calls=calls, arguments=["fix", "-f", str(tmp_path)], root=str(ROOT))
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done
    for path, text in before.items():
        assert path.read_text() in (text, text.replace("sise", "size"))


KILLED = """
import os, signal, sys
sys.path.insert(0, {root!r})
from krmfn.cli.main import command
from krmfn.files import user_files
count = 0
def counted(real):
    def call(*given, **named):
        global count
        count += 1
        if count == {calls}:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **named)
    return call
class Disk:
    def __getattr__(self, name):
        real = getattr(os, name)
        return counted(real) if callable(real) and name not in ("fdopen",) else real
user_files.os = Disk()
command({arguments!r})
"""


def test_check_names_every_error_that_fix_fixes_below_misspelled_fields_too(run, write):
    file = write(
        "nats.yaml", f"{HEAD}spec:\n  clusterr:\n    sizee: 3\n  jetStreem:\n    fileStorag:\n      sizee: 10Gi\n"
    )
    told = run("check", "-f", file, "-q").out.count("[unknown-field]")
    assert told == run("fix", "-f", file).out.count(": fixed: ") == 5
    assert run("check", "-f", file, "-q").status == 0


LISTS = {
    "List": "# all clusters\napiVersion: v1\nkind: List\nitems:\n",
    "ResourceList": "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n",
}
OTHER_ITEM = "-   apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: a,   namespace: shop} # kept\n"
IN_LISTS = [row for row in ROWS if "\ufeff" not in row[1] and "\n..." not in row[1]]


def _in_list(head: str, text: str) -> str:
    """The documents of a text as items between two others."""
    items = []
    for one in text.replace("\r\n", "\n").split("---\n"):
        first, *lines = one.rstrip("\n").split("\n")
        items.append("\n".join([f"- {first}", *(f"  {line}" if line.strip() else line for line in lines)]) + "\n")
    whole = head + OTHER_ITEM + "".join(items) + OTHER_ITEM.replace("name: a", "name: b")
    return whole.replace("\n", "\r\n") if "\r\n" in text else whole


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("row", IN_LISTS, ids=[row[0] for row in IN_LISTS])
def test_an_item_of_a_list_is_edited_in_its_place(row, kind, tmp_path, run):
    _, text, pairs, unsafe = row
    file = tmp_path / "list.yaml"
    file.write_bytes(_in_list(LISTS[kind], text).encode())
    for wrong, right in pairs:
        text = text.replace(wrong, right)
    ran = run("fix", "-f", file, *(["--unsafe-fixes"] if unsafe else []))
    assert file.read_bytes().decode() == _in_list(LISTS[kind], text), ran


def test_an_item_of_a_list_is_left_with_the_reason_where_more_than_the_item_would_change(run, write):
    nats = "- apiVersion: operator.kyma-project.io/v1alpha1\n  kind: NATS\n  metadata: {name: %s, namespace: shop}\n"
    text = (
        LISTS["List"]
        + nats % "a-nats"
        + "  spec: &spec\n    cluster: {sise: 3}\n"
        + nats % "b-nats"
        + "  spec: *spec\n"
        + nats % "c-nats"
        + "  spec: {cluster: {siz: 3}}\n"
        + "- apiVersion: v1\n  kind: Secret\n  metadata: {name: c-nats-secret, namespace: shop}\n"
        + "  stringDatta: {resolver.conf: hidden}\n"
    )
    path = write("list.yaml", text)
    ran = run("fix", "-f", path)
    assert ran.status == 1
    assert path.read_text() == text.replace("siz:", "size:")
    assert ran.out.count("  not fixed: other places use the value too (*spec)") == 1
    assert ran.out.count("  not fixed: the value comes from the anchor &spec, and other places may use it too") == 1
    assert "hidden" not in ran.out + ran.err


def test_the_line_of_a_finding_in_a_list_is_shown_as_the_user_wrote_it(run, write):
    items = "- apiVersion: operator.kyma-project.io/v1alpha1\n  kind: NATS\n  metadata:\n    name: a-nats\n  spec:\n"
    path = write("list.yaml", f"{LISTS['List']}{items}    cluster:\n      sise:   3  # three\n")
    assert " 11 |       sise:\n" in run("check", "-f", path).out
