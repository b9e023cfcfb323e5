"""Statements with the same left-hand side, pooled into one: what they say together, and what they say of offsets.

Many figures speak of one quantity: first and revised prints, several sources, an average and a change over the same
years. Conditioning costs the cube of the number of rows, so that rows that differ in their factor, value, error and
offsets only are taken as one row first. Nothing is lost: their weighted mean says all that they say of the paths, and
their differences say all that they say of the offsets (within- and between-group regression; Searle, Casella &
McCulloch 1992). No difference of large numbers is formed, so that nearly exact figures keep their digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from xtanalysis.model.evidence import Evidence

__all__ = ["Groups", "Pooled", "groups_of", "pool"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Apart:
    """Which offsets the differences between statements of one group speak of, whatever the weights.

    Attributes
    ----------
    told, held
        Those of which some difference speaks, D of the J offsets, and the others, shape (D,) and (J − D,).
    of_told, of_held
        Coefficients of the statements on them, sparse, shape (n, D) and (n, J − D).
    row, column, stated
        Statement, place in ``told`` and coefficient wherever a statement's own may differ from its group's, statement
        by statement, shape (E,) each.
    ends
        How many of these come before each statement, shape (n + 1,).
    """

    told: NDArray[np.intp]
    held: NDArray[np.intp]
    of_told: sparse.csr_array
    of_held: sparse.csr_array
    row: NDArray[np.intp]
    column: NDArray[np.intp]
    stated: Array
    ends: NDArray[np.intp]

    def matrix(self, values: Array) -> sparse.csr_array:
        """Values there (E,), zero elsewhere: sparse, shape (n, D)."""
        return sparse.csr_array((values, self.column, self.ends), shape=(self.ends.size - 1, self.told.size))


@dataclass(frozen=True, slots=True)
class Groups:
    """Which statements share a left-hand side up to a factor; m different ones among n statements.

    Attributes
    ----------
    place
        Group of each statement, shape (n,).
    factor
        Each statement's factor on its group's left-hand side, shape (n,).
    forms
        The left-hand sides, sparse, shape (m, K·T).
    alone
        Whether a statement is the only one of its group, shape (n,).
    apart
        Where offsets stand beside a difference between statements of one group.
    """

    place: NDArray[np.intp]
    factor: Array
    forms: sparse.csr_array
    alone: NDArray[np.bool_]
    apart: Apart

    def among(self, positions: NDArray[np.intp]) -> sparse.csr_array:
        """The left-hand sides on some positions of the path vector, sparse, shape (m, P)."""
        return self.forms.tocsc()[:, positions].tocsr()

    def add_up(self, values: Array) -> Array:
        """Sums over the statements of each group, shape (m,)."""
        return np.asarray(np.bincount(self.place, weights=values, minlength=self.forms.shape[0]), dtype=float)


@dataclass(frozen=True, slots=True)
class Pooled:
    """One information set's statements as m rows ``forms @ x + error = value``, given their robust weights.

    Attributes
    ----------
    groups
        Which statements went together.
    value
        Shape (m,).
    error
        Covariance of the rows' errors, with that of the offsets they share, shape (m, m).
    constant
        What the statements' differences add to the log evidence.
    variance
        Of each row's own error, beside offsets, shape (m,).
    precision
        1/variance of each statement's own error, shape (n,).
    share, gather
        Weight of each statement in its row, shape (n,), and as a matrix, shape (m, n).
    apart
        Offsets of each statement less those of its group times its precision, sparse, shape (n, D), as all below for
        the offsets of which some difference speaks.
    shared
        Of the other offsets, what the rows hold of each times its standard deviation, sparse, shape (m, J − D).
    between
        What the rows hold of the offsets of which some difference speaks, sparse, shape (m, D).
    passed
        Covariance of the offsets given the differences with the rows' offsets, shape (D, m).
    spread, half
        Covariance of the offsets given the differences, half' · half, shape (D, D) each.
    contrast
        What the differences alone say, N·value in :meth:`precision_rows`, shape (n,).
    """

    groups: Groups
    value: Array
    error: Array
    constant: float
    variance: Array
    precision: Array
    share: Array
    gather: sparse.csr_array
    apart: sparse.csr_array
    shared: sparse.csr_array
    between: sparse.csr_array
    passed: Array
    spread: Array
    half: Array
    contrast: Array

    def __len__(self) -> int:
        return self.value.size

    def weighted(self, solved: Array) -> Array:
        """S⁻¹(value − prior mean) by statement, shape (n,), from that of the rows (m,)."""
        out: Array = self.contrast + self.share * solved[self.groups.place] - self.apart @ (self.passed @ solved)
        return out

    def errors(self, count: int, rng: np.random.Generator) -> Array:
        """Draws of the rows' errors, shape (m, count): their covariance is ``error``."""
        out = rng.standard_normal((len(self), count))
        out *= np.sqrt(self.variance)[:, None]
        out += self.shared @ rng.standard_normal((self.shared.shape[1], count))
        out += self.between @ (self.half.T @ rng.standard_normal((len(self.half), count)))
        return out

    def _loads(self, rows: NDArray[np.intp]) -> Array:
        """What each pooled row takes of some statements, shape (m, r)."""
        out: Array = -(self.apart[rows] @ self.passed).T
        out[self.groups.place[rows], np.arange(rows.size)] += self.share[rows]
        return out

    def spread_out(self, pooled: Array) -> Array:
        """What the statements take of quantities of the pooled rows (m, …): shape (n, …)."""
        share = self.share.reshape(-1, *([1] * (pooled.ndim - 1)))
        out: Array = share * pooled[self.groups.place]
        out -= np.asarray(self.apart @ (self.passed @ pooled))
        return out

    def precision_rows(self, inverse: Array, rows: NDArray[np.intp]) -> Array:
        """Rows of S⁻¹ by statement, shape (r, n), from that of the pooled rows (m, m).

        S⁻¹ = N + T'·S_m⁻¹·T: N is the precision of the differences, T what each pooled row takes of the statements.
        """
        out: Array = self.spread_out(inverse @ self._loads(rows)).T
        again: Array = self.apart[rows] @ (self.apart @ self.spread).T
        out = out - again
        groups, place = self.groups, self.groups.place
        several = ~groups.alone
        for i, row in enumerate(rows):
            if several[row]:
                mates = np.flatnonzero(place == place[row])
                out[i, mates] -= self.share[row] * groups.factor[mates] * self.precision[mates]
                out[i, row] += self.precision[row]
        return np.asarray(out)

    def precision_blocks(self, inverse: Array, blocks: Sequence[NDArray[np.intp]]) -> Iterator[Array]:
        """S⁻¹ among the statements of each block, shape (r, r), from that of the pooled rows (m, m).

        What :meth:`precision_rows` gives of them, without the statements around.
        """
        spoken, across = self.apart.toarray(), self.passed @ inverse
        around = across @ self.passed.T - self.spread
        groups = self.groups
        for rows in blocks:
            place, share, apart = groups.place[rows], self.share[rows], spoken[rows]
            mixed = (apart @ across[:, place]) * share
            out = share[:, None] * inverse[np.ix_(place, place)] * share - mixed - mixed.T + apart @ around @ apart.T
            own, mates = ~groups.alone[rows], place[:, None] == place
            out -= np.where(own[:, None] & mates, share[:, None] * groups.factor[rows] * self.precision[rows], 0.0)
            out[np.diag_indices_from(out)] += np.where(own, self.precision[rows], 0.0)
            yield out

    def precision_diagonal(self, inverse: Array) -> Array:
        """Diagonal of S⁻¹ by statement, shape (n,), from that of the pooled rows (m, m)."""
        place, groups = self.groups.place, self.groups
        out: Array = self.share**2 * np.diag(inverse)[place]
        inner = self.precision * (1.0 - self.share * groups.factor)
        out += np.where(groups.alone, 0.0, inner)
        apart, across = groups.apart, self.passed @ inverse
        row, column, data = apart.row, apart.column, self.apart.data
        inner = (self.apart @ (across @ self.passed.T - self.spread))[row, column]
        told = data * (inner - 2.0 * self.share[row] * across[column, place[row]])
        out += np.bincount(row, weights=told, minlength=out.size)
        return np.asarray(out)


