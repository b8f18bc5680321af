"""Argo CD's contract with a plugin, played by a harness: a private copy of the app, its environment, its reading."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from krmfn.api.keys import KEYS
from krmfn.plugins.argocd_environment import Environment, apis, istio_versions
from krmfn.plugins.argocd_parameters import ANNOUNCEMENT
from tests.calls import ROOT, documents, measured
from tools.generate import NOT_ANNOUNCED, announcement

if TYPE_CHECKING:
    from collections.abc import Callable

NATS = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: orders-nats
spec:
  cluster:
    size: 3
"""
ISTIO = "networking.istio.io/v1,networking.istio.io/v1/DestinationRule,networking.istio.io/v1/Gateway"
APIS = "apps/v1,apps/v1/StatefulSet,v1,v1/Service"
OTHER = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other\n"
KUBECTL = shutil.which("kubectl")


class Answer:
    """Exit status, both outputs, and the objects that Argo CD would see."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def objects(self) -> list[dict[str, Any]]:
        return split_as_argo_cd(self.out)

    def kinds(self) -> list[str]:
        return [obj["kind"] for obj in self.objects]

    def __repr__(self) -> str:
        return f"status {self.status}\n{self.out[-1000:]}\n{self.err[-2000:]}"


def split_as_argo_cd(text: str) -> list[dict[str, Any]]:
    """SplitYAML of gitops-engine, and lists unpacked as the repo server does; labels must be strings."""
    found = []
    for obj in documents(text):
        found += obj["items"] if isinstance(obj.get("items"), list) else [obj]
    for obj in found:
        for key in ("labels", "annotations"):
            assert all(isinstance(value, str) for value in obj["metadata"].get(key, {}).values())
    return found


def environment(**more: str) -> dict[str, str]:
    """What the CMP server gives `generate`; nothing else is there, not even HOME or LANG."""
    return {
        **measured(),
        "PATH": "/usr/bin:/bin",
        "ARGOCD_APP_NAME": "orders",
        "ARGOCD_APP_NAMESPACE": "shop",
        "ARGOCD_APP_PROJECT_NAME": "default",
        "ARGOCD_APP_REVISION": "0123456789abcdef0123456789abcdef01234567",
        "ARGOCD_APP_REVISION_SHORT": "0123456",
        "ARGOCD_APP_REVISION_SHORT_8": "01234567",
        "ARGOCD_APP_SOURCE_REPO_URL": "https://git.example.com/clusters.git",
        "ARGOCD_APP_SOURCE_PATH": "orders",
        "ARGOCD_APP_SOURCE_TARGET_REVISION": "main",
        "ARGOCD_APP_PARAMETERS": "null",
        "KUBE_VERSION": "1.33.1",
        "KUBE_API_VERSIONS": APIS,
        **more,
    }


class App:
    """A source folder, and what Argo CD does with it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.source = folder, folder / "source"
        self.source.mkdir()
        self.write("nats.yaml", NATS)

    def write(self, name: str, text: str) -> None:
        file = self.source / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def copy(self) -> Path:
        """A private copy with files 0644 and folders 0755: exec bits are lost."""
        copy = self.folder / "_cmp_server" / "copy" / "orders"
        shutil.rmtree(copy.parent, ignore_errors=True)
        shutil.copytree(self.source, copy, symlinks=True)
        for file in copy.rglob("*"):
            if not file.is_symlink():
                file.chmod(0o755 if file.is_dir() else 0o644)
        return copy

    def generate(self, *arguments: str, env: dict[str, str] | None = None, **more: str) -> Answer:
        given = environment(**more) if env is None else env
        command = [sys.executable, "-I", "-B", "-m", "krmfn", "cmp", "generate", *arguments]
        done = subprocess.run(
            command,
            cwd=self.copy(),
            env=given,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
            start_new_session=True,
        )
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    def parameters(self, *parameters: dict[str, Any], **more: str) -> Answer:
        return self.generate(ARGOCD_APP_PARAMETERS=json.dumps(list(parameters)), **more)


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App(tmp_path)


