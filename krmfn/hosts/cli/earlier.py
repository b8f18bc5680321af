"""What an earlier render left in a directory, as the previous state of the children that are rendered now."""

from __future__ import annotations

import os

from krmfn.core.finding import failed, warning
from krmfn.core.objects import ALLOW, OWNER, identity, owner_mark
from krmfn.core.text import shown
from krmfn.hosts import annotations as notes
from krmfn.hosts.cli.input import gather
from krmfn.hosts.gone import check_gone
from krmfn.hosts.previous import allowed_by, check_steps
from krmfn.wire.unreadable import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.core.finding import Finding
    from krmfn.core.objects import Identity, Object
    from krmfn.hosts.cli.run import Result


def check_earlier(result: Result, previous: str | None, output_dir: str | None) -> Iterator[Finding]:
    """What the step from an earlier render would destroy, and words in `krmfn.dev/allow` that are no codes.

    A directory that is stated must be there and readable; an output directory is looked at as far as it is.
    """
    for one in result.crs:
        if ALLOW in one.source.text:
            yield from allowed_by(one.source)[1]
    directory = previous or (output_dir if output_dir and os.path.isdir(output_dir) else None)
    if directory is None:
        return
    earlier, findings = _earlier(directory)
    if previous and failed(findings):
        yield from findings
        return
    steps = [(one, child) for one in result.crs for child in one.children]
    yield from check_steps((one, earlier[key], child) for one, child in steps if (key := identity(child)) in earlier)
    wanted = {identity(child) for _, child in steps}
    owners = {owner_mark(one.cr.namespace, one.cr.name): one for one in result.crs}
    gone: dict[str, int] = {}
    for key, old in earlier.items():
        owner = notes.of(old)[OWNER]
        if key in wanted:
            continue
        if owner in owners:
            yield from check_gone(owners[owner], old)
        else:
            gone[owner] = gone.get(owner, 0) + 1
    for owner in sorted(gone):
        yield _cluster_gone(owner, gone[owner]).at(file=directory)


def _cluster_gone(owner: str, left: int) -> Finding:
    objects = "1 object is" if left == 1 else f"{left} objects are"
    text = (
        f"NATS {shown(owner)} was rendered here before and is gone, so the whole cluster goes: its {objects} not"
        " rendered any more, and who applies what is rendered removes them; its volumes (PersistentVolumeClaims) stay"
    )
    return warning("cluster-removed", text)


def _earlier(directory: str) -> tuple[dict[Identity, Object], list[Finding]]:
    """The children in a directory, by their mark."""
    found = gather([directory], recursive=True)
    children: dict[Identity, Object] = {}
    for source in found.sources:
        if OWNER not in source.text:
            continue
        try:
            value = source.read().value
        except Unreadable as why:
            found.findings.append(source.unreadable(why))
            continue
        key = source.full_identity()
        if key is not None and OWNER in notes.of(value):
            children[key] = value
    return children, found.findings
