"""`krmfn render`: children only, in order, all or nothing; the other objects where they are asked for."""

from __future__ import annotations

import json

import pytest

from tests.calls import FUNCTION, documents, krmfn
from tests.hosts.cli.texts import CONFIG_MAP, NATS

KINDS = ["ServiceAccount", "ConfigMap", "Service", "Service", "StatefulSet", "PodDisruptionBudget", "Service"]
KINDS += ["Deployment"] * 3
LOCAL = "  annotations: {config.kubernetes.io/local-config: 'true'}\n"


def test_children_only_marked_and_in_order(run, write):
    path = write("nats.yaml", "# a comment\n" + NATS.replace("shop", "zeta") + "---\n" + NATS)
    ran = run("render", "-f", path)
    assert ran.status == 0
    objects = documents(ran.out)
    assert [obj["kind"] for obj in objects] == KINDS * 2
    owners = [obj["metadata"]["annotations"]["krmfn.dev/owner"] for obj in objects]
    assert owners == ["shop/shop-nats"] * len(KINDS) + ["zeta/zeta-nats"] * len(KINDS)
    assert "config.kubernetes.io" not in ran.out
    assert ran.out.count("---\n") == 2 * len(KINDS)
    assert ran.out.startswith("---\n")


def test_the_order_of_files_changes_nothing(run, write):
    one, two = write("1.yaml", NATS), write("2.yaml", NATS.replace("shop", "zeta"))
    assert run("render", "-f", one, "-f", two).out == run("render", "-f", two, "-f", one).out


def test_json_is_one_list_of_the_same_objects(run, write):
    path = write("nats.yaml", NATS)
    ran = run("render", "-f", path, "-o", "json")
    whole = json.loads(ran.out)
    assert (whole["apiVersion"], whole["kind"]) == ("v1", "List")
    assert whole["items"] == documents(run("render", "-f", path, "-o", "yaml").out)
    assert ran.out.isascii()


def test_findings_go_to_standard_error_in_order(run, write):
    ran = run("render", "-f", write("b.yaml", NATS), "-f", write("a.yaml", NATS.replace("shop", "zeta")))
    *lines, hidden = ran.err.splitlines()
    assert hidden == "4 infos hidden; -v shows them"
    ranks = [": warning: " not in line for line in lines]
    assert ranks == sorted(ranks)
    for rank in set(ranks):
        same = [line for line, one in zip(lines, ranks, strict=True) if one == rank]
        assert [line for line in same if "a.yaml" in line] + [line for line in same if "b.yaml" in line] == same
    assert all(line.rstrip().endswith("]") for line in lines)


def test_an_error_leaves_standard_output_empty(run, write):
    ran = run("render", "-f", write("good.yaml", NATS), "-f", write("bad.yaml", NATS.replace("shop-nats", "Shop")))
    assert ran.status == 1
    assert ran.out == ""
    assert "[cr-name]" in ran.err or "[invalid-name]" in ran.err


def test_mode_validate_prints_nothing(run, write):
    ran = run(
        "render", "-f", write("a.yaml", NATS + "---\n" + CONFIG_MAP), "--set", "mode=validate", "--set", "include=all"
    )
    assert (ran.status, ran.out) == (0, "")
    ran = run("render", "-f", write("a.yaml", NATS + "---\n" + CONFIG_MAP), "--set", "mode=validate")
    assert "left out" not in ran.err


def test_other_objects_are_counted_and_left_out(run, write):
    path = write("a.yaml", f"{NATS}---\n{CONFIG_MAP}")
    ran = run("render", "-f", path)
    assert ran.err.endswith("\n1 other object was left out (include=all adds it)\n")
    ran = run("render", "-f", path, "-f", write("b.yaml", CONFIG_MAP))
    assert ran.err.endswith("\n2 other objects were left out (include=all adds them)\n")
    assert "name: other" not in ran.out


def test_include_all_adds_other_objects_as_they_are_written(run, write):
    path = write(
        "a.yaml", f"--- # first\n{CONFIG_MAP}---\n{NATS}---\n{{apiVersion: v1, kind: X, metadata: {{name: x}}}}"
    )
    ran = run("render", "-f", path, "--set", "include=all")
    assert ran.status == 0
    assert f"---\n{CONFIG_MAP}---\n" in ran.out
    assert [obj["kind"] for obj in documents(ran.out)] == [*KINDS, "ConfigMap", "X"]
    assert "left out" not in ran.err
    items = json.loads(run("render", "-f", path, "--set", "include=all", "-o", "json").out)["items"]
    assert items == documents(ran.out)


def test_an_object_whose_document_starts_on_the_separator_is_printed_again(run, write):
    path = write("a.yaml", "--- {apiVersion: v1, kind: X, metadata: {name: x}}\n---\n" + NATS)
    ran = run("render", "-f", path, "--set", "include=all")
    assert ran.out.endswith("---\napiVersion: v1\nkind: X\nmetadata:\n  name: x\n")


def test_include_all_leaves_out_what_is_not_for_the_cluster(run, write, tmp_path):
    owned = CONFIG_MAP.replace("other", "shop-nats-client").replace(
        "\ndata:", "\n  annotations: {krmfn.dev/owner: shop/shop-nats}\ndata:"
    )
    local = CONFIG_MAP.replace("\ndata:", f"\n{LOCAL}data:")
    config = "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata: {name: r}\n"
    kustomization = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Component\nmetadata: {name: k}\n"
    kptfile = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata: {name: k}\n"
    texts = [NATS, owned, local, config, kustomization, kptfile]
    write("a.yaml", "---\n".join(texts))
    ran = run("render", "-f", tmp_path, "--set", "include=all")
    assert [obj["kind"] for obj in documents(ran.out)] == KINDS
    assert "left out" not in run("render", "-f", tmp_path).err


