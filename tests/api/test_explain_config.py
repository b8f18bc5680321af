from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.api.explain import explain_config
from tests.api.strategies import CONFIGS, JUNK, mutated

if TYPE_CHECKING:
    from krmfn.model.finding import Finding

CONFIG_HEAD = {"apiVersion": "fn.krmfn.dev/v1alpha1", "kind": "RenderNATS"}


def config_fault(**spec: Any) -> Finding:
    stated, findings = explain_config({**CONFIG_HEAD, "spec": spec})
    assert stated is None
    assert len(findings) == 1, findings
    return findings[0]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.one_of(mutated(CONFIGS), JUNK))
def test_a_configuration_is_either_stated_or_told_why_not(config):
    stated, findings = explain_config(config)
    assert (stated is None) == bool(findings)


@pytest.mark.parametrize(
    ("spec", "code", "said", "proposed"),
    [
        ({"profile": "hardned"}, "unsupported-value", "did you mean hardened?", "hardened"),
        ({"mode": "dry"}, "unsupported-value", "write one of them", None),
        ({"istio": "automatic"}, "unsupported-value", "write one of them", None),
        ({"istio": 1}, "wrong-type", "write true, false or auto", None),
        ({"zones": "a,b"}, "wrong-type", "write a list, such as [a, b, c], or a number", None),
        ({"zones": True}, "wrong-type", "write a list, such as [a, b, c], or a number", None),
        ({"zones": 0}, "below-minimum", "write 1 or more", None),
        ({"zones": ["a", 1]}, "wrong-type", 'write "1" in quotes', "1"),
        ({"profile": 1}, "wrong-type", "write hardened or nats-manager", None),
        ({"kubernetesVersion": 1.3}, "wrong-type", "put it in quotes; without quotes 1.30 is 1.3", None),
        ({"kubernetesVersion": 1.31}, "wrong-type", "put it in quotes", None),
        ({"zoneSpred": "off"}, "unknown-field", 'did you mean "spec.zoneSpread"?', "zoneSpread"),
        ({"replicas": 3}, "unknown-field", None, None),
    ],
)
def test_a_wrong_configuration_is_refused_with_what_to_write(spec, code, said, proposed):
    found = config_fault(**spec)
    assert found.code == code
    assert found.path[:2] == ("spec", next(iter(spec)))
    assert said is None or (found.message.partition("; ")[2], found.proposed) == (said, proposed)


def test_an_empty_choice_switch_or_list_is_not_stated():
    spec = dict.fromkeys(("profile", "zones", "istio", "fips", "imagePullSecrets"), "")
    assert explain_config({**CONFIG_HEAD, "spec": spec}) == ({}, [])
