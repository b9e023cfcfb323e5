"""What a command says while it works: from the first second, a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from typing import Any, Self

import click

__all__ = ["Steps"]

EVERY = 10.0  # seconds between two lines where there is no terminal


class Steps:
    """Shows how many of a known number of steps are done; all of it on standard error."""

    def __init__(self, what: str) -> None:
        self._what, self._told = what, 0.0
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        console = Console(stderr=True)
        if console.is_terminal:
            columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._bar = Progress(*columns, TimeElapsedColumn(), console=console)
            self._bar.start()
            self._task = self._bar.add_task(self._what, total=None)
        else:
            self.say(f"{self._what} …")
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def done(self, count: int, of: int) -> None:
        """So many are done of so many."""
        if self._bar is not None:
            self._bar.update(self._task, completed=count, total=of)
        elif count and (count == of or time.monotonic() - self._told >= EVERY):
            self.say(f"{self._what}: {count}/{of}")

    def say(self, text: str) -> None:
        """Say what is done now."""
        self._told = time.monotonic()
        if self._bar is not None:
            self._bar.update(self._task, description=text)
        else:
            click.echo(text, err=True)
