"""Halton points are scipy's, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from xtanalysis.model.halton import halton


@pytest.mark.parametrize("dimensions", [1, 5, 24])
def test_points_are_those_of_scipy(dimensions: int) -> None:
    reference = qmc.Halton(dimensions, scramble=True, rng=np.random.default_rng(20210506)).random(80)
    np.testing.assert_array_equal(halton(80, dimensions, 20210506), reference)


def test_another_seed_gives_other_points_inside_the_cube() -> None:
    points = halton(200, 3, 1)
    assert (points != halton(200, 3, 2)).any(axis=0).all()
    assert points.min() >= 0.0
    assert points.max() < 1.0
