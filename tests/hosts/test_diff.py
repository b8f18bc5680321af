"""`krmfn diff`: any two states, in any form, with the class of what lies between them."""

from __future__ import annotations

import json
import os
import re
import subprocess

import pytest
import yaml

from krmfn.api.crd import definition
from krmfn.cli.main import command
from tests.calls import documents, krmfn

CANARY = "hunter2-s3cr3t-canary"
CR = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: nats
  namespace: ns
{notes}spec: {spec}
"""


def cr(spec: str = "{}", notes: str = "") -> str:
    return CR.format(spec=spec, notes=f"  annotations: {{{notes}}}\n" if notes else "")


@pytest.fixture
def diff(tmp_path, capfd):
    """Compare two texts as files; further arguments follow."""

    def run(old: str, new: str, *arguments: str):
        for name, text in (("old.yaml", old), ("new.yaml", new)):
            (tmp_path / name).write_text(text)
        status = command(["diff", str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml"), *arguments])
        return status, *capfd.readouterr()

    return run


def rendered(text: str, *arguments: str) -> str:
    called = krmfn("render", "-f", "-", *arguments, stdin=text)
    assert called.status == 0, called
    return called.out


def test_the_same_state_is_no_change(diff):
    assert diff(cr(), cr("{cluster: {size: 3}}"))[:2] == (0, "no change\n")


def test_the_worst_class_stands_first_and_a_change_is_status_one(diff):
    status, out, _ = diff(cr("{cluster: {size: 1}}"), cr())
    assert status == 1
    assert out.startswith("data-loss: messages are lost or can be lost (")
    assert "spec.replicas: 1 -> 3 [scale-from-one]" in out


@pytest.mark.parametrize(
    ("old", "new", "fail_on", "status"),
    [
        ("{}", "{logging: {debug: true}}", "reload", 1),
        ("{}", "{logging: {debug: true}}", "restart", 0),
        ("{}", "{logging: {debug: true}}", "data-loss", 0),
        ("{}", "{jetStream: {memStorage: {size: 256Mi}}}", "data-loss", 1),
        ("{cluster: {size: 5}}", "{}", "data-loss", 1),
        ("{}", "{}", "metadata", 0),
    ],
)
def test_fail_on_takes_a_class_and_all_stronger_ones(old, new, fail_on, status, diff):
    assert diff(cr(old), cr(new), "--fail-on", fail_on)[0] == status


def test_what_the_new_nats_allows_fails_without_fail_on_only(diff):
    new = cr(notes="krmfn.dev/allow: scale-down")
    assert diff(cr("{cluster: {size: 5}}"), new)[0] == 1
    status, out, _ = diff(cr("{cluster: {size: 5}}"), new, "--fail-on", "data-loss")
    assert status == 0
    assert "[scale-down] (allowed)" in out


CRD = json.dumps(definition())


def test_a_step_that_the_crd_refuses_fails_whatever_its_class_where_the_crd_is_known(diff):
    old, new = "{jetStream: {fileStorage: {size: 1Gi}}}", "{jetStream: {fileStorage: {size: 1024Mi}}}"
    known = f"{cr(old)}---\n{CRD}\n"
    status, out, _ = diff(known, f"{cr(new)}---\n{CRD}\n", "--fail-on", "data-loss")
    assert status == 1
    assert "no change; the API server rejects the change" in out
    assert "[file-storage-size-changed]" in out
    assert "write 1Gi" in out


def test_what_the_crd_would_refuse_decides_nothing_where_no_server_with_it_is_known(diff):
    old, new = "{jetStream: {fileStorage: {size: 1Gi}}}", "{jetStream: {fileStorage: {size: 1024Mi}}}"
    status, out, _ = diff(cr(old), cr(new))
    assert status == 0
    assert out.startswith("no change\n\nAn API server with the NATS CRD would reject this change")
    (refused,) = json.loads(diff(cr(old), cr(new), "-o", "json")[1])["refused"]
    assert (refused["allowed"], refused["decides"]) == (False, False)
    assert "`spec.jetStream.fileStorage.size`" in diff(cr(old), cr(new), "-o", "markdown")[1]


@pytest.mark.parametrize("crd", ["", f"---\n{CRD}\n"])
def test_the_documented_way_to_grow_a_volume_satisfies_every_judge(diff, crd, tmp_path, capfd):
    small, large = "{jetStream: {fileStorage: {size: 20Gi}}}", "{jetStream: {fileStorage: {size: 40Gi}}}"
    meant = cr(large, "krmfn.dev/allow: claim-grown")
    for fail_on, allowed, expected in (("restart", False, 1), ("recreate", False, 1), ("restart", True, 0)):
        new = meant if allowed else cr(large)
        status, out, _ = diff(cr(small) + crd, new + crd, "--fail-on", fail_on)
        assert (status, "keep 20Gi" in out) == (expected, False), out
        assert "grow each claim" in out
        assert ("[claim-grown] (allowed)" in out) == allowed
    (tmp_path / "nats.yaml").write_text(cr(small))
    render = ["render", "-f", str(tmp_path / "nats.yaml"), "--output-dir", str(tmp_path / "out")]
    assert command(render) == 0
    for text, expected in ((cr(large), 1), (meant, 0)):
        (tmp_path / "nats.yaml").write_text(text)
        assert command(render) == expected
        assert "keep 20Gi" not in "".join(capfd.readouterr())


def test_every_transition_has_the_verdict_of_the_crd(shared, capfd):
    for case in sorted((shared / "parity/transitions").iterdir()):
        status = command(["diff", str(case / "old.yaml"), str(case / "new.yaml"), "-o", "json"])
        refused = json.loads(capfd.readouterr()[0])["refused"]
        expected = yaml.safe_load((case / "errors.yaml").read_text())
        assert sorted(row["field"] for row in refused) == sorted(row["field"] for row in expected), case.name
        for row in expected:
            words = row["message"].rpartition(": ")[2]  # the value itself is shown only where it can be no secret
            assert any(words in one["message"] for one in refused), case.name
        unchanged = ("class-unset-to-default", "file-size-same-quantity-other-spelling")
        assert status == (0 if case.name in unchanged else 1)


def test_json_has_every_change_with_its_class(diff):
    status, out, _ = diff(cr(), cr("{jetStream: {fileStorage: {size: 2Gi}}}"), "-o", "json")
    whole = json.loads(out)
    assert (status, whole["worst"]) == (1, "recreate")
    (claim,) = [row for row in whole["changes"] if row["class"] == "recreate"]
    assert claim["object"] == {"apiVersion": "apps/v1", "kind": "StatefulSet", "namespace": "ns", "name": "nats"}
    assert (claim["old"], claim["new"], claim["code"], claim["allowed"]) == ("1Gi", "2Gi", "claim-grown", False)
    assert claim["recipe"]


def test_markdown_has_every_change_the_strongest_first(diff):
    _, out, _ = diff(cr("{cluster: {size: 5}}"), cr("{logging: {debug: true}}"), "-o", "markdown")
    classes = re.findall(r"\| \*\*([a-z-]+)\*\*: ", out)
    assert list(dict.fromkeys(classes)) == ["data-loss", "reload", "metadata"]
    assert classes == sorted(classes, key=["data-loss", "reload", "metadata"].index)


def test_color_is_for_classes(diff):
    assert "\x1b[1;31mdata-loss\x1b[0m" in diff(cr("{cluster: {size: 5}}"), cr(), "--color", "always")[1]
    assert "\x1b" not in diff(cr("{cluster: {size: 5}}"), cr(), "--color", "never")[1]


def test_a_nats_and_what_was_rendered_from_it_are_equal_in_any_mix(tmp_path, capfd):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/nats.yaml").write_text(cr())
    assert (
        command(["render", "-f", str(tmp_path / "a"), "--output-dir", str(tmp_path / "out"), "--set", "zones=a,b,c"])
        == 0
    )
    (tmp_path / "all.yaml").write_text(rendered(cr(), "--set", "zones=a,b,c"))
    (tmp_path / "list.json").write_text(rendered(cr(), "--set", "zones=a,b,c", "-o", "json"))
    capfd.readouterr()
    names = ("a", "a/nats.yaml", "out", "all.yaml", "list.json")
    for one in names:
        for other in names:
            status = command(["diff", str(tmp_path / one), str(tmp_path / other), "--set", "zones=a,b,c"])
            assert (status, capfd.readouterr()[0]) == (0, "no change\n"), (one, other)


def test_standard_input_is_a_state(tmp_path):
    (tmp_path / "nats.yaml").write_text(cr("{cluster: {size: 5}}"))
    called = krmfn("diff", "-", tmp_path / "nats.yaml", stdin=cr())
    assert called.status == 1
    assert called.out.startswith("reload")
    assert krmfn("diff", tmp_path / "nats.yaml", "-", stdin="").status == 2


MORE = "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {}\n"


def test_rendered_objects_beside_their_nats_are_the_state_and_have_to_be_what_it_renders(diff):
    local = "  annotations: {config.kubernetes.io/local-config: 'true'}\n"
    five, three = cr("{cluster: {size: 5}}"), cr()
    more = MORE.format("x") + MORE.format("y") + local
    status, out, _ = diff(three, three + "---\n" + rendered(three) + more)
    assert (status, out.count("the object added"), "ConfigMap x" in out, "[stale" in out) == (1, 1, True, False)
    stale = five + "---\n" + rendered(three)
    status, out, _ = diff(five, stale)
    assert (status, "spec.replicas: 5 -> 3" in out, out.count("[stale-render]")) == (1, True, 1)
    status, out, _ = diff(stale, five)  # what is true of the old state alone is not about the step
    assert (status, "spec.replicas: 3 -> 5" in out, "[stale-render]" in out) == (1, True, False)


def test_a_nats_that_was_changed_and_not_rendered_again_is_never_no_change(diff):
    old = cr() + "---\n" + rendered(cr())
    new = cr("{cluster: {size: 5}}") + "---\n" + rendered(cr())
    status, out, _ = diff(old, new, "--fail-on", "data-loss")
    assert (status, out.split(";")[0]) == (1, "no other change")
    assert "StatefulSet nats differs" in out
    assert diff(new, new)[:2] == (0, "no change\n")  # it was so before


def test_a_rendered_object_that_was_edited_by_hand_or_left_out_is_compared_as_it_is(diff):
    old = cr() + "---\n" + rendered(cr())
    status, out, _ = diff(old, old.replace("  replicas: 3\n", "  replicas: 1\n"))
    assert (status, out.partition(";")[0].partition(":")[0]) == (1, "broken")
    assert "data-loss  spec.replicas: 3 -> 1" in out
    assert "StatefulSet nats differs" in out
    parts = old.split("---\n")
    for kind in ("StatefulSet", "PodDisruptionBudget"):
        less = "---\n".join(part for part in parts if f"kind: {kind}\n" not in part)
        status, out, _ = diff(old, less)
        assert (status, f"{kind} nats is missing" in out, "the object removed" in out) == (1, True, True)


def test_what_a_later_function_did_to_both_states_is_not_stale(diff):
    first, second = (cr(spec) + "---\n" + rendered(cr(spec)) for spec in ("{}", "{cluster: {size: 5}}"))
    both = [re.sub(r"image: (.*)/nats:", r"image: \1/mirror-of-nats:", text) for text in (first, second)]
    assert both[0] != first
    status, out, _ = diff(*both)
    assert (status, "spec.replicas: 3 -> 5" in out, "[stale-render]" in out) == (1, True, False)


def test_check_tells_that_rendered_objects_are_stale_or_missing(tmp_path):
    (tmp_path / "nats.yaml").write_text(cr())
    assert krmfn("render", "-f", tmp_path, "--output-dir", tmp_path / "out").status == 0

    def told() -> tuple[int, int]:
        called = krmfn("check", "-R", "-f", tmp_path)
        return called.status, called.out.count("[stale-render]")

    assert told() == (0, 0)
    (tmp_path / "nats.yaml").write_text(cr("{logging: {debug: true}}"))
    assert told() == (0, 1)
    (tmp_path / "nats.yaml").write_text(cr())
    next(tmp_path.glob("out/**/poddisruptionbudget*")).unlink()
    assert told() == (0, 1)
    assert "PodDisruptionBudget nats is missing" in krmfn("check", "-R", "-f", tmp_path).out


def live(objects: list[dict]) -> list[dict]:
    """As `kubectl get -o yaml` prints them: defaulted, with status and what the server writes."""
    for obj in objects:
        obj["metadata"].update(uid="u", resourceVersion="1", generation=2, creationTimestamp="2026-01-01T00:00:00Z")
        obj["metadata"]["managedFields"] = [{"manager": "x"}]
        obj["status"] = {"observedGeneration": 1}
        if obj["kind"] == "StatefulSet":
            spec = obj["spec"]
            spec.update(
                revisionHistoryLimit=10, updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}
            )
            pod = spec["template"]["spec"]
            pod.update(dnsPolicy="ClusterFirst", restartPolicy="Always", schedulerName="default-scheduler")
            for container in pod["containers"]:
                container.update(terminationMessagePath="/dev/termination-log", terminationMessagePolicy="File")
            spec["volumeClaimTemplates"][0]["status"] = {"phase": "Pending"}
        if obj["kind"] == "Service":
            obj["spec"].update(sessionAffinity="None", internalTrafficPolicy="Cluster", ipFamilies=["IPv4"])
            obj["spec"].setdefault("clusterIP", "10.0.0.1")
            obj["spec"].update(clusterIPs=[obj["spec"]["clusterIP"]], ipFamilyPolicy="SingleStack", type="ClusterIP")
    return objects


def dump(objects: list[dict]) -> str:
    return yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": objects}, sort_keys=False)


def of_controllers(kind: str) -> dict:
    labels = {"app.kubernetes.io/managed-by": "krmfn"}
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": "n", "namespace": "ns", "uid": "u", "labels": labels},
    }


def test_a_dump_of_the_live_objects_is_equal_to_what_was_applied(diff):
    objects = live(documents(rendered(cr())))
    objects += [of_controllers(kind) for kind in ("Pod", "PersistentVolumeClaim", "EndpointSlice", "Secret")]
    objects.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kube-root-ca.crt", "uid": "u"}})
    assert diff(dump(objects), cr())[:2] == (0, "no change\n")
    assert diff(cr(), dump(objects))[:2] == (0, "no change\n")


def test_the_nats_in_a_dump_does_not_hide_the_live_objects(diff):
    nats = yaml.safe_load(cr("{cluster: {size: 5}}"))
    nats["metadata"]["uid"] = "u"
    status, out, _ = diff(dump([nats, *live(documents(rendered(cr())))]), cr("{cluster: {size: 5}}"))
    assert status == 1
    assert "spec.replicas: 3 -> 5" in out


@pytest.mark.parametrize("kind", ["StatefulSet", "ConfigMap"])
@pytest.mark.parametrize("with_nats", [False, True], ids=["objects", "nats"])
def test_a_dump_without_what_a_step_is_judged_by_is_trouble(kind, with_nats, diff):
    nats = yaml.safe_load(cr())
    nats["metadata"]["uid"] = "u"
    objects = [one for one in live(documents(rendered(cr()))) if one["kind"] != kind] + [nats] * with_nats
    for states in ((dump(objects), cr()), (cr(), dump(objects))):
        status, out, err = diff(*states)
        assert (status, out) == (2, "")
        assert f"the dump has no {kind} of NATS ns/nats" in err
    for obj in objects:  # as nats-manager marks them
        obj["metadata"].pop("annotations", None)
    assert "[incomplete-dump]" in diff(dump(objects), cr())[2]


def test_a_nats_in_a_dump_without_any_of_its_objects_is_rendered(diff):
    nats = yaml.safe_load(cr())
    nats["metadata"]["uid"] = "u"
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "one", "uid": "u", "labels": {}}}
    status, out, _ = diff(dump([nats, node]), cr("{cluster: {size: 5}}"))
    assert (status, "spec.replicas: 3 -> 5" in out, "Node" in out) == (1, True, False)


def test_a_state_that_is_partly_a_dump_is_trouble(diff):
    whole = live(documents(rendered(cr())))
    nats = yaml.safe_load(cr())
    for objects in (
        [nats, *whole],
        [*whole, yaml.safe_load(MORE.format("x"))],
        [*whole[1:], documents(rendered(cr()))[0]],
    ):
        status, out, err = diff(dump(objects), cr())
        assert (status, out, "[mixed-state]" in err) == (2, "", True)


def test_a_foreign_object_of_a_cluster_does_not_make_files_a_dump(diff):
    foreign = MORE.format("exported") + "  uid: u\n"
    other = MORE.format("mine")
    status, out, _ = diff(rendered(cr()) + foreign + other, rendered(cr()) + foreign)
    assert (status, "ConfigMap mine" in out) == (1, True)
    assert "ConfigMap exported" in diff(rendered(cr()) + foreign, rendered(cr()))[1]


def test_a_live_secret_that_was_rendered_and_is_no_longer_is_told_by_its_mark(diff):
    hashed = "$2b$11$abcdefghijklmnopqrstuu4T826PRnz0Hu6YlprUuxkZxOOj5Fw5S"
    objects = live(documents(rendered(cr(), "--set", "secretMode=bcrypt", "--set", f"adminHash={hashed}")))
    status, out, _ = diff(dump(objects), cr())
    assert status == 1
    assert "Secret " in out
    assert "the object removed" in out


def test_a_live_object_that_is_no_longer_rendered_is_told(diff):
    objects = live(documents(rendered(cr(), "--set", "istio=true")))
    out = diff(dump(objects), cr())[1]
    assert "DestinationRule ns/nats\n  outage  the object removed [mutual-tls-changed]" in out


def test_a_namespace_that_is_not_stated_can_be_given(diff):
    bare = cr().replace("  namespace: ns\n", "")
    objects = live(documents(rendered(cr())))
    assert diff(dump(objects), bare, "-n", "ns")[0] == 0
    text = rendered(bare)
    assert diff(text.replace("krmfn.dev/owner: nats", "krmfn.dev/owner: ns/nats"), bare, "-n", "ns")[0] == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (cr("{cluster: {size: 4}}"), cr()), (cr(), cr("{cluster: {size: 4}}")), ("a: [", cr()), ("a: b", cr()),
        (cr(), ""), (cr(), "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n"), ("# nothing\n", cr()),
        (cr(), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b, a: c}\n"),
        (cr("{cluster: {size: 4}}").replace("  name: nats\n", "  name: nats\n  uid: u\n"), cr()),
        ("apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata: {name: a}\n",) * 2,
    ],
)  # fmt: skip
def test_a_state_that_cannot_be_compared_is_trouble(old, new, diff):
    status, out, err = diff(old, new)
    assert (status, out) == (2, "")
    assert "error: " in err


def test_a_revision_in_the_place_of_a_path_is_told_apart(tmp_path, capfd):
    (tmp_path / "nats.yaml").touch()
    assert command(["diff", "main", "--", str(tmp_path / "nats.yaml")]) == 2
    assert f"for a revision write krmfn diff --git main -- {tmp_path}/nats.yaml" in capfd.readouterr()[1]


def test_a_path_that_is_not_there_is_trouble(tmp_path, capfd):
    assert command(["diff", str(tmp_path / "a"), str(tmp_path / "b")]) == 2
    assert capfd.readouterr()[1].count("no-such-file") == 2


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["a"], ["a", "b", "c"], ["-", "-"], ["--git", "HEAD"], ["--git", "HEAD", "-"], ["--git", "-x", "a"],
        ["--git", "a..", "b"], ["--git", "a...b", "c"], ["a", "b", "--fail-on", "none"], ["a", "b", "--wrong"],
        ["a", "b", "-o", "yaml"],
    ],
)  # fmt: skip
def test_wrong_usage_is_status_two_and_one_line(arguments, capfd):
    assert command(["diff", *arguments]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.count("\n") == 1


def test_settings_may_stand_before_the_states_and_between_them(diff, tmp_path, capfd):
    diff(cr("{cluster: {size: 5}}"), cr())
    old, new = str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")
    for arguments in (["--set", "zones=3", old, new], [old, "--set", "zones=3", "--set", "istio=true", new]):
        assert command(["diff", *arguments, "--color", "never"]) == 1
        out = capfd.readouterr()[0]
        assert "spec.replicas: 5 -> 3" in out
        assert "maxSkew" in out


def test_options_may_stand_between_the_states(diff, tmp_path, capfd):
    diff(cr(), cr())
    old, new = str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")
    for arguments in (
        [old, "-o", "json", new],
        ["-o", "json", "--", old, new],
        ["-o", "json", old, "--color", "never", new],
    ):
        assert command(["diff", *arguments]) == 0
        assert json.loads(capfd.readouterr()[0])["worst"] == "none"


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository in the current directory, and a function that commits."""
    monkeypatch.chdir(tmp_path)
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}

    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], check=True, capture_output=True, env={**os.environ, **who})

    def commit(**files: str | None) -> None:
        for name, text in files.items():
            path = tmp_path / "clusters" / f"{name}.yaml"
            path.parent.mkdir(exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text)
        git("add", "-A")
        git("commit", "-q", "-m", "x")

    git("init", "-q")
    return commit


