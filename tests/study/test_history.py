"""How a judgement moved: the days, and each target followed over them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from xtanalysis.statements.plans import default_days, load_plan
from xtanalysis.study.facts import Facts
from xtanalysis.study.history import judgement_history, read_judgements, write_judgements
from xtanalysis.study.projection import Projection


def test_days_are_the_plan_the_year_ends_and_today() -> None:
    days = default_days(load_plan(), dt.date(2023, 6, 1))
    assert days == (dt.date(2021, 5, 6), dt.date(2021, 12, 31), dt.date(2022, 12, 31), dt.date(2023, 6, 1))


def test_history_follows_each_target_over_the_days(facts: Facts, base: Projection, tmp_path: Path) -> None:
    # The communique of 2025 came out at the end of April 2026: it settles growth, but does not state energy's calibre.
    days = (dt.date(2021, 5, 6), dt.date(2026, 4, 30))
    found = judgement_history(facts, load_plan(), days, draws=500)
    growth = [j for j in found if j.target == "value_added_growth"]
    assert sorted({j.day for j in growth}) == list(days)
    assert growth[0].verdict.probability == base.record.target("value_added_growth").probability
    assert not any(j.changed for j in found if j.day == days[0])
    assert [j.changed for j in growth] == [False, True]
    assert growth[1].verdict.decided
    energy = [j.verdict for j in found if j.target == "energy_intensity"]
    assert not any(verdict.decided for verdict in energy)
    # Written day by day and read back in any order, it is the same history.
    for day in days:
        write_judgements([j for j in found if j.day == day], tmp_path / f"{day}.json")
    assert read_judgements([tmp_path / f"{day}.json" for day in reversed(days)]) == found
