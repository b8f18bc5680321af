"""Broken, hostile and huge input: refused in a line, or passed through whole. Never lost, never a crash."""

from __future__ import annotations

import resource
import subprocess

import pytest
import yaml

from krmfn.goyaml.errors import MAX_INPUT, Unreadable
from krmfn.goyaml.stream import decode
from krmfn.hosts.function import transform
from tests.calls import FUNCTION, ROOT, TIMEOUT, krmfn
from tests.faults.lists import CONFIG_MAP, HEAD, SMALL, call, entries, holds_all_items, read, with_item, with_spec

BOMB = "spec:\n  a: &a {x: 1}\n" + "".join(
    f"  k{i}: &k{i}\n" + "".join(f"    <<: *{'a' if i == 0 else f'k{i - 1}'}\n" for _ in range(9)) for i in range(9)
)
ALIASES = "data:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"  a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 10)
)


def foreign(body: str, name: str = "x") -> str:
    head = f"- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: {name}\n"
    return head + "".join(f"  {line}\n" for line in body.rstrip("\n").split("\n"))


CONFIGURED = SMALL + (
    "functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: c\n  data:\n    zones: a,b,c\n"
)


def test_input_cut_at_any_byte_never_loses_an_item_with_status_0() -> None:
    """Status 0 implies at least the items that PyYAML reads in the cut text: a shorter list is all that is known."""
    passed = 0
    for end in range(1, len(CONFIGURED) + 1):
        cut = CONFIGURED[:end]
        try:
            out, status, _ = transform(decode(cut.encode()))
        except Unreadable:
            continue
        before, after = entries(read(cut)), entries(read(out))
        assert after is not None or status == 1, end
        if status == 0:
            passed += 1
            assert before is not None, end
            assert len(after or []) >= len(before), end
    assert passed > 50


@pytest.mark.parametrize("end", [0, 1, 40, 62, 150, 260, 330, 500, len(SMALL), len(SMALL) + 20])
def test_cut_input_ends_no_run_otherwise_than_in_a_line(end: int) -> None:
    called = call(CONFIGURED[:end])
    assert called.status == 1 or holds_all_items(called, CONFIGURED[:end])


@pytest.mark.parametrize("depth", [100_000, 200_000])
@pytest.mark.parametrize("where", ["whole", "spec", "foreign"])
def test_deep_nesting_is_refused_and_does_not_hang(where: str, depth: int) -> None:
    deep = "[" * depth
    text = {"whole": deep, "spec": with_spec(f"labels: {deep}"), "foreign": with_item(foreign(f"data: {deep}"))}[where]
    called = call(text)
    assert called.status == 1
    assert where == "whole" or not called.raw or holds_all_items(called, SMALL)


@pytest.mark.parametrize("bomb", [BOMB, ALIASES], ids=["merge", "alias"])
def test_a_bomb_in_a_foreign_item_passes_through_unread(bomb: str) -> None:
    text = with_item(foreign(bomb.replace("spec:", "data:")))
    called = call(text)
    assert called.status == 0
    assert text.partition("kind: ConfigMap\n  metadata:\n    name: x\n")[2].rstrip() in called.out


@pytest.mark.parametrize("bomb", [BOMB.replace("spec:\n", ""), ALIASES.replace("data:\n", "")], ids=["merge", "alias"])
def test_a_bomb_in_a_cr_is_refused_and_does_not_hang(bomb: str) -> None:
    text = with_spec(bomb)
    called = call(text)
    assert called.status == 1
    assert holds_all_items(called, text)