def test_a_revision_is_compared_with_the_working_tree_and_with_another(repository, tmp_path, capfd):
    repository(nats=cr("{cluster: {size: 5}}"), kustomization="resources: [nats.yaml]\n")
    repository(nats=cr("{cluster: {size: 7}}"))
    (tmp_path / "clusters/nats.yaml").write_text(cr("{cluster: {size: 3}}"))
    expected = {"HEAD": "7 -> 3", "HEAD~1": "5 -> 3", "HEAD~1..HEAD": "5 -> 7"}
    for revision, change in expected.items():
        for path in ("clusters", "clusters/nats.yaml", "."):
            assert command(["diff", "--git", revision, "--", path]) == 1
            assert f"spec.replicas: {change}" in capfd.readouterr()[0]


def test_a_file_that_is_new_or_gone_is_a_state_without_objects(repository, capfd):
    repository(other="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    repository(nats=cr())
    assert command(["diff", "--git", "HEAD~1", "clusters/nats.yaml"]) == 1
    assert "nats.yaml:1 NATS added" in capfd.readouterr()[0]
    os.unlink("clusters/nats.yaml")
    assert command(["diff", "--git", "HEAD", "clusters/nats.yaml"]) == 1
    assert "[servers-removed]" in capfd.readouterr()[0]
    assert command(["diff", "--git", "HEAD", "nowhere"]) == 2
    assert "nowhere: error: exists neither at the revision nor in the working tree" in capfd.readouterr()[1]


def test_what_git_or_the_old_file_refuses_is_trouble(repository, monkeypatch, capfd):
    repository(nats=cr(), broken="a: [\n", control="a: \x01\n")
    assert command(["diff", "--git", "no-such-branch", "clusters"]) == 2
    assert "git-failed" in capfd.readouterr()[1]
    os.unlink("clusters/broken.yaml")
    os.unlink("clusters/control.yaml")
    assert command(["diff", "--git", "HEAD", "clusters"]) == 1
    said = capfd.readouterr()[0]
    assert said.count("[unread-change]") == 2
    assert "HEAD:clusters/broken.yaml:" in said
    assert "HEAD:clusters/control.yaml:" in said
    monkeypatch.setattr("krmfn.sources.git.MAX_INPUT", 10)
    assert command(["diff", "--git", "HEAD", "clusters/nats.yaml"]) == 2
    assert "too-large" in capfd.readouterr()[1]
    monkeypatch.setenv("PATH", "")
    assert command(["diff", "--git", "HEAD", "clusters"]) == 2
    assert "git cannot be run" in capfd.readouterr()[1]


def test_a_link_that_leaves_the_repository_is_an_error_on_both_sides(repository, tmp_path, capfd):
    (tmp_path / "clusters").mkdir()
    (tmp_path / "clusters/link.yaml").symlink_to("/etc/passwd")
    repository(nats=cr())
    assert command(["diff", "--git", "HEAD", "clusters"]) == 2
    said = capfd.readouterr()[1]
    assert "HEAD:clusters/link.yaml: error: a symbolic link that leads out" in said
    assert "\nclusters/link.yaml: error: " in said


SPECS = {
    "class": (f"{{jetStream: {{fileStorage: {{storageClassName: {CANARY}}}}}}}", 1),
    "labels": (f"{{labels: {{a: {CANARY}}}}}", 1),
    "annotations": (f"{{annotations: {{a: {CANARY}}}}}", 1),
    "not a size": (f"{{jetStream: {{fileStorage: {{size: {CANARY}}}}}}}", 2),
    "unknown": (f"{{password: {CANARY}}}", 2),
    "no object": (CANARY, 2),
}
"""A spec, and the status of a step to it or from it."""


@pytest.mark.parametrize(("spec", "expected"), SPECS.values(), ids=SPECS)
def test_no_value_of_a_nats_is_repeated(spec, expected, diff):
    for old, new in ((cr(), cr(spec)), (cr(spec), cr())):
        for settings in ((), ("--set", f"natsImage=r/{CANARY}:1", "--set", f"clusterName={CANARY}")):
            status, out, err = diff(old, new, *settings)
            assert status == expected
            assert CANARY not in out + err


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    elif path[-1] not in ("apiVersion", "kind", "namespace") and path[:2] != ("metadata", "name"):
        yield path


def with_canary(obj: dict, path: tuple) -> dict:
    made = json.loads(json.dumps(obj))
    here = made
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = CANARY
    return made


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_no_value_of_any_field_of_any_object_is_repeated(form, diff):
    """Each field of each child and of a Secret holds a canary on one side, in turn on either."""
    objects = documents(rendered(cr(), "--set", "zones=a,b,c", "--set", "istio=true"))
    objects = [obj for obj in objects if not obj["metadata"]["name"].endswith(("-metrics-1", "-metrics-2"))]
    objects.append(
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "type": "a", "stringData": {"a": "b"}}
    )
    planted = [[], []]
    for number, obj in enumerate(objects):
        for count, path in enumerate(leaves(obj)):
            for side in (0, 1):
                name = f"{obj['metadata']['name']}-{number}-{count}-{side}"
                pair = [obj, with_canary(obj, path)]
                for at, one in enumerate(pair if side else reversed(pair)):
                    planted[at].append({**one, "metadata": {**one["metadata"], "name": name}})
    assert len(planted[0]) > 400
    status, out, err = diff(
        "\n---\n".join(map(json.dumps, planted[0])),
        "\n---\n".join(map(json.dumps, planted[1])),
        "-o",
        form,
    )
    assert status == 1, err
    assert CANARY not in out + err
    assert "recreate" in out


