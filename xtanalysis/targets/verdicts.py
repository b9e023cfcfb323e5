"""The verdict on a target: its word, what it rests on, its probability with a range, and what it hinges on."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from xtanalysis.data.tables import made_of
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import Target

__all__ = [
    "BOUNDS",
    "COLUMNS",
    "CURVED",
    "WORDS",
    "Basis",
    "Verdict",
    "Word",
    "is_robust",
    "options_of",
    "readings_of",
    "shown_percent",
    "shown_probability",
    "statement_of",
    "word_of",
]

Word = Literal["met", "missed", "on_course", "likely", "uncertain", "doubtful", "unlikely", "not_judged"]
Basis = Literal["published", "reported", "robust", "conditional", "prior_only", "no_figure"]
WORDS: tuple[str, ...] = get_args(Word)
BOUNDS = (0.2, 0.4, 0.6, 0.8)
"""Where one word ends and the next begins: unlikely below .2, on course from .8."""
SPILL = 0.05
"""By how much a range may reach over the bound of its word and still count as inside it."""
CURVED = ("base", "so_far", "factor")
"""Kinds of hinge against which the probability is a curve."""
_BY_PROBABILITY: tuple[Word, ...] = ("unlikely", "doubtful", "uncertain", "likely", "on_course")
_EPS = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One target under one reading.

    Attributes
    ----------
    target, reading
        Ids; the reading is ``""`` where the text leaves nothing open.
    verdict
        The word.
    basis
        ``published`` (a figure of exactly the asked quantity and year, or every change up to it, on the target's
        calibre) · ``reported`` (the same, a calibre not stated) · ``robust`` (the range stays inside one word, or
        spills at most .05) · ``conditional`` · ``prior_only`` (the region's own figures carry under a tenth of the
        variance) · ``no_figure``.
    probability, probability_low, probability_high
        Calibres marginalised with their weights and bases integrated; least and greatest over the declared set. 0 or 1
        where figures decide, ``None`` only without a figure.
    low, median, high
        10 %, 50 % and 90 % of what the target measures, in ``unit``; the figure itself where figures decide, ``None``
        without paths.
    value, unit, met_definition
        What the target asks for; when it counts as met, as ``relation value unit``.
    hinge_kind, hinge_member
        ``base`` (the level or share in the base year) · ``so_far`` (the change since the base) · ``factor`` (a share of
        the asked year that makes up the asked one) · ``result`` (the asked quantity itself) · ``calibre`` (of the
        declared set: which, in ``hinge_member``) · ``prior``; empty without a hinge.
    hinge, hinge_year, hinge_unit
        The quantity on which the word hangs: an indicator's level or share in a year, or (a unit of rates) its change
        since the base up to that year.
    hinge_threshold, hinge_low, hinge_high
        Where the target is as likely as not, and the 80 % interval that the evidence makes of it.
    missing_figure, missing_year, missing_since
        What would settle it: an indicator's figure of a year, or its change from the end of another year to that year.
    data_owner
        Who publishes that.
    release
        Of a decided target: the least final of the figures that decide (``estimate`` · ``preliminary`` · ``annual`` ·
        ``census`` · ``not_stated``).
    earlier_release, earlier_verdict, earlier_value
        Where a revision turned the verdict: the release before, and what it said; empty otherwise.
    close
        Whether the probability is within Monte Carlo error of the bound of its word.
    figures
        Those that decide, or that the target counts.
    """

    target: str
    reading: str
    verdict: Word
    basis: Basis
    probability: float | None = None
    probability_low: float | None = None
    probability_high: float | None = None
    low: float | None = None
    median: float | None = None
    high: float | None = None
    value: float | None = None
    unit: str = ""
    met_definition: str = ""
    hinge_kind: str = ""
    hinge_member: str = ""
    hinge: str = ""
    hinge_year: int | None = None
    hinge_unit: str = ""
    hinge_threshold: float | None = None
    hinge_low: float | None = None
    hinge_high: float | None = None
    missing_figure: str = ""
    missing_year: int | None = None
    missing_since: int | None = None
    data_owner: str = ""
    release: str = ""
    earlier_release: str = ""
    earlier_verdict: str = ""
    earlier_value: float | None = None
    close: bool = dataclasses.field(default=False, compare=False)
    figures: tuple[Statement, ...] = dataclasses.field(default=(), compare=False, repr=False)

    @property
    def decided(self) -> bool:
        """Whether figures settle it."""
        return self.verdict in ("met", "missed")

    @property
    def status(self) -> str:
        """The earlier word for how it was judged: ``decided`` · ``computed`` · ``no_data``; kept for one release."""
        if self.decided:
            return "decided"
        return "no_data" if self.basis == "no_figure" else "computed"

    def to_row(self) -> dict[str, Any]:
        """The columns of docs/contract.md."""
        row = {name: getattr(self, name) for name in COLUMNS}
        return row | {"status": self.status}

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> Verdict:
        """Read a row of targets.csv back, also one of before it had verdicts."""
        given = {name: row.get(name, "") for name in COLUMNS}
        if not given["verdict"]:
            given |= _from_status(row.get("status", ""), given["probability"])
        return made_of(given, cls)


