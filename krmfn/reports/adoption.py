"""The verdict on a take-over and its plan, as text, json and Markdown."""

from __future__ import annotations

from krmfn.adoption.assessment import SAFE
from krmfn.adoption.steps_before import CALLED
from krmfn.reports.findings import place, text
from krmfn.reports.terminal import lines, reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.adoption.assessment import ClusterAssessment
    from krmfn.adoption.differences import FieldDifference
    from krmfn.adoption.proof import Proof
    from krmfn.adoption.step import Instruction, Step
    from krmfn.model.finding import Finding

_MEANINGS = {
    True: "the steps, taken in order, restart nothing, delete nothing and lose nothing",
    False: "fix the errors, dump again and rerun; no plan was written",
}
_COLORS = {True: "\x1b[32m", False: "\x1b[31m"}
WORDS = {True: "equal", False: "differs", None: "unknown"}
_ESCAPED = str.maketrans({"<": "&lt;", "&": "&amp;"})


def sentences(report: AdoptionReport) -> tuple[str, str]:
    """The title, and what the verdict means."""
    return f"Take over from nats-manager: {report.verdict}", _sentence(_MEANINGS[report.is_safe])


class AdoptionReport:
    """The verdict, settings from the dump, assessed clusters, every finding in order, and the steps if safe."""

    __slots__ = ("clusters", "directory", "findings", "settings", "steps", "verdict")

    def __init__(self, verdict: str, settings: dict[str, str], findings: list[Finding], directory: str | None) -> None:
        self.verdict = verdict
        self.settings = settings
        self.findings = findings
        self.directory = directory
        self.clusters: list[ClusterAssessment] = []
        self.steps: list[Step] = []

    @property
    def is_safe(self) -> bool:
        """Whether the plan may be carried out."""
        return self.verdict == SAFE


def as_text(report: AdoptionReport, *, color: bool) -> str:
    """The verdict, the proof of each NATS, every finding; then the steps, unless they are in a directory."""
    word = f"{_COLORS[report.is_safe]}{report.verdict}\x1b[0m" if color else report.verdict
    parts = [f"{word}: {_MEANINGS[report.is_safe]}\n"]
    for one in report.clusters:
        parts.append(f"\n{name(one)}\n")
        parts += (f"  {WORDS[proof.is_equal]:8} {proof_text(proof)}\n" for proof in one.proofs)
    if report.settings:
        parts.append(f"\nfound in the dump: {settings_text(report)}\n")
    if report.findings:
        parts.append(f"\n{lines(report.findings, color=color)}")
    if report.directory is None:
        parts += _steps_as_text(report.steps)
    return "".join(parts)


def as_markdown(report: AdoptionReport) -> str:
    """The same with tables, blocks of commands and a checkbox for each part, and always with the steps."""
    title, meaning = sentences(report)
    parts = [f"# {title}\n\n{meaning}\n"]
    for one in report.clusters:
        parts.append(f"\n## {name(one)}\n\n| | |\n| --- | --- |\n")
        parts += (f"| {proof_text(proof)} | {WORDS[proof.is_equal]} |\n" for proof in one.proofs)
    if report.settings:
        parts.append(f"\nFound in the dump; set these from now on: `{settings_text(report)}`.\n")
    if report.findings:
        parts.append("\n## What to know\n\n")
        parts += (
            f"- {text(finding).removeprefix(place(finding)).translate(_ESCAPED)}\n" for finding in report.findings
        )
    for step in report.steps:
        parts.append(f"\n## {step.number}. {step.title}\n")
        parts += _parts_as_markdown(step.parts)
        parts.append(f"\nThe way back until here: {step.back}\n")
    return "".join(parts)


def as_json(report: AdoptionReport) -> str:
    """Everything; `steps` and `patches` are empty unless the verdict is safe."""
    import json

    whole = {
        "verdict": report.verdict,
        "clusters": [_cluster_as_json(one) for one in report.clusters],
        "told": report.settings,
        "findings": [_finding_as_json(finding) for finding in report.findings],
        "steps": [_step_as_json(step) for step in report.steps],
        "patches": {patch.file: patch.operations for step in report.steps for patch in step.patches},
    }
    return json.dumps(whole, ensure_ascii=True, indent=2) + "\n"


def name(one: ClusterAssessment) -> str:
    """The NATS."""
    return f"NATS {one.cluster.key.namespace}/{one.cluster.key.name}"


def proof_text(proof: Proof) -> str:
    """What was proved, and of what."""
    if not proof.live:
        return proof.what
    if proof.live == proof.rendered:
        return f"{proof.what}: {proof.live}"
    return f"{proof.what}: live {proof.live}, rendered {proof.rendered}"


def settings_text(report: AdoptionReport) -> str:
    """The settings from the dump, as KEY=VALUE words."""
    return " ".join(f"{key}={value}" for key, value in report.settings.items())


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _steps_as_text(steps: list[Step]) -> Iterator[str]:
    for step in steps:
        yield f"\n{step.number}. {step.title}\n"
        for part in step.parts:
            yield f"   {lead(part)}{part.text}\n"
            yield from (f"     {command}\n" for command in part.commands)
            yield from (f"     - {row}\n" for row in part.rows)
        yield f"   The way back until here: {step.back}\n"


def _parts_as_markdown(parts: list[Instruction]) -> Iterator[str]:
    for part in parts:
        box = "- [ ] " if part.commands else ""
        yield f"\n{box}{lead(part)}{part.text}\n"
        if part.commands:
            yield "\n```sh\n" + "".join(f"{command}\n" for command in part.commands) + "```\n"
        if part.expected:
            yield "\nIt prints:\n\n```text\n" + "".join(f"{line}\n" for line in part.expected) + "```\n"
        if part.rows:
            yield "\n" + "".join(f"- {row.translate(_ESCAPED)}\n" for row in part.rows)


def lead(part: Instruction) -> str:
    """The client that a part is for, where there is one and its text does not begin with it."""
    return f"{CALLED[part.client]}: " if part.client and not part.text.startswith("To ") else ""


def _cluster_as_json(one: ClusterAssessment) -> dict[str, Any]:
    return {
        "namespace": one.cluster.key.namespace,
        "name": one.cluster.key.name,
        "proof": [
            {"what": p.what, "equal": p.is_equal, "live": p.live or None, "rendered": p.rendered or None}
            for p in one.proofs
        ],
        "differences": [_difference_as_json(different) for different in one.differences],
    }


def _difference_as_json(one: FieldDifference) -> dict[str, Any]:
    change = one.change
    return {
        "object": reference(change.ref),
        "field": change.field or None,
        "change": change.kind,
        "old": change.old,
        "new": change.new,
        "class": change.impact,
        "why": change.why,
        "write": one.write or None,
    }


def _finding_as_json(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
        "object": reference(finding.object) if finding.object else None,
        "field": finding.field or None,
        "file": finding.file,
        "line": finding.line,
    }


def _step_as_json(step: Step) -> dict[str, Any]:
    return {
        "number": step.number,
        "title": step.title,
        "back": step.back,
        "parts": [
            {
                "client": p.client or None,
                "text": p.text,
                "commands": p.commands,
                "expected": p.expected,
                "rows": list(p.rows),
            }
            for p in step.parts
        ],
        "patches": [patch.file for patch in step.patches],
    }
