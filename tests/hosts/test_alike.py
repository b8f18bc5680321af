"""NATS that differ in their names alone are filled in: the bytes and the findings are those of a render of each."""

from __future__ import annotations

import random
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from krmfn.cluster.cr import ClusterFacts
from krmfn.cluster.environment import Node
from krmfn.cluster.settings import Settings
from krmfn.hosts.function import transformed
from krmfn.model.names import means_nothing
from krmfn.model.objects import ObjectRef
from krmfn.rendering.alike import Alike, Kin
from krmfn.rendering.renderer import render_cr
from krmfn.rendering.stencil import Filling, Names, Stencil
from tests.calls import as_item, resource_list
from tests.effort import calls_of, functions_of
from tests.golden_cases import CASES, Case
from tests.hosts.test_fleet import put, render, tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COUNT = 12
"""NATS of one text: the first six are rendered, two to read and four to see whether there are enough."""
PLAIN = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: NAME
  namespace: SPACE
spec:
  cluster:
    size: 3
"""


@contextmanager
def filled() -> Iterator[list[str]]:
    """The names of the NATS that are filled in."""
    names: list[str] = []
    first = Filling.__init__

    def seen(self: Filling, stencil: Stencil, these: Names, ref: ObjectRef, *rest: object) -> None:
        names.append(ref.name)
        first(self, stencil, these, ref, *rest)  # type: ignore[arg-type]

    with patch.object(Filling, "__init__", seen):
        yield names


def both(text: str) -> tuple[str, list[object], list[str]]:
    """The list with NATS filled in and the findings, which are those without; and the names of what was filled in."""
    with filled() as names, patch("krmfn.hosts.function._FEW", 0):
        quick, found = transformed(text)
    with patch("krmfn.hosts.function._FEW", 10**9):
        slow, wanted = transformed(text)
    assert quick == slow
    assert list(map(vars, found)) == list(map(vars, wanted))
    return quick, list(found), names


def listed(documents: list[str], config: str = "") -> str:
    return resource_list([as_item(text, f"{n // 2}.yaml", n % 2) for n, text in enumerate(documents)], config)


def renamed(document: str, name: str, namespace: str) -> str:
    """A NATS of a golden case under other names."""
    lines = document.rstrip("\n").split("\n")
    start = lines.index("metadata:") + 1
    end = next((n for n in range(start, len(lines)) if not lines[n].startswith(" ")), len(lines))
    kept = [line for line in lines[start:end] if not line.startswith(("  name:", "  namespace:"))]
    names = [f"  name: {name}", *([f"  namespace: {namespace}"] if namespace else [])]
    return "\n".join([*lines[:start], *names, *kept, *lines[end:]]) + "\n"


@pytest.mark.parametrize("name", CASES)
def test_what_is_filled_in_is_what_is_rendered(name: str):
    """Every golden case, with names of several lengths, in their own and in common namespaces."""
    case = Case(name)
    documents = case.input.read_text().split("---\n")
    nats = next(text for text in documents if "kind: NATS" in text)
    others = [text for text in documents if "kind: NATS" not in text]
    spaces = ["", "prod", "team-07"]
    many = [
        renamed(nats, f"shop-{n:03}", spaces[n % 3] if "namespace:" in nats else spaces[0]) for n in range(COUNT * 4)
    ]
    many += [renamed(nats, "main", f"tenant-{n:05}") for n in range(COUNT)]
    many += [renamed(nats, f"my-nats-{n:02}", f"tenant-{n:03}") for n in range(COUNT)]
    random.Random(name).shuffle(many)
    config = case.config.read_text() if case.config.exists() else ""
    _, _, names = both(listed([*others, *many], config))
    is_read_in_full = name == "labels-and-annotations-odd"
    assert is_read_in_full or len(names) > COUNT, "and some are filled in"


@pytest.mark.parametrize(
    "name", ["hardened-defaults", "hardened-everything", "nats-manager-defaults", "pod-everything"]
)
def test_a_fleet_that_is_filled_in_is_the_fleet_that_is_rendered(name: str, tmp_path: Path):
    case = Case(name)
    nats = next(text for text in case.input.read_text().split("---\n") if "kind: NATS" in text)
    files = {f"in/{n}.yaml": renamed(nats, f"shop-{n:03}", f"team-{n % 5:02}") for n in range(COUNT * 4)}
    put(tmp_path, files)
    way = ["--config", str(case.config)] if case.config.exists() else []
    found = []
    for few, out in ((0, "quick"), (10**9, "slow")):
        with (
            filled() as names,
            patch("krmfn.rendering.alike._READ", few or 2),
            patch("krmfn.rendering.alike._RENDERED", few),
        ):
            said = render(tmp_path / "in", *way, "--output-dir", str(tmp_path / out), many=0, batch=64)
            found.append((said[0], said[2].replace(out, "OUT"), tree(tmp_path / out)))
        assert bool(names) == (out == "quick")
    assert found[0] == found[1]
    assert len(found[0][2]) > COUNT * 4


def nats(name: str, namespace: str = "team-07", **parts: str) -> str:
    text = PLAIN.replace("NAME", name).replace("SPACE", namespace)
    return text + "".join(f"  {key}:\n    {value}\n" for key, value in parts.items())


def test_a_name_in_a_setting_is_rendered():
    """The Secret of one of them is that of the registry too, which is an error of that NATS alone."""
    config = """\
