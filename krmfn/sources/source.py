"""One object of the input: its text, its place, and its content, which is read when first needed."""

from __future__ import annotations

from krmfn.goyaml.errors import MAX_OBJECT, Unreadable
from krmfn.goyaml.scalars import may_hold
from krmfn.model.finding import error
from krmfn.model.objects import ALLOW, OWNER, ObjectRef
from krmfn.resourcelist import annotations as notes
from krmfn.resourcelist.head import metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Protocol

    from krmfn.goyaml.reading import Reading
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath
    from krmfn.sources.build_files import BuildFile
    from krmfn.sources.file_list import FileList
    from krmfn.sources.files import File

    class Origin(Protocol):
        """Where an object's text is."""

        @property
        def file(self) -> str | None:
            """The file; None where no tool names one."""

        @property
        def folder(self) -> str:
            """The absolute folder of the file; "" where no tool names one. It decides which RenderNATS applies."""

        @property
        def path(self) -> str:
            """The name of the file in its folder; "" where no tool names one."""

        @property
        def index(self) -> int | None:
            """The position of the document in the file, from 0."""

        @property
        def item(self) -> int | None:
            """The position of the object in the list that the document is, from 0; None where it is not a list."""

        def line(self, number: int) -> int | None:
            """The line of the file for a line of the text, both from 1; None where that is unknown."""


class FileOrigin:
    """An origin: a document, or an item of one, from whose line `first` of a file on the lines of the text count.

    `document` is the text whose lines they are where that of the object is not in the file, such as an item of a List.
    """

    __slots__ = ("document", "file", "first", "folder", "index", "item", "path")

    def __init__(
        self,
        file: str | None,
        index: int | None = None,
        first: int = 1,
        folder: str = "",
        path: str = "",
        *,
        item: int | None = None,
    ) -> None:
        self.file = file
        self.path = path
        self.folder = folder
        self.index = index
        self.first = first
        self.item = item
        self.document: str | None = None

    def line(self, number: int) -> int | None:
        """The line in the file for a line of the document, both from 1."""
        return self.first + number - 1


class BuiltOrigin:
    """An origin: a file from which kustomize built the object. Patches may have changed it, so no line is known."""

    __slots__ = ("file", "folder", "index", "item", "path")

    def __init__(self, file: str, of: Origin) -> None:
        self.file = file
        self.path = of.path
        self.folder = of.folder
        self.index = of.index
        self.item = of.item

    def line(self, _number: int) -> int | None:
        """Unknown: a patch may have changed it."""
        return None


