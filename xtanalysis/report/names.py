"""Names of targets and scenarios in the page's language; the id itself where nothing better is known."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from xtanalysis.data import dictionary
from xtanalysis.data.paths import plans_dir, scenarios_dir

__all__ = ["scenario_name", "target_name"]


@cache
def target_name(target: str, lang: str) -> str:
    """Return a target's name from the plans, else that of the indicator of the same id."""
    names = _target_names().get(target)
    if names:
        return names[lang]
    indicator = dictionary.indicators().get(target)
    return target if indicator is None else (indicator.zh if lang == "zh" else indicator.en)


@cache
def scenario_name(scenario: str, lang: str) -> str:
    """Return a scenario's title from its file."""
    path = Path(scenario) if Path(scenario).is_file() else scenarios_dir() / f"{scenario}.yaml"
    title = (_read(path) or {}).get("title")
    if isinstance(title, dict):
        return str(title.get(lang) or scenario)
    return str(title or Path(scenario).stem)


@cache
def _target_names() -> dict[str, dict[str, str]]:
    names = {}
    for path in sorted(plans_dir().glob("*.yaml")):
        for target in (_read(path) or {}).get("targets") or ():
            if isinstance(target, dict) and "id" in target and {"zh", "en"} <= set(target):
                names[str(target["id"])] = {"zh": str(target["zh"]), "en": str(target["en"])}
    return names


def _read(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else None
