"""PodMonitor and PrometheusRule against the real CRDs of Prometheus Operator: taken, and stored as rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.clients.prometheus import definition
from tests.cluster.api import Refused
from tests.cluster.rendered import drift, prepare, render, stated
from tests.golden_cases import CASES, Case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cluster.api import Api
    from tests.cluster.control_plane import ControlPlane

MONITORED = [name for name in CASES if Case(name).of_kind("PrometheusRule")]
KINDS = ("PodMonitor", "PrometheusRule")


@pytest.fixture(scope="module")
def with_operator(api_server: ControlPlane) -> Iterator[Api]:
    definitions = "---\n".join(definition(f"{kind.lower()}s") for kind in KINDS)
    api_server.define(definitions)
    api = api_server.api
    yield api
    api.close()
    api_server.kubectl("delete", "-f", "-", "--timeout=60s", stdin=definitions)


@pytest.mark.parametrize("name", MONITORED)
def test_what_is_stored_is_what_was_rendered_and_a_second_apply_changes_nothing(name: str, with_operator: Api):
    api = with_operator
    wanted = [one for one in render(*Case(name).render_arguments()[1:]) if one.kind in (*KINDS, "NetworkPolicy")]
    prepare(api, wanted)
    try:
        for one in wanted:
            first = api.apply(one.text, one.object, one.namespace)
            assert first.warnings == []
            live, rendered = stated(first.body), stated(one.object)
            rendered["metadata"]["namespace"] = one.namespace
            assert live == rendered
            assert list(drift(one.object, first.body)) == []
            assert api.apply(one.text, one.object, one.namespace).body == first.body
    finally:
        for one in wanted:
            api.delete(api.path(one.object, one.namespace))


def test_an_endpoint_that_the_definition_does_not_know_would_be_refused(with_operator: Api):
    (one,) = (one for one in render(*Case("monitored").render_arguments()[1:]) if one.kind == "PodMonitor")
    prepare(with_operator, [one])
    with pytest.raises(Refused, match="field not declared in schema"):
        with_operator.apply(one.text.replace("port: metrics", "prot: metrics"), one.object, one.namespace, dry=True)