def test_children_are_printed_with_their_mark_and_without_annotations_of_hosts(app: App):
    answer = app.generate()
    assert answer.status == 0, answer
    assert answer.kinds() == [
        "ServiceAccount", "ConfigMap", "Service", "Service", "StatefulSet", "PodDisruptionBudget",
        "Service", "Deployment", "Deployment", "Deployment",
    ]  # fmt: skip
    for obj in answer.objects:
        notes = obj["metadata"]["annotations"]
        assert notes["krmfn.dev/owner"] == "shop/orders-nats"
        assert not any("config.kubernetes.io/" in key or "config.k8s.io/" in key for key in notes)
    assert ": error: " not in answer.err


def test_the_namespace_of_a_nats_that_states_none_is_the_destinations(app: App):
    assert {obj["metadata"]["namespace"] for obj in app.generate().objects} == {"shop"}
    unset = app.generate(ARGOCD_APP_NAMESPACE="")
    assert unset.status == 0
    assert all("namespace" not in obj["metadata"] for obj in unset.objects)
    app.write("nats.yaml", NATS.replace("spec:", "  namespace: own\nspec:", 1))
    assert {obj["metadata"]["namespace"] for obj in app.generate().objects} == {"own"}


def test_a_namespace_that_is_none_is_an_error(app: App):
    answer = app.generate(ARGOCD_APP_NAMESPACE="Shop!")
    assert (answer.status, answer.out) == (1, "")
    assert "spec.destination.namespace" in answer.err


@pytest.mark.parametrize(
    ("served", "rules"),
    [
        (f"{APIS},{ISTIO}", ["networking.istio.io/v1"] * 2),
        (
            f"{APIS},networking.istio.io/v1beta1,networking.istio.io/v1beta1/DestinationRule",
            ["networking.istio.io/v1beta1"] * 2,
        ),
        (f"{APIS},networking.istio.io/v1", ["networking.istio.io/v1"] * 2),
        (APIS, []),
        ("apps/v1,v1", []),
    ],
)
def test_the_served_apis_tell_whether_there_is_istio_and_which_version(app: App, served: str, rules: list[str]):
    answer = app.generate(KUBE_API_VERSIONS=served)
    assert answer.status == 0, answer
    assert [obj["apiVersion"] for obj in answer.objects if obj["kind"] == "DestinationRule"] == rules


@pytest.mark.parametrize("served", ["", None, " , "])
def test_no_knowledge_of_istio_is_an_error_that_asks_for_it(app: App, served: str | None):
    given = environment(KUBE_API_VERSIONS=served or "")
    if served is None:
        del given["KUBE_API_VERSIONS"]
    answer = app.generate(env=given)
    assert (answer.status, answer.out) == (1, "")
    first = answer.err.splitlines()[0]
    assert "set istio to true or false [istio-not-stated]" in first


@pytest.mark.parametrize(("stated", "count"), [("true", 2), ("false", 0)])
def test_a_stated_istio_goes_over_the_served_apis(app: App, stated: str, count: int):
    for served in ("", APIS, f"{APIS},{ISTIO}"):
        answer = app.parameters({"name": "istio", "string": stated}, KUBE_API_VERSIONS=served)
        assert answer.status == 0, answer
        assert answer.kinds().count("DestinationRule") == count


def test_a_definition_of_istio_in_the_app_is_knowledge_too(app: App):
    crd = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
        "metadata:\n  name: destinationrules.networking.istio.io\nspec:\n  versions: [{name: v1beta1, served: true}]\n"
    )
    app.write("crd.yaml", crd)
    answer = app.generate(KUBE_API_VERSIONS="")
    assert answer.status == 0, answer
    assert [o["apiVersion"] for o in answer.objects if o["kind"] == "DestinationRule"] == [
        "networking.istio.io/v1beta1",
        "networking.istio.io/v1beta1",
    ]


def test_entries_with_kinds_go_over_the_group():
    assert istio_versions(["networking.istio.io/v1", "networking.istio.io/v1alpha3/DestinationRule"]) == ("v1alpha3",)
    assert istio_versions(["networking.istio.io/v1/VirtualService", "v1"]) == ()
    assert istio_versions(apis(" , ")) is None


MONITORING = "monitoring.coreos.com/v1"
EXTERNAL_SECRETS = "external-secrets.io/v1/ExternalSecret,generators.external-secrets.io/v1alpha1/Password"
WATCHED = ({"name": "podMonitor", "string": "true"}, {"name": "prometheusRule", "string": "true"})


