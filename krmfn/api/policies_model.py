"""The group `policies`: what checks require of the pods beyond what runs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from krmfn.api.level import Level, Text


class Policies(Level):
    """What all pods of krmfn must keep, rendered or patched. A violation is an error."""

    pod_security: Literal["restricted", "baseline", "privileged"] | None = Field(
        default=None,
        description="Level of the Pod Security Standards that pods must keep. Default: the one that the Namespace among"
        " the objects enforces, else `restricted` in `hardened` and `baseline` in `nats-manager`.",
    )
    registries: list[Text] | None = Field(
        default=None,
        description="Registries that images may come from, with a path or without, such as `docker.io/library`."
        " Default: the one of `imageRegistry`, else all.",
    )
    digests: bool | None = Field(
        default=None, description="Whether every image must have a digest (`@sha256:...`). Default: false."
    )
    forbidden_tags: list[Text] | None = Field(
        default=None,
        description="Patterns of tags that no image may have, such as `*-alpine`; `*` matches any string. `latest`"
        " and no tag are always errors.",
    )
