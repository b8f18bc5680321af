"""Where a child's file goes. Only from names that were checked, never from text that a user chose freely."""

from __future__ import annotations

from krmfn.core.finding import error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.core.finding import Finding
    from krmfn.core.objects import Object


def child_path(child: Object, cr_name: str, directory: str = "") -> str:
    """`<directory>/<namespace>/<cr-name>/<kind>-<name>.yaml`, lower case, without the segments that are empty."""
    metadata = child["metadata"]
    file = f"{child['kind']}-{metadata['name']}.yaml".lower()
    return "/".join(part for part in (directory, metadata.get("namespace", ""), cr_name, file) if part)


def directory_of(path: str | None) -> str:
    """The folder of a CR's file, "" for the package's root or when no path is known."""
    return path.rpartition("/")[0] if path else ""


def check_path(path: str | None) -> Finding | None:
    """A path that a host gives for the CR must stay in its package: children are written beside it."""
    if path is None:
        return None
    segments = path.split("/")
    if any(not s or s.startswith(".") or "\\" in s or not s.isprintable() for s in segments):
        text = "the path of its file is not a plain relative one (no leading /, no segment that starts with a dot)"
        return error("unsafe-path", text, ("metadata", "annotations"))
    return None
