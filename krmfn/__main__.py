"""Picks the host: a ResourceList on standard input, or a command. Nothing else."""

from __future__ import annotations

import gc
import os
import sys


def main() -> int:
    """The exit status: 0 done, 1 error findings or nothing to work on, 2 wrong usage or internal fault."""
    gc.disable()
    arguments = sys.argv[1:]
    if not arguments and not _terminal():
        from krmfn.hosts.function import run

        return run()
    from krmfn.hosts.cli.main import command

    return command(arguments)


def _terminal() -> bool:
    try:
        return os.isatty(0)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
