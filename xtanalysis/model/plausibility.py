"""How far a scenario lies from the baseline, judged on what it assumes over the years."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xtanalysis.model.conditions import RANK_TOLERANCE, Conditions
from xtanalysis.model.posterior import Posterior
from xtanalysis.statements.linear import GROWTH_LIKE

__all__ = ["distance"]

Array = NDArray[np.float64]


def distance(posterior: Posterior, conditions: Conditions) -> tuple[float, float]:
    """Mahalanobis distance of what is assumed over the years from the baseline, and its percentile in the χ² law.

    Each indicator counts once: its yearly growths by their sum (the change over all of them), its levels and shares by
    their mean. Years one by one would weigh the noise of each year as much as what the scenario is about. An interval
    counts from its nearest end; a noisy observation or a target distribution adds its own variance.
    """
    groups = _groups(conditions)
    mean, covariance = posterior.moments(groups @ conditions.rows)
    high = np.where(np.isnan(conditions.high), conditions.value, conditions.high)
    # An open end is infinite, and 0 · ∞ no number: each group adds up its own members alone.
    ends = [[float(weights[weights > 0] @ end[weights > 0]) for weights in groups] for end in (conditions.value, high)]
    gap = np.clip(mean, *np.array(ends)) - mean
    covariance = covariance + groups @ np.diag(conditions.error**2) @ groups.T
    inverse = np.linalg.pinv(covariance, rcond=RANK_TOLERANCE, hermitian=True)
    squared = float(gap @ inverse @ gap)
    return squared**0.5, float(special.chdtr(np.linalg.matrix_rank(covariance), squared))


def _groups(conditions: Conditions) -> Array:
    """Weights of the conditions in each group, shape (groups, m)."""
    keys = []
    for j, s in enumerate(conditions.statements):
        open_end = conditions.kind[j] == "interval" and not np.isfinite([conditions.value[j], conditions.high[j]]).all()
        changes = s.measure in GROWTH_LIKE
        keys.append((s.region, s.indicator, changes, s.relation if open_end else ""))
    names = list(dict.fromkeys(keys))
    out = np.array([[float(key == name) for key in keys] for name in names])
    means = np.array([not name[2] for name in names])
    out[means] /= out[means].sum(axis=1, keepdims=True)
    return out
