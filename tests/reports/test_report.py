"""`krmfn report` through the real program: formats, the file that it writes, and text from users that stays text."""

from __future__ import annotations

import os
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

from tests.calls import krmfn
from tests.reports.fleets import FLEET, ZONES, cr, rendered, report, simulated

if TYPE_CHECKING:
    from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"
FORMATS = ("html", "svg", "mermaid", "markdown")
HOSTILE = "<img src=x onerror=alert(1)>|&`\"'[a](b)@x\u202e.yaml"


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_input_makes_the_same_bytes_whatever_the_environment_and_order(form: str, tmp_path: Path):
    first = report(tmp_path, FLEET, *ZONES, "-o", form)
    assert first.status == 0, first
    turned = "---\n".join(reversed(FLEET.split("---\n")))
    turned_lines = [
        line for line in report(tmp_path, turned, *ZONES, "-o", form).out.splitlines() if "yaml:" not in line
    ]
    assert turned_lines == [line for line in first.out.splitlines() if "yaml:" not in line]
    environment = {**os.environ, "LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"}
    (tmp_path / "nats.yaml").write_text(FLEET)
    again = krmfn("report", "-f", "nats.yaml", *ZONES, "-o", form, cwd=tmp_path, env=environment)
    assert again.raw == first.raw


def test_html_is_the_format_without_a_word(tmp_path: Path):
    assert report(tmp_path, cr(3)).out == report(tmp_path, cr(3), *ZONES, "-o", "html").out
    assert report(tmp_path, cr(3)).out.startswith("<!DOCTYPE html>\n")


def test_the_svg_draws_every_server_with_its_volume_and_what_each_zone_costs(tmp_path: Path):
    root = ET.fromstring(report(tmp_path, cr(5), *ZONES, "-o", "svg").out)
    boxes = root.findall(f"{SVG}g")
    drawn = [
        (
            box.findtext(f"{SVG}title"),
            len(box.findall(f"{SVG}path")),
            [text.text for text in box.findall(f"{SVG}text") if "lost" in (text.text or "")],
        )
        for box in boxes
    ]
    (one,) = simulated(tmp_path, cr(5))
    expected = []
    for name in ("even", "worst"):
        view = one["simulation"][name]
        lost = {loss["zone"]: loss for loss in view["zoneLost"]}
        for zone, servers in view["servers"].items():
            said = "ok" if lost[zone]["quorum"] else "NO QUORUM"
            expected.append(
                (f"zone {zone}: {servers} of 5 servers", servers, [f"lost: {lost[zone]['left']} of 5 {said}"])
            )
    assert drawn == expected
    assert not root.findall(f".//{SVG}script")


def test_the_mermaid_flowchart_has_a_server_with_a_volume_for_each_of_simulate(tmp_path: Path):
    text = report(tmp_path, cr(5), *ZONES, "-o", "mermaid").out
    (one,) = simulated(tmp_path, cr(5))
    assert text.startswith("flowchart LR\n")
    zones = re.split(r"\n    subgraph ", text)[1:]
    servers = [n for name in ("even", "worst") for n in one["simulation"][name]["servers"].values()]
    assert [zone.count('"NATS server"] --- ') for zone in zones] == servers
    assert text.count('[("20Gi")]') == 10
    assert "NO QUORUM" in zones[3]
    assert text.count("subgraph") == text.count("end\n")


def test_the_markdown_page_has_the_numbers_of_simulate_and_every_object(tmp_path: Path):
    text = report(tmp_path, cr(5), *ZONES, "-o", "markdown").out
    assert "| zone eu-1a | 2 of 5 NO QUORUM | 2 of 5 | 3 of 10 | 0 of 1 |" in text
    assert "| whichever zone | ok | 0 of 5 | 4 of 10 | 1 of 1 |" in text
    for obj in rendered(tmp_path, cr(5)):
        name = obj["metadata"]["name"]
        path = f"shop/nats/{obj['kind'].lower()}-{name}.yaml"
        assert f"| {obj['kind']} | {name} | {path} |" in text
    assert "nats://nats-client.shop.svc.cluster.local:4222" in text


@pytest.mark.parametrize("form", FORMATS)
def test_a_hostile_file_name_is_no_markup(form: str, tmp_path: Path):
    text = report(tmp_path, cr(3), *ZONES, "-o", form, file=HOSTILE).out
    assert "<img" not in text
    assert "`\"'[a](b)@x" not in text
    assert "\u202e" not in text


