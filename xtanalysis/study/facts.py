"""What was known about a region on a day, as a table: one row a figure."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from xtanalysis.data.dictionary import Reference, by_own_tables, current, indicators
from xtanalysis.data.dictionary import region as find_region
from xtanalysis.data.writing import temporary_folder
from xtanalysis.errors import BadInput, NotYetKnown, Problem
from xtanalysis.statements.days import Day, as_day, today
from xtanalysis.statements.facts import checked_together, read_facts, searched
from xtanalysis.statements.facts import load_facts as read_all
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.read import COLUMNS
from xtanalysis.statements.request import lineage
from xtanalysis.study.shown import html_block, lines
from xtanalysis.text import listed, message

if TYPE_CHECKING:  # read and added to without pandas, which takes half a second to import
    import pandas as pd

__all__ = ["Facts", "load_facts"]

Given: TypeAlias = "str | Path | pd.DataFrame | Statement | Mapping[str, Any]"
SHOWN_YEARS = 12  # of the table in a notebook
SHOWN_FIGURES = 8  # full years that an indicator needs to stand in it
FULL_YEAR = ("level", "growth", "share", "average_growth", "cumulative_change")


@dataclass(frozen=True, repr=False, eq=False)
class Facts:
    """Every figure known about a region and those around it on a day; a sequence of statements, one a row.

    Attributes
    ----------
    region
        Name as published.
    as_of
        Only what was published by this day counts as known.
    statements
        All that was read, also about other regions and later days.
    added
        The user's own rows among them.
    reference
        Indicators, units, calibres and regions that the figures were read by; everything asked of them goes by these.

    Examples
    --------
    >>> facts = load_facts("湘潭", as_of="2021-05-06")
    >>> facts.by_year().loc["gdp", 2019]
    'full year'
    """

    region: str
    as_of: dt.date
    statements: tuple[Statement, ...]
    added: tuple[Statement, ...] = ()
    reference: Reference = field(default_factory=current)

    @cached_property
    @by_own_tables
    def known(self) -> tuple[Statement, ...]:
        """What was published by the day about the region and those around it."""
        return tuple(s for s in self.relevant if s.known_on(self.as_of))

    @property
    @by_own_tables
    def relevant(self) -> tuple[Statement, ...]:
        """Statements about the region and those around it, whenever published."""
        around = lineage(self.region)
        return tuple(s for s in self.statements if s.region in around)

    @property
    def own(self) -> tuple[Statement, ...]:
        """The user's own figures that count: added, not public, known on the day, of the region or those around it."""
        known = {s.id for s in self.known}
        return tuple(s for s in self.added if not s.public and s.id in known)

    def on(self, day: Day) -> Facts:
        """The same sources as they were known on another day."""
        return replace(self, as_of=as_day(day))

    def public(self) -> Facts:
        """Only figures that are public."""
        return replace(
            self,
            statements=tuple(s for s in self.statements if s.public),
            added=tuple(s for s in self.added if s.public),
        )

    def add(self, given: Given | Sequence[Given]) -> Facts:
        """Add one's own figures; the table itself stays as it is.

        Parameters
        ----------
        given
            A CSV or Excel file, a frame or a mapping with the columns of docs/contract.md (English or Chinese headers),
            a statement, or several of these. A row that is not marked public counts as internal.

        Raises
        ------
        BadInput
            With every problem of every row, also what contradicts a figure from the same source.

        Warns
        -----
        NotYetKnown
            For rows that were not published by ``as_of`` or are about regions further away: they change nothing.
        """
        out = self._with([given] if isinstance(given, str) or not isinstance(given, Sequence) else given)
        known = {s.id for s in out.known}
        idle = [row.id for row in out.added[len(self.added) :] if row.id not in known]
        if idle:
            told = message(
                "not known of {region} on {day}, so without effect: {rows}",
                region=self.region,
                day=self.as_of,
                rows=listed(idle[:5]),
            )
            warnings.warn(NotYetKnown(told), stacklevel=2)
        return out

    @by_own_tables
    def _with(self, given: Sequence[Given]) -> Facts:
        rows: list[Statement] = []
        problems: list[Problem] = []
        together = list(self.statements)
        for number, part in enumerate(given, 1):
            try:
                new = _rows(part, number, self.region)
                together = checked_together(together, new, str(part) if isinstance(part, str | Path) else None)
                rows += new
            except BadInput as error:
                problems += error.problems
        if problems:
            raise BadInput(problems)
        return replace(self, statements=tuple(together), added=(*self.added, *rows))

    @by_own_tables
    def by_year(self, *, region: str | None = None) -> pd.DataFrame:
        """How each year of each indicator is known.

        Returns
        -------
        Index indicator ids, columns years to the year of ``as_of``. Found: ``full year`` (an outcome of the whole
        year), ``in part`` (an estimate, or months of the year), ``expected`` (a plan or an outlook). ``searched``: a
        year that is over was searched for, and no figure published by ``as_of`` was found (docs/evidence.md). Empty:
        missing, and nobody has searched for it.
        """
        import pandas as pd

        place = self.region if region is None else find_region(region).id
        rank = {"": 0, "searched": 1, "expected": 2, "in part": 3, "full year": 4}
        found: dict[str, dict[int, str]] = {
            name: dict.fromkeys((year for year in looked if year < self.as_of.year), "searched")
            for (where, name), looked in searched().items()
            if where == place
        }
        for s in self.statements:
            if s.region != place or not s.known_on(self.as_of):
                continue
            row, word = found.setdefault(s.indicator, {}), _word(s)
            row[s.period.year] = max(row.get(s.period.year, ""), word, key=rank.__getitem__)
        names = [name for name in indicators() if name in found]
        years = sorted({year for row in found.values() for year in row})
        columns = pd.Index(range(years[0], max(years[-1], self.as_of.year) + 1) if years else [], name="year")
        table = [[found[name].get(year, "") for year in columns] for name in names]
        return pd.DataFrame(table, index=pd.Index(names, name="indicator"), columns=columns)

    def to_frame(self) -> pd.DataFrame:
        """One row a figure, with the columns of docs/contract.md; periods and dates as text."""
        import pandas as pd

        names = [name for name in COLUMNS if name in {f.name for f in fields(Statement)}]
        rows = [[_cell(getattr(s, name)) for name in names] for s in self.known]
        return pd.DataFrame(rows, columns=names)

    def __len__(self) -> int:
        return len(self.known)

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.known)

    @overload
    def __getitem__(self, place: int) -> Statement: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Statement, ...]: ...
    def __getitem__(self, place: int | slice) -> Statement | tuple[Statement, ...]:
        return self.known[place]

    @by_own_tables
    def __repr__(self) -> str:
        own = [s for s in self.known if s.region == self.region]
        years = sorted({s.period.year for s in own if s.tells_what_happened})
        return lines(
            f"Facts of {self.region} as of {self.as_of}: {len(self)} figures",
            [
                ("own", f"{len(own)}, {years[0]} to {years[-1]}" if years else "none"),
                ("around", f"{len(self) - len(own)} of {', '.join(lineage(self.region)[1:])}"),
                ("added", str(len(self.added)) if self.added else ""),
            ],
            "  .to_frame() lists them; .by_year() shows what is there; .add(…) adds your own",
        )

    def _repr_html_(self) -> str:
        table = self.by_year()
        known = table[(table == "full year").sum(axis=1) >= SHOWN_FIGURES]
        return html_block(repr(self), known[known.columns[-SHOWN_YEARS:]])


