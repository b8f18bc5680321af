"""One HTML file that needs nothing else: no network, no script but its own, which its policy names by hash."""

from __future__ import annotations

from krmfn.model.finding import INFO
from krmfn.model.text import shown
from krmfn.reports.findings import text
from krmfn.reports.fleet.amounts import cores, size
from krmfn.reports.fleet.markup import PLACE, Markup, joined, placed, tag
from krmfn.reports.fleet.model import LEGEND, lost_rows, share

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from krmfn.model.finding import Finding
    from krmfn.reports.fleet.amounts import Amounts
    from krmfn.reports.fleet.model import ClusterView, FleetView, Placement, ZoneView

LONGEST = 253
_REQUESTS = "CPU and memory are what the containers request"
_REPLICAS = ("R1", "R3", "R5")
_HINT = "Press a zone or a node to see it lost, Escape to bring it back."
_RESTARTS = "Run after restarts: servers that run when each of those that are left was restarted once."


def page(title: str, content: str) -> str:
    """A whole page with style and script. `content` is Markup; `title` is text."""
    style, script = _file("page.css"), _file("page.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none';"
        " form-action 'none'"
    )
    head = joined(
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", Markup(style)),
    )
    body = joined(tag("a", "Skip to the content", class_="skip", href="#main"), content, tag("script", Markup(script)))
    whole = tag("html", joined(tag("head", head), tag("body", body)), lang="en")
    return f"<!DOCTYPE html>\n{whole}\n"


def as_html(fleet: FleetView) -> Iterator[str]:
    """The page of all clusters: totals and a table where there are several, then each with its zones."""
    content = tag("main", PLACE, id="main")
    foot = tag("footer", "Made by krmfn report")
    yield from placed(page(f"NATS clusters: {fleet.summary}", joined(content, foot)), _body(fleet))


def _body(fleet: FleetView) -> Iterator[str]:
    is_one = len(fleet.clusters) == 1
    yield joined(tag("h1", "NATS clusters"), tag("p", fleet.summary))
    if not is_one:
        yield "\n"
        rows = (f"{chr(10) if number > 1 else ''}{_fleet_row(one, number)}" for number, one in _numbered(fleet))
        yield from placed(joined(*_fleet(fleet)), rows)
    for part in _findings(fleet.findings, "Findings about no single cluster"):
        yield f"\n{part}"
    for number, one in _numbered(fleet):
        yield f"\n{cluster_section(one, number, is_open=is_one)}"


def _numbered(fleet: FleetView) -> Iterator[tuple[int, ClusterView]]:
    return enumerate(fleet.clusters, 1)


