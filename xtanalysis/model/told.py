"""What a reader is told of an intervention: what moved, what the year in progress implies, what is left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import indicators
from xtanalysis.errors import Contradiction, Problem
from xtanalysis.model.levels import holds
from xtanalysis.model.paths import Paths
from xtanalysis.model.select import InformationSet
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.scenarios import Note

__all__ = ["implied_deflator", "notes_of"]

Array = NDArray[np.float64]
SHOWN = (
    "industrial_investment", "tech_upgrade_investment", "value_added_real", "gdp_real", "energy_intensity",
    "energy_use",
)  # fmt: skip
LEFT_OUT = Note(
    "干预读法只计入有出处的传导：投资→资本存量→增加值→GDP，增加值×单耗→能耗；投资通过需求和建筑业对产出的拉动不在其中。",
    "The intervention acts through documented channels only: investment to capital to value added to GDP, and value "
    "added times intensity to energy. What investment does through demand and construction is not in it.",
)
MOVED = 5e-4  # of a ratio: less would be shown as 0.0 %
SAME = 1e-9  # relative
BAND = (0.025, 0.975)


def notes_of(before: Paths, after: Paths, statements: Sequence[Statement], information: InformationSet) -> list[Note]:
    """Sentences for the page, in both languages.

    Raises
    ------
    Contradiction
        If an assumed year would leave nothing for the months that have not been published.
    """
    out = [_effects(before, after), *_rebound(before, after), *implied_deflator(before, after)]
    out += _months(before, after, statements, information)
    return [*out, LEFT_OUT]


def _change(before: Paths, after: Paths, indicator: str) -> float:
    """Median of the ratio in the last year, less one."""
    last = int(before.years[-1])
    return float(np.median(after.at(indicator, last) / before.at(indicator, last))) - 1.0


def _effects(before: Paths, after: Paths) -> Note:
    year = int(before.years[-1])
    parts = [(name, _change(before, after, name)) for name in SHOWN if holds(before, name)]
    parts = [(name, change) for name, change in parts if abs(change) >= MOVED]
    zh = "、".join(f"{indicators()[name].zh}{100 * c:+.1f}%" for name, c in parts) or "各指标不变"
    en = ", ".join(f"{indicators()[name].en} {100 * c:+.1f} %" for name, c in parts) or "nothing moves"
    return Note(f"与基准相比，{year}年（中位数）：{zh}。", f"Against the baseline in {year} (medians): {en}.")


def _rebound(before: Paths, after: Paths) -> list[Note]:
    """Where intensity falls and output rises: how much of the saving the output takes back."""
    if not (holds(before, "energy_intensity") and holds(before, "value_added_real")):
        return []
    saved, made = (_change(before, after, name) for name in ("energy_intensity", "value_added_real"))
    if saved > -MOVED or made < MOVED:
        return []
    zh = f"单耗下降省能{-100 * saved:.1f}%，产出增加{100 * made:.1f}%抵回其中一部分（回弹）。"
    en = f"Lower intensity saves {-100 * saved:.1f} % of energy; {100 * made:.1f} % more output uses some (rebound)."
    return [Note(zh, en)]


def implied_deflator(before: Paths, after: Paths) -> list[Note]:
    """The deflator that output at current prices, energy and intensity imply together, against its own 95 % band.

    Of the year in which it differs most; nothing where the scenario leaves the deflator alone.
    """
    parts = ("value_added", "value_added_real")
    if not all(holds(before, name) for name in parts):
        return []
    was, now = (100.0 * paths.of(parts[0]) / paths.of(parts[1]) for paths in (before, after))
    if np.allclose(was, now, rtol=SAME, atol=0.0):
        return []
    low, high = np.quantile(was, BAND, axis=0)
    middle = np.median(now, axis=0)
    t = int(np.argmax(np.abs(np.log(now / was)).mean(axis=0)))
    inside = bool(low[t] <= middle[t] <= high[t])
    year, band = before.years[t], (f"{low[t]:.1f}", f"{high[t]:.1f}")
    zh = f"在其95%区间{band[0]}—{band[1]}内" if inside else f"超出其95%区间{band[0]}—{band[1]}"
    en = f"{'inside' if inside else 'outside'} its 95 % band {band[0]} to {band[1]}"
    return [
        Note(
            f"现价增加值、能耗和单耗同时假设，意味着{year}年工业增加值缩减指数为{middle[t]:.1f}，{zh}。",
            "Value added at current prices, energy and intensity together imply a deflator of "
            f"{middle[t]:.1f} in {year}, {en}.",
        )
    ]


def _months(before: Paths, after: Paths, statements: Sequence[Statement], information: InformationSet) -> list[Note]:
    """What an assumed year in progress implies for its other months, the published ones kept."""
    out = []
    for name in dict.fromkeys(s.indicator for s in statements):
        fact = _to_date(name, before.region, information)
        if fact is None:
            continue
        year, share = fact.period.year, fact.period.months / 12
        published = share * (1.0 + fact.value / 100.0)
        rest = [
            (np.median(p.at(name, year) / p.at(name, year - 1)) - published) / (1.0 - share) - 1.0
            for p in (before, after)
        ]
        if rest[1] <= -1.0:
            ids = ", ".join(s.id for s in statements if s.indicator == name)
            raise Contradiction(
                Problem(
                    f"the published months of {fact.period} leave less than nothing for the rest of {year}: {ids}",
                    found=f"{fact.value:g} % to date ({fact.id})", fix="assume a smaller change in that year",
                )
            )  # fmt: skip
        if abs(rest[1] - rest[0]) < MOVED:
            continue
        entry, months = indicators()[name], fact.period.months
        now, other = (f"{100 * change:+.1f}" for change in (rest[1], rest[0]))
        out.append(
            Note(
                f"{entry.zh}{year}年1—{months}月已公布{fact.value:+.1f}%，保持不变；全年的假设意味着其余月份{now}%"
                f"（基准为{other}%；各月按等权计）。",
                f"{entry.en}: the first {months} months of {year} are published ({fact.value:+.1f} %) and stay; what "
                f"is assumed of the year implies {now} % for the others (baseline {other} %; months weigh alike).",
            )
        )
    return out


def _to_date(indicator: str, region: str, information: InformationSet) -> Statement | None:
    """The latest growth to date of the year in progress."""
    rows = [
        s
        for s in information.used
        if (s.region, s.indicator, s.measure) == (region, indicator, "year_to_date_growth")
        and s.tells_what_happened
        and s.period.year == information.origin + 1
        and s.period.months < 12
    ]
    return max(rows, key=lambda s: s.period.end, default=None)
