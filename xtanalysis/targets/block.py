"""The part of the joint posterior that questions are about: a region's own states in the years around the plan.

Every closed form of this room is a quadratic form of these moments, so they are computed once per posterior.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import indicators
from xtanalysis.errors import BadInput, Problem
from xtanalysis.model.evidence import reference
from xtanalysis.model.likelihood import covariances_of_places
from xtanalysis.model.posterior import Posterior
from xtanalysis.model.threads import one_thread
from xtanalysis.statements.grammar import Measure, Period, Statement
from xtanalysis.statements.linear import LinearForm, linear_form
from xtanalysis.text import message

__all__ = ["Block", "block_of", "level_statement"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Block:
    """Moments of m places of the path vector, cell by cell and over the mixture; log points.

    Attributes
    ----------
    posterior
        Whose moments.
    places
        Positions in the path vector, shape (m,).
    weights
        Of the cells, shape (C,).
    means, covariances
        Given each cell, shape (C, m) and (C, m, m).
    mean, covariance
        Over the mixture, shape (m,) and (m, m).
    path
        Posterior mean of the whole path vector, around which what is not linear is taken, shape (K·T,).
    """

    posterior: Posterior
    places: NDArray[np.intp]
    weights: Array
    means: Array
    covariances: Array
    mean: Array
    covariance: Array
    path: Array

    def row(self, statement: Statement) -> tuple[Array, LinearForm]:
        """A statement as a row on the block, shape (m,), and its linear form around the posterior mean.

        Raises
        ------
        BadInput
            If the statement speaks of a series or year outside the block.
        """
        layout = self.posterior.layout
        form = linear_form(statement, reference(layout, self.path))
        row = np.zeros(self.places.size)
        for key, coefficient in form.coefficients.items():
            place = layout.position(*key)
            where = np.flatnonzero(self.places == place) if place is not None else np.zeros(0, dtype=np.intp)
            if not where.size:
                raise BadInput(
                    Problem(
                        message(
                            "{id} speaks of {indicator} in {year}, which is outside this projection",
                            id=statement.id,
                            indicator=key[1],
                            year=key[2],
                        )
                    )
                )
            row[where[0]] = coefficient
        return row, form

    def on_paths(self, row: Array) -> Array:
        """A row on the block as one on the whole path vector, shape (K·T,)."""
        out = np.zeros(self.posterior.layout.size)
        out[self.places] = row
        return out


def level_statement(region: str, indicator: str, year: int) -> Statement:
    """An indicator's level (or share) in one year, at an arbitrary value."""
    entry = indicators()[indicator]
    measure: Measure = "share" if entry.kind == "ratio" and entry.unit == "fraction" else "level"
    return Statement(
        id=f"{indicator} {year}", region=region, indicator=indicator, measure=measure,
        period=Period((year, 1), (year, 12)), relation="at_least", value=0.5 if measure == "share" else 1.0,
        unit=entry.unit, role="outlook",
    )  # fmt: skip


def block_of(posterior: Posterior, first_year: int) -> Block:
    """The region's own states from ``first_year`` to the horizon.

    The posterior keeps the moments, so that its scenarios share them and they go when it goes.
    """
    key = ("block", first_year)
    if key not in posterior.kept:
        posterior.kept[key] = _moments(posterior, first_year)
    return Block(posterior, *posterior.kept[key])


@one_thread()
def _moments(posterior: Posterior, first_year: int) -> tuple[Any, ...]:
    """Fields of :class:`Block` after the first."""
    layout, mixture = posterior.layout, posterior.mixture
    span = len(layout.years)
    own = [k for k, (region, _) in enumerate(layout.states) if region == posterior.region]
    later = np.flatnonzero(np.array(layout.years) >= first_year)
    places = np.array([k * span + t for k in own for t in later], dtype=np.intp)
    covariances = covariances_of_places(layout, mixture.cells, places)
    means = np.stack([cell.mean[places] for cell in mixture.cells])
    mean = mixture.weights @ means
    centred = means - mean
    between = (centred * mixture.weights[:, None]).T @ centred
    covariance = np.tensordot(mixture.weights, covariances, axes=1) + between
    return (places, mixture.weights, means, covariances, mean, covariance, posterior.mean())
