"""Tools by which others judge manifests, each called as its users call it: their complaints about the goldens, as rows.

`judges.yaml` beside this file excuses complaints, each with a reason.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import yaml

from tests.calls import documents
from tests.golden_cases import CASES, Case
from tests.tools_of_clients import program
from tools import schemas

if TYPE_CHECKING:
    from collections.abc import Callable

KUBE_LINTER = "KRMFN_KUBE_LINTER"
"""Environment: the path of kube-linter where it is not on PATH."""
VERSIONS = schemas.MINORS[::5]
"""Minor versions of Kubernetes, the oldest and the newest among them: with each, kubeconform takes some seconds."""


class Complaint(NamedTuple):
    """What one rule of a judge says against one object of a golden."""

    rule: str
    case: str
    kind: str
    text: str


def write_trees(folder: Path, cases: list[str] = CASES) -> None:
    """The objects of each golden in one file, as a user gives them to a judge."""
    for case in cases:
        (folder / f"{case}.yaml").write_text("---\n".join(Case(case).files().values()))


def kubeconform(trees: Path) -> list[Complaint]:
    """`kubeconform -strict`, by the schemas of VERSIONS; an object without a schema is a complaint."""
    found = []
    for minor in VERSIONS:
        folder = trees / "schemas" / str(minor)
        try:
            write_schemas(folder, minor)
        except schemas.Absent as problem:
            pytest.skip(str(problem))
        location = f"{folder}/{{{{.Group}}}}_{{{{.ResourceAPIVersion}}}}_{{{{.ResourceKind}}}}.json"
        command = [program("kubeconform"), "-strict", "-output", "json", "-schema-location", location]
        for row in _json([*command, *map(str, sorted(trees.glob("*.yaml")))])["resources"] or ():
            text = f"1.{minor}: {row['name']}: {row['msg']}"
            found.append(Complaint(row["status"], Path(row["filename"]).stem, row["kind"], text))
    return found


def kube_score(trees: Path) -> list[Complaint]:
    """`kube-score score` with the checks that are on by default: every grade below "ok"."""
    found = []
    for path in sorted(trees.glob("*.yaml")):
        for obj in _json(
            [program("kube-score"), "score", "-o", "json", "--kubernetes-version", f"v1.{VERSIONS[-1]}", str(path)]
        ):
            for check in obj["checks"]:
                if check["grade"] < 10 and not check["skipped"]:
                    text = "; ".join(f"{one['path']}: {one['summary']}" for one in check["comments"] or ())
                    found.append(Complaint(check["check"]["id"], path.stem, obj["type_meta"]["kind"], text))
    return found


def kube_linter(trees: Path) -> list[Complaint]:
    """`kube-linter lint` with the checks that are on by default."""
    path = os.environ.get(KUBE_LINTER) or shutil.which("kube-linter")
    if path is None:
        pytest.skip(
            "kube-linter is not on PATH: go install golang.stackrox.io/kube-linter/cmd/kube-linter@latest, "
            f"or set {KUBE_LINTER}"
        )
    found = []
    for tree in sorted(trees.glob("*.yaml")):
        for one in _json([path, "lint", "--format", "json", str(tree)])["Reports"] or ():
            kind = one["Object"]["K8sObject"]["GroupVersionKind"]["Kind"]
            found.append(Complaint(one["Check"], tree.stem, kind, one["Diagnostic"]["Message"]))
    return found


def promtool(trees: Path) -> list[Complaint]:
    """`promtool check rules` with all its lints, of each PrometheusRule."""
    found = []
    for path in sorted(trees.glob("*.yaml")):
        for rules in (one for one in documents(path.read_text()) if one["kind"] == "PrometheusRule"):
            file = path.with_suffix(".rules")
            file.write_text(yaml.safe_dump(rules["spec"]))
            number = sum(len(group["rules"]) for group in rules["spec"]["groups"])
            done = _run([program("promtool"), "check", "rules", "--lint=all", "--lint-fatal", str(file)])
            if done.returncode or f"{number} rules found" not in done.stdout:
                found.append(Complaint("check rules", path.stem, rules["kind"], done.stdout + done.stderr))
    return found


JUDGES: dict[str, Callable[[Path], list[Complaint]]] = {
    "kubeconform": kubeconform,
    "kube-score": kube_score,
    "kube-linter": kube_linter,
    "promtool": promtool,
}
"""Each takes a folder with one file for each tree, and skips the test where its program cannot be had."""


def write_schemas(folder: Path, minor: int) -> None:
    """JSON schemas of one version of Kubernetes and of the CRDs, from their publishers: krmfn's copy is not asked."""
    folder.mkdir(parents=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        definitions = json.dumps({"$defs": schemas.published(minor)})
    (folder / "definitions.json").write_text(definitions.replace("/api/_definitions.json#", "#"))
    wanted = {key: {"$ref": f"definitions.json#/$defs/io.k8s.api.{name}"} for key, name in schemas.KINDS.items()}
    for kind, source in schemas.CRDS.items():
        for version, schema in schemas.served(kind, *source).items():
            head: dict[str, Any] = {key: {} for key in ("apiVersion", "kind", "metadata")}
            wanted[version, kind] = _closed(
                {**schema, "type": "object", "properties": {**head, **schema["properties"]}}
            )
    for (version, kind), schema in wanted.items():
        group, _, number = version.rpartition("/")
        (folder / f"{group or number}_{number}_{kind.lower()}.json").write_text(json.dumps(schema))


def _closed(schema: Any) -> Any:
    """A schema of a CRD without room for fields that it does not name: an API server drops those."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _closed(value) for key, value in schema.items()}
    if "properties" in made and made.get("type") == "object" and not made.get("x-kubernetes-preserve-unknown-fields"):
        made.setdefault("additionalProperties", False)
    return made


def _json(command: list[str]) -> Any:
    """What a judge prints; 1 is its status when it complains."""
    done = _run(command)
    assert done.returncode in {0, 1}, done.stderr
    return json.loads(done.stdout)


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)
