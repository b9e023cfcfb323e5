"""What an intervention brings about: assumed paths, and what they cause through documented channels.

Investment builds capital, capital makes output (channels.csv, parameters drawn for each path); output moves what it is
a part of, the rest unchanged; energy is output at constant prices times intensity. Only years after the origin change,
on each draw's own path; deflators stay. What no channel leads to stays as it is: above all demand, and construction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xtanalysis.accounting.capital import PRICE_YEAR, capital_effect, real_investment
from xtanalysis.data.dictionary import indicators
from xtanalysis.errors import BadInput, Contradiction, Problem
from xtanalysis.model.impose import MEASURES, imposed, missed
from xtanalysis.model.levels import Levels
from xtanalysis.model.paths import Paths, held
from xtanalysis.statements.grammar import Statement
from xtanalysis.text import bilingual, either, listed, message

__all__ = ["CAUSES", "WHOLES", "Intervention", "intervene"]

Array = NDArray[np.float64]
WHOLES = ("industrial_value_added", "secondary_value_added", "gdp")
"""What above-scale value added is a part of, smallest first."""
OUTPUT = ("value_added_real", "value_added", "value_added_share")
INVESTMENT = ("industrial_investment", "tech_upgrade_investment", "tech_upgrade_share")
CAUSES = (*INVESTMENT, *OUTPUT, "energy_use", "energy_intensity", *WHOLES, "gdp_real")
"""What an intervention can be about."""


@dataclass(frozen=True, slots=True)
class Intervention:
    """Rows that are brought about, and what they rest on.

    Attributes
    ----------
    statements
        Assumptions with reading ``intervention``.
    baseline
        Paths that distances count from.
    parameters
        Of the channels, each of shape (N,).
    normal
        Id of a statement → a standard normal for each draw, shape (N,).
    elasticity
        Of energy intensity to upgrading investment cumulated since the origin; 0 unless the user gives one.
    """

    statements: tuple[Statement, ...]
    baseline: Paths
    parameters: Mapping[str, Array]
    normal: dict[str, Array]
    elasticity: float = 0.0

    def about(self, *names: str) -> list[Statement]:
        """Rows about these indicators."""
        return [s for s in self.statements if s.indicator in names]


def intervene(paths: Paths, origin: int, task: Intervention) -> Paths:
    """The paths as what is assumed, and what that causes, change them.

    Raises
    ------
    BadInput
        For a row that no channel starts from, or about a year that is over.
    Contradiction
        For rows that cannot hold together.
    """
    _check(task.statements, paths, origin)
    levels = Levels(paths, origin)
    _investment(levels, task)
    _output(levels, task)
    _energy(levels, task)
    after = levels.paths(paths.scenario)
    _verify(after, task)
    return after


def _check(statements: Sequence[Statement], paths: Paths, origin: int) -> None:
    able = [name for name in CAUSES if held(name, paths.states)]
    first, last = int(paths.years[0]), int(paths.years[-1])
    problems = []
    for s in statements:
        early = s.base_period is not None and s.base_period.year < first
        start = s.period.year if s.measure == "sum" else s.period.first_year
        tests = [
            (
                s.indicator not in able,
                message("no channel starts from this indicator"), s.indicator, listed(able),
            ),
            (s.region != paths.region, message("an intervention is in the region itself"), s.region, paths.region),
            (
                start <= origin or s.period.year > last,
                message("an intervention acts after the last full year published"),
                str(s.period), message("{first} to {last}", first=origin + 1, last=last),
            ),
            (
                early,
                message("the base lies before the paths"), str(s.base_period),
                message("{first} or later", first=first),
            ),
            (
                s.measure not in MEASURES,
                message("this measure cannot be brought about"), s.measure, listed(MEASURES),
            ),
            (
                s.condition == "noisy_observation",
                message("a noisy observation is seen, not brought about"),
                str(s.condition), either(["hard", "target_distribution"]),
            ),
        ]  # fmt: skip
        problems += [
            Problem(
                message("assumption {id}: {what}", id=s.id, what=what),
                column=s.indicator,
                found=found,
                expected=expected,
                fix=message("or state it as an observation"),
            )
            for wrong, what, found, expected in tests
            if wrong
        ]
    if problems:
        raise BadInput(problems)


def _impose(levels: Levels, task: Intervention, path: Array, *names: str) -> Array:
    """A path with the rows about an indicator put onto it."""
    rows = task.about(*names)
    if not rows:
        return path
    first = int(levels.before.years[0])
    return imposed(rows, path, task.baseline.of(rows[0].indicator), (first, levels.origin), task.normal)


def _investment(levels: Levels, task: Intervention) -> None:
    """Industrial investment and technical upgrading in it; all fixed investment keeps its other part.

    A share changes what investment consists of. An amount of upgrading comes on top of the other investment, unless
    investment as a whole is assumed beside it.
    """
    total, upgrading, share = INVESTMENT
    if not levels.has(total):
        return
    before = levels.get(total)
    after = _impose(levels, task, before, total)
    if levels.has(share):
        part = levels.get(share)
        if not task.about(upgrading):
            part = _impose(levels, task, part, share)
        else:
            amount = _impose(levels, task, before * part, upgrading)
            if task.about(share):
                part = _impose(levels, task, part, share)
                after = after if task.about(total) else amount / part
            elif task.about(total):
                part = amount / after
            else:
                after = before + amount - before * part
                part = amount / after
        if (part >= 1.0).any():
            ids = listed([s.id for s in task.about(*INVESTMENT)])
            raise Contradiction(
                Problem(
                    message("technical upgrading would exceed industrial investment: {ids}", ids=ids),
                    found=message("{times:.2f} of it", times=part.max()),
                )
            )
        levels.put(share, part)
    levels.put(total, after)
    if levels.has("fixed_asset_investment"):
        whole = levels.get("fixed_asset_investment")
        levels.put("fixed_asset_investment", _whole(whole, before, after))


def _output(levels: Levels, task: Intervention) -> None:
    """Above-scale value added by the capital channel and what is assumed of it, then what it is a part of."""
    real, nominal, share = OUTPUT
    if not levels.has(real):
        return
    start = levels.get(real)
    levels.put(real, start * _capital(levels, task))
    if sum(bool(task.about(name)) for name in OUTPUT) > 1:
        ids = listed([s.id for s in task.about(*OUTPUT)])
        raise Contradiction(
            Problem(
                message("value added is assumed twice, which would fix its deflator: {ids}", ids=ids),
                fix=message("keep one of them"),
            )
        )
    levels.put(real, _impose(levels, task, levels.get(real), real))
    if task.about(nominal):
        old = levels.before.of(nominal)
        levels.put(real, start * _impose(levels, task, old * levels.get(real) / start, nominal) / old)
    if task.about(share):
        old, gdp = levels.before.of(nominal), levels.before.of("gdp")
        now = old * levels.get(real) / start
        part = _impose(levels, task, now / _whole(gdp, old, now), share)
        rest = _whole(gdp, old, now) - now
        levels.put(real, start * rest * part / (1.0 - part) / old)
    energy, intensity = task.about("energy_use"), task.about("energy_intensity")
    if energy and (intensity or not task.about(*OUTPUT)):
        _output_from_energy(levels, task)
    _wholes(levels, task)


def _capital(levels: Levels, task: Intervention) -> Array:
    """Ratio of output by what investment has changed of the stock of capital, shape (N, T)."""
    total = "industrial_investment"
    ratio = np.ones_like(levels.get("value_added_real"))
    if not levels.has(total) or np.array_equal(levels.get(total), levels.before.of(total)):
        return ratio
    price = levels.get("gdp_price") if levels.has("gdp_price") else np.ones_like(ratio)
    at = slice(levels.future.start - 1, None)
    base = PRICE_YEAR - int(levels.before.years[0])
    flows = [real_investment(path, price, base)[:, at] for path in (levels.before.of(total), levels.get(total))]
    output = levels.get("value_added_real")[:, at.start]
    ratio[:, at] = capital_effect(*flows, output=output, parameters=task.parameters)
    return ratio


def _output_from_energy(levels: Levels, task: Intervention) -> None:
    """Output that an assumed use of energy leaves room for, at the intensity there is or that is assumed."""
    real, start = "value_added_real", levels.before.of("value_added_real")
    use, intensity = levels.before.of("energy_use"), levels.before.of("energy_intensity")
    ratio = _intensity(levels, task) / intensity
    energy = _impose(levels, task, use * levels.get(real) / start * ratio, "energy_use")
    implied = start * energy / use / ratio
    assumed = task.about(*OUTPUT)
    if task.about(real, "value_added_share"):
        apart = float(np.abs(100 * np.log(implied / levels.get(real))[:, levels.future]).max())
        ids = listed([s.id for s in [*assumed, *task.about("energy_use", "energy_intensity")]])
        if apart > 1e-7:
            raise Contradiction(
                Problem(
                    message(
                        "output, energy and intensity are all assumed on one price basis, and do not agree: {ids}",
                        ids=ids,
                    ),
                    found=message("{distance:.3g} log points apart", distance=apart),
                    fix=message("two of them fix the third: leave one out"),
                )
            )
    if task.about("value_added"):
        price = levels.before.of("value_added_price")
        levels.put("value_added_price", price * levels.get(real) / implied)
    levels.put(real, implied)


def _wholes(levels: Levels, task: Intervention) -> None:
    """GDP and what lies between it and above-scale value added: the part changes, the rest stays; deflators stay."""
    real = levels.get("value_added_real") / levels.before.of("value_added_real")
    if not levels.has("value_added"):
        return
    old = levels.before.of("value_added")
    price, priced = np.ones_like(old), "value_added_price" in levels.changed
    if priced:
        price = levels.get("value_added_price") / levels.before.of("value_added_price")
    volume, nominal = (old, old * real), (old, old * real * price)
    levels.put("value_added", nominal[1])
    for name in (w for w in WHOLES if levels.has(w)):
        old = levels.before.of(name)
        pair = [_whole(old, *part) for part in (volume, nominal)]
        if task.about(name) and task.about(f"{name}_real"):
            ids = listed([s.id for s in task.about(name, f"{name}_real")])
            said = bilingual(indicators()[name].en, indicators()[name].zh)
            raise Contradiction(
                Problem(message("{name} is assumed twice, which would fix its deflator: {ids}", name=said, ids=ids))
            )
        if rows := task.about(name, f"{name}_real"):
            scale = 1.0 if rows[0].indicator == name else levels.before.of(f"{name}_real") / old
            fixed = _impose(levels, task, pair[0] * scale, name, f"{name}_real") / scale
            pair = [fixed, pair[1] * fixed / pair[0]]
            _nested(rows, volume, (old, fixed))
        levels.put(name, pair[1])
        levels.scale(f"{name}_real", pair[0] / old)
        if levels.has(f"{name}_price") and priced:
            levels.scale(f"{name}_price", pair[1] / pair[0])
        volume, nominal = (old, pair[0]), (old, pair[1])


def _whole(whole: Array, part: Array, new: Array) -> Array:
    """A whole whose part changes and whose rest does not; a part that exceeds its whole moves it in proportion."""
    out: Array = np.where(part <= whole, whole + (new - part), whole * (new / part))
    return out


def _nested(rows: Sequence[Statement], part: tuple[Array, Array], whole: tuple[Array, Array]) -> None:
    broken = ((part[0] <= whole[0]) & (part[1] > whole[1])).any(axis=1)
    if broken.any():
        ids = listed([s.id for s in rows])
        raise Contradiction(
            Problem(
                message("a part would exceed its whole: {ids}", ids=ids),
                found=message("on {share:.0%} of the paths", share=broken.mean()),
                fix=message("assume the part as well"),
            )
        )


def _intensity(levels: Levels, task: Intervention) -> Array:
    """Energy intensity as assumed; else the baseline's, lowered by upgrading where the user gives a coefficient."""
    path = levels.before.of("energy_intensity")
    if task.elasticity and levels.has("tech_upgrade_share"):
        amounts = [
            (of("industrial_investment") * of("tech_upgrade_share"))[:, levels.future].cumsum(axis=1)
            for of in (levels.before.of, levels.get)
        ]
        path = path.copy()
        path[:, levels.future] *= (amounts[1] / amounts[0]) ** task.elasticity
    return _impose(levels, task, path, "energy_intensity")


