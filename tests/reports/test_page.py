"""The HTML page in a real Chromium: what it shows, what a press changes, what it asks for, who can use it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from krmfn.reports.fleet.mermaid import quoted
from tests.reports import npm
from tests.reports.browser import Browser
from tests.reports.fleets import FLEET, ZONES, cr, rendered, report, simulated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENTER, ESCAPE, TAB, SPACE = ("Enter", 13, "\r"), ("Escape", 27), ("Tab", 9), (" ", 32, " ")
PLACEMENTS = """[...document.querySelectorAll(".cluster")].map((cluster) => Object.fromEntries(
  [...cluster.querySelectorAll(".placement")].map((one) => [one.dataset.placement, {
    servers: [...one.querySelectorAll(".zone")].map((zone) => [
      zone.querySelector(".pick").textContent, +zone.dataset.servers, zone.querySelectorAll(".server").length]),
    rows: [...one.querySelectorAll(".losses tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent)),
  }])))"""
STATE = """[...document.querySelectorAll(".cluster")[0].querySelectorAll(".placement")].map((one) => ({
  pressed: [...one.querySelectorAll("[aria-pressed=true]")].map((b) => b.dataset.lose),
  lost: one.querySelectorAll(".lost .server").length,
  rows: [...one.querySelectorAll("tr.shown")].map((row) => row.dataset.row),
  result: one.querySelector(".result").textContent,
}))"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    one = Browser(tmp_path_factory.mktemp("profile"))
    yield one
    one.close()


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Browser:
    """A page of one cluster of five servers in three zones."""
    return opened(browser, tmp_path, cr(5))


def opened(browser: Browser, folder: Path, text: str, *more: str) -> Browser:
    called = report(folder, text, *more)
    assert called.status == 0, called
    (folder / "page.html").write_text(called.out)
    browser.resize(1280)
    browser.scheme("light")
    browser.open(folder / "page.html")
    return browser


def row_of(loss: dict[str, Any], size: int, title: str) -> list[str]:
    shares = (loss["streams"].get(replicas) for replicas in ("R1", "R3", "R5"))
    return [
        title,
        f"{loss['left']} of {size}",
        "kept" if loss["quorum"] else "LOST",
        *(f"{share['keep']} of {share['of']}" if share else "-" for share in shares),
        str(loss["runningAfterRestarts"]),
    ]


def test_the_numbers_of_the_drawing_are_those_of_simulate(browser: Browser, tmp_path: Path):
    shown = opened(browser, tmp_path, FLEET).run(PLACEMENTS)
    told = simulated(tmp_path, FLEET)
    assert len(shown) == len(told) == 3
    for cluster, one in zip(shown, told, strict=True):
        for name, placement in cluster.items():
            view = one["simulation"][name]
            assert placement["servers"] == [[f"zone {zone}", n, n] for zone, n in view["servers"].items()]
            rows = [row_of(loss, one["size"], f"zone {loss['zone']}") for loss in view["zoneLost"]]
            rows += [row_of(loss, one["size"], f"a node of zone {loss['zone']}") for loss in view["nodeLost"]]
            assert placement["rows"][: len(rows)] == rows
            (last,) = placement["rows"][len(rows) :]
            assert last[0] == "whichever zone"
            assert last[2] == ("kept" if view["survivesAnyZone"] else "LOST")
        same = sorted(one["simulation"]["even"]["servers"].values())
        assert ("worst" in cluster) == (sorted(one["simulation"]["worst"]["servers"].values()) != same)


def test_the_amounts_are_those_of_the_rendered_objects(page: Browser, tmp_path: Path):
    objects = rendered(tmp_path, cr(5))
    (servers,) = (obj for obj in objects if obj["kind"] == "StatefulSet")
    exporters = [obj for obj in objects if obj["kind"] == "Deployment"]
    cells = page.run(
        """Object.fromEntries([...document.querySelectorAll(".resources tbody tr")].map((row) =>
        [row.cells[0].textContent, [...row.querySelectorAll("data")].map((one) => +one.value)]))"""
    )
    one, others = amounts(servers), [amounts(obj) for obj in exporters]
    assert cells["one server"] == [*one, 20 * 2**30]
    assert cells["5 servers"] == [5 * amount for amount in [*one, 20 * 2**30]]
    assert cells["exporters"] == [*(sum(column) for column in zip(*others, strict=True)), 0]
    assert cells["cluster"] == [a + b for a, b in zip(cells["5 servers"], cells["exporters"], strict=True)]


def amounts(workload: dict[str, Any]) -> list[int]:
    """CPU (billionths), memory (bytes), and the same of the limits, read from what krmfn writes (m, Mi, Gi)."""
    units = {"m": 10**6, "Mi": 2**20, "Gi": 2**30}

    def read(text: str) -> int:
        number, unit = re.fullmatch(r"(\d+)(m|Mi|Gi)", text).groups()  # type: ignore[union-attr]
        return int(number) * units[unit]

    resources = [one["resources"] for one in workload["spec"]["template"]["spec"]["containers"]]
    return [
        sum(read(one[group][name]) for one in resources)
        for group in ("requests", "limits")
        for name in ("cpu", "memory")
    ]


def test_services_ports_objects_and_the_url_are_those_of_the_rendered_objects(page: Browser, tmp_path: Path):
    objects = rendered(tmp_path, cr(5))
    listed = page.run(
        'document.querySelector(".services").innerText.trim().split("\\n").map((line) => line.replace(/ \\(.*/, ""))'
    )
    services = [obj for obj in objects if obj["kind"] == "Service"]
    ports = [", ".join(f"{port['name']} {port['port']}" for port in one["spec"]["ports"]) for one in services]
    assert listed == [f"{one['metadata']['name']}: {its}" for one, its in zip(services, ports, strict=True)]
    cells = "[...row.cells].slice(0, 2).map((cell) => cell.textContent)"
    rows = page.run(f'[...document.querySelectorAll(".objects tbody tr")].map((row) => {cells})')
    assert sorted((kind, name) for kind, names in rows for name in names.split(", ")) == sorted(
        (obj["kind"], obj["metadata"]["name"]) for obj in objects
    )
    url = page.run('document.querySelector(".url").textContent')
    assert url == "nats://nats-client.shop.svc.cluster.local:4222"


def test_every_zone_and_node_that_is_clicked_is_shown_as_lost_in_both_placements(page: Browser, tmp_path: Path):
    (one,) = simulated(tmp_path, cr(5))
    before = page.run(STATE)
    assert [state["lost"] for state in before] == [0, 0]
    assert [state["result"] for state in before] == ["5 of 5 servers run"] * 2
    count = page.run('document.querySelectorAll("[data-lose]").length')
    assert count == 12
    seen = set()
    for number in range(count):
        page.click("[data-lose]", number)
        key = page.run(f'document.querySelectorAll("[data-lose]")[{number}].dataset.lose')
        kind = "zoneLost" if key[0] == "z" else "nodeLost"
        for state, name in zip(page.run(STATE), ("even", "worst"), strict=True):
            loss = one["simulation"][name][kind][int(key[1:])]
            assert state["pressed"] == state["rows"] == [key]
            assert state["lost"] == loss["lost"]
            assert f"servers left {loss['left']} of 5; quorum {'kept' if loss['quorum'] else 'LOST'}" in state["result"]
            assert f"R3 {loss['streams']['R3']['keep']} of 10" in state["result"]
            seen.add(state["result"])
        page.click("[data-lose]", number)
        assert page.run(STATE) == before
    assert len(seen) > 6
    assert page.complaints() == []


def test_the_keyboard_is_enough(page: Browser):
    for _ in range(40):
        page.press(*TAB)
        if page.run('document.activeElement.dataset?.lose ?? ""') == "z1":
            break
    assert page.run("document.activeElement.dataset.lose") == "z1"
    page.press(*ENTER)
    assert [state["pressed"] for state in page.run(STATE)] == [["z1"], ["z1"]]
    page.press(*ESCAPE)
    assert [state["pressed"] for state in page.run(STATE)] == [[], []]
    page.press(*SPACE)
    assert [state["pressed"] for state in page.run(STATE)] == [["z1"], ["z1"]]
    assert page.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_zones_without_a_server_lose_nothing(browser: Browser, tmp_path: Path):
    page = opened(browser, tmp_path, cr(3), "--set", "zones=4", "--set", "istio=false")
    page.run("document.querySelectorAll('.zone[data-servers=\"0\"] .pick')[0].click()")
    (state,) = page.run(STATE)
    assert (state["lost"], state["rows"]) == (0, [])
    assert state["result"] == "no server of this placement is there: 3 of 3 servers run"


@pytest.mark.parametrize("text", [cr(5), FLEET, cr(1)], ids=["one", "fleet", "single"])
def test_the_page_asks_for_nothing_and_complains_of_nothing(text: str, browser: Browser, tmp_path: Path):
    page = opened(browser, tmp_path, text)
    assert page.requests() == [(tmp_path / "page.html").as_uri()]
    assert page.complaints() == []


def test_its_policy_lets_no_other_script_or_style_run(page: Browser):
    page.run("""(() => {
      const one = document.createElement("script");
      one.textContent = "window.bad = 1";
      document.body.append(one);
      document.body.setAttribute("style", "display: none");
    })()""")
    assert page.run("[window.bad === undefined, getComputedStyle(document.body).display]") == [True, "block"]
    assert any("Content Security Policy" in one for one in page.complaints())


@pytest.mark.parametrize("width", [320, 480, 768, 1024, 1920])
@pytest.mark.parametrize("text", [cr(5), FLEET], ids=["one", "fleet"])
def test_no_width_makes_the_page_scroll_sideways(text: str, width: int, browser: Browser, tmp_path: Path):
    page = opened(browser, tmp_path, text)
    page.resize(width)
    page.run('document.querySelectorAll("details").forEach((one) => (one.open = true))')
    assert page.run("document.documentElement.scrollWidth") <= width


def test_light_dark_and_print_have_colors_of_their_own(page: Browser):
    color = "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    light = page.run(color)
    page.scheme("dark")
    dark = page.run(color)
    page.scheme("dark", "print")
    printed = page.run(color)
    assert len({*map(tuple, (light, dark, printed))}) == 3
    assert printed == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]


WIDER = """[...document.querySelectorAll(".scroll")].filter((one) => one.scrollWidth > one.clientWidth)
  .map((one) => one.getAttribute("aria-label"))"""
SEVEN = "---\n".join([cr(7, "the-orders-of-the-wholesale-shop"), cr(5, "events", disk="1500Gi")])


def test_no_table_is_cut_off_on_a_laptop_or_on_paper(browser: Browser, tmp_path: Path):
    page = opened(browser, tmp_path, SEVEN)
    page.click("#open")
    assert page.run(WIDER) == []
    page.scheme("light", "print")
    for inches in (8.27, 11.69):
        page.resize(int((inches - 0.8) * 96))  # Chromium's margins are 0.4 inches
        assert page.run(WIDER) == []


def test_one_cluster_is_printed_from_the_first_sheet_on_and_two_are_enough(page: Browser):
    assert page.printed() == 2
    page.run('document.querySelector("details").open = false')
    assert page.printed() == 2
    assert not page.run('document.querySelector("details").open')


def test_a_fleet_is_printed_as_its_table_and_the_clusters_that_are_open(browser: Browser, tmp_path: Path):
    page = opened(browser, tmp_path, "---\n".join(cr(3, f"nats-{number:02}") for number in range(20)))
    assert page.printed() == 1
    assert page.run('document.querySelectorAll("details[open]").length') == 0
    page.run('document.getElementById("filter").focus()')
    page.call("Input.insertText", text="nats-07")
    page.click("#open")
    assert page.run('[...document.querySelectorAll("details[open]")].map((one) => one.id)') == ["c8"]
    assert page.printed() == 2


@pytest.mark.parametrize("text", [cr(5), FLEET], ids=["one", "fleet"])
def test_the_hint_and_the_legend_are_beside_every_drawing_and_nowhere_else(text: str, browser: Browser, tmp_path: Path):
    page = opened(browser, tmp_path, text)
    count = 'document.querySelectorAll(".cluster .placements").length'
    said = "document.body.textContent.split({}).length - 1"
    for words in ('"to see it lost"', '"R1, R3, R5:"'):
        assert page.run(said.format(words)) == page.run(count) > 0
    page = opened(browser, tmp_path, text, "--set", "istio=false")
    for words in ('"to see it lost"', '"R1, R3, R5:"'):
        assert page.run(said.format(words)) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("text", [cr(5), FLEET], ids=["one", "fleet"])
def test_axe_finds_nothing(text: str, scheme: str, browser: Browser, tmp_path: Path):
    source = npm.script("axe-core")
    page = opened(browser, tmp_path, text)
    page.scheme(scheme)
    page.run('document.querySelectorAll("details").forEach((one) => (one.open = true))')
    page.run('document.querySelector("[data-lose]").click()')
    page.run(source + ";0")
    found = page.run("axe.run().then((all) => all.violations.map((one) => [one.id, one.impact, one.nodes[0].html]))")
    assert found == []


def test_a_fleet_is_sorted_and_filtered(browser: Browser, tmp_path: Path):
    page = opened(browser, tmp_path, FLEET)
    names = '[...document.querySelectorAll("table.fleet tbody tr:not([hidden]) th")].map((one) => one.textContent)'
    assert page.run(names) == ["shop/events", "shop/orders-nats", "test/single"]
    page.click("table.fleet thead button", 2)
    assert page.run(names) == ["test/single", "shop/events", "shop/orders-nats"]
    page.click("table.fleet thead button", 2)
    assert page.run(names) == ["shop/orders-nats", "shop/events", "test/single"]
    assert page.run('document.querySelectorAll("th")[2].getAttribute("aria-sort")') == "descending"
    page.click("table.fleet thead button", 6)
    assert page.run(names)[0] == "test/single"
    page.run('document.getElementById("filter").focus()')
    page.call("Input.insertText", text="shop events")
    assert page.run(names) == ["shop/events"]
    assert page.run('document.getElementById("count").textContent') == "1 of 3 clusters"
    assert page.run('[...document.querySelectorAll("details:not([hidden]) h2")].map((one) => one.textContent)') == [
        "shop/events"
    ]


def test_a_link_of_the_fleet_opens_its_cluster(browser: Browser, tmp_path: Path):
    page = opened(browser, tmp_path, FLEET)
    opened_ones = '[...document.querySelectorAll("details[open] h2")].map((one) => one.textContent)'
    assert page.run(opened_ones) == []
    page.click("table.fleet tbody a", 1)
    page.run("new Promise((done) => setTimeout(done, 100))")
    assert page.run(opened_ones) == ["shop/orders-nats"]
    browser.open(tmp_path / "page.html", "#c3")
    assert page.run(opened_ones) == ["test/single"]


HOSTILE = "<img src=x onerror=alert(1)>&amp;'\"`.yaml"


def test_a_hostile_file_name_stays_text(browser: Browser, tmp_path: Path):
    called = report(tmp_path, cr(3), *ZONES, file=HOSTILE)
    assert called.status == 0, called
    (tmp_path / "page.html").write_text(called.out)
    browser.open(tmp_path / "page.html")
    assert browser.run("document.images.length") == 0
    assert HOSTILE in browser.run("document.querySelector('.cluster').textContent")
    assert browser.complaints() == []


def test_five_hundred_clusters_are_one_page_of_less_than_5_mb_that_can_be_filtered(browser: Browser, tmp_path: Path):
    text = "---\n".join(
        cr((3, 5, 7)[number % 3], f"nats-{number:03}", f"team-{number % 40:02}") for number in range(500)
    )
    page = opened(browser, tmp_path, text)
    assert (tmp_path / "page.html").stat().st_size < 5_000_000
    assert page.run('document.querySelectorAll("table.fleet tbody tr").length') == 500
    page.run('document.getElementById("filter").focus()')
    page.call("Input.insertText", text="nats-499")
    shown = 'document.querySelectorAll("table.fleet tbody tr:not([hidden])").length'
    assert page.run(shown) == 1
    assert page.complaints() == []


@pytest.mark.parametrize("text", [cr(5), FLEET], ids=["one", "fleet"])
def test_mermaid_draws_the_flowchart(text: str, browser: Browser, tmp_path: Path):
    source = npm.script("mermaid")
    called = report(tmp_path, text, *ZONES, "-o", "mermaid")
    (tmp_path / "empty.html").write_text("<!DOCTYPE html><title>empty</title>")
    browser.open(tmp_path / "empty.html")
    browser.run(source + ";0")
    browser.run("mermaid.initialize({startOnLoad: false, securityLevel: 'strict'})")
    drawn = browser.run(f"mermaid.render('one', {json.dumps(called.out)}).then((made) => made.svg)")
    assert drawn.count("NATS server") == called.out.count("NATS server") > 0
    assert "NO QUORUM" in drawn or text == FLEET


def test_what_users_wrote_stays_text_in_mermaid(browser: Browser, tmp_path: Path):
    hostile = '"]; click c1 call alert(1) <img src=x onerror=alert(2)> `**b**` #quot; %%{init}%%'
    source = npm.script("mermaid")
    (tmp_path / "empty.html").write_text("<!DOCTYPE html><title>empty</title>")
    browser.open(tmp_path / "empty.html")
    browser.run(source + ";0")
    browser.run("mermaid.initialize({startOnLoad: false, securityLevel: 'loose'})")
    chart = f"flowchart LR\n  c1[{quoted(hostile)}]\n"
    shown = browser.run(
        f"""mermaid.render('two', {json.dumps(chart)}).then((made) => {{
          document.body.innerHTML = made.svg;
          return [document.images.length, document.querySelector('.nodeLabel').textContent]; }})"""
    )
    assert shown == [0, hostile]
