"""An app of Argo CD with many NATS is generated in batches: the bytes and the findings are those of a small app."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.cli.main import command
from krmfn.sources.clusters import NatsCollector
from tests.hosts.test_argocd import environment
from tests.hosts.test_fleet import CR, IN_ONE_PIECE, SETTINGS, files_of, put, state

GIVEN = {
    "usual": {},
    "no versions": {"KUBE_API_VERSIONS": ""},
    "old": {"KUBE_VERSION": "x"},
    "named like": {"ARGOCD_APP_NAME": "shop-nats"},
    "istio": {"KUBE_API_VERSIONS": "networking.istio.io/v1,networking.istio.io/v1/DestinationRule,v1,v1/Service"},
    "crds": {"ARGOCD_APP_PARAMETERS": '[{"name": "podMonitor", "string": "true"}]'},
}


def generate(folder: Path, env: dict[str, str], *, many: int) -> tuple[int, str, str]:
    """The status and both outputs; more than `many` clusters are taken in batches of two."""
    printed: list[bytes] = []
    said: list[str] = []
    with (
        contextlib.chdir(folder),
        patch("krmfn.cli.commands.cmp.NatsCollector", lambda: NatsCollector(many)),
        patch("krmfn.rendering.fleet.BATCH", 2),
        patch.dict(os.environ, env, clear=True),
        patch("krmfn.reports.terminal.write_all", lambda _, data: printed.append(data)),
        patch("krmfn.streams.write_all", lambda _, data: said.append(data.decode())),
        patch("krmfn.streams._are_two_pipes", lambda: False),
    ):
        status = command(["cmp", "generate", "-R"])
    return status, b"".join(printed).decode(), "".join(said)


@settings(max_examples=12, deadline=None)
@given(state, st.sampled_from(sorted(GIVEN)), st.sampled_from(["", "istio", "unnamed"]))
def test_batches_generate_what_one_piece_generates(one, given_as, change):
    files = files_of(one)
    if change == "istio":
        files["rendernats.yaml"] = (SETTINGS % one["settings"]).replace("istio: false, ", "")
    if change == "unnamed":
        files["unnamed.yaml"] = CR.replace("namespace: %s%s", "labels: {a: b}") % ("own", "3")
    with tempfile.TemporaryDirectory() as name:
        put(Path(name) / "in", files)
        env = environment(**GIVEN[given_as])
        whole = generate(Path(name) / "in", env, many=IN_ONE_PIECE)
        assert generate(Path(name) / "in", env, many=0) == whole


def test_an_app_of_many_prints_all_their_objects_and_one_line_for_each_finding(tmp_path):
    put(tmp_path, {f"{n}.yaml": CR % ("shop-nats", f"n{n:02}", "", "3") for n in range(30)})
    (tmp_path / "rendernats.yaml").write_text(SETTINGS % "networkPolicy: true")
    status, printed, said = generate(tmp_path, environment(ARGOCD_APP_NAME="shop-nats"), many=0)
    assert status == 0
    assert printed.count("kind: StatefulSet") == 30
    assert said.count("[app-name-is-instance]") == 2
    assert "  and 29 more findings [app-name-is-instance], first in n01.yaml:" not in said
    assert "  and 29 more findings [app-name-is-instance], first in " in said


def test_with_an_error_an_app_of_many_prints_errors_alone(tmp_path):
    put(tmp_path, {f"{n}.yaml": CR % ("shop-nats", f"n{n:02}", "", "two") for n in range(30)})
    status, printed, said = generate(tmp_path, environment(), many=0)
    assert (status, printed) == (1, "")
    assert {line.split(": ")[1] for line in said.splitlines() if not line.startswith("  and")} == {"error"}
