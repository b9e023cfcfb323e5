"""Several targets at once: how probable that all, or so many of them, are met, and what moving together adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import message

__all__ = ["Joint", "joint_probabilities"]


@dataclass(frozen=True, slots=True)
class Joint:
    """Several targets at once.

    Attributes
    ----------
    targets
        Ids, those whose probability is computed.
    all_met
        Probability that every one is met.
    product
        What independence would give; the difference is what moving together adds.
    at_least
        ``at_least[k]`` is the probability that k or more are met, k = 0 … number of targets.
    """

    targets: tuple[str, ...]
    all_met: float
    product: float
    at_least: tuple[float, ...]


def joint_probabilities(hits: Mapping[str, NDArray[np.bool_]], chosen: Sequence[str] | None = None) -> Joint | None:
    """Probabilities of several targets at once; ``None`` if there are fewer than two.

    Parameters
    ----------
    chosen
        Keys of ``hits``; by default every target under its first reading.

    Raises
    ------
    BadInput
        If a chosen target has no probability.
    """
    if chosen is None:
        seen: dict[str, str] = {}
        for key in hits:
            seen.setdefault(key.split("|")[0], key)
        chosen = list(seen.values())
    if unknown := [key for key in chosen if key not in hits]:
        raise BadInput(
            Problem(message("no probability of this target"), found=", ".join(unknown), expected=", ".join(hits))
        )
    if len(chosen) < 2:
        return None
    table = np.stack([hits[key] for key in chosen])
    counts = table.sum(axis=0)
    return Joint(
        targets=tuple(chosen),
        all_met=float(table.all(axis=0).mean()),
        product=float(np.prod(table.mean(axis=1))),
        at_least=tuple(float((counts >= k).mean()) for k in range(len(chosen) + 1)),
    )
