"""What a reader is told of an intervention: what moved, what the year in progress implies, what is left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import indicators
from xtanalysis.errors import Contradiction, Problem
from xtanalysis.model.paths import Paths, held
from xtanalysis.model.select import InformationSet
from xtanalysis.statements.grammar import Statement
from xtanalysis.text import Message, bilingual, listed, message

__all__ = ["implied_deflator", "notes_of"]

Array = NDArray[np.float64]
SHOWN = (
    "industrial_investment", "tech_upgrade_investment", "value_added_real", "gdp_real", "energy_intensity",
    "energy_use",
)  # fmt: skip
LEFT_OUT = message(
    "The intervention acts through documented channels only: investment to capital to value added to GDP, and value "
    "added times intensity to energy. What investment does through demand and construction is not in it."
)
MOVED = 5e-4  # of a ratio: less would be shown as 0.0 %
SAME = 1e-9  # relative
BAND = (0.025, 0.975)


def notes_of(
    before: Paths, after: Paths, statements: Sequence[Statement], information: InformationSet
) -> list[Message]:
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


def _effects(before: Paths, after: Paths) -> Message:
    year = int(before.years[-1])
    parts = [(name, _change(before, after, name)) for name in SHOWN if held(name, before.states)]
    parts = [(name, change) for name, change in parts if abs(change) >= MOVED]
    if not parts:
        return message("Against the baseline in {year} (medians): nothing moves.", year=year)
    changes = [
        message(
            "{name} {change} %",
            name=bilingual(indicators()[name].en, indicators()[name].zh),
            change=f"{100 * change:+.1f}".replace("-", "−"),
        )
        for name, change in parts
    ]
    return message("Against the baseline in {year} (medians): {changes}.", year=year, changes=listed(changes))


def _rebound(before: Paths, after: Paths) -> list[Message]:
    """Where intensity falls and output rises: how much of the saving the output takes back."""
    if not (held("energy_intensity", before.states) and held("value_added_real", before.states)):
        return []
    saved, made = (_change(before, after, name) for name in ("energy_intensity", "value_added_real"))
    if saved > -MOVED or made < MOVED:
        return []
    told = message(
        "Lower intensity saves {saved:.1f} % of energy; {made:.1f} % more output uses some (rebound).",
        saved=-100 * saved, made=100 * made,
    )  # fmt: skip
    return [told]


def implied_deflator(before: Paths, after: Paths) -> list[Message]:
    """The deflator that output at current prices, energy and intensity imply together, against its own 95 % band.

    Of the year in which it differs most; nothing where the scenario leaves the deflator alone.
    """
    parts = ("value_added", "value_added_real")
    if not all(held(name, before.states) for name in parts):
        return []
    was, now = (100.0 * paths.of(parts[0]) / paths.of(parts[1]) for paths in (before, after))
    if np.allclose(was, now, rtol=SAME, atol=0.0):
        return []
    low, high = np.quantile(was, BAND, axis=0)
    middle = np.median(now, axis=0)
    t = int(np.argmax(np.abs(np.log(now / was)).mean(axis=0)))
    inside = bool(low[t] <= middle[t] <= high[t])
    where = (
        message("inside its 95 % band {low:.1f} to {high:.1f}", low=low[t], high=high[t])
        if inside
        else message("outside its 95 % band {low:.1f} to {high:.1f}", low=low[t], high=high[t])
    )
    told = message(
        "Value added at current prices, energy and intensity together imply a deflator of {deflator:.1f} in {year}, "
        "{where}.",
        deflator=middle[t], year=before.years[t], where=where,
    )  # fmt: skip
    return [told]


def _months(before: Paths, after: Paths, statements: Sequence[Statement], information: InformationSet) -> list[Message]:
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
            ids = listed([s.id for s in statements if s.indicator == name])
            raise Contradiction(
                Problem(
                    message(
                        "the published months of {period} leave less than nothing for the rest of {year}: {ids}",
                        period=fact.period,
                        year=year,
                        ids=ids,
                    ),
                    found=message("{value:g} % to date ({id})", value=fact.value, id=fact.id),
                    fix=message("assume a smaller change in that year"),
                )
            )
        if abs(rest[1] - rest[0]) < MOVED:
            continue
        entry, months = indicators()[name], fact.period.months
        out.append(
            message(
                "{name}: the first {months} months of {year} are published ({published:+.1f} %) and stay; what "
                "is assumed of the year implies {now:+.1f} % for the others (baseline {other:+.1f} %; months weigh "
                "alike).",
                name=bilingual(entry.en, entry.zh), months=months, year=year, published=fact.value,
                now=100 * rest[1], other=100 * rest[0],
            )
        )  # fmt: skip
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