@pytest.mark.parametrize(
    "served", [f"{APIS},{MONITORING},{MONITORING}/PodMonitor,{MONITORING}/PrometheusRule", f"{APIS},{MONITORING}"]
)
def test_kinds_of_prometheus_operator_are_rendered_where_they_are_served(app: App, served: str):
    answer = app.parameters(*WATCHED, KUBE_API_VERSIONS=served)
    assert answer.status == 0, answer
    assert answer.kinds()[-5:] == ["PodMonitor", "PrometheusRule", *["Deployment"] * 3]


def test_a_kind_that_the_cluster_is_known_to_lack_is_an_error_that_names_its_definition(app: App):
    answer = app.parameters(*WATCHED, KUBE_API_VERSIONS=f"{APIS},{MONITORING}/PodMonitor")
    assert (answer.status, answer.out) == (1, "")
    (line,) = [line for line in answer.err.splitlines() if "[kind-not-served]" in line]
    assert "does not serve PrometheusRule" in line
    assert "prometheusrules.monitoring.coreos.com" in line
    assert app.generate(KUBE_API_VERSIONS=APIS).status == 0


def test_a_kind_whose_definition_is_in_the_app_is_served(app: App):
    for kind in ("podmonitors", "prometheusrules"):
        head = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
        app.write(f"{kind}.yaml", f"{head}metadata:\n  name: {kind}.monitoring.coreos.com\n")
    answer = app.parameters(*WATCHED, KUBE_API_VERSIONS=APIS)
    assert answer.status == 0, answer


def test_without_a_list_of_apis_nothing_is_known_to_be_missing(app: App):
    istio = {"name": "istio", "string": "false"}
    assert app.parameters(istio, *WATCHED, KUBE_API_VERSIONS="").status == 0


def test_objects_of_external_secrets_need_their_definitions_too(app: App):
    mode = {"name": "secretMode", "string": "generated-external-secret"}
    answer = app.parameters(mode, KUBE_API_VERSIONS=f"{APIS},external-secrets.io/v1beta1/ExternalSecret")
    assert (answer.status, answer.out) == (1, "")
    lines = [line for line in answer.err.splitlines() if "[kind-not-served]" in line]
    assert ["does not serve ExternalSecret (external-secrets.io/v1)" in line for line in lines] == [True, False]
    assert "passwords.generators.external-secrets.io of External Secrets Operator" in lines[1]
    assert app.parameters(mode, KUBE_API_VERSIONS=f"{APIS},{EXTERNAL_SECRETS}").status == 0


@pytest.mark.parametrize("parameters", ["null", "", "  ", "[]", None])
def test_no_parameters_come_in_several_forms(app: App, parameters: str | None):
    given = environment(ARGOCD_APP_PARAMETERS=parameters or "")
    if parameters is None:
        del given["ARGOCD_APP_PARAMETERS"]
    assert app.generate(env=given).status == 0


def test_zones_may_be_a_string_or_an_array(app: App):
    array = app.parameters({"name": "zones", "array": ["a", "b", "c"]})
    string = app.parameters({"name": "zones", "string": "a,b,c"})
    assert array.status == 0, array
    assert "topologySpreadConstraints" in array.out
    assert array.out == string.out


