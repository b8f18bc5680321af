"""Bytes to text, and a stream to its documents, exactly where kyaml cuts it (`splitDocuments` in kio/byteio_reader.go).

Where kyaml silently drops what follows, as after `...` or after a JSON document, the stream is refused.
"""

from __future__ import annotations

from krmfn.goyaml.errors import Unreadable

_BOM = "\ufeff"
_UTF_16 = "the file is UTF-16: save it as UTF-8"
_ALLOWED = bytes((9, 10, 13, *range(0x20, 0x7F), *range(0x80, 0x100)))
_BLOCK = 1 << 16
"""Bytes to search at a time, which stay in the processor's cache."""
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_AFTER_MARKER = ("", " ", "\t", "\r")


class Document:
    """One document of a stream that holds more than comments and null.

    `line` is that of its first line in the stream, from 1; `index` its position among such documents, from 0.
    """

    __slots__ = ("index", "line", "text")

    def __init__(self, text: str, line: int, index: int) -> None:
        self.text = text
        self.line = line
        self.index = index


def decode(data: bytes) -> str:
    """Strict UTF-8, without a byte order mark at its start.

    Raises Unreadable for other encodings (`not-utf8`) and for characters that YAML forbids (`control-character`), NUL
    among them.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable("not-utf8", _UTF_16, 1)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse_encrypted(data[:200].decode(errors="replace"))
        raise Unreadable(
            "not-utf8", "the file is not UTF-8: save it as UTF-8", data.count(b"\n", 0, error.start) + 1
        ) from None
    for start in range(0, len(data), _BLOCK):
        forbidden = data[start : start + _BLOCK].translate(None, _ALLOWED)
        if forbidden:
            _refuse(data, forbidden[:1])
    if not text.isascii() and (b"\xc2" in data or b"\xef\xbf" in data):
        _refuse_beyond_ascii(data)
    return text[1:] if text[:1] == _BOM else text


def _refuse_beyond_ascii(data: bytes) -> None:
    """C1 controls but NEL, U+FFFE and U+FFFF are not characters of YAML."""
    for code in (*range(0x80, 0x85), *range(0x86, 0xA0), 0xFFFE, 0xFFFF):
        encoded = chr(code).encode()
        if encoded in data:
            _refuse(data, encoded)


def _refuse_encrypted(text: str) -> None:
    from krmfn.goyaml.lookalikes import encrypted

    why = encrypted(text)
    if why is not None:
        raise why


def _refuse(data: bytes, forbidden: bytes) -> None:
    _refuse_encrypted(data[:200].decode(errors="replace"))
    if forbidden == b"\0" and len(data) > 7 and 0 in (max(data[:64:2]), max(data[1:64:2])):
        raise Unreadable("not-utf8", _UTF_16, 1)
    name = "a NUL byte" if forbidden == b"\0" else f"the control character U+{ord(forbidden.decode()):04X}"
    line = data.count(b"\n", 0, data.index(forbidden)) + 1
    raise Unreadable("control-character", f"YAML does not allow {name}: remove it", line)


def split(text: str) -> list[Document]:
    """The documents of a stream, without the empty ones, those of comments only and null; CRLF becomes LF.

    A separator is a line that starts with `---` and goes on with nothing but space and a comment, inside a block scalar
    too. Raises Unreadable where kyaml fails (`bad-separator`) or would drop text without a word (`text-after-end`,
    `several-documents`).
    """
    text = text.replace("\r\n", "\n")
    documents: list[Document] = []
    start, line = 0, 1
    while True:
        end, after = _separator(text, start, line)
        chunk = text[start:end]
        if chunk[:1] == _BOM:
            chunk = chunk[1:]
        _refuse_dropped(chunk, line)
        if not _is_empty(chunk):
            documents.append(Document(chunk, line, len(documents)))
        if after < 0:
            return documents
        line += text.count("\n", start, after)
        start = after


def _separator(text: str, start: int, line: int) -> tuple[int, int]:
    """Where the document at `start` ends, its newline included, and the next one begins; -1 for no next one."""
    at = text.find("\n---", start)
    if at < 0:
        return len(text), -1
    end = text.find("\n", at + 1)
    if end < 0 and text[at + 4 : at + 5] not in _AFTER_MARKER:
        return len(text), -1  # without its newline it is no separator to kyaml, nor to YAML
    rest = (text[at + 4 :] if end < 0 else text[at + 4 : end]).strip()
    if rest and rest[0] != "#":
        _refuse_encrypted(text)
        place = line + text.count("\n", start, at + 1)
        message = "text after ---: move it to the next line"
        raise Unreadable("bad-separator", message, place)
    return at + 1, end + 1 if end >= 0 else -1


def _is_empty(chunk: str) -> bool:
    """Whether nothing but comments and at most a null stand there, and perhaps a `---` in front and a `...` behind."""
    null, start = "", 0
    while start < len(chunk):
        end = chunk.find("\n", start)
        line = chunk[start:] if end < 0 else chunk[start:end]
        start = len(chunk) if end < 0 else end + 1
        if line[:3] in ("---", "...") and line[3:4] in _AFTER_MARKER:
            line = line[3:]
        bare = _without_comment(line.strip(" \t\r"))
        if not bare:
            continue
        if null or bare not in _NULLS:
            return False
        null = bare
    return True


def _without_comment(text: str) -> str:
    if text[:1] == "#":
        return ""
    at = text.find(" #")
    return text if at < 0 else text[:at].rstrip(" \t")


def _refuse_dropped(chunk: str, line: int) -> None:
    """Of a chunk, kyaml decodes one document and forgets the rest."""
    if "\n..." in chunk or chunk[:3] == "...":
        _refuse_after_end(chunk, line)
    if "\r" in chunk and ("\r---" in chunk or "\r..." in chunk):
        raise Unreadable("several-documents", "a line ends with a lone carriage return: save the file with LF", line)
    if chunk[:1] == _BOM or "\n\ufeff" in chunk:
        place = line + chunk.count("\n", 0, chunk.index(_BOM))
        raise Unreadable("control-character", "a byte order mark in the middle of the file: remove it", place)
    at = 0
    while chunk[at : at + 1] in (" ", "\n"):
        at += 1
    if chunk[at : at + 1] in ("{", "["):
        _refuse_after_json(chunk, at, line)


def _refuse_after_end(chunk: str, line: int) -> None:
    begun = ended = False
    for number, text in enumerate(chunk.split("\n")):
        rest = text
        if text[:3] == "..." and text[3:4] in _AFTER_MARKER:
            if not begun:
                raise Unreadable("bad-separator", "a ... without a document before it: remove it", line + number)
            ended, rest = True, text[3:]
        if not _without_comment(rest.strip(" \t\r")):
            continue
        begun = True
        if ended:
            message = "text after ..., which kpt would drop: start a new document with ---"
            raise Unreadable("text-after-end", message, line + number)


def _refuse_after_json(chunk: str, start: int, line: int) -> None:
    import json

    try:
        end = json.JSONDecoder().raw_decode(chunk, start)[1]
    except (ValueError, RecursionError):
        return
    for number, text in enumerate(chunk[end:].split("\n")):
        if _without_comment(text.strip(" \t\r")) not in ("", "..."):
            message = "more text after a JSON document, which kpt would drop: put --- between two documents"
            raise Unreadable("several-documents", message, line + chunk.count("\n", 0, end) + number)
