"""Where a node of block YAML ends in a text, without parsing it. Where that is unclear the answer is "not sure".

A line in column 0 that looks like the next item may be a part of a quoted scalar or a flow collection that was opened
lines before. `is_closed` tells from a few counts that no line of a chunk leaves one open; `end_of` follows them.
"""

from __future__ import annotations

UNSURE = -1
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_NO_SIGNS = bytes(range(256)).translate(None, b"\"'[]{}#\n")
_CLOSED: dict[bytes, bool] = {}
_CLOSED_MOST = 1024
_CLOSED_LONGEST = 1024
_BREAKS = ("\x85", "\u2028", "\u2029")


def has_foreign_breaks(text: str) -> bool:
    r"""Whether it has line breaks of YAML 1.1 that are not `\n`; `is_closed` and `end_of` do not see those."""
    return not text.isascii() and any(char in text for char in _BREAKS)


def signs_of(chunk: str) -> bytes:
    """The quotes, brackets, number signs and line breaks of a text, which are a small part of it."""
    return chunk.encode("utf-8", "surrogatepass").translate(None, _NO_SIGNS)


def is_closed(chunk: str, signs: bytes | None = None) -> bool:
    """True when surely no quoted scalar or flow collection spans lines, whatever the lines are; False is not proof.

    `signs` are those of the text, where the caller has them.
    Quotes come in pairs on a line, one kind not inside the other. The second of a pair never opens a scalar, since no
    blank stands before it. Flow collections end on the line on which they begin.
    """
    if not ('"' in chunk or "'" in chunk or "[" in chunk or "{" in chunk):
        return True
    if not _closes(signs_of(chunk) if signs is None else signs):
        return False
    return ('"' not in chunk or _ends_well(chunk, '"')) and ("'" not in chunk or _ends_well(chunk, "'"))


def _closes(signs: bytes) -> bool:
    """Whether on each line quotes pair, and brackets balance and are not in quotes or a comment.

    The signs are the same in most objects of a kind, and on many lines of several objects.
    """
    found = _CLOSED.get(signs)
    if found is None:
        found = all(_pairs(row) and _balances(row) for row in set(signs.split()))
        if len(_CLOSED) >= _CLOSED_MOST:
            _CLOSED.clear()
        if len(signs) <= _CLOSED_LONGEST:
            _CLOSED[signs] = found
    return found


def _pairs(row: bytes) -> bool:
    """Whether the quotes of each kind come in pairs, none inside the other."""
    parts = row.split(b'"')
    if not len(parts) % 2 or b"'" in b"".join(parts[1::2]):
        return False
    return not any(part.count(b"'") % 2 for part in parts[::2])


def _balances(row: bytes) -> bool:
    """Whether brackets balance, close behind where they open, and are not in quotes; no comment beside them."""
    if b"[" not in row and b"{" not in row:
        return True
    if row.count(b"[") != row.count(b"]") or row.count(b"{") != row.count(b"}") or b"#" in row:
        return False
    if max(row.rfind(b"]"), row.rfind(b"}")) < max(row.rfind(b"["), row.rfind(b"{")):
        return False
    return not (_has_brackets_inside(row, b'"') or _has_brackets_inside(row, b"'"))


def _has_brackets_inside(row: bytes, quote: bytes) -> bool:
    inside = b"".join(row.split(quote)[1::2])
    return b"[" in inside or b"]" in inside or b"{" in inside or b"}" in inside


def _ends_well(chunk: str, quote: str) -> bool:
    """Whether no quote that closes a pair has a blank or an escape before it."""
    inside = quote.join(chunk.split(quote)[1::2]) + quote
    return not (" " + quote in inside or "\t" + quote in inside or "\\" + quote in inside)


def closes_on_each_line(chunk: str) -> bool:
    """The same promise as `is_closed`, from a closer look at the lines that have a quote or an opening bracket.

    Each is followed as if it began between nodes. One that continues a text may then seem to leave something open,
    which is not proof either; but what no line opens, no line can be inside of.
    """
    for row in chunk.split("\n"):
        if '"' in row or "'" in row or "[" in row or "{" in row:
            line = row.replace("\t", " ")
            end = len(line)
            if _line(line, 0, end - len(line.lstrip(" ")), end)[0] != end + 1:
                return False
    return True


def end_of(text: str, start: int, base: int, *, is_entry: bool) -> int:
    r"""Index of the line that follows the node which starts on the line at `start`, or UNSURE.

    The node is an item whose dash is in column `base`, or, with `is_entry`, an entry of a block mapping whose keys
    stand there. It ends before the first line that is not deeper, or at the end of the text; blank lines and comments
    before that line belong to it. `text` has no tabs (let them be spaces: same columns), no `\r`, no foreign breaks.
    """
    pos, text_of, size = start, UNSURE, len(text)  # lines deeper than column `text_of` continue a scalar
    while pos < size:
        eol = text.find("\n", pos)
        if eol < 0:
            eol = size
        body = text[pos:eol].lstrip(" ")
        indent = eol - pos - len(body)
        if not body or indent > text_of != UNSURE:
            pos = eol + 1
            continue
        first = body[0]
        if indent <= base and first != "#" and pos != start and not (is_entry and indent == base and body[:2] == "- "):
            return pos
        colon = body.find(": ")
        if colon > 0 and first in _WORD and body[colon + 2 : colon + 3] in _WORD and "#" not in body[:colon]:
            pos, text_of = eol + 1, indent  # by far the most lines are this: a plain key and a plain value
        elif body[-1] == ":" and first in _WORD and "#" not in body:
            pos, text_of = eol + 1, UNSURE
        else:
            pos, text_of = _line(text, pos, pos + indent, eol)
            if pos == UNSURE:
                return UNSURE
    return size


