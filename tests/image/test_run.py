"""The image under the harshest conditions a host sets, against the program outside."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from krmfn import __version__
from tests.calls import ROOT, as_item, items_of, krmfn, resource_list
from tests.image.conftest import LIMITS, Image, build

if TYPE_CHECKING:
    from pathlib import Path

NATS = (ROOT / "examples/quickstart/nats.yaml").read_text(encoding="utf-8")
RENDER = (ROOT / "examples/quickstart/render.yaml").read_text(encoding="utf-8")
PLAIN = re.sub(r"  annotations:\n.*\n", "", NATS)
QUICKSTART = resource_list([as_item(PLAIN, "nats.yaml")], RENDER)
FLOW = "- {apiVersion: operator.kyma-project.io/v1alpha1, kind: NATS, metadata: {name: a, namespace: b}, spec: SPEC}\n"
MISSING_BYTE_CODE = """
import sys
sys.path.insert(0, "/usr/local/lib/krmfn")
import argparse, json, os, shutil, subprocess, tempfile, textwrap, yaml
import krmfn.api.explain, krmfn.cli.main, krmfn.hosts.function
cached = {name: getattr(one, "__cached__", None) for name, one in sys.modules.items()}
print([name for name, file in cached.items() if file and not os.path.exists(file)])
"""


def test_a_package_renders_to_the_same_bytes_as_outside(image: Image):
    inside, outside = image.run([], stdin=QUICKSTART), krmfn(stdin=QUICKSTART)
    assert (inside.status, inside.err) == (0, "")
    assert inside.raw == outside.raw
    assert len(items_of(inside.out)) > 5


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_is_in_force(image: Image, limit: str):
    if limit not in image.limits:
        pytest.skip(f"the cgroups of this machine cannot do {limit}: {image.refusal(limit)[-200:]}")
    name, value = limit.removeprefix("--").split("=")
    files = {"memory": ("memory/memory.limit_in_bytes", "memory.max"), "pids-limit": ("pids/pids.max", "pids.max")}
    wanted = {"256m": "268435456"}.get(value, value)
    paths = [f"/sys/fs/cgroup/{file}" for file in files[name]]
    code = f"import os; print([open(p).read().strip() for p in {paths} if os.path.exists(p)])"
    assert wanted in image.python(code).out


def test_nothing_can_be_written_there_is_no_tmp_and_no_network(image: Image):
    code = (
        "import os; print(os.getuid(), os.path.ismount('/tmp'), os.access('/', os.W_OK), os.listdir('/sys/class/net'))"
    )
    assert image.python(code).out == "65534 False False ['lo']\n"


def test_an_error_of_a_flow_style_resource_is_explained_by_the_models_as_outside(image: Image):
    sent = resource_list([FLOW.replace("SPEC", "{cluster: {size: two}, jetStream: {memStorage: {enabled: 1}}}")])
    inside, outside = image.run([], stdin=sent), krmfn(stdin=sent)
    assert inside.status == 1
    assert "spec.cluster.size" in inside.out
    assert inside.raw == outside.raw


def test_a_flow_style_resource_renders_as_outside(image: Image):
    sent = resource_list([FLOW.replace("SPEC", "{cluster: {size: 3}}")], RENDER)
    inside = image.run([], stdin=sent)
    assert inside.status == 0
    assert inside.raw == krmfn(stdin=sent).raw


def test_help_comes_without_standard_input_being_read(image: Image):
    called = image.run(["--help"])
    assert (called.status, called.err) == (0, "")
    assert called.out == krmfn("--help").out


def test_commands_work_as_outside(image: Image):
    stated = ["render", "-f", "-", "--set", "zones=3", "--set", "istio=false"]
    inside, outside = image.run(stated, stdin=NATS), krmfn(*stated, stdin=NATS)
    assert inside.status == 0
    assert (inside.raw, inside.raw_stderr) == (outside.raw, outside.raw_stderr)


def test_argo_cd_generates_as_user_999_with_no_home_no_path_and_no_name(image: Image, app: Path):
    environment = {"ARGOCD_APP_NAMESPACE": "shop", "KUBE_VERSION": "1.33.1", "KUBE_API_VERSIONS": "v1,apps/v1"}
    code = f"import os; os.execve('/usr/local/bin/krmfn', ['krmfn', 'cmp', 'generate'], {environment})"
    nameless = [] if image.engine.is_docker else ["--passwd=false"]
    options = [*image.locked_down, "--user=999:999", *nameless, f"--volume={app}:/app:ro", "--workdir=/app"]
    inside = image.python(code, options)
    assert inside.status == 0, inside
    assert inside.raw == krmfn("cmp", "generate", cwd=app, env=environment).raw


def test_krmfn_is_on_the_path_of_a_sidecar_whose_entry_point_is_another(image: Image):
    called = image.python("import os; os.execvp('krmfn', ['krmfn', '--version'])")
    assert called.out == f"krmfn {__version__}\n"


def test_every_module_that_is_loaded_was_compiled_when_the_image_was_built(image: Image):
    assert image.python(MISSING_BYTE_CODE).out == "[]\n"


def test_the_entry_point_is_an_isolated_interpreter_and_no_shell(image: Image):
    first = image.python("print(open('/usr/local/bin/krmfn').readline())").out.strip()
    assert first.endswith("python3 -ISXutf8")


def test_the_sbom_lists_what_is_installed(image: Image):
    code = "import os; print(open('/usr/local/share/krmfn/sbom.cdx.json').read())"
    bill = json.loads(image.python(code).out)
    listed = {f"{one['name']}-{one['version']}" for one in [*bill["components"], bill["metadata"]["component"]]}
    folders = image.python("import os; print('\\n'.join(os.listdir('/usr/local/lib/krmfn')))").out.splitlines()
    installed = {name.removesuffix(".dist-info").replace("_", "-").lower() for name in folders if "dist-info" in name}
    assert len(installed) > 4
    assert installed <= listed


def test_the_labels_say_the_version(image: Image):
    template = '{{index .Config.Labels "org.opencontainers.image.version"}} {{.Config.User}}'
    command = [image.engine.program, "image", "inspect", "--format", template, image.name]
    assert (
        subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        == f"{__version__} 65534:65534"
    )


def test_two_builds_have_the_same_layers(image: Image):
    if image.name != "localhost/krmfn-test":
        pytest.skip("KRMFN_IMAGE names an image that was built elsewhere; KRMFN_IMAGE_BUILD=1 builds twice")
    build("localhost/krmfn-test-again")
    assert image.engine.layers("localhost/krmfn-test-again") == image.engine.layers(image.name)


COMMANDS = re.findall(
    r"^    (podman run .*)$", (ROOT / "docs/how-to/image.md").read_text(encoding="utf-8"), re.MULTILINE
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_how_to_works(image: Image, command: str):
    if shutil.which("podman") is None:
        pytest.skip("podman is not installed")
    written = command.replace("localhost/krmfn:0.1.0", image.name)
    done = subprocess.run(["bash", "-c", written], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout
