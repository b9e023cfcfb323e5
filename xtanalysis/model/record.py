"""Learn the errors of statements from pairs of figures about the same thing.

A pair is growth to date and growth of the full year, a part-year level and the year's level, an estimate and the
outcome, a plan or outlook and the outcome, a first-published and a revised level or growth rate, two reports of one
figure. Every learnt value is √((n₀·s₀² + Σw·d²)/(n₀ + n)), where s₀ is the centre in CENTRES and n₀ = 4: with few pairs
the centre counts. w is 1, but where most pairs agree to the digit and a few lie far off (reports, restatements) it is
that of Student's t, for the centre's four pairs too, and the value the scale of such a law, no less than that of
official texts. What a census restates goes in one direction: the mean of the years between two is learnt apart.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from xtanalysis.model.basis import HEAVY, stretch_of
from xtanalysis.model.noise import ErrorTable, set_errors
from xtanalysis.model.priors import NATION
from xtanalysis.statements.grammar import Statement

__all__ = ["LEAST", "index_growth", "learn", "learnt_errors"]

Outcomes = dict[tuple[str, str, str, int], list[Statement]]

CENTRE_WEIGHT = 4
HEAVY_STEPS = 100  # of a fixed point that gains a digit in about ten
LEAST = 0.05  # of such a scale, log points: what rounding and reprints leave
LAST_HORIZON = 5

# Centres of what is learnt.
CENTRES: dict[tuple[str, str, str], float] = {
    ("floor", "*", "B"): 0.1,
    ("floor", "*", "C"): 0.3,
    ("floor_level", "*", "B"): 0.3,
    ("floor_level", "*", "C"): 0.6,
    ("to_date", "gdp_real", ""): 1.0,
    ("to_date", "value_added_real", ""): 1.5,
    ("to_date", "*", ""): 4.0,
    ("coverage", "fixed_asset_investment", ""): 3.0,
    ("year_share", "*", ""): 4.0,
    ("estimate_growth", "*", ""): 0.4,
    ("estimate_level", "*", ""): 1.2,
    ("plan", "gdp_real", ""): 1.5,
    ("plan", "value_added_real", ""): 2.0,
    ("plan", "*", ""): 4.0,
    ("vintage", "*", ""): 5.0,
    ("vintage_noise", "*", ""): 2.5,
    ("revision", "*", ""): 0.5,
    ("restatement", "*", ""): 0.3,
    ("restatement", NATION, ""): 0.3,
    ("restatement_common", NATION, ""): 0.6,
    **{("outlook", "*", str(h)): 0.8 if h == 0 else 1.2 for h in range(LAST_HORIZON + 1)},
}
BIAS_HALF_LIFE = 2.0  # years after which a plan's or outlook's record counts half
WEIGHED = f"half as much weight every {BIAS_HALF_LIFE:g} years"
SHARE_CENTRE = -8.0  # log points at six months: about 46 % of a year's output falls in its first half
SPOKEN = frozenset(
    {"gdp", "gdp_real", "gdp_index_1978", "value_added", "value_added_real", "fixed_asset_investment"}
    | {"industrial_investment", "tech_upgrade_investment", "energy_use", "energy_intensity", "secondary_value_added"}
)
SHOCK = (
    1.4  # of the national growth rate around its mean: what an outlook beyond the year in progress is not blamed for
)


def _log_growth(percent: float) -> float:
    """Percent a year as log points."""
    return 100.0 * math.log1p(percent / 100.0)


def _shrunk(differences: Sequence[float], centre: float) -> float:
    """Root mean square of the differences, drawn toward the centre as if that were four of them."""
    total = CENTRE_WEIGHT * centre**2 + float(np.sum(np.square(differences)))
    return math.sqrt(total / (CENTRE_WEIGHT + len(differences)))


def _shrunk_heavy(differences: Sequence[float], centre: float, dof: float) -> float:
    """The same for a scale of Student's t: the fixed point with robust weights (Lange, Little & Taylor 1989).

    The centre's four pairs are of that law too, so that they do not outweigh many pairs that agree to the digit.
    """
    squares, scale = np.square(np.concatenate([np.full(CENTRE_WEIGHT, centre), differences])), centre
    for _ in range(HEAVY_STEPS):
        weights = (dof + 1.0) / (dof + squares / scale**2)
        scale = max(math.sqrt(float(weights @ squares) / squares.size), LEAST)
    return scale


def _bias(pairs: Sequence[tuple[Statement, float]]) -> float:
    """Mean difference, later years weighing more, drawn toward 0 as if by CENTRE_WEIGHT pairs of the last year."""
    last = max((s.period.year for s, _ in pairs), default=0)
    weights = [0.5 ** ((last - s.period.year) / BIAS_HALF_LIFE) for s, _ in pairs]
    total = sum(w * d for w, (_, d) in zip(weights, pairs, strict=True))
    return float(total / (sum(weights) + CENTRE_WEIGHT))


def _by_year(pairs: Sequence[tuple[Statement, float]]) -> list[tuple[Statement, float]]:
    """One pair a year, of the mean difference: outlooks for one year share that year's surprise."""
    years: dict[int, list[tuple[Statement, float]]] = defaultdict(list)
    for s, d in pairs:
        years[s.period.year].append((s, d))
    return [(found[0][0], float(np.mean([d for _, d in found]))) for found in years.values()]


