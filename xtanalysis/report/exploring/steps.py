"""A step of the explorer: settings in, bands and verdicts out, on the same random numbers each time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import yaml
from numpy.typing import NDArray

from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.answers.store import shown_indicators
from xtanalysis.data.dictionary import indicators
from xtanalysis.data.paths import scenarios_dir
from xtanalysis.model.paths import Paths
from xtanalysis.model.posterior import Draws
from xtanalysis.model.scenario import scenario_paths
from xtanalysis.report.series import Scale
from xtanalysis.report.view import core_targets
from xtanalysis.statements.grammar import Reading, Statement
from xtanalysis.statements.plans import Plan
from xtanalysis.statements.scenarios import Scenario, load_scenario, refuse_published
from xtanalysis.statements.yamlfile import find_file
from xtanalysis.study.study import Study
from xtanalysis.targets.judge import judge
from xtanalysis.targets.verdicts import Verdict
from xtanalysis.text import Message, in_both, message

__all__ = [
    "Base",
    "Moved",
    "Setting",
    "Step",
    "bands",
    "base_of",
    "judged",
    "moved",
    "offered",
    "scenario_text",
    "step",
    "usual",
]

Array = NDArray[np.float64]
Measure = Literal["growth", "average_growth", "cumulative_change", "level", "share"]
LEVELS = (0.1, 0.5, 0.9)
OWN = "own-scenario"


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing assumed.

    Attributes
    ----------
    indicator
        Id of an indicator that has paths.
    measure
        ``growth`` (of each year), ``average_growth`` or ``cumulative_change`` (over the span, from the year before
        ``first``), ``level`` or ``share`` (of each year).
    first, last
        Years, both in the span.
    value
        Per cent; a level in the indicator's unit.
    reading
        ``observation``: if this happens; ``intervention``: if this is done.
    """

    indicator: str
    measure: Measure
    first: int
    last: int
    value: float
    reading: Reading = "observation"


@dataclass(frozen=True)
class Base:
    """What all steps of one region and day share: the baseline projection, its draws, the figures of the region."""

    study: Study
    projection: ScenarioDraws
    draws: Draws
    facts: tuple[Statement, ...]
    core: Plan

    @property
    def names(self) -> list[str]:
        """Every indicator of which there are paths: the model's, and a workspace's that follow from them."""
        return list(shown_indicators(self.projection.paths))


@dataclass(frozen=True)
class Moved:
    """A scenario, the base's paths moved by it, and what a reader is to know of it."""

    scenario: Scenario
    paths: Paths
    notes: tuple[Message, ...]


@dataclass(frozen=True)
class Step:
    """One setting of the sliders: paths, the verdicts on the core targets, and what a reader is to know."""

    paths: Paths
    targets: tuple[Verdict, ...]
    notes: tuple[Message, ...]
    whole: bool


def base_of(study: Study, draws: int, seed: int) -> Base:
    """Project a study's baseline and keep the draws that every step moves."""
    record = study.project(draws=draws, seed=seed).record
    around = {s.id for s in study.facts.relevant}
    core = replace(study.plan, targets=tuple(core_targets(study.plan)))
    return Base(study, record, record.drawn, tuple(s for s in study.statements if s.id in around), core)


def offered(indicator: str) -> tuple[Measure, ...]:
    """What can be assumed of an indicator: a share is set itself, anything else by growth or level."""
    return (
        ("share",)
        if indicators()[indicator].unit == "fraction"
        else ("growth", "average_growth", "cumulative_change", "level")
    )


def usual(base: Base, setting: Setting) -> Array:
    """Quantiles (3,) of what the baseline says of a setting's quantity: where its slider stands, and how far it goes.

    Of yearly quantities the mean over the years.
    """
    paths = base.projection.paths
    years, values = list(paths.years), paths.of(setting.indicator)
    start, end = years.index(setting.first), years.index(setting.last)
    if setting.measure in ("level", "share"):
        quantity = values[:, start : end + 1].mean(axis=1) * (100.0 if setting.measure == "share" else 1.0)
    else:
        ratio = values[:, end] / values[:, start - 1]
        span = 1 if setting.measure == "cumulative_change" else end - start + 1
        quantity = 100.0 * (ratio ** (1.0 / span) - 1.0)
    found: Array = np.quantile(quantity, LEVELS)
    return found


