"""A run that finds its clusters in the cache says and leaves the same as one without, whatever was edited before it."""

from __future__ import annotations

import importlib.machinery
import os
import shutil
import tempfile
import zlib
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.files import render_cache
from krmfn.files.fleet_directory import _Directory
from krmfn.model.finding import error, warning
from krmfn.model.fix import Fix
from krmfn.model.objects import ObjectRef
from tests.hosts.test_fleet import CR, put, render, tree

CONFIG = "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata: {name: x}\nspec: {zones: [a, b, c], %s}\n"
NODE = "apiVersion: v1\nkind: Node\nmetadata: {name: %s, labels: {topology.kubernetes.io/zone: %s}}\n"
LIST = (
    "apiVersion: v1\nkind: List\nitems:\n%s- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: x}\n  data: {a: b}\n"
)
ALLOWED = ", annotations: {krmfn.dev/allow: pod-removed}"
FIRST = {f"{space}/{name}.yaml": CR % (name, space, "", 3) for space in ("red", "blue") for name in ("a", "b", "c")}
COLLIDING = {f"red/{name}.yaml": CR % (name, "red", "", 3) for name in ("shop", "shop-nats")}
OUT = ("red/a/statefulset-a-nats.yaml", "blue/c/configmap-c-nats-config.yaml")


def edit(path, text):
    return lambda root: put_one(root / path, text)


def put_one(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def append(path, text):
    def change(root: Path) -> None:
        if (root / path).is_file():
            (root / path).write_text((root / path).read_text() + text)

    return change


def remove(path):
    def change(root: Path) -> None:
        if (root / path).is_dir():
            shutil.rmtree(root / path)
        else:
            (root / path).unlink(missing_ok=True)

    return change


EDITS = st.sampled_from(
    [
        edit("in/red/a.yaml", CR % ("a", "red", "", 5)),
        edit("in/red/a.yaml", CR % ("a", "red", ALLOWED, 3)),
        edit("in/red/a.yaml", "# a comment\n" + CR % ("a", "red", "", 3)),
        edit("in/red/a.yaml", CR % ("a", "red", "", "two")),
        edit("in/red/a.yaml", CR % ("a2", "red", "", 3)),
        edit("in/red/new.yaml", CR % ("new", "red", "", 3)),
        edit("in/green/two.yaml", CR % ("one", "green", "", 3) + "---\n" + CR % ("two", "green", "", 1)),
        edit("in/red/shop.yaml", COLLIDING["red/shop.yaml"]),
        edit("in/red/shop-nats.yaml", COLLIDING["red/shop-nats.yaml"]),
        remove("in/blue/b.yaml"),
        edit("in/settings.yaml", CONFIG % "istio: false"),
        edit("in/settings.yaml", CONFIG % "istio: true"),
        edit("in/red/settings.yaml", CONFIG % "profile: nats-manager"),
        edit("in/node.yaml", NODE % ("n", "a")),
        edit("in/node.yaml", NODE % ("n", "b")),
        edit("in/other.yaml", LIST % ""),
        edit("in/other.yaml", LIST % "# moved\n"),
        *(append(f"out/{path}", "# mine\n") for path in OUT),
        *(edit(f"out/{path}", "a: 1\n") for path in OUT),
        *(remove(f"out/{path}") for path in OUT),
        edit("out/red/a/mine.yaml", "a: 1\n"),
        edit("out/blue/stray.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: c-nats, namespace: blue}\n"),
        remove("out/blue/stray.yaml"),
        remove("out/red"),
        edit("out/kustomization.yaml", "a: 1\n"),
    ]
)
WAYS = st.sampled_from([[], ["--set", "fips=true"], ["-n", "red"], ["--set", "allowRemoval=[blue/b, red/a]"]])


def run(root: Path, way: list[str], cache: str) -> tuple[object, dict[str, bytes]]:
    with patch.dict(os.environ, {"KRMFN_CACHE": cache}):
        said = render(root / "in", *way, "--output-dir", str(root / "out"))
    return said, tree(root / "out")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(EDITS, WAYS), min_size=1, max_size=4))
def test_a_run_with_a_cache_says_and_writes_what_one_without_does(steps):
    """Each step is run twice, from the same input and output."""
    with tempfile.TemporaryDirectory() as folder:
        root, before = Path(folder) / "root", Path(folder) / "before"
        put(root / "in", {**FIRST, "settings.yaml": CONFIG % "istio: false"})
        for change, way in [(lambda _: None, []), (lambda _: None, []), *steps]:
            change(root)
            shutil.rmtree(before, ignore_errors=True)
            shutil.copytree(root, before)
            without = run(root, way, "")
            shutil.rmtree(root)
            shutil.copytree(before, root)
            assert run(root, way, f"{folder}/cache") == without


