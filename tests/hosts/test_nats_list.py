"""The lists that keep thousands of files and NATS in a few bytes give back what was put in, in any order."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

from hypothesis import example, given
from hypothesis import strategies as st

from krmfn.sources.clusters import NatsCollector
from krmfn.sources.file_list import FileList
from krmfn.sources.files import File, Walk
from krmfn.sources.input import gather
from krmfn.sources.nats_entry import NatsEntry
from krmfn.sources.nats_list import NatsList
from krmfn.sources.trees import Disk

if TYPE_CHECKING:
    from pathlib import Path

NATS = "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\nmetadata: {name: %s, namespace: %s}\n"
NAMES = st.text(st.sampled_from("ab-./\udcff\u00e9"), min_size=1, max_size=6)
FOLDERS = st.sampled_from(["", "/x/", "y/"])
PLAIN = st.builds(File.inside, FOLDERS, FOLDERS, NAMES)
NAMED = st.builds(lambda name, real, named: File(name, real, named=named), NAMES, NAMES, st.booleans())
FILES = st.lists(PLAIN | NAMED, max_size=8)
ENTRIES = st.lists(st.tuples(st.sampled_from(["", "a", "a-b", "b"]), NAMES, PLAIN | NAMED, st.integers(0, 3)))


def told(file: File) -> tuple[str, str, bool]:
    return file.name, file.real, file.named


@given(FILES)
def test_files_come_back_as_they_were(files):
    kept = FileList(files)
    assert [told(one) for one in kept] == [told(one) for one in files]
    assert all(one in kept for one in files)
    assert File("/other", "/other", named=False) not in kept


@given(ENTRIES)
@example([("a", "a", File("a", "a", named=named), 0) for named in (False, True)])
def test_nats_come_back_by_namespace_and_name_and_equal_ones_in_their_order(entries):
    kept = NatsList(
        NatsEntry(namespace, name, file, number, source=None, position=position)
        for position, (namespace, name, file, number) in enumerate(entries)
    )
    wanted = sorted(
        ((namespace or "b", name, told(file), number) for namespace, name, file, number in entries),
        key=lambda one: one[:2],
    )
    found = kept.sorted("b")
    assert [(one.namespace, one.name, told(one.file), one.number) for one in found] == wanted
    chosen = found.chosen(lambda one: one.position % 2 == 0)
    assert list(chosen) == [one for one in found if one.position % 2 == 0]
    assert found[1:3] == [found[place] for place in range(len(found))][1:3]


def test_a_nats_among_thousands_takes_less_than_200_bytes(tmp_path: Path) -> None:
    """Both numbers are so large that what is bounded, such as the cache of heads, is full."""
    sizes = []
    for count in (2500, 5000):
        folder = tmp_path / str(count)
        folder.mkdir()
        for number in range(count):
            (folder / f"nats-{number:05}.yaml").write_text(NATS % (f"nats-{number:05}", "n"))
        tracemalloc.start()
        clusters = NatsCollector()
        found = gather([str(folder)], recursive=True, clusters=clusters)
        sizes.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
        assert (len(clusters.entries), len(found.read), found.sources) == (count, count, [])
    assert sizes[1] - sizes[0] < 200 * 2500


def test_a_file_and_a_link_to_it_in_one_folder_are_one_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "one.yaml").write_text(NATS % (name, "n"))
    (tmp_path / "a" / "link.yaml").symlink_to("one.yaml")
    (tmp_path / "b" / "zlink.yaml").symlink_to("one.yaml")
    (tmp_path / "b" / "inner").mkdir()
    (tmp_path / "b" / "inner" / "other.yaml").write_text(NATS % ("c", "n"))
    seen = [told(one)[0].removeprefix(f"{tmp_path}/") for one in Walk(Disk(), recursive=True).files([str(tmp_path)])]
    assert seen == ["a/link.yaml", "b/inner/other.yaml", "b/one.yaml"]
    twice = Walk(Disk(), recursive=True).files([str(tmp_path), str(tmp_path / "b")])
    assert [told(one)[0].removeprefix(f"{tmp_path}/") for one in twice] == seen
