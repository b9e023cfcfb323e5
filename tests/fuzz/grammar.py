"""Inputs of every command, put together from a grammar: sound ones with a few parts that are not."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from xtanalysis.data.paths import plans_dir, scenarios_dir

OUT = "out"
SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Case:
    """A command line, the files that it is given, by name, and what its environment holds; it may write to ``OUT``."""

    arguments: tuple[str, ...]
    files: dict[str, bytes]
    environment: tuple[tuple[str, str], ...] = ()


NASTY = [
    "", " ", "NA", "nan", "None", "null", "inf", "-inf", "1e308", "-1e308", "1e-300", "9" * 400, "0", "-0", "1_000",
    "=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+1|x", "-1+1", "\t=1", "<img src=x onerror=alert(1)>", "$x^2$", "$",
    "<script>alert(1)</script>", "<meta http-equiv=refresh content=0;url=http://127.0.0.1:9/>", "１０５０", "一二三",
    "2021-13-06", "2021-02-30", "0001-01-01", "9999-12-31", "0000", "9999Q4", "2021Q5", "2030/2025", "2021-00",
    "十一五", "\u202e", "\u200b", "💥", "e\u0301", "a" * 300, "长" * 120, "../../x", "/", "/etc/passwd", "{x}", "{",
    "{a!r:>999999999}", "%s", "'", '"', "`", "\\", ";", ",", "|", "*", "#REF!", "TRUE", "yes", "0x1F", "010", "12:30",
    "1e5", "½", "−5", "5％", "5‰", "约850", "3-5", "[x](http://127.0.0.1:9/)", "![x](http://127.0.0.1:9/)", "---",
]  # fmt: skip
nasty = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
WORDS: dict[str, list[str]] = {
    "id": ["a", "b", "c", ""],
    "region": ["湘潭市", "长沙", "Xiangtan", "430300", "湖南省", "全国", "全市", "湘潭县"],
    "indicator": ["gdp", "gdp_real", "工业投资", "industrial_investment", "value_added_real", "population", "能耗"],
    "measure": [
        "level",
        "growth",
        "水平",
        "增速",
        "average_growth",
        "cumulative_change",
        "year_to_date_growth",
        "rank",
    ],
    "period": ["2020", "2021", "2024年", "2021Q2", "2021-01/2021-06", "2025年1—11月", "2020/2025", "2021-06"],
    "base_period": ["", "2020", "2015"],
    "relation": ["equals", "about", "at_least", "between", "不低于", ""],
    "value": ["900", "7.6", "7.6%", "-3.1", "2,000", "下降6.2", "0.087"],
    "value_high": ["", "", "12"],
    "unit": ["亿元", "万元", "%", "percent", "fraction", "100m_yuan", ""],
    "role": ["outcome", "estimate", "plan", "outlook", "assumption", ""],
    "sd": ["", "0.5"],
    "calibre": ["", "unknown", "above_scale_20m", "现行口径"],
    "published": ["", "2021-03-15", "2022/2/10", "2025年3月1日"],
    "public": ["true", "true", "true", "公开", "true"],
    "source_id": ["", "xt_gwr_2015", "统计局快报"],
    "note": ["", "x"],
    "sector": ["A", "B", "化工", "合计"],
    "year": ["2010", "2011", "2012", "2013年"],
    "activity": ["100", "120.5", "90"],
    "energy": ["10", "11", "12.5"],
    "co2": ["20", "22", "25"],
    "unique_id": ["x", "y", "湘潭市"],
    "ds": ["2010", "2011", "2012", "2013", "2014", "2015", "2016-12-31"],
    "y": ["1", "2.5", "3", "4", "5.5", "6"],
}
FACTS = ["region", "indicator", "measure", "period", "value", "unit", "role", "published", "public"]
MORE = ["id", "base_period", "relation", "value_high", "sd", "calibre", "source_id", "note"]


@st.composite
def cells(draw: st.DrawFn, column: str, odds: int = 25) -> str:
    """A cell of a column; one in ``odds`` is not what belongs there."""
    return draw(nasty if draw(st.integers(1, odds)) == 1 else st.sampled_from(WORDS.get(column, [""])))


@st.composite
def table(draw: st.DrawFn, columns: list[str], most: int = 8) -> list[list[str]]:
    """A header and rows, now and then with a column lost, doubled, renamed, or a row too long."""
    head = list(columns)
    slip = draw(st.integers(1, 20))
    if slip == 1:
        head.remove(draw(st.sampled_from(head)))
    elif slip == 2:
        head.append(draw(st.sampled_from(head)))
    elif slip == 3:
        head[draw(st.integers(0, len(head) - 1))] = draw(nasty)
    rows = [[draw(cells(name)) for name in head] for _ in range(draw(st.integers(0, most)))]
    if slip == 4 and rows:
        rows[-1].append(draw(nasty))
    title = [[draw(nasty)]] if slip == 5 else []
    return [*title, head, *rows]


@st.composite
def as_file(draw: st.DrawFn, rows: list[list[str]]) -> tuple[str, bytes]:
    """Name and bytes of a table: CSV in some encoding and separator, a workbook, or something broken."""
    kind = draw(st.integers(1, 12))
    if kind <= 2:
        return f"t{draw(st.sampled_from(['.xlsx', '.csv']))}", workbook(rows, draw(st.booleans()))
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=draw(st.sampled_from(",,,;\t"))).writerows(rows)
    raw = text.getvalue().encode(draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16"])), "replace")
    if kind == 3:
        raw = draw(broken(raw))
    return "t.csv", raw


@st.composite
def broken(draw: st.DrawFn, raw: bytes) -> bytes:
    """Bytes cut, doubled, or with others put in."""
    at = draw(st.integers(0, len(raw)))
    more = draw(
        st.sampled_from([b"\x00", b"\xff\xfe", b'"', b"\r\r\n", b"PK\x03\x04", b"%PDF", b"<html>", b"&a", b"- " * 99])
    )
    return draw(st.sampled_from([raw[:at], raw[:at] + more + raw[at:], raw + raw, more, b""]))


def workbook(rows: list[list[str]], numbers: bool) -> bytes:
    """A workbook of the rows; texts that are numbers as such."""
    from openpyxl import Workbook

    from xtanalysis.data.workbooks import put

    book = Workbook()
    sheet = book.worksheets[0]
    for i, row in enumerate(rows, 1):
        for j, text in enumerate(row, 1):
            plain = numbers and text.replace(".", "", 1).isdigit() and len(text) < 300
            put(sheet.cell(i, j), float(text) if plain else text)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@cache
def shipped(name: str) -> str:
    """A shipped plan or scenario as JSON."""
    path: Path = plans_dir() / name if (plans_dir() / name).is_file() else scenarios_dir() / name
    return json.dumps(yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE), default=str, ensure_ascii=False)


ODD: list[Any] = [
    None,
    True,
    -1,
    0,
    10**30,
    1e308,
    float("nan"),
    float("inf"),
    [],
    {},
    [[]],
    {"a": {"b": 1}},
    "x",
    [None],
]


@st.composite
def yaml_of(draw: st.DrawFn, data: Any) -> bytes:
    """A mapping with up to three parts lost, replaced, renamed or doubled; or a text that is no such thing."""
    if draw(st.integers(1, 25)) == 1:
        return draw(st.sampled_from(BOMBS))
    for _ in range(draw(st.integers(0, 3))):
        mutate(draw, data)
    raw = yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode("utf-8", "replace")
    return draw(broken(raw)) if draw(st.integers(1, 20)) == 1 else raw


def mutate(draw: Callable[[Any], Any], node: Any) -> None:
    """Change one part of a tree, anywhere."""
    while isinstance(node, dict | list) and node:
        key = draw(st.sampled_from(list(node) if isinstance(node, dict) else list(range(len(node)))))
        if isinstance(node[key], dict | list) and node[key] and draw(st.integers(1, 5)) > 1:
            node = node[key]
            continue
        what = draw(st.integers(1, 6))
        if what == 1:
            del node[key]
        elif what == 2 and isinstance(node, dict):
            node[draw(nasty)] = node.pop(key)
        elif what == 3:
            node[key] = deepcopy(draw(st.sampled_from(ODD)))
        elif what == 4 and isinstance(node, list):
            node.append(deepcopy(node[key]))
        else:
            node[key] = draw(nasty)
        return


LAUGHS = "a0: &a0 [1]\n" + "".join(f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * 9)}]\n" for i in range(20))
BOMBS = [
    LAUGHS.encode(), b"[" * 5000, b"{a: " * 3000, b"- " * 60_000, b"a: !!python/object/apply:os.system ['touch pwned']",
    b"a: 1\na: 2", b"a: " + b"9" * 6000, b"date: 2021-02-30", b"? [a]\n: b", b"a: *b", b"%YAML 9.9\n---\na", b"\xff",
    b"a: &a {<<: *a}", b"a: 0001-01-01T99:99:99Z", b"--- a\n--- b", b"!!set {a, a}", b"!!binary '%'", b"~",
    b"a: !!float x", b"a: !!int x",
]  # fmt: skip
HUGE = ["-1", "0", "1", "2", "10", "99", "1e9", "x", "", str(10**18), "2021", "nan"]
number = st.sampled_from(HUGE)
day = st.sampled_from(["2021-05-06", "2026-01-01", "0001-01-01", "9999-12-31", "2021-02-30", "x", ""])


@st.composite
def check_table(draw: st.DrawFn) -> Case:
    columns = [*FACTS, *draw(st.lists(st.sampled_from(MORE), unique=True, max_size=3))]
    name, raw = draw(as_file(draw(table(columns))))
    options = [
        [],
        ["--accept"],
        ["--show"],
        ["--save", f"{OUT}/s.csv"],
        ["--save", "no/s.csv"],
        ["--region", draw(nasty)],
    ]
    options += [["--lang", "zh"], ["--sheet", draw(nasty)], ["--save", "t.csv/x"]]
    return Case(("check", name, *draw(st.sampled_from(options))), {name: raw})


@st.composite
def plan_file(draw: st.DrawFn) -> Case:
    raw = draw(yaml_of(json.loads(shipped("example-zhuzhou.yaml"))))
    command = [("check", "p.yaml"), ("targets", "--plan", "p.yaml"), ("targets", "--plan", "p.yaml", "--json")]
    return Case(draw(st.sampled_from(command)), {"p.yaml": raw})


@st.composite
def scenario_file(draw: st.DrawFn) -> Case:
    name = draw(st.sampled_from(["downturn.yaml", "green-upgrade.yaml", "high-growth.yaml", "plan.yaml"]))
    return Case(("check", "s.yaml"), {"s.yaml": draw(yaml_of(json.loads(shipped(name))))})


SWEEP: dict[str, Any] = {
    "notebook": "n.ipynb", "parameters": {"region": "湘潭市", "as_of": "2021-05-06", "draws": 100},
    "grid": {"scenario": ["baseline", "downturn"], "n": [1, 2]}, "include": [{"scenario": "plan", "n": 3}],
    "exclude": [{"n": 2, "scenario": "downturn"}], "name": "{scenario}-{as_of:%Y-%m}-{n}", "title": "x",
    "timeout": {"cell": 10, "run": 60},
}  # fmt: skip
NOTEBOOK: dict[str, Any] = {
    "nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{
        "cell_type": "code", "id": "a", "metadata": {"tags": ["parameters"]}, "outputs": [], "execution_count": None,
        "source": "region: str = ''\nscenario: str = ''\nas_of: str = ''\ndraws: int = 1\nn: int = 1",
    }],
}  # fmt: skip


@st.composite
def sweep_file(draw: st.DrawFn) -> Case:
    notebook = json.loads(json.dumps(NOTEBOOK))
    if draw(st.integers(1, 6)) == 1:
        mutate(draw, notebook)
    files = {"w.yaml": draw(yaml_of(json.loads(json.dumps(SWEEP)))), "n.ipynb": json.dumps(notebook).encode()}
    return Case(("batch", "w.yaml", "--out", OUT, "--dry-run"), files)


@st.composite
def forecast_table(draw: st.DrawFn) -> Case:
    rows = [["unique_id", "ds", "y"]]
    for name in draw(st.sampled_from([["x"], ["x", "NA"], ["x", "=1+1"]])):
        rows += [[name, str(2005 + i), draw(cells("y", 40))] for i in range(draw(st.integers(3, 15)))]
    name, raw = draw(as_file(rows if draw(st.booleans()) else draw(table(["unique_id", "ds", "y"]))))
    options = ["--horizon", draw(st.sampled_from(["2", "2", "2", "0", "11", "-1"]))]
    options += draw(
        st.sampled_from([[], [], ["--quantiles", draw(nasty)], ["--quantiles", "0.5,0.1"], ["--lower", "nan"]])
    )
    options += draw(
        st.sampled_from([[], [], ["--indicator", draw(nasty)], ["--upper", "1"], ["--lower", draw(number)]])
    )
    out = draw(st.sampled_from([f"{OUT}/f.csv", f"{OUT}/f.parquet", "-", "no/f.csv", "f.txt", "", "/dev/null"]))
    return Case(("forecast", name, *options, "--out", out), {name: raw})


@st.composite
def decompose_table(draw: st.DrawFn) -> Case:
    shapes = (
        "year,sector,activity,energy",
        "year,activity,energy,co2",
        "region,sector,activity,energy",
        "period,energy,a",
    )
    columns = draw(st.sampled_from(shapes)).split(",")
    name, raw = draw(as_file(draw(table(columns))))
    pick = st.sampled_from(["activity,energy", "activity,activity", "year,energy", "x", "", "energy", "a,b"])
    options = draw(st.sampled_from([[], [], ["--levels", draw(pick)], ["--factors", draw(pick)], ["--between"]]))
    options += draw(
        st.sampled_from([[], [], ["--base", draw(number)], ["--form", "multiplicative"], ["--method", "lmdi-ii"]])
    )
    return Case(("decompose", name, *options, "--out", draw(st.sampled_from([f"{OUT}/d.csv", "-"]))), {name: raw})


@st.composite
def workspace(draw: st.DrawFn) -> Case:
    lines = ['region = "湘潭市"', 'plan = "p.yaml"', 'facts = ["t.csv"]', "scenarios = []", 'out = "reports"']
    i = draw(st.integers(0, len(lines) - 1))
    key = lines[i].partition(" =")[0]
    lines[i] = draw(st.sampled_from([lines[i], "", f"{key} = 1", f'{key} = "x"', f"{key} = []", draw(nasty)]))
    files = {
        "xtanalysis.toml": "\n".join(lines).encode(),
        "p.yaml": draw(yaml_of(json.loads(shipped("example-zhuzhou.yaml")))),
    }
    if draw(st.booleans()):
        name = draw(st.sampled_from(["indicators.csv", "regions.csv", "units.csv", "calibres.csv", "words.csv"]))
        files[f"reference/{name}"] = draw(as_file(draw(table(["id", "zh", "en", "unit", "kind", "role"]))))[1]
    return Case(("--workspace", ".", *draw(st.sampled_from([("targets",), ("check", "p.yaml")]))), files)


@st.composite
def options(draw: st.DrawFn) -> Case:
    """Options alone, of commands that would work long if they were accepted: at least one is not."""
    slips = ["--region=nowhere", "--plan=nope", "--seed=x", "--facts=none.csv", "--as-of=2021-02-30", "--draws=x"]
    bad = [draw(st.sampled_from([*slips, f"--scenario={draw(nasty)}?"]))]
    command = draw(st.sampled_from(["project", "report", "scorecard"]))
    if command == "scorecard":
        bad = draw(st.sampled_from([["--quarter", draw(nasty) or "x"], ["--plan", draw(nasty) + "?"]]))
    more = draw(st.sampled_from([[], ["--draws", draw(number)], ["--seed", draw(number)], ["--as-of", draw(day)]]))
    # A folder that holds a report already: the server of workers starts only if something has to run.
    return Case((command, *more, *bad, "--out", OUT), {f"{OUT}/manifest.json": b"{}"})


@st.composite
def projection(draw: st.DrawFn) -> Case:
    """A whole projection with a user's own figures and scenario, which mostly works."""
    columns = [*FACTS, *draw(st.lists(st.sampled_from(MORE), unique=True, max_size=2))]
    name, raw = draw(as_file(draw(table(columns, 3))))
    files = {name: raw, "s.yaml": draw(yaml_of(json.loads(shipped("downturn.yaml"))))}
    chosen = draw(
        st.sampled_from([["--facts", name], ["--scenario", "s.yaml"], ["--seed", draw(number)], ["--to", draw(number)]])
    )
    return Case(("project", "--as-of", "2021-05-06", "--draws", "100", *chosen, "--out", f"{OUT}/p"), files)


CHEAP = [check_table(), check_table(), check_table(), plan_file(), scenario_file(), sweep_file(), forecast_table(),
         decompose_table(), workspace(), options()]  # fmt: skip