SHARING = """\
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {{name: one}}
  data: &data {{a: {value}}}
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: two
  data: *data
"""


def test_the_same_text_that_says_something_else_in_another_list_is_a_change(diff):
    status, out, _ = diff(SHARING.format(value="b"), SHARING.format(value="c"))
    assert status == 1
    assert "ConfigMap one" in out
    assert "ConfigMap two" in out


def test_a_foreign_object_that_cannot_be_read_is_compared_by_its_text(diff):
    text = cr() + "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata: [\n"
    status, out, err = diff(text, text)
    assert (status, out) == (0, "no change\n")
    assert "unread" not in err
    status, out, err = diff(text, text + "  b\n", "--fail-on", "data-loss")
    assert (status, out.split("\n")[0]) == (1, "no other change; not all can be judged (2 warnings)")
    assert (out.count("[unread-change]"), err.count("[unread-change]")) == (2, 0)


@pytest.mark.parametrize("output", ["json", "markdown"])
def test_every_document_names_what_is_not_judged(output, diff):
    text = cr() + "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata: [\n"
    status, out, err = diff(text, text + "  b\n", "-o", output)
    assert (status, err.count("[unread-change]")) == (1, 2)
    if output == "json":
        told = json.loads(out)
        assert (told["worst"], told["changes"]) == (None, [])
        assert [(one["code"], one["severity"]) for one in told["unjudged"]] == [("unread-change", "warning")] * 2
    else:
        assert out.startswith("### krmfn: no other change; not all can be judged (2 warnings)\n")
        assert out.count("[unread-change]") == 2


