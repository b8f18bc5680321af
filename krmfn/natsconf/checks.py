"""What `nats-server -t` accepts and the server then dies of at its start (seen with 2.14.2, tests/clients)."""

from __future__ import annotations

from krmfn.model.finding import error
from krmfn.natsconf.tree import Block, Variable
from krmfn.natsconf.value_types import NUMBER, SWITCH, type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.model.finding import Finding

MAX_PAYLOAD, MAX_PENDING = 1 << 20, 64 << 20
"""nats-server's defaults of `max_payload` and `max_pending`, in bytes (server/const.go)."""
SHORTEST_LAME_DUCK = 30
"""Seconds; a shorter `lame_duck_duration` is refused (server/opts.go)."""
LONGEST = (2**63 - 1) // 10**9
"""Seconds of the longest duration that Go can hold, about 292 years."""
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def check_conf(tree: Block) -> Iterator[Finding]:
    """Faults of a configuration, each with the path of its setting."""
    yield from _check_lame_duck(tree)
    yield from _check_stores(tree)
    yield from _check_cluster(tree)
    yield from _check_payload(tree)
    yield from _check_domain(tree)
    yield from _check_types(tree)


def _check_payload(tree: Block) -> Iterator[Finding]:
    """The largest message must fit into what may wait for a client; each has a default."""
    payload, pending = (tree.get(name) for name in ("max_payload", "max_pending"))
    size = payload if isinstance(payload, int) else MAX_PAYLOAD
    limit = pending if isinstance(pending, int) else MAX_PENDING
    if size > limit and (payload is None or isinstance(payload, int)):
        default = "" if isinstance(payload, int) else ", the default,"
        text = f"max_payload {size}{default} is above max_pending {limit}; raise max_pending"
        yield error("conf-max-payload", text, ("max_payload" if isinstance(payload, int) else "max_pending",))


def seconds(duration: object) -> int | None:
    """A duration such as `120s`, `2m`, `1h` in seconds; None when it is none, or longer than Go can hold."""
    if isinstance(duration, str) and duration[:-1].isascii() and duration[:-1].isdigit() and duration[-1] in _SECONDS:
        length = int(duration[:-1]) * _SECONDS[duration[-1]]
        return length if length <= LONGEST else None
    return None


def _check_lame_duck(tree: Block) -> Iterator[Finding]:
    duration, grace = tree.get("lame_duck_duration"), tree.get("lame_duck_grace_period")
    for name, value in (("lame_duck_duration", duration), ("lame_duck_grace_period", grace)):
        if value is not None and seconds(value) is None:
            yield error("conf-duration", f"{name} is not a duration; use one such as 120s", (name,))
    long, short = seconds(duration), seconds(grace)
    if long is not None and long < SHORTEST_LAME_DUCK:
        text = f"lame_duck_duration is below {SHORTEST_LAME_DUCK}s"
        yield error("conf-lame-duck", text, ("lame_duck_duration",))
    if long is not None and short is not None and short >= long:
        text = "lame_duck_grace_period must be shorter than lame_duck_duration"
        yield error("conf-lame-duck", text, ("lame_duck_grace_period",))


def _check_stores(tree: Block) -> Iterator[Finding]:
    for name in ("max_memory_store", "max_file_store"):
        size = tree.get("jetstream", name)
        if isinstance(tree.get("jetstream"), Block) and (not isinstance(size, int) or size < 0 or size >= 1 << 63):
            text = f"{name} must be bytes from 0 to 2^63 - 1; absent or negative means 75 % of the machine"
            yield error("conf-store-size", text, ("jetstream", name))


def _check_cluster(tree: Block) -> Iterator[Finding]:
    cluster = tree.get("cluster")
    if not isinstance(cluster, Block):
        return
    if tree.get("jetstream") is not None and not tree.get("server_name"):
        yield error("conf-server-name", "clustered JetStream needs a server_name", ("server_name",))
    name = cluster.get("name")
    if not isinstance(name, str) or not name or any(c.isspace() for c in name):
        yield error("conf-cluster-name", "the cluster needs a name without spaces", ("cluster", "name"))
    if not cluster.get("routes"):
        yield error("conf-routes", "clustered JetStream needs routes to the other servers", ("cluster", "routes"))


def _check_domain(tree: Block) -> Iterator[Finding]:
    domain = tree.get("jetstream", "domain")
    if domain is not None and (not isinstance(domain, str) or not domain or set(domain) & set(".*> \t\r\n")):
        text = "a JetStream domain is a name without spaces, `.`, `*` and `>`"
        yield error("conf-domain", text, ("jetstream", "domain"))


def _check_types(tree: Block) -> Iterator[Finding]:
    """Numbers and switches of another type, which the server's reader refuses; a variable may be either."""
    for name, block in (("", tree), *((one, tree.get(one)) for one in ("cluster", "jetstream"))):
        for key, value in block.settings.items() if isinstance(block, Block) else ():
            kind = type_of(name, key.lower())
            if kind not in (NUMBER, SWITCH):
                continue
            is_switch = isinstance(value, bool)
            is_fit = is_switch if kind == SWITCH else isinstance(value, int) and not is_switch
            if not is_fit and not isinstance(value, Variable):
                path = (name, key) if name else (key,)
                yield error("conf-type", f"{'.'.join(path)} is not {kind}; write it without quotes", path)
