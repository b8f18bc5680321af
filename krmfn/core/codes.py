"""Every code of a finding, for `krmfn explain` and the reference: severity, what it means, what to do."""

from __future__ import annotations

from krmfn.core.codes_of_adoption import ADOPTION
from krmfn.core.codes_of_changes import CHANGES
from krmfn.core.codes_of_clusters import CLUSTERS, SETTINGS
from krmfn.core.codes_of_files import FILES
from krmfn.core.codes_of_hosts import HOSTS
from krmfn.core.codes_of_resources import RESOURCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.core.codes_of_files import Meaning

CODES: dict[str, Meaning] = {**RESOURCES, **CLUSTERS, **SETTINGS, **FILES, **HOSTS, **CHANGES, **ADOPTION}
"""Code -> (severity, meaning, advice). Codes are stable: users name them in `krmfn.dev/allow` and in scripts."""
