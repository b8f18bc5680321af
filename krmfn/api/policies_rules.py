"""What is checked of the group `policies`, beyond its types."""

from __future__ import annotations

from krmfn.cluster.images import host_of, is_repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.natsconf.overrides import GroupFault

_TAG = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-*?")


def check(policies: dict[str, Any]) -> Iterator[GroupFault]:
    """Registries with their host, and patterns that a tag can be like."""
    for number, registry in enumerate(policies.get("registries", ())):
        if not _is_registry(registry):
            text = "not a registry; write its host, and a path if you want one, such as docker.io/library"
            yield "invalid-image", text, None, ("registries", number)
    for number, pattern in enumerate(policies.get("forbiddenTags", ())):
        if not pattern or not _TAG.issuperset(pattern):
            text = "not a pattern of a tag; write letters, digits, . _ - and * for any text, such as *-alpine"
            yield "invalid-image", text, None, ("forbiddenTags", number)


def _is_registry(text: str) -> bool:
    """Whether a text is a host, which must not be left out, and a path; names of hosts are compared in lower case."""
    host, _ = host_of(f"{text}/image")
    return bool(host) and is_repository(text) and text == text.lower()
