"""Picks the host: a ResourceList on standard input, a plugin's config file, or a command. Nothing else."""

from __future__ import annotations

import gc
import sys

from krmfn.streams import complain, isatty, leave, settle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def entry() -> NoReturn:
    """What the installed command runs. Every byte is written by now, so the interpreter's tidying up is left out."""
    leave(main())


def main() -> int:
    """The exit status: 0 done, 1 error findings or nothing to work on, 2 wrong usage or internal fault.

    The cyclic garbage collector is off: a run makes no garbage worth it, and PyYAML's nodes make it quadratic.
    """
    gc.disable()
    arguments = sys.argv[1:]
    debug = "--debug" in arguments
    try:
        return _run([argument for argument in arguments if argument != "--debug"])
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _let_go_of_stdout()
        return 1
    except Exception as fault:
        if debug:
            raise
        return _internal_fault(fault)
    finally:
        settle()


def _run(arguments: list[str]) -> int:
    if not arguments and not _terminal():
        from krmfn.hosts.function import run

        return run()
    if arguments and _is_by_kustomize(arguments[0]):
        from krmfn.hosts.kustomize_plugin import run as run_plugin

        return run_plugin(arguments)
    from krmfn.cli.main import command

    return command(arguments)


def _is_by_kustomize(argument: str) -> bool:
    """Whether kustomize calls a legacy exec plugin; above 128 KiB it leaves the text of the config out."""
    import os

    called = "KUSTOMIZE_PLUGIN_CONFIG_STRING" in os.environ or "KUSTOMIZE_PLUGIN_CONFIG_ROOT" in os.environ
    return called and os.path.isfile(argument)


def _terminal() -> bool:
    try:
        return isatty(0)
    except OSError:
        return False


def _internal_fault(fault: Exception) -> int:
    """One line and no traceback; the fault's own text is left out, since it may quote the input."""
    if isinstance(fault, MemoryError):
        complain("error: out of memory; give krmfn more memory or split the input [out-of-memory]\n")
        return 1
    if isinstance(fault, FileNotFoundError) and _is_lost():
        complain("error: the current directory was removed; change to one that exists [no-such-file]\n")
        return 1
    name = type(fault).__name__
    complain(f"error: internal fault ({name}); please report it with the output of --debug [internal-fault]\n")
    return 2


def _is_lost() -> bool:
    """Whether the current directory is not there any more."""
    import os

    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False


def _let_go_of_stdout() -> None:
    """Python flushes standard output at exit and would complain about the closed pipe again."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


if __name__ == "__main__":
    entry()
