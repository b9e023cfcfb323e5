"""From statements to rows of one linear system: coefficients on paths, unknown offsets, errors."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from xtanalysis.data.dictionary import calibres, convert, indicators
from xtanalysis.errors import BadInput
from xtanalysis.model.noise import ErrorTable, proxies, rounding_sd, statement_sd
from xtanalysis.model.prior import Layout
from xtanalysis.model.priors import NATION, TREND
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import Key, LinearForm, linear_form

__all__ = ["CENSUSES", "Evidence", "build_evidence", "reference", "relinearise", "with_proxy"]

Array = NDArray[np.float64]

# Economic censuses revised the levels published before them: an offset holds between two of them.
CENSUSES = (2004, 2008, 2013, 2018)
CITIES = 14
LEVELS = frozenset({"level", "sum", "year_to_date_level", "share"})
PROXY_MEASURES = frozenset({"level", "growth", "average_growth", "year_to_date_growth", "month_growth", "gap", "rank"})
FREE = 1000.0  # sd of an offset of which nothing is known, log points
FIRST_PROXY_YEAR = 2010  # drift of a proxy's level is counted from here; its free offset takes up the rest


@dataclass(frozen=True, slots=True)
class Evidence:
    """n statements as ``paths @ x + offsets @ o + error = value``.

    Attributes
    ----------
    statements
        In the order of the rows.
    paths
        Sparse, shape (n, K·T).
    offsets
        Sparse, shape (n, J), on unknown offsets (vintage, calibre, part of the year, drift of a proxy, common error).
    offset_names, offset_sd
        Names and prior standard deviations (mean zero), shape (J,).
    value, sd
        Log points, shape (n,).
    dof
        Degrees of freedom of the robust error, shape (n,).
    linear
        Whether each row's form is exact, shape (n,).
    unusable
        Statements that the system cannot hold, with the reason.
    """

    statements: tuple[Statement, ...]
    paths: sparse.csr_array
    offsets: sparse.csr_array
    offset_names: tuple[str, ...]
    offset_sd: Array
    value: Array
    sd: Array
    dof: Array
    linear: NDArray[np.bool_]
    unusable: tuple[tuple[Statement, str], ...]

    def __len__(self) -> int:
        return len(self.statements)


@dataclass(frozen=True, slots=True)
class _Row:
    statement: Statement
    form: LinearForm
    sd: float
    offsets: tuple[tuple[str, float, float], ...]  # name, coefficient, prior sd


def with_proxy(statement: Statement) -> Statement:
    """The statement about the indicator that a proxy stands for; unchanged if it is no proxy."""
    proxy = proxies().get(statement.indicator)
    if proxy is None:
        return statement
    if statement.measure != "level":
        return dataclasses.replace(statement, indicator=proxy.stands_for)
    # A level of another kind (kilowatt-hours, an index): its free offset takes up the scale.
    own, theirs = indicators()[statement.indicator].unit, indicators()[proxy.stands_for].unit
    value = convert(statement.value, statement.unit, own)
    return dataclasses.replace(statement, indicator=proxy.stands_for, value=value, unit=theirs)


def _rank_row(statement: Statement, table: ErrorTable) -> tuple[Statement, float]:
    """A rank among the cities as a gap to the province: the expected normal score of that place, and its error."""
    spread = table.get("rank_spread", statement.indicator)
    place = min(max((statement.value - 0.5) / CITIES, 0.5 / CITIES), 1.0 - 0.5 / CITIES)
    score = float(stats.norm.ppf(1.0 - place)) * spread
    gap = dataclasses.replace(
        statement, measure="gap", reference="湖南省", value=round(score, 6), unit="point", relation="equals"
    )
    return gap, 0.4 * spread


@dataclass(frozen=True, slots=True)
class _Basis:
    """Which levels of a series share one unknown offset: vintage and calibre, and for a vintage the censuses passed."""

    group: str
    calibre: str
    vintage: str
    settled: bool


def _basis(statement: Statement, revised: frozenset[tuple[str, str]]) -> _Basis | None:
    """The basis of a level; ``None`` for what is no level.

    Levels of a calibre that may not be differenced with itself (calibres.csv, ``chain_by_level``) stand each alone.
    First-published levels beside a revised series differ from it by another offset after each census.
    """
    if statement.measure not in LEVELS:
        return None
    entry = calibres()[statement.calibre]
    known = statement.calibre != "unknown"
    chained = not known or statement.calibre in entry.chain_by_level
    year = statement.period.year
    series = (statement.region, statement.indicator)
    stretch = "" if chained else str(year)
    if statement.vintage == "as_published" and series in revised:
        stretch = str(sum(year >= census for census in CENSUSES))
    group = "|".join((*series, statement.vintage or "", statement.calibre, stretch))
    return _Basis(group, statement.calibre, statement.vintage or "", known and chained)


def _revised(statements: Sequence[Statement]) -> frozenset[tuple[str, str]]:
    """Series with a revised run of levels."""
    return frozenset((s.region, s.indicator) for s in statements if s.measure == "level" and s.vintage == "revised")


def _references(statements: Sequence[Statement], revised: frozenset[tuple[str, str]]) -> dict[tuple[str, str], _Basis]:
    """For each series the basis without offset: revised before others, then what reaches furthest, then the larger."""
    reach: dict[tuple[str, str], dict[_Basis, tuple[bool, int, int]]] = {}
    for s in statements:
        basis = _basis(s, revised)
        if basis is not None and s.measure != "year_to_date_level":
            mine = reach.setdefault((s.region, s.indicator), {})
            _, last, count = mine.get(basis, (False, 0, 0))
            mine[basis] = (basis.vintage == "revised", max(last, s.period.year), count + 1)
    return {series: max(found, key=lambda basis: found[basis]) for series, found in reach.items()}


@dataclass(frozen=True, slots=True)
class _Context:
    """What the rows of one system have in common."""

    layout: Layout
    table: ErrorTable
    origin: int
    revised: frozenset[tuple[str, str]]
    references: dict[tuple[str, str], _Basis]
    restated: frozenset[tuple[str, str, int]]


def _restated(statements: Sequence[Statement]) -> frozenset[tuple[str, str, int]]:
    """Years of a series that a revision tells of: its growth, or a share of which it is a part."""
    revised = [s for s in statements if s.vintage == "revised"]
    told = {
        (s.region, with_proxy(s).indicator, s.period.year)
        for s in revised
        if s.measure == "growth" or s.indicator == "gdp_index_1978"
    }
    parts = {
        (s.region, name, s.period.year)
        for s in revised
        if s.measure == "share"
        for _, name in indicators()[s.indicator].factors
    }
    return frozenset(told | parts)


def _reference_of(original: Statement, context: _Context) -> _Basis | None:
    """The basis that a level is held against: its series' own, or for a share that of the levels it is made of."""
    if original.measure == "share":
        for _, name in indicators()[original.indicator].factors:
            if (found := context.references.get((original.region, name))) is not None:
                return found
    return context.references.get((original.region, original.indicator))