def _from_status(status: str, probability: str) -> dict[str, str]:
    """Word and basis of a row that was written before there were any."""
    if not probability:
        return {"verdict": "not_judged", "basis": "no_figure"}
    if status == "decided":
        return {"verdict": "met" if float(probability) >= 0.5 else "missed", "basis": "published"}
    return {"verdict": word_of(float(probability))[0], "basis": "conditional"}


COLUMNS = tuple(f.name for f in dataclasses.fields(Verdict) if f.name not in ("close", "figures"))
"""Of targets.csv after region, scenario and as_of."""


def word_of(probability: float, error: float = 0.0) -> tuple[Word, bool]:
    """The word for a probability, and whether a bound lies within two standard errors of it.

    Such a number takes the word nearer to even odds: the stronger one would rest on the draws.
    """
    near = [bound for bound in BOUNDS if abs(probability - bound) <= 2.0 * error]
    if near and error > 0:
        bound = near[0]
        place = BOUNDS.index(bound) + (1 if bound < 0.5 else 0)
        return _BY_PROBABILITY[place], True
    return _BY_PROBABILITY[sum(probability >= bound - _EPS for bound in BOUNDS)], False


def is_robust(word: Word, low: float, high: float) -> bool:
    """Whether a range stays inside the word, or spills over its bounds by no more than .05."""
    place = _BY_PROBABILITY.index(word)
    least = BOUNDS[place - 1] if place else 0.0
    most = BOUNDS[place] if place < len(BOUNDS) else 1.0
    return low >= least - SPILL - _EPS and high <= most + SPILL + _EPS


def guarded(word: Word) -> Word:
    """The word where the region's own figures carry almost nothing: between likely and doubtful."""
    moved: dict[Word, Word] = {"on_course": "likely", "unlikely": "doubtful"}
    return moved.get(word, word)


def shown_probability(probability: float | None, status: str = "computed") -> float | None:
    """Round to 5 points and keep within 5–95 %: more digits would claim too much. Decided by the figures: 0 or 1."""
    if probability is None:
        return None
    if status == "decided":
        return float(probability >= 0.5)
    return min(max(round(probability * 20.0) / 20.0, 0.05), 0.95)


def shown_percent(probability: float | None) -> str:
    """The same as a percentage."""
    return f"{100.0 * (shown_probability(probability) or 0.0):.0f}%"


def readings_of(target: Target) -> list[tuple[str, dict[str, str]]]:
    """The ways to read a target: the default first, then each other option of each reading by itself.

    Returns
    -------
    (name, options) pairs; the name is ``reading:option``, and ``""`` where the text leaves nothing open.
    """
    out: list[tuple[str, dict[str, str]]] = [(";".join(f"{r.id}:{r.default.id}" for r in target.readings), {})]
    for reading in target.readings:
        out += [(f"{reading.id}:{option.id}", {reading.id: option.id}) for option in reading.options[1:]]
    return out


def options_of(reading: str) -> dict[str, str]:
    """The options that a reading's name stands for."""
    return dict(part.split(":") for part in reading.split(";") if part)


def statement_of(target: Target, reading: str, region: str) -> Statement:
    """A target under one named reading as a statement about a region's paths."""
    return dataclasses.replace(target.statement(options_of(reading)), region=region)
