"""The page on why things move: effects with bands, capital's part in growth, a scenario's investment read twice."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from xtanalysis.accounting.capital import CAPITAL_SHARE, DEPRECIATION
from xtanalysis.accounting.divisia import Array
from xtanalysis.accounting.projections import (
    ProjectedEffects,
    effect_bands,
    effect_summary,
    emission_effects,
    energy_effects,
)
from xtanalysis.answers.drivers import ScenarioEffect, capital_accounts, scenario_effect
from xtanalysis.answers.project import Projection
from xtanalysis.data.dictionary import regions
from xtanalysis.errors import BadInput, Problem
from xtanalysis.report.charts.alt import describe
from xtanalysis.report.charts.drawing import Drawing, finished, sheet
from xtanalysis.report.charts.fonts import BAND, MUTED, PALETTE, Language
from xtanalysis.report.charts.plots_accounting import effect_lines, waterfall
from xtanalysis.report.page import Page
from xtanalysis.report.prepared import projected, studied
from xtanalysis.report.tables import Table
from xtanalysis.report.view import named_files
from xtanalysis.targets.words import numbers_as_text

__all__ = [
    "Drivers",
    "capital_table",
    "draw_effects",
    "draw_scenario",
    "draw_steps",
    "effects_table",
    "emission_index",
    "energy_index",
    "head",
    "make_drivers",
    "scenario_table",
]

FACTORS = {
    "zh": {"activity": "产出增长", "intensity": "单耗变化", "emission_factor": "单位能耗排放", "total": "合计"},
    "en": {
        "activity": "output",
        "intensity": "energy per output",
        "emission_factor": "CO2 per energy",
        "total": "total",
    },
}


@dataclass(frozen=True, slots=True)
class Drivers:
    """A scenario's projection and the baseline beside it; ``first`` is the year from which effects count."""

    baseline: Projection
    scenario: Projection
    first: int

    @property
    def years(self) -> list[int]:
        """From ``first`` to the horizon."""
        return [int(y) for y in self.scenario.paths.years if y >= self.first]

    def index(self, indicator: str) -> Array:
        """Paths of an indicator from ``first`` on, ``first`` = 100 on every draw, shape (draws, years)."""
        paths = self.scenario.paths
        values = paths.of(indicator)[:, np.asarray(paths.years) >= self.first]
        out: Array = 100 * values / values[:, [0]]
        return out


def energy_index(drivers: Drivers) -> ProjectedEffects:
    """Energy use as an index, since few levels are published: effects in points of the first year."""
    return energy_effects(drivers.index("value_added_real"), drivers.index("energy_use"), drivers.years)


def emission_index(drivers: Drivers) -> ProjectedEffects:
    """CO2 as an index; a modelled product, not a statistic."""
    output, energy, co2 = (drivers.index(name) for name in ("value_added_real", "energy_use", "co2"))
    return emission_effects(output, energy, co2, drivers.years)


def draw_effects(drivers: Drivers, lang: Language = "zh") -> Drawing:
    """Draw the effects on energy use over the years, each with its band."""
    title = "规模工业能耗变动的因素" if lang == "zh" else "What moves above-scale energy use"
    bands = effect_bands(energy_index(drivers))
    figure, grid = sheet(size=(8, 4))
    effect_lines(grid[0, 0], bands, names=FACTORS[lang], lang=lang, unit=f"{drivers.first}=100", title=title)
    return finished(figure, lang)


def effects_table(drivers: Drivers, lang: Language = "zh") -> Table:
    """Effects at the horizon on energy use and on CO2: median and 80 % band, in points of the first year."""
    zh, last = lang == "zh", drivers.years[-1]
    names = ["量", "因素", "中位数", "下限", "上限"] if zh else ["Quantity", "Factor", "Median", "Low", "High"]
    rows = []
    for result, what in (
        (energy_index(drivers), ("规模工业能耗", "energy use")),
        (emission_index(drivers), ("CO2", "CO2")),
    ):
        name = what[0 if zh else 1]
        if result.modelled:
            name += "（模型测算，不是统计数）" if zh else " (modelled, not a statistic)"
        bands = effect_bands(result).query("year == @last")
        for factor, part in bands.groupby("factor", sort=False):
            low, median, high = part["effect"]
            rows.append((name, FACTORS[lang][str(factor)], median, low, high))
    caption = f"{drivers.first}—{last}年变动的因素" if zh else f"Effects from {drivers.first} to {last}"
    note = (
        f"以{drivers.first}年为100，单位为点；区间为80%。LMDI-I加法，逐年连锁，无残差；中位数不必相加得合计。"
        if zh
        else f"{drivers.first} = 100, in points; 80% bands. Additive LMDI-I, chained, exact. Medians need not add up."
    )
    units = dict.fromkeys(names[2:], "点" if zh else "points")
    formats = dict.fromkeys(names[2:], ".1f")
    return Table(frame=pd.DataFrame(rows, columns=names), name="effects", caption=caption, units=units, formats=formats,
                 note=note)  # fmt: skip


