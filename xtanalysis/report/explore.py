"""Sliders over a projection: assumptions in, one chart and the targets out, on the same random numbers each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from xtanalysis.answers.project import Projection
from xtanalysis.data.writing import temporary_folder
from xtanalysis.model.paths import Paths, paths_of
from xtanalysis.model.posterior import Draws
from xtanalysis.model.scenario import scenario_paths
from xtanalysis.report.charts.fonts import Language
from xtanalysis.report.explore_words import WORDS
from xtanalysis.report.tables import Table
from xtanalysis.report.view import core_targets
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.scenarios import load_scenario
from xtanalysis.study.study import Study
from xtanalysis.targets.judge import judge
from xtanalysis.targets.verdict_words import MARKS, range_text, word_text
from xtanalysis.targets.verdicts import Verdict

__all__ = ["Base", "Step", "base_of", "reading_names", "scenario_text", "step", "targets_table"]

PANELS = ("value_added_real", "industrial_investment", "tech_upgrade_investment", "energy_intensity")
LEVELS = (0.1, 0.5, 0.9)
_INVESTMENT_CALIBRE = "investment_5m_expenditure"  # of the shipped scenarios


@dataclass(frozen=True)
class Base:
    """What all steps of one region and day share: the baseline projection and its draws."""

    projection: Projection
    draws: Draws
    facts: tuple[Statement, ...]


@dataclass(frozen=True)
class Step:
    """One setting of the sliders: quantiles by indicator (3, T) as an index of the first year shown, years, targets."""

    years: np.ndarray
    bands: Mapping[str, np.ndarray]
    targets: tuple[Verdict, ...]


def base_of(study: Study, draws: int, seed: int) -> Base:
    """Project a study's baseline and keep the draws that every step moves."""
    projection = study.project(draws=draws, seed=seed).record
    return Base(projection, projection.drawn, study.statements)


def scenario_text(
    investment: float | None, share: float | None, decline: float | None, *, name: str = "own-scenario"
) -> str:
    """Write the sliders as a scenario file that ``xtanalysis report --scenario FILE`` accepts.

    Parameters
    ----------
    investment
        Growth of industrial investment, % a year; ``None`` leaves it to the model.
    share
        Technical upgrading in industrial investment in the last year, %.
    decline
        Fall of energy intensity, % a year.
    """
    assumptions: list[dict[str, Any]] = []
    if investment is not None:
        about = {"indicator": "industrial_investment", "measure": "growth", "each": "origin+1/to"}
        assumptions.append({**about, "value": investment, "calibre": _INVESTMENT_CALIBRE, **_common()})
    if share is not None:
        about = {"indicator": "tech_upgrade_share", "measure": "share", "period": "to"}
        assumptions.append({**about, "value": share, "calibre": _INVESTMENT_CALIBRE, **_common()})
    if decline is not None:
        about = {"indicator": "energy_intensity", "measure": "growth", "each": "origin+1/to"}
        assumptions.append({**about, "value": -decline, **_common()})
    scenario = {
        "id": name,
        "title": {"zh": "自设情景", "en": "Own scenario"},
        "reason": {"zh": "在探索页用滑块设定。", "en": "Set with the sliders of the exploring page."},
        "update": "none",
        "counterfactual": False,
        "assumptions": assumptions,
    }
    return yaml.safe_dump(scenario, allow_unicode=True, sort_keys=False)


def _common() -> dict[str, Any]:
    return {"unit": "percent", "condition": "hard", "reason": {"zh": "由滑块设定。", "en": "Set by slider."}}


def reading_names(base: Base, target: str, readings: Sequence[str], lang: Language) -> list[tuple[str, str]]:
    """Return (name in the page's language, reading) of a target's readings, for a switch."""
    known = next(t for t in base.projection.plan.targets if t.id == target)
    by_id = {reading.id: reading for reading in known.readings}
    pairs = []
    for reading in readings:
        chosen = [by_id[key].option(option) for key, _, option in (part.partition(":") for part in reading.split(";"))]
        first = chosen[0].zh if lang == "zh" else chosen[0].en
        pairs.append((first.partition("（")[0].partition("(")[0].strip()[:24], reading))
    return pairs


def step(base: Base, text: str) -> Step:
    """Condition the base's own draws on a scenario, so that two steps differ by their assumptions alone."""
    projection, posterior = base.projection, base.projection.posterior
    with temporary_folder() as folder:
        path = Path(folder) / "scenario.yaml"
        path.write_text(text, encoding="utf-8")
        scenario = load_scenario(
            path, region=projection.region, as_of=projection.as_of, to=projection.to, plan=projection.plan
        )
    untouched = paths_of(posterior.layout, projection.region, scenario.id, base.draws.values)
    paths = scenario_paths(posterior, base.draws, untouched, scenario).paths
    core = replace(projection.plan, targets=tuple(core_targets(projection.plan)))
    asked = (core, projection.region, base.facts, projection.as_of, posterior, paths)
    results = judge(*asked, scenario=scenario, seed=projection.seed, priors=False).verdicts
    first = projection.as_of.year - 1
    years = np.array([y for y in paths.years if y >= first])
    return Step(years, {name: _index(paths, name, first) for name in PANELS}, _first_readings(results))


def _index(paths: Paths, indicator: str, first: int) -> np.ndarray:
    """Quantiles (3, T) from ``first`` on, that year's own value being 100 on every path."""
    values = paths.of(indicator)[:, [i for i, y in enumerate(paths.years) if y >= first]]
    return np.quantile(100 * values / values[:, :1], LEVELS, axis=0)


def _first_readings(results: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    found: dict[str, Verdict] = {}
    for result in results:
        found.setdefault(f"{result.target}|{result.reading}", result)
    return tuple(found.values())


def targets_table(base: Base, now: Step, chosen: Mapping[str, str], lang: Language) -> Table:
    """Return the targets under the chosen readings (target → reading)."""
    words = WORDS[lang]
    names = {target.id: target.zh if lang == "zh" else target.en for target in base.projection.plan.targets}
    rows = []
    for result in now.targets:
        if chosen.get(result.target, result.reading) != result.reading:
            continue
        word, percent = word_text(result.verdict, lang), range_text(result, lang)
        rows.append((names[result.target], word, percent, result.median))
    columns = [words["target"], words["judgement"], words["probability"], words["median"]]
    frame = pd.DataFrame(rows, columns=columns).astype({words["median"]: float})
    marks = {words["judgement"]: lambda word: next(m for w, m in _marks(lang) if w == word)}
    return Table(frame=frame, name="targets", caption=words["caption"], formats={words["median"]: ".1f"}, marks=marks)


def _marks(lang: Language) -> list[tuple[str, str]]:
    return [(word_text(word, lang), mark) for word, mark in MARKS.items()]
