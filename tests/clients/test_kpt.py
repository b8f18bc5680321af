"""The real kpt renders packages with krmfn: nothing foreign moves, and children are upserted and pruned."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.calls import documents, krmfn
from tests.clients.packages import CHILDREN, HOME, KPT, QUIET, SECRET_FREE, Package, cr, kpt, named, step_config

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(KPT is None, reason="kpt is not on PATH")

NASTY = {
    "odd.yaml": """\
# head comment
apiVersion: v1 # line comment
kind: ConfigMap
metadata:
  name: odd
data: {e: 1e3, on: on, o: 0o777, t: 22:22, z: 0777, "quoted": 'single', n: ~}
# foot comment
""",
    "anchors.yaml": """\
apiVersion: v1
kind: ConfigMap
metadata:
    name: anchors
    labels: &labels
        app: x
    annotations: *labels
spec:
    - *labels
    - <<: *labels
      b: 2
""",
    "blocks.yaml": """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: blocks
data:
  script: |
    - not an item
    ---
    kind: NATS
  folded: >-
    one
    two
  single: 'single quoted

    over
    - three lines'
  double: "double
    quoted over
    - three lines: \u2028 x"
  emoji: "\U0001f600 raw \U0001f600"
---
apiVersion: v1
kind: ConfigMap
metadata: {name: flow, annotations: {a: "{}"}}
data: {a: [1, 2,
  3], b: {c: d}}