def groups_of(evidence: Evidence) -> Groups:
    """Find the statements that share a left-hand side."""
    paths = evidence.paths.copy()
    paths.sort_indices()
    stated = paths.data.copy()
    found: dict[bytes, int] = {}
    n = len(evidence)
    place, factor = np.zeros(n, dtype=np.intp), np.ones(n)
    first: list[int] = []
    for i, (start, end) in enumerate(zip(paths.indptr[:-1], paths.indptr[1:], strict=True)):
        if end > start:
            factor[i] = paths.data[start]
            paths.data[start:end] /= factor[i]
        key = paths.indices[start:end].tobytes() + paths.data[start:end].tobytes()
        place[i] = found.setdefault(key, len(found))
        if place[i] == len(first):
            first.append(i)
    alone = np.bincount(place, minlength=len(first))[place] == 1
    # One that stands alone stays as it is.
    whole = np.repeat(alone, np.diff(paths.indptr))
    paths.data[whole] = stated[whole]
    factor[alone] = 1.0
    return Groups(place, factor, paths[np.array(first, dtype=np.intp)], alone, _apart(evidence, place, factor, alone))


def _apart(evidence: Evidence, place: NDArray[np.intp], factor: Array, alone: NDArray[np.bool_]) -> Apart:
    """Find the offsets that stand otherwise beside one statement of a group than beside another."""
    offsets, several = evidence.offsets, np.flatnonzero(~alone)
    stated = offsets[several].toarray()
    each = stated / factor[several, None]
    _, first, group = np.unique(place[several], return_index=True, return_inverse=True)
    differs = np.zeros((first.size, each.shape[1]), dtype=bool)
    where = np.nonzero(np.abs(each - each[first[group]]) > 1e-14)
    differs[group[where[0]], where[1]] = True
    chosen = differs.any(axis=0)
    told, held = np.flatnonzero(chosen), np.flatnonzero(~chosen)
    row, column = np.nonzero(differs[:, told][group])
    count = np.bincount(several[row], minlength=place.size)
    by_column = offsets.tocsc()
    return Apart(
        told=told,
        held=held,
        of_told=by_column[:, told].tocsr(),
        of_held=by_column[:, held].tocsr(),
        row=several[row],
        column=column,
        stated=stated[row, told[column]],
        ends=np.concatenate([[0], np.cumsum(count)]),
    )


