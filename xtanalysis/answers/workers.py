"""The same work in several processes, which end with what asked for it.

Not `concurrent.futures`: stopped midway, its pool waits for ever for workers that are gone.
"""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Callable, Generator, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any

from xtanalysis.stopping import as_worker, die_with_parent, undisturbed

__all__ = ["worked"]

Case = tuple[Any, ...]


def worked(work: Callable[..., Any], cases: Sequence[Case], workers: int) -> Generator[Any, None, None]:
    """Yield ``work(*case)`` of every case in turn, from so many processes; one is this process.

    Closing the generator ends them at once, and so does an error of a case, which is raised here.

    Raises
    ------
    RuntimeError
        If a process is killed.
    """
    if workers < 2:
        yield from (work(*case) for case in cases)
        return
    members: dict[Connection, Any] = {}
    try:
        for _ in range(min(workers, len(cases))):
            here, there = multiprocessing.Pipe()
            process = multiprocessing.Process(target=_serve, args=(work, there), daemon=True)
            with undisturbed():
                process.start()
                members[here] = process
            there.close()
        yield from _answers(cases, list(members))
    finally:
        for process in members.values():
            process.kill()
        for connection, process in members.items():
            connection.close()
            process.join()
            process.close()


def _answers(cases: Sequence[Case], members: list[Connection]) -> Iterator[Any]:
    """Give each process one case at a time; what comes early waits for its turn."""
    left, idle = iter(enumerate(cases)), list(members)
    done: dict[int, Any] = {}
    for turn in range(len(cases)):
        while turn not in done:
            for connection, job in zip(list(idle), left, strict=False):
                connection.send(job)
                idle.remove(connection)
            ready = wait([c for c in members if c not in idle])
            for connection in (c for c in members if c in ready):
                try:
                    place, value = connection.recv()
                except EOFError:
                    raise RuntimeError("a process that worked was killed") from None
                if isinstance(value, Exception):
                    raise value
                done[place] = value
                idle.append(connection)
        yield done.pop(turn)


def _serve(work: Callable[..., Any], connection: Connection) -> None:
    as_worker()
    die_with_parent()
    with contextlib.suppress(EOFError):
        while True:
            place, case = connection.recv()
            try:
                answer = work(*case)
            except Exception as error:  # noqa: BLE001  # whatever it is, who asked shows it
                answer = error
            connection.send((place, answer))
