"""A list of tasks, done one after the other or in several processes, with the results in the order of the tasks."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future, ProcessPoolExecutor
    from typing import Any, TypeVar

    Task = TypeVar("Task")
    Result = TypeVar("Result")

_AHEAD = 3
"""Tasks for each process that are begun or done before their turn: enough to keep it busy, few enough to fit."""
_work: list[Callable[..., object]] = []
"""What a process does; it is there before the processes are, so that they share the memory behind it."""


class WorkerLost(Exception):
    """A process ended without being told to, most likely because the system had no memory left."""


def processes(stated: int | None, clusters: int, many: int) -> int:
    """How many processes to use: as stated, else one for each core where there are many clusters."""
    if stated is not None:
        return stated
    if clusters <= many:
        return 1
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # where the system is not Linux
        return os.cpu_count() or 1


def results(work: Callable[[Task], Result], tasks: Sequence[Task], jobs: int) -> Iterator[Result]:
    """What `work` makes of every task. Raises what `work` raises, and WorkerLost.

    Where the system lets no other process begin, this one does the work alone. When the caller stops, or an exception
    ends it, no process is left behind.
    """
    if jobs < 2 or len(tasks) < 2:
        yield from map(work, tasks)
        return
    yield from _in_processes(work, tasks, min(jobs, len(tasks)))


def _in_processes(work: Callable[[Task], Result], tasks: Sequence[Task], jobs: int) -> Iterator[Result]:
    from collections import deque
    from concurrent.futures.process import BrokenProcessPool

    _work.append(work)
    begun = _begun(tasks[0], jobs)
    try:
        if begun is None:
            yield from map(work, tasks)
            return
        pool, first = begun
        try:
            waiting = deque([first])
            for task in tasks[1:]:
                if len(waiting) >= jobs * _AHEAD:
                    yield waiting.popleft().result()
                waiting.append(pool.submit(_do, task))
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise WorkerLost from None
        finally:
            pool.shutdown(cancel_futures=True)
    finally:
        _work.pop()


def _begun(task: Task, jobs: int) -> tuple[ProcessPoolExecutor, Future[Any]] | None:
    """The processes, which all begin with the first task; None where the system gives no more processes or threads."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    before = set(multiprocessing.active_children())
    try:
        pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("fork"), _begin)
        return pool, pool.submit(_do, task)
    except (OSError, RuntimeError, ImportError):  # the last two: no threads, no semaphores
        for process in set(multiprocessing.active_children()) - before:
            process.kill()
            process.join()
        return None


def _do(task: Task) -> Result:  # type: ignore[type-var]
    return _work[-1](task)  # type: ignore[return-value]


def _begin() -> None:
    """A process leaves signals of the terminal to the one that began it, and ends when that one is gone."""
    import signal
    import threading
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = parent_process()

    def follow() -> None:
        if parent is not None:
            wait([parent.sentinel])
        os._exit(1)

    try:
        threading.Thread(target=follow, daemon=True).start()
    except RuntimeError:  # no more threads: without this one the process could be left behind
        os._exit(1)
