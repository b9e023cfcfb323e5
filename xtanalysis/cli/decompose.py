"""``xtanalysis decompose``: LMDI of a table in a file."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
import pandas as pd

from xtanalysis.accounting.divisia import FORMS, METHODS, Form, Method
from xtanalysis.accounting.lmdi import LMDI, compare_regions, decompose
from xtanalysis.accounting.tables import Columns
from xtanalysis.cli import told_language
from xtanalysis.cli.options import refuse_input
from xtanalysis.data.writing import csv_bytes, write_file
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.period import normal
from xtanalysis.statements.readers.entries import is_total
from xtanalysis.statements.readers.figures import is_blank, is_number, read_figure
from xtanalysis.statements.readers.series import OTHER_UNIT, one_number, plain_table, same_unit
from xtanalysis.text import in_language, message, say

__all__ = ["command"]

YEAR = re.compile(r"(?:19|20)\d\d(?:年度?)?")
BRACKETS = re.compile(r"\((.*?)\)")
CHAIN = {
    "activity": (
        "activity", "增加值", "工业增加值", "规模以上工业增加值", "地区生产总值", "生产总值", "gdp",
        "总产值", "工业总产值", "产值",
    ),
    "energy": ("energy", "能耗", "能源消费", "能源消费量", "能源消费总量", "综合能源消费量", "综合能耗"),
    "co2": ("co2", "碳排放", "碳排放量", "二氧化碳排放", "二氧化碳排放量"),
}  # fmt: skip
"""Levels of the usual chain, as heads name them."""
PER = re.compile(r"/(?!(?:年|a|yr?|year)\b)|每(?!年)|强度|单耗|单位(?!:)|%|上年|增速|比重|占|\bper\b|intensity|growth")
"""What a head's brackets say where it is no level: an intensity, a rate or a share (a flow per year is a level)."""
KEYS = {
    "year": ("year", "年份", "年度", "年"), "period": ("period", "时期"), "sector": ("sector", "行业", "部门"),
    "region": ("region", "地区", "城市"),
}  # fmt: skip
OF_ROUNDING = 1e-3  # of a total, by which the sum of rounded parts is off
ACROSS = message("the years stand across")
DOWN = message("a row for each year (and sector), with a column year and one for each figure")
TRANSPOSE = message("Copy the table, paste it transposed (Paste special, Transpose), and call its first column year")


def _names(ctx: click.Context, param: click.Parameter, value: str | None) -> list[str] | None:
    return [name.strip() for name in value.split(",") if name.strip()] if value else None


def _read(path: Path, sheet: str | None) -> tuple[pd.DataFrame, list[int]]:
    """The table with keys as they are written (NA is a name) and every other column as numbers; row numbers.

    Raises
    ------
    BadInput
        If the years stand across or no column names them, a key is empty, or there are no rows.
    """
    written, rows, numbers = plain_table(path, sheet)
    header = [_key(name) for name in written]
    if not {"year", "period"} & set(header):
        raise BadInput(_no_years(path.name, written))
    total = {i for i, row in enumerate(rows) if any(is_total(row[j]) for j, name in enumerate(header) if name in KEYS)}
    for i in sorted(total):
        left_out = Problem(message("a total, left out"), path.name, numbers[i])
        click.echo(left_out.text(told_language()), err=True)
    kept = [i for i in range(len(rows)) if i not in total]
    problems = [
        Problem(message("the cell is empty"), path.name, numbers[i], written[j])
        for i, row in enumerate(rows)
        for j, name in enumerate(header)
        if name in KEYS and not row[j]
    ]
    for j, name in enumerate(header):
        if name not in KEYS:
            problems += _of_other_units(path.name, written[j], [(numbers[i], rows[i][j]) for i in kept])
    if not kept:
        problems.append(Problem(message("the table has no rows"), path.name, expected=DOWN))
    if problems:
        raise BadInput(problems)
    columns = {name: _column(name, [rows[i][j] for i in kept]) for j, name in enumerate(header)}
    return pd.DataFrame(columns), [numbers[i] for i in kept]


