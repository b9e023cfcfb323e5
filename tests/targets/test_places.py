"""Places: among a region's own sisters, as many as have the figure, in the words that they go by."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from xtanalysis.data.dictionary import province_of, regions, sisters
from xtanalysis.report.row_words import AMONG
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.targets.book import Book
from xtanalysis.targets.places import FEWEST_PEERS, places

DAY = dt.date(2026, 11, 27)


def growth(region: str, value: float) -> Statement:
    given: dict[str, Any] = {"relation": "equals", "role": "outcome", "published": dt.date(2025, 3, 1), "trust": "A"}
    return Statement(
        id=region, region=region, indicator="value_added_real", measure="growth", period=Period.parse("2024"),
        value=value, unit="percent", calibre="above_scale_20m", **given,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("region", "count", "among"),
    [("合肥市", 16, "cities"), ("湘潭市", 14, "prefectures"), ("成都市", 21, "prefectures"), ("银川市", 5, "cities"),
     ("海口市", 4, "cities"), ("北京市", 34, "provinces"), ("湘潭县", 5, "counties")],
)  # fmt: skip
def test_the_place_is_among_the_sisters_that_have_the_figure(region: str, count: int, among: str) -> None:
    """Best, second and last of all; nothing where fewer than seven in ten have the figure."""
    everyone = [name for name in sisters(region) if name != region]
    assert len(everyone) + 1 == count
    for better in (0, 1, len(everyone)):
        facts = [growth(region, 8.0), *(growth(name, 9.0 if i < better else 7.0) for i, name in enumerate(everyone))]
        ((_, peers),) = places(Book.of(facts, DAY), region)
        assert (peers.place, peers.of, peers.among) == (better + 1, count, among)
    for have in range(count + 1):
        facts = [growth(region, 8.0), *(growth(name, 7.0) for name in everyone[: have - 1])] if have else []
        found = places(Book.of(facts, DAY), region)
        assert bool(found) is (have >= max(FEWEST_PEERS * count, 2)), have
    assert set(AMONG) >= {among}


def test_the_gap_is_to_the_regions_own_province() -> None:
    facts = [growth("合肥市", 8.0), growth("安徽省", 6.5), growth("湖南省", 1.0), growth("中国", 5.0)]
    facts += [growth(name, 7.0) for name in sisters("合肥市") if name != "合肥市"]
    ((_, peers),) = places(Book.of(facts, DAY), "合肥市")
    assert peers.gaps == (("安徽省", pytest.approx(1.5)), ("中国", pytest.approx(3.0)))


def test_every_region_below_the_nation_lies_in_one_province() -> None:
    for place in regions().values():
        found = province_of(place.id)
        if place.kind == "country":
            assert found is None
        else:
            assert regions()[found or ""].kind == "province"
            assert found == place.id or place.kind != "province"
    assert province_of("肥西县") is None  # not in the shipped tables
    assert sisters("肥西县") == ()
