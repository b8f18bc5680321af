"""What `--config` and `--set` state, as settings."""

from __future__ import annotations

import os

from krmfn.api.config import from_function_config, unclear
from krmfn.core.finding import error
from krmfn.core.names import is_dns_label
from krmfn.core.objects import KIND
from krmfn.core.text import shown
from krmfn.hosts.cli.files import STDIN, cannot_read
from krmfn.hosts.cli.input import contents
from krmfn.hosts.cli.usage import Usage
from krmfn.hosts.source import Document, Source
from krmfn.wire.documents import decode, split
from krmfn.wire.reader import read
from krmfn.wire.unreadable import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from krmfn.core.finding import Finding
    from krmfn.core.settings import Settings


class Stated:
    """`settings`, error and other `findings` about them, and the real path of the `file` (None without one)."""

    __slots__ = ("file", "findings", "settings")

    def __init__(self, settings: Settings, findings: list[Finding], file: str | None) -> None:
        self.settings = settings
        self.findings = findings
        self.file = file


def settings_of(config: str | None, pairs: Sequence[str], read_file: Callable[[str], bytes] = contents) -> Stated:
    """`pairs` are texts of the form key=value; the last of the same key counts. Raises Usage.

    `read_file` gives the bytes of the file that `config` names, or raises OSError or Unreadable.
    """
    stated = pairs_of(pairs)
    if config is None:
        settings, _, findings = from_function_config(None, dict(stated))
        return Stated(settings, findings, None)
    if config == STDIN:
        raise Usage("--config reads a file, not standard input; write --config FILE")
    source, findings = _source(config, read_file)
    settings, found = settings_from(source, stated)
    return Stated(settings, findings + found, os.path.realpath(config))


def settings_from(source: Source | None, stated: dict[str, str]) -> tuple[Settings, list[Finding]]:
    """The settings of a RenderNATS that could be read, or of none, and keys as texts over them."""
    value = source.read().value if source is not None else None
    settings, cr, found = from_function_config(value, dict(stated))
    if cr is not None:
        text = f"a {KIND} is what is rendered and states no settings; write it behind -f"
        found = [error("unknown-function-config", text, ("kind",)), *found]
    if source is not None:
        problems = source.read().problems
        known = {problem.path for problem in problems}
        found = unclear(problems) + [finding for finding in found if finding.path not in known]
        found = [finding if _is_set(finding, stated) else source.place(finding) for finding in found]
    return settings, found


def checked_namespace(name: str | None) -> str:
    """The value of -n, "" for none. Raises Usage for what is no name of a namespace."""
    if name and not is_dns_label(name):
        raise Usage(f'"{shown(name)}" is no name of a namespace; write -n with a-z, 0-9 and "-"')
    return name or ""


def pairs_of(pairs: Sequence[str]) -> dict[str, str]:
    """Keys and values of `--set`; the last of the same key counts. Raises Usage."""
    stated = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise Usage("--set needs key=value; write --set zones=a,b,c, say")
        stated[key] = value
    return stated


def _is_set(finding: Finding, stated: dict[str, str]) -> bool:
    """Whether a finding is about a key of `--set`, not about the file."""
    return len(finding.path) == 1 and finding.path[0] in stated


def _source(config: str, read_file: Callable[[str], bytes]) -> tuple[Source | None, list[Finding]]:
    """The one document of a file, read; or None and why not."""
    try:
        documents = split(decode(read_file(config)))
        if len(documents) == 1:
            one = documents[0]
            source = Source(one.text, Document(config, None, one.line), lambda: read(one.text))
            source.read()
            source.full_identity()
            return source, []
        found = error("unknown-function-config", f"the file holds {len(documents)} documents; write one RenderNATS")
    except OSError as why:
        found = cannot_read(config, why)
    except Unreadable as why:
        found = error(why.code, why.message).at(line=why.line)
    return None, [found.at(file=config)]
