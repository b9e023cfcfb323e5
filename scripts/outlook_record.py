"""How well outlooks and plans did: `python scripts/outlook_record.py [--out DIR]`.

Reads the shipped facts and compares every outlook of an institution for China or Hunan, and every annual target of a
government, with the first outcome published for its year. Prints two Markdown tables and writes their rows to
``data/processed/outlook_record.csv``. An error is outcome minus outlook, in percentage points; columns with a star
leave out the target years 2020–2022.
"""

from __future__ import annotations

import argparse
import csv
import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from xtanalysis.data.dictionary import indicators
from xtanalysis.data.paths import PACKAGE
from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.met import met

DISRUPTED = range(2020, 2023)
"""Years of the pandemic, left out of the second set of columns."""

Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Record:
    """Errors of one group of outlooks or targets.

    Attributes
    ----------
    who
        Institution, or the government whose targets these are.
    about
        Indicator, and for outlooks the season of the edition.
    horizon
        Target year minus the year of publication.
    count, bias, sd
        Number of errors, their mean and their standard deviation (percentage points); ``sd`` is nan below two.
    count_calm, bias_calm, sd_calm
        The same without target years 2020–2022.
    reached
        Share of targets that the outcome reached; nan for outlooks.
    first, last
        First and last target year.
    """

    who: str
    about: str
    horizon: int
    count: int
    bias: float
    sd: float
    count_calm: int
    bias_calm: float
    sd_calm: float
    reached: float
    first: int
    last: int


def first_outcomes(facts: Iterable[Statement]) -> dict[Key, float]:
    """Growth as first published, in percent, by region, indicator and year; estimates do not count."""
    growth = [
        f
        for f in facts
        if f.role == "outcome" and f.measure == "growth" and f.period.is_year and f.published is not None
    ]
    first: dict[Key, float] = {}
    for fact in sorted(growth, key=lambda f: (f.published, f.id), reverse=True):
        first[fact.region, fact.indicator, fact.period.year] = fact.value
    return first


def aimed_at(fact: Statement) -> float:
    """Number of an outlook or target; the middle where it is a range."""
    return fact.value if fact.value_high is None else (fact.value + fact.value_high) / 2


def is_met(fact: Statement, outcome: float) -> bool:
    """Whether an outcome reached a target, by the package's one definition; an exact target is a floor here.

    A growth of "7" that came out at 7.2 has been reached; a fall (energy) is reached from above.
    """
    relation = fact.relation
    if aimed_at(fact) < 0:
        relation = "at_most"
    elif relation in ("equals", "between"):
        relation = "at_least"
    return bool(met(relation, outcome, fact.value))


def institution(fact: Statement) -> tuple[str, str]:
    """Institution and season of the edition; updates between IMF editions are a season of their own."""
    vintage = fact.vintage or ""
    if vintage.startswith("WB"):
        return "World Bank", "any month"
    if not vintage.startswith("WEO"):
        return "湖南省人民政府发展研究中心", "any month"
    if vintage.startswith("WEO update"):
        return "IMF", "update"
    return "IMF", "April" if vintage.endswith("-04") else "October"


def record(
    who: str, about: str, horizon: int, rows: Sequence[tuple[int, float]], reached: Sequence[bool] = ()
) -> Record:
    """Summarise (target year, error) pairs."""
    calm = [error for year, error in rows if year not in DISRUPTED]
    errors = [error for _, error in rows]
    years = [year for year, _ in rows]
    return Record(
        who, about, horizon, len(errors), _mean(errors), _sd(errors), len(calm), _mean(calm), _sd(calm),
        _mean([float(r) for r in reached]), min(years), max(years),
    )  # fmt: skip


def _mean(values: Sequence[float]) -> float:
    return statistics.fmean(values) if values else math.nan


def _sd(values: Sequence[float]) -> float:
    return statistics.stdev(values) if len(values) > 1 else math.nan


def outlook_records(facts: Sequence[Statement], outcomes: Mapping[Key, float]) -> list[Record]:
    """Errors of the outlooks by institution, season and horizon."""
    groups: dict[tuple[str, str, int], list[tuple[int, float]]] = defaultdict(list)
    for fact in facts:
        key = (fact.region, fact.indicator, fact.period.year)
        if fact.role != "outlook" or not fact.vintage or fact.published is None or key not in outcomes:
            continue
        who, season = institution(fact)
        about = f"{indicators()[fact.indicator].zh}, {season}"
        horizon = fact.period.year - fact.published.year
        groups[who, about, horizon].append((fact.period.year, outcomes[key] - aimed_at(fact)))
    return [record(*group, rows) for group, rows in sorted(groups.items())]


def plan_records(facts: Sequence[Statement], outcomes: Mapping[Key, float]) -> list[Record]:
    """Errors of annual targets by government and indicator; of several reports of one target the first counts."""
    first: dict[Key, Statement] = {}
    for fact in sorted(facts, key=lambda f: (f.published is None, f.published, f.id)):
        if fact.role == "plan" and fact.measure == "growth" and fact.period.is_year:
            first.setdefault((fact.region, fact.indicator, fact.period.year), fact)
    groups: dict[tuple[str, str], list[tuple[int, float, bool]]] = defaultdict(list)
    for key, fact in first.items():
        if key in outcomes:
            row = (key[2], outcomes[key] - aimed_at(fact), is_met(fact, outcomes[key]))
            groups[fact.region, fact.indicator].append(row)
    return [
        record(region, indicators()[indicator].zh, 0, [(y, e) for y, e, _ in rows], [m for *_, m in rows])
        for (region, indicator), rows in sorted(groups.items())
    ]


def table(records: Sequence[Record], *, plans: bool) -> str:
    """Markdown table of records."""
    head = ["who", "about", *([] if plans else ["horizon"]), "years", "n", "bias", "sd", "n*", "bias*", "sd*"]
    head += ["reached"] if plans else []
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for r in records:
        cells = [r.who, r.about, *([] if plans else [str(r.horizon)]), f"{r.first}–{r.last}", str(r.count)]
        cells += [_text(r.bias, "+.2f"), _text(r.sd, ".2f"), str(r.count_calm), _text(r.bias_calm, "+.2f")]
        cells += [_text(r.sd_calm, ".2f"), *([f"{r.reached:.0%}"] if plans else [])]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _text(value: float, form: str) -> str:
    return "" if math.isnan(value) else format(value, form)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PACKAGE.parent / "data" / "processed")
    folder: Path = parser.parse_args().out
    facts = load_facts()
    outcomes = first_outcomes(facts)
    outlooks, plans = outlook_records(facts, outcomes), plan_records(facts, outcomes)
    print(table(outlooks, plans=False), table(plans, plans=True), sep="\n\n")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "outlook_record.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(f.name for f in fields(Record))
        writer.writerows(astuple(r) for r in (*outlooks, *plans))


if __name__ == "__main__":
    main()