def test_who_makes_the_secret_is_told_for_every_mode(tmp_path: Path):
    hashed = "adminHash=$2y$11$HCxqlVTtf1zCmPxYrzpwF.GxvBQ1ZxTR7IyOm3FoFRIPVlVOb4.uG"
    store = ("secretStore=vault", "remoteKey=nats/admin")
    modes = {
        ("secretMode=none",): "none: the servers mount no Secret",
        ("secretMode=bcrypt", hashed): "krmfn renders it with the hash of the password",
        ("secretMode=external-secret", *store): "External Secrets Operator creates it from the ExternalSecret",
        ("secretMode=generated-external-secret",): "External Secrets Operator generates the password",
        ("secretMode=existing",): "create it before the first pod starts",
    }
    for settings, said in modes.items():
        called = report(tmp_path, cr(3), *ZONES, *(word for one in settings for word in ("--set", one)))
        assert called.status == 0, called
        assert said in called.out


def test_the_url_says_that_clients_speak_tls(tmp_path: Path):
    spec = "{zones: 3, istio: false, tls: {clients: {secret: certs, ca: {secret: certs}}}}"
    config = f"apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata: {{name: r}}\nspec: {spec}\n"
    (tmp_path / "config.yaml").write_text(config)
    called = report(tmp_path, cr(3), "--config", "config.yaml", "-o", "markdown")
    assert called.status == 0, called
    assert "Clients connect to tls://nats-client.shop.svc.cluster.local:4222" in called.out


def test_unknown_zones_make_no_drawing(tmp_path: Path):
    for form in FORMATS:
        called = report(tmp_path, cr(3), "-o", form)
        assert called.status == 0
        assert "zones not known" in called.out or "zones-unknown" in called.out
    assert 'class="placement"' not in report(tmp_path, cr(3), "-o", "html").out


def test_a_container_without_a_limit_has_none_in_the_sums(tmp_path: Path):
    text = cr(3).replace("spec: {", "spec: {resources: {requests: {cpu: 100m, memory: 1Gi}, limits: {memory: 2Gi}}, ")
    out = report(tmp_path, text, *ZONES, "-o", "markdown").out
    (row,) = re.findall(r"\| 3 servers \|.*", out)
    assert row.split(" | ")[4] == "no limit"


def test_the_file_is_written_whole_and_standard_output_stays_empty(tmp_path: Path):
    wanted = report(tmp_path, cr(3)).out
    (tmp_path / "page.html").write_text("old")
    called = report(tmp_path, cr(3), *ZONES, "--output", "page.html")
    assert (called.status, called.out, called.err) == (0, "", "page.html: written\n")
    assert (tmp_path / "page.html").read_text() == wanted
    assert sorted(path.name for path in tmp_path.iterdir()) == ["nats.yaml", "page.html"]


def test_folders_that_are_missing_are_made_for_a_page_and_for_the_files_of_check(tmp_path: Path):
    called = report(tmp_path, cr(3), *ZONES, "--output", "build/eu/page.html")
    assert (called.status, called.err) == (0, "build/eu/page.html: written\n")
    checked = krmfn("check", "-f", "nats.yaml", "--report", "sarif=out/nats.sarif", cwd=tmp_path)
    assert checked.status == 0, checked
    assert (tmp_path / "out/nats.sarif").stat().st_size > 0
    (tmp_path / "file").touch()
    assert "file/page.html: error: it cannot be written: " in report(tmp_path, cr(3), "--output", "file/page.html").err


def test_no_input_link_or_directory_is_overwritten(tmp_path: Path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("nats.yaml")
    for name, said in (("nats.yaml", "is read"), ("folder", "a directory"), ("link", "a symbolic link")):
        called = report(tmp_path, cr(3), *ZONES, "--output", name)
        assert (called.status, called.out) == (1, "")
        assert f"{name}: error: --output is" in called.err.replace(": : ", ": ")
        assert said in called.err
    assert (tmp_path / "nats.yaml").read_text() == cr(3)


def test_a_format_given_as_the_file_is_wrong_usage(tmp_path: Path):
    called = report(tmp_path, cr(3), *ZONES, "--output", "svg")
    assert called.status == 2
    assert "--output names a file; write -o svg for the format" in called.err
    assert report(tmp_path, cr(3), *ZONES, "-o", "pdf").status == 2


def test_an_error_makes_no_report(tmp_path: Path):
    called = report(tmp_path, cr(4))
    assert (called.status, called.out) == (1, "")
    assert "[even-cluster-size]" in called.err
