from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.api import faults as faults_of_api
from krmfn.api.diagnosis import diagnose
from krmfn.api.explain import explain, explain_config
from krmfn.api.table import NATS, RENDER_NATS
from krmfn.api.validation import validate, validate_config
from tests.api.strategies import CONFIGS, JUNK, RESOURCES, mutated
from tests.parity import refusal_code

if TYPE_CHECKING:
    from krmfn.model.finding import Finding

HEAD = {"apiVersion": "operator.kyma-project.io/v1alpha1", "kind": "NATS", "metadata": {"name": "eventing-nats"}}
CONFIG_HEAD = {"apiVersion": "fn.krmfn.dev/v1alpha1", "kind": "RenderNATS"}
SECRET = "hunter2-correct-horse"


def faults(**spec: Any) -> list[Finding]:
    stored, findings = explain({**HEAD, "spec": spec})
    assert stored is None
    return findings


def fault(**spec: Any) -> Finding:
    findings = faults(**spec)
    assert len(findings) == 1, findings
    return findings[0]


def advice(finding: Finding) -> tuple[str, Any]:
    return finding.message.partition("; ")[2], finding.proposed


def test_every_valid_resource_is_stored_as_the_api_server_stores_it(valid):
    for name, (resource, stored) in valid.items():
        if name != "unknown-fields":
            assert explain(resource) == (stored, []), name


def test_unknown_fields_are_errors_as_with_strict_kubectl(valid):
    stored, findings = explain(valid["unknown-fields"][0])
    assert stored is None
    assert sorted(f.field for f in findings) == [
        "spec.cluster.zones",
        "spec.jetStream.memStorage.sizeLimit",
        "spec.replicas",
    ]
    assert all(f.message.startswith(f'unknown field "{f.field}"; ') for f in findings)


def test_what_the_api_server_refuses_is_the_same_fault_here_and_nothing_else_is(invalid):
    for name, (resource, causes) in invalid.items():
        stored, findings = explain(resource)
        assert stored is None
        refused = {(cause["field"], refusal_code(cause["message"])) for cause in causes if cause["field"] != "<nil>"}
        if ("spec.cluster.size", "below-minimum") in refused:
            refused.discard(("spec.cluster.size", "even-cluster-size"))  # one wrong number, so one finding
        assert {(f.field, f.code) for f in findings} == refused, name


def test_a_message_says_what_the_value_is_and_what_it_must_be_and_not_in_the_words_of_a_schema(invalid):
    for resource, _ in invalid.values():
        for one in explain(resource)[1]:
            assert "in body" not in one.message
            assert "Invalid value" not in one.message
            assert one.message.partition("; ")[2], one.message


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ("3", '"3" is a string, not a whole number; write 3 without quotes'),
        (True, "true is a boolean, not a whole number; use 3 or 5"),
        (2.5, "2.5 is a floating-point number, not a whole number; use 3 or 5"),
        (2**63, "9223372036854775808 is a number of more than 64 bits, not a whole number; use 3 or 5"),
        ([3], "the value is a list, not a whole number; use 3 or 5"),
        ("hunter2", "the value is a string, not a whole number; use 3 or 5"),
        (0, "0 is below the minimum, 1; use 3 or 5"),
        (2, "2 is even, and size only accepts odd numbers; use 3 or 5"),
    ],
)
def test_a_wrong_size_is_told_in_plain_words(size, said):
    assert said in {f.message for f in faults(cluster={"size": size})}


def test_faults_below_misspelled_fields_are_told_in_the_same_run_at_the_paths_that_are_written():
    found = faults(clustr={"size": 4}, jetStreem={"fileStorag": {"sizee": "10Gi"}, "memStorage": {"size": "1GB"}})
    assert {(f.field, f.code) for f in found} == {
        ("spec.clustr", "unknown-field"),
        ("spec.clustr.size", "even-cluster-size"),
        ("spec.jetStreem", "unknown-field"),
        ("spec.jetStreem.fileStorag", "unknown-field"),
        ("spec.jetStreem.fileStorag.sizee", "unknown-field"),
        ("spec.jetStreem.memStorage.size", "pattern-mismatch"),
    }
    (deepest,) = (f for f in found if f.path[-1] == "sizee")
    said = 'unknown field "spec.jetStreem.fileStorag.sizee"; did you mean "spec.jetStream.fileStorage.size"?'
    assert (deepest.message, deepest.fix.path) == (said, deepest.path)


