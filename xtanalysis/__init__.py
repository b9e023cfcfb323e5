"""The layers: statements are parsed, conditioned on, and answered; nothing happens on import.

Public names are loaded when they are first used, so that ``import xtanalysis`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xtanalysis.annual.forecast import forecast_annual
    from xtanalysis.answers.project import project
    from xtanalysis.statements.facts import load_facts
    from xtanalysis.statements.plans import load_plan
    from xtanalysis.statements.scenarios import load_scenario

__version__ = "0.1.0"

__all__ = ["__version__", "forecast_annual", "load_facts", "load_plan", "load_scenario", "project"]

_HOMES = {
    "forecast_annual": "xtanalysis.annual.forecast",
    "load_facts": "xtanalysis.statements.facts",
    "load_plan": "xtanalysis.statements.plans",
    "load_scenario": "xtanalysis.statements.scenarios",
    "project": "xtanalysis.answers.project",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'xtanalysis' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
