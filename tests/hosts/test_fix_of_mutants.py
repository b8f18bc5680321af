"""Whatever is wrong with one word of a resource, in whatever style it is written: a fix touches that word only."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.comparison.inspection import inspect
from krmfn.fixes.rounds import fix
from krmfn.rendering.pipeline import run
from krmfn.sources.options import InputOptions

if TYPE_CHECKING:
    from krmfn.fixes.rounds import FixResult
    from krmfn.rendering.pipeline import PipelineResult
    from krmfn.sources.trees import Tree

MARK = "\0"
"""Stands around the word that was changed."""
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/.")
NATS: dict[str, Any] = {
    "apiVersion": "operator.kyma-project.io/v1alpha1",
    "kind": "NATS",
    "metadata": {"name": "orders-nats", "namespace": "shop"},
    "spec": {
        "cluster": {"size": 3},
        "jetStream": {"memStorage": {"enabled": False}, "fileStorage": {"size": "20Gi", "storageClassName": "fast"}},
        "logging": {"debug": True, "trace": False},
        "labels": {"team": "orders", "stage": "prod"},
        "resources": {"limits": {"memory": "4Gi"}, "requests": {"memory": "1Gi"}},
    },
}
KEYS = [
    ("spec", "cluster"), ("spec", "cluster", "size"), ("spec", "jetStream"), ("spec", "jetStream", "memStorage"),
    ("spec", "jetStream", "fileStorage"), ("spec", "jetStream", "fileStorage", "storageClassName"), ("spec", "logging"),
    ("spec", "logging", "debug"), ("spec", "labels"), ("spec", "resources"), ("spec", "resources", "limits"),
]  # fmt: skip
VALUES = {
    ("kind",): ["Nats", "NATs", "nats"],
    ("apiVersion",): ["operator.kyma-project.io/v1", "operator.kyma-projekt.io/v1alpha1"],
    ("spec", "cluster", "size"): ["'3'", '"5"', "2", "4"],
    ("spec", "logging", "debug"): ["yes", "No", '"true"', "'false'", "on"],
    ("spec", "jetStream", "fileStorage", "size"): ["20gi", "20GB", '"20 Gi"', "'20GiB'", "1.5gib"],
    ("spec", "labels", "stage"): ["1.10", "true", "42", "0123", "yes"],
    ("spec", "resources", "requests", "memory"): ["8Gi", "1gi"],
}


@st.composite
def misspelled(draw: st.DrawFn, word: str) -> str:
    """One letter lost, doubled, in the other case, or changed with its neighbour."""
    at = draw(st.integers(0, len(word) - 2))
    one, two = word[at], word[at + 1]
    return word[:at] + draw(st.sampled_from([two, one + one + two, one.swapcase() + two, two + one])) + word[at + 2 :]


@st.composite
def written(draw: st.DrawFn) -> str:
    """The resource in a style of its own, one word of it wrong and marked."""
    style = draw(st.fixed_dictionaries({
        "indent": st.integers(1, 4), "flow": st.integers(0, 4), "quotes": st.sampled_from(["", '"', "'"]),
        "comment": st.sampled_from(["", " # größe ✓", "\t# a: {b: c}"]), "blank": st.booleans(),
    }))  # fmt: skip
    if draw(st.booleans()):
        path = draw(st.sampled_from(KEYS))
        wrong = {path: (draw(misspelled(path[-1])), None)}
    else:
        path = draw(st.sampled_from(sorted(VALUES)))
        wrong = {path: (None, draw(st.sampled_from(VALUES[path])))}
    text = "\n".join(block(NATS, (), style, wrong, 0)) + "\n"
    text = draw(st.sampled_from(["", "---\n", "# first\n\n", "\ufeff"])) + text
    text += draw(st.sampled_from(["", "# last\n", "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"]))
    return draw(st.sampled_from([text, text.replace("\n", "\r\n"), text.rstrip("\n")]))


def block(value: dict[str, Any], path: tuple[str, ...], style: dict[str, Any], wrong: Any, depth: int) -> list[str]:
    rows = []
    for name, inner in value.items():
        here = (*path, name)
        head = " " * (style["indent"] * depth) + word(name, wrong.get(here, (None,))[0], style) + ":"
        if not isinstance(inner, dict):
            rows.append(f"{head} {scalar(inner, here, style, wrong)}{style['comment']}")
        elif depth >= style["flow"] and depth:
            rows.append(f"{head} {flow(inner, here, style, wrong)}{style['comment']}")
        else:
            rows += [head, *block(inner, here, style, wrong, depth + 1), *([""] if style["blank"] else [])]
    return rows


def flow(value: dict[str, Any], path: tuple[str, ...], style: dict[str, Any], wrong: Any) -> str:
    parts = []
    for name, inner in value.items():
        here = (*path, name)
        text = flow(inner, here, style, wrong) if isinstance(inner, dict) else scalar(inner, here, style, wrong)
        parts.append(f"{word(name, wrong.get(here, (None,))[0], style)}: {text}")
    return "{" + ", ".join(parts) + "}"


def word(name: str, instead: str | None, style: dict[str, Any]) -> str:
    text = f"{style['quotes']}{instead or name}{style['quotes']}"
    return f"{MARK}{text}{MARK}" if instead else text


def scalar(value: Any, path: tuple[str, ...], style: dict[str, Any], wrong: Any) -> str:
    instead = wrong.get(path, (None, None))[1] if path in wrong else None
    if instead is not None:
        return f"{MARK}{instead}{MARK}"
    if isinstance(value, (bool, int)):
        return str(value).lower()
    return f"{style['quotes']}{value}{style['quotes']}"


def fixed(file: Path) -> FixResult:
    def judge(tree: Tree) -> PipelineResult:
        result = run(InputOptions(filename=(str(file),)), tree=tree)
        inspect(result, "", str(file.parent))
        return result

    return fix(judge, unsafe=True)


@settings(max_examples=150, deadline=None)
@given(written())
def test_a_fix_changes_the_wrong_word_only_and_removes_its_finding(marked: str) -> None:
    before, wrong, after = marked.split(MARK)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder).resolve() / "nats.yaml"
        file.write_bytes(f"{before}{wrong}{after}".encode())
        outcome = fixed(file)
        text = outcome.tree.changed.get(str(file), b"").decode()
        if not outcome.applied:
            assert not text
            return
        assert text.startswith(before)
        assert text.endswith(after)
        right = text[len(before) : len(text) - len(after)]
        assert right != wrong
        assert "\n" not in right
        places = {(one.code, one.path) for one in outcome.result.findings}
        assert places.isdisjoint((one.finding.code, one.finding.path) for one in outcome.applied)
        file.write_bytes(text.encode())
        assert not fixed(file).applied


def test_most_mutants_are_fixed() -> None:
    """The property would hold for a command that fixes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder).resolve() / "nats.yaml"
        style = {"indent": 2, "flow": 9, "quotes": "", "comment": "", "blank": False}
        rows = [(path, (None, value)) for path, values in VALUES.items() for value in values]
        rows += [(path, (path[-1][:-1] + path[-1][-1] * 2, None)) for path in KEYS]
        unfixed = []
        for path, instead in rows:
            file.write_text("\n".join(block(NATS, (), style, {path: instead}, 0)).replace(MARK, ""))
            if not fixed(file).applied:
                unfixed.append((path, instead))
    assert unfixed == []