def _energy(levels: Levels, task: Intervention) -> None:
    """Energy is output at constant prices times intensity; emissions follow energy at their factor."""
    if not levels.has("energy_intensity"):
        return
    use, real = levels.before.of("energy_use"), levels.get("value_added_real") / levels.before.of("value_added_real")
    if task.about("energy_use") and not task.about("energy_intensity") and task.about(*OUTPUT):
        energy = _impose(levels, task, use * real, "energy_use")
        levels.put("energy_intensity", levels.before.of("energy_intensity") * energy / use / real)
    else:
        ratio = _intensity(levels, task) / levels.before.of("energy_intensity")
        energy = use * real * ratio
        levels.put("energy_intensity", levels.before.of("energy_intensity") * ratio)
    levels.put("energy_use", energy)
    levels.scale("co2", energy / use)


def _verify(after: Paths, task: Intervention) -> None:
    """Every row holds on the paths that come out; else the rows exclude each other."""
    first = int(after.years[0])
    wrong = [
        s.id for s in task.statements
        if missed([s], after.of(s.indicator), task.baseline.of(s.indicator), first, task.normal)
    ]  # fmt: skip
    if wrong:
        others = listed([s.id for s in task.statements])
        raise Contradiction(
            Problem(
                message(
                    "assumption {names} cannot hold together with the others of {others}",
                    names=listed(wrong),
                    others=others,
                ),
                fix=message("change or remove one of them"),
            )
        )
