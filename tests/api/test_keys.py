from __future__ import annotations

import re

import pytest

from krmfn.api.config import from_function_config
from krmfn.api.keys import KEYS, image, image_registry
from krmfn.api.render_nats import RenderSpec
from krmfn.api.table import RENDER_NATS
from krmfn.cluster.images import is_reference
from krmfn.cluster.settings import Settings
from krmfn.cluster.storage import STORE_SHARES
from tests.api.configurations import fault, from_set, from_spec, stated

SPEC = RENDER_NATS["fields"]["spec"]["fields"]
SECRET = "hunter2-correct-horse"


def test_every_key_of_the_typed_form_has_a_check_and_an_attribute():
    assert list(KEYS) == list(SPEC)
    assert sorted(attribute for attribute, _ in KEYS.values()) == sorted(Settings.__slots__)


@pytest.mark.parametrize("text", ["True", "yes", "ON", "1", "enabled"])
def test_a_switch_is_true_or_false_and_nothing_that_looks_like_it(text):
    for key in ("adopt", "istio"):
        assert (fault(**{key: text}).code, fault(**{key: text}).proposed) == ("unsupported-value", "true")


def test_a_switch_turned_off_in_other_words_is_told_false():
    assert fault(fips="off").proposed == "false"


def test_a_switch_that_says_neither_lists_what_it_may_say():
    assert "true, false" in fault(adopt="perhaps").message
    assert fault(istio="automatic").message.startswith("istio: the value is not one of true, false, auto")


def test_istio_may_be_stated_or_left_to_the_items():
    assert stated(istio="auto").istio == "auto"
    assert stated(istio="false").istio is False


@pytest.mark.parametrize(
    ("text", "zones"), [("3", 3), ("1", 1), ("a", ("a",)), ("a,b", ("a", "b")), ("1,2", ("1", "2"))]
)
def test_zones_are_names_or_a_number(text, zones):
    assert stated(zones=text).zones == zones


@pytest.mark.parametrize(
    "text", ["0", "-1", "1.5", "+3", "9" * 5000, "a,a", "a,,b", ",", "a,", "eu west", "-a", "a" * 64]
)
def test_zones_that_are_no_zones_are_one_error(text):
    made, findings = from_set({"zones": text})
    assert {f.code for f in findings} == {"invalid-zones"}
    assert made.zones is None
    if text != ",":
        assert len(findings) == 1


def test_a_zone_named_twice_is_named():
    assert fault(zones="a,b,a").message == 'zones: duplicate zone "a"; remove one'


@pytest.mark.parametrize(
    ("text", "version"),
    [("1.31", (1, 31)), ("v1.31.4", (1, 31)), ("1.31.4-gke.100", (1, 31)), ("v1.33.2+k3s1", (1, 33)), ("1.27", (1, 27)),
     ("1.31+", (1, 31)), ("2.0", (2, 0))],
)  # fmt: skip
def test_a_kubernetes_version_is_read_as_clusters_state_it(text, version):
    assert stated(kubernetesVersion=text).kubernetes_version == version


@pytest.mark.parametrize("text", ["1", "latest", "1.x", "1.31.4.5", "v", "1..2", "1.99999", "\u0661.31"])
def test_what_is_no_version_is_refused(text):
    assert fault(kubernetesVersion=text).code == "invalid-kubernetes-version"


@pytest.mark.parametrize("text", ["1.26", "v1.20.3", "0.31"])
def test_a_kubernetes_too_old_for_the_objects_is_refused(text):
    assert fault(kubernetesVersion=text).code == "unsupported-kubernetes-version"


@pytest.mark.parametrize("key", ["clusterDomain", "secretName", "priorityClass", "imagePullSecrets"])
def test_a_name_follows_the_syntax_of_kubernetes(key):
    assert fault(**{key: "a_b"}).code == "invalid-name"
    proposed = None if key == "secretName" else "example"  # that one could show a password
    assert fault(**{key: "Example"}).proposed == proposed


@pytest.mark.parametrize(
    ("key", "names", "message"),
    [
        ("zones", ["a", "b!", "c"], "name 2 is not a zone name"),
        ("zones", ["a", "-12"], 'name 2, "-12", is not a zone name'),
        ("imagePullSecrets", ["a", "b", "C"], "name 3 is not a DNS name; write c"),
        ("allowRemoval", ["a/b", "a/b/C"], "name 2 is not the namespace/name of a NATS"),
    ],
)
def test_a_wrong_name_among_several_is_named(key, names, message):
    assert message in fault(**{key: ",".join(names)}).message
    _, (found,) = from_spec({key: names})
    assert found.path == ("spec", key, next(n for n, name in enumerate(names, 1) if f"name {n}" in message) - 1)
    assert message in found.message


def test_a_fix_of_one_name_keeps_the_others():
    assert fault(imagePullSecrets="a,B").fix is None
    _, (found,) = from_spec({"imagePullSecrets": ["a", "B"]})
    assert found.fix is not None
    assert (found.fix.path, found.fix.value) == (("spec", "imagePullSecrets", 1), "b")