def capital_table(drivers: Drivers, lang: Language = "zh") -> Table:
    """Average growth of output and what capital gives to it."""
    zh, last = lang == "zh", drivers.years[-1]
    a = capital_accounts(drivers.scenario, drivers.first, last)
    share = f"{CAPITAL_SHARE.value:g}"
    words = (
        ("规模工业增加值（不变价）", "value added at constant prices", a.output),
        ("工业投资（按GDP缩减指数平减）", "industrial investment, by the GDP deflator", a.investment),
        ("资本存量", "stock of capital", a.capital),
        (f"其中：资本的贡献（份额{share}）", f"from capital (share {share})", a.from_capital),
        ("其余（劳动和全要素生产率）", "the rest (labour and productivity)", a.rest),
    )
    names = ["项目", "中位数", "下限", "上限"] if zh else ["Item", "Median", "Low", "High"]
    rows = [(w[0 if zh else 1], w[2][1], w[2][0], w[2][2]) for w in words]
    low, high = (numbers_as_text(x, ".1f") for x in a.rest_range)
    note = (
        f"对数增速，百分点/年，80%区间。资本份额取{CAPITAL_SHARE.low:g}至{CAPITAL_SHARE.high:g}时，“其余”的中位数为"
        f"{low}至{high}。折旧率{100 * DEPRECIATION.value:.1f}%。来源：{CAPITAL_SHARE.source}；{DEPRECIATION.source}"
        if zh
        else f"Log growth, points a year, 80% bands. With a share of {CAPITAL_SHARE.low:g} to {CAPITAL_SHARE.high:g} "
        f"the median of the rest is {low} to {high}. Depreciation {100 * DEPRECIATION.value:.1f}%. Sources: "
        f"{CAPITAL_SHARE.source}; {DEPRECIATION.source}"
    )
    caption = f"{drivers.first}—{last}年增长核算" if zh else f"Growth accounting {drivers.first} to {last}"
    formats = dict.fromkeys(names[1:], ".1f")
    frame = pd.DataFrame(rows, columns=names)
    return Table(frame=frame, name="capital", caption=caption, formats=formats, note=note)


def scenario_table(drivers: Drivers, lang: Language = "zh") -> Table:
    """A scenario's effect on value added by year: by the production function and by the model's correlation."""
    zh = lang == "zh"
    effect = _in_percent(scenario_effect(drivers.baseline, drivers.scenario))
    names = (
        ["年份", "投资变动", "生产函数", "生产函数区间", "模型（相关）", "模型区间"]
        if zh
        else ["Year", "Investment", "Production function", "Its range", "Model (correlation)", "Its band"]
    )
    joint = "至" if zh else " to "

    def span(low: float, high: float) -> str:
        return f"{numbers_as_text(low, '.2f')}{joint}{numbers_as_text(high, '.2f')}"

    rows = [
        (year, effect.investment[t], effect.channel[1, t], span(effect.channel[0, t], effect.channel[2, t]),
         effect.correlation[1, t], span(effect.correlation[0, t], effect.correlation[2, t]))
        for t, year in enumerate(effect.years)
    ]  # fmt: skip
    caption = "情景对规模工业增加值的影响，两种读法" if zh else "The scenario's effect on value added, read twice"
    tail = (
        "模型一列来自历史相关和情景的其他假设，不是因果。"
        if zh
        else "The model's column is correlation and the other assumptions."
    )
    head = (
        "生产函数口径：仅计资本存量变动，就业与全要素生产率不变；参数在文献取值范围内逐条路径抽取。"
        if zh
        else "Production function: capital alone, labour and productivity unchanged, parameters drawn from their "
        "published ranges. "
    )
    note = f"{head}{tail}"
    units = dict.fromkeys((names[1], names[2], names[4]), "%")
    formats = dict.fromkeys((names[1], names[2], names[4]), ".2f")
    frame = pd.DataFrame(rows, columns=names).astype({names[0]: str})
    return Table(frame=frame, name="channel", caption=caption, units=units, formats=formats, note=note)