class Source:
    """An object's text, its origin, and its identity where a quick look could tell it.

    `is_document`: the text is a document of the file, unchanged, so that equal texts are equal objects.
    """

    __slots__ = (
        "_annotations",
        "_head",
        "_look",
        "_read",
        "_reading",
        "_ref",
        "_regular",
        "_tried",
        "is_document",
        "origin",
        "text",
    )

    def __init__(
        self,
        text: str,
        origin: Origin,
        read: Callable[[], Reading],
        ref: ObjectRef | None = None,
        look: Callable[[str], ObjectRef | None] | None = None,
    ) -> None:
        """`read` may raise Unreadable; `look` tells the identity from the text, or None where it is not sure."""
        self.text = text
        self.origin = origin
        self._ref = ref
        self._look = look
        self._read = read
        self._reading: Reading | None = None
        self._tried = ref is not None
        self._head: dict[str, Any] | None = None
        self._annotations: dict[str, str] | None = None
        self._regular = False
        self.is_document = False

    @property
    def quick_ref(self) -> ObjectRef | None:
        """The identity as far as the head shows it; None where only reading the object would."""
        if self._ref is None and self._look is not None:
            self._ref = self._look(self.text)
            self._look = None
            self._tried = self._regular = self._ref is not None
        return self._ref

    def read(self) -> Reading:
        """The object; raises Unreadable."""
        if self._reading is None:
            self._reading = self._read()
        return self._reading

    def value(self) -> dict[str, Any]:
        """The object as a map, empty when it cannot be read or is not a map. For objects that krmfn does not change."""
        try:
            value = self.read().value
        except Unreadable:
            return {}
        return value if isinstance(value, dict) else {}

    def ref(self) -> ObjectRef | None:
        """The identity, by reading the whole object if need be, or its head where the whole cannot be read.

        None for what is not a Kubernetes object, and for what cannot be told.
        """
        if self.quick_ref is None and not self._tried:
            self._tried = True
            self._ref = ObjectRef.parse(self.head())
        return self.quick_ref

    def head(self) -> dict[str, Any]:
        """The object as far as it can be read: all of it, else apiVersion, kind and metadata; empty for nothing."""
        if self._head is None:
            try:
                value = self.read().value
            except Unreadable:
                from krmfn.goyaml.excerpt import excerpt

                value = excerpt(self.text)
            self._head = value if isinstance(value, dict) else {}
        return self._head

    @property
    def annotations(self) -> dict[str, str]:
        """All annotations of the object, as far as its head can be read."""
        if self._annotations is None:
            _ = self.quick_ref  # which tells whether the head is regular
            found = metadata(self.text) if self._regular and self._reading is None else None
            self._annotations = notes.of(self.head() if found is None else {"metadata": found})
        return self._annotations

    @property
    def owner(self) -> str | None:
        """The mark of the CR whose child the object is; None for an object that krmfn does not own."""
        return self._annotation(OWNER)

    @property
    def allow(self) -> str | None:
        """What the annotation `krmfn.dev/allow` of a CR says; None without it."""
        return self._annotation(ALLOW)

    def _annotation(self, key: str) -> str | None:
        return self.annotations.get(key) if "<<" in self.text or may_hold(self.text, key) else None

    def place(self, finding: Finding) -> Finding:
        """The finding with object, file, and the line of its field or of the nearest field around it."""
        return self._at(finding, self.origin.line(finding.line) if finding.line else self.line_of(finding.path))

    def unreadable(self, why: Unreadable) -> Finding:
        """The finding about an object that must be read and cannot."""
        return self._at(error(why.code, why.message), self.origin.line(why.line or 1))

    def _at(self, finding: Finding, line: int | None) -> Finding:
        origin = self.origin
        known = finding.replace(line=None) if finding.line else finding
        return known.at(object=self.quick_ref, file=origin.file, index=origin.index, item=origin.item, line=line)

    def line_of(self, path: FieldPath) -> int | None:
        """The line in the file, from 1, of a field, or of the nearest field around it. None where it is unreadable."""
        try:
            lines = self.read().lines
        except Unreadable:
            return None
        while path and path not in lines:
            path = path[:-1]
        return self.origin.line(lines.get(path, 1))


def refuse_large(text: str) -> None:
    """Raise Unreadable for an object that is larger than krmfn reads."""
    if len(text) > MAX_OBJECT:
        raise Unreadable("too-large", f"the object has more than {MAX_OBJECT >> 10} KiB; split it")


class Input:
    """What was found: `sources` in the order of the files that were `read`, and error `findings`.

    `above` are the RenderNATS in folders above what was named, `missing` the paths that are not there, `build` the
    files of kustomize and kpt that change what is applied, by absolute path.
    `headless` are documents that have lost apiVersion or kind, each with an error finding.
    `keeps_all`: documents without apiVersion and kind are sources too.
    """

    __slots__ = ("above", "build", "findings", "headless", "keeps_all", "missing", "read", "sources")

    def __init__(self, findings: list[Finding] | None = None) -> None:
        self.sources: list[Source] = []
        self.above: list[Source] = []
        self.headless: list[Source] = []
        self.build: dict[str, BuildFile] = {}
        self.missing: list[str] = []
        self.findings: list[Finding] = findings or []
        self.read: list[File] | FileList = []
        self.keeps_all = False

    @property
    def files(self) -> list[str]:
        """The real paths of the files."""
        return [file.real for file in self.read]


def source_lines(sources: Iterable[Source]) -> Callable[[Finding], str | None]:
    """The text of the line at which a finding is, by file and line; None where no document of a file has it."""
    starts: dict[str | None, dict[int, str]] = {}
    for one in sources:
        if isinstance(one.origin, FileOrigin):
            text = one.text if one.origin.document is None else one.origin.document
            starts.setdefault(one.origin.file, {})[one.origin.first] = text

    def line_of(finding: Finding) -> str | None:
        for first, text in starts.get(finding.file, {}).items():
            rows = text.split("\n")
            if finding.line and first <= finding.line < first + len(rows):
                return rows[finding.line - first].rstrip("\r")
        return None

    return line_of
