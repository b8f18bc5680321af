"""Namespaces and names of the Secrets that NATS resources want."""

from __future__ import annotations

from krmfn.cluster.checks import check
from krmfn.cluster.cr import ClusterFacts
from krmfn.model.finding import Findings, error
from krmfn.model.names import Names
from krmfn.rendering.renderer import read_cr
from krmfn.sources.call_settings import configuration_of, settings_of
from krmfn.sources.input import gather
from krmfn.sources.recognition import nats_crs, no_nats

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from krmfn.cluster.settings import Settings
    from krmfn.model.finding import Finding
    from krmfn.sources.options import InputOptions

    Place: TypeAlias = tuple[str, str]
    """Namespace ("" for none) and name."""

_INSTEAD = {
    "none": "so no Secret is mounted; remove secretMode",
    "bcrypt": "so krmfn renders the Secret; set adminHash to the output of krmfn secret hash",
}


def of_crs(options: InputOptions, namespace: str) -> tuple[list[Place], Findings]:
    """Each Secret once, by namespace and name; or error findings. Raises Usage."""
    stated = settings_of(options.config, options.set)
    found = gather(
        options.filename,
        recursive=options.recursive,
        without=(stated.file,),
        exclude=options.exclude,
        to_render=True,
        above=True,
    )
    configuration = configuration_of(stated, found)
    findings = Findings(found.findings)
    sources, unclear = nats_crs(found.sources)
    findings += unclear
    places = set()
    modes: dict[str, Finding] = {}
    for source in sources:
        cr, said = read_cr(source, namespace)
        findings += said
        settings = configuration(source)
        modes |= {finding.message: finding for finding in _check_mode(settings)}
        if cr is not None:
            about_names = (f for f in check(cr, settings, ClusterFacts()) if f.path[:1] == ("metadata",))
            findings += (source.place(finding) for finding in about_names)
            places.add((cr.namespace, Names(cr.name, settings.secret_name).secret))
    findings += [*configuration.findings, *modes.values()]
    if not places and not findings.failed:
        findings.append(no_nats(found.sources))
    return sorted(places), findings


def _check_mode(settings: Settings) -> Iterator[Finding]:
    """A Secret beside one that is rendered would be a competitor."""
    if settings.secret_mode != "existing":
        instead = _INSTEAD.get(settings.secret_mode, "which creates the Secret itself; remove secretMode")
        yield error("secret-not-wanted", f"secretMode is {settings.secret_mode}, {instead}", ("secretMode",))