def test_a_field_that_is_there_in_both_spellings_hides_nothing():
    (found,) = faults(cluster={"size": 3}, clustr={"size": 4})
    assert found.field == "spec.clustr"


def test_faults_below_misspelled_keys_of_the_settings_are_told_too():
    _, found = explain_config({**CONFIG_HEAD, "spec": {"serverr": {"maxPayloadd": "8Mi"}}})
    assert {f.field for f in found} == {"spec.serverr", "spec.serverr.maxPayloadd"}


def test_all_faults_of_a_resource_are_told_in_one_run(invalid):
    _, findings = explain(invalid["several-at-once"][0])
    assert sorted(f.code for f in findings) == [
        "below-minimum",
        "memory-storage-size-0",
        "pattern-mismatch",
    ]


def test_the_rules_of_the_crd_are_held_against_what_is_well_typed_beside_a_fault():
    codes = {f.code for f in faults(cluster={"size": 4}, logging="debug", jetStream={"memStorage": {"size": 0}})}
    assert codes == {"even-cluster-size", "wrong-type", "memory-storage-size-0"}


@pytest.mark.parametrize(
    ("value", "said", "proposed"),
    [
        ("3", "write 3 without quotes", 3),
        ("three", "use 3 or 5", None),
        (2.5, "use 3 or 5", None),
        (True, "use 3 or 5", None),
        (2**63, "use 3 or 5", None),
    ],
)
def test_a_size_of_the_wrong_type_is_refused_with_what_to_write(value, said, proposed):
    found = fault(cluster={"size": value})
    assert found.code == "wrong-type"
    assert found.path == ("spec", "cluster", "size")
    assert advice(found) == (said, proposed)


def test_a_number_that_int64_cannot_hold_is_called_a_number():
    assert "is a number of more than 64 bits, not a whole number" in fault(cluster={"size": 2**63}).message
    assert "is a floating-point number, not a whole number" in fault(cluster={"size": 1e30}).message


def test_an_integral_float_of_the_wrong_place_is_called_a_whole_number():
    assert "is a whole number, not true or false" in fault(logging={"debug": 3.0}).message


@pytest.mark.parametrize(("size", "proposed"), [(2, 3), (4, 5), (100, 101), (998, 999)])
def test_an_even_size_is_refused_with_a_proposal(size, proposed):
    found = fault(cluster={"size": size})
    assert (found.code, found.current, found.proposed) == ("even-cluster-size", size, proposed)


@pytest.mark.parametrize(
    ("size", "code"), [(0, "below-minimum"), (-2, "below-minimum"), (1000, "above-maximum"), (10**6, "above-maximum")]
)
def test_a_size_out_of_bounds_that_is_even_too_is_one_fault(size, code):
    found = fault(cluster={"size": size})
    assert (found.code, found.message.partition("; ")[2], found.proposed) == (code, "use 3 or 5", 3)


@pytest.mark.parametrize(
    ("value", "said", "proposed"),
    [
        ("true", "write true without quotes", True),
        ("No", "write false without quotes", False),
        (1, "write true", True),
        (0, "write false", False),
        ("maybe", "write true or false", None),
        ([], "write true or false", None),
    ],
)
def test_a_switch_of_the_wrong_type_is_refused_with_what_to_write(value, said, proposed):
    assert advice(fault(logging={"debug": value})) == (said, proposed)


@pytest.mark.parametrize(
    ("value", "said", "proposed"),
    [
        (1234, 'write "1234" in quotes', "1234"),
        (True, 'write "true" in quotes', "true"),
        (1.1, "put it in quotes; without quotes 1.10 is 1.1", None),
        (["a"], "write a string", None),
    ],
)
def test_a_label_value_that_is_no_text_is_refused_with_what_to_write(value, said, proposed):
    found = fault(labels={"release": value})
    assert found.path == ("spec", "labels", "release")
    assert advice(found) == (said, proposed)


@pytest.mark.parametrize(
    ("value", "proposed"),
    [
        ("10GiB", "10Gi"),
        ("1 Gi", "1Gi"),
        ("1gi", "1Gi"),
        ("512mb", "512Mi"),
        ("1,5Gi", "1.5Gi"),
        ("1gib", "1Gi"),
        ("1Gi\n", "1Gi"),
    ],
)
def test_a_size_that_is_spelled_wrong_is_refused_with_the_right_spelling(value, proposed):
    found = fault(jetStream={"memStorage": {"size": value}})
    assert found.code == "pattern-mismatch"
    assert found.proposed == proposed
    assert f"write {proposed}" in found.message


