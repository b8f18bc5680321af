from __future__ import annotations

import math
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.api.accept import QUANTITY, accept, accept_config, is_quantity_text
from krmfn.api.explain import explain
from krmfn.api.validation import validate, validate_config
from tests.api.strategies import CONFIGS, JUNK, RESOURCES, mutated

ROOT = Path(__file__).parents[2]
HEAD = {"apiVersion": "operator.kyma-project.io/v1alpha1", "kind": "NATS", "metadata": {"name": "eventing-nats"}}
CONFIG_HEAD = {"apiVersion": "fn.krmfn.dev/v1alpha1", "kind": "RenderNATS"}
PROPERTY = settings(max_examples=200, deadline=None, derandomize=True)


def exact(value: Any) -> Any:
    """The value with its types and the order of its keys, so that 1, 1.0 and True differ."""
    if isinstance(value, dict):
        return [(key, exact(item)) for key, item in value.items()]
    if isinstance(value, list):
        return [exact(item) for item in value]
    return type(value), value


def assert_twins(resource: Any) -> None:
    fast = accept(resource)
    if fast is not None:
        slow, findings = validate(resource)
        assert findings == []
        assert exact(fast) == exact(slow)


def assert_config_twins(config: Any) -> None:
    fast = accept_config(config)
    if fast is not None:
        slow, findings = validate_config(config)
        assert findings == []
        assert exact(fast) == exact(slow)


def test_every_ordinary_resource_is_accepted_with_the_defaults_of_the_api_server(valid):
    for name, (resource, stored) in valid.items():
        if name != "unknown-fields":
            assert accept(resource) == stored, name


def test_what_the_api_server_refuses_is_declined(invalid):
    assert len(invalid) > 25
    for name, (resource, _) in invalid.items():
        assert accept(resource) is None, name


@PROPERTY
@given(RESOURCES)
def test_what_is_accepted_of_right_resources_the_models_accept_alike(resource):
    assert_twins(resource)


@PROPERTY
@given(mutated(RESOURCES))
def test_what_is_accepted_of_changed_resources_the_models_accept_alike(resource):
    assert_twins(resource)


@PROPERTY
@given(st.one_of(JUNK, st.dictionaries(st.sampled_from(["apiVersion", "kind", "metadata", "spec"]), JUNK)))
def test_hostile_values_never_get_further_than_the_models_let_them(value):
    assert_twins(value)
    assert_config_twins(value)


@PROPERTY
@given(st.one_of(CONFIGS, mutated(CONFIGS)))
def test_what_is_accepted_of_a_configuration_the_models_accept_alike(config):
    assert_config_twins(config)


@PROPERTY
@given(RESOURCES)
def test_a_right_resource_is_accepted_or_breaks_a_rule_of_the_crd(resource):
    if accept(resource) is None:
        _, findings = explain(resource)
        assert {f.code for f in findings} <= {"memory-storage-size-0", "duplicate-entry"}
        assert findings


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text("0129.+-eEinumkKMGTP ", max_size=8))
def test_a_quantity_is_what_the_pattern_of_the_crd_says(text):
    assert is_quantity_text(text) == bool(re.fullmatch(QUANTITY.removesuffix("$"), text, re.ASCII))


def test_every_short_text_is_a_quantity_exactly_when_the_pattern_says_so():
    pattern = re.compile(QUANTITY.removesuffix("$"), re.ASCII)
    texts = [""]
    for _ in range(4):
        texts = [*texts, *(text + c for text in texts for c in "1.+eEiKm ")]
    assert {t for t in texts if is_quantity_text(t)} == {t for t in texts if pattern.fullmatch(t)}


def test_the_accepted_spec_shares_nothing_with_the_table():
    first = accept(HEAD)
    assert first is not None
    first["resources"]["limits"]["cpu"] = "9"
    second = accept(HEAD)
    assert second is not None
    assert second["resources"]["limits"]["cpu"] == "500m"


def test_an_integral_float_is_an_integer_of_that_value():
    spec = accept({**HEAD, "spec": {"cluster": {"size": 3.0}, "jetStream": {"fileStorage": {"size": 1e9}}}})
    assert spec is not None
    assert exact(spec["cluster"]["size"]) == (int, 3)
    assert exact(spec["jetStream"]["fileStorage"]["size"]) == (int, 10**9)


@pytest.mark.parametrize("size", [True, "3", 2.5, math.nan, math.inf, 1e30, 2**63, 4, 0, -1, [3], {"size": 3}])
def test_a_size_that_is_no_odd_positive_integer_is_declined(size):
    assert accept({**HEAD, "spec": {"cluster": {"size": size}}}) is None


@pytest.mark.parametrize(
    "resource",
    [
        {**HEAD, "spec": {"labels": ["a"]}},
        {**HEAD, "spec": {"resources": {"claims": {"name": "a"}}}},
        {**HEAD, "metadata": {"name": "Upper"}},
        {**HEAD, "metadata": {"name": "n", "namespace": "a.b"}},
        {**HEAD, "metadata": {"name": "n", 1: 2}},
        {**HEAD, "spec": {"labels": {"a": "\ud800"}}},
        {**HEAD, "spec": {"resources": {"claims": [{"name": "a"}, {"name": "a"}]}}},
        {key: value for key, value in HEAD.items() if key != "metadata"},
    ],
)
def test_what_is_not_plainly_right_is_declined(resource):
    assert accept(resource) is None


def test_maps_come_out_sorted_so_that_order_of_writing_does_not_matter():
    spec = accept({**HEAD, "spec": {"labels": {"b": "1", "a": "2"}}})
    assert spec is not None
    assert list(spec["labels"]) == ["a", "b"]


def test_a_configuration_without_a_spec_states_nothing():
    assert accept_config(CONFIG_HEAD) == {}
    assert accept_config({**CONFIG_HEAD, "spec": None}) == {}


def test_a_configuration_keeps_what_is_stated_and_adds_no_default():
    spec = {"zones": ["a", "b"], "istio": False, "adopt": True, "priorityClass": ""}
    assert accept_config({**CONFIG_HEAD, "spec": spec}) == spec


def test_accepting_imports_nothing_dear():
    dear = {
        "re",
        "typing",
        "dataclasses",
        "enum",
        "json",
        "collections",
        "functools",
        "argparse",
        "decimal",
        "pydantic",
    }
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); before = set(sys.modules)\n"
        "import krmfn.api.config, krmfn.api.accept, krmfn.api.rules\n"
        f"print(sorted({dear} & (set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
