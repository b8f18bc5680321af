"""Which alerts a cluster gets, and which series they are about; what they do is in tests/clients/test_alerts.py."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.changes.states import of_kind, rendered

SINGLE = {"cluster": {"size": 1}}
NO_MEMORY = {"jetStream": {"memStorage": {"enabled": False}}}


def rules(spec: dict[str, Any] | None = None, **settings: object) -> list[dict[str, Any]]:
    (group,) = of_kind(rendered(spec, prometheus_rule=True, **settings), "PrometheusRule")["spec"]["groups"]
    return list(group["rules"])


def names(spec: dict[str, Any] | None = None) -> set[str]:
    return {rule["alert"] for rule in rules(spec)}


def test_a_single_server_has_no_alerts_about_a_group_and_no_memory_none_about_its_store():
    assert names() - names(SINGLE) == {"NATSNoMetaLeader", "NATSRoutesMissing"}
    assert names() - names(NO_MEMORY) == {"NATSMemoryStoreNearlyFull", "NATSMemoryStoreFullSoon"}
    assert names(SINGLE) <= names()


@pytest.mark.parametrize("size", [1, 3, 5, 9])
def test_the_number_of_servers_is_that_of_the_nats(size: int):
    by_name = {rule["alert"]: rule for rule in rules({"cluster": {"size": size}})}
    assert by_name["NATSServerDown"]["expr"].endswith(f" < {size}")
    assert by_name["NATSServerDown"]["for"] == {1: "5m", 3: "15m", 5: "15m", 9: "27m"}[size]
    if size > 1:
        assert f" < {size - 1} and on () (" in by_name["NATSRoutesMissing"]["expr"]
        assert f"fewer than {size // 2 + 1} of {size}" in by_name["NATSNoMetaLeader"]["annotations"]["description"]


@pytest.mark.parametrize(
    ("settings", "share"),
    [
        ({}, 90),
        ({"file_store": (50, "%")}, 50),
        ({"file_store": (100, "%")}, 90),
        ({"profile": "nats-manager"}, 90),
    ],
)
def test_the_size_of_the_store_is_its_limit_or_what_the_disk_holds_where_that_is_less(settings: Any, share: int):
    spec = {"jetStream": {"fileStorage": {"size": "10Gi"}}}
    found = [rule["expr"] for rule in rules(spec, **settings) if rule["alert"] == "NATSFileStoreNearlyFull"]
    assert [expr.rpartition("/ ")[2] for expr in found] == [
        f"{(10 << 30) * share // 100} > 0.75",
        f"{(10 << 30) * share // 100} > 0.90",
    ]


def test_every_series_is_one_of_this_cluster_and_nothing_is_a_variable_of_flux():
    for rule in rules():
        selectors = re.findall(r"nats_\w+\{([^}]*)\}", rule["expr"])
        assert selectors
        assert all(one.startswith('namespace="kyma-system",pod=~"eventing-nats-[0-9]+"') for one in selectors)
        assert "${" not in str(rule)
        assert "$$" not in str(rule)
