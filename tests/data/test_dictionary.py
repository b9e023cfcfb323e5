from __future__ import annotations

import pytest

from xtanalysis.data import dictionary as d
from xtanalysis.errors import BadInput


def test_names_in_both_languages_find_the_same_record() -> None:
    assert d.indicator("规模工业增加值").id == d.indicator("value_added").id == "value_added"
    assert d.indicator("gdp").id == d.indicator("地区生产总值").id == "gdp"
    assert d.region("湘西土家族苗族自治州").id == d.region("433100").id == "湘西自治州"
    assert d.unit("％").id == d.unit("%").id == "percent"
    assert d.calibre("未明").id == "unknown"


def test_every_reference_between_the_tables_resolves() -> None:
    for indicator in d.indicators().values():
        assert indicator.unit in d.units(), indicator.id
        assert indicator.growth_of is None or indicator.growth_of in d.indicators(), indicator.id
        assert indicator.kind in {"level", "ratio", "index", "count"}, indicator.id
        assert indicator.role in {"state", "derived", "evidence", "monitored"}, indicator.id
        for part in indicator.form.replace("*", " ").replace("/", " ").split():
            assert part in d.indicators(), (indicator.id, part)
    for calibre in d.calibres().values():
        assert set(calibre.applies_to) <= set(d.indicators()), calibre.id
        assert {*calibre.chain_by_growth, *calibre.chain_by_level} <= set(d.calibres()), calibre.id
    for region in d.regions().values():
        assert region.parent is None or region.parent in d.regions(), region.id


def test_growth_may_be_chained_wherever_levels_may() -> None:
    for calibre in d.calibres().values():
        assert set(calibre.chain_by_level) <= set(calibre.chain_by_growth), calibre.id


def test_published_breaks_forbid_levels_and_allow_growth() -> None:
    breaks = [
        ("investment_500k", "investment_5m_progress"),  # 2011: threshold from 500,000 to 5 million yuan
        ("investment_5m_progress", "investment_5m_expenditure"),  # 2017-18: from progress to expenditure
        ("above_scale_5m", "above_scale_20m"),  # 2011: threshold from 5 to 20 million yuan
        ("gdp_before_census4", "gdp_census4"),  # 2018 census
    ]
    for before, after in breaks:
        assert after not in d.calibres()[before].chain_by_level
        assert after in d.calibres()[before].chain_by_growth
    # Energy per GDP was redefined in February 2024: not even growth crosses it.
    assert "energy_gdp_2024" not in d.calibres()["energy_gdp"].chain_by_growth


def test_hunan_has_its_fourteen_cities_and_xiangtan_its_five_counties() -> None:
    cities = [r for r in d.regions().values() if r.parent == "湖南省" and r.kind == "city"]
    counties = [r for r in d.regions().values() if r.parent == "湘潭市" and r.kind == "county"]
    assert len(cities) == 14
    assert len(counties) == 5
    assert len({r.code for r in (*cities, *counties)}) == 19


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (1.2, "万元", "元", 12_000.0),
        (8941, "million_yuan", "亿元", 89.41),
        (12, "%", "fraction", 0.12),
        (1, "吨标准煤", "万吨标准煤", 1e-4),
        (14.8, "万人", "人", 148_000.0),
    ],
)
def test_conversion(value: float, source: str, target: str, expected: float) -> None:
    assert d.convert(value, source, target) == pytest.approx(expected, rel=1e-14)


def test_conversion_refuses_another_dimension() -> None:
    with pytest.raises(BadInput, match=r"万吨标准煤.*cannot be given in 亿元.*expected 100m_yuan"):
        d.convert(1, "10k_tce", "100m_yuan")


def test_an_unknown_name_lists_the_nearest() -> None:
    with pytest.raises(BadInput, match=r"unknown indicator; found '规模增加值'; expected one of .*规模工业增加值"):
        d.indicator("规模增加值")
    with pytest.raises(BadInput, match=r"unknown region; found 'Xiangtun'; expected one of .*Xiangtan"):
        d.region("Xiangtun")