@pytest.mark.parametrize("git", [False, True], ids=["states", "git"])
def test_every_document_says_why_states_cannot_be_compared(git, tmp_path, capfd):
    (tmp_path / "old.yaml").write_text(cr())
    (tmp_path / "new.yaml").write_text(cr("{cluster: {size: 4}}"))
    states = ["--git", "nowhere", "--", "old.yaml"] if git else [str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")]
    assert command(["diff", "-o", "json", *states]) == 2
    out, err = capfd.readouterr()
    told = json.loads(out)
    assert (told["worst"], told["changes"], told["refused"]) == (None, [], [])
    (one,) = told["unjudged"]
    assert (one["severity"], f"[{one['code']}]" in err) == ("error", True)
    assert command(["diff", "-o", "markdown", *states]) == 2
    out, err = capfd.readouterr()
    why = "the states cannot be compared" if git else "the new state does not render"
    assert out.startswith(f"### krmfn: {why} (1 error)\n\n**Why**\n\n- ")
    assert f"[{one['code']}]" in out
    assert command(["diff", *states]) == 2
    assert capfd.readouterr()[0] == ""


def test_a_rendered_object_that_cannot_be_read_is_trouble_also_where_it_did_not_change(diff):
    text = rendered(cr()).replace("\nspec:\n", "\nspec: [\n", 1)
    status, out, err = diff(text, text)
    assert (status, out) == (2, "")
    assert err.count("[unreadable-yaml]") == 2


STREAM = (
    "---\napiVersion: jetstream.nats.io/v1beta2\nkind: Stream\nmetadata:\n  name: s\n  namespace: ns\nspec: {{n: {}}}\n"
)


@pytest.mark.parametrize("fail_on", ["reload", "restart", "data-loss"])
def test_what_nobody_knows_fails_whatever_the_class(fail_on, diff):
    """The controller of a Stream deletes the stream with it."""
    one, other = cr() + STREAM.format(1), cr() + STREAM.format(2)
    for old, new in ((one, cr()), (one, other)):
        status, out, _ = diff(old, new, "--fail-on", fail_on)
        assert (status, "[effect-unknown]" in out) == (1, True)
    assert diff(cr(), one, "--fail-on", fail_on)[0] == 0
    assert diff(one, one, "--fail-on", fail_on)[0] == 0
    sealed = STREAM.replace("jetstream.nats.io/v1beta2", "bitnami.com/v1alpha1").replace("Stream", "SealedSecret")
    status, out, _ = diff(cr() + sealed.format(1), cr() + sealed.format(2), "--fail-on", "restart")
    assert (status, out.partition(":")[0]) == (0, "reload")
