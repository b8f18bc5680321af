"""`krmfn import` as a command, and what holds for any values."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from krmfn.api.render_nats import RenderNATS
from krmfn.cli.table import LOSSES
from krmfn.goyaml.reader import read
from krmfn.helm.chart import DEFAULTS, VERSION
from krmfn.helm.importing import translated
from krmfn.helm.nearest import GROUPS, meant
from krmfn.helm.old_chart import RENAMED
from krmfn.helm.pod_rules import CONTAINER_SECURITY, GRACE_SECONDS, POD_SECURITY
from krmfn.helm.reasons import MATCHLESS, REASONS, reason
from krmfn.helm.values import Values, leaves, parts
from krmfn.helm.verdict import CLEAR_TEXT, DEFAULT, LOST, OPEN, TAKEN, Verdict
from krmfn.rendering.pipeline import render_input
from krmfn.reports.imported_objects import commented
from krmfn.reports.terminal import stream
from krmfn.sources.call_settings import settings_of
from krmfn.sources.input import parse
from tests.calls import documents, krmfn
from tools.helm_chart import table

CHART = os.environ.get("KRMFN_NATS_CHART")
"""A directory with the official chart; it is not part of the repository."""
needs_chart = pytest.mark.skipif(not CHART, reason="KRMFN_NATS_CHART names no directory with the official NATS chart")


def judged(*trees: dict[str, Any]) -> list[Verdict]:
    files = [(f"{number}.yaml", tree, {path: 1 for path, _ in parts(tree)}) for number, tree in enumerate(trees)]
    return translated(Values(files), "nats", "").verdicts


def nested(path: str, value: Any) -> dict[str, Any]:
    for name in reversed(path.split(".")):
        value = {name: value}
    return value


def defaults() -> dict[str, Any]:
    """The chart's own values."""
    tree: dict[str, Any] = {}
    for path, default in DEFAULTS.items():
        here = tree
        *above, last = path.split(".")
        for name in above:
            here = here.setdefault(name, {})
        here[last] = default
    return tree


def test_the_defaults_of_the_chart_are_lost_nowhere() -> None:
    found = judged(defaults())
    assert [one.path for one in found if one.kind in LOST] == []
    assert {one.kind for one in found} == {TAKEN, DEFAULT}
    assert len(found) == sum(1 for _ in leaves(defaults()))


@needs_chart
def test_the_table_is_that_of_the_chart() -> None:
    folder = Path(CHART or "")
    version = yaml.safe_load((folder / "Chart.yaml").read_text())["version"]
    if version != VERSION:
        pytest.skip(f"the chart is {version}, the table {VERSION}")
    namespace: dict[str, Any] = {}
    exec(table(folder), namespace)
    assert namespace["DEFAULTS"] == DEFAULTS


@pytest.mark.parametrize("path", DEFAULTS)
def test_every_path_of_the_chart_has_a_rule_or_a_reason(path: str) -> None:
    """A value that is not the default is taken, used, or lost for a reason that is written down."""
    default = DEFAULTS[path]
    other: Any = {"x": "y"} if default == {} else ["x"] if isinstance(default, list) else "other"
    if isinstance(default, (bool, int)):
        other = not default if isinstance(default, bool) else default + 1
    (verdict,) = judged(nested(path, other))
    assert verdict.kind != DEFAULT
    assert verdict.text or verdict.target
    assert MATCHLESS not in verdict.text


def test_every_reason_is_about_a_path_of_the_chart() -> None:
    assert [path for path in REASONS if path not in DEFAULTS and path not in GROUPS and not _is_free(path)] == []
    assert reason("config.nats.port") == REASONS["config.nats.port"]
    assert reason("nothing.of.the.kind") == MATCHLESS


def _is_free(path: str) -> bool:
    return any(default in ({}, []) and path.startswith(f"{free}.") for free, default in DEFAULTS.items())


def test_what_old_paths_are_called_is_in_the_chart() -> None:
    for path, new in RENAMED.items():
        assert not new or new in DEFAULTS or new in GROUPS or ".merge." in new, path


@pytest.mark.parametrize(
    ("path", "real"),
    [
        ("config.jetstream.pvc.size", "config.jetstream.fileStore.pvc.size"),
        ("config.jetstreem.enabled", "config.jetstream.enabled"),
        ("config.cluster.replica", "config.cluster.replicas"),
        ("nats.jetstream.memStorage.size", "config.jetstream.memoryStore.maxSize"),
        ("jetstream.enabled", "config.jetstream.enabled"),
        ("tolerations", "podTemplate.merge.spec.tolerations"),
        ("resources.limits.cpu", "container.resources.limits.cpu"),
        ("promExporter.serviceMonitor.enabled", "promExporter.podMonitor.enabled"),
        ("somethingElse", ""),
    ],
)
def test_the_nearest_real_path(path: str, real: str) -> None:
    assert meant(tuple(path.split(".")))[0] == real


