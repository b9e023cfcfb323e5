"""Rows of tables as dataclasses."""

from __future__ import annotations

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
