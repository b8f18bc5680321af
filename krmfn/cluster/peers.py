"""Servers as the JetStream meta group knows them."""

from __future__ import annotations

from krmfn.model.text import quoted

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def peer_id(server: str) -> str:
    """The ID of the server of a name: it stays known when the name no longer is (nats-server, events.go, getHash)."""
    from hashlib import sha256

    return "".join(_DIGITS[byte % len(_DIGITS)] for byte in sha256(server.encode()).digest()[:8])


def removal(namespace: str, workload: str, before: int, after: int) -> list[str]:
    """The commands that take servers away one by one, the highest ordinal first, each also out of the meta group."""
    space = f" -n {quoted(namespace)}" if namespace else ""
    commands = []
    for left in range(before - 1, after - 1, -1):
        server = f"{workload}-{left}"
        commands += [
            f"kubectl scale statefulset {quoted(workload)}{space} --replicas={left}",
            f"kubectl wait {quoted(f'pod/{server}')}{space} --for=delete --timeout=5m",
            f"nats server raft peer-remove {peer_id(server)} --force",
        ]
    return commands