def _in_percent(effect: ScenarioEffect) -> ScenarioEffect:
    """Turn log points into per cent."""

    def turn(x: Array) -> Array:
        out: Array = 100 * np.expm1(x / 100)
        return out

    return replace(
        effect, investment=turn(effect.investment), correlation=turn(effect.correlation), channel=turn(effect.channel)
    )


def draw_scenario(drivers: Drivers, lang: Language = "zh") -> Drawing:
    """Draw both readings of the scenario's effect on value added, each with its band."""
    zh = lang == "zh"
    effect = _in_percent(scenario_effect(drivers.baseline, drivers.scenario))
    low, middle, high = effect.correlation
    names = (
        ("模型（相关，80%区间）", "生产函数（80%区间）")
        if zh
        else ("model (correlation, 80%)", "production function (80%)")
    )
    figure, grid = sheet(size=(8, 4))
    axes = grid[0, 0]
    axes.fill_between(effect.years, low, high, color=BAND, alpha=0.16, linewidth=0)
    axes.plot(effect.years, middle, color=BAND, linewidth=2, label=names[0])
    axes.fill_between(effect.years, effect.channel[0], effect.channel[2], color=PALETTE[1], alpha=0.25, linewidth=0)
    axes.plot(effect.years, effect.channel[1], color=PALETTE[1], linewidth=2, linestyle=(0, (5, 2)), label=names[1])
    axes.axhline(0, color=MUTED, linewidth=0.8)
    axes.set_xticks(effect.years)
    axes.legend(frameon=False)
    axes.set_ylabel("%")
    axes.set(title="规模工业增加值与基准之差" if zh else "Value added against the baseline")
    ends = [numbers_as_text(x[-1], ".2f") for x in (middle, effect.channel[1])]
    said = (
        f"到{effect.years[-1]}年，模型读作{ends[0]}%，生产函数读作{ends[1]}%。"
        if zh
        else f"By {effect.years[-1]} the model reads {ends[0]}%, the production function {ends[1]}%. "
    )
    describe(axes, said)
    return finished(figure, lang)


def draw_steps(drivers: Drivers, lang: Language = "zh") -> Drawing:
    """Draw the steps from the first year's energy use to the last one's."""
    last = drivers.years[-1]
    figure, grid = sheet(size=(7, 4))
    waterfall(
        grid[0, 0],
        effect_summary(energy_index(drivers), last),
        start=100.0,
        names=FACTORS[lang],
        ends=(str(drivers.first), str(last)),
        lang=lang,
        unit=f"{drivers.first}=100",
        title=f"{drivers.first}—{last}年规模工业能耗" if lang == "zh" else f"Energy use {drivers.first} to {last}",
    )
    return finished(figure, lang)


def head(drivers: Drivers, lang: Language = "zh") -> Page:
    """Head and foot of the page."""
    zh, made = lang == "zh", drivers.scenario
    return Page(
        title=f"{made.region}：为什么变动" if zh else f"{regions()[made.region].en}: why it moves",
        subtitle=made.scenario.zh if zh else made.scenario.en,
        lead="模型结果，不是统计数据。" if zh else "Model results, not statistics.",
        lang=lang,
        as_of=str(made.as_of),
        seed=made.seed,
        internal=made.internal,
    )


def make_drivers(
    region: str,
    *,
    plan: str,
    scenario: str,
    first: int,
    as_of: str,
    to: int,
    draws: int,
    seed: int,
    facts: str = "",
) -> Drivers:
    """Project the baseline and the scenario with the same random streams.

    Parameters
    ----------
    as_of
        A day, YYYY-MM-DD.
    facts
        Files with further figures, joined by ``;``.

    Raises
    ------
    BadInput
        For anything wrong in the inputs, and for a ``first`` that is not before ``to``.
    """
    if first >= to:
        raise BadInput(
            Problem("the first year is not before the last", column="first", found=str(first), expected=f"< {to}")
        )
    study = studied(region, plan=plan, as_of=as_of, to=to, facts=named_files(facts))
    baseline, other = (
        projected(study, name, draws=draws, seed=seed, reading="observation") for name in ("baseline", scenario)
    )
    return Drivers(baseline, other, first)
