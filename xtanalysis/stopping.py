"""A command that is told to stop stops once, wherever the signal falls, and takes what it started along."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType
from typing import Any, NoReturn

__all__ = ["as_worker", "deafen", "die_with_parent", "hear", "stop_behind", "undisturbed"]

_A_MOMENT = 0.01  # seconds
_STOPS = [signal.SIGINT, signal.SIGTERM]
_MASKS = hasattr(signal, "pthread_sigmask")  # Windows has none


def hear() -> None:
    """Let the first Ctrl-C raise KeyboardInterrupt, the first request to end SystemExit; more change nothing.

    A Ctrl-C that whoever started this process told it to ignore stays ignored. Where Python cannot raise, in callbacks
    of its own such as those around a fork or an import, it would print the exception and go on: it is raised again.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)
    if sys.platform != "win32":
        signal.signal(signal.SIGTERM, _stop)
        if not isinstance(sys.unraisablehook, _RaiseLater):
            sys.unraisablehook = _RaiseLater(sys.unraisablehook)


def deafen() -> None:
    """Nothing is left to stop: let a late signal change neither the exit code nor what was said."""
    for number in _STOPS:
        if signal.getsignal(number) is _stop:
            signal.signal(number, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Let signals wait while a process or a folder is made and noted.

    A process that starts takes the mask along (`as_worker`). The mask alone would not do: another thread, as those of
    linear algebra, may take the signal, and Python then handles it in the main one.
    """
    heard: list[int] = []
    own = _STOPS if threading.current_thread() is threading.main_thread() else ()
    handlers = {number: handler for number in own if callable(handler := signal.getsignal(number))}
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS) if _MASKS else set()
    try:
        for number in handlers:
            signal.signal(number, lambda number, frame: heard.append(number))
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        if _MASKS:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for stop in dict.fromkeys(heard):
            signal.raise_signal(stop)


def stop_behind(error: BaseException) -> KeyboardInterrupt | SystemExit | None:
    """The stop that caused an error: Python before 3.12 wraps what is raised while a class names its fields."""
    found: BaseException | None = error
    while found is not None and not isinstance(found, KeyboardInterrupt | SystemExit):
        found = found.__cause__
    return found


def as_worker(ending: Any = signal.SIG_DFL) -> None:
    """In a new process: leave Ctrl-C to who started it, take ``ending`` for SIGTERM, and hear again."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, ending)
    if _MASKS:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies, so that kill -9 of a command leaves nothing running."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    deafen()  # once is enough: unwinding is under way
    raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)


class _RaiseLater:
    """Takes the place of ``sys.unraisablehook``: a request to stop comes again a moment later."""

    def __init__(self, otherwise: Callable[[Any], object]) -> None:
        self._otherwise = otherwise

    def __call__(self, found: Any) -> None:
        error = found.exc_value
        if isinstance(error, KeyboardInterrupt | SystemExit) and sys.platform != "win32":
            signal.signal(signal.SIGALRM, partial(_raise, type(error), error.args))
            signal.setitimer(signal.ITIMER_REAL, _A_MOMENT)
        else:
            self._otherwise(found)


def _raise(kind: type[BaseException], arguments: tuple[Any, ...], number: int, frame: FrameType | None) -> None:
    while frame is not None:
        if frame.f_code is _RaiseLater.__call__.__code__:  # on a busy machine that moment is over here already
            signal.setitimer(signal.ITIMER_REAL, _A_MOMENT)
            return
        frame = frame.f_back
    raise kind(*arguments)
