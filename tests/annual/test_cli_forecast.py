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