def test_a_gigabyte_is_refused_before_it_is_in_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    chunk = b"x" * (1 << 20)
    sent = 0
    with subprocess.Popen(FUNCTION, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdin is not None
        try:
            for _ in range(1024):
                run.stdin.write(chunk)
                sent += len(chunk)
        except BrokenPipeError:
            pass
        out, err = run.communicate(timeout=TIMEOUT)
    assert run.returncode == 1
    assert (out, err.count(b"\n")) == (b"", 1)
    assert b"too-large" in err
    assert sent <= MAX_INPUT + (8 << 20)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert peak == before or peak < 400 << 10


HOSTILE = {
    "newline": '"a\\nb"',
    "terminal escape": '"x\\e[31m\\r\\n"',
    "path": '"../../etc/cron.d/x"',
    "long": "a" * 300,
    "bidi": '"a\\u202Eb"',
    "bell": '"\\a"',
    "empty": '""',
    "slash": "a/b",
    "number": "1",
    "list": "[a]",
    "null": "null",
    "dots": '".."',
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_of_a_cr_is_refused_and_printed_harmlessly(name: str) -> None:
    text = SMALL.replace("    name: nats\n", f"    name: {name}\n")
    called = call(text)
    assert called.status == 1
    assert holds_all_items(called, text)
    assert all(0x20 <= byte < 0x7F or byte == 0x0A for byte in called.raw_stderr)
    written = called.out.removeprefix(text.rstrip("\n"))
    assert all(" " <= c <= "~" or c == "\n" for c in written)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_of_a_foreign_item_passes_byte_for_byte(name: str) -> None:
    text = SMALL.replace("    name: last\n", f"    name: {name}\n")
    called = call(text)
    assert called.status == 0
    assert f"    name: {name}\n" in called.out
    assert called.out.startswith(text)


@pytest.mark.parametrize(
    "path",
    ["../x.yaml", "/etc/x.yaml", ".git/hooks/x.yaml", "a//b.yaml", "a/./b.yaml", "a\\\\b.yaml", "a\\nb.yaml", "~/../x"],
)
def test_a_hostile_path_of_a_cr_is_refused(path: str) -> None:
    text = SMALL.replace("'nats.yaml'", f'"{path}"')
    called = call(text)
    assert called.status == 1
    assert "[unsafe-path]" in called.err
    assert holds_all_items(called, text)


BROKEN = {
    "no items": "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n",
    "other kind": SMALL.replace("ResourceList", "List"),
    "no kind": SMALL.replace("kind: ResourceList\n", ""),
    "items a map": "kind: ResourceList\nitems: {a: 1}\n",
    "items a string": "kind: ResourceList\nitems: none\n",
    "two documents": SMALL + "---\n" + SMALL,
    "items twice": SMALL + "items: []\n",
    "a list": "- a\n- b\n",
    "a scalar": "hello\n",
    "not yaml": "{a: [}\n",
    "tab": "kind: ResourceList\nitems:\n\t- a: 1\n",
    "text after the end": SMALL + "...\nmore: 1\n",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_what_is_no_resource_list_is_refused_with_one_line_and_no_output(text: str) -> None:
    called = call(text)
    assert (called.status, called.raw) == (1, b"")
    assert called.err.count("\n") == 1
    assert called.err.endswith("]\n")


RAW = {
    "nul": SMALL.encode().replace(b"one", b"o\0e"),
    "escape": SMALL.encode().replace(b"one", b"o\x1be"),
    "bad utf-8": SMALL.encode().replace(b"one", b"o\xff\xfee"),
    "cut utf-8": SMALL.encode() + b"# \xe2\x82",
    "surrogate": SMALL.encode().replace(b"one", b"o\xed\xa0\x80e"),
    "latin-1": "# ü\n".encode("latin-1") + SMALL.encode(),
}


@pytest.mark.parametrize("data", RAW.values(), ids=RAW)
def test_bytes_that_no_yaml_file_holds_are_refused(data: bytes) -> None:
    called = call(data)
    assert (called.status, called.raw) == (1, b"")


def test_results_of_an_earlier_function_that_are_no_list_do_not_end_the_run() -> None:
    called = call(SMALL + "results: all is well\n")
    assert called.status == 0
    assert holds_all_items(called, SMALL)
    (results,) = [value for key, value in read(called.out).value if key.value == "results"]
    assert results.id == "sequence"


@pytest.mark.parametrize(
    "item",
    [
        "- !Ref x\n",
        "- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: a\n    name: b\n",
        "- 1\n",
        "- null\n",
        "- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: a\n  data: *nothing\n",
        "- !!python/object/apply:os.system ['true']\n",
        '- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: "\\ud800"\n',
        "- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n  data: {a: \u202e, b: \u2028}\n",
    ],
)
def test_a_foreign_item_that_cannot_be_read_passes_byte_for_byte(item: str) -> None:
    text = with_item(item)
    called = call(text)
    assert called.status == 0, called
    assert called.out.startswith(text)


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ("cluster: {size: 3}\ncluster: {size: 5}", "duplicate-key"),
        ("cluster:\n  size: *nothing", "unknown-anchor"),
        ("labels:\n  a: no", "ambiguous-scalar"),
        ("cluster:\n  size: 0o3", "ambiguous-scalar"),
        ("cluster:\n\tsize: 3", "unreadable-yaml"),
    ],
)
def test_a_cr_that_readers_read_differently_is_refused_with_its_line(spec: str, code: str) -> None:
    text = with_spec(spec)
    called = call(text)
    assert called.status == 1
    assert f"[{code}]" in called.err
    assert "nats.yaml:" in called.err or "line " in called.err
    assert holds_all_items(called, text)


def test_a_function_config_with_a_key_twice_is_a_result_and_the_items_come_back() -> None:
    config = "functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  data:\n    istio: 'false'\n    istio: 'true'\n"
    called = call(SMALL + config)
    assert called.status == 1
    assert "[duplicate-key]" in called.err
    assert holds_all_items(called, SMALL + config)
    (whole,) = yaml.safe_load_all(called.out.replace("    istio: 'true'\n", ""))
    (result,) = [one for one in whole["results"] if one["severity"] == "error"]
    last = (SMALL + config).count("\n")
    assert result["message"].startswith(f"line {last}: functionConfig: duplicate key ")


def test_ten_thousand_foreign_items_and_no_cr_come_back_as_the_same_bytes() -> None:
    text = HEAD + "".join(CONFIG_MAP.format(name=f"c{i}") for i in range(10_000))
    called = call(text)
    assert called.status == 0
    assert called.raw == text.encode()


@pytest.mark.parametrize("empty", ["items: []\n", "items: null\n", "items:\n"])
def test_an_empty_list_comes_back_byte_for_byte(empty: str) -> None:
    text = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n" + empty
    called = call(text)
    assert (called.status, called.out) == (0, text)


def test_memory_that_runs_out_is_one_line() -> None:
    text = SMALL + "".join(f"      {'x' * 80}\n" for _ in range(500_000))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (120 << 20, 120 << 20))

    done = subprocess.run(
        FUNCTION, input=text.encode(), capture_output=True, check=False, timeout=TIMEOUT, preexec_fn=limit
    )
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"out-of-memory" in done.stderr


