"""The scorecard from its inputs to its files: one call for the notebook and for the command line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.data.dictionary import Reference, by_own_tables, current
from xtanalysis.data.dictionary import region as find_region
from xtanalysis.data.writing import csv_bytes, file_name, write_file
from xtanalysis.errors import BadInput, Problem
from xtanalysis.report.scorecard.tables import (
    body_table,
    changes_table,
    due_table,
    fields_table,
    full_table,
    leading_table,
    overview_table,
    places_table,
    regions_table,
)
from xtanalysis.report.scorecard.templates_monitoring import write_template_csv, write_template_workbook
from xtanalysis.report.scorecard.workbook import scorecard_workbook
from xtanalysis.report.tables import Table
from xtanalysis.statements.days import as_day, today
from xtanalysis.statements.plans import load_plan
from xtanalysis.statements.readers.files import named_files
from xtanalysis.statements.request import DRAWS
from xtanalysis.study.facts import load_facts
from xtanalysis.study.study import SEED, Study
from xtanalysis.targets.book import Book
from xtanalysis.targets.due import Blank, due_figures, due_leading
from xtanalysis.targets.quarters import Quarter
from xtanalysis.targets.scorecard import Scorecard, scorecard
from xtanalysis.text import Language, message

__all__ = ["Made", "make_scorecard", "scorecard_of", "tables_of", "write_scorecard", "write_templates"]

EXTRA = ("places", "leading", "regions", "due")
"""Tables with sheets of their own beside those of the bodies."""


@dataclass(frozen=True, slots=True, repr=False)
class Made:
    """A scorecard with the figures in force behind it and what is still due.

    Attributes
    ----------
    card
        The scorecard.
    book
        Figures in force; public ones only for a public scorecard.
    due, leading_due
        Figures that the targets need, and leading figures, that nobody has reported.
    projection
        The joint model's, ``None`` where it was left out.
    before
        The same as it would have been a quarter earlier.
    seed
        Of its random streams.
    reference
        The study's tables.
    """

    card: Scorecard
    book: Book
    due: tuple[Blank, ...]
    leading_due: tuple[Blank, ...]
    projection: ScenarioDraws | None
    before: ScenarioDraws | None
    seed: int
    reference: Reference = field(default_factory=current)

    @by_own_tables
    def to_frame(self, lang: Language = "zh") -> pd.DataFrame:
        """One row a target: the table of all of them."""
        return full_table(self.card, lang).frame

    @by_own_tables
    def to_excel(self, path: Path | str, lang: Language = "zh") -> None:
        """Write the workbook: an overview, every target, and one sheet a body."""
        extra = [table for table in tables_of(self, lang) if table.name in EXTRA]
        scorecard_workbook(self.card, Path(path), lang, extra)

    @by_own_tables
    def __repr__(self) -> str:
        lights = ", ".join(f"{count} {light}" for light, count in self.card.lights().items() if count)
        return (
            f"<Scorecard of {self.card.region} for {self.card.quarter}, as of {self.card.as_of}: "
            f"{len(self.card.rows)} targets, {lights}>"
        )

    @by_own_tables
    def _repr_html_(self) -> str:
        return overview_table(self.card, "zh").to_html()


def make_scorecard(
    *,
    plan: str | None = None,
    region: str | None = None,
    quarter: str | None = None,
    as_of: dt.date | str | None = None,
    facts: Sequence[Path | str] | str = (),
    public: bool = False,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Made:
    """Read the plan and the figures, project, assess.

    Parameters
    ----------
    region
        The plan's own; named only to be sure of it.
    quarter
        Such as ``2025Q3``; the last that had ended by ``as_of`` (or by today) unless told.
    as_of
        Only what was published by this day; the day by which the quarter's figures are out unless told.
    facts
        Files of the bodies' own figures, or their names joined by ``;``.
    public
        Leave out what rests on internal figures; the model then sees public figures only.
    draws
        Paths of the joint model, 0 to leave its probabilities out.

    Raises
    ------
    BadInput
        For anything wrong in the inputs, all problems at once.
    """
    chosen = load_plan(plan)
    if region is not None and find_region(region).id != chosen.region:
        raise BadInput(
            Problem(message("the plan is another region's"), column="region", found=region, expected=chosen.region)
        )
    given = as_day(as_of) if as_of else None
    asked = Quarter.parse(quarter) if quarter else Quarter.before(given or today())
    known = given or asked.known
    last = max(*(target.deadline.year for target in chosen.targets), known.year)
    study = Study(load_facts(chosen.region, as_of=known, extra=named_files(facts)), chosen, last)
    return scorecard_of(study, asked, public=public, draws=draws, seed=seed)


def scorecard_of(
    study: Study, quarter: Quarter | str, *, public: bool = False, draws: int = DRAWS, seed: int = SEED
) -> Made:
    """The scorecard of one quarter as a study knows it; arguments as in :func:`make_scorecard`."""
    asked = quarter if isinstance(quarter, Quarter) else Quarter.parse(quarter)
    plan, known, everything = study.plan, study.as_of, study.statements
    seen = Study(study.facts.public(), plan, study.to) if public else study
    projection = before = None
    if draws:
        projection = seen.project(draws=draws, seed=seed).record
        earlier = seen.facts.on(min(asked.previous.known, known))
        before = Study(earlier, plan, study.to).project(draws=draws, seed=seed).record
    verdicts = projection.targets if projection else ()
    card = scorecard(plan, everything, asked, as_of=known, verdicts=verdicts, public=public)
    book, complete = Book.of(seen.statements, known), Book.of(everything, known)
    due, leading = due_figures(plan, complete, asked), due_leading(plan.region, complete, asked)
    return Made(card, book, tuple(due), tuple(leading), projection, before, seed)


def tables_of(made: Made, lang: Language = "zh") -> list[Table]:
    """Every table, in the order of the pages."""
    card, public = made.card, made.card.public
    return [
        overview_table(card, lang),
        fields_table(card, lang),
        changes_table(card, lang),
        full_table(card, lang),
        *(body_table(card, body, lang) for body in card.bodies),
        places_table(made.book, card.region, lang),
        leading_table(made.book, card.region, lang, public=public),
        regions_table(made.book, card.region, lang=lang, public=public),
        due_table(made.due, lang),
    ]


def write_templates(made: Made, folder: Path, lang: Language = "zh") -> list[Path]:
    """Write one template a body (Excel and CSV), and one for the leading figures."""
    owners = dict.fromkeys(blank.owner for blank in made.due)
    groups = {owner: [b for b in made.due if b.owner == owner] for owner in owners}
    if made.leading_due:
        groups["先行指标（项目库、入规退库、工业用电）"] = list(made.leading_due)
    written = []
    for name, blanks in groups.items():
        stem = f"{made.card.quarter}-{file_name(name)}"
        for path, write in ((f"{stem}.xlsx", write_template_workbook), (f"{stem}.csv", write_template_csv)):
            write(blanks, made.card.quarter, folder / path, lang)
            written.append(folder / path)
    return written


def write_scorecard(made: Made, out: Path | str, lang: Language = "zh") -> list[Path]:
    """Write the workbook, one CSV a table, and the templates; return the paths."""
    out = Path(out)
    tables = tables_of(made, lang)
    written = [out / "scorecard.xlsx"]
    extra = [table for table in tables if table.name in EXTRA]
    scorecard_workbook(made.card, written[0], lang, extra)
    for table in tables:
        path = out / "tables" / f"{file_name(table.name)}.csv"
        write_file(path, csv_bytes(table.frame, mark=True), parents=True)
        written.append(path)
    return written + write_templates(made, out / "templates", lang)
