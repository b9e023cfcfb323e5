"""Joint forecasts for a region, and honest probabilities that its plan's targets are met.

    import xtanalysis as xt

    facts = xt.load_facts("湘潭", as_of="2021-05-06")
    study = xt.Study(facts, "xiangtan-2021-12", to=2025)
    base = study.project()
    base["value_added_real"].growth()

Public names are loaded when they are first used, so that ``import xtanalysis`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xtanalysis import plot
    from xtanalysis.accounting.capital import capital_stock
    from xtanalysis.accounting.lmdi import decompose as lmdi
    from xtanalysis.annual.forecast import forecast_annual
    from xtanalysis.errors import BadInput, Contradiction, Problem, RunFailed, XtError, XtWarning
    from xtanalysis.report.exploring.panel import explore
    from xtanalysis.report.page import notebook
    from xtanalysis.report.sweeps.study_report import write_report
    from xtanalysis.statements.plans import Plan, load_plan
    from xtanalysis.statements.scenarios import Scenario, load_scenario
    from xtanalysis.study.assumption import Assumption
    from xtanalysis.study.deprecated import load_facts, project
    from xtanalysis.study.facts import Facts
    from xtanalysis.study.projection import Projection
    from xtanalysis.study.record import backtest
    from xtanalysis.study.shown import names
    from xtanalysis.study.study import Study

__version__ = "0.1.0"

__all__ = [
    "Assumption",
    "BadInput",
    "Contradiction",
    "Facts",
    "Plan",
    "Problem",
    "Projection",
    "RunFailed",
    "Scenario",
    "Study",
    "XtError",
    "XtWarning",
    "__version__",
    "backtest",
    "capital_stock",
    "explore",
    "forecast_annual",
    "lmdi",
    "load_facts",
    "load_plan",
    "load_scenario",
    "names",
    "notebook",
    "plot",
    "project",
    "write_report",
]

# Name → its module, or module:name where it has another name there; a bare colon is the module itself.
_HOMES = {
    **dict.fromkeys(("BadInput", "Contradiction", "Problem", "RunFailed", "XtError", "XtWarning"), "xtanalysis.errors"),
    "Assumption": "xtanalysis.study.assumption",
    "Facts": "xtanalysis.study.facts",
    "Plan": "xtanalysis.statements.plans",
    "Projection": "xtanalysis.study.projection",
    "Scenario": "xtanalysis.statements.scenarios",
    "Study": "xtanalysis.study.study",
    "backtest": "xtanalysis.study.record",
    "capital_stock": "xtanalysis.accounting.capital",
    "explore": "xtanalysis.report.exploring.panel",
    "forecast_annual": "xtanalysis.annual.forecast",
    "lmdi": "xtanalysis.accounting.lmdi:decompose",
    "load_facts": "xtanalysis.study.deprecated",
    "load_plan": "xtanalysis.statements.plans",
    "load_scenario": "xtanalysis.statements.scenarios",
    "names": "xtanalysis.study.shown",
    "notebook": "xtanalysis.report.page",
    "plot": "xtanalysis.plot:",
    "project": "xtanalysis.study.deprecated",
    "write_report": "xtanalysis.report.sweeps.study_report",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'xtanalysis' has no attribute {name!r}")
    module, colon, attribute = _HOMES[name].partition(":")
    found = import_module(module)
    return found if colon and not attribute else getattr(found, attribute or name)


def __dir__() -> list[str]:
    return list(__all__)