NAMES = st.sampled_from(
    sorted({part for path in DEFAULTS for part in path.split(".")} | {"accounts", "users", "x", "password", "$tplYaml"})
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 9999)
    | st.sampled_from(["", "10Gi", "<< 1GB >>", "<< $X >>", "{{ .Release.Name }}", "NodePort", "$2a$", "text"])
)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=20
)


def along(path: str, value: Any) -> dict[str, Any]:
    return nested(path, value)


PATHS = st.builds(along, st.sampled_from([*DEFAULTS, *sorted(GROUPS), "config.merge.accounts.A"]), TREES)
MAPS = st.dictionaries(NAMES, TREES, max_size=4) | PATHS


@settings(deadline=None, derandomize=True)
@given(st.lists(MAPS, min_size=1, max_size=3))
def test_every_value_has_exactly_one_verdict(trees: list[dict[str, Any]]) -> None:
    """Whatever the values are: none is lost without a word, and none is judged twice."""
    values = Values([(f"{n}.yaml", tree, {path: 1 for path, _ in parts(tree)}) for n, tree in enumerate(trees)])
    found = translated(values, "nats", "").verdicts
    stated = sorted((f"{n}.yaml", repr(path)) for n, tree in enumerate(trees) for path, _ in leaves(tree) if path)
    assert sorted((one.place.file, repr(one.path)) for one in found) == stated


@settings(deadline=None, derandomize=True)
@given(MAPS)
def test_whatever_the_values_are_the_objects_can_be_written_and_read(tree: dict[str, Any]) -> None:
    values = Values([("values.yaml", tree, {path: 1 for path, _ in parts(tree)})])
    t = translated(values, "nats", "")
    texts = [commented(target, values.places) for target in (t.nats, t.render)]
    assert [read(text).value for text in texts] == [t.nats.value, t.render.value]
    render_input(parse(stream(texts).encode()), settings_of(None, ()), "")


SECRETS = st.sampled_from(["password", "pass", "token", "contents", "seed", "user_password", "passwd"])
PLACES = st.sampled_from(
    [*(path for path in DEFAULTS if DEFAULTS[path] == {}), *sorted(GROUPS), "config.merge.accounts.A"]
)


@settings(deadline=None, derandomize=True)
@example("reloader", ["natsVolumeMountPrefixes"], "password", True)
@given(PLACES, st.lists(NAMES, max_size=3), SECRETS, st.booleans())
def test_a_secret_is_written_nowhere(place: str, names: list[str], key: str, in_list: bool) -> None:
    inner: Any = {key: "canary", "user": "u"}
    for name in reversed(names):
        inner = {name: [inner] if in_list else inner}
    tree = nested(place, inner)
    t = translated(Values([("values.yaml", tree, {path: 1 for path, _ in parts(tree)})]), "nats", "")
    assert "canary" not in repr((t.nats.value, t.render.value, t.differences, [vars(one) for one in t.verdicts]))
    kinds = {one.path[-1]: one.kind for one in t.verdicts}
    assert kinds.get(key, CLEAR_TEXT) == CLEAR_TEXT


SMALL = "config:\n  cluster: {enabled: true}\n  jetstream:\n    enabled: true\n"


@pytest.fixture
def values(tmp_path: Path) -> Path:
    file = tmp_path / "values.yaml"
    file.write_text(SMALL)
    return file


def test_the_objects_go_to_standard_output_and_the_list_to_standard_error(values: Path) -> None:
    done = krmfn("import", "values.yaml", "-n", "shop", "--release", "orders", cwd=values.parent)
    assert done.status == 0, done
    nats, render = documents(done.out)
    assert nats["metadata"] == {"name": "orders-nats", "namespace": "shop"}
    assert nats["spec"]["cluster"] == {"size": 3}
    assert nats["spec"]["jetStream"] == {"fileStorage": {"size": "10Gi"}, "memStorage": {"enabled": False}}
    assert render["spec"] == {"server": {"noAdvertise": True}, "images": "upstream"}
    assert RenderNATS.model_validate(render)
    assert "size: 3  # the chart's config.cluster.replicas" in done.out
    assert "values.yaml:4: info: config.jetstream.enabled: -> NATS spec.jetStream [helm-taken]" in done.err
    assert done.err.endswith("2 values: 2 taken\n")


