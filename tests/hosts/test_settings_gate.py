"""The gate before files beside an input: what it leaves unread holds no RenderNATS, and nothing that is nearly one."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from krmfn.sources.files import File
from krmfn.sources.input import _add_settings
from krmfn.sources.recognition import may_configure
from krmfn.sources.source import Input
from tests.effort import functions_of

KINDS = (
    "RenderNATS", "renderNats", "RenderNAT", "Render-NATS", '"RenderNATS"', "Render\n  NATS", "Render\n\n  NATS",
    "Service", "Deployment", ">-\n  RenderNATS", "&kind RenderNATS", "!!str RendrNATS", "*kind", "\n  RenderNATS",
    "Render", "'RenderNATZ'", "Service # one", "RenderNATS\r", '"Render\\x4eATS"',
)  # fmt: skip
VERSIONS = ("fn.krmfn.dev/v1alpha1", "fn.krmfn.dev/v1", "v1", '"fn.krmfn\\x2edev/v1"', "apps/v1", "krmfn.dev/v1")
KEYS = ("kind: ", "kind:\t", '"kind": ', '"ki\\x6ed": ', "? kind\n: ", "kind : ", '"ki\\\n  nd": ')
SHAPES = (
    "apiVersion: {version}\n{key}{kind}\nmetadata:\n  name: nats\n",
    "{key}{kind}\napiVersion: {version}\nmetadata:\n  name: nats\n  kind: Service\n",
    "  apiVersion: {version}\n  {key}{kind}\n  metadata:\n    name: nats\n",
    "apiVersion: v1\nkind: List\nitems:\n- apiVersion: {version}\n  {key}{kind}\n  metadata:\n    name: nats\n",
    "items:\n- {key}{kind}\n  apiVersion: {version}\napiVersion: v1\nkind: List\n",
    "{{apiVersion: {version}, {key}{kind}, metadata: {{name: nats}}}}\n",
    "# \u0085{key}{kind}\napiVersion: {version}\nmetadata:\n  name: nats\n",
    "apiVersion: {version}\n{key}Service\n{key}{kind}\nmetadata: {{name: nats\n",
)
TEXTS = st.builds(
    lambda shape, version, key, kind: shape.format(version=version, key=key, kind=kind),
    st.sampled_from(SHAPES), st.sampled_from(VERSIONS), st.sampled_from(KEYS), st.sampled_from(KINDS),
)  # fmt: skip
FILE = File("/", "", named=False)


def settings_in(data: bytes) -> tuple[list[str], list[str]]:
    """The texts and the codes that a file adds to an input when it is read."""
    found = Input()
    _add_settings(found, data, FILE, "beside.yaml")
    return [source.text for source in found.above], [finding.code for finding in found.findings]


@settings(max_examples=300)
@given(st.lists(TEXTS, min_size=1, max_size=3).map("---\n".join), st.sampled_from(("utf-8", "utf-16")))
@example("apiVersion: v1\nkind: Service\nmetadata:\n  name: nats\n", "utf-8")
def test_what_the_gate_leaves_unread_would_add_nothing(text: str, encoding: str):
    data = text.encode(encoding)
    if not may_configure(data):
        assert settings_in(data) == ([], [])


@pytest.mark.parametrize("kind", ["RenderNATS", "RenderNats", "RendrNATS"])
def test_the_gate_lets_in_what_is_nearly_a_rendernats(kind: str):
    """It can fail: a gate that leaves everything unread is caught."""
    data = f"apiVersion: v1\nkind: {kind}\nmetadata:\n  name: nats\n".encode()
    assert may_configure(data)
    assert settings_in(data) != ([], [])


def test_the_objects_of_krmfn_beside_an_input_are_not_read():
    rendered = "---\n".join(
        f"apiVersion: v1\nkind: {kind}\nmetadata:\n  name: nats-{n}\n  annotations:\n    krmfn.dev/owner: a/nats-{n}\n"
        for n in range(50)
        for kind in ("Service", "ConfigMap")
    )
    assert not may_configure(rendered.encode())
    entered = functions_of(lambda: may_configure(rendered.encode()), "krmfn")
    assert sum(entered.values()) < 20
