"""Versions of the installed packages, looked up once: a page and a projection's record each name several."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.metadata import version

from xtanalysis import __version__

__all__ = ["versions"]


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Return each package's version, in the order given; our own is known where the package is not installed.

    Raises
    ------
    importlib.metadata.PackageNotFoundError
        If one is not installed.
    """
    return {name: _version(name) for name in packages}


@cache
def _version(name: str) -> str:
    return __version__ if name == "xtanalysis" else version(name)
