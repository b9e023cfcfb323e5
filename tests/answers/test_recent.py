"""A baseline that leaves what nation and province last did has a reason with the figures that take it there."""

from __future__ import annotations

import datetime as dt

import pytest

from xtanalysis.answers.outlook import outlook
from xtanalysis.answers.recent import ASKED, MARGIN, departures, record_of
from xtanalysis.study.facts import load_facts
from xtanalysis.study.study import Study

DAY, TO = dt.date(2026, 11, 27), 2030


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(load_facts("湘潭市", as_of=DAY), to=TO)


def test_every_headline_is_near_the_record_or_has_a_reason(study: Study) -> None:
    record = study.project(draws=1000).record
    told = {each.indicator: each for each in departures(record)}
    for name in ASKED:
        known = record_of(record, name)
        assert len(known) >= 2, name
        median = outlook(record, name).growth[1]
        inside = min(known) - MARGIN <= median <= max(known) + MARGIN
        assert inside == (name not in told), (name, median, known)


def test_the_record_is_that_of_the_published_figures(study: Study) -> None:
    """China's above-scale value added grew by 9.6 % in 2021 and 3.6 % in 2022 (communiqués of those years)."""
    known = record_of(study.project(draws=100).record, "value_added_real")
    assert max(known) == pytest.approx(9.6, abs=1e-9)
    assert min(known) <= 4.6


def test_the_reason_is_what_brings_the_baseline_back_when_left_out() -> None:
    """Shaoyang's industrial investment fell by 45 % in 2025: nation and province have nothing like it."""
    record = Study(load_facts("邵阳市", as_of=DAY), to=TO).project(draws=1000).record
    found = {each.indicator: each for each in departures(record)}
    told = found["industrial_investment"]
    assert told.drives is not None
    assert (told.drives.region, told.drives.indicator, told.drives.value) == ("邵阳市", "industrial_investment", -45.0)
    for each in found.values():
        assert each.drives is None or each.drives in record.posterior.evidence.statements
        low, high = each.least - MARGIN, each.greatest + MARGIN
        outside = max(low - each.median, each.median - high)
        assert outside > 0.0
        assert max(low - each.without, each.without - high) < outside


def test_one_year_of_the_nation_is_no_range(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    record = study.project(draws=100).record
    monkeypatch.setattr("xtanalysis.answers.recent.record_of", lambda *_: [90.0, 91.0])
    assert departures(record) == ()
    monkeypatch.setattr("xtanalysis.answers.recent.record_of", lambda *_: [90.0, 91.0, 92.0])
    assert len(departures(record)) == len(ASKED)


def test_a_scenario_is_not_asked(study: Study) -> None:
    assert departures(study.project("downturn", draws=100).record) == ()
