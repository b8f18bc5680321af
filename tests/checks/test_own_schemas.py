"""A user's own schemas: CRDs and JSON schemas of a kind, by jsonschema; without it, a sentence says what to install."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from krmfn.api.schema import schema
from krmfn.checks.own_schemas import OwnSchemas
from krmfn.cli.main import command
from krmfn.model.usage import Usage
from tests.calls import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: streams.jetstream.nats.io}
spec:
  group: jetstream.nats.io
  scope: Namespaced
  names: {kind: Stream, plural: streams, singular: stream}
  versions:
  - {name: v1beta1, served: false, storage: false, schema: {openAPIV3Schema: {type: object}}}
  - name: v1beta2
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [name, retention]
            properties:
              name: {type: string, pattern: "^[^.*>]+$", minLength: 2}
              retention: {type: string, enum: [limits, interest, workqueue], default: limits}
              replicas: {type: integer, minimum: 1, maximum: 5}
              subjects: {type: array, items: {type: string}, minItems: 1}
              size: {x-kubernetes-int-or-string: true}
              anything: {type: object, x-kubernetes-preserve-unknown-fields: true}
              password: {type: string, maxLength: 10}
"""
STREAM: dict[str, Any] = {
    "apiVersion": "jetstream.nats.io/v1beta2",
    "kind": "Stream",
    "metadata": {"name": "orders", "labels": {"a": "b"}},
    "spec": {"name": "orders", "replicas": 3, "subjects": ["orders.>"], "size": "5", "anything": {"x": [1]}},
}


def own(text: str = CRD) -> OwnSchemas:
    return OwnSchemas({"crds.yaml": list(yaml.safe_load_all(text))})


def test_what_fits_has_no_finding_and_other_kinds_are_left_alone() -> None:
    schemas = own()
    assert schemas.knows("jetstream.nats.io/v1beta2", "Stream")
    assert schemas.check(STREAM) == []
    other = {**STREAM, "apiVersion": "jetstream.nats.io/v1beta1"}
    assert not schemas.knows("jetstream.nats.io/v1beta1", "Stream")
    assert schemas.check(other) == []


@pytest.mark.parametrize(
    ("field", "value", "code", "said"),
    [
        ("replcas", 3, "schema-unknown", '"replcas" is not a field here; did you mean replicas?'),
        ("name", None, "schema-missing", "the field name is required; write it"),
        ("name", "a.b", "schema-pattern", "this value does not match ^[^.*>]+$; write a value that does"),
        ("name", "a", "schema-range", "1 characters is out of range; write 2 or more characters"),
        ("retention", "limit", "schema-enum", '"limit" is not one of the values that this field allows; did you mean'),
        ("replicas", "3", "schema-type", '"3" is not a whole number; write 3 without quotes'),
        ("replicas", 7, "schema-range", "7 is out of range; write at most 5"),
        ("subjects", [], "schema-range", "0 entries is out of range; write 1 or more entries"),
        ("subjects", "orders", "schema-type", "this value is not a list; write one, each entry after a -"),
        ("size", [], "schema-type", "this list is not a whole number or a string; write"),
    ],
)
def test_what_does_not_fit_is_said_as_by_the_other_checks(field: str, value: Any, code: str, said: str) -> None:
    spec = {key: one for key, one in {**STREAM["spec"], field: value}.items() if one is not None}
    (found,) = own().check({**STREAM, "spec": spec})
    assert (found.severity, found.code, found.field) == ("error", code, f"spec.{field}")
    assert found.message.startswith(said)


def test_no_message_holds_a_secret() -> None:
    (found,) = own().check({**STREAM, "spec": {**STREAM["spec"], "password": "1234567890123"}})
    assert "1234567890123" not in repr(found)
    assert found.current is None


