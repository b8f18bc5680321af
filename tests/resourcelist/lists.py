"""ResourceLists as hosts send them and as nobody should write them, for the tests of the splice."""

from __future__ import annotations

from hypothesis import strategies as st

from krmfn.goyaml import full_reader

SCALARS = (
    *("a", "it's", "x 'y' z", "'q'", '"d"', "'it''s'", '"a\\"b"', '"\\\\"', "# 'c", "a # it's [", "&x v", "-x", "a: b"),
    *("'open\n- y'", '"open\n- y"', "'multi\n\n    z'", '"m\n  - k: v\n  "', '"x\\\n- y"', "'\n'", '"\n"', "'a'#b"),
    *(
        "[a, b]",
        "[a,\n- b]",
        "{a: b}",
        '{a: \'x\', "b": "y"}',
        '{"a":"b"}',
        "[\"x\",'y', it's]",
        "{a: [b,\n  c], d: {}}",
    ),
    *(
        "{}",
        "[]",
        "|\n%P text '\n%P  - x\n%P\"",
        "|-\n%P--- {\n\n%P [",
        "plain\n%P 'more\n%P [x",
        "|2\n%P  q",
        ">\n%P '",
    ),
    *(
        "&x\n%Pk: v",
        "- 1",
        "'a': b",
        "key: |\n%P  [",
        "''",
        '""',
        "'a' # 'b",
        "{a: b # c\n }",
        "[a, 'b\n- c']",
        "[-a, b]",
    ),
    *(
        "!t v",
        "!t 'v'",
        "a\t'b'",
        "\t'x'",
        "!!str |\n%P x'",
        "'x\u2028- y'",
        "a\u2028b",
        "ü'é'",
        "[",
        "'",
        '"',
        "{",
        "*x",
    ),
)
KEYS = ("k", "key", "on", "it's", "don 't", "'q k'", '"dk"', "a b", "&a k", "!t k", "? k", "x[", "x{", '"a\\""', "<<")


@st.composite
def nodes(draw, indent=2, depth=0):
    """What follows a key or a dash; `%P` in a scalar is the indent."""
    form = draw(st.sampled_from("sssmml" if depth < 3 else "s"))
    pad = "\n" + " " * indent
    if form == "s":
        return " " + draw(st.sampled_from(SCALARS)).replace("%P", " " * indent)
    children = draw(st.lists(nodes(indent=indent + 2, depth=depth + 1), min_size=1, max_size=3))
    if form == "m":
        return "".join(f"{pad}{draw(st.sampled_from(KEYS))}:{child}" for child in children)
    pad = pad[:-2] if draw(st.booleans()) else pad
    return "".join(f"{pad}-{child}" for child in children)


@st.composite
def items(draw, pad=""):
    inner = pad + "  "
    head = draw(st.sampled_from(["", "", f"# head 'x [\n{inner}"]))
    values = draw(st.lists(nodes(indent=len(inner) + 2), min_size=1, max_size=3))
    tail = draw(st.sampled_from(["", "", "\n", "\n# about 'the next", f"\n{inner}# c"]))
    return f"{pad}- {head}" + f"\n{inner}".join(draw(st.sampled_from(KEYS)) + ":" + value for value in values) + tail


@st.composite
def lists(draw):
    """Any text that starts out as a ResourceList."""
    pad = draw(st.sampled_from(["", "", "  "]))
    start = draw(st.sampled_from(["items:"] * 5 + ["items: # c", "items: []", "items: null", "items: &a"]))
    parts = [
        "kind: ResourceList",
        "apiVersion: config.kubernetes.io/v1",
        "\n".join([start, *draw(st.lists(items(pad=pad), max_size=3))]),
    ]
    if draw(st.booleans()):
        bare = st.sampled_from([" |\n # c", " |-\n x\n\n y", " !!str |\n 'x"])
        parts.append("functionConfig:" + draw(nodes() | bare))
    if draw(st.booleans()):
        parts.append("results:" + draw(st.sampled_from(["\n- message: x", "\n  - message: 'y\n- z'", " []", " ~"])))
    order = draw(st.permutations(parts)) if draw(st.booleans()) else parts
    end = draw(st.sampled_from(["\n", "\n", "\n", "", "\n\n", "\n# end\n", "\n---\n", "\n...\n"]))
    return draw(st.sampled_from(["", "", "# about 'it\n---\n"])) + "\n".join(order) + end


KPT = """\
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- # about a
  apiVersion: v1
  kind: ConfigMap
  metadata:
    name: a
    annotations:
      internal.config.kubernetes.io/path: 'a.yaml'
  data:
    conf: |
      it's: {

      - x
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: b, annotations: {internal.config.kubernetes.io/path: 'b.yaml'}}
  data:
    quoted: 'two

      lines'
- apiVersion: v1
  kind: Namespace
  metadata:
    name: c
functionConfig:
  apiVersion: v1
  kind: ConfigMap
  data:
    zones: a,b
"""
JSON = (
    '{"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList",\n'
    ' "items": [{"kind": "A", "n": "]"},\n  {"kind": "B"}], "functionConfig": {"data": {"a": "b"}}}\n'
)
WIDE = """\
# written by hand
---
kind: ResourceList
functionConfig: {data: {a: b}}
items: # the items
  - kind: A

    list:
    - x
  # about B
  - kind: B
results:
  - message: old
# the end
"""
ODD = """\
"kind": ResourceList
"items":
    -
        kind: A
    - "kind": B
    - {kind: C}
    - ? kind
      : D
apiVersion: config.kubernetes.io/v1
results:
    - message: old
extra: x
...
"""
INDENTED = "  kind: ResourceList\n  items:\n  - kind: A\n  - kind: B\n  functionConfig:\n    a: b\n"
CRLF = KPT.replace("\n", "\r\n")
FORMS = {"kpt": KPT, "json": JSON, "wide": WIDE, "odd": ODD, "indented": INDENTED, "crlf": CRLF}
NEW = {"kind": "New", "metadata": {"name": "new"}, "text": "- x\n---\n"}
RESULT = {"message": "it's", "severity": "error"}


def value(text):
    return full_reader.read(text).value
