"""Rows of tables as dataclasses."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from xtanalysis.data.tables import made_of, table_rows
from xtanalysis.errors import BadInput


@dataclass(frozen=True)
class Kept:
    id: str
    share: float
    names: tuple[str, ...]
    first: int | None
    bound: float | None
    parent: str | None
    count: int = 3


def test_a_row_is_read_by_the_types_of_the_fields(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(
        "\ufeffid,share,names,first,bound,parent,note\na,0.5,x|y,2020.0,,,n\nb,1,,,2.5,a,\n", encoding="utf-8"
    )
    found = [made_of(row, Kept) for row in table_rows(path)]
    assert found == [
        Kept("a", 0.5, ("x", "y"), 2020, None, None),
        Kept("b", 1.0, (), None, 2.5, "a"),
    ]
    with pytest.raises(ValueError, match="could not convert"):
        made_of({**table_rows(path)[0], "share": ""}, Kept)
    assert table_rows(tmp_path / "none.csv") == ()
    path.write_bytes("编号".encode("gb18030"))
    with pytest.raises(BadInput, match="not a CSV in UTF-8"):
        table_rows(path)


def test_rows_are_what_the_standard_library_reads(tmp_path: Path) -> None:
    """Short and long rows, blank ones, a column without a name; some rows alone."""
    path = tmp_path / "table.csv"
    path.write_text('id,,share\na,x,1\n\nb\n"c,d",y,2,more\n', encoding="utf-8")
    with path.open(encoding="utf-8", newline="") as stream:
        wanted = [{k: v or "" for k, v in row.items() if k} for row in csv.DictReader(stream)]
    assert list(table_rows(path)) == wanted
    assert table_rows(path, id="c,d") == ({"id": "c,d", "share": "2"},)
    assert table_rows(path, id="b") == ({"id": "b", "share": ""},)
    assert table_rows(path, share="2", id="a") == table_rows(path, none="x") == ()
    path.write_text("", encoding="utf-8")
    assert table_rows(path) == ()