@pytest.mark.parametrize(
    "parameter",
    [
        {"name": "zones"},
        {"name": "zones", "string": ""},
        {"name": "zones", "array": []},
        {"name": "zones", "map": None},
    ],
)
def test_a_parameter_without_a_value_states_nothing(app: App, parameter: dict[str, Any]):
    assert app.parameters(parameter).out == app.generate().out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[{"name": "zone", "string": "3"}]', 'did you mean "zones"?'),
        ('[{"name": "name", "string": "x"}]', 'unknown parameter "name"'),
        ('[{"name": "zones", "map": {"a": "b"}}]', "neither a string nor an array"),
        ('[{"name": "zones", "array": [1]}]', "neither a string nor an array"),
        ('[{"name": "zones", "array": ["a,b"]}]', "contains a comma"),
        ('[{"name": "zones", "string": "3", "array": ["a"]}]', "has string and array"),
        ('[{"name": "zones", "string": "3"}, {"name": "zones", "string": "3"}]', "duplicate parameter"),
        ('[{"string": "3"}]', "parameter 1 has no name"),
        ('["zones"]', "parameter 1 has no name"),
        ('[{"name": "istio", "String": "true"}]', 'parameter "istio" has the unknown field "String"'),
        ('[{"name": "istio", "string": "true", "value": "false"}]', 'parameter "istio" has the unknown field "value"'),
        ('[{"name": "previous", "string": "../../other"}]', "compares with no earlier render; remove previous here"),
        ('{"zones": "3"}', "not a JSON list"),
        ("[{", "not a JSON list"),
        ("[" * 100_000, "not a JSON list"),
        ("[" * 30_000 + "]" * 30_000, "not a JSON list"),
        ('[{"name": "istio", "string": "maybe"}]', "istio"),
    ],
)
def test_a_wrong_parameter_is_an_error_and_nothing_is_printed(app: App, text: str, words: str):
    answer = app.generate(ARGOCD_APP_PARAMETERS=text)
    assert (answer.status, answer.out) == (1, "")
    assert words in answer.err.splitlines()[0]


def test_every_error_is_told_in_one_run_and_nothing_but_errors(app: App):
    app.write("nats.yaml", NATS.replace("size: 3", "size: 4"))
    app.write("second.yaml", NATS.replace("orders", "b").replace("cluster", "clustr"))
    answer = app.parameters({"name": "zone", "string": "3"}, KUBE_API_VERSIONS="", KUBE_VERSION="1.20.0")
    assert (answer.status, answer.out) == (1, "")
    codes = [line.rpartition("[")[2].rstrip("]") for line in answer.err.splitlines()]
    assert sorted(codes) == [
        "even-cluster-size", "istio-not-stated", "unknown-field", "unknown-key", "unsupported-kubernetes-version",
    ]  # fmt: skip
    assert "nats.yaml:7: error: spec.cluster.size: " in answer.err


def test_the_kubernetes_version_is_the_clusters_unless_a_parameter_states_one(app: App):
    named = {"name": "zones", "string": "a,b,c"}
    assert "ZONE_TAG" not in app.parameters(named, KUBE_VERSION="1.33.1").out
    assert "ZONE_TAG" in app.parameters(named, KUBE_VERSION="1.36.0").out
    stated = {"name": "kubernetesVersion", "string": "1.33"}
    assert "ZONE_TAG" not in app.parameters(named, stated, KUBE_VERSION="1.36.0").out
    assert app.parameters(stated, KUBE_VERSION="1.20.0").status == 0
    assert app.generate(KUBE_VERSION="").status == 0


def test_the_one_rendernats_of_the_folder_is_the_configuration_and_parameters_go_over_it(app: App):
    render = (
        "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata:\n  name: r\nspec:\n  istio: true\n  zones: 3\n"
    )
    app.write("render.yaml", render)
    answer = app.generate(KUBE_API_VERSIONS="")
    assert answer.status == 0, answer
    assert "DestinationRule" in answer.kinds()
    assert "DestinationRule" not in app.parameters({"name": "istio", "string": "false"}).kinds()
    app.write("second.yaml", render)
    answer = app.generate()
    assert (answer.status, answer.out) == (1, "")
    assert "second.yaml:2: error: kind: render.yaml has a RenderNATS for the same directory too" in answer.err


@pytest.mark.parametrize("spec", ["  zones: 3\n  zones: 3\n", "  {a: 1, a: 2}\n"])
def test_a_rendernats_that_cannot_be_read_is_an_error(app: App, spec: str):
    head = "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata:\n  name: r\nspec:\n"
    app.write("render.yaml", head + spec)
    answer = app.generate()
    assert (answer.status, answer.out) == (1, "")
    assert "render.yaml:" in answer.err
    assert "[duplicate-key]" in answer.err


