"""The NATS and the RenderNATS that `krmfn import` wrote, as YAML whose comments say where each line came from."""

from __future__ import annotations

from krmfn.goyaml.emitter import document
from krmfn.goyaml.reader import read
from krmfn.helm.verdict import LOST
from krmfn.model.finding import dotted
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from krmfn.helm.target import Target
    from krmfn.helm.values import ValuePlace
    from krmfn.helm.verdict import Verdict
    from krmfn.model.objects import FieldPath


def commented(target: Target, places: Mapping[FieldPath, ValuePlace]) -> str:
    """One document. `places` are those of the values; a field that no file sets is named by the chart's default."""
    text = document(target.value).split("\n")
    where = read("\n".join(text)).lines
    for path, origins in target.origins.items():
        remarks = dict.fromkeys(_origin(source, remark, places) for source, remark in origins)
        text[where[path] - 1] += f"  # {'; '.join(remarks)}"
    return "\n".join(text)


def _origin(source: FieldPath, remark: str, places: Mapping[FieldPath, ValuePlace]) -> str:
    if not source:
        return remark
    name = dotted(source)
    place = places.get(source)
    before = f"{shown(place.file, 200)}:{place.line} " if place is not None else "the chart's "
    after = f", {remark}" if remark and not (place is None and remark.startswith("the chart's")) else ""
    return f"{before}{name}{after}"


def header(verdicts: Sequence[Verdict], files: Sequence[str]) -> str:
    """Comments above the objects: what they were made of, and what of it they do not do."""
    lines = [f"Written by krmfn import from {', '.join(shown(file, 200) for file in files)}."]
    lines += _not_done(verdicts)
    return "".join(f"# {line}\n" for line in lines)


def _not_done(verdicts: Sequence[Verdict]) -> Iterator[str]:
    units = dict.fromkeys((one.place.file, dotted(one.unit)) for one in verdicts if one.kind in LOST)
    if units:
        yield "Values that these objects do not have:"
    first: dict[tuple[str, str], int | None] = {}
    for one in verdicts:
        first.setdefault((one.place.file, dotted(one.unit)), one.place.line)
    for file, name in units:
        yield f"- {name} ({shown(file, 200)}:{first[file, name]})"
