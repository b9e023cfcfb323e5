"""The files of a new workspace, for any region of the tables."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xtanalysis.data.dictionary import Region, current, regions
from xtanalysis.data.paths import notebooks_dir
from xtanalysis.data.workspace import NAME
from xtanalysis.statements.form import facts_workbook

__all__ = ["base_of", "blank_plan", "notebook_file", "workspace_files", "workspace_texts"]

YEARS = 6
FIRST_PLAN = 1950  # so counted, the plan whose base year is 2020 is the fourteenth
PLAN, FORM = "plan.yaml", "facts/填报.xlsx"

TOML = """# 工作区：以下路径都从本文件所在的文件夹算起。在此文件夹中运行 xtanalysis report 等命令，不必再写选项。
schema = 1
region = "{region}"
plan = "plan.yaml"
facts = ["facts/*.xlsx", "facts/*.xls", "facts/*.csv"]
scenarios = ["scenarios/*.yaml"]
reference = "reference"  # 本地的指标、口径、地区：列与软件自带的表相同，编号相同的行替换自带的行
out = "reports"
"""

HEAD = """# {region}的规划目标。先填下面的“……”，再把“targets: []”改成“targets:”，去掉要用的目标各行开头的“# ”并填数。
# 五项核心目标之外，可照样另加；用到新指标时，先写入reference/indicators.csv。各键的说明见软件文档docs/plans.md。
schema: 1
id: {id}
region: {region}
title: {{zh: {region}“{nth}五”规划, en: "Five-year plan of {en}, {first}–{last}"}}
number: ……  # 文号
issuer: {region}人民政府
date: {date}  # 印发日期
source: ……  # 文件名称与出处
readings: {{}}
targets: []
"""

TARGET = """
# - id: {id}
#   section: 一
#   zh: {zh}
#   en: {en}
#   indicator: {id_of}
#   measure: {measure}
#   relation: {relation}
#   value:          # {hint}
#   unit: {unit}
{since}#   deadline: {last}
#   frequency: by_deadline
#   calibre: {calibre}
#   lead: 市工信局
#   data_owner: 市统计局
#   missing: {{zh: {missing}, en: {missing_en}}}
"""

TARGETS: tuple[dict[str, str], ...] = (
    {
        "id": "industrial_investment", "zh": "工业投资", "en": "Industrial investment",
        "id_of": "industrial_investment", "measure": "level", "relation": "at_least", "hint": "亿元",
        "unit": "100m_yuan", "calibre": "investment_5m_expenditure",
        "missing": "{base}年（或其后任一年）工业投资完成额",
        "missing_en": "Industrial investment in {base} or any later year",
    },
    {
        "id": "tech_upgrade_investment", "zh": "工业技改投资", "en": "Technical-upgrading investment",
        "id_of": "tech_upgrade_investment", "measure": "level", "relation": "at_least", "hint": "亿元",
        "unit": "100m_yuan", "calibre": "investment_5m_expenditure",
        "missing": "{base}年（或其后任一年）工业技改投资完成额",
        "missing_en": "Technical-upgrading investment in {base} or any later year",
    },
    {
        "id": "value_added_growth", "zh": "规模工业增加值年均增速", "en": "Average growth of above-scale value added",
        "id_of": "value_added_real", "measure": "average_growth", "relation": "at_least", "hint": "%，例如6.5",
        "unit": "percent", "calibre": "above_scale_20m",
        "missing": "{last}年规模工业增加值增速", "missing_en": "Growth of above-scale value added in {last}",
    },
    {
        "id": "value_added_share", "zh": "规模工业增加值占GDP比重", "en": "Above-scale value added over GDP",
        "id_of": "value_added_share", "measure": "share", "relation": "at_least", "hint": "%，例如33",
        "unit": "percent", "calibre": "above_scale_20m", "missing": "{last}年规模工业增加值总量",
        "missing_en": "The level of above-scale value added in {last}",
    },
    {
        "id": "energy_intensity", "zh": "单位规模工业增加值能耗累计下降",
        "en": "Fall of energy per above-scale value added",
        "id_of": "energy_intensity", "measure": "cumulative_change", "relation": "at_most",
        "hint": "%，下降写负数，例如-12", "unit": "percent",
        "calibre": "energy_above_scale_20m",
        "missing": "{first}年以来各年单位规模工业增加值能耗增速",
        "missing_en": "Changes of energy per above-scale value added since {first}",
    },
)  # fmt: skip
"""The five core targets of an industrial plan, as blanks."""

SCENARIO = """# 情景的例子：工业投资停止增长。照此另写一个文件即可；各键的说明见软件文档docs/plans.md。
id: investment-flat
title: {zh: 工业投资零增长, en: No growth of industrial investment}
reason:
  zh: 假设信息截止后各年工业投资与上年持平，看目标受多大影响。
  en: Industrial investment stays at the level of the year before; what becomes of the targets?
update: none
counterfactual: false
assumptions:
  - indicator: industrial_investment
    measure: growth
    each: origin+1/to
    value: 0
    unit: percent
    condition: hard
    calibre: investment_5m_expenditure
    reason:
      zh: 示例，可改为本地的判断。
      en: An example, to be replaced by a judgement of your own.
"""


def base_of(year: int) -> int:
    """The base year of the five-year plan in force in a year: 2025 for 2026 to 2030."""
    return 5 * ((year - 1) // 5)


def blank_plan(region: Region, base: int) -> str:
    """A plan file for the five years after ``base``, the core targets as blanks; filled in, ``load_plan`` reads it."""
    identifier = re.sub(r"[^a-z0-9]+", "-", region.en.lower()).strip("-") or region.code
    years = {"base": str(base), "first": str(base + 1), "last": str(base + 5)}
    # The first five-year plan was that of 1953 to 1957; since the tenth their ends are whole fives.
    nth = f"十{'一二三四五六七八九'[(base - FIRST_PLAN) // 5 - 11]}"
    text = HEAD.format(
        id=f"{identifier}-{base + 1}-{base + 5}", region=region.id, en=region.en, nth=nth, date=f"{base + 1}-03-01",
        **years,
    )  # fmt: skip
    for target in TARGETS:
        since = f"#   base_period: {base}\n" if target["measure"] in ("average_growth", "cumulative_change") else ""
        text += TARGET.format(**{k: v.format(**years) for k, v in target.items()}, since=since, **years)
    return text


def workspace_texts(region: Region, today: dt.date) -> dict[str, str]:
    """Path from the workspace's folder → text, of every file but the workbook and the notebooks."""
    plan = blank_plan(region, base_of(today.year))
    texts = {NAME: TOML.format(region=region.id), PLAN: plan, "scenarios/investment-flat.yaml": SCENARIO}
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
    places = [region]
    while (parent := places[0].parent) is not None and regions()[parent].kind != "country":
        places.insert(0, regions()[parent])
    places += [place for place in regions().values() if place.parent == region.id]
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