def pool(evidence: Evidence, groups: Groups, weights: Array) -> Pooled:
    """Pool the statements, each error's variance divided by its robust weight, shape (n,)."""
    precision, factor, place = weights / evidence.sd**2, groups.factor, groups.place
    total = groups.add_up(precision * factor**2)
    share = np.where(groups.alone, 1.0, precision * factor / total[place])
    mean = groups.add_up(share * evidence.value)
    gap = np.where(groups.alone, 0.0, evidence.value - factor * mean[place])
    n, m, told = len(evidence), total.size, groups.apart
    gather = sparse.csr_array((share, (place, np.arange(n))), shape=(m, n))
    between, row = gather @ told.of_told, told.row
    within = told.stated - factor[row] * between.toarray()[place[row], told.column]
    apart, sd = told.matrix(precision[row] * within), evidence.offset_sd[told.told]
    each = told.matrix(np.sqrt(precision[row]) * within * sd[told.column]).toarray()
    scatter = each.T @ each
    scatter[np.diag_indices_from(scatter)] += 1.0
    root = linalg.cholesky(scatter, lower=True, check_finite=False) if sd.size else scatter
    half = linalg.solve_triangular(root, np.diag(sd), lower=True, check_finite=False) if sd.size else scatter
    spread = half.T @ half
    loose = apart.T @ gap
    offset = spread @ loose
    passed = np.ascontiguousarray((between @ spread).T)
    shared = _columns_times(gather @ told.of_held, evidence.offset_sd[told.held])
    error = np.asarray((shared @ shared.T).toarray())
    error += between @ passed
    error[np.diag_indices_from(error)] += 1.0 / total
    constant = -0.5 * (n - m) * np.log(2.0 * np.pi) + 0.5 * np.log(precision).sum() - 0.5 * np.log(total).sum()
    constant -= 0.5 * float(precision @ gap**2 - loose @ offset) + float(np.log(np.diag(root)).sum())
    return Pooled(
        groups=groups,
        value=mean - between @ offset,
        error=error,
        constant=float(constant),
        variance=1.0 / total,
        precision=precision,
        share=share,
        gather=gather,
        apart=apart,
        shared=shared,
        between=between,
        passed=passed,
        spread=spread,
        half=half,
        contrast=precision * gap - apart @ offset,
    )


def _columns_times(rows: sparse.csr_array, factors: Array) -> sparse.csr_array:
    """Each column times its factor."""
    return sparse.csr_array((rows.data * factors[rows.indices], rows.indices, rows.indptr), shape=rows.shape)