def test_the_header_says_what_the_objects_were_made_of_and_what_they_lack(values: Path) -> None:
    done = krmfn("import", "values.yaml", "-n", "shop", cwd=values.parent)
    assert done.out.startswith(
        "---\n# Written by krmfn import from values.yaml.\napiVersion: operator.kyma-project.io/"
    )
    (values.parent / "more.yaml").write_text("resources: {limits: {cpu: 1}}\nnatsBox: {container: {env: {A: b}}}\n")
    accepted = ("--accept", "helm-ignored", "--accept", "helm-not-portable")
    more = krmfn("import", "values.yaml", "more.yaml", "-n", "shop", *accepted, cwd=values.parent)
    header = more.out.partition("apiVersion")[0].splitlines()
    assert header == [
        "---",
        "# Written by krmfn import from values.yaml, more.yaml.",
        "# Values that these objects do not have:",
        "# - resources.limits.cpu (more.yaml:1)",
        "# - natsBox.container.env.A (more.yaml:2)",
    ]


def test_standard_input_and_later_files_that_win(values: Path) -> None:
    done = krmfn(
        "import",
        "values.yaml",
        "-",
        "--lint",
        "-v",
        stdin="config: {cluster: {replicas: 5, enabled: true}}\n",
        cwd=values.parent,
    )
    assert done.status == 0
    assert "values.yaml:2: info: config.cluster.enabled: replaced by stdin:1 [helm-replaced]" in done.out
    assert "stdin:1: info: config.cluster.replicas: -> NATS spec.cluster.size [helm-taken]" in done.out


def test_nothing_is_written_while_values_are_lost(values: Path) -> None:
    values.write_text(SMALL + "resources: {limits: {cpu: 1}}\nnatsBox: {container: {env: {A: b}}}\n")
    out = values.parent / "out"
    for words in ((), ("--output-dir", out)):
        done = krmfn("import", values, *words)
        assert done.status == 1
        assert "kind: NATS" not in done.out
        assert "--accept helm-ignored --accept helm-not-portable" in done.err
    assert not out.exists()
    done = krmfn("import", values, "--accept", "helm-ignored", "--accept", "helm-not-portable")
    assert done.status == 0
    assert "# - resources.limits.cpu" in done.out
    assert "warning: resources.limits.cpu" in done.err
    assert krmfn("import", values, "--lint").status == 1


def test_nothing_is_written_while_the_objects_have_errors(values: Path) -> None:
    values.write_text(SMALL + "container: {resources: {limits: {memory: lots}}}\n")
    done = krmfn("import", "values.yaml", cwd=values.parent)
    assert done.status == 1
    assert done.out == ""
    assert "values.yaml:5: error: spec.resources.limits.memory: " in done.err
    assert "is not a quantity" in done.err
    assert done.err.split("\n")[-2].startswith("nothing was written, since the objects have errors")


def test_servers_that_asked_for_credentials_are_not_opened(values: Path) -> None:
    values.write_text(SMALL + "  merge: {authorization: {token: << $TOKEN >>}}\n")
    refused = krmfn("import", values, "--accept", "helm-not-portable")
    assert refused.status == 1
    assert refused.out == ""
    assert "let everybody in" in refused.err
    done = krmfn("import", values, "--accept", "helm-not-portable", "--accept", "helm-open")
    assert done.status == 0
    assert "warning: the chart's servers ask for credentials" in done.err
    system = "  merge: {accounts: {$SYS: {users: [{user: a, password: $2a$11$x}]}}}\n"
    values.write_text(SMALL + system)
    assert "helm-open" not in krmfn("import", values).err


def test_files_that_are_there_stay(values: Path) -> None:
    out = values.parent / "out"
    out.mkdir()
    (out / "render.yaml").write_text("mine")
    done = krmfn("import", values, "--output-dir", out)
    assert done.status == 1
    assert "render.yaml: error: the file exists" in done.err.replace(":  ", ": ")
    assert [file.name for file in out.iterdir()] == ["render.yaml"]
    assert (out / "render.yaml").read_text() == "mine"


def test_the_same_input_gives_the_same_bytes(values: Path) -> None:
    first, second = (krmfn("import", values, "-n", "shop") for _ in range(2))
    assert first.raw == second.raw
    assert first.raw_stderr == second.raw_stderr


