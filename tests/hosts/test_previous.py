"""Function mode and `render` refuse the step from the earlier render that destroys, unless the CR allows it."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from krmfn.hosts.function import transform
from krmfn.rendering.manual_fields import only_in, paths, vocabulary
from krmfn.rendering.settable_fields import key_of
from tests.calls import documents, items_of, krmfn
from tests.faults.lists import HEAD
from tests.golden_cases import CASES, Case

CANARY = "hunter2-s3cr3t-canary"
CR = """\
- apiVersion: operator.kyma-project.io/v1alpha1
  kind: NATS
  metadata:
    name: nats
    namespace: ns
{notes}  spec:
{spec}
"""
VALIDATE = "functionConfig: {apiVersion: v1, kind: ConfigMap, data: {mode: validate}}\n"
STEPS = {
    "from one": ("cluster: {size: 1}", "cluster: {size: 3}", {"scale-from-one"}),
    "a deleted line": ("cluster: {size: 1}", "logging: {debug: false}", {"scale-from-one"}),
    "down": ("cluster: {size: 5}", "cluster: {size: 3}", {"scale-down"}),
    "to one": (
        "cluster: {size: 3}", "cluster: {size: 1}", {"cluster-size-to-1"},
    ),
    "grown": ("jetStream: {fileStorage: {size: 1Gi}}", "jetStream: {fileStorage: {size: 2Gi}}", {"claim-grown"}),
    "shrunk": (
        "jetStream: {fileStorage: {size: 2Gi}}", "jetStream: {fileStorage: {size: 1Gi}}",
        {"claim-shrunk"},
    ),
    "class": (
        "jetStream: {fileStorage: {storageClassName: a}}", "jetStream: {fileStorage: {storageClassName: b}}",
        {"storage-class-changed"},
    ),
}  # fmt: skip
HARMLESS = {
    "up": ("cluster: {size: 3}", "cluster: {size: 5}"),
    "debug": ("logging: {debug: false}", "logging: {debug: true}"),
    "limits": ("resources: {limits: {memory: 2Gi}}", "resources: {limits: {memory: 3Gi}}"),
    "same size": ("jetStream: {fileStorage: {size: 1Gi}}", "jetStream: {fileStorage: {size: 1024Mi}}"),
}


def cr(spec: str, allow: str = "") -> str:
    notes = f"    annotations:\n      krmfn.dev/allow: {allow}\n" if allow else ""
    return CR.format(notes=notes, spec="".join(f"    {line}\n" for line in spec.split("\n")).rstrip("\n"))


def list_of(text: str) -> str:
    return HEAD + text


def children(output: str) -> str:
    """The items behind the CR, as they were printed."""
    text = re.split(r"\n(?:results|functionConfig):", output.partition("items:\n")[2])[0]
    items = ("\n" + text.rstrip("\n")).split("\n- ")[1:]
    return "".join(f"- {item}\n" for item in items[1:])


def first(spec: str) -> str:
    """The children of a first render."""
    output, status, said = transform(list_of(cr(spec)))
    assert status == 0, said
    return children(output)


def found(output: str) -> dict[str, str]:
    (whole,) = documents(output)
    return {r["tags"]["code"]: r["severity"] for r in whole.get("results", [])}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_that_destroys_is_refused_and_nothing_changes(name):
    old, new, codes = STEPS[name]
    text = list_of(cr(new) + first(old))
    output, status, said = transform(text)
    assert status == 1
    assert {code for code, severity in found(output).items() if severity == "error"} >= codes
    assert items_of(output) == items_of(text)
    assert all(code in said for code in codes)
    assert "annotate the NATS with krmfn.dev/allow" in said


@pytest.mark.parametrize("name", STEPS)
def test_mode_validate_refuses_the_step_that_a_render_would_be_refused_for(name):
    old, new, codes = STEPS[name]
    text = list_of(cr(new) + first(old)) + VALIDATE
    output, status, _ = transform(text)
    assert status == 1
    assert {code for code, severity in found(output).items() if severity == "error"} >= codes
    assert transform(list_of(cr(old) + first(old)) + VALIDATE)[1] == 0


def test_mode_validate_says_nothing_of_a_child_that_a_render_would_remove():
    more = VALIDATE.replace("mode: validate", "networkPolicy: 'true'")
    before = transform(list_of(cr("cluster: {size: 3}")) + more)[0].replace(more, "")
    output, status, said = transform(list_of(cr("cluster: {size: 3}") + children(before)) + VALIDATE)
    assert status == 0, said
    assert "child-removed" not in found(output)


@pytest.mark.parametrize("name", STEPS)
def test_an_allowed_step_is_rendered_with_a_warning_and_the_next_render_changes_nothing(name):
    old, new, codes = STEPS[name]
    before = first(old)
    _, _, said = transform(list_of(cr(new) + before))
    every = {part.split("]")[0] for part in said.split("[")[1:]} | codes
    output, status, said = transform(list_of(cr(new, ",".join(sorted(every))) + before))
    assert status == 0, said
    assert {code for code, severity in found(output).items() if severity == "warning"} >= codes
    again, status, _ = transform(list_of(cr(new, ",".join(sorted(every))) + children(output)))
    assert status == 0
    assert not codes & set(found(again))
    assert children(again) == children(output)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("memStorage: {enabled: true}", "memStorage: {enabled: false}"),
        ("memStorage: {size: 1Gi}", "memStorage: {size: 512Mi}"),
    ],
)
def test_a_smaller_memory_store_is_an_error_until_it_is_allowed(old, new):
    before = first(f"jetStream: {{{old}}}")
    output, status, said = transform(list_of(cr(f"jetStream: {{{new}}}") + before))
    assert status == 1, said
    assert found(output)["memory-store-lowered"] == "error"
    assert "spec.jetStream.memStorage.size: " in output
    output, status, said = transform(list_of(cr(f"jetStream: {{{new}}}", "memory-store-lowered") + before))
    assert status == 0, said
    assert found(output)["memory-store-lowered"] == "warning"


def test_the_step_to_hardened_keeps_the_limit_of_the_file_store_or_is_an_error():
    """The children of the operator's profile, and the function in its default profile: nothing but the size differs."""
    manager = "functionConfig: {apiVersion: v1, kind: ConfigMap, data: {profile: nats-manager}}\n"
    nats = cr("jetStream: {memStorage: {enabled: false}}")
    output, status, said = transform(list_of(nats) + manager)
    assert status == 0, said
    before = nats + children(output)
    named = "functionConfig: {apiVersion: v1, kind: ConfigMap, data: {clusterName: eventing-nats%s}}\n"
    output, status, said = transform(list_of(before) + named % "")
    assert (status, found(output)["file-store-lowered"]) == (1, "error"), said
    assert "set fileStore: 1Gi to keep" in said
    for kept in ("1Gi", "100%", '"1073741824"'):
        output, status, said = transform(list_of(before) + named % f", fileStore: {kept}")
        assert status == 0, said
        assert found(output)["file-store-without-headroom"] == "warning"
        assert "max_file_store: 1073741824" in output
    raised = nats + children(output)
    output, status, said = transform(list_of(raised) + named % ", fileStore: 90%")
    assert (status, found(output)["file-store-lowered"]) == (1, "error"), said


