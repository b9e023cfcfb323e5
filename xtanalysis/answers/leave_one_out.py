"""Published figures predicted from all the others: the posterior's bands held against every kind of figure it uses.

With S the statements' covariance in a cell and B = S⁻¹, the errors of a group G given all other statements have mean
B_GG⁻¹·(B·residual)_G and covariance B_GG⁻¹ (Cook & Weisberg 1982). A figure's own error enters with the law that it
states, Student's t with its scale and tails (a Gaussian whose precision is drawn from a Gamma law), not with the robust
weight that the figure itself has earned, and with the spread of its curvature once: the posterior lets it count
`SPREADS` times to be safe, which says nothing of where the figure will come out. Cells keep their weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from xtanalysis.answers.backtest import CELLS, day_of, replayed
from xtanalysis.answers.influence import figures_by
from xtanalysis.model.bend import SPREADS
from xtanalysis.model.evidence import Evidence
from xtanalysis.model.posterior import Posterior, fit_posterior
from xtanalysis.model.record import learnt_errors
from xtanalysis.model.select import information_set
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.request import lineage

__all__ = ["AS_OF_ORIGIN", "LEFT_OUT", "left_out_scores", "left_out_table"]

Array = NDArray[np.float64]

LEFT_OUT = ("origin", "source")
AS_OF_ORIGIN = 2023  # the last origin whose own outcomes no replay of five years has used
SAMPLES, SEED = 500, 3
PARTS = 32  # of the law of a precision
BANDS = (0.5, 0.8, 0.95)
FAR = 1e-12  # of a probability, so that a z score stays finite


def _group(statement: Statement, by: str) -> str:
    if by == "source":
        return f"{statement.source_id}"
    return f"{statement.origin_id or statement.id}"


def left_out_scores(posterior: Posterior, by: str = "origin") -> pd.DataFrame:
    """Z scores of a region's own figures, each given all statements but those of its origin or source.

    Returns
    -------
    One row per statement of the region that tells what happened: indicator, measure, year, z (the standard normal
    score of the figure's rank in the mixture's law).
    """
    evidence, mixture = posterior.evidence, posterior.mixture
    groups = figures_by(evidence.statements, lambda s: _group(s, by))
    own = {i for i, s in enumerate(evidence.statements) if s.region == posterior.region and s.tells_what_happened}
    out = [group for group in groups.values() if own & set(group.tolist())]
    used = evidence.sd**2 / mixture.robust
    stated = _own_variance(evidence) / _precisions(evidence.dof)
    order = np.concatenate([np.zeros(0, dtype=int), *out])
    rank = np.zeros(order.size)
    for weight, cell in zip(mixture.weights, mixture.cells, strict=True):
        inverse = cell.inverse()
        found = [_ranks(inverse, cell.weighted, group, (stated - used)[:, group]) for group in out]
        rank += weight * np.concatenate([np.zeros(0), *found])
    frame = pd.DataFrame(
        {
            "indicator": [evidence.statements[i].indicator for i in order],
            "measure": [evidence.statements[i].measure for i in order],
            "year": [evidence.statements[i].period.year for i in order],
            "z": special.ndtri(np.clip(rank, FAR, 1.0 - FAR)),
        }
    )
    return frame[[i in own for i in order]]


def _own_variance(evidence: Evidence) -> Array:
    """Of a figure's own error: what was stated, and its curvature once; of an inequality that of its site."""
    stated, counted = evidence.rounding**2, evidence.sd**2
    curved = np.maximum(counted - stated, 0.0) / SPREADS**2
    return np.where(np.isnan(evidence.low), stated + curved, counted)


def _precisions(dof: Array) -> Array:
    """Precisions of Student's t at the middles of equally likely parts of their Gamma law, shape (PARTS, n)."""
    middle = (np.arange(PARTS) + 0.5) / PARTS
    out: Array = special.gammaincinv(dof / 2.0, middle[:, None]) * 2.0 / dof
    return out


def _ranks(inverse: Array, weighted: Array, group: NDArray[np.intp], added: Array) -> Array:
    """Ranks of a group's values in one cell; added of shape (PARTS, g) is what their own errors' laws add."""
    covariance = np.linalg.inv(inverse[np.ix_(group, group)])
    error = covariance @ weighted[group]
    spread = np.sqrt(np.maximum(np.diag(covariance) + added, 1e-18))
    return np.asarray(special.ndtr(error / spread).mean(axis=0))


def left_out_table(
    facts: Sequence[Statement],
    *,
    regions: Iterable[str] | None = None,
    origin: int = AS_OF_ORIGIN,
    cells: int = CELLS,
) -> pd.DataFrame:
    """Scores of all regions' own figures by indicator and measure.

    Returns
    -------
    left_out (origin or source), indicator, measure, n, cover50, cover80, cover95, z_sd, and the ends of its 95 %
    bootstrap interval (low95, high95); whole years are drawn, for cities share their shocks. ``*`` stands for all;
    parts of an aggregate (measure ``share``) also have a row of all indicators together, for there are few of each.
    """
    day = day_of(origin)
    errors = learnt_errors(facts, day)
    parts: dict[str, list[pd.DataFrame]] = {by: [] for by in LEFT_OUT}
    for region in replayed() if regions is None else regions:
        around = lineage(region)
        information = information_set([s for s in facts if s.region in around], around, day)
        posterior = fit_posterior(region, information, origin + 1, errors=errors, cells=cells)
        for by, frames in parts.items():
            frames.append(left_out_scores(posterior, by))
    rows = []
    for by, frames in parts.items():
        scores = pd.concat(frames, ignore_index=True)
        rows.append({"left_out": by, "indicator": "*", "measure": "*"} | _summary(scores))
        shares = scores[scores["measure"] == "share"]
        if len(shares):
            rows.append({"left_out": by, "indicator": "*", "measure": "share"} | _summary(shares))
        for name, group in scores.groupby("indicator", sort=True):
            rows.append({"left_out": by, "indicator": name, "measure": "*"} | _summary(group))
        for kind, group in scores.groupby(["indicator", "measure"], sort=True):
            rows.append({"left_out": by, "indicator": kind[0], "measure": kind[1]} | _summary(group))
    return pd.DataFrame(rows)


def _summary(scores: pd.DataFrame) -> dict[str, object]:
    z, year = scores["z"].to_numpy(), scores["year"].to_numpy()
    rank = special.ndtr(z)
    row: dict[str, object] = {"n": z.size}
    row |= {f"cover{100 * band:.0f}": float((np.abs(rank - 0.5) <= band / 2.0).mean()) for band in BANDS}
    low, high = _bootstrap(z, year)
    return row | {"z_sd": _spread(z), "low95": low, "high95": high}


def _spread(z: Array) -> float:
    """Root mean square: the standard deviation around zero, where z scores belong."""
    return float(np.sqrt(np.mean(z**2)))


def _bootstrap(z: Array, year: NDArray[np.int_]) -> tuple[float, float]:
    """The 95 % interval of the spread, by drawing whole years with replacement."""
    _, place = np.unique(year, return_inverse=True)
    count = np.bincount(place)
    if count.size < 2:
        return float("nan"), float("nan")
    squares = np.bincount(place, weights=z**2)
    drawn = np.random.default_rng(SEED).integers(count.size, size=(SAMPLES, count.size))
    spreads = np.sqrt(squares[drawn].sum(axis=1) / count[drawn].sum(axis=1))
    low, high = np.quantile(spreads, (0.025, 0.975))
    return float(low), float(high)
