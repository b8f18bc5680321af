"""Every code of a finding, for `krmfn explain` and the reference: severity, what it means, what to do."""

from __future__ import annotations

from krmfn.model.codes.adoption import ADOPTION
from krmfn.model.codes.changes import CHANGES
from krmfn.model.codes.clusters import CLUSTERS, SETTINGS
from krmfn.model.codes.files import FILES
from krmfn.model.codes.helm import HELM
from krmfn.model.codes.hosts import HOSTS
from krmfn.model.codes.links import LINKS
from krmfn.model.codes.resources import RESOURCES
from krmfn.model.codes.server import SERVER
from krmfn.model.codes.shapes import SHAPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.codes.files import Meaning

CODES: dict[str, Meaning] = {
    **RESOURCES,
    **CLUSTERS,
    **SETTINGS,
    **FILES,
    **HOSTS,
    **CHANGES,
    **ADOPTION,
    **SERVER,
    **SHAPES,
    **LINKS,
    **HELM,
}
"""Code -> (severity, meaning, advice). Codes are stable: users name them in `krmfn.dev/allow` and in scripts."""
