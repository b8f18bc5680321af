"""The settings of `--config` and `--set`."""

from __future__ import annotations

import os

from krmfn.api.config import ALL, faulty_in, from_function_config, no_settings, unclear
from krmfn.goyaml.errors import Unreadable
from krmfn.goyaml.reader import reader_of
from krmfn.goyaml.stream import decode, split
from krmfn.model.finding import error
from krmfn.model.names import is_dns_label
from krmfn.model.text import shown
from krmfn.model.usage import Usage
from krmfn.sources.configuration import Configuration
from krmfn.sources.files import STDIN, cannot_read
from krmfn.sources.input import contents
from krmfn.sources.source import FileOrigin, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from krmfn.cluster.settings import Settings
    from krmfn.model.finding import Finding
    from krmfn.sources.configuration import Adjust
    from krmfn.sources.source import Input
    from krmfn.sources.trees import Tree


class CallSettings:
    """`settings`, error and other `findings` about them, and the real path of the `file` (None without one).

    `source` is the document of the file, None without one that can be read; `pairs` are the keys of `--set`.
    """

    __slots__ = ("file", "findings", "pairs", "settings", "source")

    def __init__(
        self,
        settings: Settings,
        findings: list[Finding],
        file: str | None = None,
        source: Source | None = None,
        pairs: dict[str, str] | None = None,
    ) -> None:
        self.settings = settings
        self.findings = findings
        self.file = file
        self.source = source
        self.pairs = pairs or {}


def settings_of(
    config: str | None,
    words: Sequence[str],
    read_file: Callable[[str], bytes] = contents,
    shown_as: Callable[[str], str] = str,
    pairs: dict[str, str] | None = None,
) -> CallSettings:
    """`words` are strings key=value, of which the last of a key counts; `pairs` is the same as a map. Raises Usage.

    `read_file` gives the bytes of the file that `config` names, or raises OSError or Unreadable; `shown_as`
    gives its name as findings show it.
    """
    stated = pairs_of(words) if pairs is None else pairs
    if config is None:
        settings, _, findings = from_function_config(None, dict(stated))
        return CallSettings(settings, findings, pairs=stated)
    if config == STDIN:
        raise Usage("--config cannot read standard input; write --config FILE")
    source, findings = _source(config, shown_as(config), read_file)
    settings, found = settings_from(source, stated)
    if source is None:
        settings = settings.with_faulty(ALL)
    return CallSettings(settings, findings + found, os.path.realpath(config), source, stated)


def settings_at(tree: Tree, config: str | None, words: Sequence[str], otherwise: CallSettings) -> CallSettings:
    """The settings of the file of `--config` in a tree, with the same `--set`; `otherwise` where it is missing.

    A file outside the repository has no revisions and is used for both states. Raises Usage.
    """
    if config is None:
        return otherwise
    try:
        real = tree.real(config)
    except (FileNotFoundError, NotADirectoryError):
        return otherwise
    except (OSError, Unreadable) as why:
        if isinstance(why, Unreadable) and why.code == "outside-repository":
            return otherwise
        refused = why

        def refuse(_: str) -> bytes:
            raise refused

        return settings_of(config, words, refuse, tree.shown)
    return settings_of(config, words, lambda _: tree.contents(real), tree.shown)


def configuration_of(stated: CallSettings, found: Input, adjust: Adjust | None = None) -> Configuration:
    """The settings of each NATS of an input: those of the call override the nearest RenderNATS."""
    sources = [*found.sources, *found.above]
    return Configuration(
        stated.settings, stated.findings, sources, own=stated.source, pairs=stated.pairs, adjust=adjust
    )


def settings_from(source: Source | None, stated: dict[str, str]) -> tuple[Settings, list[Finding]]:
    """The settings of a RenderNATS (None: defaults), overridden by the keys of `--set`."""
    value = source.read().value if source is not None else None
    settings, cr, found = from_function_config(value, dict(stated))
    if cr is not None:
        found = [no_settings(), *found]
    if source is not None:
        problems = source.read().problems
        known = {problem.path for problem in problems}
        settings = settings.with_faulty(faulty_in(problems))
        found = unclear(problems, value) + [finding for finding in found if finding.path not in known]
        found = [finding if _is_set(finding, stated) else source.place(finding) for finding in found]
    return settings, found


def checked_namespace(name: str | None) -> str:
    """The value of -n, "" for none. Raises Usage for what is not a name of a namespace."""
    if name and not is_dns_label(name):
        raise Usage(f'"{shown(name)}" is not a namespace name; use -n with a-z, 0-9 and "-"')
    return name or ""


def pairs_of(pairs: Sequence[str]) -> dict[str, str]:
    """Keys and values of `--set`; the last of the same key counts. Raises Usage."""
    stated = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise Usage("--set needs KEY=VALUE; write for example --set zones=a,b,c")
        if not value.strip():
            raise Usage(f"--set {shown(key)}= has no value; is a shell variable unset? Set it, or remove the key")
        stated[key] = value
    return stated


def _is_set(finding: Finding, stated: dict[str, str]) -> bool:
    """Whether a finding is about a key of `--set`, not about the file."""
    return len(finding.path) == 1 and finding.path[0] in stated


def _source(config: str, name: str, read_file: Callable[[str], bytes]) -> tuple[Source | None, list[Finding]]:
    """The one document of a file, read; or None and why not."""
    try:
        documents = split(decode(read_file(config)))
        if len(documents) == 1:
            one = documents[0]
            folder = os.path.abspath(os.path.dirname(config))
            source = Source(one.text, FileOrigin(name, None, one.line, folder), lambda: reader_of(config)(one.text))
            source.read()
            source.ref()
            return source, []
        found = error("unknown-function-config", f"the file has {len(documents)} documents; keep one RenderNATS")
    except OSError as why:
        found = cannot_read(name, why)
    except Unreadable as why:
        found = error(why.code, why.message).at(line=why.line)
    return None, [found.at(file=name)]