""",
    "crlf.yaml": "apiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n  name: crlf\r\ndata:\r\n  a: |\r\n    one\r\n",
    "sub/other.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: other\n  namespace: shop\nspec: {}\n",
}


def test_children_are_written_beside_the_cr_one_file_each(quickstart: Package) -> None:
    quickstart.rendered()
    assert set(quickstart.files()) == {"nats.yaml", *CHILDREN}
    assert quickstart.files()["nats.yaml"] == cr()


def test_three_renders_leave_one_copy_of_each_child_and_the_bytes_of_the_first(quickstart: Package) -> None:
    quickstart.rendered()
    first = quickstart.files()
    for _ in range(2):
        quickstart.rendered()
    assert quickstart.files() == first


def test_no_line_of_a_foreign_file_changes(tmp_path: Path) -> None:
    cat = shutil.which("cat")
    assert cat is not None
    package = Package(tmp_path, {**NASTY, "nats.yaml": "# mine\n" + cr()})
    package.write_kptfile(exec_file=cat)  # type: ignore[arg-type]
    package.rendered()
    before = package.files()
    package.write_kptfile(QUIET)
    for _ in range(2):
        package.rendered()
        after = package.files()
        assert {path: after[path] for path in before} == before
        assert set(after) - set(before) == CHILDREN


def test_a_package_without_a_nats_cr_comes_out_as_cat_leaves_it(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with_cat, with_krmfn = Package(tmp_path / "a", NASTY), Package(tmp_path / "b", NASTY)
    with_cat.write_kptfile(exec_file=shutil.which("cat"))  # type: ignore[arg-type]
    with_cat.rendered()
    said = with_krmfn.rendered()
    assert with_krmfn.files() == with_cat.files()
    assert "[warning]" not in said


def test_children_land_beside_a_cr_in_a_folder(tmp_path: Path) -> None:
    package = Package(tmp_path, {"apps/eu/nats.yaml": cr()}, QUIET)
    package.rendered()
    assert set(package.files()) == {"apps/eu/nats.yaml", *(f"apps/eu/{child}" for child in CHILDREN)}


def test_children_land_in_the_subpackage_of_their_cr(tmp_path: Path) -> None:
    kptfile = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: sub\n"
    package = Package(tmp_path, {"sub/Kptfile": kptfile, "sub/apps/nats.yaml": cr()}, QUIET)
    package.rendered()
    assert CHILDREN.issubset({path.removeprefix("sub/apps/") for path in package.files()})
    first = package.files()
    package.rendered()
    assert package.files() == first


def test_comments_and_key_order_of_a_child_survive_a_render(quickstart: Package) -> None:
    quickstart.rendered()
    file = quickstart.folder / HOME / "poddisruptionbudget-eventing-nats.yaml"
    text = file.read_text()
    assert "  maxUnavailable: 1\n" in text
    commented = "# reviewed\n" + text.replace("  maxUnavailable: 1\n", "  maxUnavailable: 1 # majority stays\n")
    file.write_text(commented)
    quickstart.rendered()
    assert file.read_text() == commented


def test_an_edited_child_is_brought_back(quickstart: Package) -> None:
    quickstart.rendered()
    file = quickstart.folder / HOME / "poddisruptionbudget-eventing-nats.yaml"
    text = file.read_text()
    file.write_text(text.replace("maxUnavailable: 1", "maxUnavailable: 3"))
    quickstart.rendered()
    assert file.read_text() == text


ODD = {"on": "off", "y": "1e3", "0777": "0o777", "null": "2024-1-1", "plain": "22", "empty": ""}
ODD_SPEC = "  labels:\n" + "".join(f'    "{key}": "{value}"\n' for key, value in ODD.items())


def test_odd_labels_in_quotes_are_strings_in_every_file_of_every_render(tmp_path: Path) -> None:
    package = Package(tmp_path, {"nats.yaml": cr(spec=ODD_SPEC)}, QUIET)
    for _ in range(2):
        package.rendered()
        files = package.files()
        for child in CHILDREN:
            (obj,) = documents(files[child])
            assert {key: obj["metadata"]["labels"][key] for key in ODD} == ODD
            for key, value in ODD.items():
                assert f'"{key}": "{value}"' in files[child] or f'{key}: "{value}"' in files[child]


def test_a_moved_child_is_updated_where_it_is(quickstart: Package) -> None:
    quickstart.rendered()
    old = quickstart.folder / HOME / "statefulset-eventing-nats.yaml"
    new = quickstart.folder / "moved" / "servers.yaml"
    new.parent.mkdir()
    old.rename(new)
    (quickstart.folder / "nats.yaml").write_text(cr(spec="  cluster:\n    size: 5\n"))
    quickstart.rendered()
    assert not old.exists()
    assert documents(new.read_text())[0]["spec"]["replicas"] == 5


def test_children_that_a_user_put_into_one_file_stay_there(quickstart: Package) -> None:
    quickstart.rendered()
    folder = quickstart.folder / HOME
    files = sorted(folder.iterdir())
    (quickstart.folder / "all.yaml").write_text("---\n".join(file.read_text() for file in files))
    shutil.rmtree(folder)
    (quickstart.folder / "nats.yaml").write_text(cr(spec="  cluster:\n    size: 5\n"))
    quickstart.rendered()
    new = {f"{HOME}/deployment-eventing-nats-metrics-{n}.yaml" for n in (3, 4)}
    assert set(quickstart.files()) == {"nats.yaml", "all.yaml", *new}
    assert named(quickstart, "StatefulSet")["eventing-nats"]["spec"]["replicas"] == 5
    assert len(documents((quickstart.folder / "all.yaml").read_text())) == 10


def test_a_child_that_is_no_longer_wanted_is_removed_and_said(quickstart: Package) -> None:
    quickstart.write_kptfile(step_config(**{**SECRET_FREE, "istio": "true"}))
    quickstart.rendered()
    rule = f"{HOME}/destinationrule-eventing-nats.yaml"
    assert rule in quickstart.files()
    quickstart.write_kptfile(QUIET)
    said = quickstart.rendered()
    assert rule not in quickstart.files()
    assert "no longer rendered" in said


def test_a_whole_cluster_is_removed_only_when_its_cr_is_gone_and_the_removal_is_named(quickstart: Package) -> None:
    quickstart.rendered()
    (quickstart.folder / "nats.yaml").unlink()
    before = quickstart.files()
    done = quickstart.render()
    assert done.returncode == 1
    assert "set allowRemoval: kyma-system/eventing-nats to remove the cluster" in done.stdout + done.stderr
    assert quickstart.files() == before
    quickstart.write_kptfile(step_config(**SECRET_FREE, allowRemoval="kyma-system/eventing-nats"))
    said = quickstart.rendered()
    assert quickstart.files() == {}
    assert "volumes" in said
    assert "[warning]" in said


@pytest.mark.parametrize(
    ("whole", "broken"),
    [
        ("kind: NATS", "kind: Nats"),
        ("kind: NATS", "kind: NATS |"),
        ("v1alpha1", "v1beta1"),
        ("operator.kyma", "operatr.kyma"),
        ("  name: eventing-nats", "  name: eventing-nat"),
        ("namespace: kyma-system", "namespce: kyma-system"),
    ],
)
def test_a_mistake_in_the_cr_deletes_no_file(quickstart: Package, whole: str, broken: str) -> None:
    quickstart.rendered()
    file = quickstart.folder / "nats.yaml"
    assert file.read_text().count(whole) == 1
    file.write_text(file.read_text().replace(whole, broken))
    before = quickstart.files()
    done = quickstart.render()
    assert (done.returncode, "[error]" in done.stdout + done.stderr) == (1, True)
    assert quickstart.files() == before


SET_NAMESPACE = """\
#!{python}
import sys, yaml
whole = yaml.safe_load(sys.stdin)
for item in whole["items"]:
    if item["kind"] not in {kept}:
        item["metadata"]["namespace"] = "prod"
