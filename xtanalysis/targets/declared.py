"""The declared set: calibres, which weigh in a probability, times priors, over which it ranges (declared_set.yaml)."""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from xtanalysis.data.dictionary import calibres
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.linear import GROWTH_LIKE

if TYPE_CHECKING:  # a fifth of a second to import, and a verdict's words need the set alone
    from xtanalysis.model.posterior import Posterior
    from xtanalysis.model.priors import PriorTable

__all__ = [
    "MOST",
    "Calibre",
    "DeclaredSet",
    "Prior",
    "changed_table",
    "declared_set",
    "declared_version",
    "in_force",
    "posteriors_under",
    "read_in_force",
]

MOST = 12
CELLS = 16  # of the heaviest that stand for the mixture under each further prior


@dataclass(frozen=True, slots=True)
class Calibre:
    """One assumption on how the figures there are differ from the target's own calibre.

    Attributes
    ----------
    weight
        In the probability; the weights of all calibres add up to 1.
    offsets
        ``of`` (level or change), ``indicators`` (empty: any), mean and sd of what the target measures less what the
        figures do, log points; a year for changes.
    figures
        ``in_force`` where a run of levels without a calibre is on the one that was in force in its years.
    """

    id: str
    weight: float
    zh: str
    en: str
    reason: str
    offsets: tuple[Mapping[str, Any], ...]
    figures: str = ""

    def offset(self, statement: Statement) -> tuple[float, float]:
        """Mean and standard deviation for one target, log points on the scale of its linear form."""
        first = statement.base_period.year if statement.base_period else statement.period.year - 1
        # An average counts a year of the difference, a change over n years n of them.
        years = statement.period.year - first if statement.measure == "cumulative_change" else 1
        return self.offset_of(statement.indicator, years if statement.measure in GROWTH_LIKE else 0)

    def offset_of(self, indicator: str, years: int) -> tuple[float, float]:
        """The same for a change that counts so many years of the difference, or for a level or share (0 years)."""
        for offset in self.offsets:
            if offset["of"] == ("change" if years else "level") and (
                not offset["indicators"] or indicator in offset["indicators"]
            ):
                return max(years, 1) * float(offset["mean"]), max(years, 1) * float(offset["sd"])
        return 0.0, 0.0


@dataclass(frozen=True, slots=True)
class Prior:
    """One set of changes to the prior table; none for the shipped one."""

    id: str
    zh: str
    en: str
    reason: str
    changes: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class DeclaredSet:
    """Calibres times priors."""

    calibres: tuple[Calibre, ...]
    priors: tuple[Prior, ...]


FILE = Path(__file__).with_name("declared_set.yaml")


@cache
def declared_set(path: Path = FILE) -> DeclaredSet:
    """Read the declared set.

    Raises
    ------
    ValueError
        If it has more than twelve members, weights that do not add up to 1, or does not begin with the shipped priors.
    """
    top = yaml.safe_load(path.read_text(encoding="utf-8"))
    calibres = tuple(Calibre(**{**row, "offsets": tuple(row["offsets"])}) for row in top["calibres"])
    priors = tuple(Prior(**{**row, "changes": tuple(row["changes"])}) for row in top["priors"])
    if len(calibres) * len(priors) > MOST:
        raise ValueError(f"{path.name}: {len(calibres) * len(priors)} members, at most {MOST} are allowed")
    if not math.isclose(sum(c.weight for c in calibres), 1.0, abs_tol=1e-9):
        raise ValueError(f"{path.name}: the weights of the calibres do not add up to 1")
    if not priors or priors[0].changes:
        raise ValueError(f"{path.name}: the first priors are the shipped ones, without a change")
    return DeclaredSet(calibres, priors)


