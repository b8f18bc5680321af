"""Checks objects of kinds for which the user gives a schema."""

from __future__ import annotations

from krmfn.checks.own_schemas import OwnSchemas
from krmfn.goyaml.errors import Unreadable
from krmfn.goyaml.reader import reader_of
from krmfn.goyaml.stream import decode, split
from krmfn.model.codes.shapes import SHAPES
from krmfn.model.finding import Findings
from krmfn.model.text import shown
from krmfn.model.usage import Usage
from krmfn.sources.input import contents

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from krmfn.model.finding import Finding
    from krmfn.rendering.pipeline import PipelineResult
    from krmfn.sources.source import Source


def schemas_in(files: Sequence[str]) -> OwnSchemas:
    """The schemas of every file of `--schema`. Raises Usage for a file that cannot be read or holds none."""
    documents = {}
    for file in files:
        try:
            documents[file] = [reader_of(file)(one.text).value for one in split(decode(contents(file)))]
        except OSError as why:
            raise Usage(f"--schema {shown(file, 200)} cannot be read: {why.strerror}; name a file") from None
        except Unreadable as why:
            line = f", line {why.line}" if why.line else ""
            raise Usage(f"--schema {shown(file, 200)}{line}: {why.message}") from None
    return OwnSchemas(documents)


def judge(result: PipelineResult, schemas: OwnSchemas) -> int:
    """Add the findings about objects of the schemas' kinds; return the number of these objects.

    For such a kind the user's schema replaces that of krmfn. An input of such objects alone is accepted.
    """
    known = of_kinds(result.sources, schemas)
    if not known:
        return 0
    left = ("no-nats-cr",) if not result.crs else ()
    kept = [one for one in without_shapes(result.findings, known) if one.code not in left]
    result.findings = Findings([*kept, *faults(known, schemas)]).in_order()
    return len(known)


def of_kinds(sources: Iterable[Source], schemas: OwnSchemas) -> list[Source]:
    """The objects of the schemas' kinds."""
    return [source for source in sources if (ref := source.ref()) and schemas.knows(ref.api_version, ref.kind)]


def without_shapes(findings: Iterable[Finding], known: Iterable[Source]) -> list[Finding]:
    """The findings but those about the shape of objects that the user's schemas judge."""
    refs = {source.ref() for source in known}
    return [one for one in findings if not (one.object in refs and one.code in SHAPES)]


def faults(known: Iterable[Source], schemas: OwnSchemas) -> list[Finding]:
    """What is wrong with objects by the user's schemas."""
    return [source.place(one) for source in known for one in schemas.check(source.value())]
