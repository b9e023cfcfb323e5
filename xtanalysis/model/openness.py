"""What an update leaves open: the covariance with which a scenario may move the paths."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from xtanalysis.model.posterior import Posterior
from xtanalysis.model.prior import continuation_covariance

__all__ = ["open_covariance"]

Array = NDArray[np.float64]


def _future(posterior: Posterior) -> NDArray[np.intp]:
    """Positions of the years after the origin, state by state."""
    years = np.array(posterior.layout.years)
    later = np.flatnonzero(years > posterior.origin)
    return (np.arange(len(posterior.layout.states))[:, None] * years.size + later).ravel()


def _settled(posterior: Posterior, index: int) -> Array:
    """Covariance of the years after the origin given history in one cell, shape (K·h, K·h); kept for later."""
    key = ("open", index)
    if key not in posterior.kept:
        cell, future = posterior.mixture.cells[index], _future(posterior)
        covariance = continuation_covariance(posterior.layout, cell.hyper, posterior.origin)
        ahead = posterior.evidence.paths.tocsc()[:, future].tocsr()
        speaks = np.flatnonzero(np.diff(ahead.indptr))
        if speaks.size:
            # Statements about years after the origin (growth to date, outlooks) have settled part of what was open.
            ahead = ahead[speaks]
            spread = posterior.evidence.offsets[speaks].toarray() * posterior.evidence.offset_sd
            noise = posterior.evidence.sd[speaks] ** 2 / posterior.mixture.robust[speaks]
            gain = (ahead @ covariance).T
            inner = ahead @ gain + spread @ spread.T + np.diag(noise)
            covariance = covariance - gain @ linalg.solve(inner, gain.T, assume_a="pos")
        posterior.kept[key] = covariance
    return posterior.kept[key]


def open_covariance(posterior: Posterior, index: int, rows: Array, update: str) -> Array:
    """Cov(x, rows·x) in one cell, shape (K·T, m): of what the update leaves open."""
    if update != "none":
        return posterior.mixture.cells[index].covariance_with(posterior.layout, rows)
    future = _future(posterior)
    out = np.zeros((posterior.layout.size, len(rows)))
    out[future] = _settled(posterior, index) @ rows[:, future].T
    return out
