"""Findings of `krmfn check -o json` on standard input to workflow commands: the lines of a file in a pull request."""

from __future__ import annotations

import json
import sys
from typing import Any

LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def command(finding: dict[str, Any]) -> str:
    """One workflow command; percent signs, line ends and separators are escaped as the runner wants."""
    place = {"file": finding.get("file"), "line": finding.get("line"), "title": finding["code"]}
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in place.items() if value is not None)
    field = f"{finding['field']}: " if finding.get("field") else ""
    return f"::{LEVELS[finding['severity']]} {properties}::{_data(field + finding['message'])}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def main() -> None:
    """One line a finding."""
    for finding in json.load(sys.stdin):
        sys.stdout.write(command(finding) + "\n")


if __name__ == "__main__":
    main()
