"""The key `policies`: what all pods of krmfn must keep, whoever patched them."""

from __future__ import annotations

from krmfn.cluster.images import has_digest, host_of, split_image

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.cluster.settings import Settings
    from krmfn.model.code import Code

    Fault = tuple[Code, str, str]

_DOCKER_HUB, _OFFICIAL = "docker.io", "library"


class Policies:
    """What is set. `level` is a Pod Security level, "" for that of the namespace or profile.

    `registries` are hosts, with a path or without, that images may come from; none for all. `own` are images that a key
    names: imageRegistry alone does not exclude them. `digests`: every image has one. `forbidden_tags` are patterns.
    """

    __slots__ = ("digests", "forbidden_tags", "key", "level", "own", "registries")

    def __init__(self, settings: Settings) -> None:
        stated = settings.policies.value if settings.policies is not None else {}
        self.level: str = stated.get("podSecurity", "")
        self.digests: bool = stated.get("digests", False)
        self.forbidden_tags: tuple[str, ...] = tuple(stated.get("forbiddenTags", ()))
        self.registries: tuple[str, ...] = tuple(stated.get("registries", ()))
        self.key, self.own = "policies.registries", frozenset[str | None]()
        if not self.registries and settings.image_registry:
            self.key, self.registries = "imageRegistry", (settings.image_registry,)
            self.own = frozenset((settings.nats_image, settings.reloader_image, settings.exporter_image))

    def faults(self, image: str) -> Iterator[Fault]:
        """(code, what is wrong, what to write instead) of an image."""
        if self.registries and image not in self.own and not any(_is_from(image, one) for one in self.registries):
            names = " or ".join(self.registries)
            yield "image-registry", f"is not from {names} ({self.key})", "write one that is"
        if self.digests and not has_digest(image):
            yield "image-digest", "has no digest (policies.digests)", "write @sha256: and the digest behind it"
        tag = split_image(image)[1]
        if tag and (pattern := self._forbidding(tag)) is not None:
            yield "image-tag-forbidden", f"has a tag like {pattern} (policies.forbiddenTags)", "write another tag"

    def _forbidding(self, tag: str) -> str | None:
        """The pattern that a tag is like, if any."""
        from fnmatch import fnmatchcase

        return next((one for one in self.forbidden_tags if fnmatchcase(tag, one)), None)


def _is_from(image: str, registry: str) -> bool:
    """By whole parts of the path: `docker.io/library` is not the place of `docker.io/library2/nats`."""
    return f"{_whole(image)}/".startswith(f"{registry.rstrip('/')}/")


def _whole(image: str) -> str:
    """The path of an image with its host, as container runtimes complete a short one: `nats` is on Docker Hub."""
    name = split_image(image)[0]
    host, rest = host_of(name)
    if not host:
        host = _DOCKER_HUB
    if host in (_DOCKER_HUB, f"index.{_DOCKER_HUB}"):
        host, rest = _DOCKER_HUB, rest if "/" in rest else f"{_OFFICIAL}/{rest}"
    return f"{host}/{rest}"
