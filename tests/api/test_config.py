from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.api.config import from_function_config, layered
from krmfn.api.keys import KEYS
from krmfn.api.schema import flat
from krmfn.api.table import RENDER_NATS
from krmfn.cluster.settings import Settings
from krmfn.model.finding import Findings
from tests.api.configurations import config_map, fault, from_data, from_set, from_spec, render_nats, stated
from tests.api.strategies import CONFIGS, JUNK, mutated

SPEC = RENDER_NATS["fields"]["spec"]["fields"]
DIGEST = "0123456789abcdef" * 4
SECRET = "hunter2-correct-horse"


def test_the_defaults_that_the_schema_shows_are_those_of_the_settings():
    shown = flat("RenderNATS")["properties"]["spec"]["properties"]
    defaults = {key: field["default"] for key, field in shown.items() if "default" in field}
    assert len(defaults) > 10
    assert from_spec(defaults) == (Settings(), [])


EVERYTHING = {
    "profile": "nats-manager",
    "zones": "eu-1a, eu-1b,eu-1c",
    "zoneSpread": "required",
    "istio": "true",
    "provider": "alicloud",
    "kubernetesVersion": "v1.31.4-gke.100",
    "clusterDomain": "example.internal",
    "clusterName": "shop_Nats.1",
    "secretMode": "existing",
    "secretName": "nats.secret",
    "imageRegistry": "registry.example.com:5000/mirror",
    "natsImage": f"nats@sha256:{DIGEST}",
    "reloaderImage": "r.example.com/reloader:1",
    "exporterImage": "exporter:1",
    "fips": "true",
    "imagePullSecrets": "a,b",
    "priorityClass": "high",
    "podMonitor": "false",
    "keepCR": "local-config",
    "mode": "validate",
    "include": "all",
    "adopt": "true",
    "protect": "true",
    "previous": "rendered/prod",
}


def test_the_flat_form_states_every_key():
    made = stated(**EVERYTHING)
    assert made.profile == "nats-manager"
    assert made.zones == ("eu-1a", "eu-1b", "eu-1c")
    assert made.zone_spread == "required"
    assert made.istio is True
    assert made.provider == "alicloud"
    assert made.kubernetes_version == (1, 31)
    assert made.cluster_domain == "example.internal"
    assert made.cluster_name == "shop_Nats.1"
    assert made.secret_name == "nats.secret"
    assert made.image_registry == "registry.example.com:5000/mirror"
    assert made.nats_image == f"nats@sha256:{DIGEST}"
    assert made.fips is True
    assert made.image_pull_secrets == ("a", "b")
    assert made.priority_class == "high"
    assert made.pod_monitor is False
    assert made.keep_cr == "local-config"
    assert (made.mode, made.include, made.adopt, made.previous) == ("validate", "all", True, "rendered/prod")
    assert made.protect is True


def test_both_forms_mean_the_same():
    typed = {
        **EVERYTHING,
        "zones": ["eu-1a", "eu-1b", "eu-1c"],
        "istio": True,
        "fips": True,
        "imagePullSecrets": ["a", "b"],
        "podMonitor": False,
        "adopt": True,
        "protect": True,
    }
    made, cr, findings = from_function_config(render_nats(typed))
    assert (cr, findings) == (None, [])
    assert made == stated(**EVERYTHING)


@pytest.mark.parametrize("value", [None, config_map(None), config_map({}), render_nats(None), render_nats({})])
def test_a_configuration_that_states_nothing_gives_the_defaults(value):
    assert from_function_config(value) == (Settings(), None, [])


def test_an_empty_text_is_not_stated():
    assert stated(**dict.fromkeys(KEYS, "")) == Settings()
    assert stated(**dict.fromkeys(KEYS, " \n")) == Settings()
    assert from_function_config(config_map(dict.fromkeys(KEYS))) == (Settings(), None, [])


def test_an_empty_text_in_the_typed_form_states_that_there_is_no_provider_and_no_priority_class():
    made, _, findings = from_function_config(render_nats({**dict.fromkeys(KEYS, ""), "zones": [], "fips": None}))
    assert findings == []
    assert made == Settings().replaced(provider="", priority_class="")


