"""The items of a ResourceList are read one by one, and a list of any size costs little."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from krmfn.goyaml import emitter, full_reader
from krmfn.goyaml.errors import Unreadable
from krmfn.resourcelist import fast_locator
from krmfn.resourcelist.resource_list import split
from tests.effort import calls_of
from tests.resourcelist.lists import CRLF, FORMS, INDENTED, JSON, KPT, RESULT, WIDE, value


@pytest.fixture(params=FORMS)
def text(request):
    return FORMS[request.param]


ROOT = Path(__file__).parents[2]


def test_every_item_is_read_as_it_is_in_the_list(text):
    found = split(text)
    assert [found.read(index).value for index in range(len(found.items))] == value(text)["items"]


def test_lines_lead_to_the_items(text):
    found = split(text)
    whole = full_reader.read(text)
    for index, line in enumerate(found.item_lines):
        reading = found.read(index)
        assert line <= whole.lines["items", index]
        for path, inner in reading.lines.items():
            if path:
                assert line + inner - 1 == whole.lines[("items", index, *path)]


@pytest.mark.parametrize(
    ("text", "config", "line"),
    [
        (KPT, {"apiVersion": "v1", "kind": "ConfigMap", "data": {"zones": "a,b"}}, 28),
        (CRLF, {"apiVersion": "v1", "kind": "ConfigMap", "data": {"zones": "a,b"}}, 28),
        (WIDE, {"data": {"a": "b"}}, 4),
        (JSON, {"data": {"a": "b"}}, 3),
        (INDENTED, {"a": "b"}, 6),
        ("kind: ResourceList\nitems: []\nfunctionConfig:\n\n  # c\n  a: 'x\n\n    y'\n", {"a": "x\ny"}, 4),
        ("kind: ResourceList\nitems: []\nfunctionConfig:\n  a: |2\n      x\n", {"a": "  x\n"}, 4),
        ("kind: ResourceList\nitems: []\nfunctionConfig:\n  a: |\n    x\u2028    y\n", {"a": "x\u2028y\n"}, 4),
        ("kind: ResourceList\nitems: []\nfunctionConfig:\n  a: 'x\n  --- y'\n", {"a": "x --- y"}, 4),
        ("kind: ResourceList\nitems: []\nfunctionConfig: {a: b}", {"a": "b"}, 3),
        ("kind: ResourceList\nitems: []\nfunctionConfig: &x\n  a: b\n", {"a": "b"}, 3),
        ("kind: ResourceList\nitems: []\n", None, 0),
        ("kind: ResourceList\nitems: []\nfunctionConfig: null\n", None, 0),
        ("kind: ResourceList\nitems: []\nfunctionConfig: # none\n", None, 0),
        ("kind: ResourceList\nitems: []\nfunctionConfig:\t\n  # none\n", None, 0),
        ('"kind": ResourceList\nitems: []\nfunctionConfig: ~\n', None, 0),
    ],
)
def test_the_function_config_and_its_line(text, config, line):
    found = split(text)
    reading = found.read_function_config()
    assert (None if reading is None else reading.value) == config
    assert found.function_config_line == line
    assert (found.function_config is None) == (config is None)


@pytest.mark.parametrize("form", ["%s- a: &x\n%s    b: c\n%s- d: *x\n", "%s- a: &x {b: c}\n%s- d: *x\n"])
def test_an_alias_to_another_item_is_resolved_and_its_bytes_stay(form):
    text = "kind: ResourceList\nitems:\n" + form.replace("%s", "")
    found = split(text)
    reading = found.read(1)
    assert reading.value == {"d": {"b": "c"}}
    assert reading.lines[("d",)] == 1
    assert ("d", "b") not in reading.lines, "its line is in another item"
    assert found.render(found.items) is text


def test_an_item_that_is_an_alias_has_no_line_of_the_item_that_it_repeats():
    reading = split("kind: ResourceList\nitems:\n- &x\n  a: 1\n  b: 2\n- *x\n").read(1)
    assert reading.value == {"a": 1, "b": 2}
    assert reading.lines == {}


def test_problems_of_an_item_that_is_read_in_place_are_its_own():
    found = split("kind: ResourceList\nitems:\n- a: &x yes\n- b: *x\n  c: on\n")
    assert [(problem.path, problem.line) for problem in found.read(1).problems] == [(("b",), None), (("c",), 2)]


BARE = [
    "|\n{pad}# c\n",
    ">-\n{pad}a: b\n",
    "!!str |\n{pad}'x\n",
    "&x |-\n{pad}a\n\n{pad}b\n",
    "'a\n\n{pad}b'\n",
    "a\n{pad}b\n",
]


@pytest.mark.parametrize("scalar", BARE)
def test_a_bare_scalar_is_read_as_it_is_in_the_list(scalar):
    text = f"kind: ResourceList\nfunctionConfig: {scalar.format(pad=' ')}items:\n- {scalar.format(pad='  ')}- a: b\n"
    listed = split(text)
    assert listed.read_function_config().value == value(text)["functionConfig"]
    assert [listed.read(index).value for index in range(2)] == value(text)["items"]


def test_an_alias_that_nothing_explains_is_named():
    found = split("kind: ResourceList\nitems:\n- a: *x\n- b: &x c\n")
    with pytest.raises(Unreadable) as caught:
        found.read(0)
    assert caught.value.code == "unknown-anchor"
    with pytest.raises(Unreadable) as caught:
        split("kind: ResourceList\nitems:\n- a: !bad x\n").read(0)
    assert caught.value.code == "unknown-tag"


A = """\
# head
apiVersion: v1
kind: A
metadata:
  name: a  # line
  annotations: {x: '1'}
