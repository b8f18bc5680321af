"""A list of tasks, done one after the other or in several processes, with the results in the order of the tasks."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from typing import Any, TypeAlias, TypeVar

    Task = TypeVar("Task")
    Result = TypeVar("Result")
    Outcome: TypeAlias = tuple[bool, Any]
    """Whether an exception was raised, and that or the result."""

_AHEAD = 3
"""Tasks for each process that are begun or done before their turn: enough to keep it busy, few enough to fit."""
_GIVEN = 2
"""Tasks that a process has at most: while it sends a result, the next task is there."""


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
    workers = _begun(work, jobs)
    if workers is None:
        yield from map(work, tasks)
        return
    done: dict[int, Outcome] = {}
    given = 0
    try:
        for number in range(len(tasks)):
            while number not in done:
                for worker in workers * _GIVEN:
                    if given < min(len(tasks), number + jobs * _AHEAD) and len(worker.given) < _GIVEN:
                        worker.give(given, tasks[given])
                        given += 1
                done.update(_answers(workers))
            is_raised, value = done.pop(number)
            if is_raised:
                raise value
            yield value
    finally:
        for worker in workers:
            worker.end()


class _Worker:
    """A process of this one, and the numbers of the tasks that it has, in their order."""

    __slots__ = ("connection", "given", "process")

    def __init__(self, work: Callable[[Any], object], before: Sequence[_Worker]) -> None:
        """Raises OSError where the system lets no process begin."""
        import multiprocessing

        self.given: list[int] = []
        self.connection, other = multiprocessing.Pipe()
        ours = [one.connection for one in (*before, self)]
        context = multiprocessing.get_context("fork")
        self.process = context.Process(target=_serve, args=(work, other, ours), daemon=True)
        try:
            self.process.start()
        except OSError:
            self.connection.close()
            raise
        finally:
            other.close()  # so that an end of the process is the end of the connection

    def give(self, number: int, task: object) -> None:
        """One more task. Raises WorkerLost."""
        self.given.append(number)
        try:
            self.connection.send(task)
        except OSError:
            raise WorkerLost from None

    def answer(self) -> tuple[int, Outcome]:
        """The number of the first task that it has, and what became of it. Raises WorkerLost."""
        try:
            return self.given.pop(0), self.connection.recv()
        except (EOFError, OSError):
            raise WorkerLost from None

    def end(self) -> None:
        """At once; what it does is not wanted any more."""
        self.process.kill()
        self.process.join()
        self.connection.close()


def _begun(work: Callable[[Any], object], jobs: int) -> list[_Worker] | None:
    """The processes; None where the system does not let all of them begin."""
    workers: list[_Worker] = []
    try:
        for _ in range(jobs):
            workers.append(_Worker(work, workers))
    except OSError:
        for one in workers:
            one.end()
        return None
    return workers


def _answers(workers: Sequence[_Worker]) -> Iterator[tuple[int, Outcome]]:
    """Those that are there, at least one. Raises WorkerLost."""
    from multiprocessing.connection import wait

    ready = wait([one.connection for one in workers])
    return (one.answer() for one in workers if one.connection in ready)


def _serve(work: Callable[[Any], object], connection: Connection, others: Sequence[Connection]) -> None:
    """Do tasks until the process that began this one has no more of them, or is gone.

    Signals of the terminal are left to that one. `others` are its ends of connections, which only it may keep open.
    """
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other in others:
        other.close()
    try:
        while True:
            connection.send(_outcome(work, connection.recv()))
    except (EOFError, OSError, MemoryError):
        os._exit(1)


def _outcome(work: Callable[[Any], object], task: object) -> Outcome:
    """What the work makes of a task; an exception is the outcome too. Raises MemoryError."""
    try:
        return False, work(task)
    except Exception as why:
        if isinstance(why, MemoryError):
            raise
        return True, why
