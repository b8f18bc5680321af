"""One SVG picture: for every cluster its zones with their servers and volumes, even and worst."""

from __future__ import annotations

from krmfn.model.text import counted
from krmfn.reports.fleet.amounts import size
from krmfn.reports.fleet.markup import PLACE, Markup, escaped, joined, placed, tag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.reports.fleet.model import ClusterView, FleetView, Placement, ZoneView

WIDTH, MARGIN, GAP = 720, 16, 8
LINE, SERVER_WIDTH, SERVER_HEIGHT = 20, 40, 44
ZONES_IN_A_ROW, SERVERS_IN_A_ROW = 4, 3
LETTERS = 22
"""Letters of a zone's name that its box has room for; the title has all of them."""
_STYLE = """
text { font: 14px system-ui, sans-serif; fill: #1c2430 }
.h { font-size: 16px; font-weight: 600 } .s { font-size: 12px; fill: #4d5866 } .d { font-size: 10px }
.p { fill: #ffffff } .z { fill: #f3f5f8; stroke: #8a94a3 } .v, .c { fill: #d6e4f5; stroke: #8a94a3 }
.ok { fill: #14602f } .no { fill: #9b1c1c }
@media (prefers-color-scheme: dark) {
text { fill: #e6eaf0 } .s { fill: #aeb8c5 } .p { fill: #14181e } .z { fill: #1e242c } .v, .c { fill: #2b405a }
.ok { fill: #7fd69b } .no { fill: #ff9d9d }
}
"""


class _Canvas:
    """Parts from top to bottom; `y` is where the next one begins."""

    __slots__ = ("parts", "y")

    def __init__(self, y: int) -> None:
        self.parts: list[Markup] = []
        self.y = y

    def write(self, text: str, kind: str = "") -> None:
        """A line of text."""
        self.y += LINE
        self.parts.append(_text(text, MARGIN, self.y, kind))


def as_svg(fleet: FleetView) -> Iterator[str]:
    """The picture, which needs no font, script or file but itself. It is drawn once for its height, and once more."""
    height = MARGIN * 2
    for canvas in _drawn(fleet):
        height = canvas.y + MARGIN
    whole = tag(
        "svg",
        joined(
            tag("title", fleet.summary),
            tag("desc", PLACE),
            tag("style", Markup(_STYLE)),
            tag("rect", width=WIDTH, height=height, class_="p"),
            PLACE,
        ),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {height}",
        width=WIDTH,
        height=height,
        role="img",
    )
    described = (f"{'; ' if number else ''}{escaped(_described(one))}" for number, one in enumerate(fleet.clusters))
    drawn = ("\n".join(["", *canvas.parts]) for canvas in _drawn(fleet))
    before, _, after = whole.partition(PLACE)
    yield before
    yield from described
    yield from placed(after.replace(f"\n{PLACE}", PLACE), drawn)
    yield "\n"


def _drawn(fleet: FleetView) -> Iterator[_Canvas]:
    """Each cluster below the one before."""
    y = MARGIN
    for one in fleet.clusters:
        canvas = _Canvas(y)
        _draw_cluster(canvas, one)
        y = canvas.y
        yield canvas


def _described(one: ClusterView) -> str:
    said = [f"{p.name}: {', '.join(f'{zone.servers} in {zone.title}' for zone in p.zones)}" for p in one.placements]
    return f"{one.name}: {'; '.join(said) or 'zones not known'}"


def _draw_cluster(canvas: _Canvas, one: ClusterView) -> None:
    canvas.write(f"{one.name}: {counted(one.size, 'server')}, quorum {one.quorum}", "h")
    canvas.write("survives the loss of any one zone" if one.survives else one.outcome, "ok" if one.survives else "no")
    for placement in one.placements:
        canvas.write(f"{placement.name}: {placement.meaning}", "s")
        _draw_zones(canvas, placement, one)
    canvas.y += LINE


def _draw_zones(canvas: _Canvas, placement: Placement, one: ClusterView) -> None:
    across = min(len(placement.zones), ZONES_IN_A_ROW)
    width = (WIDTH - 2 * MARGIN - GAP * (across - 1)) // across
    for start in range(0, len(placement.zones), across):
        row = placement.zones[start : start + across]
        height = 2 * LINE + GAP + max(_height(zone) for zone in row)
        canvas.y += GAP
        for position, zone in enumerate(row):
            box = joined(*_zone(zone, one, width, height))
            at = f"translate({MARGIN + position * (width + GAP)} {canvas.y})"
            canvas.parts.append(tag("g", box, transform=at))
        canvas.y += height


def _height(zone: ZoneView) -> int:
    return -(-zone.servers // SERVERS_IN_A_ROW) * (SERVER_HEIGHT + GAP)


def _zone(zone: ZoneView, one: ClusterView, width: int, height: int) -> Iterator[Markup]:
    yield tag("title", f"{zone.title}: {zone.servers} of {one.size} servers")
    yield tag("rect", width=width, height=height, rx=6, class_="z")
    name = zone.title if len(zone.title) <= LETTERS else f"{zone.title[: LETTERS - 1]}\u2026"
    yield _text(name, GAP, LINE - 4)
    for turn in range(zone.servers):
        left = GAP + turn % SERVERS_IN_A_ROW * (SERVER_WIDTH + GAP)
        top = LINE + GAP + turn // SERVERS_IN_A_ROW * (SERVER_HEIGHT + GAP)
        yield tag("rect", x=left, y=top, width=SERVER_WIDTH, height=22, rx=3, class_="v")
        yield _text("NATS", left + 6, top + 15, "d")
        yield _volume(left, top + 26)
        yield _text(size(one.server.disk), left + 4, top + 41, "d")
    if zone.lost:
        kept = bool(zone.lost["quorum"])
        said = f"lost: {zone.lost['left']} of {one.size} {'ok' if kept else 'NO QUORUM'}"
        yield _text(said, GAP, height - 6, "ok" if kept else "no")


def _volume(x: int, y: int) -> Markup:
    """A cylinder."""
    w = SERVER_WIDTH
    return tag(
        "path", d=f"M{x} {y}v16a{w // 2} 4 0 0 0 {w} 0v-16a{w // 2} 4 0 0 0 -{w} 0a{w // 2} 4 0 0 0 {w} 0", class_="c"
    )


def _text(text: str, x: int, y: int, kind: str = "") -> Markup:
    return tag("text", text, x=x, y=y, class_=kind) if kind else tag("text", text, x=x, y=y)