def test_local_config_that_says_false_is_for_the_cluster(run, write):
    text = CONFIG_MAP.replace("\ndata:", "\n" + LOCAL.replace("'true'", "'false'") + "data:")
    ran = run("render", "-f", write("a.yaml", f"{NATS}---\n{text}"), "--set", "include=all")
    assert documents(ran.out)[-1]["metadata"] == {
        "name": "other",
        "namespace": "shop",
        "annotations": {LOCAL_KEY: "false"},
    }


LOCAL_KEY = "config.kubernetes.io/local-config"


def test_annotations_of_hosts_are_taken_off(run, write):
    hosts = "  annotations: {config.kubernetes.io/index: '0', mine: a}\n"
    text = CONFIG_MAP.replace("\ndata:", f"\n{hosts}data:")
    ran = run("render", "-f", write("a.yaml", f"{NATS}---\n{text}"), "--set", "include=all")
    assert documents(ran.out)[-1]["metadata"] == {"name": "other", "namespace": "shop", "annotations": {"mine": "a"}}
    text = text.replace(", mine: a", "")
    ran = run("render", "-f", write("a.yaml", f"{NATS}---\n{text}"), "--set", "include=all")
    assert documents(ran.out)[-1]["metadata"] == {"name": "other", "namespace": "shop"}


def test_an_object_in_the_place_of_a_child_is_an_error_unless_it_is_adopted(run, write):
    text = CONFIG_MAP.replace("name: other", "name: shop-nats-config")
    path = write("a.yaml", f"{NATS}---\n{text}")
    ran = run("render", "-f", path, "--set", "include=all")
    assert (ran.status, ran.out) == (1, "")
    assert "a.yaml:10: error: metadata.name: ConfigMap shop-nats-config (in" in ran.err
    assert "was not rendered by krmfn" in ran.err
    assert run("render", "-f", path).status == 1
    ran = run("render", "-f", path, "--set", "include=all", "--set", "adopt=true")
    assert [obj["kind"] for obj in documents(ran.out)] == KINDS


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ("apiVersion: v1\nkind: X\nmetadata:\n  name: x\na: [\n", "unreadable-yaml"),
        (
            'apiVersion: v1\nkind: X\nmetadata:\n  name: x\n  annotations: {config.k8s.io/id: "1", b: "\\a"}\n',
            "unprintable-value",
        ),
        ("apiVersion: v1\nkind: X\nmetadata:\n  name: ../x\n", "unsafe-path"),
        ('apiVersion: v1\nkind: X\nmetadata:\n  name: "a\\nb"\n', "unsafe-path"),
        ("apiVersion: v1\nkind: X\nmetadata:\n  labels: {a: b}\n", "not-an-object"),
    ],
)
def test_another_object_that_cannot_be_printed_is_an_error_only_when_it_is_asked_for(run, write, other, code):
    path = write("a.yaml", f"{NATS}---\n{other}")
    assert run("render", "-f", path).status == 0
    ran = run("render", "-f", path, "--set", "include=all", "-o", "json")
    assert f"[{code}]" in ran.err
    assert (ran.status, ran.out) == (1, "")


def test_an_item_that_is_no_object_is_an_error_only_when_it_is_asked_for(run, write):
    whole = "apiVersion: v1\nkind: ResourceList\nitems:\n- a\n- " + NATS.replace("\n", "\n  ").rstrip() + "\n"
    path = write("list.yaml", whole)
    assert run("render", "-f", path).status == 0
    ran = run("render", "-f", path, "--set", "include=all")
    assert ran.status == 1
    assert "list.yaml:4: error: not a Kubernetes object" in ran.err


def test_a_value_that_yaml_cannot_hold_is_an_error(run, write):
    path = write("a.yaml", NATS + 'spec:\n  annotations: {a: "\\a"}\n')
    for name in ("render", "check"):
        ran = run(name, "-f", path)
        assert ran.status == 1
        assert "[unprintable-value]" in ran.out + ran.err


def test_a_pipe_from_kpt_fn_source_renders_the_same(run, write):
    path = write("nats.yaml", NATS)
    noted = CONFIG_MAP.replace("\ndata:", "\n  annotations: {config.kubernetes.io/path: a.yaml}\ndata:")
    items = "".join("- " + text.replace("\n", "\n  ").rstrip() + "\n" for text in (NATS, noted))
    whole = f"apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{items}"
    plain = run("render", "-f", path).out
    called = krmfn("render", "-f", "-", stdin=whole)
    assert called.out == plain
    called = krmfn("render", "-f", "-", "--set", "include=all", stdin=whole)
    assert documents(called.out)[-1]["metadata"] == {"name": "other", "namespace": "shop"}
    assert called.out.startswith(plain)


def test_the_program_itself_renders(write):
    assert FUNCTION[-1] == "krmfn"
    called = krmfn("render", "-f", write("nats.yaml", NATS), "--set", "zones=a,b,c")
    assert called.status == 0
    assert [obj["kind"] for obj in documents(called.out)] == KINDS
