"""The console on which a command prints its tables."""

from __future__ import annotations

from rich.console import Console

__all__ = ["wide_console"]


def wide_console(least: int) -> Console:
    """Standard output, at least so many columns wide where it is a file or a pipe, which have no width of their own."""
    console = Console()
    return console if console.is_terminal else Console(width=max(console.width, least))