def _file(name: str) -> str:
    from importlib.resources import files

    return files("krmfn.reports.fleet").joinpath(name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    from base64 import b64encode
    from hashlib import sha256

    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"


def _fleet(fleet: FleetView) -> list[Markup]:
    """The table, with PLACE for its rows, and the one of zones."""
    heads = ("Cluster", "Any one zone lost", "Servers", "Zones", "CPU", "Memory", "Disk", "Warnings")
    head = tag("tr", *(tag("th", tag("button", name), scope="col") for name in heads))
    whole = tag(
        "tr",
        tag("th", "All", scope="row"),
        tag("td"),
        tag("td", str(fleet.servers)),
        tag("td"),
        *_amount_cells(fleet.amounts),
        tag("td", str(fleet.warnings)),
    )
    table = tag(
        "table",
        tag("caption", _REQUESTS),
        tag("thead", head),
        tag("tbody", PLACE),
        tag("tfoot", whole),
        class_="fleet",
    )
    many = f"{len(fleet.clusters)} of {len(fleet.clusters)} clusters"
    label = tag("label", "Filter ", tag("input", type="search", id="filter", autocomplete="off"))
    count = tag("output", many, id="count", for_="filter")
    found = tag("p", label, " ", count, " ", tag("button", "Open all shown", id="open"), class_="filter")
    zones = [
        tag("tr", tag("th", title, scope="row"), tag("td", str(servers)), *_amount_cells(amounts))
        for title, (servers, amounts) in fleet.zones.items()
    ]
    parts = [tag("h2", "Fleet"), found, scrolled(table, "Fleet")]
    if zones:
        titles = tag("tr", *(tag("th", name, scope="col") for name in ("Zone", "Servers", "CPU", "Memory", "Disk")))
        caption = tag("caption", "Servers by zone in the even placements")
        by_zone = tag("table", caption, tag("thead", titles), tag("tbody", joined(*zones)), class_="by-zone")
        parts += [tag("h3", "Zones"), scrolled(by_zone, "Zones of the fleet")]
    return parts


def _fleet_row(one: ClusterView, number: int) -> Markup:
    return tag(
        "tr",
        tag("th", tag("a", one.name, href=f"#c{number}"), scope="row"),
        tag("td", _badge(one)),
        tag("td", str(one.size)),
        tag("td", _mini(one.placements[0]) if one.placements else "not known"),
        *_amount_cells(one.amounts),
        tag("td", str(one.warnings)),
        data_cluster=f"c{number}",
    )


def _mini(placement: Placement) -> Markup:
    said = ", ".join(f"{zone.servers} in {zone.title}" for zone in placement.zones)
    return tag(
        "span", *(tag("span", str(z.servers)) for z in placement.zones), class_="mini", role="img", aria_label=said
    )


def _badge(one: ClusterView) -> Markup:
    return tag("span", one.outcome, class_=f"badge {'good' if one.survives else 'bad'}")


def cluster_section(one: ClusterView, number: int, *, is_open: bool) -> Markup:
    """One cluster, folded unless `is_open`; `number` makes its id."""
    sizes = f"{one.size} servers, quorum {one.quorum} of {one.size}" if one.size > 1 else "1 server"
    parts = [
        tag("summary", tag("h2", one.name), " ", _badge(one), " ", tag("span", sizes, class_="soft")),
        tag("p", one.verdict.message, " ", tag("span", f"[{one.verdict.code}]", class_="soft")),
    ]
    if one.file:
        parts.append(tag("p", "From ", tag("code", shown(one.file, LONGEST)), class_="soft"))
    if one.placements:
        boxes = (_placement(placement, one) for placement in one.placements)
        parts += [
            tag("p", _HINT, class_="soft hint"),
            tag("div", joined(*boxes), class_="placements"),
            tag("p", LEGEND, " ", _RESTARTS, class_="soft"),
        ]
    parts += [*_resources(one), *_connections(one), *_objects(one), *_findings(one.findings, "Findings")]
    return tag("details", joined(*parts), class_="cluster", id=f"c{number}", open=is_open)


def _placement(placement: Placement, one: ClusterView) -> Markup:
    boxes = [_zone(zone, position, one) for position, zone in enumerate(placement.zones)]
    head = tag("tr", *(tag("th", name, scope="col") for name in _HEADS))
    rows = [
        tag(
            "tr",
            tag("th", title, scope="row"),
            tag("td", f"{loss['left']} of {one.size}"),
            tag("td", "kept" if loss["quorum"] else "LOST", class_="good" if loss["quorum"] else "bad"),
            *(tag("td", share(loss["streams"], replicas)) for replicas in _REPLICAS),
            tag("td", str(loss["runningAfterRestarts"])),
            data_row=key,
        )
        for key, title, loss in lost_rows(placement)
    ]
    if placement.survives is not None:
        streams = (tag("td", share(placement.streams, replicas)) for replicas in _REPLICAS)
        kept = tag("td", "kept" if placement.survives else "LOST", class_="good" if placement.survives else "bad")
        rows.append(tag("tr", tag("th", "whichever zone", scope="row"), tag("td"), kept, *streams, tag("td")))
    all_run = f"{placement.running} of {one.size} servers run"
    name = f"{placement.name.capitalize()} placement"
    table = tag("table", tag("thead", head), tag("tbody", joined(*rows)), class_="losses")
    return tag(
        "section",
        joined(
            tag("h3", name),
            tag("p", placement.meaning, class_="soft"),
            tag("ul", joined(*boxes), class_="zones"),
            tag("p", all_run, class_="result", role="status", data_all=all_run),
            scrolled(table, f"{one.name}: what the {placement.name} placement loses"),
        ),
        class_="placement",
        data_placement=placement.name,
        aria_label=f"{name} of {one.name}",
    )


_HEADS = ("Lost", "servers left", "quorum", *_REPLICAS, "run after restarts")


def _zone(zone: ZoneView, position: int, one: ClusterView) -> Markup:
    disk = size(one.server.disk)
    box = tag("span", "server ", tag("i", disk), class_="server")
    pick = tag("button", zone.title, class_="pick", data_lose=f"z{position}")
    parts = [pick]
    if zone.on_node:
        node = tag("span", *[box] * zone.on_node, class_="servers")
        name = "node" if zone.on_node == zone.servers else "one node" if zone.on_node == 1 else "node with most"
        parts.append(tag("button", name, node, class_="node", data_lose=f"n{position}"))
    others = zone.servers - zone.on_node
    if others:
        parts.append(tag("span", *[box] * others, class_="servers"))
    amounts = zone.amounts
    said = f"{cores(amounts.cpu)}, {size(amounts.memory)}, disk {size(amounts.disk)}" if zone.servers else "no server"
    parts.append(tag("span", said, class_="soft"))
    return tag("li", *parts, class_="zone", data_servers=zone.servers)


def _amount_cells(amounts: Amounts, *, limits: bool = False) -> list[Markup]:
    cells = [_data(amounts.cpu, cores(amounts.cpu)), _data(amounts.memory, size(amounts.memory))]
    if limits:
        cells += [
            _data(amounts.cpu_limit, cores(amounts.cpu_limit)),
            _data(amounts.memory_limit, size(amounts.memory_limit)),
        ]
    return [tag("td", cell) for cell in [*cells, _data(amounts.disk, size(amounts.disk))]]


def _data(exact: int | None, said: str) -> Markup:
    """A number as people read it, and exactly (billionths of a core, bytes) for a machine; -1 means no limit."""
    return tag("data", said, value=-1 if exact is None else exact)


def _resources(one: ClusterView) -> list[Markup]:
    heads = ("", "CPU", "Memory", "CPU limit", "Memory limit", "Disk")
    body = (tag("tr", tag("th", n, scope="row"), *_amount_cells(a, limits=True)) for n, a in one.parts.items())
    head = tag("tr", *(tag("th", name, scope="col") if name else tag("td") for name in heads))
    caption = tag("caption", _REQUESTS)
    table = tag("table", caption, tag("thead", head), tag("tbody", joined(*body)), class_="resources")
    return [tag("h3", "Resources"), scrolled(table, f"{one.name}: resources")]


def _connections(one: ClusterView) -> list[Markup]:
    rows = [
        tag("li", tag("code", service.name), f": {', '.join(service.ports)} ({service.use})")
        for service in one.services
    ]
    secret = (tag("code", one.secret), ": ", one.secret_from) if one.secret else (one.secret_from,)
    return [
        tag("h3", "Connections"),
        tag("p", "Clients connect to ", tag("code", one.url, class_="url")),
        tag("ul", *rows, class_="plain services"),
        tag("p", "Secret ", *secret, class_="secret"),
        tag("p", "Image ", tag("code", one.image)),
    ]


def _objects(one: ClusterView) -> list[Markup]:
    folder = one.objects[0][2].rpartition("/")[0]
    kinds: dict[str, list[str]] = {}
    for kind, name, _ in one.objects:
        kinds.setdefault(kind, []).append(name)
    rows = (tag("tr", tag("td", kind), tag("td", ", ".join(names))) for kind, names in kinds.items())
    head = tag("tr", tag("th", "Kind", scope="col"), tag("th", "Names", scope="col"))
    table = tag("table", tag("thead", head), tag("tbody", joined(*rows)), class_="objects")
    return [
        tag("h3", f"{len(one.objects)} objects"),
        tag(
            "p",
            tag("code", "krmfn render --output-dir DIR"),
            " writes each of them to a file, named by its kind and name: ",
            tag("code", f"DIR/{folder}/kind-name.yaml"),
            class_="soft",
        ),
        scrolled(table, f"{one.name}: objects"),
    ]


def _findings(findings: Sequence[Finding], title: str) -> list[Markup]:
    if not findings:
        return []
    rows = (tag("li", text(one), class_="" if one.severity != INFO else "soft") for one in findings)
    return [tag("h3", title), tag("ul", joined(*rows), class_="plain findings")]


def scrolled(table: Markup, name: str) -> Markup:
    """A table that is wider than the page scrolls by itself, also with the keyboard."""
    return tag("div", table, class_="scroll", tabindex="0", role="region", aria_label=name)
