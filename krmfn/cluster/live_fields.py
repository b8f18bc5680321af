"""What an API server wrote into a NATS. A file that has it is a dump of the live object, which Git should not hold."""

from __future__ import annotations

from krmfn.model.finding import warning
from krmfn.model.fix import REMOVE, Fix
from krmfn.model.objects import SERVER_FIELDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object

_HARMLESS = ("creationTimestamp", "generation", "selfLink")


def check(nats: Object) -> Iterator[Finding]:
    """One warning that names all such fields, at the first one, which its fix removes.

    `krmfn fix` asks again after each fix. So the fields that make the file a dump come last.
    """
    metadata = nats["metadata"]
    found: list[tuple[str, ...]] = [
        ("metadata", name) for name in (*_HARMLESS, *sorted(SERVER_FIELDS)) if metadata.get(name) is not None
    ]
    if nats.get("status") is not None:
        found.insert(0, ("status",))
    names = ", ".join(".".join(path) for path in found)
    text = f"this NATS is a dump of a live object, and an apply of the file can fail; remove {names}"
    yield warning("live-object", text, found[0], fix=Fix(REMOVE, found[0], safe=True))
