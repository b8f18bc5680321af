"""Finds the parts of a ResourceList by searching its text. Works only for the form that kpt and kustomize write.

kpt and kustomize write block YAML: keys in column 0, an item behind each `- ` in column 0 or 2.
"""

from __future__ import annotations

from krmfn.goyaml.errors import Unreadable
from krmfn.resourcelist import head
from krmfn.resourcelist.extent import UNSURE, closes_on_each_line, end_of, has_foreign_breaks, is_closed, signs_of

_NULLS = ("null", "~", "Null", "NULL")
_STRETCH = 1 << 16
"""Characters of items to look at in one go, which stay in the processor's cache."""
_KEYS = frozenset(("apiVersion", "kind", "metadata", "items", "functionConfig", "results"))
"""The top-level keys that hosts write."""
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


class Shape:
    """Indices into the text of a ResourceList.

    `items` are the texts of the items, `starts` where they start and `stop` where the last one ends; `item_lines` are
    their 1-based lines. Where only `stretches` of items are known, `cut` makes the items of them: each has a start, an
    end, and the dash, after a line break, that ends an item, or None for one item. `pad` is the blanks before a dash,
    or None in a flow list. `key_end` is behind the colon of `items:`; `value` is the span of what stands for the list
    when it is empty or in flow style.
    `config` is the span of the value of `functionConfig` and `config_line` its line; None when absent or null.
    `results` is the span of an existing entry `results`, key and all. `end` is where a further entry can be added.
    `is_flow` says whether the whole list is one flow mapping, such as JSON; `root_pad` is the blanks before its keys.
    """

    __slots__ = (
        "config",
        "config_line",
        "end",
        "is_flow",
        "item_lines",
        "items",
        "key_end",
        "pad",
        "results",
        "root_pad",
        "starts",
        "stop",
        "stretches",
        "value",
    )

    def __init__(self) -> None:
        self.items: list[str] = []
        self.starts: list[int] = []
        self.stretches: list[tuple[int, int, str | None]] = []
        self.item_lines: list[int] = []
        self.stop = 0
        self.pad: str | None = ""
        self.key_end = -1
        self.value = (0, 0)
        self.config: tuple[int, int] | None = None
        self.config_line = 0
        self.results: tuple[int, int] | None = None
        self.end = 0
        self.is_flow = False
        self.root_pad = ""

    def cut(self, text: str) -> None:
        """Cut the stretches into items. An input that has nothing for krmfn is never cut."""
        line, before = 1, 0
        for start, stop, dash in self.stretches:
            pos = start
            while pos < stop:
                end = stop if dash is None else text.find(dash, pos, stop) + 1 or stop
                line += text.count("\n", before, pos)
                self.items.append(text[pos:end])
                self.starts.append(pos)
                self.item_lines.append(line)
                before, pos = pos, end
        self.stretches.clear()


def find(text: str) -> Shape | None:
    """The shape of a list in the hosts' form; None when it has another form or it is not sure. Raises Unreadable."""
    if "\r" in text:
        return None
    search = _Search(text)
    pos = _preamble(text)
    kind = None
    keys: set[str] = set()
    while 0 <= pos < len(text):
        key, value = _key_at(text, pos)
        if key not in _KEYS:
            return None  # perhaps a line of an item that slipped into the first column
        if key in keys:
            raise duplicate(key, text.count("\n", 0, pos) + 1)
        keys.add(key)
        if key == "kind":
            kind = head.value_at(text, value, "\n ")
        pos = search.entry(key, pos, value)
    if pos == UNSURE or kind is None:
        return None
    refuse_wrong(kind, has_items="items" in keys)
    search.shape.end = len(text)
    return search.shape


def refuse_wrong(kind: str | None, *, has_items: bool) -> None:
    """Raises Unreadable for what is not a ResourceList or has no `items`, which tools would take for "delete all"."""
    if kind != "ResourceList":
        raise Unreadable("not-a-resource-list", "the input is not a ResourceList", None)
    if not has_items:
        raise Unreadable("no-items", "the ResourceList has no items: write `items: []` if there are none", None)


def duplicate(key: str, line: int) -> Unreadable:
    """The error for a second top-level key; only the keys that krmfn knows are named."""
    name = f' "{key}"' if key in ("apiVersion", "kind", "items", "functionConfig", "results") else ""
    return Unreadable("duplicate-key", f"duplicate key{name} of the ResourceList: remove one", line)


def _preamble(text: str) -> int:
    """Where the first key is: behind comments, blank lines and one `---`."""
    pos, is_open = 0, True
    while pos < len(text) and (text[pos] in "#\n" or (is_open and text.startswith("---\n", pos))):
        is_open = is_open and text[pos] != "-"
        pos = text.find("\n", pos) + 1
        if not pos:
            return len(text)
    return pos


def _key_at(text: str, pos: int) -> tuple[str | None, int]:
    """A plain top-level key of letters and the index behind its colon; None for anything else."""
    colon = text.find(":", pos, pos + 64)
    key = text[pos:colon]
    if colon < 0 or not key.isalpha() or not key.isascii() or text[colon + 1 : colon + 2] not in (" ", "\n", ""):
        return None, 0
    return key, colon + 1


