"""The files of a new workspace, for any region of the tables."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from xtanalysis.data.dictionary import Region, current, outward, regions
from xtanalysis.data.paths import blanks_dir, notebooks_dir
from xtanalysis.data.tables import table_rows
from xtanalysis.data.workspace import NAME
from xtanalysis.statements.form import facts_workbook
from xtanalysis.statements.offices import industry_office, statistics_office

__all__ = ["base_of", "blank_plan", "next_base", "notebook_file", "workspace_files", "workspace_texts"]

YEARS = 6
FIRST_PLAN = 1950  # so counted, the plan whose base year is 2020 is the fourteenth
PLAN, FORM = "plan.yaml", "facts/填报.xlsx"


@cache
def _blank(name: str) -> str:
    """One of the texts that a workspace begins with, with places to fill in braces."""
    return (blanks_dir() / name).read_text(encoding="utf-8")


def base_of(year: int) -> int:
    """The base year of the five-year plan in force in a year: 2025 for 2026 to 2030."""
    return 5 * ((year - 1) // 5)


def next_base(origin: int, ends: int) -> int:
    """The base year of the plan after one that ends in ``ends``, seen from the year after ``origin``.

    Examples
    --------
    >>> next_base(2025, 2025), next_base(2025, 2030), next_base(2027, 2020)
    (2025, 2030, 2025)
    """
    return base_of(max(origin, ends) + 1)


def blank_plan(region: Region, base: int) -> str:
    """A plan file for the five years after ``base``, the core targets as blanks; filled in, ``load_plan`` reads it."""
    identifier = re.sub(r"[^a-z0-9]+", "-", region.en.lower()).strip("-") or region.code
    years = {"base": str(base), "first": str(base + 1), "last": str(base + 5)}
    # The first five-year plan was that of 1953 to 1957; since the tenth their ends are whole fives.
    nth = f"十{'一二三四五六七八九'[(base - FIRST_PLAN) // 5 - 11]}"
    text = _blank("plan.txt").format(
        id=f"{identifier}-{base + 1}-{base + 5}", region=region.id, en=region.en, nth=nth, date=f"{base + 1}-03-01",
        **years,
    )  # fmt: skip
    for target in table_rows(blanks_dir() / "core_targets.csv"):
        since = f"#   base_period: {base}\n" if target["measure"] in ("average_growth", "cumulative_change") else ""
        text += _blank("target.txt").format(
            **{k: v.format(**years) for k, v in target.items()}, since=since, lead=industry_office(region),
            data_owner=statistics_office(region), **years,
        )  # fmt: skip
    return text


def workspace_texts(region: Region, today: dt.date) -> dict[str, str]:
    """Path from the workspace's folder → text, of every file but the workbook and the notebooks."""
    plan = blank_plan(region, base_of(today.year))
    texts = {
        NAME: _blank("workspace.txt").format(region=region.id), PLAN: plan,
        "scenarios/investment-flat.yaml": _blank("scenario.txt"),
    }  # fmt: skip
    shipped = current().tables
    for name in ("regions.csv", "indicators.csv", "calibres.csv"):
        columns = list(shipped[name][0])
        rows = _around(region) if name == "regions.csv" else []
        texts[f"reference/{name}"] = _csv(columns, rows)
    return texts


def workspace_files(region: Region, today: dt.date) -> dict[str, bytes]:
    """Path from the workspace's folder → content of every file of a new workspace."""
    files = {name: text.encode("utf-8-sig" if name.endswith(".csv") else "utf-8")
             for name, text in workspace_texts(region, today).items()}  # fmt: skip
    files[FORM] = facts_workbook(region.id, range(today.year - YEARS, today.year))
    for path in sorted(notebooks_dir().glob("*.ipynb")):
        files[f"notebooks/{path.name}"] = _notebook(path, region, today)
    return files


def _around(region: Region) -> list[Mapping[str, str]]:
    """Rows of the region, of those around it below the nation, and of those in it."""
    known = regions()
    above = [known[name] for name in reversed(outward(region.id)) if known[name].kind != "country"]
    places = [*above, region, *(place for place in known.values() if place.parent == region.id)]
    return [
        {
            "id": place.id, "code": place.code, "en": place.en, "parent": place.parent or "", "kind": place.kind,
            "aliases": "|".join(place.aliases),
        }
        for place in places
    ]  # fmt: skip


def _csv(columns: list[str], rows: list[Mapping[str, str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _notebook(path: Path, region: Region, today: dt.date) -> bytes:
    """A shipped notebook with the workspace's region, plan, figures and the day as its parameters."""
    book = json.loads(path.read_text(encoding="utf-8"))
    given = {
        "region": f'"{region.id}"', "plan": f'"../{PLAN}"', "facts": f'["../{FORM}"]', "as_of": f'"{today}"',
        "to": str(base_of(today.year) + 5),
    }  # fmt: skip
    return notebook_file(book, given)


def notebook_file(book: dict[str, Any], given: Mapping[str, str]) -> bytes:
    """A notebook's file, some of its parameters (by name) with other defaults, written as Python."""
    for cell in book["cells"]:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            lines = "".join(cell["source"]).splitlines(keepends=True)
            cell["source"] = [_parameter(line, given) for line in lines]
    return (json.dumps(book, ensure_ascii=False, indent=1) + "\n").encode()


def _parameter(line: str, given: Mapping[str, str]) -> str:
    match = re.fullmatch(r"(\w+)(: \w+ = )(\"[^\"]*\"|\S+)(.*)", line, re.DOTALL)
    if match is None or match[1] not in given:
        return line
    return f"{match[1]}{match[2]}{given[match[1]]}{match[4]}"