def test_the_plugin_file_may_state_options_over_which_parameters_go(app: App, tmp_path: Path):
    config = tmp_path / "defaults.yaml"
    config.write_text(
        "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata:\n  name: r\nspec:\n  istio: true\n"
    )
    app.write("render.yaml", config.read_text().replace("true", "maybe"))
    assert "render.yaml:6: error: " in app.generate("--config", str(config)).err
    app.write("render.yaml", config.read_text().replace("true", "false"))
    assert "DestinationRule" in app.generate("--config", str(config)).kinds()
    app.write("render.yaml", config.read_text().replace("istio: true", "zones: 3"))
    assert "DestinationRule" not in app.generate("--config", str(config), "--set", "istio=false").kinds()
    answer = app.generate(
        "--set", "istio=false", ARGOCD_APP_PARAMETERS='[{"name": "istio", "string": "true"}]', KUBE_API_VERSIONS=""
    )
    assert answer.status == 0
    (app.source / "render.yaml").unlink()
    assert (
        "DestinationRule"
        in app.generate("--set", "istio=false", ARGOCD_APP_PARAMETERS='[{"name": "istio", "string": "true"}]').kinds()
    )


def test_files_of_argo_cd_and_folders_inside_are_not_read(app: App):
    app.write(".argocd-source.yaml", NATS.replace("orders", "hidden"))
    app.write(".argocd-source-orders.yaml", "plugin: {parameters: []}\n")
    app.write("Kustomization", "resources: []\n")
    app.write("sub/nats.yaml", NATS.replace("orders", "sub"))
    assert {obj["metadata"]["labels"]["app.kubernetes.io/instance"] for obj in app.generate().objects} == {
        "orders-nats"
    }
    deep = app.generate("--recursive")
    assert {o["metadata"]["labels"]["app.kubernetes.io/instance"] for o in deep.objects} == {"orders-nats", "sub-nats"}


def test_other_objects_are_counted_and_printed_on_request_without_annotations_of_hosts(app: App):
    app.write("other.yaml", OTHER + "  annotations:\n    config.kubernetes.io/path: other.yaml\n    mine: kept\n")
    app.write("local.yaml", OTHER + "  annotations: {config.kubernetes.io/local-config: 'true'}\n")
    answer = app.generate()
    assert "1 other object was left out (include=all adds it)" in answer.err
    everything = app.parameters({"name": "include", "string": "all"})
    (other,) = (obj for obj in everything.objects if obj["metadata"]["name"] == "other")
    assert other["metadata"]["annotations"] == {"mine": "kept"}
    assert "NATS" not in everything.kinds()


def test_an_other_object_in_the_place_of_a_child_is_an_error(app: App):
    app.write("other.yaml", OTHER.replace("other", "orders-nats-config\n  namespace: shop"))
    answer = app.parameters({"name": "include", "string": "all"})
    assert (answer.status, answer.out) == (1, "")
    assert "[unmarked-child]" in answer.err


def test_nothing_to_render_is_an_error(app: App):
    (app.source / "nats.yaml").unlink()
    app.write("other.yaml", OTHER)
    answer = app.generate()
    assert (answer.status, answer.out) == (1, "")
    assert "[no-nats-cr]" in answer.err


def test_mode_validate_would_prune_everything_and_is_an_error(app: App):
    answer = app.parameters({"name": "mode", "string": "validate"})
    assert (answer.status, answer.out) == (1, "")
    assert "[nothing-to-apply]" in answer.err


@pytest.mark.parametrize(("name", "warned"), [("orders-nats", True), ("orders", False)])
def test_an_application_called_as_the_instance_label_is_warned_of(app: App, name: str, *, warned: bool):
    answer = app.generate(ARGOCD_APP_NAME=name)
    assert answer.status == 0
    assert ("[app-name-is-instance]" in answer.err) is warned


def test_a_hash_given_as_a_parameter_arrives_as_it_is(app: App):
    """Parameters are not expanded, as the plugin's environment is, where `$2b` would be lost."""
    text = "$2b$11$012345678901234567890uUQKburPlgWktAOuZhranD5FvCQrTi12"
    answer = app.parameters(
        {"name": "secretMode", "string": "bcrypt"},
        {"name": "adminHash", "string": text},
        {"name": "protect", "string": "true"},
    )
    assert answer.status == 0, answer
    (secret,) = [obj for obj in answer.objects if obj["kind"] == "Secret"]
    assert f'"{text}"' in base64.b64decode(secret["data"]["resolver.conf"]).decode()
    assert secret["metadata"]["annotations"]["argocd.argoproj.io/sync-options"] == "Prune=confirm,Delete=confirm"


