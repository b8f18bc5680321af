"""What containers run: variables, shells and hooks, and what a PodMonitor asks the exporters for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.trees import Tree

SHELL = ["sh", "-c", "exec nats-server --config /etc/nats-config/nats.conf --name $(hostname)"]


def of_server(**fields: Any) -> Tree:
    tree = Tree()
    tree.container().update(fields)
    return tree


def found(tree: Tree) -> set[tuple[str, str]]:
    own = ("variable-unset", "no-shell", "grace-too-short", "link-port")
    return {(one.severity, one.code) for one in tree.findings() if one.code in own}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--user_credentials=$(NOPE)"], {("warning", "variable-unset")}),
        (["--user_credentials=$$(NOPE)"], set()),
        (["--user_credentials=$(POD_NAME)"], set()),
        (["--user_credentials=$(KUBERNETES_SERVICE_HOST)"], set()),
    ],
)
def test_a_word_of_the_command_line_uses_what_env_sets(words: list[str], expected: set[tuple[str, str]]) -> None:
    tree = Tree()
    tree.container()["args"] = words
    assert found(tree) == expected


def test_a_container_whose_sub_path_is_unset_does_not_start() -> None:
    tree = Tree()
    tree.container()["volumeMounts"][0]["subPathExpr"] = "$(NOPE)"
    assert ("error", "variable-unset") in found(tree)
    tree.container()["envFrom"] = [{"configMapRef": {"name": "more"}}]
    assert ("error", "variable-unset") not in found(tree)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("nats:2.14.2", {("error", "no-shell")}),
        ("docker.io/library/nats:2.14.2-scratch", {("error", "no-shell")}),
        ("nats:2.14.2-alpine", set()),
        ("example.com/nats:2.14.2", set()),
    ],
)
def test_a_shell_needs_an_image_with_one(image: str, expected: set[tuple[str, str]]) -> None:
    assert found(of_server(image=image, command=SHELL, args=[])) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(400, {("warning", "grace-too-short")}), (10, set())])
@pytest.mark.parametrize("form", ["sleep", "exec"])
def test_a_hook_ends_before_the_grace(form: str, seconds: int, expected: set[tuple[str, str]]) -> None:
    hook = {"sleep": {"seconds": seconds}} if form == "sleep" else {"exec": {"command": ["sleep", str(seconds)]}}
    assert found(of_server(lifecycle={"preStop": hook})) == expected


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("scheme", "https", {("error", "link-port")}),
        ("scheme", "HTTP", set()),
        ("path", "/other", {("error", "link-port")}),
        ("path", "/metrics", set()),
    ],
)
def test_a_monitor_asks_for_what_exporters_answer(field: str, value: str, expected: set[tuple[str, str]]) -> None:
    tree = Tree()
    tree.get("PodMonitor")["spec"]["podMetricsEndpoints"][0][field] = value
    assert found(tree) == expected