apiVersion: fn.krmfn.dev/v1alpha1
kind: RenderNATS
metadata:
  name: x
spec:
  imagePullSecrets: [shop-007-nats-secret]
  secretMode: bcrypt
  adminHash: $2a$11$abcdefghijklmnopqrstuuWlU1HC9nZK5ZcdKnjYaLbFfE6ZzBXmq
"""
    _, findings, names = both(listed([nats(f"shop-{n:03}") for n in range(COUNT)], config))
    assert {one.object.name for one in findings if one.code == "conflicting-settings"} == {"shop-007"}
    assert "shop-011" in names


def test_a_secret_among_the_items_is_seen():
    secret = """\
apiVersion: v1
kind: Secret
metadata:
  name: shop-008-nats-secret
  namespace: team-07
stringData:
  other: text
"""
    _, findings, names = both(listed([secret, *(nats(f"shop-{n:03}") for n in range(COUNT))]))
    assert {one.object.name for one in findings if one.code == "secret-without-key"} == {"shop-008"}
    assert names == []


def test_names_stand_wherever_the_user_wrote_them():
    """As a label, in a part of a word, and as the namespace too."""
    marked = [nats(f"shop-{n:03}", f"of-shop-{n:03}", labels=f"app: x-shop-{n:03}.of") for n in range(COUNT)]
    output, _, names = both(listed(marked))
    assert "app: x-shop-011.of" in output
    assert "shop-011" in names
    output, _, names = both(listed([nats(f"shop-{n:03}", f"shop-{n:03}") for n in range(COUNT)]))
    assert names == []


def test_what_a_hash_of_names_decides_is_rendered():
    """`krmfn.dev/restart-hash` and the volumes of Secrets are hashes, of settings alone; here one is of the name."""
    hashed = render_cr

    def with_hash(cr, *rest):
        children, facts, found = hashed(cr, *rest)
        return [{**child, "hash": f"of {sum(cr.name.encode())}"} for child in children], facts, found

    with patch("krmfn.rendering.renderer.render_cr", with_hash):
        output, _, _ = both(listed([nats(f"shop-{n:03}") for n in range(COUNT)]))
    assert all(f'hash: "of {sum(f"shop-{n:03}".encode())}"' in output for n in range(COUNT))


@pytest.mark.parametrize(
    "name",
    [
        "eventing-nats",
        "shop",
        "true-no",
        "12-ab",
        "a-1",
        "a1-b",
        "ab-1",
        "nats-12",
        "Shop-01",
        "sh.op-01",
        "shop--1",
        "null",
    ],
)
def test_names_that_could_mean_something_are_not_filled_in(name: str):
    assert Names.of(ObjectRef("v1", "NATS", "prod", name)) is None


@pytest.mark.parametrize("name", ["shop-01", "ab-1c", "my-nats-1", "nats-001"])
def test_unused_names_have_the_form_of_the_names(name: str):
    names = Names.of(ObjectRef("v1", "NATS", "prod", name))
    assert names is not None
    for letters in ("az", "za"):
        other = names.unused(*letters)
        assert (len(other.name), "nats" in other.name, other.namespace) == (len(name), "nats" in name, "")
        assert means_nothing(other.name)


def test_little_is_kept_of_many_texts():
    with patch("krmfn.rendering.alike._TEXTS_MOST", 3):
        output, _, _ = both(listed([nats(f"shop-{n:03}", labels=f"app: v{n % 5}") for n in range(COUNT * 5)]))
    assert "app: v4" in output


def test_more_stencils_than_are_kept():
    config = [
        f"apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata:\n  name: x{n}\nspec:\n  zones: {n}\n"
        for n in (3, 4)
    ]
    documents = [nats(f"shop-{n:03}", labels=f"app: v{n % 3}") for n in range(COUNT * 6)]
    items = [as_item(text, f"{'ab'[n % 2]}/{n}.yaml") for n, text in enumerate(documents)]
    items += [as_item(text, f"{'ab'[n]}/x.yaml") for n, text in enumerate(config)]
    with patch("krmfn.rendering.alike._STENCILS_MOST", 2):
        output, _, names = both(resource_list(items))
    assert "app: v2" in output
    assert len(names) > COUNT


def test_what_one_batch_found_out_is_used_in_the_next(tmp_path: Path):
    put(tmp_path, {f"in/{n}.yaml": nats(f"shop-{n:03}") for n in range(COUNT * 3)})
    with filled() as names:
        quick = render(tmp_path / "in", many=0, batch=4)
    assert len(names) == COUNT * 3 - 6
    with patch("krmfn.rendering.alike._READ", 10**9):
        assert render(tmp_path / "in", many=0, batch=4) == quick


def test_annotations_of_a_host_in_the_spec_are_those_of_the_user():
    """Those of the item are not compared; these are an error, and a text that looks like them is a text."""
    faulty = [nats(f"shop-{n:03}", annotations="config.kubernetes.io/origin: x") for n in range(COUNT)]
    _, findings, _ = both(listed(faulty))
    assert len([one for one in findings if one.code == "reserved-annotation"]) == COUNT
    assert all(one.line for one in findings)
    quoted = [nats(f"shop-{n:03}", annotations="a: |\n      kustomize.config.k8s.io/id: x") for n in range(COUNT)]
    output, _, _ = both(listed(quoted))
    assert output.count("kustomize.config.k8s.io/id: x") > COUNT * 2, "and on the children of each"


@pytest.mark.parametrize("host", ["", "      kustomize.config.k8s.io/id: '1'\n"])
def test_findings_that_differ_in_their_objects_alone_are_in_one_order(host: str):
    """Without files (kustomize) all other parts of a place are the same."""
    marked = "metadata:\n  labels:\n    'a b': c\n"
    texts = [nats(f"shop-{n:03}").replace("metadata:\n", marked) for n in range(COUNT, 0, -1)]
    items = [
        as_item(text, "x.yaml").replace("      internal.config.kubernetes.io/index: '0'\n", host) for text in texts
    ]
    _, findings, _ = both(resource_list(items))
    named = [one.object.name for one in findings if one.code == "label-key"]
    assert named == sorted(named)
    assert len(named) == COUNT


def test_a_secret_in_the_namespace_of_the_call_is_seen(tmp_path: Path):
    """The Secret names its namespace, and the NATS do not."""
    secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop-008-nats-secret\n  namespace: prod\n"
    secret += "stringData:\n  other: text\n"
    files = {f"in/{n}.yaml": nats(f"shop-{n:03}").replace("  namespace: team-07\n", "") for n in range(COUNT)}
    put(tmp_path, {**files, "in/secret.yaml": secret})
    quick = render(tmp_path / "in", "-n", "prod", many=0, batch=64)
    assert "secret-without-key" in quick[2]
    with patch("krmfn.rendering.alike._READ", 10**9):
        assert render(tmp_path / "in", "-n", "prod", many=0, batch=64) == quick


def test_names_beyond_those_of_the_trials_keep_their_order():
    """Labels are printed in the order of their keys, and one of them is the name."""
    texts = [nats(f"zzz-{n:03}", labels=f"zzy: b\n    zzz-{n:03}: a") for n in range(COUNT)]
    texts += [nats(f"aa-{n:03}", labels=f"aa-0: b\n    aa-{n:03}: a") for n in range(COUNT)]
    both(listed(texts))
    for name in ("zzz-001", "zz-99z", "aa-00a", "aa-000"):
        assert Names.of(ObjectRef("v1", "NATS", "prod", name)) is None


def test_what_a_part_of_a_name_decides_is_rendered():
    """The names of both trials have no letter or digit in common in any place."""

    def with_part(cr, *rest):
        children, facts, found = render_cr(cr, *rest)
        return [{**child, "part": cr.name[5:7]} for child in children], facts, found

    with patch("krmfn.rendering.renderer.render_cr", with_part):
        output, _, _ = both(listed([nats(f"shop-{n:03}") for n in range(COUNT)]))
    assert 'part: "01"' in output


def test_facts_about_all_are_looked_through_once():
    """A thousand Nodes and a Secret for each NATS cost no look at all of them for each."""
    facts = ClusterFacts(secrets=Watched({(f"team-{n}", "x"): [] for n in range(9)}))
    facts.nodes = Watched({f"node-{n}": Node("a", labels={"b": "one-1"}) for n in range(9)})
    alike, settings = Alike(), [Settings(zones=3), Settings(zones=4)]
    for n in range(COUNT):
        names = Names.of(ObjectRef("v1", "NATS", "prod", f"shop-{n:03}"))
        assert names is not None
        alike.is_worth_while(Kin(""), settings[n % 2])
        assert alike.is_apart(names, "prod", settings[n % 2], facts)
        assert not alike.is_apart(names, "team-8", settings[n % 2], facts)
    assert (facts.secrets.looks, facts.nodes.looks) == (1, 1)
    assert not alike.is_apart(Names("one-1", ""), "prod", settings[0], facts)


def test_a_stencil_is_made_when_those_before_have_paid():
    """Each text is that of seven, so that a stencil would cost more than the one NATS that it saves."""
    texts = [nats(f"shop-{n:03}", labels=f"app: v{n // 7}") for n in range(7 * COUNT)]
    with patch.object(Stencil, "of", side_effect=Stencil.of) as made:
        both(listed(texts))
    assert 1 < made.call_count < 7


class Watched(dict):
    """Counts how often all of it is looked at."""

    looks = 0

    def __iter__(self):
        self.looks += 1
        return super().__iter__()

    def values(self):
        self.looks += 1
        return super().values()


def test_the_lines_of_many_documents_of_one_file_cost_what_the_documents_do():
    """Each NATS has a finding, whose line in the file is behind all documents before."""

    def calls(count: int) -> int:
        items = [as_item(nats(f"shop-{n:04}"), "all.yaml", n) for n in range(count)]
        return calls_of(lambda: transformed(resource_list(items)))

    assert calls(400) < calls(40) * 12


def test_a_line_behind_a_document_that_is_not_among_the_items_is_unknown():
    lines = len(nats("shop-0000").splitlines())
    _, findings = transformed(resource_list([as_item(nats(f"shop-{n:04}"), "all.yaml", n) for n in (0, 1, 3)]))
    assert [one.line for one in findings if one.code == "zones-unknown"] == [1, 1 + lines + 1, None]


def test_what_is_filled_in_is_not_read():
    """Of each item the annotations are read, which tell its file."""
    text = listed([nats(f"shop-{n:03}") for n in range(100)])
    entered = functions_of(lambda: transformed(text), "krmfn")
    assert entered["krmfn.goyaml.fast_reader", "read"] == 100 + 6
    assert entered["krmfn.rendering.renderer", "render_cr"] == 8
