"""What linearising leaves out: the mean and spread of each statement's curvature under what is known of the paths.

A statement about a part of an aggregate is a log share, which is curved in the state. Taken by its gradient it is
off by curvature × variance / 2 on average (Julier & Uhlmann 2004): the mean is taken off the value, and the spread
counts as an error of the statement, so that a figure printed to four digits does not claim more than its linear form
can hold.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from xtanalysis.model.basis import is_owner
from xtanalysis.model.evidence import Evidence
from xtanalysis.model.likelihood import Cell, covariances_of
from xtanalysis.model.prior import Layout

__all__ = ["allow_for_bend", "bend"]

Array = NDArray[np.float64]

POINTS = 256
SPREADS = 8.0  # of the curvature's spread that count as an error


def bend(evidence: Evidence, paths: Array) -> Array:
    """Exact less linear left-hand side of the rows that are not linear on many paths (N, K·T), shape (N, rows)."""
    rows = np.flatnonzero(~evidence.linear)
    exact = np.stack([form(paths)[0] for form in evidence.curved], axis=1) if rows.size else np.empty((len(paths), 0))
    out: Array = exact - evidence.constant[rows] - paths @ evidence.paths[rows].T
    return out


def allow_for_bend(evidence: Evidence, layout: Layout, cell: Cell) -> Evidence:
    """The evidence with the mean curvature taken off the values and its spread added to the errors."""
    rows = np.flatnonzero(~evidence.linear)
    if not rows.size:
        return evidence
    places = np.unique(evidence.paths[rows].indices)
    pick = np.zeros((places.size, layout.size))
    pick[np.arange(places.size), places] = 1.0
    covariance = covariances_of(layout, [cell], pick)[0]
    values, vectors = linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    normal = np.random.default_rng(POINTS).standard_normal((POINTS // 2, places.size))
    paths = np.tile(cell.mean, (POINTS, 1))
    paths[:, places] += np.vstack([normal, -normal]) @ root.T
    found = bend(evidence, paths)
    value, sd, bent = evidence.value.copy(), evidence.sd.copy(), np.zeros(len(evidence))
    bent[rows] = found.mean(axis=0)
    value[rows] -= bent[rows]
    # What the bureau itself reports defines the path: it carries its own curvature and no more.
    spreads = np.array([1.0 if is_owner(evidence.statements[i]) else SPREADS for i in rows])
    sd[rows] = np.hypot(sd[rows], spreads * found.std(axis=0))
    return dataclasses.replace(evidence, value=value, sd=sd, bent=bent)