def _once(facts: Iterable[Statement]) -> list[Statement]:
    """One report of each original figure in each role."""
    return list({(s.origin_id or s.id, s.role): s for s in facts}.values())


def _outcomes(facts: Iterable[Statement]) -> Outcomes:
    """Full-year outcomes by region, indicator, measure and year; the first published first."""
    out: Outcomes = defaultdict(list)
    for s in sorted(facts, key=lambda s: (str(s.published), s.id)):
        if s.role == "outcome" and s.measure in ("growth", "level") and s.period.is_year:
            out[s.region, s.indicator, s.measure, s.period.year].append(s)
    return out


def _difference(a: Statement, b: Statement) -> float:
    """A over b in log points."""
    if a.measure.endswith("level"):
        return 100.0 * math.log(a.value / b.value)
    return _log_growth(a.value) - _log_growth(b.value)


def _reports(facts: Iterable[Statement]) -> dict[tuple[str, str, str], list[float]]:
    """Two reports of one figure, by kind of floor and the lesser trust of the two, log points; A alone is set."""
    same: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    for s in facts:
        if s.role == "outcome" and s.relation == "equals" and s.measure in ("growth", "level") and s.period.is_year:
            same[s.region, s.indicator, s.measure, s.period, s.calibre, s.vintage, s.unit].append(s)
    out: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for found in same.values():
        first = min(found, key=lambda s: (s.trust, str(s.published), s.id))
        for s in found:
            if s is not first and s.trust != "A":
                kind = "floor_level" if s.measure == "level" else "floor"
                # Both err where they are of one trust.
                out[kind, "*", s.trust].append(
                    _difference(s, first) / (math.sqrt(2.0) if first.trust == s.trust else 1.0)
                )
    return out


def _pairs_to_date(facts: Sequence[Statement], full: Outcomes) -> tuple[dict[str, list[float]], list[float]]:
    """Growth to date, and levels of part of the year, against the full year; scaled to six months by √(12/m − 1)."""
    growth: dict[str, list[float]] = defaultdict(list)
    share: list[float] = []
    for s in facts:
        kind = s.measure.removeprefix("year_to_date_")
        found = full.get((s.region, s.indicator, kind, s.period.year), []) if kind != s.measure else []
        same = [f for f in found if f.unit == s.unit and f.vintage != "revised"] or [
            f for f in found if f.unit == s.unit
        ]
        if not same or s.period.months >= 12:
            continue
        rest = math.sqrt(12.0 / s.period.months - 1.0)
        if kind == "growth":
            growth[s.indicator].append(_difference(s, same[0]) / rest)
        elif kind == "level":
            share.append((_difference(s, same[0]) - 100.0 * math.log(s.period.months / 12.0)) / rest)
    return growth, share


