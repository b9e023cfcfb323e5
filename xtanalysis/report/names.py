"""Names of targets and scenarios in the page's language; the id itself where nothing better is known."""

from __future__ import annotations

from pathlib import Path

from xtanalysis.data import dictionary
from xtanalysis.data.dictionary import remembered
from xtanalysis.data.paths import plans_dir
from xtanalysis.errors import BadInput
from xtanalysis.statements.plans import load_plan
from xtanalysis.statements.scenarios import scenario_words
from xtanalysis.text import Language, name_in

__all__ = ["scenario_name", "target_name"]


@remembered
def target_name(target: str, lang: Language) -> str:
    """Return a target's name from the shipped plans, else that of the indicator of the same id."""
    names = _target_names().get(target)
    if names:
        return names[lang == "en"]
    indicator = dictionary.indicators().get(target)
    return target if indicator is None else name_in(indicator, lang)


@remembered
def scenario_name(scenario: str, lang: Language) -> str:
    """Return a scenario's title, by its id or its file."""
    try:
        return scenario_words(scenario)[0][lang == "en"]
    except BadInput:  # e.g. a file that is not there: the report itself says so
        return Path(scenario).stem


@remembered
def _target_names() -> dict[str, tuple[str, str]]:
    plans = (load_plan(path) for path in sorted(plans_dir().glob("*.yaml")))
    return {target.id: (target.zh, target.en) for plan in plans for target in plan.targets}
