"""What an earlier render left in a directory, set against what is rendered now."""

from __future__ import annotations

import os

from krmfn.model.finding import Findings, error, info, warning
from krmfn.rendering.pipeline import reconcile_input
from krmfn.rendering.reconciliation import Changeset, Policy, reconcile
from krmfn.rendering.staleness import stale_among
from krmfn.sources.files import no_such_file
from krmfn.sources.input import gather
from krmfn.sources.recognition import nats_crs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence

    from krmfn.model.finding import Finding
    from krmfn.model.objects import ObjectRef
    from krmfn.rendering.pipeline import PipelineResult
    from krmfn.sources.source import Source
    from krmfn.sources.trees import Tree


def check_steps(result: PipelineResult, namespace: str) -> None:
    """What `check` says beside what a render says.

    The steps from the objects in the input and from `previous`, and whether rendered objects in the input are stale.
    `namespace` is that of objects without one.
    """
    reconcile_input(result)
    if not result.findings.failed:
        result.findings += stale_among(result.sources, result.crs, namespace)
        found = against_previous(result).findings
        result.findings += (one for one in found if one.code != "child-removed")
        result.findings = result.findings.in_order()


def against_previous(result: PipelineResult, directory: str | None = None) -> Changeset:
    """The step from the render in a directory that the user names: it must be there, hold one, and be readable.

    None: the directory that the key `previous` names, if any. An object there without the mark is taken for the earlier
    state of the child of its identity.
    """
    directory = directory or result.settings.previous
    if not directory:
        return Changeset()
    sources, changes = objects_in(directory, everything=False)
    if not changes.findings.failed and not any(source.owner is not None for source in sources):
        changes.findings.append(nothing_to_compare(directory))
    return changes if changes.findings.failed else _against(result, sources, changes, adopt=True)


def nothing_to_compare(directory: str) -> Finding:
    """The finding about a directory that holds no earlier render."""
    text = (
        "no object in it has the annotation krmfn.dev/owner, so it is not an earlier render; use the directory of one"
    )
    return error("nothing-to-compare", text).at(file=directory)


def against_output(
    result: PipelineResult, directory: str, listed: Callable[[], Collection[str]], header: str
) -> tuple[Changeset, list[str]]:
    """The step from what is in the output directory, if it is there, and the files that go or are written anew.

    Every file is read that could be either. One goes only where all that it holds has krmfn's mark or is replaced;
    one is written anew only where it holds nothing else than what is rendered there. `listed` tells the files that the
    earlier render wrote by its own list: what is of them and has no mark stays, with a warning. `header` is the comment
    that every rendered file begins with.
    """
    if not os.path.isdir(directory):
        return Changeset(), []
    sources, changes = objects_in(directory, everything=True)
    if changes.findings.failed:
        return changes, []
    changes = _against(result, sources, changes, adopt=result.settings.adopt)
    wanted = {one.path: one.ref for one in result.printed}
    findings, gone = judge_files(sources, directory, wanted, changes.replaced, listed)
    files = commented(changes.replaced, header)
    changes.findings += [*findings, *lost_comments(files[:1], len(files))]
    return changes, gone


def judge_files(
    sources: Iterable[Source],
    directory: str,
    wanted: Mapping[str, ObjectRef],
    replaced: Container[Source],
    listed: Callable[[], Collection[str]],
) -> tuple[list[Finding], list[str]]:
    """Findings about the files of `sources`, and those of them that go; `wanted` are the files that are rendered."""
    findings: list[Finding] = []
    gone = []
    for path, objects in _files_of(sources, directory).items():
        others = [one for one in objects if one.owner is None and one not in replaced]
        if path in wanted:
            others = [one for one in others if one.ref() != wanted[path]]
            text = "it has objects that krmfn did not render there, and they would be lost; move them to another file"
        elif len(others) < len(objects):
            gone.append(path)
            text = "it has rendered and other objects, so krmfn cannot remove it; move the others to another file"
        else:
            if path in listed():
                text = "it is no longer rendered and not in kustomization.yaml; delete it, unless it is yours"
                findings.append(warning("file-left", text).at(file=os.path.join(directory, path)))
            continue
        if others:
            findings.append(error("foreign-file", text).at(file=os.path.join(directory, path)))
    return findings, gone


def commented(replaced: Iterable[Source], header: str) -> list[str]:
    """The files of objects that are written anew and have comments."""
    return [source.origin.file or "" for source in replaced if _has_comment(source, header)]


def lost_comments(files: Sequence[str], count: int) -> Iterator[Finding]:
    """An info about comments in `count` files that are written anew: they belong into the NATS."""
    if count:
        more = f" and {count - 1} more" if count > 1 else ""
        text = f"comments in rendered files are lost ({files[0]}{more}); write them into the NATS, which keeps them"
        yield info("comments-removed", text)


def _has_comment(source: Source, header: str) -> bool:
    """Whether a line has a comment; a `#` that is part of a value is none."""
    text = source.text.replace(header, "")
    lines = [line for line in text.split("\n") if "#" in line]
    values = "\n".join(_texts(source.value())) if lines else ""
    return any(_comment(line).strip("\"'") not in values for line in lines)


def _comment(line: str) -> str:
    """What may be the comment of a line: "" for none."""
    line = line.strip()
    return line if line.startswith("#") else line[line.find(" #") + 1 :] if " #" in line else ""


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value if isinstance(value, list) else value.values():
            yield from _texts(one)


def _files_of(sources: Iterable[Source], directory: str) -> dict[str, list[Source]]:
    files: dict[str, list[Source]] = {}
    for source in sources:
        if source.origin.file is not None:
            files.setdefault(os.path.relpath(source.origin.file, directory), []).append(source)
    return files


def objects_in(directory: str, *, everything: bool, tree: Tree | None = None) -> tuple[list[Source], Changeset]:
    """The objects of a directory, and a changeset with what cannot be read or told there."""
    found, changes = gather([directory], recursive=True, everything=everything, tree=tree), Changeset()
    _, findings = nats_crs(found.sources)
    missing = found.missing if tree is not None else ()  # without a tree they are among the findings
    changes.findings += [*found.findings, *map(no_such_file, missing), *findings]
    return found.sources, changes


def _against(result: PipelineResult, sources: list[Source], before: Changeset, *, adopt: bool) -> Changeset:
    policy = Policy(adopt=adopt, allow_removal=result.settings.allow_removal)
    changes = reconcile(sources, result.crs, policy)
    changes.findings = Findings([*before.findings, *changes.findings])
    return changes
