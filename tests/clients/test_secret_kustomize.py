"""What kustomize does to the objects of the secret modes when it renames or moves them (docs/limits.md)."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.calls import documents, krmfn
from tests.golden_cases import Case
from tests.tools_of_clients import kustomize

if TYPE_CHECKING:
    from pathlib import Path


def built(case: str, folder: Path, *lines: str) -> dict[str, dict[str, Any]]:
    """The objects of a case by kind, after a kustomization with some lines."""
    called = krmfn(*Case(case).render_arguments(), "--output-dir", folder / "base")
    assert called.status == 0, called
    (folder / "over").mkdir()
    (folder / "over/kustomization.yaml").write_text("\n".join(["resources: [../base]", *lines, ""]))
    done = subprocess.run([kustomize(), "build", folder / "over"], capture_output=True, text=True, check=True)
    return {obj["kind"]: obj for obj in documents(done.stdout)}


def mounted(objects: dict[str, dict[str, Any]]) -> str:
    volumes = objects["StatefulSet"]["spec"]["template"]["spec"]["volumes"]
    return str(next(volume["secret"]["secretName"] for volume in volumes if "secret" in volume))


@pytest.mark.parametrize("case", ["secret-bcrypt", "secret-nkey"])
def test_a_rendered_secret_is_renamed_together_with_its_mount(case: str, tmp_path: Path):
    objects = built(case, tmp_path, "namePrefix: eu-", "namespace: other")
    assert mounted(objects) == objects["Secret"]["metadata"]["name"]
    assert mounted(objects).startswith("eu-")


def test_the_secret_of_an_external_secret_keeps_its_name_and_so_does_the_mount(tmp_path: Path):
    objects = built("secret-external", tmp_path, "namePrefix: eu-", "namespace: other")
    external = objects["ExternalSecret"]
    assert external["metadata"] == {**external["metadata"], "name": "eu-eventing-nats-secret", "namespace": "other"}
    assert mounted(objects) == external["spec"]["target"]["name"] == "eventing-nats-secret"


def test_a_generator_is_renamed_and_its_external_secret_still_names_the_old_one(tmp_path: Path):
    objects = built("secret-generated", tmp_path, "namePrefix: eu-")
    ref = objects["ExternalSecret"]["spec"]["dataFrom"][0]["sourceRef"]["generatorRef"]
    assert ref["name"] != objects["Password"]["metadata"]["name"]


@pytest.mark.parametrize("case", ["secret-external", "secret-generated"])
def test_another_namespace_is_no_trouble(case: str, tmp_path: Path):
    objects = built(case, tmp_path, "namespace: other")
    kinds = {"ExternalSecret", "StatefulSet", "Password"} & set(objects)
    assert {objects[kind]["metadata"]["namespace"] for kind in kinds} == {"other"}
    assert mounted(objects) == objects["ExternalSecret"]["spec"]["target"]["name"]


@pytest.mark.parametrize("case", ["secret-bcrypt", "secret-external", "protect-generated"])
def test_a_kustomization_without_a_change_leaves_every_object_as_it_was(case: str, tmp_path: Path):
    built_objects = built(case, tmp_path)
    for kind in {"Secret", "ExternalSecret", "Password", "StatefulSet"} & set(built_objects):
        assert Case(case).of_kind(kind) == [built_objects[kind]]
