"""Whole tables against their golden copies; ``python tests/accounting/golden/make.py`` makes them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

FOLDER = Path(__file__).parent / "golden"
SPEC = importlib.util.spec_from_file_location("golden_make", FOLDER / "make.py")
assert SPEC is not None
assert SPEC.loader is not None
make = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(make)

PRINTED = 1e-8  # the tables hold ten digits


@pytest.mark.parametrize("name", make.TABLES)
def test_golden_table(name: str) -> None:
    golden = pd.read_csv(FOLDER / f"{name}.csv")
    found = make.TABLES[name]()
    pd.testing.assert_frame_equal(found, golden, check_dtype=False, rtol=PRINTED, atol=1e-8)


def test_no_table_without_its_maker() -> None:
    assert {path.stem for path in FOLDER.glob("*.csv")} == set(make.TABLES)
