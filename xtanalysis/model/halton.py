"""Scrambled Halton points: a cloud that covers the unit cube more evenly than independent draws would."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["halton"]


def halton(count: int, dimensions: int, seed: int) -> NDArray[np.float64]:
    """The first points of Owen's (2017) randomised Halton sequence, in [0, 1), shape (count, dimensions).

    Bit for bit those of ``scipy.stats.qmc.Halton(dimensions, rng=default_rng(seed))``, whose package takes longer to
    import than a posterior to fit.
    """
    (rng,) = np.random.default_rng(seed).spawn(1)
    out = np.zeros((count, dimensions))
    for column, base in zip(out.T, _primes(dimensions), strict=True):
        rest, place = np.arange(count), 1.0 / base
        for _ in range(math.ceil(54 / math.log2(base)) - 1):  # digits that a double can hold
            digits = np.arange(base)
            rng.shuffle(digits)
            rest, digit = np.divmod(rest, base)
            column += digits[digit] * place
            place /= base
    return out


def _primes(count: int) -> list[int]:
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % prime for prime in found):
            found.append(number)
        number += 1
    return found