class _Search:
    """One pass over the text, entry by entry."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.shape = Shape()
        self.has_foreign_breaks = has_foreign_breaks(text)
        self.without_tabs: str | None = None

    def entry(self, key: str, pos: int, value: int) -> int:
        """Notes the entry of a key at `pos` whose value starts at `value`: where the next one is, or UNSURE."""
        if key == "items":
            return self.items(pos, value)
        end = self.end(pos, 0, is_entry=True)
        if end == UNSURE:
            return UNSURE
        if key == "results":
            self.shape.results = (pos, end)
        elif key == "functionConfig" and not _is_null(self.text[value:end]):
            eol = self.text.find("\n", value, end)
            start = value if eol < 0 or self.text[value:eol].strip(" ") else eol + 1
            self.shape.config = (start, end)
            self.shape.config_line = self.text.count("\n", 0, start) + 1
        return end

    def items(self, pos: int, value: int) -> int:
        """The items, one by one."""
        text, shape = self.text, self.shape
        shape.key_end = value
        eol = text.find("\n", value)
        first = len(text) if eol < 0 else eol + 1
        written = text[value : first - (eol >= 0)].partition(" #")[0].strip(" ")
        pad = "  " if text.startswith("  - ", first) else ""
        if written or not text.startswith(pad + "- ", first):
            return self.no_items(pos, value, written)
        shape.pad = pad
        return self.dashes(first, "\n" + pad + "- ", "\n" + pad + "  ")

    def no_items(self, pos: int, value: int, written: str) -> int:
        """An empty list or null; anything else has another form."""
        end = self.end(pos, 0, is_entry=True)
        if end == UNSURE or (written and written not in ("[]", *_NULLS)):
            return UNSURE
        below = self.text.find("\n", value)
        if below >= 0 and not _is_null(self.text[below:end]):
            return UNSURE
        start = self.text.find(written, value) if written else value
        self.shape.value = (start, start + len(written))
        return end

    def dashes(self, pos: int, dash: str, deeper: str) -> int:
        """Notes the items from `pos` on, in stretches. An item's lines are deeper than its dash or empty.

        In that form each dash ends an item, which is seen for many items at once; in any other, what the lines say
        decides.
        """
        text, shape = self.text, self.shape
        while text.startswith(dash[1:], pos):
            end = text.find(dash, pos + _STRETCH) + 1 or len(text)
            chunk = text[pos:end]
            signs = signs_of(chunk)
            if self.is_regular(chunk, signs, dash, deeper) and is_closed(chunk, signs):
                shape.stretches.append((pos, end, dash))
                pos = end
            else:
                pos = self.one_by_one(pos, end, dash, deeper)
                if pos == UNSURE:
                    return UNSURE
        shape.stop = pos
        return pos

    def one_by_one(self, pos: int, stop: int, dash: str, deeper: str) -> int:
        """Notes the items that begin from `pos` up to `stop`: where the next one is, or UNSURE."""
        text = self.text
        while pos < stop and text.startswith(dash[1:], pos):
            end = text.find(dash, pos) + 1 or len(text)
            chunk = text[pos:end]
            signs = signs_of(chunk)
            is_regular = self.is_regular(chunk, signs, dash, deeper)
            if not is_regular or not (is_closed(chunk, signs) or closes_on_each_line(chunk)):
                end = self.item_end(pos, end, len(dash) - 3)
                if end == UNSURE:
                    return UNSURE
            self.shape.stretches.append((pos, end, None))
            pos = end
        return pos

    def is_regular(self, chunk: str, signs: bytes, dash: str, deeper: str) -> bool:
        """Whether each line is the dash of an item, deeper or empty, with no break that only YAML 1.1 knows."""
        if chunk[-1] != "\n" or (self.has_foreign_breaks and has_foreign_breaks(chunk)):
            return False
        others = signs.count(b"\n") - chunk.count(deeper) - 1
        if not others or others == chunk.count(dash[:1] + chunk[: chunk.find(":")]):
            return True  # items often begin with the same key, and Python finds a longer text sooner
        return others == chunk.count(dash) + chunk.count("\n\n")

    def item_end(self, pos: int, dash: int, base: int) -> int:
        """Where an item ends that needs a closer look; `dash` is where the next dash seems to stand."""
        end = self.end(pos, base, is_entry=False)
        if end != UNSURE:
            return end
        from krmfn.resourcelist.events import stands_alone

        end = _first_key(self.text, pos, dash)
        return end if stands_alone(self.text[pos:end]) else UNSURE

    def end(self, pos: int, base: int, *, is_entry: bool) -> int:
        if self.without_tabs is None:
            self.without_tabs = self.text.replace("\t", " ")
        end = end_of(self.without_tabs, pos, base, is_entry=is_entry)
        if end != UNSURE and self.has_foreign_breaks and has_foreign_breaks(self.text[pos:end]):
            return UNSURE
        return end


def _first_key(text: str, pos: int, end: int) -> int:
    """The first line from `pos` to `end` with a letter in column 0: an item ends there at the latest."""
    while True:
        pos = text.find("\n", pos, end) + 1
        if not pos or pos >= end:
            return end
        if text[pos] in _LETTERS:
            return pos


def _is_null(value: str) -> bool:
    """Whether the text of a value is empty, null or a comment."""
    for line in value.split("\n"):
        written = line.replace("\t", " ").partition(" #")[0].strip(" ")
        if written and written[0] != "#" and written not in _NULLS:
            return False
    return True