def _line(text: str, line: int, at: int, eol: int) -> tuple[int, int]:
    """Where the next line to look at starts (or UNSURE), and the column of the node whose text may continue there."""
    dash = UNSURE
    while text.startswith("- ", at) or (at == eol - 1 and text[at] == "-"):
        dash = at - line
        at = _skip_blanks(text, at + 1, eol)
    column = at - line
    at = _skip_properties(text, at, eol)
    if at == eol or text[at] == "#":
        return eol + 1, UNSURE
    first = text[at]
    if first in "\"'":
        close = _close_quote(text, at)
        if close == UNSURE or close > eol or text[close : close + 2] not in (": ", ":\n", ":"):
            return _rest(text, close)
        return _value(text, _skip_blanks(text, close + 1, eol), eol, column)
    if first in "[{":
        return _rest(text, _close_flow(text, at))
    if first in "|>":
        return (eol + 1, dash) if dash != UNSURE else (UNSURE, UNSURE)
    if first == "?":
        return UNSURE, UNSURE
    return _plain(text, at, eol, dash, column)


def _plain(text: str, at: int, eol: int, dash: int, column: int) -> tuple[int, int]:
    """A line that starts with a plain scalar: a key, or the text of a list item."""
    line = text[at:eol]
    comment = line.find(" #")
    colon = line.find(": ")
    if colon >= 0 and (comment < 0 or colon < comment):
        return _value(text, _skip_blanks(text, at + colon + 1, eol), eol, column)
    if comment >= 0:
        line = line[:comment]
    if line.rstrip(" ").endswith(":"):
        return eol + 1, UNSURE
    return (eol + 1, dash) if dash != UNSURE else (UNSURE, UNSURE)


def _value(text: str, at: int, eol: int, column: int) -> tuple[int, int]:
    """The value of a key in `column`, from its first character or the end of the line."""
    at = _skip_properties(text, at, eol)
    if at == eol or text[at] == "#":
        return eol + 1, UNSURE
    first = text[at]
    if first in "\"'":
        return _rest(text, _close_quote(text, at))
    if first in "[{":
        return _rest(text, _close_flow(text, at))
    if text.startswith(("- ", "? "), at):
        return UNSURE, UNSURE
    return eol + 1, column


def _rest(text: str, at: int) -> tuple[int, int]:
    """Behind a closed scalar or collection comes a comment at most; a colon would make it a key: not sure.

    Anything else is an error to every reader, and opens nothing: an item with errors of its own may pass.
    """
    if at == UNSURE:
        return UNSURE, UNSURE
    eol = text.find("\n", at)
    if eol < 0:
        eol = len(text)
    return (UNSURE, UNSURE) if text[at:eol].lstrip(" ").startswith(":") else (eol + 1, UNSURE)


def _skip_blanks(text: str, at: int, eol: int) -> int:
    while at < eol and text[at] == " ":
        at += 1
    return at


def _skip_properties(text: str, at: int, eol: int) -> int:
    """Behind the anchor and the tag of a node."""
    while at < eol and text[at] in "&!":
        blank = text.find(" ", at, eol)
        at = eol if blank < 0 else _skip_blanks(text, blank, eol)
    return at


def _close_quote(text: str, at: int) -> int:
    """Index behind the quote that closes the one at `at`."""
    quote = text[at]
    close = text.find(quote, at + 1)
    while close >= 0:
        if quote == "'":
            if not text.startswith("'", close + 1):
                return close + 1
            close = text.find(quote, close + 2)
        else:
            before = close
            while text[before - 1] == "\\":
                before -= 1
            if not (close - before) % 2:
                return close + 1
            close = text.find(quote, close + 1)
    return UNSURE


def _close_flow(text: str, at: int) -> int:
    """Index behind the bracket that closes the one at `at`.

    A quote opens a scalar only where a node may start; behind a colon without a blank the readers disagree: not sure.
    """
    depth, may_start, was_quoted = 0, True, False
    while at < len(text):
        char = text[at]
        if char in "[{":
            depth, may_start = depth + 1, True
        elif char in "]}":
            depth, may_start, was_quoted = depth - 1, False, True
            if not depth:
                return at + 1
        elif char == ",":
            may_start = True
        elif char in "\"'":
            if may_start:
                at = _close_quote(text, at)
                if at == UNSURE:
                    return UNSURE
                may_start, was_quoted = False, True
                continue
            if was_quoted or text[at - 1] == ":":
                return UNSURE
        elif char == ":" and (was_quoted or text[at + 1 : at + 2] in (" ", "\n", ",", "]", "}", "[", "{")):
            may_start, was_quoted = True, False
        elif char == "#" and text[at - 1] in " \n":
            at = text.find("\n", at)
            if at < 0:
                return UNSURE
        elif char not in " \n":
            if may_start and (char in "!&?|>%@`" or text.startswith("- ", at)):
                return UNSURE
            may_start, was_quoted = False, False
        at += 1
    return UNSURE
