"""No mistake in a list or a directory removes a cluster: what cannot be identified or paired is refused."""

from __future__ import annotations

import os
import random
import re

import pytest

from krmfn.goyaml.errors import Unreadable
from krmfn.goyaml.reader import read
from krmfn.hosts.function import transform
from krmfn.model.objects import ObjectRef
from krmfn.sources.recognition import may_concern
from tests.calls import as_item, documents, items_of, krmfn, resource_list

NATS = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: orders
  namespace: shop
  labels:
    team: orders
spec:
  cluster:
    size: 3
  jetStream:
    fileStorage:
      size: 10Gi
"""
OTHER = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: mine\n  namespace: shop\ndata:\n  a: b\n"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config\ndata:\n"
EDITS = int(os.environ.get("KRMFN_EDITS", "500"))
"""How many random edits are tried; 20,000 were once."""


def texts(output: str) -> list[str]:
    """The items of a printed list, as texts."""
    body = output.partition("items:\n")[2].partition("\nresults:")[0].partition("\nfunctionConfig:")[0]
    return [f"- {item}\n" for item in ("\n" + body.rstrip("\n")).split("\n- ")[1:]]


def rendered(cr: str = NATS, *others: str) -> list[str]:
    """The items after a first render: the CR, the others, the children."""
    output, status, said = transform(resource_list([as_item(cr, "nats.yaml"), *others]))
    assert status == 0, said
    return texts(output)


ITEMS = rendered(NATS, as_item(OTHER, "mine.yaml"))
CR, MINE, CHILDREN = ITEMS[0], ITEMS[1], ITEMS[2:]


def run(items: list[str], **data: str) -> tuple[str, int, dict[str, str]]:
    """The output, the status and the results by code (of a failure the errors), with keys of a functionConfig."""
    config = CONFIG + "".join(f"  {key}: '{value}'\n" for key, value in data.items()) if data else ""
    try:
        output, status, _ = transform(resource_list(items, config))
    except Unreadable as why:  # the list cannot be cut into items: nothing is printed at all
        return resource_list(items, config), 1, {why.code: why.message}
    (results,) = documents(output[output.index("\nresults:\n") :]) if "\nresults:\n" in output else [{"results": []}]
    said = [one for one in results["results"] if one["severity"] == "error" or not status]
    return output, status, {one["tags"]["code"]: one["message"] for one in said}


def refused(items: list[str], code: str, **data: str) -> str:
    """The message of an error that leaves all items as they were."""
    output, status, found = run(items, **data)
    assert (status, list(found)) == (1, [code]), found
    assert texts(output) == items
    return found[code]


def test_the_list_renders_to_itself():
    output, status, _ = run(ITEMS)
    assert (status, texts(output)) == (0, ITEMS)
    assert len(CHILDREN) == 10


KIND, VERSION = "  kind: NATS\n", "apiVersion: operator.kyma-project.io/v1alpha1\n"
MISTAKES = {
    "other case": (KIND, "  kind: Nats\n", "looks-like-nats"),
    "lower case": (KIND, "  kind: nats\n", "looks-like-nats"),
    "swapped letters": (KIND, "  kind: NTAS\n", "looks-like-nats"),
    "a letter more": (KIND, "  kind: NATSs\n", "looks-like-nats"),
    "cyrillic": (KIND, "  kind: N\u0410TS\n", "looks-like-nats"),
    "key misspelled": (KIND, "  knd: NATS\n", "looks-like-nats"),
    "a bar behind": (KIND, "  kind: NATS |\n", "looks-like-nats"),
    "commented out": (KIND, "  #  kind: NATS\n", "looks-like-nats"),
    "no blank": (KIND, "  kind:NATS\n", "unreadable-yaml"),
    "kind empty": (KIND, "  kind:\n", "looks-like-nats"),
    "other version": (VERSION, "apiVersion: operator.kyma-project.io/v1beta1\n", "unknown-version"),
    "no version": (VERSION, "apiVersion: operator.kyma-project.io\n", "looks-like-nats"),
    "group misspelled": (VERSION, "apiVersion: operatr.kyma-project.io/v1alpha1\n", "looks-like-nats"),
    "group cut": (VERSION, "apiVersion: kyma-project.io/v1alpha1\n", None),
    "apiVersion misspelled": (VERSION, "apiVerson: operator.kyma-project.io/v1alpha1\n", "looks-like-nats"),
    "kind twice": (KIND, "  kind: NATS\n  kind: 'NATS'\n", "duplicate-key"),
    "kind twice, foreign": (KIND, "  kind: 'NATS'\n  kind: Secret\n", "duplicate-key"),
    "a broken line": ("    name: orders\n", "    name: orders: x\n", None),
    "a tab": ("    name: orders\n", "\tname: orders\n", None),
    "an open quote": ("    size: 3\n", '    size: "3\n', None),
    "a tag": ("    size: 3\n", "    size: !env_var SIZE\n", None),
    "a template": ("    size: 3\n", "    size: {{ .Values.size }}\n", None),
    "renamed": ("    name: orders\n", "    name: order\n", "removal-not-allowed"),
    "moved": ("    namespace: shop\n", "    namespace: shp\n", "removal-not-allowed"),
    "no namespace": ("    namespace: shop\n", "", "removal-not-allowed"),
    "namespace misspelled": ("    namespace: shop\n", "    namespce: shop\n", None),
    "foreign altogether": (VERSION + KIND, "apiVersion: example.com/v1\n  kind: Thing\n", "removal-not-allowed"),
}


@pytest.mark.parametrize("name", MISTAKES)
@pytest.mark.parametrize("data", [{}, {"zones": "a,b,c"}, {"mode": "validate"}], ids=["bare", "config", "validate"])
def test_a_mistake_in_the_cr_is_an_error_and_the_items_stay(name, data):
    whole, broken, code = MISTAKES[name]
    assert CR.count(whole) == 1
    items = [CR.replace(whole, broken), MINE, *CHILDREN]
    output, status, found = run(items, **data)
    assert status == 1
    assert texts(output) == items
    assert code is None or code in found
    assert found


@pytest.mark.parametrize("name", [name for name, row in MISTAKES.items() if row[2] != "removal-not-allowed"])
def test_naming_the_removal_does_not_excuse_a_mistake(name):
    whole, broken, _ = MISTAKES[name]
    items = [CR.replace(whole, broken), MINE, *CHILDREN]
    output, status, _ = run(items, allowRemoval="shop/orders")
    assert (status, texts(output)) == (1, items)


def test_a_cluster_is_removed_when_its_cr_is_gone_and_the_removal_is_named():
    items = [MINE, *CHILDREN]
    assert "NATS shop/orders is not in the input" in refused(items, "removal-not-allowed")
    refused(items, "removal-not-allowed", allowRemoval="shop/order")
    refused(items, "removal-not-allowed", mode="validate")
    output, status, found = run(items, allowRemoval="shop/other,shop/orders")
    assert (status, texts(output), list(found)) == (0, [MINE], ["cluster-removed"])


@pytest.mark.parametrize(
    "thing",
    [
        "apiVersion: example.com/v1\nkind: Thing\nmetadata:\n  name: orders\nspec:\n  cluster:\n    size: 3\n",
        "apiVersion: example.com/v1\nkind: Thing\nmetadata:\n  name: orders\n  namespace: shop\n",
        "apiVersion: operator.kyma-project.io/v1\nkind: Thing\nmetadata:\n  name: orders\nspec:\n  a: b\n",
    ],
)
def test_an_object_that_could_be_the_missing_nats_keeps_its_cluster(thing):
    items = [as_item(thing, "thing.yaml"), *CHILDREN]
    assert "could be that NATS" in refused(items, "looks-like-nats", allowRemoval="shop/orders")


@pytest.mark.parametrize(
    "thing",
    [
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: orders\n  namespace: shop\n",
        "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata:\n  name: orders\nspec:\n  servers: []\n",
        "apiVersion: example.com/v1\nkind: Thing\nmetadata:\n  name: orders\n  namespace: else\n",
        "apiVersion: operator.kyma-project.io/v1alpha1\nkind: Keda\nmetadata:\n  name: default\n",
    ],
)
def test_an_object_that_only_shares_the_name_does_not(thing):
    items = [as_item(thing, "thing.yaml"), *CHILDREN]
    output, status, _ = run(items, allowRemoval="shop/orders")
    assert (status, texts(output)) == (0, items[:1])


def test_another_cluster_may_be_removed_beside_one_that_stays():
    second = rendered(NATS.replace("name: orders\n", "name: bills\n"))
    output, status, _ = run([*ITEMS, *second[1:]], allowRemoval="shop/bills")
    assert (status, texts(output)) == (0, ITEMS)
    refused([*ITEMS, *second[1:]], "removal-not-allowed")


def moved(item: str, namespace: str = "prod") -> str:
    return item.replace("    namespace: shop\n", f"    namespace: {namespace}\n")


def test_children_that_a_later_function_moved_are_an_error_and_no_new_ones_are_made():
    items = [CR.replace("size: 3", "size: 1").replace("10Gi", "5Gi"), MINE, *map(moved, CHILDREN)]
    message = refused(items, "moved-child")
    assert "move krmfn after that function in the pipeline" in message
    output, status, found = run(items, mode="validate")
    assert (status, sorted(found)) == (1, ["moved-child", "replicas-differ"])
    assert texts(output) == items


def test_children_that_moved_with_their_cr_are_its_own():
    items = [moved(CR), MINE, *map(moved, CHILDREN)]
    output, status, _ = run(items)
    assert status == 0
    assert [item["metadata"]["namespace"] for item in items_of(output) if item["metadata"]["name"] != "mine"] == [
        "prod"
    ] * 11
    assert output.count("krmfn.dev/owner: prod/orders") == 10


def test_a_renamed_statefulset_is_never_no_longer_wanted():
    items = [item.replace("  kind: StatefulSet", "  kind: StatefulSet\n  x: y") for item in ITEMS]
    renamed = [item.replace("    name: orders-nats\n", "    name: dev-orders-nats\n") for item in ITEMS]
    assert renamed != items
    assert "renders no object of that name" in refused(renamed, "renamed-child")


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("data", [{}, {"adopt": "true"}])
def test_the_same_object_twice_is_an_error_that_names_both(marked, data):
    items = [CR, *(item if marked else item.replace("      krmfn.dev/owner: shop/orders\n", "") for item in CHILDREN)]
    twin = items[2].replace(".yaml'", "-copy.yaml'").replace(".yaml\n", "-copy.yaml\n")
    output, status, found = run([*items, twin.replace("size: 3", "size: 5")], **data)
    assert (status, texts(output)) == (1, [*items, twin])
    assert "(first in shop/orders/" in found["duplicate-object"]


def test_an_alias_of_a_child_is_a_duplicate_that_a_validator_tells_once_and_without_a_line_of_another_item():
    child = next(item for item in CHILDREN if "kind: PodDisruptionBudget" in item)
    items = [CR, *(item.replace("- ", "- &x\n  ", 1) if item is child else item for item in CHILDREN), "- *x\n"]
    output, status, _ = transform(resource_list(items, CONFIG + "  mode: validate\n"))
    (whole,) = documents(output)
    twice = [one for one in whole["results"] if one["tags"]["code"] == "duplicate-object"]
    assert (status, len(twice)) == (1, 1)
    assert all(re.search(r":-?0|:-[0-9]", one["message"]) is None for one in whole["results"])


def test_a_prefix_or_namespace_behind_the_render_is_refused_by_a_validator():
    profile = {"profile": "nats-manager"}
    output, _, _ = transform(resource_list([as_item(NATS, "nats.yaml")], CONFIG + "  profile: nats-manager\n"))
    items = texts(output)
    assert run(items, mode="validate", **profile)[1] == 0
    assert "renamed-child" in run([moved(item) for item in items], mode="validate", **profile)[2]
    prefixed = [item.replace("    name: orders", "    name: dev-orders") for item in items]
    assert "renamed-child" in run(prefixed, mode="validate", **profile)[2]


def test_the_folder_of_a_namespace_that_is_another_package_gets_no_children():
    kptfile = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: shop\n"
    package = "    internal.config.kubernetes.io/package-path: '{}'\n"

    def item(text: str, path: str, folder: str) -> str:
        made = as_item(text, path)
        return made.replace("    annotations:\n", "    annotations:\n  " + package.format(folder))

    for items in (
        [item(NATS, "nats.yaml", "/package"), item(kptfile, "Kptfile", "/package/shop")],
        [item(NATS, "nats.yaml", "/package"), item(OTHER, "mine.yaml", "/package/shop")],
        [as_item(NATS, "nats.yaml"), as_item(kptfile, "shop/Kptfile")],
    ):
        output, status, _ = run(items)
        paths = [obj["metadata"]["annotations"]["internal.config.kubernetes.io/path"] for obj in items_of(output)[2:]]
        assert status == 0
        assert len(set(paths)) == 10
        assert all(path.startswith("shop_") and "/" not in path for path in paths), paths
        assert run(texts(output))[1] == 0


def identities(output: str) -> set[tuple[str, str, str]]:
    """Kind, namespace and name of every item."""
    found = (ObjectRef.parse(one) for one in items_of(output))
    return {(one.kind, one.namespace, one.name) for one in found if one is not None}


LETTERS = "abcdefghijklmnopqrstuvwxyzNATS0123456789:-#'\"|{}[]&*!%@`,. \t\n"


def edited(chance: random.Random, text: str) -> str:
    """Up to three characters changed, put in or left out; or a line left out; or two lines swapped."""
    kind = chance.randrange(8)
    lines = text.splitlines(keepends=True)
    if kind == 0:
        del lines[chance.randrange(1, len(lines))]
        return "".join(lines)
    if kind == 1:
        one, other = chance.sample(range(1, len(lines)), 2)
        lines[one], lines[other] = lines[other], lines[one]
        return "".join(lines)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(2, len(text) - 1)
        how = chance.randrange(3)
        new = "" if how == 0 else chance.choice(LETTERS)
        text = text[:at] + new + text[at + (how != 1) :]
    return text


def test_no_small_edit_of_the_cr_removes_a_child_with_status_0():
    chance = random.Random(20261128)
    before = identities(resource_list(CHILDREN))
    passed = 0
    for _ in range(EDITS):
        cr = edited(chance, CR)
        items = [cr, MINE, *CHILDREN]
        chance.shuffle(items)
        text = resource_list(items)
        try:
            output, status, _ = transform(text)
        except Unreadable:
            continue
        if status == 0:
            passed += 1
            assert before <= identities(output), cr
        elif output:
            assert output.startswith(text.rstrip("\n")) or texts(output) == items, cr
    assert passed > EDITS // 20  # most edits of a label or a comment are harmless


def test_the_gate_over_a_whole_list_has_no_false_negative():
    chance = random.Random(7)
    escapes = ["\\x%02x", "\\u%04x", "\\U%08x"]
    for word in ("NATS", "operator.kyma-project.io/v1alpha1", "krmfn.dev/owner"):
        for _ in range(200):
            written = (
                '"'
                + "".join(chance.choice(escapes) % ord(char) if chance.random() < 0.5 else char for char in word)
                + '"'
            )
            if chance.random() < 0.3:
                at = chance.randrange(1, len(written) - 1)
                while written[at - 1] == "\\" or "\\" in written[max(0, at - 9) : at]:
                    at -= 1
                written = written[:at] + "\\\n  " + written[at:] if at > 1 else written
            assert read(f"a: {written}\n").value == {"a": word}
            assert may_concern(f"- a: {written}\n")
    assert not may_concern(MINE.replace("shop", "x"))


def test_render_with_two_crs_of_which_one_is_misspelled_keeps_both_clusters(tmp_path):
    first, second, out = tmp_path / "a.yaml", tmp_path / "b.yaml", tmp_path / "out"
    first.write_text(NATS)
    second.write_text(NATS.replace("name: orders\n", "name: bills\n"))
    assert krmfn("render", "-f", first, "-f", second, "--output-dir", out).status == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    for whole, broken, code in MISTAKES.values():
        text = second.read_text()
        kept = whole.replace("\n  ", "\n").removeprefix("  ").replace("    name: orders", "  name: bills")
        kept = kept.replace("    namespace", "  namespace").replace("\tname: orders", "\tname: bills")
        bad = broken.replace("\n  ", "\n").removeprefix("  ").replace("    name: order", "  name: bill")
        bad = bad.replace("    namesp", "  namesp")
        if kept not in text:
            continue
        second.write_text(text.replace(kept, bad))
        called = krmfn("render", "-f", first, "-f", second, "--output-dir", out)
        assert (called.status, called.out) == (1, ""), (bad, called)
        assert "b.yaml:" in called.err or f"[{code or 'removal-not-allowed'}]" in called.err, called
        assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
        second.write_text(text)


CHANGES = {
    "line ends": lambda text: text.replace("\n", "\r\n"),
    "a separator": lambda text: f"---\n{text}",
    "a licence": lambda text: f"# SPDX-License-Identifier: Apache-2.0\n#\n{text}",
    "an editor's line": lambda text: f"# yaml-language-server: $schema=x\n{text}",
    "a byte order mark": lambda text: f"\ufeff{text}",
    "no comment at all": lambda text: text if "Kustomization" in text else text.partition("\n")[2],
}


@pytest.mark.parametrize("name", CHANGES)
def test_files_of_an_earlier_render_are_krmfns_whatever_tools_put_around(name, tmp_path):
    source, out = tmp_path / "nats.yaml", tmp_path / "out"
    source.write_text(NATS)
    assert krmfn("render", "-f", source, "--output-dir", out).status == 0
    files = {path: path.read_bytes() for path in out.rglob("*.yaml")}
    for path, content in files.items():
        path.write_bytes(CHANGES[name](content.decode()).encode())
    called = krmfn("render", "-f", source, "--output-dir", out)
    assert called.status == 0, called
    assert {path: path.read_bytes() for path in out.rglob("*.yaml")} == files


def test_an_object_of_the_users_in_a_rendered_file_is_not_lost(tmp_path):
    source, out = tmp_path / "nats.yaml", tmp_path / "out"
    source.write_text(NATS)
    krmfn("render", "-f", source, "--output-dir", out)
    path = out / "shop" / "orders" / "service-orders-nats.yaml"
    path.write_text(path.read_text() + f"---\n{OTHER}")
    called = krmfn("render", "-f", source, "--output-dir", out)
    assert (called.status, "[foreign-file]" in called.err) == (1, True)
    assert path.read_text().endswith(OTHER)


def test_a_rendered_file_that_was_moved_is_not_rendered_a_second_time(tmp_path):
    source, out = tmp_path / "nats.yaml", tmp_path / "out"
    source.write_text(NATS)
    krmfn("render", "-f", source, "--output-dir", out)
    files = {path: path.read_bytes() for path in out.rglob("*.yaml")}
    (out / "shop" / "orders" / "service-orders-nats.yaml").rename(out / "service.yaml")
    called = krmfn("render", "-f", source, "--output-dir", out)
    assert called.status == 0, called
    assert {path: path.read_bytes() for path in out.rglob("*.yaml")} == files


@pytest.mark.parametrize(
    "left",
    [
        CR.replace(VERSION, "apiVersion: v1\n"),
        CR.replace("- " + VERSION, "- a: b\n").replace(KIND, ""),
        "- apiVersion: v1\n  kind: List\n  items:\n  - " + CR[2:].replace("\n", "\n  ").rstrip() + "\n",
        "- apiVersion: v1\n  kind: NATSList\n  items:\n  - " + CR[2:].replace("\n", "\n  ").rstrip() + "\n",
    ],
    ids=["core group", "no head lines", "a List", "a NATSList"],
)
def test_a_cr_that_is_still_there_in_another_form_keeps_its_cluster(left):
    items = [left, *CHILDREN]
    output, status, found = run(items, allowRemoval="shop/orders")
    assert (status, texts(output)) == (1, items)
    assert {"looks-like-nats", "not-an-object", "nats-in-list"} & set(found)


def test_one_item_with_an_annotation_of_kustomize_lowers_no_guard():
    foreign = as_item(OTHER, "mine.yaml").replace(
        "    annotations:\n", '    annotations:\n      kustomize.config.k8s.io/id: "1"\n'
    )
    items = [CR.replace("size: 3", "size: 1"), foreign, *CHILDREN]
    output, status, found = run(items)
    assert (status, texts(output)) == (1, items)
    assert "cluster-size-to-1" in found


def test_a_secret_of_the_users_with_a_copied_mark_is_not_removed():
    mine = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: mine\n  namespace: {}\ndata:\n  {}: YQ==\n"
    for namespace, key in (("shop", "password"), ("other", "resolver.conf")):
        item = as_item(mine.format(namespace, key), "secret.yaml")
        items = [
            CR,
            item.replace("    annotations:\n", "    annotations:\n      krmfn.dev/owner: shop/orders\n"),
            *CHILDREN,
        ]
        refused(items, "renamed-child")


@pytest.mark.parametrize(
    ("config", "code"),
    [
        (f"{CONFIG}  zone: '3'\n", "unknown-key"),
        ("apiVersion: v1\nkind: Secret\nmetadata:\n  name: config\n", "unknown-function-config"),
        ("zones=3\n", "unknown-function-config"),
        ("apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nspec:\n  zone: 3\n", "unknown-field"),
    ],
)
def test_a_wrong_function_config_is_an_error_beside_a_rendernats_of_every_nats_too(config: str, code: str):
    beside = "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata:\n  name: r\nspec:\n  zones: 3\n"
    items = [as_item(NATS, "orders/nats.yaml"), as_item(beside, "orders/render.yaml")]
    output, status, said = transform(resource_list(items, config))
    assert status == 1
    assert said.count(f"[{code}]") == 1
    assert "kind: StatefulSet" not in output


def test_errors_come_before_everything_else():
    output, status, _ = transform(resource_list([as_item(NATS.replace("size: 3", "size: 4"), "a.yaml")]))
    severities = [one["severity"] for one in documents(output)[0]["results"]]
    assert (status, severities) == (1, sorted(severities, key=["error", "warning", "info"].index))


@pytest.mark.parametrize("kind", ["StatefulSet", "ConfigMap"])
def test_a_child_by_which_a_step_is_judged_must_not_be_missing_beside_the_others(kind, tmp_path):
    items = [CR, *(item for item in CHILDREN if f"kind: {kind}\n" not in item)]
    smaller = [items[0].replace("size: 3", "size: 1"), *items[1:]]
    for listed in (items, smaller):
        output, status, found = run(listed)
        assert (status, texts(output)) == (1, listed)
        assert "is missing, but other rendered objects" in found["unclear-state"]
    source, out = tmp_path / "nats.yaml", tmp_path / "out"
    source.write_text(NATS)
    krmfn("render", "-f", source, "--output-dir", out)
    next(out.rglob(f"{kind.lower()}-*.yaml")).unlink()
    source.write_text(NATS.replace("size: 3", "size: 1"))
    for option in ("--output-dir", "--previous"):
        called = krmfn("render", "-f", source, option, out)
        assert (called.status, "[unclear-state]" in called.err) == (1, True), called
