"""A projection's files as sheets of the page's workbook: one row an indicator and year, one a verdict, in its language.

Numbers keep four significant digits and stand in the units that a bureau writes (shares in percent); every row carries
what it must not be read without.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from xtanalysis.data.dictionary import convert, indicators, units
from xtanalysis.data.tables import table_rows
from xtanalysis.report.workbook import Sheet
from xtanalysis.targets.numbers import significant, unit_word
from xtanalysis.targets.verdict_words import basis_text, caution, decided_by, hinge_text, missing_text, word_text
from xtanalysis.targets.verdicts import Verdict
from xtanalysis.text import Language, each_in, message, name_in, pmessage

__all__ = ["projection_sheet", "read_verdicts", "sheet_title", "verdict_sheet"]

DIGITS = 4
TITLES = (
    message("Projection"),
    message("Verdicts"),
)
QUANTILE_COLUMNS = (
    message("indicator"),
    message("unit"),
    message("year"),
    message("caution"),
)
VERDICT_COLUMNS = (
    pmessage("column of a sheet", "target"),
    message("reading"),
    message("verdict"),
    message("basis"),
    pmessage("column of a sheet", "probability"),
    message("probability, low"),
    message("probability, high"),
    message("10 %"),
    message("median"),
    message("90 %"),
    message("asked"),
    message("unit"),
    message("hinges on"),
    message("missing figure"),
    message("owner"),
)
_END_OF_TITLE = re.compile(r"[，。：；（(:;,.]")
_NEAR = "within sampling error of the bound of its word; "


def sheet_title(caption: str, name: str) -> str:
    """A table's sheet: its caption up to the first stop, in the page's language; its file name if that is empty."""
    return _END_OF_TITLE.split(caption, maxsplit=1)[0].strip() or name


def projection_sheet(path: Path, lang: Language) -> Sheet:
    """``quantiles.csv`` with one row an indicator and year, one column a quantile."""
    wide: dict[tuple[str, str, str], dict[str, float]] = {}
    said: dict[tuple[str, ...], None] = {}
    cautions: dict[str, str] = {}
    quantiles: dict[str, None] = {}
    shown = cache(_shown)  # of a unit
    for row in table_rows(path):
        said[tuple(row.get(name, "") for name in ("region", "scenario", "as_of"))] = None
        quantiles[row["quantile"]] = None
        cautions[row["indicator"]] = row.get("caution") or ""
        value = significant(shown(row["unit"], lang)[0] * float(row["value"]), DIGITS)
        wide.setdefault((row["indicator"], row["unit"], row["year"]), {})[row["quantile"]] = value
    told = _cautions(path.with_name("targets.csv"), lang)
    cautions = {name: told.get(text.replace(_NEAR, ""), text) for name, text in cautions.items()}
    name, unit, year, last = each_in(QUANTILE_COLUMNS, lang)
    columns = (name, unit, year, *(f"{100 * float(q):g} %" for q in quantiles), last)
    rows = [
        [_name(which, lang), shown(of, lang)[1], int(when), *map(found.get, quantiles), cautions[which]]
        for (which, of, when), found in wide.items()
    ]
    whole = "; ".join(", ".join(filter(None, names)) for names in said)
    return Sheet(each_in(TITLES, lang)[0], whole, columns, rows)


def verdict_sheet(path: Path, lang: Language) -> Sheet:
    """``targets.csv``: every target under every reading, with its basis and what it hinges on."""
    rows = []
    for verdict in read_verdicts(path):
        unit = verdict.unit if verdict.unit in units() else ""
        ends = (verdict.low, verdict.median, verdict.high, verdict.value)
        factor, word = _shown(unit, lang) if unit else (1.0, "")
        values = [None if v is None else significant(factor * v, DIGITS) for v in ends]
        chances = (verdict.probability, verdict.probability_low, verdict.probability_high)
        why = decided_by(verdict, lang) if verdict.decided else hinge_text(verdict, lang)
        rows.append(
            [verdict.target, verdict.reading, word_text(verdict.verdict, lang), basis_text(verdict, lang)]
            + [None if p is None else round(p, 2) for p in chances]
            + [*values, word, why, missing_text(verdict, lang)]
            + [verdict.data_owner]
        )
    return Sheet(each_in(TITLES, lang)[1], each_in(TITLES, lang)[1], each_in(VERDICT_COLUMNS, lang), rows)


def read_verdicts(path: Path) -> tuple[Verdict, ...]:
    """The verdicts of a ``targets.csv``; none where there is no file."""
    return tuple(map(Verdict.from_row, table_rows(path)))


def _cautions(path: Path, lang: Language) -> dict[str, str]:
    """The caution of quantiles.csv, which is English, in the page's language."""
    return {caution(verdict, "en"): caution(verdict, lang) for verdict in read_verdicts(path)}


def _name(indicator: str, lang: Language) -> str:
    entry = indicators().get(indicator)
    return indicator if entry is None else name_in(entry, lang)


def _shown(unit: str, lang: Language) -> tuple[float, str]:
    """What values in a unit are multiplied by, and the word beside them; fractions are shown in percent."""
    factor = 1.0
    if unit == "fraction":
        factor, unit = convert(1.0, "fraction", "percent"), "percent"
    return factor, unit_word(unit, lang) if unit in units() else unit
