"""Files and objects as reports name them."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.objects import ObjectRef


def relative(file: str) -> str:
    """The path from the working directory, with `/`; as it is for a file that is not below it."""
    path = os.path.relpath(file) if os.path.isabs(file) else os.path.normpath(file)
    return file if path.startswith("..") else path.replace(os.sep, "/")


def qualified(one: ObjectRef) -> str:
    """`apps/v1/StatefulSet/namespace/name`, without the namespace where there is none."""
    return "/".join(part for part in (one.api_version, one.kind, one.namespace, one.name) if part)
