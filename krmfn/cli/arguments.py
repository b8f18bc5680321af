"""What every command line has beside its command's own options."""

from __future__ import annotations

from krmfn.model.record import Record


class CommonArguments(Record):
    """Base of the `Arguments` of each command: a field for each of its options, named as `Option.name` is.

    An option that was left out has its field's default. `-f`, `-R`, `--exclude`, `-n`, `--config` and `--set` are
    together in `input`, an `InputOptions`; what is beside the options is `operand`, and `also` the second word.
    """

    color: str | None = None