print(yaml.safe_dump(whole, sort_keys=False))
"""


def followed(package: Package, kept: tuple[str, ...]) -> None:
    """Put a function behind krmfn that sets the namespace of all kinds but these."""
    script = package.folder.parent / "set-namespace"
    script.write_text(SET_NAMESPACE.format(python=sys.executable, kept=kept))
    script.chmod(0o755)
    package.write_kptfile(f"{QUIET}    - exec: {script}\n")


def test_children_that_a_later_function_moves_are_not_made_a_second_time(quickstart: Package) -> None:
    followed(quickstart, ("NATS", "Kptfile"))
    quickstart.rendered()
    file = quickstart.folder / "nats.yaml"
    file.write_text(file.read_text().replace("size: 3", "size: 1"))
    before = quickstart.files()
    done = quickstart.render()
    assert done.returncode == 1
    assert "a later function moved it (for example set-namespace)" in done.stdout + done.stderr
    assert quickstart.files() == before


def test_children_that_move_with_their_cr_are_renewed_where_they_are(quickstart: Package) -> None:
    followed(quickstart, ("Kptfile",))
    quickstart.rendered()
    once = quickstart.files()
    quickstart.rendered()
    assert set(quickstart.files()) == set(once)
    assert [found["metadata"]["namespace"] for found in named(quickstart, "StatefulSet").values()] == ["prod"]
    file = quickstart.folder / "nats.yaml"
    file.write_text(file.read_text().replace("size: 3", "size: 1"))
    done = quickstart.render()
    assert (done.returncode, "[cluster-size-to-1]" in done.stdout + done.stderr) == (1, True)


def test_a_validator_behind_a_function_that_moves_children_says_what_is_stale(quickstart: Package) -> None:
    followed(quickstart, ("NATS", "Kptfile"))
    kptfile = quickstart.folder / "Kptfile"
    validator = f"  validators:\n    - exec: {quickstart.exec_file}\n{step_config(**SECRET_FREE, mode='validate')}"
    kptfile.write_text(kptfile.read_text() + validator)
    done = quickstart.render()
    assert (done.returncode, "[moved-child]" in done.stdout + done.stderr) == (1, True)


def test_a_subpackage_named_as_the_namespace_gets_no_children(quickstart: Package) -> None:
    other = quickstart.folder / "kyma-system"
    other.mkdir()
    mine = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: mine\n"
    (other / "mine.yaml").write_text(mine)
    (other / "Kptfile").write_text("apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: kyma-system\n")
    quickstart.rendered()
    assert sorted(path.name for path in other.iterdir()) == ["Kptfile", "mine.yaml"]
    assert len([path for path in quickstart.files() if path.startswith("kyma-system_")]) == 10
    once = quickstart.files()
    quickstart.rendered()
    assert quickstart.files() == once
    done = kpt("fn", "render", str(other), "--allow-exec")
    assert done.returncode == 0, done
    assert quickstart.files() == once


def test_an_unmarked_object_of_a_childs_name_is_an_error_that_names_both_files(quickstart: Package) -> None:
    mine = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: eventing-nats-config\n  namespace: kyma-system\ndata: {}\n"
    )
    (quickstart.folder / "mine.yaml").write_text(mine)
    done = quickstart.render()
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "mine.yaml" in said
    assert "in nats.yaml" in said
    assert quickstart.files() == {"nats.yaml": cr(), "mine.yaml": mine}


def test_adopt_takes_such_an_object_over_in_its_file(quickstart: Package) -> None:
    mine = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: eventing-nats-config\n  namespace: kyma-system\ndata: {}\n"
    )
    (quickstart.folder / "mine.yaml").write_text("# mine\n" + mine)
    quickstart.write_kptfile(step_config(**SECRET_FREE, adopt="true"))
    quickstart.rendered()
    text = (quickstart.folder / "mine.yaml").read_text()
    assert text.startswith("# mine\n")
    (adopted,) = documents(text)
    assert "nats.conf" in adopted["data"]
    assert adopted["metadata"]["annotations"]["krmfn.dev/owner"] == "kyma-system/eventing-nats"
    quickstart.write_kptfile(QUIET)
    quickstart.rendered()
    assert (quickstart.folder / "mine.yaml").read_text() == text


def test_a_cr_can_be_marked_as_local_so_that_nobody_applies_it(quickstart: Package) -> None:
    commented = cr().replace("metadata:\n", "metadata: # mine\n").replace("size: 3", "size: 3 # voters")
    (quickstart.folder / "nats.yaml").write_text(commented)
    quickstart.write_kptfile(step_config(**SECRET_FREE, keepCR="local-config"))
    quickstart.rendered()
    text = quickstart.files()["nats.yaml"]
    (obj,) = documents(text)
    assert obj["metadata"]["annotations"] == {"config.kubernetes.io/local-config": "true"}
    assert "# mine" in text
    assert "size: 3 # voters" in text
    quickstart.rendered()
    assert quickstart.files()["nats.yaml"] == text


def test_source_and_sink_around_krmfn_give_the_same_files_as_render(quickstart: Package, tmp_path: Path) -> None:
    listed = kpt("fn", "source", str(quickstart.folder)).stdout
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": SECRET_FREE}
    called = krmfn(stdin=listed + yaml.safe_dump({"functionConfig": config}))
    assert called.status == 0, called
    sunk = tmp_path / "sunk"
    done = kpt("fn", "sink", str(sunk), stdin=called.out)
    assert done.returncode == 0, done.stderr
    quickstart.rendered()
    expected = quickstart.files()
    found = {str(p.relative_to(sunk)): p.read_text() for p in sunk.rglob("*.yaml")}
    assert found == expected
