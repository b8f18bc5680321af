"""Whether servers carry the tag `az:<zone>`, and whether NATS may insist on different ones."""

from __future__ import annotations

from krmfn.core.facts import carries_zone_label
from krmfn.core.finding import info

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.core.cr import Spread
    from krmfn.core.finding import Finding
    from krmfn.core.settings import Settings


def check_tags(settings: Settings, spread: Spread) -> Iterator[Finding]:
    """Say how to get server tags where they are missing and zones are held apart."""
    if settings.profile != "hardened" or not spread.is_required or carries_zone_label(settings):
        return
    version = settings.kubernetes_version
    stated = "not stated" if version is None else f"{version[0]}.{version[1]}"
    text = (
        f"servers carry no tag az:<zone>: pods know their zone from Kubernetes 1.35 on, and kubernetesVersion is"
        f" {stated}; state 1.35 or later once the cluster runs it"
    )
    yield info("server-tags-absent", text)
