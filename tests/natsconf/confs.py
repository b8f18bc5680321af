"""A sound configuration, and each fault that `nats-server -t` lets pass (or refuses) as one change of it."""

from __future__ import annotations

from typing import Any

from krmfn.natsconf.tree import Block


def sound() -> Block:
    """What a server of a cluster starts with; the client port is for tests to choose."""
    return Block(
        {
            "port": -1,
            "server_name": "n0",
            "jetstream": Block({"max_memory_store": 1 << 20, "store_dir": "/data", "max_file_store": 1 << 20}),
            "cluster": Block({"port": -1, "name": "c", "routes": ["nats://127.0.0.1:1"]}),
            "lame_duck_grace_period": "10s",
            "lame_duck_duration": "120s",
        }
    )


class Fault:
    """A change of the sound configuration, its finding, and how the server takes it.

    `parses`: `nats-server -t` accepts it. `starts`: the server starts too, with other sizes than were meant.
    """

    def __init__(
        self, name: str, code: str, path: tuple[str, ...], value: Any, *, parses: bool = True, starts: bool = False
    ) -> None:
        self.name, self.code, self.path, self.value = name, code, path, value
        self.parses, self.starts = parses, starts

    def tree(self) -> Block:
        tree = sound()
        *above, last = self.path
        block = tree
        for part in above:
            found = block.settings[part]
            assert isinstance(found, Block)
            block = found
        if self.value is None:
            del block.settings[last]
        else:
            block.settings[last] = self.value
        return tree


MEMORY, FILE = ("jetstream", "max_memory_store"), ("jetstream", "max_file_store")
FAULTS = (
    Fault("lame duck too short", "conf-lame-duck", ("lame_duck_duration",), "29s", parses=False),
    Fault("grace as long as lame duck", "conf-lame-duck", ("lame_duck_grace_period",), "120s"),
    Fault("lame duck no duration", "conf-duration", ("lame_duck_duration",), "soon", parses=False),
    Fault("grace no duration", "conf-duration", ("lame_duck_grace_period",), "10", parses=False),
    Fault("no server name", "conf-server-name", ("server_name",), None),
    Fault("no cluster name", "conf-cluster-name", ("cluster", "name"), None),
    Fault("cluster name with a space", "conf-cluster-name", ("cluster", "name"), "my cluster", parses=False),
    Fault("no routes", "conf-routes", ("cluster", "routes"), None),
    Fault("payload above pending", "conf-max-payload", ("max_payload",), (64 << 20) + 1),
    Fault("pending below the default payload", "conf-max-payload", ("max_pending",), (1 << 20) - 1),
    Fault("lame duck beyond a duration of Go", "conf-duration", ("lame_duck_duration",), "9223372037s", parses=False),
    Fault("domain with a dot", "conf-domain", ("jetstream", "domain"), "a.b"),
    Fault("domain with a wildcard", "conf-domain", ("jetstream", "domain"), "*"),
    Fault("domain with a space", "conf-domain", ("jetstream", "domain"), "a b"),
    Fault("no memory store", "conf-store-size", MEMORY, None, starts=True),
    Fault("negative memory store", "conf-store-size", MEMORY, -1, starts=True),
    Fault("no file store", "conf-store-size", FILE, None, starts=True),
    Fault("memory store beyond 63 bits", "conf-store-size", MEMORY, 1 << 63, parses=False),
)