def _same_calibre_share(original: Statement, basis: _Basis, reference: _Basis | None) -> bool:
    """Whether a share is on the calibre of the levels that it is made of."""
    return original.measure == "share" and reference is not None and basis.calibre == reference.calibre


def _level_offset(original: Statement, context: _Context) -> tuple[tuple[str, float, float], float] | None:
    """The offset of a level that is not on the reference basis, and the noise that such levels carry beside it."""
    basis = _basis(original, context.revised)
    reference = _reference_of(original, context)
    if basis is None or basis == reference or _same_calibre_share(original, basis, reference):
        return None
    table, indicator = context.table, original.indicator
    if reference is not None and basis.calibre == reference.calibre and basis.settled:
        # Two vintages on one calibre: the first figure and its later revision between two censuses.
        return (f"vintage {basis.group}", 1.0, table.get("revision", indicator)), 0.0
    if reference is not None and {basis.vintage, reference.vintage} == {"as_published", "revised"}:
        noise = table.get("vintage_noise", indicator)
        return (f"vintage {basis.group}", 1.0, table.get("vintage", indicator)), noise
    # A revision moves the years by different amounts, so an offset alone would claim too much.
    revision = reference is not None and "revised" in (basis.vintage, reference.vintage)
    told = (original.region, indicator, original.period.year) in context.restated
    restated = basis.calibre.startswith("gdp_") and (revision or told)
    noise = table.get("vintage_noise", indicator) if restated else 0.0
    return (f"calibre {basis.group}", 1.0, table.get("calibre", indicator)), noise


def _offsets(
    statement: Statement, original: Statement, context: _Context
) -> tuple[tuple[tuple[str, float, float], ...], float]:
    """Unknown offsets of one statement, (name, coefficient, prior sd in log points), and the noise beside them."""
    out: list[tuple[str, float, float]] = []
    noise = 0.0
    proxy = proxies().get(original.indicator)
    if proxy is not None:
        name = f"{statement.region}|{original.indicator}"
        years = 1.0
        if original.measure == "level":
            out.append((f"proxy level {name}|{original.calibre}|{original.vintage}", 1.0, FREE))
            years = float(original.period.year - FIRST_PROXY_YEAR)
        if proxy.drift:
            out.append((f"proxy {name}", years, proxy.drift))
        noise = proxy.noise
    elif (level := _level_offset(original, context)) is not None:
        out.append(level[0])
        noise = level[1]
    first_print = original.measure in ("growth", "average_growth") and original.vintage != "revised"
    if first_print and (original.region, statement.indicator, original.period.year) in context.restated:
        noise = math.hypot(noise, context.table.get("restatement", original.region))
    if original.measure == "level" and original.vintage == "as_published" and original.period.year < CENSUSES[0]:
        noise = math.hypot(noise, context.table.get("before_census", original.indicator))
    if statement.measure == "year_to_date_level":
        rest = math.sqrt(12.0 / statement.period.months - 1.0)
        name = f"part of the year {statement.region}|{original.indicator}|{statement.period.months}"
        out.append((name, 1.0, context.table.get("year_share", statement.indicator) * rest))
    if statement.role == "outlook":
        name = f"outlook {statement.region}|{statement.source_id}|{statement.published}"
        out.append((name, 1.0, context.table.get("outlook_common", statement.indicator)))
    return tuple(out), noise


