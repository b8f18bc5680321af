"""A finding: one thing that is wrong, worth a warning, or worth knowing; and all findings of a call."""

from __future__ import annotations

from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.model.code import Code
    from krmfn.model.fix import Fix
    from krmfn.model.objects import FieldPath, ObjectRef

ERROR, WARNING, INFO = "error", "warning", "info"
_RANK = {ERROR: 0, WARNING: 1, INFO: 2}


class Finding:
    """Severity, stable code and message, and as much of the place as is known. A frozen value, never an exception.

    `object` is the identity of the object that it is about, `path` and `field` (the same, dotted) the place in it.
    `file`, `index` (of the document in the file, from 0) and `line` (from 1) are None where there is no file; `item` is
    the position in the list that the document is, from 0, None where it is not a list.
    `current` is a scalar or None, and never holds what could be a secret. `fix` is the edit that answers it, None where
    that is not known.
    """

    severity: str
    code: Code
    message: str
    path: FieldPath
    current: Any
    fix: Fix | None
    object: ObjectRef | None
    file: str | None
    index: int | None
    line: int | None
    item: int | None

    def __init__(
        self,
        severity: str,
        code: Code,
        message: str,
        *,
        path: FieldPath = (),
        current: Any = None,
        fix: Fix | None = None,
        object: ObjectRef | None = None,
        file: str | None = None,
        index: int | None = None,
        line: int | None = None,
        item: int | None = None,
    ) -> None:
        self.__dict__.update(
            severity=severity,
            code=code,
            message=message,
            path=path,
            current=current,
            fix=fix,
            object=object,
            file=file,
            index=index,
            line=line,
            item=item,
        )

    def at(
        self,
        *,
        object: ObjectRef | None = None,
        file: str | None = None,
        index: int | None = None,
        line: int | None = None,
        item: int | None = None,
    ) -> Finding:
        """The same finding at a place; what it already knows stays."""
        return self.replace(
            object=self.object or object,
            file=file if self.file is None else self.file,
            index=index if self.index is None else self.index,
            line=line if self.line is None else self.line,
            item=item if self.item is None else self.item,
        )

    def replace(self, **changes: Any) -> Finding:
        """The same finding with other values of some attributes."""
        return Finding(**self.__dict__ | changes)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a finding is frozen; use replace")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a finding is frozen; use replace")

    @property
    def proposed(self) -> Any:
        """What the fix writes, a value or the new name of a key; None without one."""
        return self.fix.value if self.fix is not None else None

    @property
    def field(self) -> str:
        """The path as the API server writes it; "" for the whole object."""
        return dotted(self.path)

    def __repr__(self) -> str:
        return f"Finding({self.severity}, {self.code}, {self.field!r}, {self.message!r}, {self.file}:{self.line})"

    def __eq__(self, other: Any) -> bool:  # noqa: PYI032 - "object" is a field here
        return isinstance(other, Finding) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((self.code, self.message, self.path, self.file, self.index))


class Findings(list[Finding]):
    """The findings of one call: what decides whether it failed, its exit status, and in which order they are shown."""

    @property
    def failed(self) -> bool:
        """Whether any of them is an error."""
        return any(one.severity == ERROR for one in self)

    @property
    def status(self) -> int:
        """The exit status: 1 with an error, else 0."""
        return 1 if self.failed else 0

    def in_order(self) -> Findings:
        """Errors first, then warnings, then infos; of one severity by file, line, code, field, message and object.

        Findings without a file come first.
        """
        return Findings(sorted(self, key=place_in_order))


def place_in_order(one: Finding) -> tuple[int, str, int, int, str, str, str, str]:
    """What `Findings.in_order` sorts by."""
    place = _RANK[one.severity], one.file or "", one.index or 0, one.line or 0
    return *place, one.code, one.field, one.message, str(one.object or "")


def error(code: Code, message: str, path: FieldPath = (), current: Any = None, fix: Fix | None = None) -> Finding:
    """A finding that stops the output."""
    return Finding(ERROR, code, message, path=path, current=current, fix=fix)


def warning(code: Code, message: str, path: FieldPath = (), current: Any = None, fix: Fix | None = None) -> Finding:
    """A finding that the user should act on; the output stands."""
    return Finding(WARNING, code, message, path=path, current=current, fix=fix)


def info(code: Code, message: str, path: FieldPath = (), current: Any = None, fix: Fix | None = None) -> Finding:
    """A finding that is worth knowing."""
    return Finding(INFO, code, message, path=path, current=current, fix=fix)


def dotted(path: FieldPath) -> str:
    """A path as the API server writes it: `spec.resources.claims[0].name`; "" for the whole object."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{shown(part)}" if text else shown(part)
    return text
