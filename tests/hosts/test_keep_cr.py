"""What becomes of the CR itself: `keepCR`."""

from __future__ import annotations

import pytest
import yaml

from krmfn.hosts.function import transform

LIST = """\
apiVersion: config.kubernetes.io/v1
kind: ResourceList
functionConfig:
  apiVersion: v1
  kind: ConfigMap
  metadata:
    name: function-input
  data:
    keepCR: {keep}
    secretMode: none
items:
- apiVersion: operator.kyma-project.io/v1alpha1
  kind: NATS
  metadata: # of the bus
    name: nats
    namespace: bus
{annotations}  spec: {{}}
"""
FILE = "    annotations:\n      internal.config.kubernetes.io/path: 'nats.yaml'\n"


def rendered(keep: str, annotations: str = FILE) -> tuple[list[dict], list[str], str]:
    text, status, _ = transform(LIST.format(keep=keep, annotations=annotations))
    assert status == 0
    listed = yaml.safe_load(text)
    crs = [item for item in listed["items"] if item["kind"] == "NATS"]
    return crs, [result["tags"]["code"] for result in listed["results"]], text


def test_a_cr_is_kept_as_it_is():
    crs, codes, text = rendered("keep")
    assert len(crs) == 1
    assert "local-config" not in text
    assert "cr-dropped" not in codes


def test_a_cr_that_is_not_to_be_applied_gets_one_line_and_keeps_its_comments():
    crs, _, text = rendered("local-config")
    assert crs[0]["metadata"]["annotations"]["config.kubernetes.io/local-config"] == "true"
    assert "  metadata: # of the bus\n" in text


@pytest.mark.parametrize(("annotations", "warned"), [(FILE, True), ("", False)])
def test_dropping_a_cr_that_has_a_file_warns_of_the_next_render(annotations: str, warned: bool):
    crs, codes, _ = rendered("drop", annotations)
    assert crs == []
    assert ("cr-dropped" in codes) is warned


def test_a_wrong_key_of_a_function_config_without_a_file_is_found_on_its_line_of_the_list():
    text, status, said = transform(LIST.format(keep="kep", annotations=FILE))
    assert status == 1
    assert [result["tags"]["line"] for result in yaml.safe_load(text)["results"]][:1] == ["9"]
    assert said.startswith('ConfigMap function-input: error: data.keepCR: "kep" is not one of keep, local-config, drop')
