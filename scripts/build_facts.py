"""Make data/raw/*.csv from the gathered figures: `python scripts/build_facts.py SHARED_DIR`.

SHARED_DIR holds ``facts/observations.csv`` and ``panel/*.csv``. Every decision about a row stands in a table beside
this script, not in code: ``sources.csv`` (who published, when, whether to use it), ``curation.csv`` (one row for each
figure of 湘潭市, read against its phrase; exceptions for the others) and ``indicator_names.csv``. The phrases stay out.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from panel_facts import PANEL_SOURCES, Row, as_published, city_investment, co2, new_id, read_table, revised

from xtanalysis.data.dictionary import calibres, indicators, region, unit
from xtanalysis.data.paths import raw_dir
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.published import RULES, by_rule, month_end
from xtanalysis.statements.read import write_statements
from xtanalysis.statements.validate import conflicts, faults

HERE = Path(__file__).parent
KEY = ("source_id", "region", "indicator", "period", "measure", "value")
GROWTH = ("growth", "average_growth", "cumulative_change", "year_to_date_growth", "month_growth")
RETRIEVED = "2026-11-23"
OPEN_DATA = ("World Bank", "European Commission, Joint Research Centre")
LOOKED_UP = re.compile(
    r"excerpt|search|address|column year|read by position|own division|^x10|^official$|footnote|bounds Xiangtan|is an"
    r" image|SteelOrbis|by the repository|Xiangtan is named|secondary copy|^secondary text"
)
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
PLAIN = (
    *((rf"\bJan-{name[:3]}\b", f"January to {name}") for name in MONTHS),
    (r"\bDERIVED:?", "Derived:"),
    (r"(?:first half|H1)(?: cumulative)?", "January to June"),
    (r"\bQ1\b", "January to March"),
    (r"1-3月.*", "January to March, as the page notes"),
    (r"OLD VINTAGE", "an earlier vintage"),
    (r"NEW definition", "definition of February 2024"),
    (r" x10 from billion| \(bulletin\)", ""),
)
# Dates on which GDP was put on a new census, and the calibre that holds from then.
CENSUSES = ((dt.date(2019, 11, 22), "gdp_before_census4"), (dt.date(2024, 12, 26), "gdp_census4"))
TERMS = "Figures as published; no licence stated; the texts are not reproduced"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, default=raw_dir())
    arguments = parser.parse_args()
    observations, left_out = read_observations(arguments.shared / "facts" / "observations.csv")
    panel = arguments.shared / "panel"
    files = {
        "observations": observations,
        "hunan_cities": [*as_published(panel), *revised(panel)],
        "city_investment": city_investment(panel),
        "co2": co2(panel),
    }
    files = dict(zip(files, with_origins(list(files.values())), strict=True))
    check(files)
    for name, statements in files.items():
        write_statements(statements, arguments.out / f"{name}.csv")
        print(f"{name}: {len(statements)}")
    write_table(arguments.out / "left_out.csv", left_out)
    write_table(arguments.out / "sources.csv", source_rows(files))
    print(f"left out: {len(left_out)}")


def write_table(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_observations(path: Path) -> tuple[list[Statement], list[Row]]:
    sources = {r["key"]: r for r in read_table(HERE / "sources.csv")}
    curation = {tuple(r[k] for k in KEY): r for r in read_table(HERE / "curation.csv")}
    names = {r["name"]: r for r in read_table(HERE / "indicator_names.csv")}
    kept: list[Statement] = []
    left_out: list[Row] = []
    used: Counter[str] = Counter()
    for row in read_table(path):
        source = sources[source_key(row)]
        row["source_id"] = source["source_id"]
        decision = curation.pop(tuple(row[k] for k in KEY), None)
        reason = source["leave_out"] or (decision["note"] if decision and decision["decision"] == "leave_out" else "")
        if reason:
            if "commercial" in reason:
                row["value"] = ""  # not ours to hand on
            left_out.append(
                {k: row[k] for k in ("region", "indicator", "period", "measure", "value", "unit", "role", "source_id")}
                | {"title": source["title"], "address": source["address"], "reason": reason}
            )
            continue
        if row["region"] == "湘潭市" and decision is None:
            raise SystemExit(f"not read yet: {row}")
        kept.append(statement(row, decision or {}, source, names[row["indicator"]], used))
    if curation:
        raise SystemExit(f"curated rows that match no observation: {list(curation)}")
    return kept, left_out


def source_key(row: Row) -> str:
    """Key of a source: the gathered title and address name it, but hold remarks about how it was looked up."""
    return hashlib.sha256(f"{row['source_title']}\n{row['source_url']}".encode()).hexdigest()[:12]


def statement(row: Row, decision: Row, source: Row, name: Row, used: Counter[str]) -> Statement:
    measure = decision.get("to_measure") or row["measure"].removesuffix("_check")
    period, base = periods(row, decision, measure)
    indicator = name["growth" if measure in GROWTH else "level"]
    role = decision.get("to_role") or row["role"]
    value, unit_id = float(row["value"]), unit(row["unit"]).id
    if measure == "share" and indicator == "tech_upgrade_share" and unit_id != "percent":
        raise SystemExit(f"unexpected unit: {row}")
    published, rule = publication(source, period, role)
    vintage = decision.get("to_vintage") or None
    made = Statement(
        id=new_id(row["region"], indicator, measure, period, source["source_id"], used),
        region=region(row["region"]).id,
        indicator=indicator,
        measure=measure,
        period=period,
        base_period=base,
        relation=decision.get("to_relation") or "equals",
        value=value,
        unit=unit_id,
        role=role,
        calibre=decision.get("to_calibre") or default_calibre(indicator, period, published),
        vintage=vintage or default_vintage(indicator, measure),
        published=published,
        published_rule=rule,
        source_id=source["source_id"],
        trust=decision.get("to_trust") or row["trust"],
        note=decision["note"] if decision else plain_note(row["note"]),
    )
    wrong = faults(made)
    if wrong:
        raise SystemExit(f"{made}\n{wrong}")
    return made


def periods(row: Row, decision: Row, measure: str) -> tuple[Period, Period | None]:
    text, base = decision.get("to_period") or row["period"], decision.get("to_base") or ""
    if match := re.fullmatch(r"(\d{4})-(\d{4})", text):
        if measure == "sum":
            return Period.parse(f"{match[1]}/{match[2]}"), None
        # An average over 2016–2020 starts from the level of 2015.
        return Period.parse(match[2]), Period.parse(base or str(int(match[1]) - 1))
    period = Period.parse(text)
    if measure.startswith("year_to_date") or (measure == "share" and not period.is_year):
        period = Period((period.year, 1), period.end)
    return period, Period.parse(base) if base else None


def publication(source: Row, period: Period, role: str) -> tuple[dt.date, str | None]:
    """Return the printed date, else the rule's; an outcome is never dated before its period ended."""
    if source["published"]:
        date, rule = dt.date.fromisoformat(source["published"]), source["published_rule"] or None
        if role not in ("outcome", "estimate") or date >= month_end(*period.end):
            return date, rule
        if role == "estimate" and date.year == period.year:
            return date, rule
    key = source["published_rule"] if source["published_rule"] in RULES else ""
    if key == "monthly" and period.is_year:
        key = "communique"
    key = key or ("monthly" if not period.is_year else "communique")
    return by_rule(key, period, role=role), RULES[key]