def _pairs_ahead(facts: Sequence[Statement], full: Outcomes, role: str) -> list[tuple[Statement, float]]:
    """Plans, estimates or outlooks of growth and levels against the first outcome: (statement, difference)."""
    out = []
    for s in facts:
        found = full.get((s.region, s.indicator, s.measure, s.period.year), []) if s.role == role else []
        same = [f for f in found if f.unit == s.unit]
        if same and s.period.is_year:
            out.append((s, _difference(s, same[0])))
    return out


def _outlooks(facts: Sequence[Statement], full: Outcomes) -> dict[str, list[tuple[Statement, float]]]:
    """Outlooks for China's growth against the first outcome, by years ahead of the day: (statement, difference)."""
    out: dict[str, list[tuple[Statement, float]]] = {str(h): [] for h in range(LAST_HORIZON + 1)}
    for s, d in _pairs_ahead(facts, full, "outlook"):
        if s.region == NATION and s.indicator == "gdp_real" and s.published is not None:
            out.get(str(s.period.year - s.published.year), []).append((s, d))
    return out


def _coverage(full: Outcomes, indicator: str) -> list[float]:
    """Published growth less that of published levels on one calibre, shared by the two levels, log points."""
    out = []
    for (region, name, measure, year), found in full.items():
        if (name, measure) != (indicator, "growth"):
            continue
        before = {s.calibre: s for s in full.get((region, name, "level", year - 1), []) if s.vintage != "revised"}
        out += [
            (_log_growth(found[0].value) - _difference(s, before[s.calibre])) / math.sqrt(2.0)
            for s in full.get((region, name, "level", year), [])
            if s.vintage != "revised" and s.calibre in before
        ]
    return out


def _vintages(full: Outcomes) -> tuple[list[float], list[float], list[float], dict[str, list[float]]]:
    """First-published and revised GDP levels: means by census stretch, differences around them, recent ones; growth."""
    gaps: dict[tuple[str, int], list[float]] = defaultdict(list)
    recent: list[float] = []
    growth: dict[str, list[float]] = defaultdict(list)
    for (region, indicator, measure, year), found in full.items():
        revised = [f for f in found if f.vintage == "revised"]
        first = [f for f in found if f.vintage != "revised"]
        if not revised or not first:
            continue
        if indicator == "gdp" and measure == "level":
            if first[0].calibre == revised[0].calibre:
                recent.append(_difference(first[0], revised[0]))
            else:
                gaps[region, stretch_of(year)].append(_difference(first[0], revised[0]))
        elif indicator == "gdp_real" and measure == "growth":
            growth[NATION if region == NATION else "*"].append(_difference(first[0], revised[0]))
    means = [float(np.mean(g)) for g in gaps.values()]
    around = [d - float(np.mean(g)) for g in gaps.values() for d in g if len(g) > 1]
    return means, around, recent, growth


def index_growth(facts: Iterable[Statement]) -> dict[int, float]:
    """China's growth by year from the revised volume index, log points."""
    index = {s.period.year: s.value for s in facts if s.region == NATION and s.indicator == "gdp_index_1978"}
    return {year: 100.0 * math.log(v / index[year - 1]) for year, v in index.items() if year - 1 in index}


def _restated(facts: Sequence[Statement], full: Outcomes) -> tuple[list[float], list[float]]:
    """First less revised growth of the nation: means by census stretch, and differences around them, log points."""
    gaps: dict[int, list[float]] = defaultdict(list)
    for year, revised in index_growth(facts).items():
        if first := full.get((NATION, "gdp_real", "growth", year)):
            gaps[stretch_of(year)].append(_log_growth(first[0].value) - revised)
    means = {stretch: float(np.mean(g)) for stretch, g in gaps.items()}
    return list(means.values()), [d - means[stretch] for stretch, g in gaps.items() for d in g if len(g) > 1]


