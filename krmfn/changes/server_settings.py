"""Settings of nats-server that a comparison treats apart: blocks that listen, names of files, secrets."""

from __future__ import annotations

LISTENERS = ("leafnodes", "websocket", "mqtt", "gateway")
"""Blocks that may open a port of their own for clients or other clusters."""
FILES = frozenset(("cert_file", "key_file", "ca_file", "credentials", "creds", "nkey_file"))
"""Settings that name a file of the server's container, wherever they are."""
SECRETS = frozenset(("key", "prev_key", "tpm", "authorization", "remotes", "routes", "gateways"))
"""Settings of blocks whose values are never shown."""