def test_the_keys_of_kpts_package_context_are_ignored():
    assert from_function_config(config_map({"name": "prod", "package-path": "a/b"})) == (Settings(), None, [])


@pytest.mark.parametrize(
    ("value", "path", "field"),
    [
        (config_map({"zoneSpread": "hard"}), ("data", "zoneSpread"), "data.zoneSpread"),
        (render_nats({"zones": ["a", "a"]}), ("spec", "zones", 1), "spec.zones[1]"),
    ],
)
def test_a_fault_names_the_key_as_the_user_wrote_it(value, path, field):
    _, _, findings = from_function_config(value)
    assert [f.path for f in findings] == [path]
    assert findings[0].message.startswith(f"{field}: ")


def test_a_fault_of_set_names_the_key_alone():
    found = fault(zoneSpread="requred")
    assert (found.path, found.code, found.proposed) == (("zoneSpread",), "unsupported-value", "required")
    assert found.message == (
        "zoneSpread: the value is not one of auto, required, preferred, off; did you mean required?"
    )  # fmt: skip


def test_an_unknown_key_names_the_nearest_known_one():
    found = fault(zonespred="off")
    assert (found.code, found.message) == ("unknown-key", 'unknown key "zonespred"; did you mean "zoneSpread"?')


def test_an_unknown_key_with_no_near_one_names_where_all_are_listed():
    assert fault(enterprise="yes").message == 'unknown key "enterprise"; krmfn --help lists the keys'


@pytest.mark.parametrize(
    ("value", "proposed"), [(3, "3"), (True, "true"), (1.3, None), (["a"], None), ({"a": 1}, None)]
)
def test_a_value_that_is_no_text_is_to_be_quoted(value, proposed):
    _, _, findings = from_function_config(config_map({"zones": value}))
    assert [(f.code, f.proposed) for f in findings] == [("wrong-type", proposed)]
    assert "quotes" in findings[0].message


@pytest.mark.parametrize("data", [[], "zones=3", 3])
def test_data_that_is_no_map_is_refused(data):
    _, _, findings = from_function_config(config_map(data))
    assert [(f.code, f.path) for f in findings] == [("wrong-type", ("data",))]


@pytest.mark.parametrize("key", ["podMonitor", "networkPolicy", "prometheusRule"])
def test_an_object_that_is_opt_in_is_turned_on_in_each_form(key):
    from krmfn.api.keys import KEYS

    attribute = KEYS[key][0]
    assert getattr(stated(), attribute) is False
    assert getattr(stated(**{key: "true"}), attribute) is True
    settings, _, findings = from_function_config(render_nats({key: True}))
    assert (getattr(settings, attribute), findings) == (True, [])


def test_no_secret_is_for_the_hardened_profile_only():
    assert stated(secretMode="none").secret_mode == "none"
    found = fault(secretMode="none", profile="nats-manager")
    assert (found.code, found.path, found.proposed) == ("conflicting-settings", ("secretMode",), "existing")


@pytest.mark.parametrize(
    ("key", "mode"), [("remoteKey", "existing"), ("secretStore", "none"), ("remoteKey", "none"), ("secretName", "none")]
)
def test_a_key_of_another_secret_mode_is_a_warning(key, mode):
    _, findings = from_data({key: "some-name", "secretMode": mode})
    assert [(f.severity, f.code, f.path) for f in findings] == [("warning", "no-effect", ("data", key))]
    assert not Findings(findings).failed


def test_set_goes_over_the_function_config():
    config = render_nats({"profile": "nats-manager", "secretMode": "none", "zones": 2})
    made, _, findings = from_function_config(config, {"profile": "hardened", "zones": ""})
    assert findings == []
    assert (made.profile, made.secret_mode, made.zones) == ("hardened", "none", 2)


def test_a_conflict_names_the_key_where_it_was_stated_last():
    config = render_nats({"profile": "nats-manager", "secretMode": "none"})
    _, _, findings = from_function_config(config, {"zones": "3"})
    assert [f.path for f in findings] == [("spec", "secretMode")]
    _, _, findings = from_function_config(config, {"secretMode": "none"})
    assert [f.path for f in findings] == [("secretMode",)]