def test_values_inside_of_other_files(tmp_path: Path) -> None:
    release = {
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
        "kind": "HelmRelease",
        "spec": {"values": yaml.safe_load(SMALL)},
    }
    file = tmp_path / "release.yaml"
    file.write_text(yaml.safe_dump(release, sort_keys=False))
    refused = krmfn("import", file)
    assert refused.status == 1
    assert "write --at spec.values" in refused.err
    done = krmfn("import", file, "--at", "spec.values")
    assert done.status == 0, done
    assert f"{file}:7: info: config.cluster.enabled" in done.err
    wrong = krmfn("import", file, "--at", "spec.value")
    assert "did you mean spec.values?" in wrong.err
    file.write_text(f"nats:\n  {SMALL.replace(chr(10), chr(10) + '  ').rstrip()}\n")
    parent = krmfn("import", file)
    assert parent.status == 1
    assert "--at nats" in parent.err


def test_values_in_a_block_of_text(tmp_path: Path) -> None:
    block = SMALL.replace("\n", "\n        ").rstrip()
    head = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    helm:\n"
    text = f"{head}      values: |\n        {block}\n"
    file = tmp_path / "application.yaml"
    file.write_text(text)
    assert "write --at spec.source.helm.values" in krmfn("import", file).err
    done = krmfn("import", "application.yaml", "--at", "spec.source.helm.values", "--lint", cwd=tmp_path)
    assert done.status == 0, done
    assert "application.yaml:8: info: config.cluster.enabled" in done.out
    file.write_text(text.replace("enabled: true}", "enabled: yes}"))
    wrong = krmfn("import", "application.yaml", "--at", "spec.source.helm.values", cwd=tmp_path)
    assert "application.yaml:8: error:" in wrong.err
    assert "[ambiguous-scalar]" in wrong.err


def test_a_list_says_nothing_about_the_objects_unless_it_is_asked(values: Path) -> None:
    assert "helm-difference" not in krmfn("import", values, "--lint").out
    assert "helm-difference" in krmfn("import", values, "--lint", "-v").out
    assert "helm-difference" in krmfn("import", values).err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n", "not a map of values"),
        ("a: 1\n---\nb: 2\n", "values.yaml:3: error: a second document starts here"),
        ("a: [\n", "[unreadable-yaml]"),
        ("config: {cluster: {enabled: yes}}\n", "[ambiguous-scalar]"),
    ],
)
def test_files_that_are_no_values(values: Path, text: str, said: str) -> None:
    values.write_text(text)
    done = krmfn("import", values)
    assert done.status == 1
    assert said in done.err
    assert done.out == ""


def test_an_empty_file_has_no_values(values: Path) -> None:
    values.write_text("# nothing\n")
    done = krmfn("import", values)
    assert done.status == 0, done
    assert documents(done.out)[0]["spec"]["cluster"] == {"size": 1}
    assert "0 values\n" in done.err


def test_wrong_usage(values: Path) -> None:
    for words, said in (
        ((), "the values file is missing"),
        ((values, "--lint", "--output-dir", "x"), "--lint writes no objects"),
        ((values, "-o", "json"), "--lint -o json"),
        ((values, "--release", "A_B"), "not a name of a Helm release"),
        ((values, "--accept", "helm-taken"), "--accept"),
    ):
        done = krmfn("import", *words)
        assert done.status == 2
        assert said in done.err


def test_json_has_one_row_for_each_value(values: Path) -> None:
    values.write_text(SMALL + "auth: {tokenAuth: canary}\n")
    done = krmfn("import", values, "--lint", "-o", "json")
    rows = json.loads(done.out)["values"]
    assert [(row["path"], row["verdict"], row["lost"], row["line"]) for row in rows] == [
        ("config.cluster.enabled", "helm-taken", False, 2),
        ("config.jetstream.enabled", "helm-taken", False, 4),
        ("auth.tokenAuth", "clear-text-secret", True, 5),
    ]
    assert rows[2]["proposed"] == "config.merge.authorization.token"
    assert "canary" not in done.out


def test_the_choices_of_accept_are_the_lost_verdicts() -> None:
    assert set(LOSSES) == {*LOST, OPEN}


def test_what_krmfn_writes_into_its_pods(values: Path) -> None:
    """Values that ask for what krmfn writes anyway are taken; so it must write them."""
    done = krmfn("import", values)
    objects = documents(krmfn("render", "-f", "-", stdin=done.out).out)
    (servers,) = (one for one in objects if one["kind"] == "StatefulSet")
    pod = servers["spec"]["template"]["spec"]
    assert pod["securityContext"] == POD_SECURITY
    assert pod["terminationGracePeriodSeconds"] == GRACE_SECONDS
    (container,) = (one for one in pod["containers"] if one["name"] == "nats")
    assert container["securityContext"].items() <= CONTAINER_SECURITY.items()
    assert CONTAINER_SECURITY.items() <= {**POD_SECURITY, **container["securityContext"]}.items()
