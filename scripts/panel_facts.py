"""Statements from the compilations of panel data: cities' GDP, investment and modelled CO2.

The facts that ship are Hunan's; those of other provinces teach priors (estimate_priors.py) and are not handed on.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Container, Iterable
from pathlib import Path

from xtanalysis.data.dictionary import convert, region, regions
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.published import RULES, by_rule
from xtanalysis.statements.validate import faults

Row = dict[str, str]
OFF = "Stands several standard errors off its neighbours in many cities."
PANEL_SOURCES = (
    ("yearbook-structure-2000-2023", "各省、市统计局",
     "湖南统计年鉴、统计公报各年：市州地区生产总值及产业构成（读自2000–2023年地级市产业结构汇编）",
     "https://github.com/biechouwo-coder/G-P", "A"),
    ("yearbook-revised-2000-2023", "各省、市统计局",
     "湖南统计年鉴：市州地区生产总值及指数，修订口径（读自296个地级市GDP及指数汇编）",
     "https://github.com/biechouwo-coder/G-P", "B"),
    ("edgar-v8-2000-2023", "European Commission, Joint Research Centre", "EDGAR v8.0 fossil CO2, summed over cities",
     "https://edgar.jrc.ec.europa.eu", "C"),
    ("city-investment-2004-2014", "湖南省统计局",
     "湖南统计年鉴2005–2015：市州固定资产投资（读自 Chen & Kung 2019 的复制数据）",
     "https://github.com/maswiebe/meritocratic_promotion", "B"),
)  # fmt: skip


def read_table(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def new_id(place: str, indicator: str, measure: str, period: Period, source: str, used: Counter[str]) -> str:
    slug = re.sub(r"[^a-z]", "", regions()[region(place).id].en.lower())
    text = f"{slug}.{indicator}.{measure}.{str(period).replace('/', '_')}.{source}"
    used[text] += 1
    return text if used[text] == 1 else f"{text}.{used[text]}"


def panel_statement(used: Counter[str], source: str, **values: object) -> Statement:
    period = Period.parse(str(values.pop("year")))
    made = Statement(
        id=new_id(str(values["region"]), str(values["indicator"]), str(values["measure"]), period, source, used),
        period=period, relation="equals", role="outcome", source_id=source,
        published=by_rule("compilation", period), published_rule=RULES["compilation"], **values,  # type: ignore[arg-type]
    )  # fmt: skip
    if wrong := faults(made):
        raise SystemExit(f"{made}\n{wrong}")
    return made


HOME = "湖南省"  # whose rows ship: the one province with value added above scale and investment


def rows_of(path: Path, provinces: Container[str]) -> Iterable[Row]:
    """Rows of the cities of some provinces; of a city that no longer exists (莱芜市) there are none."""
    names = {name for r in regions().values() for name in (r.id, *r.aliases)}
    return (row for row in read_table(path) if row["province"] in provinces and row["city"] in names)


def as_published(panel: Path, provinces: Container[str] = (HOME,)) -> list[Statement]:
    """GDP and secondary value added of cities as first given by the yearbooks; on the 2018 census from 2019."""
    used: Counter[str] = Counter()
    made = []
    for row in rows_of(panel / "city_gdp_structure_2000_2023.csv", provinces):
        year = int(row["year"])
        for indicator, column in (("gdp", "gdp_100m_yuan"), ("secondary_value_added", "secondary_va_100m")):
            if row[column]:
                made.append(
                    panel_statement(
                        used, PANEL_SOURCES[0][0], region=region(row["city"]).id, indicator=indicator, measure="level",
                        year=year, value=round(float(row[column]), 4), unit="100m_yuan", vintage="as_published",
                        calibre="gdp_before_census4" if year <= 2018 else "gdp_census4",
                        trust="C" if indicator != "gdp" and 2002 <= year <= 2004 else "A",
                        note=OFF
                        if indicator != "gdp" and 2002 <= year <= 2004
                        else "",
                    )
                )  # fmt: skip
    return made


def revised(panel: Path, provinces: Container[str] = (HOME,)) -> list[Statement]:
    """GDP revised with the 2018 census and its real growth from 2001 (the compiler's own chain leaves 2000 out)."""
    used: Counter[str] = Counter()
    made = []
    for row in rows_of(panel / "city_gdp_revised_real_2000_2023.csv", provinces):
        common = {"region": region(row["city"]).id, "year": int(row["year"]), "calibre": "gdp_census4"}
        common |= {"vintage": "revised", "trust": "B"}
        source = PANEL_SOURCES[1][0]
        if row["gdp_nominal_100m"]:
            level = {"value": float(row["gdp_nominal_100m"]), "unit": "100m_yuan"}
            made.append(panel_statement(used, source, indicator="gdp", measure="level", **level, **common))
        if int(row["year"]) > 2000:
            growth = round(float(row["gdp_index_prev100"]) - 100, 6)
            made.append(
                panel_statement(
                    used, source, indicator="gdp_real", measure="growth", value=growth, unit="percent", **common
                )
            )
    return made


def city_investment(panel: Path) -> list[Statement]:
    """Fixed-asset investment of Hunan's cities, 2004–2014; the threshold rose in 2011."""
    used: Counter[str] = Counter()
    codes = {r.code: r.id for r in regions().values() if r.code}
    return [
        panel_statement(
            used, PANEL_SOURCES[3][0], region=codes[row["code"]], indicator="fixed_asset_investment", measure="level",
            year=int(row["year"]), unit="100m_yuan", trust="B",
            value=round(convert(float(row["fixed_asset_investment_10k"]), "10k_yuan", "100m_yuan"), 6),
            calibre="investment_500k" if int(row["year"]) <= 2010 else "investment_5m_progress",
            note="The threshold rose from 500,000 to 5 million yuan: not to be differenced with 2010."
            if row["year"] == "2011"
            else "",
        )
        for row in read_table(panel / "hunan_city_fai_2004_2014_chenkung.csv")
        if row["fixed_asset_investment_10k"]
    ]  # fmt: skip


def co2(panel: Path, provinces: Container[str] = (HOME,)) -> list[Statement]:
    used: Counter[str] = Counter()
    return [
        panel_statement(
            used, PANEL_SOURCES[2][0], region=region(row["city"]).id, indicator="co2", measure="level",
            year=int(row["year"]), value=round(convert(float(row["co2_tonnes_edgar8"]), "tco2", "10k_tco2"), 4),
            unit="10k_tco2", trust="C", calibre="edgar_v8",
            note="A modelled grid product: a proxy with its own drift and noise."
            + (f" {OFF}" if row["year"] in ("2006", "2007") else ""),
        )
        for row in rows_of(panel / "city_co2_edgar_2000_2023.csv", provinces)
    ]  # fmt: skip
