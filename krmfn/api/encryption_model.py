"""The group `encryption`: streams on disk."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from krmfn.api.level import Level, Text


class KeyFrom(Level):
    """A key of encryption that a Secret holds, as a line of nats.conf: `JS_KEY_NATS_JS_USER: "..."`."""

    secret: Text = Field(description="Name of the Secret. It is mounted and not rendered.")
    key: Text = Field(
        description="Key of the Secret: a file that defines one variable, in double quotes. Its name is `JS_KEY_`, the"
        " name of the Secret, `_` and the key without `.conf`, in capital letters, every other character as `_`."
    )


class Encryption(Level):
    """Encryption of the streams on disk. A server without the right key has no streams, or does not start."""

    key_from: KeyFrom = Field(
        description="Secret that holds the key; keep a copy outside of the cluster. Never change the value in place:"
        " servers reject the reload, and print both keys into their log. Name a new file, and the old one in"
        " `previousKeyFrom`."
    )
    previous_key_from: KeyFrom | None = Field(
        default=None, description="The key until now. Remove it when every server has restarted with the new one."
    )
    cipher: Literal["chacha", "aes"] | None = Field(default=None, description="Default: `chacha`.")
