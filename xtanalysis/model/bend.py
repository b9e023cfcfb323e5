"""What is not linear, linearised over all that the paths may be: the mean gradient, and what it leaves as an error.

A statement about a part of an aggregate is a log share, which is curved in the state. Its best linear form under a
Gaussian law of the state is not the gradient at the mean but the mean gradient (Stein's lemma: it is the regression of
the form on the state). Taken around the posterior itself, step by step, that is posterior linearisation
(García-Fernández, Svensson, Morelande & Särkkä 2015). The spread of what is left over counts as an error of the
statement, so that a figure printed to four digits does not claim more than its linear form can hold.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from xtanalysis.model.basis import is_owner
from xtanalysis.model.evidence import Evidence
from xtanalysis.model.likelihood import Cell, covariance_at
from xtanalysis.model.noise import LEAST_SD
from xtanalysis.model.nonlinear import mean_forms
from xtanalysis.model.stand_ins import FREE

__all__ = ["linearise_over"]

Array = NDArray[np.float64]

POINTS = 256
SPREADS = 11.0  # of what is left over that count as an error: dozens of rows then move the draws' weights by little


def linearise_over(evidence: Evidence, cell: Cell, spoken: NDArray[np.intp], prior: Array, sd: Array) -> Evidence:
    """The evidence with rows that are not linear taken over the posterior of one cell.

    Parameters
    ----------
    spoken, prior
        Positions that the statements speak of, and the cell's prior covariance between them, shape (P, P).
    sd
        Of the statements' own errors, shape (n,); what the linear forms leave over is added.
    """
    rows = np.flatnonzero(~evidence.linear)
    if not rows.size:
        return evidence
    places = np.unique(np.concatenate([form.positions for form in evidence.curved]))
    covariance = covariance_at(cell, spoken, prior, np.searchsorted(spoken, places))
    covariance[np.diag_indices_from(covariance)] += LEAST_SD**2
    normal = np.random.default_rng(POINTS).standard_normal((POINTS // 2, places.size))
    # Both signs of each point: the mean is exact. A Cholesky root moves smoothly with the covariance.
    away = linalg.cholesky(covariance, lower=True, check_finite=False) @ normal.T
    points = cell.mean[places][:, None] + np.hstack([away, -away])
    slopes, left = mean_forms(evidence.curved, places, points)
    left = _beside_free_levels(evidence, rows, left)
    data, constant = evidence.paths.data.copy(), evidence.constant.copy()
    start, end = evidence.paths.indptr[rows], evidence.paths.indptr[rows + 1]
    data[np.concatenate([np.arange(*ends) for ends in zip(start, end, strict=True)])] = slopes
    constant[rows], spread = left.mean(axis=1), left.std(axis=1)
    out, wide = evidence.taken_as(data, constant), sd.copy()
    # What the bureau itself reports defines the path: it carries its own curvature and no more.
    once = evidence.ahead[rows] | [is_owner(evidence.statements[i]) for i in rows]
    wide[rows] = np.hypot(sd[rows], spread * np.where(once, 1.0, SPREADS))
    return dataclasses.replace(out, sd=np.where(np.isnan(evidence.low), wide, out.sd))


def _beside_free_levels(evidence: Evidence, rows: NDArray[np.intp], left: Array) -> Array:
    """What linear forms leave over that an offset of unknown size does not take up, shape of ``left`` (n, POINTS).

    A proxy's level speaks through its changes alone: what all its years leave over alike is lost in the level.
    """
    out = left.copy()
    free = evidence.offsets[rows][:, np.flatnonzero(evidence.offset_sd >= FREE)].tocsc()
    for first, last in zip(free.indptr[:-1], free.indptr[1:], strict=True):
        some = free.indices[first:last]
        if some.size:
            out[some] -= out[some].mean(axis=0) - out[some].mean()
    return out
