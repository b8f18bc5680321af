"""The annotation by which pods restart when a setting changes that no running server takes."""

from __future__ import annotations

from krmfn.natsconf.server import server_conf
from krmfn.natsconf.settings import BLOCK_SETTINGS, is_reloadable, name_of
from krmfn.natsconf.tree import Block, conf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.cluster.facts import Facts
    from krmfn.natsconf.tree import Value

RESTART_HASH = "krmfn.dev/restart-hash"
_OF_GROUPS = (
    ("no_auth_user",),
    ("allow_non_tls",),
    ("jetstream", "key"),
    ("jetstream", "prev_key"),
    ("jetstream", "cipher"),
)
"""Settings of the groups `auth`, `tls` and `encryption` that servers take with a restart only."""


def annotation(facts: Facts) -> dict[str, str]:
    """Empty where no such setting is there, so that the first user and the first certificate restart nothing by it."""
    tree = facts.once(server_conf)
    rows: dict[str, Value] = {}
    for path in (*_OF_GROUPS, *_stated(facts)):
        value = tree.get(*path)
        if value is not None:
            rows["_".join(path)] = value
    if not rows:
        return {}
    from hashlib import sha256

    return {RESTART_HASH: sha256(conf(Block(dict(sorted(rows.items())))).encode()).hexdigest()[:16]}


def _stated(facts: Facts) -> Iterator[tuple[str, ...]]:
    """Settings of `server` and `conf` that a running server does not take."""
    if facts.server is not None:
        from krmfn.natsconf.server_keys import set_keys as of_server

        yield from (path[:2] for _, path, _ in of_server(facts.server) if not is_reloadable(path[:2], appears=False))
    for set_keys, value in (facts.conf or {}).items():
        name = name_of("", set_keys)
        paths = (
            [(name, name_of(name, inner)) for inner in value]
            if name in BLOCK_SETTINGS and isinstance(value, dict)
            else [(name,)]
        )
        yield from (path for path in paths if not is_reloadable(path, appears=False))
