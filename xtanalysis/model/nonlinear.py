"""Assumptions on many paths at once: their value and gradient on every draw, linear or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xtanalysis.data.dictionary import indicators
from xtanalysis.model.prior import Layout
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import Key, base_year

__all__ = ["Compiled", "compile_statement", "mean_forms", "values_of"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A combination of log-levels, or 100·ln of a sum of levels, as arrays.

    Attributes
    ----------
    positions
        Of the states that it speaks of, in the path vector, shape (P,).
    coefficients
        Shape (G, P): one row for each log-level that is summed (one where nothing is).
    share
        Whether a state is a logit of which the log share counts, shape (P,).
    """

    positions: NDArray[np.intp]
    coefficients: Array
    share: NDArray[np.bool_]

    def at(self, path: Array) -> tuple[Array, float]:
        """Gradient (P,) at one path (K·T,), and what the value there exceeds gradient · path by."""
        value, gradient = self(path[None])
        return gradient[0], float(value[0] - gradient[0] @ path[self.positions])

    def __call__(self, paths: Array) -> tuple[Array, Array]:
        """Value (N,) and gradient (N, P) on paths of shape (N, K·T), log points."""
        return self.of(paths[:, self.positions])

    def of(self, x: Array) -> tuple[Array, Array]:
        """The same on the states that it speaks of alone, shape (N, P)."""
        log = np.where(self.share, 100.0 * special.log_expit(x / 100.0), x)
        slope = np.where(self.share, special.expit(-x / 100.0), 1.0)
        parts = log @ self.coefficients.T
        if parts.shape[1] == 1:
            return parts[:, 0], self.coefficients[0] * slope
        value = 100.0 * special.logsumexp(parts / 100.0, axis=1)
        weights = np.exp((parts - value[:, None]) / 100.0)
        return value, (weights @ self.coefficients) * slope


def values_of(forms: Sequence[Compiled], paths: Array) -> Array:
    """Values of several forms on paths of shape (N, K·T), log points, shape (F, N); each log share is taken once."""
    places = np.unique(np.concatenate([form.positions for form in forms]))
    shares = np.unique(np.concatenate([form.positions[form.share] for form in forms]))
    plain, log = paths.T[places], 100.0 * special.log_expit(paths.T[shares] / 100.0)
    out = np.empty((len(forms), len(paths)))
    for form, row in zip(forms, out, strict=True):
        x = plain[np.searchsorted(places, form.positions)]
        x[form.share] = log[np.searchsorted(shares, form.positions[form.share])]
        parts = form.coefficients @ x
        row[:] = parts[0] if len(parts) == 1 else 100.0 * special.logsumexp(parts / 100.0, axis=0)
    return out


def mean_forms(forms: Sequence[Compiled], places: NDArray[np.intp], points: Array) -> tuple[Array, Array]:
    """Mean gradients of several forms over points, and what the linear forms of these gradients leave of each value.

    Parameters
    ----------
    places
        Of the states that the forms speak of, in the path vector, ascending, shape (Q,).
    points
        These states on N points, shape (Q, N), log points.

    Returns
    -------
    The gradients, form after form, shape (sum of the forms' P,), and the rest of each value, shape (F, N).
    """
    log, share = points / 100.0, np.empty(points.shape)
    special.expit(-log, out=share)
    special.log_expit(log, out=log)
    log *= 100.0
    shares = share.mean(axis=1)
    # Where nothing is summed, only what is a log share bends: its gradient is its coefficient times a mean share.
    log -= shares[:, None] * points
    slopes, left = [], np.zeros((len(forms), points.shape[1]))
    for form, rest in zip(forms, left, strict=True):
        where = np.searchsorted(places, form.positions)
        if len(form.coefficients) == 1:
            slope = form.coefficients[0] * np.where(form.share, shares[where], 1.0)
            np.dot(form.coefficients[0][form.share], log[where[form.share]], out=rest)
        else:
            value, gradient = form.of(points[where].T)
            slope = gradient.mean(axis=0)
            np.subtract(value, slope @ points[where], out=rest)
        slopes.append(slope)
    return np.concatenate(slopes), left


def _terms(region: str, indicator: str, year: int) -> dict[tuple[Key, bool], float]:
    """States of an indicator's log-level with their factors; a ratio among them counts as a log share."""
    entry = indicators()[indicator]
    if not entry.factors:
        return {((region, indicator, year), entry.is_share): 1.0}
    out: dict[tuple[Key, bool], float] = {}
    for factor, name in entry.factors:
        for key, inner in _terms(region, name, year).items():
            out[key] = out.get(key, 0.0) + factor * inner
    return out


def _groups(statement: Statement) -> list[dict[tuple[Key, bool], float]]:
    """Log-levels that a statement combines: one combination, or one for each year of a sum."""
    region, indicator, year = statement.region, statement.indicator, statement.period.year
    entry = indicators()[indicator]
    if statement.measure == "sum":
        return [_terms(region, indicator, t) for t in range(statement.period.first_year, year + 1)]
    if statement.measure in ("level", "share", "year_to_date_level"):
        if entry.role == "state" and entry.is_share:
            return [{((region, indicator, year), False): 1.0}]
        return [_terms(region, indicator, year)]
    several = statement.measure in ("average_growth", "cumulative_change")
    start = base_year(statement) if several else year - 1
    span = year - start if statement.measure == "average_growth" else 1
    pairs = [(region, year, 1.0), (region, start, -1.0)]
    if statement.measure == "gap":
        pairs += [(str(statement.reference), year, -1.0), (str(statement.reference), start, 1.0)]
    out: dict[tuple[Key, bool], float] = {}
    for name, t, sign in pairs:
        for key, factor in _terms(name, indicator, t).items():
            out[key] = out.get(key, 0.0) + sign * factor / span
    return [out]


def compile_statement(statement: Statement, layout: Layout) -> Compiled:
    """Turn a statement's left-hand side into arrays; every state must be in the layout."""
    groups = _groups(statement)
    keys = sorted({key for group in groups for key in group})
    positions = [layout.position(*key) for key, _ in keys]
    if None in positions:
        raise KeyError(keys[positions.index(None)])
    coefficients = np.array([[group.get(key, 0.0) for key in keys] for group in groups])
    return Compiled(np.array(positions, dtype=np.intp), coefficients, np.array([share for _, share in keys]))