def _of_other_units(file: str, column: str, cells: list[tuple[int, str]]) -> Iterator[Problem]:
    """Cells of a column that state another unit than the first, and bounds (30以上), which are no figures."""
    unit: str | None = None
    for number, text in cells:
        if is_blank(text) or not is_number(text):
            continue
        try:
            own = one_number(text)[1]
        except BadInput as error:
            yield from (replace(p, file=file, row=number, column=column) for p in error.problems)
            continue
        unit = own if unit is None else unit
        if not same_unit(unit, own):
            wanted = unit or message("a number without a unit")
            yield Problem(OTHER_UNIT, file, number, column, text, wanted)


def _key(name: str) -> str:
    """The key column that a head means, or the head as it stands."""
    plain = normal(name).lower()
    return next((key for key, names in KEYS.items() if plain in names), name)


def _no_years(file: str, header: list[str]) -> Problem:
    across = sum(bool(YEAR.fullmatch(normal(name))) for name in header) > 1
    what = ACROSS if across else message("no column names the years")
    return Problem(what, file, found=", ".join(header)[:80], expected=DOWN, fix=TRANSPOSE if across else None)


@contextmanager
def _placed(file: str, numbers: list[int]) -> Iterator[None]:
    """Problems of a frame's rows are told with the rows of the file: totals, titles and blanks stand between."""
    try:
        yield
    except BadInput as error:
        raise BadInput(
            p if p.row is None or not 2 <= p.row < len(numbers) + 2 else replace(p, file=file, row=numbers[p.row - 2])
            for p in error.problems
        ) from error


def _column(name: str, texts: list[str]) -> list[object]:
    """Years and whole numbers as such, other keys as text; elsewhere numbers, and what is none as it stands."""
    if name in KEYS:
        years = [normal(text).removesuffix("年").removesuffix(".0") for text in texts]
        whole = name in ("year", "period") and all(year.isdigit() for year in years)
        return [int(year) for year in years] if whole else list(texts)
    return [math.nan if is_blank(text) else read_figure(text).value if is_number(text) else text for text in texts]


def _base(text: str, periods: pd.Series) -> str | int:
    """The period that ``--base`` names, as the table has it."""
    return next((period for period in periods if str(period) == text), text)


def _chain(frame: pd.DataFrame, file: str) -> list[str] | None:
    """The columns that are levels of the usual chain, in its order; ``None`` where fewer than two are.

    A column called exactly activity, energy or co2 is that level, whatever else is there.

    Raises
    ------
    BadInput
        If two columns are the same level.
    """
    found = [_levels(list(frame.columns), level) for level in CHAIN]
    if twice := [names for names in found if len(names) > 1]:
        what = message("two columns are the same level")
        fix = message("Give --levels, for example activity,energy")
        raise BadInput(Problem(what, file, found=", ".join(names), fix=fix) for names in twice)
    levels = [names[0] for names in found if names]
    return levels if len(levels) > 1 else None


def _levels(heads: list[str], level: str) -> list[str]:
    """The heads that name one level of the chain."""
    if level in heads:
        return [level]
    plain = {head: unicodedata.normalize("NFKC", head).lower() for head in heads}
    return [
        head
        for head, text in plain.items()
        if BRACKETS.sub("", normal(text)) in CHAIN[level] and not any(map(PER.search, BRACKETS.findall(text)))
    ]


