"""The layout of the program: imports make no circle, neither of files nor of folders."""

from __future__ import annotations

import ast
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.calls import ROOT

Graph = dict[str, set[str]]


def modules() -> dict[str, ast.Module]:
    """The tree of every module by its dotted name; a package is the module of its `__init__`."""
    found = {}
    for file in sorted((ROOT / "krmfn").rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = ast.parse(file.read_text(encoding="utf-8"))
    return found


def imports(trees: dict[str, ast.Module]) -> Graph:
    """What each module imports of krmfn: at the top, inside functions, and for the type checker only."""
    graph: Graph = {}
    for name, tree in trees.items():
        graph[name] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert not node.level, f"{name} has a relative import, which this test does not follow"
                of = node.module or ""
                graph[name] |= {f"{of}.{one.name}" if f"{of}.{one.name}" in trees else of for one in node.names}
            elif isinstance(node, ast.Import):
                graph[name] |= {one.name for one in node.names}
        graph[name] &= trees.keys() - {name}
    return graph


def folders(graph: Graph, trees: dict[str, ast.Module]) -> Graph:
    """What each folder imports of others. A module right below `krmfn` counts as a folder of its own."""
    packages = {name.rpartition(".")[0] for name in trees}

    def folder(name: str) -> str:
        return name if name in packages or name.count(".") == 1 else name.rpartition(".")[0]

    found: Graph = defaultdict(set)
    for name, others in graph.items():
        found[folder(name)] |= {folder(other) for other in others} - {folder(name)}
    return dict(found)


def circle(graph: Graph) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_files_import_each_other_in_a_circle() -> None:
    trees = modules()
    assert len(trees) > 200
    assert circle(imports(trees)) == []


def test_no_folders_import_each_other_in_a_circle() -> None:
    trees = modules()
    graph = folders(imports(trees), trees)
    assert {"krmfn.cli", "krmfn.cli.commands", "krmfn.manifests.pod"} <= graph.keys()
    assert circle(graph) == []


@pytest.mark.parametrize(
    "text",
    [
        "from krmfn.b import one\n",
        "from krmfn import b\n",
        "import krmfn.b\n",
        "def late():\n    from krmfn.b import one\n",
        "if TYPE_CHECKING:\n    from krmfn.b import One\n",
    ],
)
def test_a_circle_is_found_wherever_the_import_stands(text: str) -> None:
    trees = {"krmfn": ast.parse(""), "krmfn.a": ast.parse(text), "krmfn.b": ast.parse("from krmfn.a import two\n")}
    assert set(circle(imports(trees))) == {"krmfn.a", "krmfn.b"}


def test_a_circle_of_folders_is_found_where_files_have_none() -> None:
    texts = {
        "krmfn.a.one": "from krmfn.b import two\n",
        "krmfn.b.two": "",
        "krmfn.b.three": "from krmfn.a import four\n",
        "krmfn.a.four": "",
    }
    trees = {name: ast.parse(text) for name, text in texts.items()}
    assert circle(imports(trees)) == []
    assert set(circle(folders(imports(trees), trees))) == {"krmfn.a", "krmfn.b"}


def test_the_path_of_a_field_has_one_type() -> None:
    """A second name for `FieldPath` would be taken for another thing."""
    spelled = [
        file.name for file in (ROOT / "krmfn").rglob("*.py") if "tuple[str | int, ...]" in file.read_text("utf-8")
    ]
    assert spelled == ["objects.py"]


def test_nothing_is_kept_by_an_id() -> None:
    """What an `id` named can be gone, and the number another object's."""
    calls = [
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "id"
    ]
    assert calls == []
