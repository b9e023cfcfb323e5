"""More of the grammar: sound tables with one slip, odd names, folders, old formats, small commands, surroundings."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from tests.fuzz.grammar import (
    CHEAP,
    FACTS,
    NASTY,
    OUT,
    Case,
    as_file,
    broken,
    cells,
    day,
    forecast_table,
    nasty,
    number,
    projection,
    shipped,
    table,
    workbook,
    yaml_of,
)

OLD = Path(__file__).parents[1] / "statements" / "tables" / "merged_heads.xls"
# Figures that are plausible beside the shipped ones.
SOUND = [
    ["湘潭市", "工业投资", "增速", "2020", "8.1", "%", "", "2021-03-15", "true"],
    ["湘潭市", "gdp", "level", "2020", "2343", "亿元", "outcome", "2021-03-15", "true"],
    ["湘潭市", "工业投资", "水平", "2019年", "850", "亿元", "", "2020-03-15", "false"],
    ["长沙市", "gdp_real", "growth", "2021", "7.5", "percent", "estimate", "2022-01-20", "true"],
    ["湖南省", "gdp", "growth", "2021Q2", "11.7", "%", "", "2021-07-20", "true"],
    ["湘潭市", "工业投资", "增速", "2021年1—6月", "12.0", "%", "", "2021-07-25", "false"],
]
NAMES = [
    "表.csv", "a b.csv", "-x.csv", "--help.csv", "=1+1.csv", "a;b.csv", "a'b.csv", "x.CSV", "x.txt", "x", ".x.csv",
    "~$x.xlsx", "上报（2020）.csv", "%s.csv", "{x}.csv", "[a].csv", "*.csv", "a\nb.csv", "💥.csv", "a,b.csv",
    "$HOME.csv", "e\u0301.csv", "长" * 80 + ".csv", "sub/t.csv", "CON.csv", "x.csv.gz",
    "x.parquet", "x.yaml", "x.xlsx", "x.xls",
]  # fmt: skip
name = st.sampled_from(NAMES)


@st.composite
def sound_table(draw: st.DrawFn) -> list[list[str]]:
    """Rows that can be right, one cell of them now and then not."""
    rows = [list(row) for row in draw(st.lists(st.sampled_from(SOUND), min_size=1, max_size=4, unique_by=str))]
    if draw(st.integers(1, 2)) == 1:
        row, column = draw(st.sampled_from(rows)), draw(st.integers(0, len(FACTS) - 1))
        row[column] = draw(cells(FACTS[column], 4))
    return [FACTS, *rows]


@st.composite
def sound_file(draw: st.DrawFn) -> Case:
    file, raw = draw(as_file(draw(sound_table())))
    file = draw(name) if draw(st.integers(1, 3)) == 1 else file
    options = draw(st.sampled_from([[], [], ["--show"], ["--save", f"{OUT}/s.csv"], ["--accept"], ["--lang", "zh"]]))
    return Case(("check", f"./{file}" if draw(st.booleans()) else file, *options), {file: raw})


@st.composite
def folder(draw: st.DrawFn) -> Case:
    files = {}
    for _ in range(draw(st.integers(0, 4))):
        rows = draw(sound_table()) if draw(st.booleans()) else draw(table(FACTS, 3))
        files[f"in/{draw(name)}"] = draw(as_file(rows))[1]
    if draw(st.booleans()):
        files["in/p.yaml"] = draw(yaml_of(json.loads(shipped("example-zhuzhou.yaml"))))
    return Case(("check", draw(st.sampled_from(["in", "in/", "./in", "in/..", "no"]))), files)


@st.composite
def old_or_column_file(draw: st.DrawFn) -> Case:
    """An .xls workbook or a Parquet file, mostly with bytes that are cut or changed."""
    old = draw(st.booleans())
    raw = OLD.read_bytes() if old else _parquet(draw(st.sampled_from(["int", "text", "none", "bool", "nested"])))
    at = draw(st.integers(0, len(raw) - 1))
    raw = draw(
        st.sampled_from([raw, raw, raw[:at], raw[:at] + bytes([raw[at] ^ 0xFF]) + raw[at + 1 :], raw + raw[:at]])
        | broken(raw)
    )
    file = draw(st.sampled_from(["t.xls", "t.xlsx", "t.csv"] if old else ["t.parquet", "t.csv"]))
    commands = [("check", file), ("forecast", file, "--horizon", "2", "--out", f"{OUT}/f.csv")]
    return Case(draw(st.sampled_from([*commands, ("decompose", file, "--out", f"{OUT}/d.csv")])), {file: raw})


@cache
def _parquet(kind: str) -> bytes:
    import pandas as pd

    ids: list[object] = ["a"] * 12 if kind != "none" else ["a"] * 11 + [None]
    values: dict[str, list[object]] = {"int": list(range(12)), "bool": [True, False] * 6, "nested": [[1]] * 12}
    frame = pd.DataFrame(
        {"unique_id": ids, "ds": range(2005, 2017), "y": values.get(kind, [str(i) for i in range(12)])}
    )
    stream = io.BytesIO()
    frame.to_parquet(stream)
    return stream.getvalue()


@st.composite
def long_decomposition(draw: st.DrawFn) -> Case:
    """A balanced table that mostly works."""
    periods = draw(
        st.sampled_from([["2010", "2015"], ["十一五", "十二五", "十三五"], ["FY98", "FY00"], ["9月", "10月"]])
    )
    sectors = draw(st.sampled_from([["A", "B"], ["NA", "null"], ["化工", "合计", "钢铁"], ["=1+1", "@x"]]))
    head = draw(st.sampled_from(["year,sector,activity,energy", "年份,行业,activity,energy", "period,sector,x,y,z"]))
    columns = head.split(",")
    rows = [[p, s, *(draw(cells("activity", 60)) for _ in columns[2:])] for p in periods for s in sectors]
    extra = draw(
        st.sampled_from([[], [], ["--base", draw(st.sampled_from([*periods, "x", ""]))], ["--form", "multiplicative"],
                         ["--method", "lmdi-ii"], ["--base-year"], ["--between"]])
    )  # fmt: skip
    text = io.StringIO(newline="")
    csv.writer(text).writerows([columns, *rows])
    raw = text.getvalue().encode() if draw(st.booleans()) else workbook([columns, *rows], numbers=True)
    return Case(("decompose", "t.csv", *extra, "--out", draw(st.sampled_from([f"{OUT}/d.csv", "-"]))), {"t.csv": raw})


@st.composite
def small_command(draw: st.DrawFn) -> Case:
    """Commands that list, copy or make, and the explorer with at least one option that it refuses."""
    odd = draw(nasty)
    inside = odd[:40].replace("/", "").replace("..", "")
    lists = [("list", what) for what in ("regions", "plans", "scenarios", "indicators", "notebooks", odd)]
    makes = [("init", draw(st.sampled_from(["湘潭", "430300", "Xiangtan", "湖南", "湘潭县", "", odd])), "--out", place)
             for place in (f"{OUT}/w", OUT, "-", f"{OUT}/{inside}", "t.csv/w")]  # fmt: skip
    copies = [("notebooks", "--out", f"{OUT}/n", "--only", only) for only in ("00", "8", odd)]
    refused = draw(st.sampled_from([["--region", "nowhere"], ["--plan", "nope"], ["--facts", "none.csv"],
                                    ["--to", "x"], ["--as-of", "2021-02-30"],
                                    ["--scenario", odd + "?"], ["--lang", "xx"]]))  # fmt: skip
    explorer = (
        "explore",
        "--no-browser",
        *draw(st.sampled_from([(), ("--port", odd), ("--as-of", draw(day))])),
        *refused,
    )
    others = [("--help",), ("--version",), (), (odd,), ("check",), ("check", "--help"), ("--workspace", odd, "targets")]
    replayed = ("backtest", "--out", OUT, draw(st.sampled_from(["--last", "--horizon", "--x"])), draw(number), "--bad")
    return Case(draw(st.sampled_from([*lists, *makes, *copies, explorer, *others, replayed])), {"t.csv": b"a,b\n1,2\n"})


AROUND = [
    ("LANG", "zh_CN.UTF-8"), ("LANG", "x"), ("LC_ALL", "C"), ("TZ", "Nowhere/None"), ("COLUMNS", "1"), ("COLUMNS", "x"),
    ("HOME", "/nonexistent"), ("XTANALYSIS_WORKSPACE", ""), ("XTANALYSIS_WORKSPACE", "no"), ("NO_COLOR", "1"),
    ("XTANALYSIS_WORKSPACE", "t.csv"), ("PYTHONWARNINGS", "error"), ("TERM", "dumb"), ("OMP_NUM_THREADS", "x"),
]  # fmt: skip


@st.composite
def surroundings(draw: st.DrawFn) -> Case:
    """Any of the others in odd surroundings."""
    case = draw(st.one_of(sound_file(), forecast_table(), small_command(), long_decomposition()))
    return replace(case, environment=tuple(draw(st.lists(st.sampled_from(AROUND), min_size=1, max_size=2))))


@st.composite
def sound_workspace(draw: st.DrawFn) -> Case:
    """A workspace in any encoding whose own figures mostly are read."""
    lines = [
        'region = "湘潭市"',
        'plan = "xiangtan-2021-12"',
        f'facts = ["{draw(st.sampled_from(["*.csv", "**/*", "no"]))}"]',
    ]
    if draw(st.integers(1, 3)) == 1:
        lines.append(
            draw(st.sampled_from(["a = 1", "schema = 9", "[x]", 'region = "x"', *(f'out = "{n}"' for n in NASTY[:9])]))
        )
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
    files = {
        "xtanalysis.toml": "\n".join(lines).encode(encoding, "replace"),
        "t.csv": draw(as_file(draw(sound_table())))[1],
    }
    commands = [("check", "t.csv"), ("targets",), ("targets", "--json"), ("list", "scenarios")]
    return Case(("--workspace", ".", *draw(st.sampled_from(commands))), files)


WIDER = [sound_file(), folder(), old_or_column_file(), long_decomposition(), small_command(), surroundings(),
         sound_workspace()]  # fmt: skip
cheap = st.one_of(*CHEAP, *WIDER)
every = st.one_of(*CHEAP * 10, *WIDER * 10, projection())