@pytest.mark.parametrize("name", HARMLESS)
def test_a_step_that_destroys_nothing_passes_without_a_word(name):
    old, new = HARMLESS[name]
    output, status, said = transform(list_of(cr(new) + first(old)))
    assert status == 0, said
    codes = {code for _, _, expected in STEPS.values() for code in expected}
    assert not codes & set(found(output))


@pytest.mark.parametrize(("word", "says"), [("scale-from-on", "did you mean scale-from-one"), (CANARY, "unknown code")])
def test_a_word_that_is_no_code_is_a_warning(word, says):
    output, status, _ = transform(list_of(cr("cluster: {size: 3}", word)))
    assert status == 0
    assert found(output)["unknown-allow"] == "warning"
    assert says in output
    assert output.count(CANARY) == (word == CANARY)


def test_one_code_does_not_allow_another():
    text = list_of(cr("cluster: {size: 3}", "scale-down") + first("cluster: {size: 1}"))
    assert transform(text)[1] == 1


@pytest.mark.parametrize(
    ("whole", "broken", "field"),
    [
        ("replicas: 3", "replicas: many", "spec.replicas"),
        ("    volumeClaimTemplates:\n", "    volumeClaimTemplates: {}\n    others:\n", "spec.volumeClaimTemplates"),
        ("    nats.conf: |\n", "    nats.conf: [a]\n    other.conf: |\n", "data.nats.conf"),
    ],
)
def test_a_child_that_somebody_broke_cannot_be_judged_and_is_refused(whole, broken, field):
    before = first("cluster: {size: 3}")
    assert before.count(whole) == 1
    text = list_of(cr("cluster: {size: 3}") + before.replace(whole, broken))
    output, status, said = transform(text)
    assert (status, found(output)["unclear-state"]) == (1, "error"), said
    assert f"has an invalid {field}" in said


