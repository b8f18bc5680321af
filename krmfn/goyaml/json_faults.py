"""What JSON does not allow and YAML does, in the text of a file named `*.json`, where kubectl takes JSON only."""

from __future__ import annotations

import json
import re

from krmfn.goyaml.errors import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

_NOT_NUMBERS = re.compile(r'"(?:\\.|[^"\\])*"|(NaN|-?Infinity)')


class _NotANumber(Exception):
    """NaN or Infinity, which Python's json would take."""


def _refuse(_: str) -> NoReturn:
    raise _NotANumber


def fault(text: str) -> Unreadable | None:
    """The first place that is not JSON; None also for text too deep for Python's json, which is too deep for YAML too.

    The words are krmfn's own: those of json differ between versions of Python.
    """
    try:
        json.loads(text, parse_constant=_refuse, parse_int=str, parse_float=str)
    except json.JSONDecodeError as why:
        message, at = _cause(text, why.pos)
        return Unreadable("not-json", message, text.count("\n", 0, at) + 1)
    except _NotANumber:
        (at, *_) = (one.start() for one in _NOT_NUMBERS.finditer(text) if one[1])
        message = "NaN or Infinity, which is not a number in JSON: write a number, null or a string"
        return Unreadable("not-json", message, text.count("\n", 0, at) + 1)
    except RecursionError:
        pass
    return None


def _cause(text: str, at: int) -> tuple[str, int]:
    """What is wrong where json stopped, and the position to name."""
    before = text[:at].rstrip()
    if text[at : at + 1] in ("}", "]") and before.endswith(","):
        at = len(before) - 1
    if text[at : at + 1] == "," and text[at + 1 :].lstrip()[:1] in ("}", "]"):
        return "JSON does not allow a comma before a closing bracket: remove it, or name the file .yaml", at
    if text.startswith(("#", "//", "/*"), at):
        return "JSON does not allow comments: remove this one, or name the file .yaml", at
    if text[at : at + 1] == "'":
        return 'JSON does not allow single quotes: write "..." instead', at
    return "this is not JSON: correct it, or name the file .yaml", at