def bands(paths: Paths, indicator: str, scale: Scale, first: int, base: int) -> tuple[Array, Array]:
    """Years (T,) from ``first`` on and the 10, 50 and 90 % quantiles (3, T): growth in %, an index, or the level.

    A share's level is in per cent and its growth in percentage points.
    """
    years, values = np.asarray(paths.years, float), paths.of(indicator)
    share = indicators()[indicator].unit == "fraction"
    values = 100.0 * values if share else values
    if scale == "growth":
        now, before = values[:, 1:], values[:, :-1]
        years, values = years[1:], now - before if share else 100.0 * (now / before - 1.0)
    elif scale == "index":
        values = 100.0 * values / values[:, [list(years).index(base)]]
    keep = years >= first
    return years[keep], np.quantile(values[:, keep], LEVELS, axis=0)


def scenario_text(
    settings: Iterable[Setting], base: Base, *, start: str | Path = "baseline", title: str = "", name: str = OWN
) -> str:
    """Write a scenario file that ``xtanalysis report --scenario FILE`` accepts: one to start from, and the settings.

    Parameters
    ----------
    start
        Id or file of a scenario whose assumptions stand before the settings.
    title
        Of the scenario, in any language.
    """
    from_ = yaml.safe_load(find_file(start, scenarios_dir(), "scenario").read_text(encoding="utf-8"))
    own = in_both(message("Set in the explorer."))
    made = {
        **from_,
        "id": name,
        "title": {"zh": title, "en": title} if title else in_both(message("Own scenario")),
        "reason": own if not from_.get("assumptions") else from_.get("reason", own),
        "assumptions": [*from_.get("assumptions", ()), *(_row(s, base) for s in settings)],
    }
    return yaml.safe_dump(made, allow_unicode=True, sort_keys=False)


def _row(s: Setting, base: Base) -> dict[str, Any]:
    """A row of the file; the ends of the projection are named so, that it holds in another edition too."""
    unit = indicators()[s.indicator].unit if s.measure == "level" else "percent"
    years = f"{_year(s.first, base)}/{_year(s.last, base)}" if s.last > s.first else _year(s.last, base)
    if s.measure in ("average_growth", "cumulative_change"):
        when = {"period": _year(s.last, base), "base_period": _year(s.first - 1, base)}
    else:
        when = {"each": years}
    return {
        "indicator": s.indicator, "measure": s.measure, **when, "value": s.value, "unit": unit, "condition": "hard",
        "reading": s.reading, "reason": in_both(message("Set in the explorer.")),
    }  # fmt: skip


def _year(year: int, base: Base) -> str:
    origin, to = base.projection.origin, base.projection.to
    return "to" if year == to else f"origin+{year - origin}" if year > origin else f"origin-{origin - year}"


def moved(base: Base, text: str) -> Moved:
    """Move the base's own draws by a scenario, so that two steps differ by their assumptions alone.

    Parameters
    ----------
    text
        Of a scenario file (:func:`scenario_text`).

    Raises
    ------
    BadInput, Contradiction
        For what cannot be assumed.
    """
    projection, posterior = base.projection, base.projection.posterior
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenario.yaml"
        path.write_text(text, encoding="utf-8")
        scenario = load_scenario(
            path, region=projection.region, as_of=projection.as_of, to=projection.to, plan=projection.plan
        )
    refuse_published(scenario, base.facts, projection.as_of)
    if not scenario.assumptions:
        return Moved(scenario, projection.paths, ())
    found = scenario_paths(posterior, base.draws, projection.paths, scenario)
    return Moved(scenario, found.paths, (*found.flags, *found.notes))


def judged(base: Base, now: Moved, *, whole: bool = False) -> Step:
    """The verdicts under what is assumed, the greater half of a step's work.

    Parameters
    ----------
    whole
        Range the probabilities over the declared priors too, as a report does; three times the work.
    """
    projection = base.projection
    asked = (base.core, projection.region, base.facts, projection.as_of, projection.posterior, now.paths)
    verdicts = judge(*asked, scenario=now.scenario, seed=projection.seed, priors=whole).verdicts
    return Step(now.paths, _first_readings(verdicts), now.notes, whole)


def step(base: Base, text: str, *, whole: bool = False) -> Step:
    """Move the draws and judge (:func:`moved`, :func:`judged`)."""
    return judged(base, moved(base, text), whole=whole)


def _first_readings(results: Sequence[Verdict]) -> tuple[Verdict, ...]:
    found: Mapping[str, Verdict] = {r.target: r for r in reversed(results)}
    return tuple(found[name] for name in dict.fromkeys(r.target for r in results))