def load_facts(region: str, *, as_of: Day | None = None, extra: str | Path | Sequence[Given] = ()) -> Facts:
    """Every shipped figure about a region and those around it, as known on a day.

    Parameters
    ----------
    region
        Any name of it: as published, short, English, or its administrative code.
    as_of
        Only what was published by this day is known; today unless told.
    extra
        One's own files, frames or rows; see :meth:`Facts.add`.

    Raises
    ------
    BadInput
        For an unknown region (the message lists near names), a day that is none, or rows that cannot be used.

    Examples
    --------
    >>> len(load_facts("Xiangtan", as_of="2021-05-06")) > 100
    True
    """
    day = today() if as_of is None else as_day(as_of)
    facts = Facts(find_region(region).id, day, tuple(read_all()))
    given = [extra] if isinstance(extra, str | Path) else extra
    return facts._with(given) if len(given) else facts


def _rows(given: Given, number: int, region: str) -> list[Statement]:
    if isinstance(given, Statement):
        return [given]
    if isinstance(given, str | Path):
        return read_facts(Path(given), region=region)
    if not isinstance(given, Mapping) and not hasattr(given, "columns"):
        expected = message("a CSV or Excel file, a frame, a mapping of columns to values, or a statement")
        what = message("this is not a table of figures")
        raise BadInput(Problem(what, found=type(given).__name__, expected=expected))
    import pandas as pd

    frame = given if isinstance(given, pd.DataFrame) else pd.DataFrame([dict(given)])
    if frame.index.inferred_type in ("string", "mixed"):  # indicators down the side
        frame = frame.reset_index(names=frame.index.name or "指标")
    # Through the same reader as a file, so that a frame means what the file would mean.
    with temporary_folder() as folder:
        path = folder / f"frame{number}.csv"
        frame.to_csv(path, index=False)
        return read_facts(path, region=region)


def _word(s: Statement) -> str:
    if not s.tells_what_happened:
        return "expected"
    whole = s.measure in FULL_YEAR and s.period.end[1] == 12 and s.role == "outcome"
    return "full year" if whole else "in part"


def _cell(value: object) -> object:
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)
