"""What is meant where nothing is named and there is no workspace, as home.toml says it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["Home", "shipped_home"]


@dataclass(frozen=True, slots=True)
class Home:
    """The region that the package ships a plan, figures and a replay of.

    Attributes
    ----------
    region
        Its id.
    facts
        Files of data/raw that hold statements, in the order in which they are read.
    found
        Those of them that the search for further evidence added.
    scenarios
        Ids of shipped scenarios, in the order of the reports.
    """

    region: str
    facts: tuple[str, ...]
    found: tuple[str, ...]
    scenarios: tuple[str, ...]


@cache
def shipped_home() -> Home:
    """What home.toml says, read once."""
    told = tomllib.loads(Path(__file__).with_name("home.toml").read_text(encoding="utf-8"))
    return Home(told["region"], *(tuple(told[key]) for key in ("facts", "found", "scenarios")))
