"""Where shipped files are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

__all__ = [
    "blanks_dir",
    "dictionary_dir",
    "notebooks_dir",
    "plans_dir",
    "raw_dir",
    "scenario_notebook",
    "scenarios_dir",
]

PACKAGE = Path(__file__).resolve().parents[1]


def _shipped(inside: str, checkout: str) -> Path:
    """Return the wheel's copy where there is one, else the checkout's folder."""
    shipped = PACKAGE / "_shipped" / inside
    return shipped if shipped.is_dir() else PACKAGE.parent / checkout


def raw_dir() -> Path:
    """Folder of the published facts (CSV), as published and never edited."""
    return _shipped("raw", "data/raw")


def notebooks_dir() -> Path:
    """Folder of the analytical notebooks."""
    return _shipped("notebooks", "notebooks")


def scenario_notebook() -> Path:
    """The notebook of the reports."""
    return notebooks_dir() / "30_scenario_report.ipynb"


def dictionary_dir() -> Path:
    """Folder of indicators.csv, units.csv, calibres.csv and regions.csv."""
    return PACKAGE / "data" / "dictionary"


def plans_dir() -> Path:
    """Folder of the plans (YAML)."""
    return PACKAGE / "data" / "plans"


def scenarios_dir() -> Path:
    """Folder of the shipped scenarios (YAML)."""
    return PACKAGE / "data" / "scenarios"


def blanks_dir() -> Path:
    """Folder of the texts that a new workspace begins with."""
    return PACKAGE / "data" / "blanks"