@pytest.mark.parametrize(
    "field", ["storageClassName: fast", "image: ", "GOMEMLIMIT", "krmfn.dev/owner: ns/nats", 'name: "nats"']
)
def test_no_value_of_the_earlier_render_is_repeated(field):
    spec = "cluster: {size: 1}\njetStream: {fileStorage: {storageClassName: fast}}"
    before = first(spec)
    for line in before.split("\n"):
        if field in line and "owner" not in field:
            key = line.partition(": ")[0]
            before = before.replace(line, f"{key}: {CANARY}")
    output, status, said = transform(list_of(cr("cluster: {size: 3}") + before))
    assert status == 1
    assert CANARY not in said
    assert output.count(CANARY) == before.count(CANARY)


NATS = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: nats
  namespace: ns
  annotations: {{{allow}}}
spec:
  cluster:
    size: {size}
"""


def test_render_refuses_what_its_output_directory_says(tmp_path):
    file, out = tmp_path / "nats.yaml", tmp_path / "out"
    for size, allow, status in ((5, "", 0), (3, "", 1), (3, "krmfn.dev/allow: scale-down", 0), (3, "", 0)):
        file.write_text(NATS.format(size=size, allow=allow))
        called = krmfn("render", "-f", file, "--output-dir", out)
        assert called.status == status, called
        assert ("scale-down" in called.err) == (bool(status) or bool(allow))


def test_render_takes_an_earlier_render_from_a_directory(tmp_path):
    file, out = tmp_path / "nats.yaml", tmp_path / "out"
    file.write_text(NATS.format(size=1, allow=""))
    assert krmfn("render", "-f", file, "--output-dir", out).status == 0
    file.write_text(NATS.format(size=3, allow=""))
    for arguments in (("--previous", out), ("--set", f"previous={out}")):
        called = krmfn("render", "-f", file, *arguments)
        assert (called.status, called.out) == (1, "")
        assert "scale-from-one" in called.err
    missing = krmfn("render", "-f", file, "--previous", tmp_path / "none")
    assert missing.status == 1
    assert "no-such-file" in missing.err


def test_check_says_what_render_would_refuse_of_a_stated_earlier_render(tmp_path):
    file, out = tmp_path / "nats.yaml", tmp_path / "out"
    file.write_text(NATS.format(size=1, allow=""))
    assert krmfn("render", "-f", file, "--output-dir", out).status == 0
    file.write_text(NATS.format(size=3, allow=""))
    called = krmfn("check", "-f", file, "--set", f"previous={out}")
    assert (called.status, "[scale-from-one]" in called.out) == (1, True)
    assert krmfn("check", "-f", file).status == 0
    missing = krmfn("check", "-f", file, "--set", f"previous={tmp_path / 'none'}")
    assert (missing.status, "[no-such-file]" in missing.out) == (1, True)


def test_render_refuses_to_remove_a_whole_cluster_that_is_not_named(tmp_path):
    file, out = tmp_path / "nats.yaml", tmp_path / "out"
    old = NATS.format(size=3, allow="")
    file.write_text(old)
    first = krmfn("render", "-f", file, "--output-dir", out)
    assert "cluster-removed" not in first.err
    assert "cluster-removed" not in krmfn("render", "-f", file, "--output-dir", out).err
    file.write_text(old.replace("  name: nats", "  name: other-nats"))
    before = {path: path.read_bytes() for path in out.rglob("*.yaml")}
    for arguments in (("--previous", out), ("--output-dir", out)):
        called = krmfn("render", "-f", file, *arguments)
        assert (called.status, called.out) == (1, "")
        assert "NATS ns/nats is not in the input, so its 10 objects (" in called.err
        assert "or set allowRemoval: ns/nats to remove the cluster [removal-not-allowed]" in called.err
    assert {path: path.read_bytes() for path in out.rglob("*.yaml")} == before
    for allowed in (("--set", "allowRemoval=ns/nats"), ("--allow-removal", "ns/nats")):
        called = krmfn("render", "-f", file, "--previous", out, *allowed)
        assert called.status == 0, called
        assert "volumes (PersistentVolumeClaims) stay [cluster-removed]" in called.err
    assert krmfn("render", "-f", file, "--output-dir", out, "--allow-removal", "ns/nats").status == 0
    assert sorted(path.parent.name for path in out.rglob("*.yaml") if path.parent != out) == ["other-nats"] * 10
    assert "cluster-removed" not in krmfn("render", "-f", file, "--output-dir", out).err


def test_an_earlier_render_that_cannot_be_read_is_an_error(tmp_path):
    file, out = tmp_path / "nats.yaml", tmp_path / "out"
    file.write_text(NATS.format(size=3, allow="krmfn.dev/allow: nonsense-word"))
    out.mkdir()
    (out / "other.yaml").write_text("kind: X\napiVersion: v1\nmetadata: {name: a}\nkrmfn.dev/owner: [\n")
    assert krmfn("render", "-f", file, "--previous", out).status == 1
    broken = (
        "kind: X\napiVersion: v1\nmetadata:\n  name: a\n  annotations:\n    krmfn.dev/owner: a\ndata:\n  a: b\n  a: c\n"
    )
    (out / "other.yaml").write_text(broken)
    assert krmfn("render", "-f", file, "--previous", out).status == 1
    (out / "other.yaml").write_text("kind: X\napiVersion: v1\nmetadata: {name: a}\ndata: {a: krmfn.dev/owner}\n")
    called = krmfn("render", "-f", file, "--previous", out)
    assert (called.status, "[nothing-to-compare]" in called.err) == (1, True)
    called = krmfn("render", "-f", file, "--output-dir", out)
    assert (called.status, "[unknown-allow]" in called.err) == (0, True)


ADOPT = "functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: c\n  data:\n    adopt: 'true'\n"


def unmarked(items: str) -> str:
    """Children as they would be without krmfn."""
    items = re.sub(r"\n *krmfn.dev/owner: ns/nats", "", items)
    return re.sub(r"\n( *)annotations:(?=\n(?!\1 ))", "", items)


def test_the_step_from_an_object_that_is_taken_over_is_judged_as_one_from_a_child():
    items = unmarked(first("cluster: {size: 5}"))
    assert "krmfn.dev/owner" not in items
    output, status, said = transform(list_of(cr("cluster: {size: 3}") + items) + ADOPT)
    assert (status, found(output)["scale-down"]) == (1, "error"), said
    output, status, _ = transform(list_of(cr("cluster: {size: 3}", "scale-down") + items) + ADOPT)
    assert (status, found(output)["scale-down"]) == (0, "warning")
    assert transform(list_of(cr("cluster: {size: 5}") + items) + ADOPT)[1] == 0


def test_render_judges_what_it_takes_over(tmp_path):
    for name, spec in (("five", "cluster: {size: 5}"), ("three", "cluster: {size: 3}")):
        (tmp_path / f"{name}.yaml").write_text(cr(spec).replace("\n  ", "\n").removeprefix("- "))
    live = unmarked(krmfn("render", "-f", tmp_path / "five.yaml").out)
    (tmp_path / "live.yaml").write_text(live)
    arguments = ("render", "-f", tmp_path / "three.yaml", "-f", tmp_path / "live.yaml", "--set", "include=all")
    assert "[unmarked-child]" in krmfn(*arguments).err
    called = krmfn(*arguments, "--set", "adopt=true")
    assert (called.status, called.out) == (1, "")
    assert "[scale-down]" in called.err


@pytest.mark.parametrize("config", ["", ADOPT])
def test_an_old_object_that_cannot_be_read_beyond_its_head_cannot_be_judged_and_is_refused(config):
    items = first("cluster: {size: 5}")
    items = (unmarked(items) if config else items).replace("podManagementPolicy: Parallel", "podManagementPolicy: *x")
    output, status, said = transform(list_of(cr("cluster: {size: 5}") + items) + config)
    assert (status, "[unknown-anchor]" in said) == (1, True), said
    assert "podManagementPolicy: *x" in output


def by_hand(text: str, line: str, *more: str) -> str:
    """With lines added below one that is there once."""
    assert text.count(f"\n{line}\n") == 1, text
    return text.replace(f"\n{line}\n", "\n" + "\n".join((line, *more)) + "\n")


def test_fields_that_were_added_by_hand_are_told_when_they_go():
    items = first("cluster: {size: 3}")
    edited = by_hand(items, "        shareProcessNamespace: true", "        nodeName: pool", "        hostAliases: []")
    edited = by_hand(edited, "        - name: pid", "          emptyDir: {}", "        - name: extra")
    output, status, said = transform(list_of(cr("cluster: {size: 3}") + edited))
    assert status == 0, said
    assert found(output)["manual-fields-removed"] == "warning"
    (told,) = (r["message"] for r in documents(output)[0]["results"] if r["tags"]["code"] == "manual-fields-removed")
    for field in ("nodeName", "hostAliases", "volumes[...]"):
        assert f"spec.template.spec.{field}" in told
    assert "pool" not in told
    assert "extra" not in told
    assert children(output) == items
    assert "manual-fields-removed" not in found(transform(list_of(cr("cluster: {size: 3}") + children(output)))[0])


HAND_EDITS = {
    "pod.nodeSelector": ("        shareProcessNamespace: true", "        nodeSelector: {hunter2: hunter2}"),
    "pod.tolerations": ("        shareProcessNamespace: true", "        tolerations: [{operator: Exists}]"),
    "priorityClass": ("        shareProcessNamespace: true", "        priorityClassName: hunter2"),
    "imagePullSecrets": ("        shareProcessNamespace: true", "        imagePullSecrets: [{name: hunter2}]"),
    "pod.nodeAffinity": (
        "        affinity:",
        "          nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}",
    ),
    "pod.env": ("          env:", "          - {name: HUNTER2, value: hunter2}"),
}
"""Key -> a line of the StatefulSet, and what somebody adds behind it."""


@pytest.mark.parametrize("key", HAND_EDITS)
def test_a_field_that_a_key_could_set_is_told_when_it_was_added_by_hand(key: str):
    items = first("cluster: {size: 3}")
    start = items.index("kind: StatefulSet")
    line, added = HAND_EDITS[key]
    place = items.index(f"\n{line}\n", start) + len(line) + 2
    output, status, said = transform(list_of(cr("cluster: {size: 3}") + items[:place] + added + "\n" + items[place:]))
    assert status == 0, said
    (told,) = (r["message"] for r in documents(output)[0]["results"] if r["tags"]["code"] == "manual-fields-removed")
    assert f"if it was added by hand, set {key}" in told
    assert "hunter2" not in told.lower()
    assert children(output) == items


def test_an_annotation_that_was_added_to_one_object_is_told_and_one_of_the_nats_is_not():
    plain, annotated = "cluster: {size: 3}", "cluster: {size: 3}\nannotations: {team: orders}\nlabels: {team: orders}"
    items = first(annotated)
    output, status, said = transform(list_of(cr(plain) + items))
    assert (status, "manual-fields-removed" in found(output)) == (0, False), said
    first_of_all = items.replace("    annotations:\n", "    annotations:\n      example.com/by-hand: x\n", 1)
    output, status, said = transform(list_of(cr(annotated) + first_of_all))
    assert (status, found(output)["manual-fields-removed"]) == (0, "warning"), said
    assert "metadata.annotations.example.com/by-hand" in output


def test_no_field_that_some_setting_renders_is_taken_for_one_by_hand():
    """What one setting renders and another does not is krmfn's own."""
    for case in CASES:
        for obj in Case(case).objects():
            unknown = set(paths(obj)) - labels_of(obj) - vocabulary()[obj["kind"]]
            assert all(key_of(obj, path) for path in unknown), (case, obj["kind"], unknown)
    output, _, _ = transform(list_of(cr("cluster: {size: 3}") + first("cluster: {size: 1}")))
    assert "manual-fields-removed" not in found(output)


def labels_of(obj) -> set:
    """Fields of labels and annotations, which the NATS names."""
    return {path for path in paths(obj) if {"labels", "annotations"} & set(path)}


def test_the_fields_that_one_object_alone_has_are_those_of_all_its_paths():
    objects = [obj for name in CASES for obj in Case(name).of_kind("StatefulSet")]
    for old, new in pairwise(objects):
        assert set(only_in(old, new)) == set(paths(old)) - set(paths(new))
        assert set(only_in(old, {**new, "spec": None})) == set(paths(old)) - set(paths({**new, "spec": None}))
