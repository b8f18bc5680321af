"""A finding about a setting of a RenderNATS is at the line of the RenderNATS that must be edited."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.calls import as_item, items_of, krmfn, resource_list

if TYPE_CHECKING:
    from pathlib import Path

NATS = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: orders-nats
  namespace: shop
"""
RENDER = "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata:\n  name: render\nspec:\n  istio: false\n"
WRONG = {
    "file-store-above-claim": ("fileStore: 2Ti", "spec.fileStore"),
    "file-store-without-headroom": ("fileStore: 100%", "spec.fileStore"),
    "nats-image-too-old": ("natsImage: nats:2.9.1", "spec.natsImage"),
    "image-registry": ("policies: {registries: [example.org]}", "spec.policies"),
    "priority-class-not-among-items": ("priorityClass: high", "spec.priorityClass"),
    "too-few-zones": ("zones: 2", "spec.zones"),
    "zone-spread-impossible": ("zoneSpread: required", "spec.zoneSpread"),
    "external-without-auth": ("service: {type: LoadBalancer}", "spec.service"),
    "conf-duplicate": ("{conf: {max_payload: 2Mi}, server: {maxPayload: 2Mi}}", "spec.server.maxPayload"),
}


def written(folder: Path, text: str) -> None:
    (folder / "nats.yaml").write_text(NATS)
    stated: dict[str, Any] = yaml.safe_load(text)
    lines = "".join(f"  {key}: {json.dumps(value)}\n" for key, value in stated.items())
    (folder / "render.yaml").write_text(RENDER + lines)


def found(folder: Path, code: str, *options: str) -> dict[str, Any]:
    called = krmfn("check", "-f", "nats.yaml", *options, "-o", "json", cwd=folder)
    return next(one for one in json.loads(called.out) if one["code"] == code)


@pytest.mark.parametrize("code", WRONG)
def test_a_finding_about_a_setting_is_where_the_setting_is(code: str, tmp_path: Path) -> None:
    text, field = WRONG[code]
    written(tmp_path, text)
    for options in ((), ("--config", "render.yaml")):
        one = found(tmp_path, code, *options)
        assert (one["file"], one["field"]) == ("render.yaml", field)
        assert one["line"] >= 7
        assert one["message"].startswith("NATS shop/orders-nats: ")
        assert not one["message"].startswith("NATS shop/orders-nats: setting ")


def test_a_setting_of_the_command_line_has_no_line_so_the_nats_is_named(tmp_path: Path) -> None:
    written(tmp_path, "fileStore: 90%")
    one = found(tmp_path, "file-store-above-claim", "--config", "render.yaml", "--set", "fileStore=2Ti")
    assert (one["file"], one["message"].partition(",")[0]) == ("nats.yaml", "fileStore sets max_file_store to 2Ti")


def test_an_annotation_of_github_is_at_the_setting(tmp_path: Path) -> None:
    written(tmp_path, "fileStore: 2Ti")
    said = krmfn("check", "-f", ".", "-o", "github", cwd=tmp_path).out
    assert (
        "::error file=render.yaml,line=7,title=file-store-above-claim::spec.fileStore: NATS shop/orders-nats: " in said
    )


def test_a_result_of_a_function_is_at_the_file_of_the_setting() -> None:
    items = [as_item(NATS, "nats.yaml"), as_item(f"{RENDER}  fileStore: 2Ti\n", "render.yaml")]
    called = krmfn(stdin=resource_list(items))
    (one,) = (one for one in yaml.safe_load(called.out)["results"] if one["severity"] == "error")
    assert len(items_of(called.out)) == 2
    assert (one["file"]["path"], one["field"]["path"]) == ("render.yaml", "spec.fileStore")
    assert one["resourceRef"]["kind"] == "NATS"