def default_calibre(indicator: str, period: Period, published: dt.date) -> str:
    fitting = [c for c in calibres().values() if indicator in c.applies_to]
    if any(c.id == "gdp_census4" for c in fitting):
        return next((name for day, name in CENSUSES if published < day), "gdp_census5")
    for candidate in fitting:
        first, last = candidate.valid_from or 0, candidate.valid_to or 9999
        if first <= period.year <= last and candidate.id not in ("above_scale_unsettled", "energy_above_scale_net"):
            return candidate.id
    kind = indicators()[indicator].kind
    return "not_applicable" if kind in ("count", "index") else "unknown"


def default_vintage(indicator: str, measure: str) -> str | None:
    return "as_published" if indicator in ("gdp", "secondary_value_added") and measure == "level" else None


def plain_note(note: str) -> str:
    """Keep what a note says about the figure; drop what it says about how the figure was looked up."""
    parts = [p.strip() for p in note.split(";")]
    text = "; ".join(p for p in parts if p and not LOOKED_UP.search(p))
    for pattern, plain in PLAIN:
        text = re.sub(pattern, plain, text)
    text = text[:1].upper() + text[1:]
    return text + "." if text and not text.endswith(".") else text


def with_origins(files: list[list[Statement]]) -> list[list[Statement]]:
    """Give reports of one original figure one origin: same thing, same vintage, and values that agree within rounding.

    An estimate shares the origin of the one outcome that replaced it.
    """
    groups: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    for s in (s for statements in files for s in statements):
        evidence = "evidence" if s.tells_what_happened else s.role + (s.source_id or "")
        key = (s.region, s.indicator, s.measure, s.period, s.base_period, s.unit, evidence, vintage_group(s))
        groups[key].append(s)
    origin: dict[str, str] = {}
    for members in groups.values():
        outcomes = [s for s in members if s.role != "estimate"]
        clusters: list[list[Statement]] = []
        for s in outcomes or members:
            home = next((c for c in clusters if agree(c[0].value, s.value)), None)
            clusters.append([s]) if home is None else home.append(s)
        for s in members:
            home = next((c for c in clusters if s in c), None) or (clusters[0] if len(clusters) == 1 else [s])
            origin[s.id] = home[0].id
    return [[replace(s, origin_id=origin[s.id]) for s in statements] for statements in files]


