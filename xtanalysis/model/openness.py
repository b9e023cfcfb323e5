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


def _settled(posterior: Posterior) -> Array:
    """Covariance of the years after the origin given history, cell by cell, shape (C, K·h, K·h); kept for later."""
    if ("open", 0) not in posterior.kept:
        posterior.kept["open", 0] = np.stack(_settle(posterior))
    found: Array = posterior.kept["open", 0]
    return found


def _settle(posterior: Posterior) -> list[Array]:
    evidence = posterior.evidence
    ahead = evidence.paths.tocsc()[:, _future(posterior)].tocsr()
    speaks = np.flatnonzero(np.diff(ahead.indptr))
    ahead = ahead[speaks]
    spread = evidence.offsets[speaks].toarray() * evidence.offset_sd
    error = spread @ spread.T + np.diag(evidence.sd[speaks] ** 2 / posterior.mixture.robust[speaks])
    out = []
    for cell in posterior.mixture.cells:
        covariance = continuation_covariance(posterior.layout, cell.hyper, posterior.origin)
        if speaks.size:
            # Statements about years after the origin (growth to date, outlooks) have settled part of what was open.
            gain = (ahead @ covariance).T
            covariance -= gain @ linalg.solve(ahead @ gain + error, gain.T, assume_a="pos")
        out.append(covariance)
    return out


def open_covariance(posterior: Posterior, index: int, rows: Array, update: str) -> Array:
    """Cov(x, rows·x) in one cell, shape (K·T, m): of what the update leaves open."""
    if update != "none":
        return posterior.mixture.cells[index].covariance_with(posterior.layout, rows)
    future = _future(posterior)
    out = np.zeros((posterior.layout.size, len(rows)))
    out[future] = _settled(posterior)[index] @ rows[:, future].T
    return out
