"""Versions of the installed packages, looked up once: a page and a projection's record each name several."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.metadata import version

__all__ = ["versions"]


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Return each package's version, in the order given.

    Raises
    ------
    importlib.metadata.PackageNotFoundError
        If one is not installed.
    """
    return {name: _version(name) for name in packages}


_version = cache(version)
