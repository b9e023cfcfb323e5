"""From statements to rows of one linear system: coefficients on paths, unknown offsets, errors."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from xtanalysis.model.basis import References, references_of
from xtanalysis.model.noise import ErrorTable
from xtanalysis.model.nonlinear import Compiled, compile_statement
from xtanalysis.model.parts import shares_beside
from xtanalysis.model.prior import Layout
from xtanalysis.model.rows import Context, Row, dof_of, is_tie, row_of
from xtanalysis.model.to_date import Rest
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import Key, LinearForm

__all__ = [
    "Evidence",
    "build_evidence",
    "reference",
    "relinearise",
]

Array = NDArray[np.float64]

SILENT = 1e4  # sd of an inequality before anything is known of it, log points


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
    low, high
        Of facts that are inequalities, log points, infinite where open, nan for all others, shape (n,).
    rounding
        Standard deviation of what was stated, before any site, shape (n,).
    references
        The yardsticks that levels were held against.
    rest
        Of growth to date, by id: how the rest of the year is expected to differ.
    curved
        Of the rows that are not linear, in their order: the exact form.
    constant
        What linearising has taken off each value, log points, shape (n,).
    ahead
        Whether a row is a tie between paths in a year that no figure speaks of yet, shape (n,).
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
    low: Array
    high: Array
    rounding: Array
    references: References
    curved: tuple[Compiled, ...]
    constant: Array
    ahead: NDArray[np.bool_]
    rest: Mapping[str, Rest] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.statements)

    @property
    def bounded(self) -> NDArray[np.intp]:
        """Rows of facts that are inequalities; value and sd are those of a site (:mod:`xtanalysis.model.bounds`)."""
        return np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high))

    @property
    def exact(self) -> tuple[NDArray[np.intp], tuple[Compiled, ...]]:
        """Rows that are not linear and count by their exact form on draws, with these forms.

        Ties ahead keep their linear one: a large share moves less, so that taken exactly they would say that shares are
        large, the more so the further one looks.
        """
        rows = np.flatnonzero(~self.linear)
        weighed = ~self.ahead[rows]
        return rows[weighed], tuple(form for form, counts in zip(self.curved, weighed, strict=True) if counts)

    def taken_as(self, data: Array, constant: Array) -> Evidence:
        """The same with other coefficients on the paths, and what linearising takes off each value, shape (n,)."""
        moved = self.constant - constant
        return dataclasses.replace(
            self,
            paths=sparse.csr_array((data, self.paths.indices, self.paths.indptr), shape=self.paths.shape),
            # A site stays where it was until the next look.
            value=self.value + np.where(np.isnan(self.low), moved, 0.0),
            low=self.low + moved,
            high=self.high + moved,
            constant=constant,
        )

    def only(self, kept: NDArray[np.bool_]) -> Evidence:
        """Some of the statements, kept of shape (n,)."""
        rows = np.flatnonzero(kept)
        names = ("value", "sd", "dof", "linear", "low", "high", "rounding", "constant", "ahead")
        curved = kept[~self.linear]
        return dataclasses.replace(
            self,
            statements=tuple(self.statements[i] for i in rows),
            paths=self.paths[rows],
            offsets=self.offsets[rows],
            curved=tuple(form for form, stays in zip(self.curved, curved, strict=True) if stays),
            **{name: getattr(self, name)[rows] for name in names},
        )


def build_evidence(
    statements: Sequence[Statement],
    layout: Layout,
    at: Callable[[Key], float],
    table: ErrorTable,
    origin: int,
    rest: Mapping[str, Rest] | None = None,
) -> Evidence:
    """Rows of the statements that this system can hold.

    Parameters
    ----------
    at
        Reference path for what is not linear, log points by state key.
    origin
        Last full calendar year before the information set's day.
    rest
        Of growth to date, by id: how the rest of the year is expected to differ.
    """
    rest = rest or {}
    shares = shares_beside(statements, origin)
    references = references_of(statements, table, [share for share, _ in shares.values()])
    context = Context(layout, table, origin, references, rest, shares)
    rows: list[Row] = []
    unusable: list[tuple[Statement, str]] = []
    for statement in statements:
        row = row_of(statement, at, context)
        if isinstance(row, str):
            unusable.append((statement, row))
        else:
            rows.append(row)
    names = sorted({name for row in rows for name, _, _ in row.offsets})
    place = {name: j for j, name in enumerate(names)}
    spread = np.zeros(len(names))
    for row in rows:
        for name, _, sd in row.offsets:
            spread[place[name]] = sd
    curved = {i: compile_statement(row.asked, layout) for i, row in enumerate(rows) if not row.form.linear}
    around = np.array([at((*state, year)) for state in layout.states for year in layout.years])
    constant = np.zeros(len(rows))
    spoken: list[Sequence[tuple[int, float]]] = []
    for i, row in enumerate(rows):
        if i in curved:
            slope, constant[i] = curved[i].at(around)
            spoken.append(list(zip(curved[i].positions.tolist(), slope.tolist(), strict=True)))
        else:
            spoken.append(_places(row.form, layout))
    shifted = [[(place[name], coefficient) for name, coefficient, _ in row.offsets] for row in rows]
    return Evidence(
        statements=tuple(row.statement for row in rows),
        paths=_sparse(spoken, layout.size),
        offsets=_sparse(shifted, len(names)),
        offset_names=tuple(names),
        offset_sd=spread,
        value=np.array([row.form.value for row in rows]),
        sd=np.array([row.sd if row.bounds is None else SILENT for row in rows]),
        dof=np.array([dof_of(row, table) for row in rows]),
        linear=np.array([row.form.linear for row in rows], dtype=bool),
        unusable=tuple(unusable),
        low=np.array([math.nan if row.bounds is None else row.bounds[0] for row in rows]),
        high=np.array([math.nan if row.bounds is None else row.bounds[1] for row in rows]),
        rounding=np.array([row.sd for row in rows]),
        references=context.references,
        curved=tuple(curved.values()),
        constant=constant,
        ahead=np.array([is_tie(row.statement) and row.statement.period.year > origin + 1 for row in rows], dtype=bool),
        rest=rest,
    )


def _sparse(rows: Sequence[Sequence[tuple[int, float]]], width: int) -> sparse.csr_array:
    """Rows of (column, coefficient) as a sparse array, in the order given."""
    ends = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.array([column for row in rows for column, _ in row], dtype=np.intp)
    data = np.array([coefficient for row in rows for _, coefficient in row], dtype=float)
    return sparse.csr_array((data, columns, ends), shape=(len(rows), width))


def reference(layout: Layout, path: Array) -> Callable[[Key], float]:
    """Look a state up on a path (log points, shape (K·T,)); what the layout does not hold is 0."""

    def at(key: Key) -> float:
        position = layout.position(*key)
        return 0.0 if position is None else float(path[position])

    return at


def relinearise(evidence: Evidence, path: Array) -> Evidence:
    """The same statements, with their forms taken around another path (log points, shape (K·T,))."""
    paths, constant = evidence.paths, evidence.constant.copy()
    data = paths.data.copy()
    for i, form in zip(np.flatnonzero(~evidence.linear), evidence.curved, strict=True):
        data[paths.indptr[i] : paths.indptr[i + 1]], constant[i] = form.at(path)
    return evidence.taken_as(data, constant)


def _places(form: LinearForm, layout: Layout) -> list[tuple[int, float]]:
    """Positions of the path vector that a form speaks of, with their coefficients."""
    found = ((layout.position(*key), coefficient) for key, coefficient in form.coefficients.items())
    return [(position, coefficient) for position, coefficient in found if position is not None]
