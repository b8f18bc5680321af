"""StorageClasses: a volume that is bound before its pod is scheduled picks the zone, in spite of the rule."""

from __future__ import annotations

from krmfn.model.finding import error, warning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.cluster.cr import Spread
    from krmfn.cluster.environment import StorageClass
    from krmfn.model.finding import Finding

STORAGE_CLASS = ("spec", "jetStream", "fileStorage", "storageClassName")


def check_binding(name: str, spread: Spread, classes: dict[str, StorageClass]) -> Iterator[Finding]:
    """`name` is the CR's; "" and "default" mean the cluster's default class. Classes that are not known pass.

    With several default classes Kubernetes takes the newest; any of them counts here.
    """
    wanted = [name] if name not in ("", "default") else [n for n, c in sorted(classes.items()) if c.is_default]
    for one in wanted:
        if one in classes and classes[one].is_immediate:
            said = f"StorageClass {one} has volumeBindingMode Immediate, which fixes the zone of a"
            if spread.is_required:
                text = f"{said} pod before the zone rule applies, so pods can stay Pending; use WaitForFirstConsumer"
                yield error("storage-class-binds-immediately", text, STORAGE_CLASS)
            else:
                text = f"{said} pod before the scheduler chooses; use WaitForFirstConsumer"
                yield warning("storage-class-binds-immediately", text, STORAGE_CLASS)