spec:
  k: &v v
  l: *v
  long: "abc 'def' # not
    continued

    more"
  block: |
    - x
    ---
    # c
     deeper
  quoted: 'multi

    line'
  flow: {a: [1,
    2], "b": c}
  emoji: "😀"
  plain: it's
    two
"""


B = "apiVersion: v1\r\nkind: B\r\nmetadata:\r\n    name: b\r\ndata:\r\n    x: |\r\n        - y\r\n\r\n        z\r\n"


C = """\
apiVersion: v1
kind: C
metadata: {name: c}
spec:
- - b
-
  x: 1
- |-
  text
- 'tail

  '
---
apiVersion: v1
kind: C
metadata:
  name: d
"on": yes
spec:
  - "a\\u2028b"
  - 'c\u2028d'
"""


@pytest.mark.skipif(shutil.which("kpt") is None, reason="kpt is not on PATH")
def test_what_kpt_sends_comes_back_byte_for_byte_and_kpt_takes_new_items(tmp_path):
    package = tmp_path / "package"
    package.mkdir()
    for name, content in (("a.yaml", A), ("b.yaml", B), ("c.yaml", C)):
        (package / name).write_bytes(content.encode())
    listed = subprocess.run(["kpt", "fn", "source", str(package)], capture_output=True, check=True).stdout.decode()
    assert fast_locator.find(listed) is not None
    found = split(listed)
    assert found.render(found.items) is listed
    assert [found.read(index).value["metadata"]["name"] for index in range(4)] == ["a", "b", "c", "d"]
    new = {"apiVersion": "v1", "kind": "New", "metadata": {"name": "new"}, "spec": {"text": "- x\n---\n"}}
    sinks = []
    for rendered in (listed, found.render([*found.items, new], [RESULT])):
        sinks.append(tmp_path / f"sink{len(sinks)}")
        command = ["kpt", "fn", "sink", str(sinks[-1])]
        subprocess.run(command, input=rendered.encode(), capture_output=True, check=True)
    before, after = ({path.name: path.read_bytes() for path in sink.rglob("*.yaml")} for sink in sinks)
    assert after.pop("new_new.yaml").decode() == emitter.document(new)
    assert after == before


def test_ten_thousand_items_cost_little_more_an_item_than_a_hundred():
    item = KPT[KPT.index("- # about a") : KPT.index("- apiVersion: v1\n  kind: ConfigMap\n  metadata: {")]
    item = item.replace("it's: {", "its:") + "    more: text\n" * 110

    def calls(items: int) -> int:
        text = KPT[: KPT.index("- # about a")] + item * items + KPT[KPT.index("functionConfig:") :]

        def pass_through() -> None:
            found = split(text)
            assert len(found.items) == items
            assert found.render(found.items) is text

        return calls_of(pass_through)

    assert calls(10_000) < 20 * 10_000
    assert calls(10_000) < 100 * calls(100)


COLD = """
import sys
before = set(sys.modules)
from krmfn.resourcelist.resource_list import split
from krmfn.resourcelist.head import head
found = split(sys.stdin.read())
heads = [head(item) for item in found.items]
found.render([*found.items, {"kind": "New"}], [{"message": "x"}])
slow = {"argparse", "collections", "dataclasses", "enum", "functools", "json", "re", "typing", "yaml"}
print(sorted(slow.intersection(sys.modules) - before))
"""


@pytest.mark.parametrize("text", [KPT, WIDE])
def test_the_forms_of_hosts_need_no_slow_import(text):
    command = [sys.executable, "-S", "-c", COLD]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"