def calls(root: Path, way: list[str], cache: str) -> tuple[int, object]:
    """How many batches were not rendered, and the result."""
    hits = []
    whole = _Directory._unchanged

    def unchanged(self, *arguments):
        hits.append(1)
        return whole(self, *arguments)

    with patch.object(_Directory, "_unchanged", unchanged):
        result = run(root, way, cache)
    return len(hits), result


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path / "in", {**FIRST, "settings.yaml": CONFIG % "istio: false"})
    return tmp_path


def test_an_unchanged_fleet_is_not_rendered_again_and_one_changed_cluster_is_one_batch(root):
    cache = str(root / "cache")
    assert calls(root, [], cache)[0] == 0
    hits, again = calls(root, [], cache)
    assert hits > 1
    assert again[0][0] == 0
    put_one(root / "in" / "red" / "a.yaml", CR % ("a", "red", "", 5))
    fewer, changed = calls(root, [], cache)
    assert fewer == hits - 1
    assert changed[1] != again[1]
    assert calls(root, [], cache)[0] == hits


def test_a_line_that_moves_in_settings_outside_of_the_input_is_told_anew(root):
    """The settings are equal, and what is said about them has the line of today."""
    put_one(root / "in" / "settings.yaml", "")
    outside = root / "render.yaml"
    cache, way = str(root / "cache"), ["--config", str(outside)]
    for before in ("", "# a comment\n"):
        put_one(outside, before + CONFIG % "zoneSpread: preferred")
        calls(root, way, cache)
        _, (said, _) = calls(root, way, cache)
        line = f"render.yaml:{4 + len(before.splitlines())}: warning: spec.zoneSpread: "
        assert line in repr(said)


@pytest.mark.parametrize("way", [["--set", "fips=true"], ["--shard", "1/2"]])
def test_other_settings_are_other_entries(root, way):
    cache = str(root / "cache")
    run(root, [], cache)
    assert calls(root, way, cache)[0] == 0


def test_each_shard_keeps_its_entries(root):
    cache = str(root / "cache")
    shards = (["--shard", "1/2"], ["--shard", "2/2"])
    for way in shards:
        run(root, way, cache)
    assert all(calls(root, way, cache)[0] > 0 for way in shards)


def test_other_code_is_other_entries(root):
    cache = str(root / "cache")
    run(root, [], cache)
    with patch.object(render_cache, "_code", lambda: b"other"):
        assert calls(root, [], cache)[0] == 0


@pytest.mark.parametrize("damage", [b"", b"x", zlib.compress(b"[]"), zlib.compress(b"{}"), zlib.compress(b'{"a": 1}')])
def test_a_damaged_entry_is_none(root, damage):
    cache = str(root / "cache")
    before = run(root, [], cache)
    for path in Path(cache).rglob("*"):
        if path.is_file():
            path.write_bytes(damage)
    hits, after = calls(root, [], cache)
    assert (hits, after[1]) == (0, before[1])


def test_a_cache_that_others_may_write_is_not_used(root):
    cache = root / "cache"
    run(root, [], str(cache))
    for path in cache.iterdir():
        path.chmod(0o777)
    assert calls(root, [], str(cache))[0] == 0


def test_what_others_keep_beside_the_entries_stays(root):
    """KRMFN_CACHE may name a directory that has other users, with files that nothing touched for years."""
    cache = root / "cache"
    run(root, [], str(cache))
    (own,) = cache.iterdir()
    others = [cache / "docs" / "a", cache / ("f" * 31) / ("a" * 64), own / "notes.txt", cache / ("e" * 32) / "notes"]
    for path in others:
        path.parent.mkdir(exist_ok=True)
        path.write_text("precious")
    outside = root / "outside"
    outside.mkdir()
    (outside / ("b" * 64)).write_text("precious")
    (cache / ("d" * 32)).symlink_to(outside)
    left = cache / ("c" * 32) / ("a" * 64)
    left.parent.mkdir()
    left.write_text("an entry of a directory that is not rendered to any more")
    (own / f"{'9' * 64}.7").write_text("begun by a killed run")
    for path in [outside, *cache.iterdir()]:
        os.utime(path, (0, 0))
    assert run(root, [], str(cache))[0][0] == 0
    assert all(path.read_text() == "precious" for path in (*others, outside / ("b" * 64)))
    assert not left.parent.exists()
    assert not (own / f"{'9' * 64}.7").exists()


