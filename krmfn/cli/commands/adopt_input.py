"""What `krmfn adopt` reads: the dump, the NATS as it is in Git, and the settings that a take-over can have."""

from __future__ import annotations

import os

from krmfn.adoption.dump import LiveObjects
from krmfn.adoption.dump_facts import settings_from_dump
from krmfn.adoption.steps_after import LATER
from krmfn.changes.compare import changes
from krmfn.cluster.facts import OPERATOR_CLUSTER
from krmfn.cluster.settings import Settings
from krmfn.goyaml.errors import Unreadable
from krmfn.model.finding import ERROR, Findings, error
from krmfn.model.names import is_dns_subdomain
from krmfn.model.text import quoted
from krmfn.rendering.renderer import read_cr, render
from krmfn.sources.call_settings import checked_namespace, configuration_of, pairs_of, settings_of
from krmfn.sources.files import STDIN
from krmfn.sources.input import gather
from krmfn.sources.recognition import nats_crs, no_nats

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from krmfn.changes.change import Change
    from krmfn.cluster.cr import Cr
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object, ObjectRef
    from krmfn.rendering.renderer import Rendered
    from krmfn.sources.options import InputOptions
    from krmfn.sources.source import Input, Source

PROFILE = "nats-manager"
_MAY_BE_SAID = ("istio-unknown",)
"""Findings about a NATS by itself are `krmfn check`'s business; these change what is proved."""
_NAMESPACED = ("StatefulSet", "ConfigMap", "Service", "PersistentVolumeClaim", "Pod", "Secret", "NATS")
_NOT_REPEATED = ("profile", "adminHash", "adminNkey", "secretStore", "remoteKey")


class TakeOverInput:
    """`live` objects, the `rendered` NATS, keys of `settings` from the dump, and findings so far.

    `hardening` are the changes from what is rendered to profile hardened with the limits of the stores of today.
    """

    __slots__ = ("_sources", "findings", "hardening", "live", "rendered", "settings")

    def __init__(self, dump: Input) -> None:
        self.findings = Findings(dump.findings)
        self._sources: dict[ObjectRef, Source] = {}
        self.live = LiveObjects(self._read(dump))
        self.rendered: list[Rendered] = []
        self.settings: dict[str, str] = {}
        self.hardening: list[Change] = []

    def _read(self, dump: Input) -> dict[ObjectRef, Object]:
        objects: dict[ObjectRef, Object] = {}
        for source in dump.sources:
            try:
                value = source.read().value
            except Unreadable as why:
                self.findings.append(source.unreadable(why))
                continue
            key = source.ref()
            if key is None or not all(is_dns_subdomain(name) for name in (key.name, key.namespace) if name):
                text = "an object has no kind, or no valid name; remove it from the dump"
                self.findings.append(source.place(error("not-an-object", text)))
            elif key.kind.endswith("List"):
                text = "a list inside a list is not supported; remove it, or dump its objects directly"
                self.findings.append(source.place(error("not-an-object", text, ("kind",))))
            elif not key.namespace and key.kind in _NAMESPACED:
                text = f"{key.kind} {key.name} has no namespace, so it does not come from a cluster; dump it again"
                self.findings.append(source.place(error("not-an-object", text, ("metadata", "namespace"))))
            elif key in objects:
                text = f"{key.kind} {key.name} is in the dump twice; use one dump"
                self.findings.append(source.place(error("duplicate-object", text, ("metadata", "name"))))
            else:
                objects[key] = value
                self._sources[key] = source
        return objects

    def place(self, finding: Finding) -> Finding:
        """The finding with file and line of its object in the dump; one about no object there as it is."""
        source = self._sources.get(finding.object) if finding.object is not None else None
        return source.place(finding) if source is not None else finding