@cache
def declared_version(path: Path = FILE) -> dict[str, int | str]:
    """What tells one declared set from another: its number of members, and a hash of the file."""
    found = declared_set(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return {"members": len(found.calibres) * len(found.priors), "hash": digest}


def changed_table(table: PriorTable, prior: Prior) -> PriorTable:
    """The prior table under one set of changes; a region's own rows stay as they are."""
    growth, national = dict(table.growth), table.national
    for change in prior.changes:
        if change["row"] == "national":
            national = _with(national, change)
            continue
        for key in growth:
            if key[0] == "*" and (not change["indicators"] or key[1] in change["indicators"]):
                growth[key] = _with(growth[key], change)
    return dataclasses.replace(table, growth=growth, national=national)


def _with(row: Any, change: Mapping[str, Any]) -> Any:
    now = getattr(row, change["column"])
    value = change["set"] if "set" in change else now * change.get("times", 1.0) + change.get("add", 0.0)
    return dataclasses.replace(row, **{change["column"]: float(value)})


def posteriors_under(posterior: Posterior) -> tuple[Posterior, ...]:
    """The posterior itself, then that of the same figures under each further prior of the declared set."""
    from xtanalysis.model.threads import one_thread

    if "declared" not in posterior.kept:
        with one_thread():
            posterior.kept["declared"] = tuple(
                _under(posterior, changed_table(posterior.table, prior)) for prior in declared_set().priors[1:]
            )
    return (posterior, *posterior.kept["declared"])


def _under(posterior: Posterior, table: PriorTable) -> Posterior:
    """The heaviest cells conditioned again under another prior table, and weighed again by their evidence.

    The law of the hyperparameters is the same, so a cell's weight moves by the ratio of p(figures | cell) alone.
    """
    from xtanalysis.model.hyper import hyper_prior
    from xtanalysis.model.mixture import Mixture, cells_at
    from xtanalysis.model.posterior import Posterior, layout_under

    old, layout = posterior.mixture, layout_under(posterior, table)
    prior = hyper_prior(layout, table)
    heavy = np.argsort(-old.weights, kind="stable")[:CELLS]
    theta, pooled = old.theta[heavy], old.cells[0].pooled
    cells = cells_at(layout, posterior.evidence, prior, pooled, theta)
    log_weight = np.log(old.weights[heavy])
    log_weight += [cell.log_evidence - old.cells[c].log_evidence for c, cell in zip(heavy, cells, strict=True)]
    weights = np.exp(log_weight - log_weight.max())
    weights /= weights.sum()
    mixture = Mixture(cells, weights, old.robust, float(1.0 / (weights**2).sum()), theta)
    return Posterior(posterior.region, posterior.information, layout, posterior.evidence, mixture, table)


def in_force(statements: Sequence[Statement], region: str) -> list[Statement]:
    """The same, a region's levels without a calibre on the one in force in their years, where several years have one.

    In force is the first settled calibre of the table that covers indicator and year: on it a figure was first
    published. What was revised later may be on any, and one level alone is differenced with nothing.
    """
    found = [_in_force(s) if s.region == region else "" for s in statements]
    years: dict[tuple[str, str], set[int]] = defaultdict(set)
    for s, name in zip(statements, found, strict=True):
        years[s.indicator, name].add(s.period.year)
    return [
        dataclasses.replace(s, calibre=name) if name and len(years[s.indicator, name]) > 1 else s
        for s, name in zip(statements, found, strict=True)
    ]


def _in_force(s: Statement) -> str:
    """Id of the calibre that a published level without one would be on; empty for all others."""
    first_told = s.measure == "level" and s.vintage != "revised" and s.public and s.tells_what_happened
    if s.calibre != "unknown" or not first_told:
        return ""
    settled = (c for c in calibres().values() if c.applies_to and c.chain_by_level)
    return next((c.id for c in settled if c.covers(s.indicator, s.period.year)), "")


def read_in_force(posterior: Posterior, **fitted: Any) -> Posterior:
    """The posterior with levels read :func:`in_force`; itself where nothing is read otherwise.

    Parameters
    ----------
    fitted
        Options of :func:`xtanalysis.model.posterior.fit_posterior` that it was fitted with, but its table.
    """
    if "in force" not in posterior.kept:
        used = tuple(in_force(posterior.information.used, posterior.region))
        # Nothing holds itself, so that it goes when it is no longer asked.
        posterior.kept["in force"] = None if used == posterior.information.used else _fit(posterior, used, fitted)
    found: Posterior | None = posterior.kept["in force"]
    return posterior if found is None else found


def _fit(posterior: Posterior, used: tuple[Statement, ...], fitted: Mapping[str, Any]) -> Posterior:
    from xtanalysis.model.posterior import fit_posterior

    information = dataclasses.replace(posterior.information, used=used)
    to = int(posterior.layout.years[-1])
    return fit_posterior(posterior.region, information, to, table=posterior.table, **fitted)
