"""``xtanalysis decompose``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from xtanalysis.cli.decompose import command
from xtanalysis.errors import BadInput

TABLE = "year,sector,activity,energy\n0,a,10,30\n0,b,40,20\n1,a,40,80\n1,b,40,16\n"


def run(folder: Path, text: str, *options: str) -> pd.DataFrame:
    """Run the command on a table; the written effects."""
    source, out = folder / "in.csv", folder / "out.csv"
    source.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(command, [str(source), "--out", str(out), *options])
    if result.exception:
        raise result.exception
    return pd.read_csv(out)


def whole(table: pd.DataFrame) -> list[float]:
    return table[(table["sector"] == "all") & (table["period"] == 1)]["effect"].tolist()


def test_the_documented_call(tmp_path: Path) -> None:
    """Hand-computed figures: see test_lmdi."""
    table = run(tmp_path, TABLE, "--method", "lmdi-i", "--form", "additive")
    assert list(table.columns) == ["base", "period", "sector", "factor", "effect"]
    assert whole(table) == pytest.approx([32.384638, 38.284867, -24.669505, 46.0], abs=5e-7)


def test_factors_that_are_given(tmp_path: Path) -> None:
    table = run(tmp_path, "year,f,g\n0,1,2\n1,3,2\n", "--factors", "f,g", "--base-year")
    assert whole(table) == pytest.approx([4, 0, 4])
    assert whole(run(tmp_path, "year,f,g\n0,1,2\n1,3,2\n")) == pytest.approx([4, 0, 4])


def test_between_regions(tmp_path: Path) -> None:
    text = "year,region,activity,energy\n1,甲,10,30\n1,乙,40,80\n"
    table = run(tmp_path, text, "--between", "--reference", "甲")
    assert table["effect"].sum() == pytest.approx(2 * 50)
    assert set(table["region"]) == {"乙"}


def test_nothing_is_written_on_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="row 3, column energy: not a number; found 'x'"):
        run(tmp_path, "year,activity,energy\n0,1,2\n1,1,x\n")
    with pytest.raises(BadInput, match="the file is empty"):
        run(tmp_path, "")
    with pytest.raises(BadInput, match="a comparison of regions needs levels"):
        run(tmp_path, "year,region,f\n0,甲,1\n0,乙,2\n", "--between")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv"]


def test_regions_without_years_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="a column is missing"):
        run(tmp_path, "region,sector,activity,energy\na,A,1,2\nb,A,2,3\n", "--between")


@pytest.mark.parametrize(
    "names", [("--factors", "activity,activity"), ("--levels", "energy,energy"), ("--factors", "year,energy")]
)
def test_a_column_named_twice_is_told(tmp_path: Path, names: tuple[str, str]) -> None:
    with pytest.raises(BadInput, match="named twice"):
        run(tmp_path, TABLE, *names)
