"""Objects for tests of checks: what krmfn renders, what stands beside it, and one of them with another value."""

from __future__ import annotations

import copy
import functools
import json
from pathlib import Path
from typing import Any

import yaml

from tests.golden_cases import CASES, Case

NEIGHBOURS = Path(__file__).parent / "neighbours.yaml"


@functools.cache
def rendered() -> list[dict[str, Any]]:
    """Every object of the goldens, each once. Not to be changed."""
    return list({json.dumps(obj): obj for name in CASES for obj in Case(name).objects()}.values())


@functools.cache
def neighbours() -> list[dict[str, Any]]:
    """Objects of a user. Not to be changed."""
    return list(yaml.load_all(NEIGHBOURS.read_text(), yaml.CSafeLoader))


def changed(obj: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The object with another value at a path such as `spec.containers.0.name`; None removes it."""
    made = copy.deepcopy(obj)
    at: Any = made
    *above, last = [int(part) if part.isdigit() else part for part in path.split("|" if "|" in path else ".")]
    for part in above:
        at = at[part]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return made