def _on_trend(form: LinearForm, layout: Layout) -> LinearForm:
    """An outlook for a coming year is an expectation: it tells of the growth mean, not of that year's shock."""
    if (NATION, TREND) not in layout.states:
        return form
    moved = {
        (region, TREND if (region, name) == (NATION, "gdp_real") else name, year): coefficient
        for (region, name, year), coefficient in form.coefficients.items()
    }
    return dataclasses.replace(form, coefficients=moved)


def _row(original: Statement, at: Callable[[Key], float], context: _Context) -> _Row | str:
    """One row, or the reason why the system cannot hold the statement."""
    statement = with_proxy(original)
    table = context.table
    if statement is not original and statement.measure not in PROXY_MEASURES:
        return "a proxy speaks only through its growth or full-year levels"
    extra = 0.0
    if statement.measure == "rank":
        statement, extra = _rank_row(statement, table)
    try:
        form = linear_form(statement, at)
    except BadInput as error:
        return error.problems[0].what
    if statement.role == "outlook" and statement.period.year > context.origin + 1:
        form = _on_trend(form, context.layout)
    if any(context.layout.position(*key) is None for key in form.coefficients):
        return "about a series or a year outside this projection"
    if statement.measure == "year_to_date_level":
        months = statement.period.months
        share = 100.0 * math.log(months / 12.0)
        share += table.get("year_share_mean", statement.indicator) * math.sqrt(12.0 / months - 1.0)
        form = dataclasses.replace(form, value=form.value - share)
    offsets, noise = _offsets(statement, original, context)
    sd = math.hypot(statement_sd(statement, form, table, statement.period.year - context.origin), extra, noise)
    if statement.relation in ("at_least", "above", "at_most"):
        # A bound as a fact ("over 8 %"): the figure was rounded toward the bound by at most its last printed step.
        step = abs(form.slope) * rounding_sd(statement.value) * math.sqrt(12.0)
        side = -0.5 if statement.relation == "at_most" else 0.5
        form = dataclasses.replace(form, value=form.value + side * step)
    if statement.relation == "between" and form.value_high is not None:
        width = form.value_high - form.value
        form = dataclasses.replace(form, value=form.value + width / 2, value_high=None)
        sd = math.hypot(sd, width / math.sqrt(12.0))
    return _Row(original, form, sd, offsets)


def build_evidence(
    statements: Sequence[Statement], layout: Layout, at: Callable[[Key], float], table: ErrorTable, origin: int
) -> Evidence:
    """Rows of the statements that this system can hold.

    Parameters
    ----------
    at
        Reference path for what is not linear, log points by state key.
    origin
        Last full calendar year before the information set's day.
    """
    revised = _revised(statements)
    context = _Context(layout, table, origin, revised, _references(statements, revised), _restated(statements))
    rows: list[_Row] = []
    unusable: list[tuple[Statement, str]] = []
    for statement in statements:
        row = _row(statement, at, context)
        if isinstance(row, str):
            unusable.append((statement, row))
        else:
            rows.append(row)
    names = sorted({name for row in rows for name, _, _ in row.offsets})
    place = {name: j for j, name in enumerate(names)}
    spread = np.zeros(len(names))
    paths = sparse.lil_array((len(rows), layout.size))
    offsets = sparse.lil_array((len(rows), len(names)))
    for i, row in enumerate(rows):
        for key, coefficient in row.form.coefficients.items():
            if (position := layout.position(*key)) is not None:
                paths[i, position] = coefficient
        for name, coefficient, sd in row.offsets:
            offsets[i, place[name]] = coefficient
            spread[place[name]] = sd
    return Evidence(
        statements=tuple(row.statement for row in rows),
        paths=paths.tocsr(),
        offsets=offsets.tocsr(),
        offset_names=tuple(names),
        offset_sd=spread,
        value=np.array([row.form.value for row in rows]),
        sd=np.array([row.sd for row in rows]),
        dof=np.array([table.get("dof", "*", row.statement.trust) for row in rows]),
        linear=np.array([row.form.linear for row in rows], dtype=bool),
        unusable=tuple(unusable),
    )


def reference(layout: Layout, path: Array) -> Callable[[Key], float]:
    """Look a state up on a path (log points, shape (K·T,)); what the layout does not hold is 0."""

    def at(key: Key) -> float:
        position = layout.position(*key)
        return 0.0 if position is None else float(path[position])

    return at


def relinearise(evidence: Evidence, layout: Layout, path: Array, table: ErrorTable, origin: int) -> Evidence:
    """The same statements, with their forms taken around another path (log points, shape (K·T,))."""
    again = build_evidence(evidence.statements, layout, reference(layout, path), table, origin)
    return dataclasses.replace(again, unusable=evidence.unusable)