def test_a_word_that_means_true_or_false_is_named_with_what_to_write():
    findings = from_data({"istio": "no", "networkPolicy": "Yes"})[1]
    assert [finding.message for finding in findings] == [
        'data.istio: "no" is not true or false; write false',
        'data.networkPolicy: "Yes" is not true or false; write true',
    ]


def test_one_layer_goes_over_another_and_leaves_it_as_it_was():
    base = config_map({"zones": "3", "istio": "true"})
    made, _ = layered([base, config_map({"istio": "false"})], {})
    assert (made.zones, made.istio) == (3, False)
    made, _ = layered([base, render_nats({"zones": ["a"]})], {})
    assert (made.zones, made.istio) == (("a",), True)
    assert base["data"] == {"zones": "3", "istio": "true"}


def test_the_nats_resource_itself_may_be_the_function_config():
    cr = {"apiVersion": "operator.kyma-project.io/v1alpha1", "kind": "NATS", "metadata": {"name": "n"}}
    assert from_function_config(cr) == (Settings(), cr, [])


@pytest.mark.parametrize(
    "value",
    [
        {"apiVersion": "v1", "kind": "Secret"},
        {"apiVersion": "fn.krmfn.dev/v1", "kind": "RenderNATS"},
        {"apiVersion": 1, "kind": None},
        {},
        [],
        "zones=3",
    ],
)
def test_any_other_function_config_is_an_error_that_names_the_accepted_kinds(value):
    made, cr, findings = from_function_config(value)
    assert (made, cr) == (Settings(), None)
    assert [f.code for f in findings] == ["unknown-function-config"]
    for kind in ("ConfigMap", "RenderNATS", "NATS"):
        assert kind in findings[0].message


def test_all_faults_of_a_configuration_are_told_in_one_run():
    spec = {"zoneSpred": "off", "fips": "yes", "clusterDomain": "a_b", "zones": ["a", "a"], "kubernetesVersion": "1.31"}
    made, _, findings = from_function_config(render_nats(spec))
    assert sorted(f.code for f in findings) == ["invalid-name", "invalid-zones", "unknown-field", "wrong-type"]
    assert made.kubernetes_version == (1, 31)
    _, findings = from_set({**spec, "zones": "a,a"})
    assert sorted(f.code for f in findings) == ["invalid-name", "invalid-zones", "unknown-key", "unsupported-value"]


def test_a_spec_that_is_no_object_is_told_once():
    _, _, findings = from_function_config(render_nats("hardened"))
    assert [(f.code, f.path) for f in findings] == [("wrong-type", ("spec",))]


def test_a_value_that_could_be_a_secret_is_never_said():
    secrets = dict.fromkeys(KEYS, f"{SECRET} " * 2) | {"zones": "a", "zoneSpread": SECRET}
    _, findings = from_set(secrets)
    _, _, typed = from_function_config(
        render_nats({key: [SECRET] for key in KEYS} | {"zones": 3, "imagePullSecrets": ["x"]})
    )
    assert len(findings) > 15
    assert len(typed) > 20
    assert SECRET not in " ".join(f"{f.message} {f.current} {f.proposed}" for f in [*findings, *typed])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.one_of(mutated(CONFIGS), CONFIGS, JUNK, st.dictionaries(st.sampled_from(list(KEYS)), JUNK).map(config_map)),
    st.dictionaries(st.sampled_from([*KEYS, "zone"]), st.text(max_size=8)),
)
def test_no_configuration_breaks_the_reading_of_it(value, pairs):
    made, _, findings = from_function_config(value, pairs)
    assert all(f.message for f in findings)
    assert made.zones is None or isinstance(made.zones, (int, tuple))


@pytest.mark.parametrize("place", ["spec", "binaryData", "secretMode"])
def test_a_config_map_that_states_keys_outside_its_data_is_an_error_and_not_ignored(place):
    config = {**config_map({"zones": "3"}), place: {"secretMode": SECRET}, "immutable": True, "stringData": None}
    _, _, findings = from_function_config(config)
    assert [(f.severity, f.code, f.path) for f in findings] == [("error", "unknown-key", (place,))]
    assert "under data" in findings[0].message
    assert SECRET not in findings[0].message
