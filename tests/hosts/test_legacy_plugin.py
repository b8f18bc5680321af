"""What kustomize's legacy exec plugin gives and takes: a file as configuration, a bare stream in, a bare stream out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.calls import documents, krmfn

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calls import Called

NATS = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: orders-nats
  namespace: shop
spec:
  cluster:
    size: 3
"""
RENDER = "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata:\n  name: render\nspec:\n"
ID = "    kustomize.config.k8s.io/id: |\n      kind: {}\n      name: {}\n"
ITEM = NATS.replace("  name:", "  annotations:\n" + ID.format("NATS", "orders-nats") + "  name:")
OTHER = (
    "apiVersion: v1\ndata:\n  text: |+\n    one\n\n    ---\n\nkind: ConfigMap\nmetadata:\n  annotations:\n"
    + ID.format("ConfigMap", "other")
    + "  name: other\n"
)


def plugin(folder: Path, config: str, stdin: str = "", *more: str, inline: bool = True) -> Called:
    """Call krmfn as kustomize does; above 128 KiB it leaves the text out of the environment."""
    file = folder / "kust-plugin-config-1"
    file.write_text(config)
    told = {"KUSTOMIZE_PLUGIN_CONFIG_STRING": config} if inline else {}
    environment = {**os.environ, "KUSTOMIZE_PLUGIN_CONFIG_ROOT": str(folder), **told}
    return krmfn(file, *more, stdin=stdin, env=environment, cwd=folder)


@pytest.mark.parametrize("inline", [True, False])
def test_a_generator_prints_the_children_and_nothing_else(tmp_path: Path, *, inline: bool):
    called = plugin(tmp_path, NATS, inline=inline)
    assert (called.status, called.err) == (0, "")
    found = documents(called.out)
    assert [obj["kind"] for obj in found][:2] == ["ServiceAccount", "ConfigMap"]
    assert all(obj["metadata"]["annotations"]["krmfn.dev/owner"] == "shop/orders-nats" for obj in found)


def test_a_generator_in_json_is_read_too(tmp_path: Path):
    text = '{"apiVersion": "operator.kyma-project.io/v1alpha1", "kind": "NATS", "metadata": {"name": "nats"}}'
    called = plugin(tmp_path, text)
    assert called.status == 0, called
    assert len(documents(called.out)) == 10


def test_a_transformer_prints_every_item_and_the_children(tmp_path: Path):
    called = plugin(tmp_path, RENDER + "  zones: [a, b, c]\n", f"{OTHER}---\n{ITEM}")
    assert (called.status, called.err) == (0, ""), called
    found = documents(called.out)
    assert [obj["kind"] for obj in found][:3] == ["ConfigMap", "NATS", "ServiceAccount"]
    assert found[0] == documents(OTHER)[0]
    assert "topologySpreadConstraints" in called.out


def test_a_validator_that_is_content_prints_nothing(tmp_path: Path):
    called = plugin(tmp_path, RENDER + "  mode: validate\n", f"{OTHER}---\n{ITEM}")
    assert (called.status, called.out, called.err) == (0, "", "")


def test_a_rendernats_without_a_stream_is_an_error(tmp_path: Path):
    called = plugin(tmp_path, RENDER + "  zones: 3\n")
    assert (called.status, called.out) == (1, "")
    assert "[generator-without-nats]" in called.err


def test_every_error_is_on_standard_error_with_the_nats_that_it_is_about(tmp_path: Path):
    wrong = "".join(
        f"---\n{ITEM.replace('orders-nats', f'{name}-nats').replace('size: 3', 'size: 4')}" for name in "abcdef"
    )
    called = plugin(tmp_path, RENDER + "  zone: 3\n", wrong)
    assert (called.status, called.out) == (1, "")
    lines = called.err.splitlines()
    assert len(lines) == 7
    for name in "abcdef":
        assert any(line.startswith(f"NATS shop/{name}-nats: error: spec.cluster.size: ") for line in lines)
    assert not any(line.startswith("line ") for line in lines)


@pytest.mark.parametrize(
    ("config", "code"),
    [
        (NATS + "---\n" + NATS, "unknown-function-config"),
        ("a: [", "unreadable-yaml"),
        ("a: 1\n", "generator-without-nats"),
        (NATS.replace("size: 3", "size: yes"), "ambiguous-scalar"),
    ],
)
def test_a_wrong_config_file_prints_nothing(tmp_path: Path, config: str, code: str):
    called = plugin(tmp_path, config)
    assert (called.status, called.out) == (1, "")
    assert f"[{code}]" in called.err


def test_an_unreadable_config_file_is_an_error(tmp_path: Path):
    environment = {**os.environ, "KUSTOMIZE_PLUGIN_CONFIG_ROOT": str(tmp_path)}
    called = krmfn("/proc/self/mem", env=environment, cwd=tmp_path)
    assert (called.status, called.out) == (1, "")
    assert "[read-failed]" in called.err


def test_arguments_behind_the_config_file_are_refused(tmp_path: Path):
    called = plugin(tmp_path, NATS, "", "zones=3")
    assert (called.status, called.out) == (2, "")
    assert "argsOneLiner" in called.err


def test_without_the_variables_of_kustomize_a_file_is_no_command(tmp_path: Path):
    file = tmp_path / "nats.yaml"
    file.write_text(NATS)
    assert krmfn(file).status == 2


def test_a_full_disk_is_an_error(tmp_path: Path):
    file = tmp_path / "nats.yaml"
    file.write_text(NATS)
    script = f'KUSTOMIZE_PLUGIN_CONFIG_ROOT=/ exec "$0" -I -m krmfn {file} > /dev/full'
    import subprocess
    import sys

    done = subprocess.run(
        ["sh", "-c", script, sys.executable], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "[write-failed]" in done.stderr
