"""Hold the posterior's quantiles against a Markov chain on the exact, nonlinear law.

    python scripts/check_exact_law.py [湘潭市 张家界市] [--as-of 2026-11-23] [--steps 20000] [--stated]

Figures about sums and about parts of an aggregate are not linear in the paths: the posterior takes them by their mean
gradient and lets what is left over count as an error, some times over. Here the prior of paths and hyperparameters and
all linear figures enter as the posterior's own Gaussian cells, the others by their exact form: the chain keeps the cell
and standard normal coordinates of the paths, moves the latter by preconditioned Crank–Nicolson steps (Cotter, Roberts,
Stuart & White 2013) and proposes another cell in between. `--stated` gives the exact figures the errors that were
stated and no allowance for curvature: the law that one would have without any linear form.

Printed are the distances of the 10, 50 and 90 % quantiles of the posterior's draws, resampled by the exact likelihood,
from the chain's in standard deviations, the chain's own error, and how wide the chain's band is beside the draws'. Some
minutes of one core a city.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
from dataclasses import dataclass

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402  (threads are set before numpy is read)
from numpy.typing import NDArray  # noqa: E402
from scipy import linalg  # noqa: E402

from xtanalysis.data.dictionary import indicators  # noqa: E402
from xtanalysis.model.exactness import exact_draws  # noqa: E402
from xtanalysis.model.likelihood import covariances_of  # noqa: E402
from xtanalysis.model.nonlinear import Compiled, compile_statement  # noqa: E402
from xtanalysis.model.posterior import Posterior, fit_posterior  # noqa: E402
from xtanalysis.model.select import information_set  # noqa: E402
from xtanalysis.statements.facts import load_facts  # noqa: E402
from xtanalysis.statements.grammar import Period, Statement  # noqa: E402
from xtanalysis.statements.request import lineage  # noqa: E402

Array = NDArray[np.float64]

ASKED = (
    "secondary_share_of_gdp", "industrial_share_of_gdp", "value_added_share", "gdp", "secondary_value_added",
    "industrial_value_added", "value_added",
)  # fmt: skip
YEARS = (2014, 2020, 2025, 2030)
LEVELS = (0.1, 0.5, 0.9)
RIDGE = 1e-6  # log points squared, so that a covariance has a root
BURN_IN, EVERY = 0.2, 4
ACCEPTED = 0.3  # share of steps that the step's size is tuned to while burning in


@dataclass(frozen=True)
class Law:
    """The exact law in the coordinates that its figures and questions speak of, P positions of the path vector.

    Attributes
    ----------
    means, roots, weights
        Of the Gaussian cells: shapes (C, P), (C, P, P), (C,).
    forms, slopes
        Exact form of each figure that is not linear, and its linear form, shape (n, P).
    value, constant
        Of these figures, shape (n,).
    linear, exact
        Lower roots of their errors' precision, as the posterior took them and as the chain does, shape (n, n).
    """

    means: Array
    roots: Array
    weights: Array
    forms: tuple[Compiled, ...]
    slopes: Array
    value: Array
    constant: Array
    linear: Array
    exact: Array

    def paths(self, cell: NDArray[np.intp], z: Array) -> Array:
        """Paths (N, P) of standard normal coordinates in their cells."""
        out = self.means[cell]
        for c in np.unique(cell):
            out[cell == c] += z[cell == c] @ self.roots[c].T
        return out

    def log_weight(self, x: Array) -> Array:
        """Log of exact over linearised likelihood of paths (N, P), shape (N,)."""
        flat = self.value - x @ self.slopes.T
        whole = self.value + self.constant - np.stack([form(x)[0] for form in self.forms], axis=1)
        out: Array = 0.5 * (((flat @ self.linear) ** 2).sum(axis=1) - ((whole @ self.exact) ** 2).sum(axis=1))
        return out


def question(region: str, indicator: str, year: int, posterior: Posterior) -> Compiled:
    """Log of an indicator's level, or of a share, in a year."""
    asked = Statement(
        id="asked", region=region, indicator=indicator, measure="level", period=Period.parse(str(year)),
        relation="equals", value=1.0, unit=indicators()[indicator].unit, role="outcome",
    )  # fmt: skip
    return compile_statement(asked, posterior.layout)


def within(form: Compiled, places: NDArray[np.intp]) -> Compiled:
    """The same form on some positions of the path vector only."""
    return Compiled(np.searchsorted(places, form.positions), form.coefficients, form.share)