def test_what_external_secrets_makes_comes_in_an_earlier_wave(app: App):
    mode = {"name": "secretMode", "string": "generated-external-secret"}
    answer = app.parameters(mode, KUBE_API_VERSIONS=f"{APIS},{EXTERNAL_SECRETS}")
    waves = {obj["kind"]: obj["metadata"]["annotations"].get("argocd.argoproj.io/sync-wave") for obj in answer.objects}
    assert {kind for kind, wave in waves.items() if wave == "-1"} == {"Password", "ExternalSecret"}
    assert {wave for wave in waves.values() if wave != "-1"} == {None}


def test_a_canary_in_a_secret_field_is_in_no_error(app: App):
    secret = (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: orders-nats-secret, namespace: shop}\nstringData: {x: CANARY}\n"
    )
    app.write("secret.yaml", secret)
    answer = app.parameters({"name": "adminHash", "string": "CANARY"}, {"name": "zone", "string": "CANARY"})
    assert answer.status == 1
    assert "CANARY" not in answer.out + answer.err


def readable_python(become: Callable[[], None]) -> str:
    """An interpreter that another user may run, and that sees krmfn."""
    look = f"import os, sys; sys.exit(sys.version_info < (3, 11) or not os.access({str(ROOT)!r}, os.X_OK))"
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            if subprocess.run([python, "-I", "-c", look], preexec_fn=become, check=False).returncode == 0:
                return python
        except OSError:
            continue
    pytest.skip("no interpreter here is readable for other users")