def test_a_link_in_place_of_the_cache_of_a_directory_is_not_used(root):
    cache, elsewhere = root / "cache", root / "elsewhere"
    run(root, [], str(cache))
    (own,) = cache.iterdir()
    own.rename(elsewhere)
    own.symlink_to(elsewhere)
    assert calls(root, [], str(cache))[0] == 0


def test_an_entry_under_the_name_of_another_one_is_none(root):
    cache = root / "cache"
    before = run(root, [], str(cache))
    (own,) = cache.iterdir()
    paths = sorted(own.iterdir())
    contents = [path.read_bytes() for path in paths]
    assert len(set(contents)) > 1
    for path, content in zip(paths, [*contents[1:], contents[0]], strict=True):
        path.write_bytes(content)
    hits, after = calls(root, [], str(cache))
    assert (hits, after[1]) == (0, before[1])


def test_code_is_told_apart_by_its_content_alone(tmp_path):
    """A restored cache is of use on another machine; that of an image with other files of the same times is not."""
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        put(folder, {"__init__.py": "VERSION = 1\n", "rooms/a.py": "b = 2\n"})
    found = {}
    for name, folder in (("first", first), ("second", second)):
        spec = importlib.machinery.ModuleSpec("krmfn", None, is_package=True)
        spec.submodule_search_locations = [str(folder)]
        with patch.object(render_cache, "find_spec", lambda name, spec=spec: spec if name == "krmfn" else None):
            found[name] = render_cache._code()
            before = (folder / "rooms" / "a.py").stat()
            (folder / "rooms" / "a.py").write_text("b = 3\n")
            os.utime(folder / "rooms" / "a.py", ns=(before.st_atime_ns, before.st_mtime_ns))
            assert render_cache._code() != found[name]
    assert found["first"] == found["second"]


def test_a_cache_that_cannot_be_made_is_done_without(root):
    (root / "file").write_text("")
    assert run(root, [], str(root / "file" / "cache"))[0][0] == 0


def test_entries_that_are_not_used_any_more_are_removed(root):
    cache = root / "cache"
    run(root, [], str(cache))
    before = set(tree(cache))
    run(root, ["--set", "fips=true"], str(cache))
    assert before.isdisjoint(tree(cache))
    assert len(tree(cache)) == len(before)


def test_an_entry_holds_no_object_and_comes_back_whole(tmp_path):
    ref = ObjectRef("apps/v1", "StatefulSet", "n", "a")
    finding = warning("zones-unknown", "m", ("spec", "a", 0), 3, Fix("replace", ("spec",), {"a": [1]}, safe=True))
    findings = [render_cache.Findings([finding.at(object=ref, file="f", index=0, line=7), error("bad-yaml", "x")])]
    batch = render_cache.CachedBatch(
        [render_cache.CachedCluster("n/a", "n", [ref], ["n/a/x.yaml"], "d")], findings, {("a", "b"): [finding]}, {3, 1}
    )
    cache = render_cache.RenderCache(str(tmp_path), render_cache.digest_of([b"a"]))
    key = cache.key([b"b"])
    assert cache.store(key, batch)
    found = cache.load(key)
    assert (found.findings, found.shared, found.replaced) == (batch.findings, batch.shared, batch.replaced)
    (one,) = found.clusters
    assert (one.mark, one.namespace, one.refs, one.paths, one.digest) == ("n/a", "n", [ref], ["n/a/x.yaml"], "d")


@pytest.mark.parametrize("value", [(1, 2), {1: 2}, {"a"}])
def test_what_json_would_change_is_not_kept(tmp_path, value):
    finding = warning("zones-unknown", "m", ("spec",), None, Fix("replace", ("spec",), value, safe=True))
    cache = render_cache.RenderCache(str(tmp_path), render_cache.digest_of([b"a"]))
    batch = render_cache.CachedBatch([], [render_cache.Findings([finding])], {}, set())
    assert not cache.store(cache.key([b"b"]), batch)
    assert tree(tmp_path) == {}


def test_keys_tell_apart_where_one_text_ends_and_the_next_begins(tmp_path):
    cache = render_cache.RenderCache(str(tmp_path), render_cache.digest_of([b"a"]))
    assert cache.key([b"ab", b"c"]) != cache.key([b"a", b"bc"])
    assert cache.key([b""]) != cache.key([])
