"""ResourceLists for the fault tests, and what must hold of every run, however the input or the output is broken."""

from __future__ import annotations

from typing import Any

import yaml

from tests.calls import Called, krmfn

CONFIG_MAP = """\
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: {name}
    annotations:
      internal.config.kubernetes.io/path: '{name}.yaml'
  data:
    text: |
      - one
      two
"""
CR = """\
- apiVersion: operator.kyma-project.io/v1alpha1
  kind: NATS
  metadata:
    name: nats
    namespace: ns
    annotations:
      internal.config.kubernetes.io/path: 'nats.yaml'
  spec:
    cluster:
      size: 3
"""
HEAD = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n"
SMALL = HEAD + CONFIG_MAP.format(name="first") + CR + CONFIG_MAP.format(name="last")
CONTROL = set(range(0x20)) - {0x0A} | {0x7F}


def with_item(item: str) -> str:
    """The small list with one more item, given as a block item's text."""
    return SMALL + item


def with_spec(spec: str) -> str:
    """The small list with another spec of the CR, given without indentation."""
    indented = "".join(f"    {line}\n" if line else "\n" for line in spec.rstrip("\n").split("\n"))
    cr = CR.partition("  spec:\n")[0] + "  spec:\n" + indented
    return HEAD + CONFIG_MAP.format(name="first") + cr + CONFIG_MAP.format(name="last")


def read(text: str) -> Any:
    """What PyYAML reads, as a graph that no merge bomb can make large; None when it cannot."""
    try:
        return yaml.compose(text, yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError):
        return None


def entries(node: yaml.Node | None) -> list[yaml.Node] | None:
    """The nodes of `items`; None where there is no such list."""
    if not isinstance(node, yaml.MappingNode):
        return None
    for key, value in node.value:
        if key.value == "items":
            return list(value.value) if isinstance(value, yaml.SequenceNode) else []
    return None


def call(data: str | bytes, *arguments: str, **more: Any) -> Called:
    """Run the function and hold it to what holds of every run."""
    called = krmfn(*arguments, stdin=data, **more)
    assert called.status in (0, 1), called  # 2 is wrong usage or an internal fault
    assert b"Traceback" not in called.raw_stderr, called
    assert not CONTROL.intersection(called.raw_stderr), called
    assert len(called.raw_stderr.splitlines()) <= 5, called
    assert (called.status == 0) == (called.raw_stderr == b""), called
    return called


def holds_all_items(called: Called, text: str) -> bool:
    """Whether the output is empty (on an error only), or a list with at least the items of the input.

    An input that PyYAML cannot read must come back as text, with nothing but `results` behind it.
    """
    if not called.raw:
        return called.status != 0
    node = read(text)
    if node is None:
        rest = called.out.removeprefix(text)
        return rest != called.out and (not rest or rest.startswith("results:\n"))
    before, after = entries(node), entries(read(called.out))
    return after is not None and before is not None and len(after) >= len(before)
