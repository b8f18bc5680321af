"""Findings as a log of SARIF 2.1.0, which code scanning of GitHub, Azure DevOps and editors read."""

from __future__ import annotations

import json
from urllib.parse import quote

from krmfn import __version__
from krmfn.model.codes.catalog import CODES
from krmfn.model.finding import ERROR, INFO, WARNING
from krmfn.reports.formats.fingerprints import fingerprints
from krmfn.reports.formats.json_rows import json_list
from krmfn.reports.formats.locations import qualified, relative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.fixes.plan import TextEdit
    from krmfn.model.finding import Finding
    from krmfn.reports.formats.report import CheckReport

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "krmfn/v1"
"""Name of the fingerprint: another way to make them is another version."""
_RESULTS = '"results": []'
_LEVELS = {ERROR: "error", WARNING: "warning", INFO: "note"}


def as_sarif(report: CheckReport) -> Iterator[str]:
    """One run. Without findings its results are an empty list; nothing else is empty."""
    rules = sorted({finding.code for finding in report.findings})
    driver = {
        "name": "krmfn",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(code) for code in rules],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": []}
    log = json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=True, indent=2)
    before, key, after = log.rpartition(_RESULTS)  # a string has no quotation mark without a backslash
    yield before + key.removesuffix("[]")
    results = (
        _result(finding, rules.index(finding.code), fingerprint, report.change_of(finding))
        for finding, fingerprint in fingerprints(report.findings)
    )
    yield from json_list(results, depth=3)
    yield f"{after}\n"


def _rule(code: str) -> dict[str, Any]:
    severities, meaning, advice = CODES[code]
    return {
        "id": code,
        "shortDescription": {"text": meaning},
        "help": {"text": advice},
        "defaultConfiguration": {"level": _LEVELS[severities.partition(",")[0]]},
    }


def _result(finding: Finding, rule: int, fingerprint: str, change: TextEdit | None) -> dict[str, Any]:
    text = f"{finding.field}: {finding.message}" if finding.field else finding.message
    location = _location(finding)
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        **({"locations": [location]} if location else {}),
        "partialFingerprints": {FINGERPRINT: fingerprint},
        **({"fixes": [_fix(finding.file, change)]} if change is not None and finding.file is not None else {}),
        **({"properties": {"proposed": finding.proposed}} if finding.proposed is not None else {}),
    }


def _fix(file: str, change: TextEdit) -> dict[str, Any]:
    """One replacement in one file; whoever applies it sees whether it may change what is meant."""
    region = {
        "startLine": change.line,
        "startColumn": change.column,
        "endLine": change.end_line,
        "endColumn": change.end_column,
    }
    replacement = {"deletedRegion": region, **({"insertedContent": {"text": change.text}} if change.text else {})}
    return {
        "description": {"text": f"krmfn fix{'' if change.fix.safe else ' --unsafe-fixes'}: {change.fix.operation}"},
        "artifactChanges": [{"artifactLocation": {"uri": _uri(file)}, "replacements": [replacement]}],
    }


def _location(finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if finding.file is not None:
        location["physicalLocation"] = {"artifactLocation": {"uri": _uri(finding.file)}}
        if finding.line:
            location["physicalLocation"]["region"] = {"startLine": finding.line}
    if finding.object is not None:
        field = {"name": finding.field} if finding.field else {}
        location["logicalLocations"] = [{**field, "fullyQualifiedName": qualified(finding.object), "kind": "resource"}]
    return location


def _uri(file: str) -> str:
    """A reference relative to the working directory, else the URI of the file."""
    path = relative(file)
    return f"file://{quote(path)}" if path.startswith("/") else quote(path)
