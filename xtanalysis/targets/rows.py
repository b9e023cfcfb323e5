"""Where every target stands, one row each: the one answer that every page, table and command shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from xtanalysis.accounting.mechanics import Light
from xtanalysis.data.dictionary import by_one_table
from xtanalysis.data.tables import many, table_rows
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import Plan, Target
from xtanalysis.targets.book import Book, suppressed
from xtanalysis.targets.places import Peers, peers_of
from xtanalysis.targets.progress import assess
from xtanalysis.targets.related import related_figures
from xtanalysis.targets.schedule import Assessment
from xtanalysis.targets.verdicts import Verdict, options_of

__all__ = ["Field", "Row", "fields", "rows_of", "with_verdicts"]


@dataclass(frozen=True, slots=True)
class Field:
    """One of the six fields of assessment of section 三（七）, with the targets that this project counts to it."""

    id: str
    zh: str
    en: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One target.

    Attributes
    ----------
    target
        As the chosen readings read it.
    assessment
        What the figures say.
    lead
        Body that answers for it; ``inferred`` where the document names none (文件未明确).
    field
        Field of assessment, ``None`` for a target that section 三（七） does not reach.
    verdict
        Under the same reading; by figures alone where no model's is given.
    peers
        Place among the cities of the province and gap to the province, ``None`` without their figures.
    conflicts
        (own, published) figures about one thing that differ; the own one counts.
    related
        Published figures near the target that do not count for it.
    internal
        Whether a figure behind the row is not public.
    hidden
        Whether its figure rests on fewer than three firms and must not be shown.
    """

    target: Target
    assessment: Assessment
    lead: str
    inferred: bool
    field: Field | None
    verdict: Verdict
    peers: Peers | None
    conflicts: tuple[tuple[Statement, Statement], ...]
    related: tuple[Statement, ...]
    internal: bool
    hidden: bool

    @property
    def light(self) -> Light:
        """Traffic light of the row."""
        return self.assessment.light

    @property
    def reported(self) -> bool:
        """Whether there is any figure."""
        return self.assessment.latest is not None


@cache
def fields() -> tuple[Field, ...]:
    """The six fields of assessment in the document's order; which target counts to which is this project's reading."""
    rows = table_rows(Path(__file__).with_name("assessment_fields.csv"))
    return tuple(Field(row["field"], row["zh"], row["en"], many(row["targets"])) for row in rows)


@by_one_table
def rows_of(
    plan: Plan,
    book: Book,
    through: tuple[int, int],
    verdicts: Sequence[Verdict],
    readings: Mapping[str, str] | None = None,
) -> tuple[Row, ...]:
    """Assess every target of a plan by the figures in force, in the plan's order.

    Parameters
    ----------
    through
        Last month (year, month): periods that end after it are not looked at.
    verdicts
        Made from the same figures (:func:`xtanalysis.targets.judge.judge` or ``judge_by_figures``).
    readings
        Reading → option; the plan's defaults where none is named.
    """
    chains = [chain.zh for chain in plan.chains]
    field_of = {target: field for field in fields() for target in field.targets}
    rows = []
    for raw in plan.targets:
        target = raw.read(readings)
        assessment = assess(target, book, through, chains)
        related = tuple(s for s in related_figures(target, book) if not suppressed(s))
        shown = (*assessment.used, *assessment.parts, *related, *filter(None, [assessment.running]))
        lead = target.lead or (target.lead_inferred.body if target.lead_inferred else target.data_owner)
        rows.append(
            Row(
                target=target,
                assessment=assessment,
                lead=lead,
                inferred=target.lead is None,
                field=field_of.get(target.id),
                verdict=_verdict(target, verdicts, readings or {}),
                peers=peers_of(target, assessment.latest, book),
                conflicts=tuple((s, book.conflicts[s.id]) for s in assessment.used if s.id in book.conflicts),
                related=related,
                internal=any(not s.public for s in shown),
                hidden=assessment.latest is not None and suppressed(assessment.latest),
            )
        )
    return tuple(rows)


def with_verdicts(
    rows: Iterable[Row], verdicts: Sequence[Verdict], readings: Mapping[str, str] | None = None
) -> tuple[Row, ...]:
    """The same rows with other verdicts, as under another scenario."""
    return tuple(replace(row, verdict=_verdict(row.target, verdicts, readings or {})) for row in rows)


def _verdict(target: Target, verdicts: Iterable[Verdict], readings: Mapping[str, str]) -> Verdict:
    """The verdict under these readings: the one whose every option is theirs, the plan's default first."""
    chosen = {r.id: readings.get(r.id, r.default.id) for r in target.readings}
    own = [verdict for verdict in verdicts if verdict.target == target.id]
    same = (v for v in own if all(chosen.get(name) == option for name, option in options_of(v.reading).items()))
    return next(same, own[0])