def test_a_json_schema_with_apiversion_and_kind_is_taken() -> None:
    schemas = OwnSchemas({"nats.json": [schema("NATS")]})
    nats = {"apiVersion": "operator.kyma-project.io/v1alpha1", "kind": "NATS", "metadata": {"name": "n"}}
    assert schemas.check(nats) == []
    (found,) = schemas.check({**nats, "sepc": {}})
    assert (found.code, found.field) == ("schema-unknown", "sepc")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "a: 1\n",
            "crds.yaml contains neither a CustomResourceDefinition nor a JSON schema with apiVersion and kind; ",
        ),
        ("[]\n", "crds.yaml contains neither"),
        (CRD.replace("minimum: 1", "minimum: one"), "v1beta2 Stream is not a JSON schema at "),
        (
            CRD.replace('"^[^.*>]+$"', '"(a"'),
            "JSON schema at properties.spec.properties.name.pattern; correct",
        ),
        (CRD.replace("{x-kubernetes-int-or-string: true}", '{"$ref": "http://example.com/x"}'), "none is fetched"),
    ],
)
def test_a_file_that_is_no_schema_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(Usage) as refused:
        own(text)
    assert said in refused.value.message
    assert "crds.yaml" in refused.value.message


STREAM_TEXT = """\
apiVersion: jetstream.nats.io/v1beta2
kind: Stream
metadata: {name: orders, namespace: shop}
spec:
  name: orders
  replicas: 9
"""
MONITOR = """\
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: one, annotations: {krmfn.dev/owner: shop/shop-nats}}
spec: {selector: {}, novel: true}
"""


def test_check_judges_objects_by_a_schema_that_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Alone, without a NATS: the objects are counted, and the finding has its line."""
    (tmp_path / "crds.yaml").write_text(CRD)
    (tmp_path / "stream.yaml").write_text(STREAM_TEXT)
    words = ["check", "-f", str(tmp_path / "stream.yaml"), "--schema", str(tmp_path / "crds.yaml")]
    assert command(words) == 1
    out, err = capfd.readouterr()
    assert out.startswith(f"{tmp_path}/stream.yaml:6: error: spec.replicas: 9 is out of range; write at most 5 [s")
    assert err == "1 object checked, 1 error\n"
    (tmp_path / "stream.yaml").write_text(STREAM_TEXT.replace("9", "3"))
    assert command(words) == 0
    assert capfd.readouterr() == ("", "1 object checked, no findings\n")


def test_a_schema_of_the_user_replaces_the_one_that_krmfn_has(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    own_crd = CRD.replace("jetstream.nats.io", "monitoring.coreos.com").replace("Stream", "PodMonitor")
    own_crd = own_crd.replace("v1beta2", "v1").replace("required: [name, retention]", "required: []")
    own_crd = own_crd.replace("password: {", "selector: {type: object}\n              novel: {")
    own_crd = own_crd.replace("novel: {type: string, maxLength: 10}", "novel: {type: boolean}")
    (tmp_path / "crds.yaml").write_text(own_crd)
    (tmp_path / "monitor.yaml").write_text(MONITOR)
    words = ["check", "-f", str(tmp_path / "monitor.yaml"), "-o", "json"]
    command(words)
    assert "schema-unknown" in capfd.readouterr().out
    command([*words, "--schema", str(tmp_path / "crds.yaml")])
    assert "schema-" not in capfd.readouterr().out


@pytest.mark.parametrize("text", [None, "a: [\n", "a: 1\n"])
def test_a_schema_that_cannot_be_read_ends_the_call(
    text: str | None, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        (tmp_path / "crds.yaml").write_text(text)
    (tmp_path / "stream.yaml").write_text(STREAM_TEXT)
    assert command(["check", "-f", str(tmp_path / "stream.yaml"), "--schema", str(tmp_path / "crds.yaml")]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "crds.yaml" in err


def test_without_jsonschema_a_sentence_says_what_to_install() -> None:
    script = (
        "import sys; sys.modules['jsonschema'] = None\n"
        "from krmfn.checks.own_schemas import OwnSchemas\n"
        "from krmfn.model.usage import Usage\n"
        "try: OwnSchemas({'x': []})\n"
        "except Usage as why: print(why.message)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    said = '--schema needs the package jsonschema, which is not installed; run pip install "krmfn[schema]"\n'
    assert done.stdout == said