def test_it_runs_as_any_user_on_files_that_it_cannot_write_and_says_nothing_about_it(app: App):
    if os.getuid() != 0:
        pytest.skip("only root may become another user")
    copy = app.copy()
    for path in [copy, *copy.parents]:
        if path == Path("/tmp"):
            break
        path.chmod(path.stat().st_mode | stat.S_IXOTH | stat.S_IROTH)

    def become() -> None:
        os.setgroups([])
        os.setgid(999)
        os.setuid(999)

    script = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from krmfn.__main__ import main;"
        " sys.argv[1:] = ['cmp', 'generate']; sys.exit(main())"
    )
    done = subprocess.run(
        [readable_python(become), "-I", "-c", script],
        cwd=copy, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, check=False, preexec_fn=become,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode() == app.generate().out
    assert sorted(path.name for path in copy.iterdir()) == ["nats.yaml"]


def test_the_same_app_gives_the_same_bytes_and_standard_input_is_never_read(app: App):
    first = app.generate()
    reader, writer = os.pipe()
    try:
        command = [sys.executable, "-I", "-m", "krmfn", "cmp", "generate"]
        given = environment(LANG="tr_TR.UTF-8", TZ="Asia/Tokyo", PYTHONHASHSEED="7")
        done = subprocess.run(
            command, cwd=app.copy(), env=given, stdin=reader, capture_output=True, timeout=60, check=False
        )
    finally:
        os.close(reader)
        os.close(writer)
    assert done.stdout.decode() == first.out


def test_sigterm_to_the_process_group_ends_it_at_once(app: App):
    for number in range(3000):
        app.write(f"nats-{number}.yaml", NATS.replace("orders", f"n{number}"))
    command = [sys.executable, "-I", "-m", "krmfn", "cmp", "generate"]
    with subprocess.Popen(
        command, cwd=app.copy(), env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True,
    ) as running:  # fmt: skip
        time.sleep(0.3)
        os.killpg(running.pid, signal.SIGTERM)
        out, err = running.communicate(timeout=10)
    # once files are written for the fleet, it removes them and ends with the status that a shell gives the signal
    assert running.returncode in (-signal.SIGTERM, 128 + signal.SIGTERM)
    assert out == b""
    assert b"Traceback" not in err


def test_the_announcement_works_without_the_environment_and_has_the_shape_that_argo_cd_reads(tmp_path: Path):
    command = [sys.executable, "-I", "-m", "krmfn", "cmp", "parameters"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**measured(), "PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    announced = json.loads(done.stdout)
    assert done.stdout.decode() == ANNOUNCEMENT
    assert announced == announcement()
    assert {one["name"] for one in announced} == set(KEYS) - set(NOT_ANNOUNCED)
    for one in announced:
        assert all(isinstance(one[key], str) and one[key] for key in ("name", "title", "tooltip", "itemType"))
        assert one["required"] is False
        assert one["collectionType"] in ("", "array")
        assert isinstance(one["string" if one["collectionType"] == "" else "array"], (str, list))


def test_what_is_announced_as_default_changes_nothing_when_it_is_given(app: App):
    given = [{"name": one["name"], "string": one.get("string", "")} for one in announcement() if one["name"] != "istio"]
    assert app.parameters(*given).out == app.generate().out


def test_an_unknown_part_of_the_command_names_those_that_there_are(tmp_path: Path):
    command = [sys.executable, "-I", "-m", "krmfn", "cmp", "generat"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "did you mean generate?" in done.stderr


def test_the_environment_is_empty_where_nothing_is_set():
    seen = Environment({})
    assert (seen.pairs, seen.namespace, seen.kubernetes_version, seen.findings) == ({}, "", None, [])


def test_the_plugin_file_has_what_the_cmp_server_wants_and_nothing_that_costs():
    plugin = yaml.safe_load((ROOT / "deploy/argocd/plugin.yaml").read_text())
    assert plugin["kind"] == "ConfigManagementPlugin"
    assert plugin["metadata"]["name"] == "krmfn"
    assert set(plugin["spec"]) == {"generate", "parameters"}
    assert plugin["spec"]["generate"]["command"] == ["krmfn", "cmp", "generate"]
    assert plugin["spec"]["parameters"]["dynamic"]["command"] == ["krmfn", "cmp", "parameters"]


@pytest.mark.skipif(KUBECTL is None, reason="kubectl is not on PATH")
def test_the_component_adds_a_sidecar_to_the_repo_server_with_the_users_image(tmp_path: Path):
    shutil.copytree(ROOT / "deploy/argocd", tmp_path / "component")
    deployment = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: argocd-repo-server\nspec:\n  template:\n    spec:\n"
        "      containers:\n      - name: argocd-repo-server\n        image: argocd\n      volumes:\n"
        "      - {name: var-files, emptyDir: {}}\n      - {name: plugins, emptyDir: {}}\n"
    )
    (tmp_path / "main").mkdir()
    (tmp_path / "main/argocd.yaml").write_text(deployment)
    (tmp_path / "main/kustomization.yaml").write_text(
        "namespace: argocd\nresources: [argocd.yaml]\ncomponents: [../component]\n"
        "images: [{name: krmfn, newName: registry.example.com/krmfn, newTag: v9}]\n"
    )
    assert KUBECTL is not None
    done = subprocess.run([KUBECTL, "kustomize", tmp_path / "main"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    built = {obj["kind"]: obj for obj in documents(done.stdout)}
    spec = built["Deployment"]["spec"]["template"]["spec"]
    sidecar = next(one for one in spec["containers"] if one["name"] == "krmfn")
    assert sidecar["image"] == "registry.example.com/krmfn:v9"
    assert sidecar["command"] == ["/var/run/argocd/argocd-cmp-server"]
    assert sidecar["securityContext"]["runAsUser"] == 999
    assert sidecar["securityContext"]["readOnlyRootFilesystem"] is True
    volumes = {volume["name"]: volume for volume in spec["volumes"]}
    assert {mount["name"] for mount in sidecar["volumeMounts"]} <= set(volumes)
    assert volumes["krmfn-plugin"]["configMap"]["name"] == built["ConfigMap"]["metadata"]["name"]
    assert yaml.safe_load(built["ConfigMap"]["data"]["plugin.yaml"])["kind"] == "ConfigManagementPlugin"


@pytest.mark.parametrize("file", ["argocd/application.yaml", "argocd-applicationset/applicationset.yaml"])
def test_the_parameters_of_the_examples_are_announced(file: str):
    text = yaml.safe_load((ROOT / "examples" / file).read_text())
    spec = text["spec"].get("template", text)["spec"] if "template" in text["spec"] else text["spec"]
    names = {one["name"] for one in spec["source"]["plugin"]["parameters"]}
    assert names <= {one["name"] for one in announcement()}
    assert names >= {"istio", "zones"}
