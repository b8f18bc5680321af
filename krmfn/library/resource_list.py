"""`krmfn.ResourceList`: the function that kpt and kustomize call, without a process."""

from __future__ import annotations

from collections.abc import Mapping

from krmfn.goyaml.emitter import Unprintable, document
from krmfn.goyaml.errors import Unreadable
from krmfn.goyaml.reader import read
from krmfn.goyaml.stream import decode
from krmfn.hosts.function import transformed
from krmfn.library.inputs import plain, unprintable
from krmfn.model.finding import Findings, error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object


class ResourceList:
    """A ResourceList (config.kubernetes.io/v1) and the findings of the call that made it; never changed in place."""

    __slots__ = ("_data", "_findings")

    def __init__(self, data: bytes, findings: Findings) -> None:
        """Use `ResourceList.parse`."""
        self._data = data
        self._findings = findings

    @classmethod
    def parse(cls, given: str | bytes | Mapping[str, Any]) -> ResourceList:
        """A list from YAML or JSON, or from a dict. What is wrong with it is found by `process`.

        Raises TypeError for any other type.
        """
        if isinstance(given, (bytes, bytearray)):
            return cls(bytes(given), Findings())
        if isinstance(given, str):
            return cls(given.encode(errors="surrogatepass"), Findings())
        if not isinstance(given, Mapping):
            raise TypeError(f"a ResourceList is a dict, or YAML as str or bytes, not {type(given).__name__}")
        try:
            return cls(document(plain(given)).encode(), Findings())
        except Unprintable as why:
            return cls(b"", Findings([unprintable("the list", why)]))

    def process(self) -> ResourceList:
        """The list that the function writes: the children of every NATS added or renewed, `results`, other items as is.

        With an error among its `findings` its items are those of this list; of an input that is not a ResourceList the
        bytes are.
        """
        if self._findings.failed:
            return self
        try:
            given = decode(self._data)
            text, findings = transformed(given)
        except Unreadable as why:
            return ResourceList(self._data, Findings([error(why.code, why.message).at(line=why.line)]))
        # the same text can have been other bytes: a byte order mark
        return ResourceList(self._data if text == given else text.encode(), findings)

    @property
    def findings(self) -> list[Finding]:
        """What `process` said when it made this list, errors first."""
        return list(self._findings)

    @property
    def failed(self) -> bool:
        """Whether a finding is an error; the function ends with status 1 then."""
        return self._findings.failed

    @property
    def items(self) -> list[Object]:
        """Every item as plain values. Raises ValueError for a list that cannot be read as a whole."""
        return self._part("items")

    @property
    def results(self) -> list[Object]:
        """The findings as kpt and kustomize show them. Raises ValueError as `items`."""
        return self._part("results")

    def to_bytes(self) -> bytes:
        """The bytes that the function writes."""
        return self._data

    def _part(self, name: str) -> list[Object]:
        try:
            value = read(decode(self._data)).value
        except Unreadable as why:
            raise ValueError(f"the list cannot be read: {why.message}") from None
        part = value.get(name) if isinstance(value, dict) else None
        return plain(part) if isinstance(part, list) else []
