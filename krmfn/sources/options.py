"""The options of a command about its input: files, namespace, settings."""

from __future__ import annotations

from krmfn.model.record import Record


class InputOptions(Record):
    """`-f`, `-R`, `--exclude`, `-n`, `--config` and `--set`, as they were written.

    `set` are texts of the form key=value. A command without one of the options has its default.
    """

    filename: tuple[str, ...] = ()
    recursive: bool = False
    exclude: tuple[str, ...] = ()
    namespace: str | None = None
    config: str | None = None
    set: tuple[str, ...] = ()
