"""PodMonitor and PrometheusRule against the real CRDs of Prometheus Operator: taken, and stored as rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from tests.clients.prometheus import definition
from tests.cluster.api import Refused
from tests.cluster.rendered import drift, prepare, render, stated
from tests.golden_cases import CASES, Case

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cluster.api import Api
    from tests.cluster.control_plane import ControlPlane

MONITORED = [name for name in CASES if Case(name).of_kind("PrometheusRule")]
KINDS = ("PodMonitor", "PrometheusRule")


@pytest.fixture(scope="module")
def with_operator(api_server: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    texts = [definition(f"{kind.lower()}s") for kind in KINDS]
    file: Path = tmp_path_factory.mktemp("crds") / "crds.yaml"
    file.write_text("---\n".join(texts))
    made = api_server.kubectl("apply", "--server-side", "--force-conflicts", "-f", str(file))
    assert made.returncode == 0, made.stderr
    for text in texts:
        name = f"crd/{yaml.safe_load(text)['metadata']['name']}"
        waited = api_server.kubectl("wait", "--for=condition=Established", name, "--timeout=30s")
        assert waited.returncode == 0, waited.stderr
    api = api_server.api
    yield api
    api.close()
    api_server.kubectl("delete", "-f", str(file), "--timeout=60s")


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
