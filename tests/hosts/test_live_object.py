"""A NATS as `kubectl get -o yaml` prints it: rendered as ever, with one warning, and cleaned by `krmfn fix`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.calls import krmfn, resource_list

if TYPE_CHECKING:
    from pathlib import Path

CLEAN = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {"apiVersion":"operator.kyma-project.io/v1alpha1","kind":"NATS","metadata":{"name":"orders-nats"}}
  name: orders-nats
  # the team's own
  namespace: shop
spec:
  cluster:
    size: 3
"""
DUMP = CLEAN.replace(
    "  name: orders-nats\n",
    """\
  creationTimestamp: "2026-01-01T00:00:00Z"
  generation: 2
  managedFields:
  - apiVersion: operator.kyma-project.io/v1alpha1
    fieldsV1:
      f:spec:
        f:cluster: {}
    manager: kubectl # of the shell
  name: orders-nats
""",
).replace(
    "spec:\n  cluster", '  resourceVersion: "1234"\n  uid: 1b7c3d3e-7f3a-4d0e-9a4f-000000000001\nspec:\n  cluster'
)
DUMP += "status:\n  conditions:\n  - type: Available\n    status: 'True'\n  state: Ready\n"
NAMES = "status, " + ", ".join(
    f"metadata.{name}" for name in ("creationTimestamp", "generation", "managedFields", "resourceVersion", "uid")
)


def warnings(text: str) -> list[str]:
    return [line for line in text.splitlines() if "[live-object]" in line]


@pytest.mark.parametrize("command", ["render", "check", "simulate", "report"])
def test_every_command_warns_once_and_names_what_to_remove(command: str, tmp_path: Path) -> None:
    file = tmp_path / "nats.yaml"
    more = ("--set", "zones=a,b,c")
    file.write_text(CLEAN)
    clean = krmfn(command, "-f", file, *more)
    file.write_text(DUMP)
    dump = krmfn(command, "-f", file, *more)
    assert clean.status == dump.status == 0
    assert warnings(clean.out + clean.err) == []
    (line,) = warnings(dump.out + dump.err)
    assert f"remove {NAMES}" in line
    if command == "render":
        assert dump.out == clean.out


def test_a_function_warns_too_and_leaves_the_nats_as_it_is() -> None:
    done = krmfn(stdin=resource_list(["- " + DUMP.replace("\n", "\n  ").rstrip() + "\n"]))
    assert done.status == 0
    assert done.out.count("[live-object]") == 1
    assert "uid: 1b7c3d3e" in done.out


def test_fix_removes_what_the_server_wrote_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "nats.yaml"
    file.write_text(DUMP)
    done = krmfn("fix", "-f", file)
    assert (done.status, done.out.count(": fixed: ")) == (0, 6), done
    assert file.read_text() == CLEAN
    assert "nothing to fix" in krmfn("fix", "-f", file).err


@pytest.mark.parametrize("text", ["  creationTimestamp: null\n", "  generation: 1\n", "  uid: null\n", ""])
def test_what_templates_and_generators_leave_is_no_dump(text: str, tmp_path: Path) -> None:
    file = tmp_path / "nats.yaml"
    file.write_text(CLEAN.replace("  name: orders-nats\n", f"  name: orders-nats\n{text}") + "status: {}\n")
    assert warnings(krmfn("check", "-f", file).err) == []


def test_a_field_that_ends_in_a_block_of_text_stays_for_its_end_is_not_sure(tmp_path: Path) -> None:
    file = tmp_path / "nats.yaml"
    file.write_text(DUMP.replace("    manager: kubectl # of the shell\n", "    manager: |\n      kubectl\n"))
    done = krmfn("fix", "-f", file)
    assert (done.status, "not fixed: the field has no line of its own" in done.out + done.err) == (0, True), done
    assert "manager: |" in file.read_text()


def test_a_comparison_of_two_dumps_says_nothing_of_it(tmp_path: Path) -> None:
    for name, size in (("old", 3), ("new", 5)):
        (tmp_path / f"{name}.yaml").write_text(DUMP.replace("size: 3", f"size: {size}"))
    done = krmfn("diff", tmp_path / "old.yaml", tmp_path / "new.yaml")
    assert done.status == 1
    assert warnings(done.out + done.err) == []