def vintage_group(s: Statement) -> str:
    """Real growth is one figure whichever compilation holds it; levels keep their vintages and census apart."""
    if s.measure != "level":
        return "" if s.vintage in (None, "as_published") or s.region != "中国" else s.vintage
    return f"{s.vintage} {s.calibre if s.indicator in ('value_added', 'fixed_asset_investment') else ''}"


def agree(a: float, b: float) -> bool:
    """Whether two values differ by no more than the rounding of the coarser."""
    coarser = min((a, b), key=lambda v: len(f"{v:.6g}".partition(".")[2]))
    decimals = len(f"{coarser:.10g}".partition(".")[2])
    return abs(a - b) <= 0.5001 * 10.0**-decimals + 1e-9 or abs(a - b) <= 2e-4 * abs(coarser)


def check(files: dict[str, list[Statement]]) -> None:
    every = [s for statements in files.values() for s in statements]
    problems = [c for c in conflicts(every) if c[2] == "id" or "two values" in c[3]]
    if problems:
        raise SystemExit("\n".join(f"{every[a].id} / {every[b].id}: {what}" for a, b, _, what in problems))


def rights(publisher: str) -> str:
    """On what ground the figures of a publisher are shipped: the words of data/LICENSE."""
    return "cc_by_4.0" if publisher in OPEN_DATA else "published_figure"


def source_rows(files: dict[str, list[Statement]]) -> list[Row]:
    trust: dict[str, str] = {}
    for s in (s for statements in files.values() for s in statements):
        trust[s.source_id or ""] = max(trust.get(s.source_id or "", "A"), s.trust)
    rows = [
        {
            "source_id": r["source_id"], "publisher": r["publisher"], "title": r["title"], "address": r["address"],
            "retrieved": RETRIEVED, "terms": TERMS, "rights": rights(r["publisher"]), "trust": trust[r["source_id"]],
        }
        for r in read_table(HERE / "sources.csv")
        if r["source_id"] in trust
    ]  # fmt: skip
    rows += [
        {
            "source_id": source, "publisher": publisher, "title": title, "address": address, "retrieved": RETRIEVED,
            "terms": "CC BY 4.0 (EDGAR); cite the data set" if source.startswith("edgar") else TERMS,
            "rights": rights(publisher), "trust": grade,
        }
        for source, publisher, title, address, grade in PANEL_SOURCES
    ]  # fmt: skip
    return sorted(rows, key=lambda r: r["source_id"])


if __name__ == "__main__":
    main()
