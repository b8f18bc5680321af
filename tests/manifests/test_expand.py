from __future__ import annotations

import sys
from typing import Any

import pytest

import krmfn

NATS = {
    "apiVersion": "operator.kyma-project.io/v1alpha1",
    "kind": "NATS",
    "metadata": {"name": "nats", "namespace": "shop"},
}
USER = {"name": "shop", "passwordFrom": {"secret": "shop", "key": "shop.conf"}}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"profile": "nats-manager"},
        {
            "conf": {"max_payload": 2097152},
            "auth": {"users": [USER]},
            "encryption": {"keyFrom": {"secret": "key", "key": "key.conf"}},
        },
    ],
    ids=["hardened", "nats-manager", "with groups"],
)
def test_nats_conf_is_built_once_for_each_nats(values: dict[str, Any]) -> None:
    built = 0

    def count(frame: Any, event: str, _argument: Any) -> None:
        nonlocal built
        built += event == "call" and frame.f_code.co_name == "server_conf"

    settings = krmfn.Settings(**values)
    sys.setprofile(count)
    try:
        rendered = krmfn.render(NATS, settings)
    finally:
        sys.setprofile(None)
    assert rendered.objects, rendered.findings
    assert built == 1