def _tails(key: tuple[str, str, str]) -> float | None:
    """Degrees of freedom of the law that a learnt scale is of; ``None`` for a Gaussian one."""
    kind, _, trust = key
    if kind.startswith("floor"):
        return set_errors()["dof", "*", trust][0]
    return HEAVY if kind == "restatement" else None


def learn(facts: Iterable[Statement], as_of: dt.date) -> dict[tuple[str, str, str], tuple[float, str]]:
    """Return every error, (kind, indicator or region or ``*``, key) → (value, where it is from), as known on a day."""
    known = [s for s in facts if s.known_on(as_of) and s.indicator in SPOKEN]
    facts = _once(known)
    full = _outcomes(facts)
    found: dict[tuple[str, str, str], list[float]] = defaultdict(list, _reports(known))
    growth, share = _pairs_to_date(facts, full)
    for indicator, differences in growth.items():
        found["to_date", indicator if ("to_date", indicator, "") in CENTRES else "*", ""] += differences
    found["coverage", "fixed_asset_investment", ""] = _coverage(full, "fixed_asset_investment")
    mean = sum(share, CENTRE_WEIGHT * SHARE_CENTRE) / (len(share) + CENTRE_WEIGHT)
    found["year_share", "*", ""] = [d - mean for d in share]
    for s, d in _pairs_ahead(facts, full, "estimate"):
        found["estimate_" + s.measure, "*", ""].append(d)
    plans: dict[str, list[tuple[Statement, float]]] = defaultdict(list)
    for s, d in _pairs_ahead(facts, full, "plan"):
        plans[s.indicator if ("plan", s.indicator, "") in CENTRES else "*"].append((s, d))
    bias = {name: _bias(plans[name]) for kind, name, _ in CENTRES if kind == "plan"}
    for name, pairs in plans.items():
        found["plan", name, ""] = [d - bias[name] for _, d in pairs]
    outlooks = _outlooks(facts, full)
    lean = {ahead: _bias(_by_year(pairs)) for ahead, pairs in outlooks.items()}
    for ahead, pairs in outlooks.items():
        found["outlook", "*", ahead] = [d - lean[ahead] for _, d in pairs]
    means, around, recent, first = _vintages(full)
    found["vintage", "*", ""], found["vintage_noise", "*", ""], found["revision", "*", ""] = means, around, recent
    found["restatement", "*", ""] = first["*"]
    found["restatement_common", NATION, ""], found["restatement", NATION, ""] = _restated(facts, full)
    out = dict(set_errors())
    for key, centre in CENTRES.items():
        dof = _tails(key)
        value = _shrunk(found[key], centre) if dof is None else _shrunk_heavy(found[key], centre, dof)
        tails = "" if dof is None else f", tails of a t({dof:g})"
        out[key] = (value, f"learnt: {len(found[key])} pairs around a centre of {centre:g}{tails}")
        if key[0] == "outlook" and key[2] != "0":
            value = math.sqrt(max(out[key][0] ** 2 - SHOCK**2, 0.5**2))
            out[key] = (value, f"{out[key][1]}; less the shock of {SHOCK:g} that is not the outlook's error")
    for name, value in bias.items():
        count = len(plans[name])
        out["plan_bias", name, ""] = (value, f"learnt: {count} pairs around 0, {WEIGHED}; plan over outcome")
    for ahead, value in lean.items():
        count = len({s.period.year for s, _ in outlooks[ahead]})
        out["outlook_bias", "*", ahead] = (value, f"learnt: {count} years around 0, {WEIGHED}; outlook over outcome")
    note = f"learnt: {len(share)} pairs around a centre of {SHARE_CENTRE:g}: the first months are lighter"
    out["year_share_mean", "*", ""] = (mean, note)
    return out


def learnt_errors(facts: Iterable[Statement], as_of: dt.date) -> ErrorTable:
    """The table of errors as it could have been learnt on a day."""
    return ErrorTable({key: value for key, (value, _) in learn(facts, as_of).items()})