def _refuse_totals(frame: pd.DataFrame, levels: list[str], columns: Columns, file: str) -> None:
    """Refuse a sector that is the sum of the others in every level, region and period: it would count them twice."""
    numeric = {name for name in frame if name not in columns.keys and pd.api.types.is_numeric_dtype(frame[name])}
    if columns.sector is None or not levels or not numeric.issuperset(levels):
        return  # what is wrong with them is told where they are used
    groups = [frame[name] for name in (columns.region, columns.period) if name]
    totals = frame[levels].groupby(groups).transform("sum")
    doubled = ((totals - 2 * frame[levels]).abs() <= OF_ROUNDING * totals.abs()).all(axis=1)
    several = frame[columns.sector].nunique() > 2
    found = [name for name, whole in doubled.groupby(frame[columns.sector]).all().items() if several and whole]
    if found:
        what, fix = message("this is the sum of the others, not one beside them"), message("Take its rows out")
        raise BadInput(Problem(what, file, column=columns.sector, found=str(name), fix=fix) for name in found)


def _tell(levels: list[str] | None, factors: list[str] | None) -> None:
    """Write to standard error how the columns were read."""
    told = None
    if levels:
        told = message("read as a chain of levels, each divided by the one before: {levels}", levels=" → ".join(levels))
    elif factors and len(factors) > 1:
        told = message("read as factors that multiply to the aggregate: {factors}", factors=" × ".join(factors))
    if told is not None:
        click.echo(in_language(told, told_language(None)), err=True)


@click.command(short_help="LMDI decomposition of a table.")
@click.argument("table", metavar="INPUT.csv", type=click.Path(path_type=Path))
@click.option("--method", type=click.Choice(METHODS), default="lmdi-i", show_default=True, help="Which LMDI.")
@click.option("--form", type=click.Choice(FORMS), default="additive", show_default=True, help="Differences or ratios.")
@click.option(
    "--chained/--base-year", default=True, show_default=True, help="Link years, or compare each with the base."
)
@click.option("--factors", callback=_names, help="Columns that multiply to the aggregate, comma-separated.")
@click.option("--levels", callback=_names, help="A chain of levels instead, for example activity,energy,co2.")
@click.option("--base", show_default="the first", help="Year or period from which effects count.")
@click.option("--between", is_flag=True, help="Compare regions instead of years.")
@click.option("--reference", show_default="the mean of all", help="With --between: the region to compare with.")
@click.option("--sheet", help="The sheet of a workbook that has several.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="CSV to write; - for standard output.")
def command(
    table: Path,
    method: Method,
    form: Form,
    chained: bool,
    factors: list[str] | None,
    levels: list[str] | None,
    base: str | None,
    between: bool,
    reference: str | None,
    sheet: str | None,
    out: Path,
) -> None:
    """Decompose an aggregate into the effects of its factors.

    The table has one row per year (and `sector`, `region` where it has them). Without --factors or --levels, the
    columns `activity`, `energy` and `co2` (增加值, 能耗, 碳排放) are read as a chain of levels if two of them are
    there; else every other column is a factor.
    """
    refuse_input(out, table)
    frame, numbers = _read(table, sheet)
    columns = Columns.found_in(frame)
    spec = LMDI(method, form, chained)
    if factors is None and levels is None:
        levels = _chain(frame, table.name)
        factors = None if levels else [name for name in frame.columns if name not in columns.keys]
        _tell(levels, factors)
    if between and levels is None:
        fix = message("Give --levels, for example activity,energy")
        raise BadInput(Problem(message("a comparison of regions needs levels"), fix=fix))
    _refuse_totals(frame, levels or [], columns, table.name)
    with _placed(table.name, numbers):
        if between:
            result = compare_regions(frame, levels=levels or (), reference=reference, spec=spec, columns=columns)
        else:
            start = None if base is None else _base(base, frame[columns.period])
            result = decompose(frame, factors=factors, levels=levels, spec=spec, columns=columns, base=start)
    write_file(out, csv_bytes(result.effects))
    said = say(
        told_language(),
        "{out}: {rows} rows; largest residual {residual:.1e}",
        out=out,
        rows=len(result.effects),
        residual=result.residual,
    )
    click.echo(said, err=True)