def test_a_size_in_gigabytes_is_told_both_powers():
    assert advice(fault(jetStream={"fileStorage": {"size": "5GB"}}))[0] == "write 5Gi, or 5G for powers of 1000"


@pytest.mark.parametrize("value", ["", "large", "Gi", "12345678901234GB", "1 2 3"])
def test_a_size_that_cannot_be_guessed_gets_an_example(value):
    found = fault(jetStream={"memStorage": {"size": value}})
    assert advice(found) == ("write a number and a unit, such as 512Mi or 1Gi", None)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"jetStream": {"memStorage": {"size": 1.5}}}, ("write a unit, such as 1.5Gi", "1.5Gi")),
        ({"resources": {"limits": {"cpu": 0.5}}}, ('write "0.5" in quotes', "0.5")),
        ({"resources": {"limits": {"memory": 5e20}}}, ("write a number and a unit, such as 512Mi or 1Gi", None)),
        ({"resources": {"limits": {"memory": False}}}, ("write a number and a unit, such as 512Mi or 1Gi", None)),
    ],
)
def test_a_size_that_is_neither_integer_nor_text_is_refused_with_what_to_write(spec, said):
    assert advice(fault(**spec)) == said


@pytest.mark.parametrize(
    ("spec", "field", "said"),
    [
        ({"cluster": 3}, "spec.cluster", "write its fields below it: size"),
        ({"labels": "a=b"}, "spec.labels", "write entries of the form key: value below it"),
        ({"resources": {"claims": {}}}, "spec.resources.claims", "write a list"),
        ({"resources": {"claims": [None]}}, "spec.resources.claims[0]", "write its fields below it: name, request"),
        ({"resources": {"claims": [{}]}}, "spec.resources.claims[0].name", "write spec.resources.claims[0].name"),
    ],
)
def test_a_wrong_shape_is_refused_where_it_is(spec, field, said):
    found = fault(**spec)
    assert found.field == field
    assert advice(found)[0] == said


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"cluter": {}}, 'unknown field "spec.cluter"; did you mean "spec.cluster"?'),
        ({"replicas": 3}, 'unknown field "spec.replicas"; did you mean "spec.cluster.size"?'),
        ({"memStorage": {}}, 'unknown field "spec.memStorage"; did you mean "spec.jetStream.memStorage"?'),
        (
            {"jetStream": {"size": "1Gi"}},
            (
                'unknown field "spec.jetStream.size"; did you mean '
                '"spec.jetStream.memStorage.size" or "spec.jetStream.fileStorage.size"?'
            ),
        ),
        ({"logging": {"colour": True}}, 'unknown field "spec.logging.colour"; known here: debug, trace'),
        (
            {"logging": {"memory": None}},
            'unknown field "spec.logging.memory"; known here: debug, trace',
        ),
    ],
)
def test_an_unknown_field_is_an_error_that_says_what_may_be_meant(spec, message):
    found = fault(**spec)
    assert (found.code, found.message) == ("unknown-field", message)


def test_an_unknown_field_beside_the_spec_is_an_error():
    _, findings = explain({**HEAD, "Spec": {}})
    assert [f.message for f in findings] == ['unknown field "Spec"; did you mean "spec"?']


def test_two_claims_of_one_name_are_an_error_at_the_second():
    found = fault(resources={"claims": [{"name": "disk"}, {"name": "gpu"}, {"name": "disk"}]})
    assert (found.code, found.field) == ("duplicate-entry", "spec.resources.claims[2]")


@pytest.mark.parametrize(
    ("head", "codes"),
    [
        ({}, ["missing-field"] * 3),
        ({"apiVersion": 1, "kind": None, "metadata": {}}, ["missing-field", "missing-field", "wrong-type"]),
        ({**HEAD, "metadata": {"name": 2024}}, ["wrong-type"]),
        ({**HEAD, "metadata": "eventing-nats"}, ["wrong-type"]),
        ({**HEAD, "kind": "Nats"}, ["unsupported-value"]),
        ({**HEAD, "metadata": {"name": "Eventing"}}, ["invalid-name"]),
        ({**HEAD, "metadata": {"name": "n", "namespace": "a.b"}}, ["invalid-name"]),
        ({**HEAD, "metadata": {"name": "n", "labels": {"a": 1}}}, ["wrong-type"]),
        ({**HEAD, "metadata": {"name": "n", "annotations": []}}, ["wrong-type"]),
    ],
)
def test_a_head_that_is_out_of_order_is_refused(head, codes):
    stored, findings = explain(head)
    assert stored is None
    assert sorted(f.code for f in findings) == codes


