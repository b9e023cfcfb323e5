"""Figures stated without error: they must be able to be true together."""

from __future__ import annotations

import numpy as np
from scipy import linalg

from xtanalysis.errors import Contradiction, Problem
from xtanalysis.model.evidence import Evidence
from xtanalysis.model.noise import LEAST_SD
from xtanalysis.model.prior import Layout, covariances_at, path_mean
from xtanalysis.model.priors import Hyper
from xtanalysis.text import listed, message

__all__ = ["refuse_exact"]

REFUSED = 10.0  # standard errors by which figures stated without error may miss each other


def refuse_exact(layout: Layout, evidence: Evidence, hyper: Hyper) -> None:
    """Refuse figures stated without any error that cannot all be true.

    Exact figures are taken in one at a time; one that the earlier ones already decide must agree with them.

    Raises
    ------
    Contradiction
        Naming each such figure, those that decide it, and how far apart they are.
    """
    exact = np.flatnonzero((evidence.sd <= LEAST_SD) & evidence.linear)
    if exact.size < 2:
        return
    rows = evidence.paths[exact]
    spoken = np.unique(rows.indices).astype(np.intp)
    forms = rows.toarray()[:, spoken]
    inner = forms @ covariances_at(layout, [hyper], spoken)[0] @ forms.T
    spread = (evidence.offsets[exact] * evidence.offset_sd[None, :]).toarray()
    inner = inner + spread @ spread.T
    gap = evidence.value[exact] - rows @ path_mean(layout)
    taken: list[int] = []
    problems = []
    for i in range(exact.size):
        part = np.zeros(0)
        if taken:
            part = linalg.lstsq(inner[np.ix_(taken, taken)], inner[taken, i])[0]
        open_variance = inner[i, i] - inner[i, taken] @ part
        if open_variance > 1e-9 * inner[i, i]:
            taken.append(i)
            continue
        missed = float(gap[i] - part @ gap[taken])
        if abs(missed) > REFUSED * LEAST_SD:
            names = [
                evidence.statements[exact[j]].id for j, share in zip(taken, part, strict=True) if abs(share) > 1e-8
            ]
            problems.append(
                Problem(
                    message(
                        "figure {id} cannot be true together with {names}",
                        id=evidence.statements[exact[i]].id,
                        names=listed(names),
                    ),
                    found=message(
                        "{distance:.3g} log points apart, {errors:.3g} standard errors",
                        distance=abs(missed),
                        errors=abs(missed) / LEAST_SD,
                    ),
                    expected=message("agreement, for all are stated without error"),
                    fix=message("give a standard deviation, or leave one out"),
                )
            )
    if problems:
        raise Contradiction(problems)
