"""From statements to rows of one linear system: coefficients on paths, unknown offsets, errors."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from xtanalysis.errors import BadInput
from xtanalysis.model.noise import ErrorTable, proxies, rounding_sd, statement_sd
from xtanalysis.model.prior import Layout
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import Key, LinearForm, linear_form

__all__ = ["CENSUSES", "Evidence", "build_evidence", "relinearise", "with_proxy"]

Array = NDArray[np.float64]

# Economic censuses revised the levels published before them: an offset holds between two of them.
CENSUSES = (2004, 2008, 2013, 2018)
CITIES = 14


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
    target = proxies().get(statement.indicator)
    return statement if target is None else dataclasses.replace(statement, indicator=target)


def _rank_row(statement: Statement, table: ErrorTable) -> tuple[Statement, float]:
    """A rank among the cities as a gap to the province: the expected normal score of that place, and its error."""
    spread = table.get("rank_spread", statement.indicator)
    place = min(max((statement.value - 0.5) / CITIES, 0.5 / CITIES), 1.0 - 0.5 / CITIES)
    score = float(stats.norm.ppf(1.0 - place)) * spread
    gap = dataclasses.replace(
        statement, measure="gap", reference="湖南省", value=round(score, 6), unit="point", relation="equals"
    )
    return gap, 0.4 * spread


def _offset_group(statement: Statement) -> str | None:
    """The group of levels that share an unknown offset: vintage (between two censuses) and calibre."""
    if statement.measure not in ("level", "sum", "year_to_date_level", "share"):
        return None
    epoch = sum(statement.period.year >= year for year in CENSUSES) if statement.vintage == "as_published" else 0
    return f"{statement.region}|{statement.indicator}|{statement.vintage or ''}|{statement.calibre}|{epoch}"


def _reference_groups(statements: Sequence[Statement]) -> set[str]:
    """For each indicator the group without offset: the one that reaches furthest, then the larger."""
    reach: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
    for s in statements:
        if (group := _offset_group(s)) and s.measure != "year_to_date_level":
            years = reach.setdefault((s.region, s.indicator), {})
            last, count = years.get(group, (0, 0))
            known = 0 if s.calibre == "unknown" else 1
            years[group] = (max(last, s.period.year + 1000 * known), count + 1)
    return {max(groups, key=lambda g: groups[g]) for groups in reach.values()}


def _offsets(
    statement: Statement, original: Statement, references: set[str], table: ErrorTable
) -> tuple[tuple[str, float, float], ...]:
    """Unknown offsets of one statement: (name, coefficient, prior sd in log points)."""
    out: list[tuple[str, float, float]] = []
    group = _offset_group(original)
    if group is not None and group not in references and original.indicator == statement.indicator:
        kind = "vintage" if original.vintage == "as_published" else "calibre"
        out.append((f"{kind} {group}", 1.0, table.get(kind, statement.indicator)))
    if statement.measure == "year_to_date_level":
        months = statement.period.months
        out.append(
            (
                f"part of the year {statement.region}|{original.indicator}|{months}",
                1.0,
                table.get("year_share", statement.indicator) * math.sqrt(12.0 / months - 1.0),
            )
        )
    if original.indicator != statement.indicator:
        out.append(
            (f"proxy {statement.region}|{original.indicator}", 1.0, table.get("proxy_drift", original.indicator))
        )
    if statement.role == "outlook":
        name = f"outlook {statement.region}|{statement.source_id}|{statement.published}"
        out.append((name, 1.0, table.get("outlook_common", statement.indicator)))
    return tuple(out)


def _row(
    original: Statement,
    layout: Layout,
    at: Callable[[Key], float],
    table: ErrorTable,
    origin: int,
    references: set[str],
) -> _Row | str:
    """One row, or the reason why the system cannot hold the statement."""
    statement = with_proxy(original)
    extra = 0.0
    if statement.indicator != original.indicator:
        if statement.measure not in ("growth", "average_growth", "year_to_date_growth", "month_growth"):
            return "a proxy speaks only through its growth"
        extra = table.get("proxy_noise", original.indicator)
    if statement.measure == "rank":
        statement, extra = _rank_row(statement, table)
    try:
        form = linear_form(statement, at)
    except BadInput as error:
        return error.problems[0].what
    if any(layout.position(*key) is None for key in form.coefficients):
        return "about a series or a year outside this projection"
    if statement.measure == "year_to_date_level":
        form = dataclasses.replace(form, value=form.value - 100.0 * math.log(statement.period.months / 12.0))
    sd = math.hypot(statement_sd(statement, form, table, statement.period.year - origin), extra)
    if statement.relation in ("at_least", "above", "at_most"):
        # A bound as a fact ("over 8 %"): the figure was rounded toward the bound by at most its last printed step.
        step = abs(form.slope) * rounding_sd(statement.value) * math.sqrt(12.0)
        side = -0.5 if statement.relation == "at_most" else 0.5
        form = dataclasses.replace(form, value=form.value + side * step)
    if statement.relation == "between" and form.value_high is not None:
        width = form.value_high - form.value
        form = dataclasses.replace(form, value=form.value + width / 2, value_high=None)
        sd = math.hypot(sd, width / math.sqrt(12.0))
    return _Row(original, form, sd, _offsets(statement, original, references, table))


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
    references = _reference_groups(statements)
    rows: list[_Row] = []
    unusable: list[tuple[Statement, str]] = []
    for statement in statements:
        row = _row(statement, layout, at, table, origin, references)
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


def relinearise(evidence: Evidence, layout: Layout, path: Array, table: ErrorTable, origin: int) -> Evidence:
    """The same statements, with their forms taken around another path (log points, shape (K·T,))."""

    def at(key: Key) -> float:
        position = layout.position(*key)
        return 0.0 if position is None else float(path[position])

    again = build_evidence(evidence.statements, layout, at, table, origin)
    return dataclasses.replace(again, unusable=evidence.unusable)