def wanted(live: Sequence[str], given: InputOptions) -> TakeOverInput:
    """Everything that is checked. Raises Usage."""
    namespace = checked_namespace(given.namespace)
    stated = settings_of(given.config, [f"profile={PROFILE}", *given.set])
    dumps = [os.path.realpath(path) for path in live]  # which may lie beside the NATS
    found = gather(
        given.filename,
        recursive=given.recursive,
        without=(stated.file, *dumps),
        exclude=given.exclude,
        to_render=True,
        above=True,
    )
    result = TakeOverInput(gather(live, recursive=True))
    refused = _not_for_take_over(stated.settings, stated.source)
    result.findings += refused or [finding for finding in stated.findings if finding.severity == ERROR]
    result.findings += found.findings
    if result.findings.failed:
        return result
    configuration, crs = configuration_of(stated, found), _crs(found.sources, namespace)

    def settings_for(source: Source) -> Settings:
        settings, known = settings_from_dump(result.live, crs, configuration(source))
        result.settings |= known
        return settings

    result.rendered, findings = render(found.sources, settings_for, namespace)
    result.findings += [finding for finding in configuration.findings if finding.severity == ERROR]
    for one in result.rendered:
        nearest = configuration.nearest(one.source)
        if nearest is not None:
            result.findings += map(nearest.place, _not_for_take_over(one.settings, nearest))
    result.hardening = _later(result.rendered, found.sources, settings_for, namespace)
    result.findings += [one for one in findings if one.severity == ERROR or one.code in _MAY_BE_SAID]
    if not result.rendered and not findings.failed:
        text = ""
        if set(dumps).intersection(os.path.realpath(path) for path in given.filename):
            text = (
                "-f names the dump; put the NATS as it will be in Git into a separate file, and use -f with that file"
            )
        result.findings.append(no_nats(why=text))
    return result


def _later(
    rendered: list[Rendered], sources: list[Source], settings_for: Callable[[Source], Settings], namespace: str
) -> list[Change]:
    """What the step to profile hardened changes; nothing where one of the two does not render."""

    def hardened(source: Source) -> Settings:
        stated = settings_for(source)
        values = {name: getattr(stated, name) for name in Settings.__slots__}
        kept = {"cluster_name": stated.cluster_name or OPERATOR_CLUSTER, "file_store": (100, "%")}
        return Settings(**{**values, **kept, "profile": LATER})

    after, _ = render(sources, hardened, namespace)
    if not after or any(one.facts is None for one in (*rendered, *after)):
        return []
    before, new = ([child for one in some for child in one.children] for some in (rendered, after))
    return changes(before, new)


def options(given: InputOptions, known: dict[str, str]) -> str:
    """The options for the same render, quoted for a shell; without a profile."""
    paths = ["nats.yaml" if path == STDIN else path for path in given.filename]
    words = [word for path in paths for word in ("-f", quoted(path))]
    words += ["-R"] if given.recursive else []
    words += [word for glob in given.exclude for word in ("--exclude", quoted(glob))]
    words += ["-n", quoted(given.namespace)] if given.namespace else []
    words += ["--config", quoted(given.config)] if given.config else []
    pairs = {**pairs_of(given.set), **known}
    stated = [quoted(f"{key}={value}") for key, value in pairs.items() if key not in _NOT_REPEATED]
    return " ".join([*words, *(word for pair in stated for word in ("--set", pair))])


def _crs(sources: list[Source], namespace: str) -> list[Cr]:
    crs = [read_cr(source, namespace)[0] for source in nats_crs(sources)[0]]
    return [cr for cr in crs if cr is not None]


def _not_for_take_over(settings: Settings, source: Source | None) -> list[Finding]:
    """Take-over comes first; what changes the objects is a change of its own, with restarts that belong to it.

    `source` is a document that the settings come from; what it says of the profile counts, whatever --set says.
    """
    if settings.profile != PROFILE or (source is not None and _profile_in(source) not in (None, "", PROFILE)):
        text = (
            "a take-over renders profile nats-manager, which restarts nothing. Moving to hardened restarts every"
            " server; do that in a later change, and set profile=nats-manager, or none, now"
        )
        return [error("not-for-take-over", text)]
    if settings.secret_mode != "existing":
        text = (
            f"secretMode {settings.secret_mode} changes the credentials of the system user; do that after the"
            " take-over, and remove secretMode now"
        )
        return [error("not-for-take-over", text)]
    return []


def _profile_in(source: Source) -> object:
    """What a RenderNATS, or a ConfigMap of settings, says; None for nothing."""
    value = source.value()
    for part in ("spec", "data"):
        keys = value.get(part)
        if isinstance(keys, dict) and keys.get("profile") is not None:
            return keys["profile"]
    return None