@pytest.mark.parametrize("value", [None, [], "NATS", 3])
def test_what_is_no_object_is_refused_as_such(value):
    stored, findings = explain(value)
    assert stored is None
    assert [f.code for f in findings] == ["wrong-type"]
    assert ", not a map; " in findings[0].message


def test_a_missing_head_says_what_to_write():
    _, findings = explain({})
    assert [f.proposed for f in findings] == ["operator.kyma-project.io/v1alpha1", "NATS", None]


@pytest.mark.parametrize(("name", "proposed"), [("Eventing_NATS", "eventing-nats"), ("-x-", None), ("", None)])
def test_a_name_is_refused_with_the_nearest_right_one(name, proposed):
    _, findings = explain({**HEAD, "metadata": {"name": name}})
    assert findings[0].proposed == proposed


def test_a_key_that_is_no_string_is_refused_at_its_map_or_level():
    assert fault(labels={1: "a"}).path == ("spec", "labels")
    assert fault(logging={1: True}).path == ("spec", "logging")


def test_half_a_surrogate_pair_is_refused_in_values_and_keys():
    assert fault(labels={"a": "\ud800"}).code == "wrong-type"
    assert fault(labels={"\ud800": "a"}).code == "wrong-type"


def test_a_status_is_ignored_whatever_it_holds():
    assert explain({**HEAD, "status": 3})[1] == []


def test_a_null_in_a_map_is_dropped_as_the_api_server_does():
    stored, _ = explain({**HEAD, "spec": {"labels": {"a": None, "b": "c"}, "resources": {"limits": {"cpu": None}}}})
    assert stored is not None
    assert stored["labels"] == {"b": "c"}
    assert stored["resources"] == {"limits": {}}


def everything_said(findings: list[Finding]) -> str:
    return " ".join(f"{f.message} {f.current} {f.proposed}" for f in findings)


def test_a_value_that_could_be_a_secret_is_never_said():
    spec = {
        "cluster": {"size": SECRET},
        "jetStream": {"memStorage": {"size": SECRET, "enabled": SECRET}, "fileStorage": SECRET},
        "logging": {"debug": SECRET, "password": SECRET},
        "resources": {"limits": {"memory": SECRET}, "claims": [SECRET]},
        "labels": {"a": [SECRET]},
    }
    findings = faults(**spec) + explain_config({**CONFIG_HEAD, "kind": SECRET, "spec": dict.fromkeys(
        ("profile", "zones", "istio", "fips", "secretMode", "imagePullSecrets", "unknown"), SECRET)})[1]  # fmt: skip
    assert len(findings) == 17
    assert SECRET not in everything_said(findings)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.one_of(mutated(RESOURCES), JUNK))
def test_a_resource_is_either_stored_or_told_why_not(resource):
    stored, findings = explain(resource)
    assert (stored is None) == bool(findings)
    assert all(f.severity == "error" and f.message.isascii() for f in findings)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(st.one_of(mutated(RESOURCES), mutated(mutated(RESOURCES)), JUNK))
def test_what_is_said_without_the_models_of_a_wrong_resource_is_what_they_say(resource):
    assert_same_faults(resource, NATS, validate)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(st.one_of(mutated(CONFIGS), mutated(mutated(CONFIGS)), JUNK))
def test_what_is_said_without_the_models_of_a_wrong_configuration_is_what_they_say(config):
    assert_same_faults(config, RENDER_NATS, validate_config)


def assert_same_faults(resource: Any, table: dict[str, Any], by_models: Any) -> None:
    details = diagnose(resource, table)
    if details is not None:
        spec, findings = by_models(resource)
        assert [parts(faults_of_api.finding(detail, table)) for detail in details] == [parts(one) for one in findings]
        assert (spec is None) == bool(details)


def parts(finding: Finding) -> tuple[str, ...]:
    """All of a finding about an object without a file, as texts, so that NaN is NaN and 1 is not True."""
    return repr(finding), repr(finding.current), repr(finding.proposed)