def law_of(posterior: Posterior, asked: list[Compiled], stated: bool) -> tuple[Law, list[Compiled]]:
    """The exact law, and the questions on its coordinates."""
    evidence, mixture = posterior.evidence, posterior.mixture
    rows, forms = evidence.exact
    places = np.unique(np.concatenate([form.positions for form in [*forms, *asked]]))
    pick = np.zeros((places.size, posterior.layout.size))
    pick[np.arange(places.size), places] = 1.0
    spread = covariances_of(posterior.layout, mixture.cells, pick)
    spread[:, np.arange(places.size), np.arange(places.size)] += RIDGE
    shared = (np.abs(evidence.offsets).sum(axis=0)[None, :] > 0) & (np.abs(evidence.offsets[rows]).sum(axis=0) > 0)
    offsets = (evidence.offsets[rows] * evidence.offset_sd[None, :]).toarray()
    others = np.abs(evidence.offsets[np.setdiff1d(np.arange(len(evidence)), rows)]).sum(axis=0)
    if (others[shared[0]] > 0).any():
        raise SystemExit("an offset is shared by linear and other figures: the cells do not hold it apart")

    def root(sd: Array) -> Array:
        error = offsets @ offsets.T + np.diag(sd[rows] ** 2 / mixture.robust[rows])
        return np.asarray(linalg.cholesky(linalg.inv(error), lower=True))

    law = Law(
        means=np.stack([cell.mean[places] for cell in mixture.cells]),
        roots=np.stack([linalg.cholesky(one, lower=True) for one in spread]),
        weights=mixture.weights,
        forms=tuple(within(form, places) for form in forms),
        slopes=evidence.paths[rows].toarray()[:, places],
        value=evidence.value[rows],
        constant=evidence.constant[rows],
        linear=root(evidence.sd),
        exact=root(evidence.rounding if stated else evidence.sd),
    )
    return law, [within(form, places) for form in asked]


def chain(law: Law, asked: list[Compiled], steps: int, chains: int, seed: int) -> tuple[Array, float]:
    """Values of the questions along some chains, shape (kept, chains, q), and the share of steps taken."""
    rng = np.random.default_rng(seed)
    size = law.means.shape[1]
    cell = rng.choice(law.weights.size, chains, p=law.weights)
    z = rng.standard_normal((chains, size))
    here, step, kept, taken = law.log_weight(law.paths(cell, z)), 0.3, [], []
    for t in range(steps):
        if t % 2:
            there_cell, there = rng.choice(law.weights.size, chains, p=law.weights), z
        else:
            there_cell, there = cell, np.sqrt(1.0 - step**2) * z + step * rng.standard_normal(z.shape)
        new = law.log_weight(law.paths(there_cell, there))
        move = np.log(rng.random(chains)) < new - here
        cell, z = np.where(move, there_cell, cell), np.where(move[:, None], there, z)
        here = np.where(move, new, here)
        if not t % 2 and t < BURN_IN * steps:
            step = float(np.clip(step * np.exp(0.05 * (move.mean() - ACCEPTED)), 0.01, 1.0))
        elif t >= BURN_IN * steps:
            taken.append(move.mean())
            if t % EVERY == 0:
                x = law.paths(cell, z)
                kept.append(np.stack([form(x)[0] for form in asked], axis=1))
    return np.array(kept), float(np.mean(taken))


def compare(region: str, as_of: dt.date, options: argparse.Namespace) -> float:
    """Print one city's distances; the furthest."""
    around = lineage(region)
    known = information_set([s for s in load_facts() if s.region in around], around, as_of)
    posterior = fit_posterior(region, known, YEARS[-1], cells=options.cells)
    names = [(indicator, year) for indicator in ASKED for year in YEARS]
    law, asked = law_of(posterior, [question(region, *one, posterior) for one in names], options.stated)
    found, taken = chain(law, asked, options.steps, options.chains, seed=8)
    drawn = exact_draws(posterior, 20_000, 9)
    own = np.stack([question(region, *one, posterior)(drawn.values)[0] for one in names], axis=1)
    print(f"{region} {as_of}: {len(law.forms)} figures not linear, {taken:.0%} of steps taken, {found.shape[0]} × "
          f"{found.shape[1]} kept{', errors as stated' if options.stated else ''}")  # fmt: skip
    worst = 0.0
    for j, (indicator, year) in enumerate(names):
        sd = own[:, j].std()
        exact = np.quantile(found[:, :, j], LEVELS)
        away = (np.quantile(own[:, j], LEVELS) - exact) / sd
        # Chains are independent of each other: their spread is the error of their mean.
        error = np.quantile(found[:, :, j], LEVELS, axis=0).std(axis=1) / np.sqrt(found.shape[1]) / sd
        worst = max(worst, float(np.abs(away).max()))
        print(f"  {indicator:<24}{year}  {away[0]:+.2f} {away[1]:+.2f} {away[2]:+.2f}  (± {error.max():.2f})"
              f"  sd {found[:, :, j].std() / sd:.2f} of the posterior's")  # fmt: skip
    print(f"  furthest {worst:.2f}", flush=True)
    return worst


def main() -> None:
    """Compare the cities named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cities", nargs="*", default=["湘潭市", "张家界市"])
    parser.add_argument("--as-of", type=dt.date.fromisoformat, default=dt.date(2026, 11, 23))
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--chains", type=int, default=16)
    parser.add_argument("--cells", type=int, default=16)
    parser.add_argument("--stated", action="store_true")
    options = parser.parse_args()
    for city in options.cities:
        compare(city, options.as_of, options)


if __name__ == "__main__":
    main()