def test_a_pull_secret_is_named_once():
    assert fault(imagePullSecrets="a,a").message == "imagePullSecrets: name 2 is the same as name 1; remove one"


@pytest.mark.parametrize("text", ["my cluster", "a\tb", "a\x00b", 'a"b', "a$b"])
def test_a_cluster_name_without_spaces_and_control_characters(text):
    assert fault(clusterName=text).code == "invalid-name"


@pytest.mark.parametrize(
    ("text", "proposed"),
    [("https://r.example.com/nats", "r.example.com/nats"), ("https://user:pw@r.io/nats", None), ("a b", None),
     ("-x", None), ("https://", None)],
)  # fmt: skip
def test_an_image_is_a_reference_without_scheme(text, proposed):
    for key in ("natsImage", "imageRegistry"):
        found = fault(**{key: text})
        assert (found.code, found.proposed) == ("invalid-image", proposed)


DIGEST = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    "text",
    ["nats:2.14.2", "localhost:5000/a/b:1", "r.io/a_b/c__d/e-f/g.h:v1_2", f"nats@{DIGEST}", f"r:5000/nats:1@{DIGEST}",
     "123.dkr.ecr.eu-central-1.amazonaws.com/x:1", "a/b--c:1", "10.0.0.1:5000/nats:x"],
)  # fmt: skip
def test_an_image_that_a_runtime_pulls(text):
    assert image(text) == (text, [])
    assert is_reference(text)


@pytest.mark.parametrize(
    "text",
    ["nats:", "nats@", "nats@@x", f"nats@{DIGEST}:1", "nats:2:3", "a//b:1", "/a", "a/", "a/B:1", "a/b:-x", "a/b:x y",
     "user:password@r.io", "nats@sha256:zz", "a/-b", "a/b_", "a/b..c", "-a/b", "a:x/b", "Nats:1", "nats:2.14\n"],
)  # fmt: skip
def test_what_a_runtime_refuses_is_no_image(text):
    assert image(text)[1][0][0] == "invalid-image"
    assert not is_reference(text)


@pytest.mark.parametrize("text", ["docker.io", "registry.example.com:5000/mirror", "r.io/", "localhost:5000"])
def test_a_registry_is_a_host_with_a_path(text):
    assert image_registry(text) == (text, [])


@pytest.mark.parametrize(
    "text", ["user:password@r.io", "r:1:2", "r.io/a:tag", "r.io/A", "r.io//a", f"r.io@{DIGEST}", "r:x"]
)
def test_no_registry_has_a_password_a_tag_or_a_digest(text):
    assert image_registry(text)[1][0][0] == "invalid-image"


@pytest.mark.parametrize(
    ("text", "code"),
    [("${ZONES}", "unresolved-placeholder"), ("$ZONES", "unresolved-placeholder"),
     ("{{ .zones }}", "unresolved-placeholder"),
     ("ENC[AES256_GCM]", "encrypted")],
)  # fmt: skip
def test_a_value_that_nothing_has_replaced_is_called_so(text, code):
    for key in ("zones", "natsImage", "clusterDomain", "profile"):
        found = fault(**{key: text})
        assert found.code == code, key
        assert found.current is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("90%", (90, "%")),
        ("1%", (1, "%")),
        ("100%", (100, "%")),
        ("900Mi", (900 << 20, "bytes")),
        ("1e9", (10**9, "bytes")),
        ("1073741824", (1 << 30, "bytes")),
    ],
)
def test_a_file_store_is_a_share_or_a_size(text, value):
    assert stated(fileStore=text).file_store == value
    assert from_spec({"fileStore": text})[0].file_store == value


def test_a_file_store_may_be_a_plain_number_in_the_typed_form():
    for number in (1 << 30, float(1 << 30)):
        config = {"apiVersion": "fn.krmfn.dev/v1alpha1", "kind": "RenderNATS", "spec": {"fileStore": number}}
        settings, _, found = from_function_config(config)
        assert (settings.file_store, found) == ((1 << 30, "bytes"), [])
    for wrong in (0, -1, True, 1.5, [1]):
        config["spec"] = {"fileStore": wrong}
        settings, _, found = from_function_config(config)
        assert (settings.file_store, [one.field for one in found]) == (None, ["spec.fileStore"]), wrong


@pytest.mark.parametrize("text", ["0%", "101%", "9.5%", "%", "-5%", "0", "-1Gi", "0.5", "90 percent", "8Ei", "1000%"])
def test_a_file_store_that_is_neither_says_what_to_write(text):
    found = fault(fileStore=text)
    assert found.code == "invalid-file-store"
    assert "use a percentage of the volume such as 90%, or a size such as 900Mi" in found.message


def test_the_operators_profile_has_no_file_store_of_its_own():
    found = fault(fileStore="90%", profile="nats-manager")
    assert (found.code, found.field) == ("conflicting-settings", "fileStore")


def test_the_reference_has_the_shares_of_the_code():
    text = RenderSpec.model_fields["file_store"].description
    assert [int(share) for share in re.findall(r"(\d+) % (?:of|from)", text)] == [share for _, share in STORE_SHARES]