def test_the_fixture_is_what_it_should_be() -> None:
    assert len(entries(read(SMALL)) or []) == 3


@pytest.mark.parametrize("character", ["\\x85", "\\x7F", "\\a", "\\uFFFE"])
def test_an_annotation_that_go_reads_otherwise_is_refused_and_not_an_internal_fault(character: str) -> None:
    text = with_spec(f'annotations:\n  a.example/x: "one{character}two"')
    called = call(text)
    assert called.status == 1
    assert "nats.yaml:" in called.err
    assert holds_all_items(called, text)


@pytest.mark.parametrize(
    "words",
    [
        ["render", "-f", "BROKEN"],
        ["render", "-f", "GOOD", "--config", "BROKEN"],
        ["check", "-f", "GOOD", "-f", "BROKEN"],
        ["fix", "-f", "BROKEN"],
        ["report", "-f", "BROKEN"],
        ["simulate", "-f", "BROKEN"],
        ["diff", "GOOD", "BROKEN"],
        ["import", "BROKEN"],
    ],
    ids=" ".join,
)
def test_a_disk_that_fails_is_an_error(words: list[str]) -> None:
    """Reading the start of a process's own memory is an error of input and output, as of a broken disk."""
    places = {"BROKEN": "/proc/self/mem", "GOOD": str(ROOT / "examples" / "quickstart" / "nats.yaml")}
    called = krmfn(*(places.get(word, word) for word in words))
    assert called.status != 0
    assert "/proc/self/mem: error: cannot be read: Input/output error" in called.out + called.err
    assert "[read-failed]" in called.out + called.err
