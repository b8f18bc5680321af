"""`--config` and `--set`."""

from __future__ import annotations

import json

import pytest

from tests.hosts.cli.texts import NATS

RENDER_NATS = """\
apiVersion: fn.krmfn.dev/v1alpha1
kind: RenderNATS
spec:
  profile: nats-manager
  zones: [a, b]
"""


@pytest.fixture
def nats(write):
    return write("nats.yaml", NATS)


def labels(ran):
    return json.loads(ran.out)["items"][0]["metadata"]["labels"]["app.kubernetes.io/managed-by"]


@pytest.mark.parametrize(
    "text",
    [
        RENDER_NATS,
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {profile: nats-manager, zones: 'a,b'}\n",
    ],
)
def test_config_gives_the_settings_and_set_goes_over_it(run, write, nats, text):
    config = write("config.yaml", text)
    assert labels(run("render", "-f", nats, "--config", config, "-o", "json")) == "nats-manager"
    ran = run(
        "render",
        "-f",
        nats,
        "--config",
        config,
        "-o",
        "json",
        "--set",
        "profile=nats-manager",
        "--set",
        "profile=hardened",
    )
    assert labels(ran) == "krmfn"
    assert "[too-few-zones]" in ran.err


@pytest.mark.usefixtures("nats")
def test_the_config_found_in_a_directory_is_not_an_object_of_it(run, write, tmp_path):
    config = write("config.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {zones: 'a,b,c'}\n")
    ran = run("render", "-f", tmp_path, "--config", config)
    assert ran.status == 0
    assert "left out" not in ran.err


def test_faults_are_placed_in_the_file_or_at_the_key(run, write, nats):
    config = write("config.yaml", RENDER_NATS.replace("nats-manager", "soft"))
    ran = run("check", "-f", nats, "--config", config, "-o", "json", "--set", "zoneSpred=off")
    errors = [
        (r["code"], r["field"], r["file"] and r["file"].rpartition("/")[2], r["line"]) for r in json.loads(ran.out)
    ]
    assert ("unsupported-value", "spec.profile", "config.yaml", 4) in errors
    assert ("unknown-key", "zoneSpred", None, None) in errors
    assert ran.status == 1


def test_a_scalar_that_readers_disagree_about_is_an_error_once(run, write, nats):
    config = write("config.yaml", RENDER_NATS.replace("nats-manager", "hardened\n  fips: yes"))
    ran = run("check", "-f", nats, "--config", config, "-o", "json")
    wrong = [(r["code"], r["line"]) for r in json.loads(ran.out) if r["severity"] == "error"]
    assert wrong == [("ambiguous-scalar", 5)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (NATS, "unknown-function-config"),
        (RENDER_NATS + "---\n" + RENDER_NATS, "unknown-function-config"),
        ("", "unknown-function-config"),
        ("a: [", "unreadable-yaml"),
        (b"\xff", "not-utf8"),
        ("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n", "unknown-function-config"),
    ],
)
def test_a_config_that_states_no_settings_is_an_error(run, write, nats, text, code):
    ran = run("check", "-f", nats, "--config", write("config.yaml", text), "-o", "json")
    assert ran.status == 1
    wrong = [row for row in json.loads(ran.out) if row["severity"] == "error"]
    assert [(row["code"], row["file"].rpartition("/")[2]) for row in wrong] == [(code, "config.yaml")]


@pytest.mark.parametrize("command", ["render", "check", "simulate", "report", "diff"])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "no-such-file"),
        ("", "unknown-function-config"),
        (RENDER_NATS + "---\n" + RENDER_NATS, "unknown-function-config"),
        ("a: [", "unreadable-yaml"),
        (b"\xff", "not-utf8"),
        ("zones=3\n", "unknown-function-config"),
        (NATS, "unknown-function-config"),
    ],
)
def test_a_config_that_cannot_be_read_is_an_error_beside_a_nearer_one_too(run, write, command, text, code):
    nats, _ = write("cluster/nats.yaml", NATS), write("cluster/render.yaml", RENDER_NATS)
    config = nats.parent / "config.yaml" if text is None else write("config.yaml", text)
    read = (nats, nats) if command == "diff" else ("-f", nats)
    for more in ((), ("--set", "istio=false")):
        ran = run(command, *read, "--config", config, *more)
        assert ran.status == (2 if command == "diff" else 1), ran
        (said,) = (line for line in (ran.out + ran.err).splitlines() if f"[{code}]" in line)
        assert said.startswith(str(config))


def test_a_config_that_is_not_there_is_an_error(run, nats, tmp_path):
    ran = run("check", "-f", nats, "--config", tmp_path / "none.yaml")
    assert ran.status == 1
    assert "[no-such-file]" in ran.out


@pytest.mark.parametrize(
    ("setting", "untrue"),
    [("zone=a,b,c", "zones-unknown"), ("zones=a,a,b", "zones-unknown"), ("istio=no", "istio-unknown")],
)
@pytest.mark.parametrize("command", ["render", "check", "simulate"])
def test_a_wrong_setting_is_told_without_what_its_default_would_mean(run, nats, command, setting, untrue):
    ran = run(command, "-f", nats, "--set", setting)
    said = ran.out + ran.err
    assert ran.status == 1
    assert "error: " in said
    assert untrue not in said


@pytest.mark.parametrize("way", ["call", "beside"])
def test_many_clusters_with_a_wrong_setting_are_told_its_error_once(run, write, tmp_path, monkeypatch, way):
    monkeypatch.setattr("krmfn.cli.commands.render.MANY", 1)
    for number in range(3):
        write(f"nats-{number}.yaml", NATS.replace("shop-nats", f"shop-{number}-nats"))
    if way == "beside":
        write("render.yaml", RENDER_NATS.replace("zones:", "zone:"))
    ran = run("render", "-f", tmp_path, "--set", "zone=3" if way == "call" else "fips=false")
    assert ran.status == 1
    assert ran.err.count("error: ") == 1
    assert "zones-unknown" not in ran.err
