"""Work in several processes ends with what asked for it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from xtanalysis.answers.workers import worked

BIG = "x" * 200_000  # more than a pipe holds


def square(number: int, weight: str) -> tuple[int, str]:
    time.sleep(0.01 * (number == 1))  # so that later ones are done first
    return number * number, weight


def wait(number: int, weight: str) -> int:
    time.sleep(3600 * (number > 0))
    return number


def fail(number: int) -> int:
    if number == 3:
        raise ValueError("three")
    return number


def die(number: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def numbers(results: Iterator[Any]) -> list[int]:
    return [number for number, _ in results]


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 2, 20])
def test_the_order_is_that_of_what_is_asked(count: int, workers: int) -> None:
    assert numbers(worked(square, [(n, BIG) for n in range(count)], workers)) == [n * n for n in range(count)]
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError])
def test_a_stop_ends_the_workers_at_once(error: type[BaseException]) -> None:
    with pytest.raises(error), closing(worked(wait, [(n, BIG) for n in range(50)], 2)) as results:  # noqa: PT012
        assert next(results) == 0
        raise error
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_a_case_is_raised_here(workers: int) -> None:
    with pytest.raises(ValueError, match="three"):
        list(worked(fail, [(n,) for n in range(9)], workers))
    assert multiprocessing.active_children() == []


def test_a_worker_that_is_killed_is_told() -> None:
    with pytest.raises(RuntimeError, match="killed"):
        list(worked(die, [(n,) for n in range(9)], 2))
    assert multiprocessing.active_children() == []


def test_workers_leave_ctrl_c_to_who_started_them() -> None:
    """A terminal sends it to them too."""
    results = worked(square, [(n, "") for n in range(4)], 2)
    assert next(results)[0] == 0
    for child in multiprocessing.active_children():
        os.kill(child.pid or 0, signal.SIGINT)
    assert numbers(results) == [1, 4, 9]
