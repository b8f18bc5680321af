"""Many files are read once each, and a folder is looked at once, however many of its files are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from krmfn.sources.input import gather
from krmfn.sources.trees import Disk

if TYPE_CHECKING:
    from pathlib import Path

NATS = "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\nmetadata: {name: a, namespace: n%d}\n"
CONFIG = "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata: {name: x}\nspec: {zones: [a, b, c]}\n"


class Counted(Disk):
    """The disk, with the number of looks into folders and files."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0

    def entries(self, real: str) -> list[tuple[str, str]]:
        self.looks += 1
        return super().entries(real)

    def contents(self, real: str) -> bytes:
        self.looks += 1
        return super().contents(real)


def looks(folder: Path, count: int) -> int:
    folder.mkdir()
    (folder / ".git").mkdir()
    (folder / "rendernats.yaml").write_text(CONFIG)
    files = []
    for number in range(count):
        file = folder / f"nats-{number}.yaml"
        file.write_text(NATS % number)
        files.append(str(file))
    tree = Counted()
    found = gather(files, recursive=False, tree=tree, to_render=True, above=True)
    assert len(found.sources) == count
    assert len(found.above) == 1
    return tree.looks


def test_files_named_one_by_one_cost_no_more_each_when_there_are_many(tmp_path):
    few, many = looks(tmp_path / "few", 10), looks(tmp_path / "many", 100)
    assert many - few == 90
