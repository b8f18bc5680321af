"""The plan of a take-over as one HTML page: a checkbox for each part, what its commands print, and the way back."""

from __future__ import annotations

from krmfn.reports.adoption import WORDS, lead, name, proof_text, sentences, settings_text
from krmfn.reports.findings import place, text
from krmfn.reports.fleet.html import page, scrolled
from krmfn.reports.fleet.markup import Markup, joined, tag, with_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.adoption.assessment import ClusterAssessment
    from krmfn.adoption.step import Instruction, Step
    from krmfn.reports.adoption import AdoptionReport


def as_html(report: AdoptionReport) -> str:
    """The whole page. Where the take-over is not safe it has the findings and no steps."""
    title, meaning = sentences(report)
    parts = [tag("h1", title), tag("p", meaning)]
    parts += [_proofs(one) for one in report.clusters]
    if report.settings:
        parts.append(tag("p", "Found in the dump; set these from now on: ", tag("code", settings_text(report))))
    if report.findings:
        rows = (tag("li", text(finding).removeprefix(place(finding))) for finding in report.findings)
        parts += [tag("h2", "What to know"), tag("ul", joined(*rows), class_="plain findings")]
    parts += [_step(step) for step in report.steps]
    return page(title, tag("main", joined(*parts), id="main"))


def _proofs(one: ClusterAssessment) -> Markup:
    rows = (
        tag("tr", tag("th", proof_text(proof), scope="row"), tag("td", WORDS[proof.is_equal])) for proof in one.proofs
    )
    head = tag("tr", tag("th", "Compared", scope="col"), tag("th", "Result", scope="col"))
    table = tag("table", tag("caption", name(one)), tag("thead", head), tag("tbody", joined(*rows)), class_="proofs")
    return scrolled(table, f"Proofs for {name(one)}")


def _step(step: Step) -> Markup:
    parts = [tag("h2", f"{step.number}. {step.title}")]
    for number, part in enumerate(step.parts):
        parts += _part(part, f"s{step.number}-{number}")
    parts.append(tag("p", tag("b", "The way back until here: "), with_code(step.back), class_="back"))
    return tag("section", joined(*parts), class_="step", id=f"step-{step.number}")


def _part(part: Instruction, key: str) -> list[Markup]:
    words = with_code(f"{lead(part)}{part.text}")
    if not part.commands:
        made = [tag("p", words)]
    else:
        box = tag("input", type="checkbox", id=key)
        made = [tag("p", tag("label", box, " ", words, for_=key))]
        made.append(_lines(part.commands, f"Commands {key}"))
    if part.expected:
        made += [tag("p", "It prints:", class_="soft"), _lines(part.expected, f"Output {key}")]
    if part.rows:
        made.append(tag("ul", joined(*(tag("li", row) for row in part.rows)), class_="plain rows"))
    return made


def _lines(lines: list[str], label: str) -> Markup:
    """Lines as they are, which scroll by themselves, also with the keyboard."""
    return tag("pre", tag("code", "\n".join(lines)), class_="scroll", tabindex="0", role="region", aria_label=label)
