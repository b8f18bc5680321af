"""Functions of the catalog before and behind krmfn in a pipeline of the real kpt, as small functions that do the same.

For each the package is right after two renders, or krmfn says what is not.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.calls import krmfn
from tests.clients.packages import KPT, QUIET, SECRET_FREE, Package, cr

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(KPT is None, reason="kpt is not on PATH")

FUNCTION = """\
#!{python}
import re, sys, yaml

def labels(items):
    for one in items:
        maps = [one["metadata"].setdefault("labels", {{}})]
        spec = one.get("spec", {{}})
        if one["kind"] in ("StatefulSet", "Deployment"):
            maps += [spec["selector"]["matchLabels"], spec["template"]["metadata"]["labels"]]
        if one["kind"] in ("Service", "PodDisruptionBudget"):
            maps.append(spec["selector"]["matchLabels"] if "matchLabels" in spec["selector"] else spec["selector"])
        for found in maps:
            found["team"] = "core"

def annotations(items):
    for one in items:
        one["metadata"].setdefault("annotations", {{}})["team"] = "core"

def prefix(items):
    for one in items:
        one["metadata"]["name"] = "eu-" + one["metadata"]["name"]

def namespace(items):
    for one in items:
        one["metadata"]["namespace"] = "prod"

def image(items):
    for one in items:
        for container in one.get("spec", {{}}).get("template", {{}}).get("spec", {{}}).get("containers", ()):
            container["image"] = container["image"].replace("europe-docker.pkg.dev", "mirror.example.com")

def size(items):
    for one in items:
        if one["kind"] == "NATS":
            one["spec"]["cluster"]["size"] = 5

def replicas(items):
    for one in items:
        if one["kind"] == "StatefulSet":
            one["spec"]["replicas"] = 5

def searched(value, wanted, other):
    if isinstance(value, dict):
        return {{key: searched(one, wanted, other) for key, one in value.items()}}
    if isinstance(value, list):
        return [searched(one, wanted, other) for one in value]
    return value.replace(wanted, other) if isinstance(value, str) and "/" not in value else value

def rename(items):
    for one in items:
        for key in list(one):
            one[key] = searched(one[key], "eventing", "billing")

listed = yaml.safe_load(sys.stdin)
{name}([one for one in listed["items"] if one["kind"] != "Kptfile"])
yaml.safe_dump(listed, sys.stdout, sort_keys=False)
"""
PIPELINES: dict[tuple[str, str], set[str]] = {
    ("labels", "before"): {"[selector-changed]"},
    ("labels", "behind"): {"[selector-changed]"},
    ("annotations", "before"): set(),
    ("annotations", "behind"): set(),
    ("prefix", "behind"): {"[claim-renamed]", "[cluster-renamed]"},
    ("namespace", "before"): set(),
    ("namespace", "behind"): set(),
    ("image", "before"): set(),
    ("image", "behind"): set(),
    ("size", "before"): set(),
    ("size", "behind"): set(),
    ("replicas", "behind"): {"[replicas-differ]"},
    ("rename", "before"): {"[selector-changed]"},
    ("rename", "behind"): {"[cluster-renamed]", "[selector-changed]"},
}
"""A function and its place -> what is said by the two renders, or by `krmfn check` of the package afterwards."""


@pytest.mark.parametrize(("name", "place"), PIPELINES, ids=[" ".join(one) for one in PIPELINES])
def test_a_package_is_right_or_what_is_wrong_is_said(name: str, place: str, tmp_path: Path) -> None:
    package = Package(tmp_path, {"nats.yaml": cr()})
    script = tmp_path / name
    script.write_text(FUNCTION.format(python=sys.executable, name=name))
    script.chmod(0o755)
    package.write_kptfile(QUIET)
    kptfile = package.folder / "Kptfile"
    text, other = kptfile.read_text(), f"    - exec: {script}\n"
    text = text.replace("mutators:\n", f"mutators:\n{other}") if place == "before" else f"{text}{other}"
    said, statuses = "", []
    for _ in range(2):
        kptfile.write_text(text)
        done = package.render()
        said += done.stdout + done.stderr
        statuses.append(done.returncode)
    settings = [word for key, value in SECRET_FREE.items() for word in ("--set", f"{key}={value}")]
    called = krmfn("check", "-R", "-f", str(package.folder), *settings)
    said += called.out + called.err
    expected = PIPELINES[name, place]
    assert [one for one in expected if one not in said] == []
    assert ([*statuses, called.status] == [0, 0, 0]) == (not expected), said
