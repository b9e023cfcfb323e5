"""`xtanalysis forecast`: tables in, tables out, errors by series."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from xtanalysis.annual import forecast_annual
from xtanalysis.cli.forecast import command
from xtanalysis.errors import BadInput

Y = [12.0, 13.5, 13.1, 15.0, 16.2, 17.9, 18.1, 19.6, 21.0, 22.3]


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {"unique_id": ["长沙市"] * 10 + ["0731"] * 10, "ds": [*range(2010, 2020)] * 2, "y": [*Y, *Y[::-1]]}
    )


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(command, [str(a) for a in arguments])
    if isinstance(result.exception, BadInput):
        raise result.exception
    return result


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_the_written_table_is_the_functions(suffix: str, table: pd.DataFrame, tmp_path: Path) -> None:
    source, out = tmp_path / f"in{suffix}", tmp_path / f"out{suffix}"
    if suffix == ".csv":
        table.to_csv(source, index=False)
    else:
        table.to_parquet(source)
    result = run(source, "--horizon", 3, "--quantiles", "0.1,0.5", "--out", out)
    assert result.exit_code == 0
    assert result.output.startswith("2 series, 12 rows")
    found = pd.read_csv(out, dtype={"unique_id": str}) if suffix == ".csv" else pd.read_parquet(out)
    expected = forecast_annual(table, 3, [0.1, 0.5])
    assert found["unique_id"].tolist() == expected["unique_id"].tolist()
    assert found["ds"].tolist() == expected["ds"].tolist()
    np.testing.assert_allclose(found["value"], expected["value"], rtol=1e-12)


def test_bounds_come_from_the_dictionary_or_the_options(table: pd.DataFrame, tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    table.assign(y=table["y"] / 23).to_csv(source, index=False)
    run(source, "--horizon", 8, "--out", out, "--indicator", "value_added_share")
    assert pd.read_csv(out)["value"].between(0, 1).all()
    run(source, "--horizon", 8, "--out", out, "--indicator", "value_added_share", "--upper", 5)
    assert pd.read_csv(out)["value"].max() > 1


def test_a_bad_series_is_named_the_others_written_and_the_exit_code_is_one(table: pd.DataFrame, tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    table.drop(index=range(11, 16)).to_csv(source, index=False)
    result = run(source, "--horizon", 2, "--out", out)
    assert result.exit_code == 1
    assert "1 series left out:" in result.stderr
    assert "series 0731: 5 annual values are too few" in result.stderr
    assert pd.read_csv(out)["unique_id"].unique().tolist() == ["长沙市"]


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        ("none.csv", ["--horizon", "2", "--out", "o.csv"], "no such file"),
        ("in.csv", ["--horizon", "2", "--out", "o.xlsx"], "the kind of table is not known"),
        ("in.csv", ["--horizon", "2", "--out", "o.csv", "--quantiles", "half"], "quantiles cannot be read"),
        ("in.csv", ["--horizon", "99", "--out", "o.csv"], "the horizon cannot be forecast"),
        ("bad.parquet", ["--horizon", "2", "--out", "o.csv"], "the table cannot be read"),
        ("in.csv", ["--horizon", "2", "--out", "missing/o.csv"], "this cannot be written"),
    ],
)
def test_a_command_that_cannot_run_writes_nothing(
    source: str, options: list[str], message: str, table: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    table.to_csv("in.csv", index=False)
    Path("bad.parquet").write_text("no")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(BadInput, match=message):
        run(source, *options)
    assert sorted(tmp_path.iterdir()) == before


YEARS = "unique_id,ds,y\n" + "".join(f"a,{year},{100 + year % 10}\n" for year in range(2010, 2020))


@pytest.mark.parametrize(
    ("old", "new", "what", "place"),
    [
        ("2015,105", "2015,1050000万元", "the unit is another", (7, "C7", "万元")),
        ("2015,105", "2015,105%", "the unit is another", (7, "C7", "%")),
        ("2015,105", "2015,105以上", "a bound or a range", (7, "C7", "105以上")),
        ("2015,105", "2015,100—110", "a bound or a range", (7, "C7", "100—110")),
        ("2015,105", "2015,不超过105", "a bound or a range", (7, "C7", "不超过105")),
    ],
)
def test_what_is_no_plain_figure_of_the_series_is_refused(
    old: str, new: str, what: str, place: tuple[int, str, str], tmp_path: Path
) -> None:
    source = tmp_path / "in.csv"
    source.write_text(YEARS.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput, match=what) as caught:
        run(source, "--horizon", 1, "--out", tmp_path / "out.csv")
    (problem,) = caught.value.problems
    assert (problem.row, problem.cell, problem.found) == place


@pytest.mark.parametrize("unit", ["亿元", "%"])
def test_one_unit_for_all_years_is_taken(unit: str, tmp_path: Path) -> None:
    """And 约 for the number itself."""
    plain, named = tmp_path / "plain.csv", tmp_path / "named.csv"
    plain.write_text(YEARS, encoding="utf-8")
    lines = [line + (unit if i else "") for i, line in enumerate(YEARS.splitlines())]
    lines[3] = lines[3].replace(",102", ",约102")
    named.write_text("\n".join(lines), encoding="utf-8")
    for source in (plain, named):
        run(source, "--horizon", 1, "--out", source.with_suffix(".out.csv"))
    assert plain.with_suffix(".out.csv").read_bytes() == named.with_suffix(".out.csv").read_bytes()


def test_a_column_of_units_that_change_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    rows = [
        f"湘潭市,工业投资,水平,{year},{100 + year % 10},{'亿元' if year < 2018 else '万元'}"
        for year in range(2010, 2020)
    ]
    source.write_text("\n".join(["地区,指标,度量,时期,数值,单位", *rows]), encoding="utf-8")
    with pytest.raises(BadInput, match="the unit is another") as caught:
        run(source, "--horizon", 1, "--out", tmp_path / "out.csv")
    assert [p.row for p in caught.value.problems] == [10, 11]


@pytest.mark.parametrize(("lower", "upper"), [("nan", "200"), ("0", "nan"), ("50", "10"), ("200", "200")])
def test_bounds_that_leave_nothing_between_are_refused(
    lower: str, upper: str, table: pd.DataFrame, tmp_path: Path
) -> None:
    source = tmp_path / "in.csv"
    table.to_csv(source, index=False)
    with pytest.raises(BadInput, match="the lower bound is not below the upper"):
        run(source, "--horizon", 1, "--lower", lower, "--upper", upper, "--out", tmp_path / "out.csv")


@pytest.mark.parametrize("name", ["in.csv", "./in.csv", "link.csv"])
def test_the_table_that_is_read_is_not_written_over(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "in.csv"
    source.write_text(YEARS, encoding="utf-8")
    (tmp_path / "link.csv").symlink_to(source)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput, match="would be written over"):
        run(source, "--horizon", 1, "--out", name)
    assert source.read_text(encoding="utf-8") == YEARS


def test_a_second_table_below_the_first_is_refused(tmp_path: Path) -> None:
    """Its figures would be those of the first one's years."""
    source, head = tmp_path / "in.csv", "指标,单位," + ",".join(f"{year}年" for year in range(2010, 2020))
    other = head.replace("201", "200")
    rows = [f"{name},亿元," + ",".join(map(str, Y)) for name in ("工业投资", "固定资产投资")]
    source.write_text("\n".join([head, rows[0], other, rows[1]]), encoding="utf-8")
    with pytest.raises(BadInput, match="a second head") as caught:
        run(source, "--horizon", 1, "--out", tmp_path / "out.csv")
    assert caught.value.problems[0].row == 3
    source.write_text("\n".join([head, rows[0], head, rows[1]]), encoding="utf-8")
    assert "2 series" in run(source, "--horizon", 1, "--out", tmp_path / "out.csv").output
