"""The words of the scorecard, in both languages, against what a bureau would write."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from xtanalysis.data.dictionary import bodies
from xtanalysis.report import row_words as words
from xtanalysis.report.scorecard.words import change_text, rule_text
from xtanalysis.statements.grammar import Period
from xtanalysis.statements.plans import load_plan
from xtanalysis.targets.judge import judge_by_figures
from xtanalysis.targets.numbers import amount, given_amount, percent, period_text, rounded_amount, told_amount
from xtanalysis.targets.quarters import Quarter
from xtanalysis.targets.rows import Row
from xtanalysis.targets.scorecard import scorecard
from xtanalysis.targets.verdicts import Verdict
from xtanalysis.targets.words import asks, publisher_name

Q3, DAY = Quarter(2025, 3), dt.date(2025, 10, 31)

ASKED = {
    "industrial_investment": ("2025年不低于1050亿元", "at least 105 billion yuan in 2025"),
    "value_added_growth": ("2021—2025年年均增长5%左右", "grow by about 5% a year on average, 2021–2025"),
    "chain_output": ("2025年超过4000亿元", "more than 400 billion yuan in 2025"),
    "intelligent_renovation": ("2021—2025年累计不低于200家", "at least 200 firms in all, 2021–2025"),
    "hightech_firms": ("每年不低于50家", "at least 50 firms each year"),
    "entrepreneur_lectures": ("每半年不低于1次", "at least once each half-year"),
    "invention_patents": ("到2025年居同类地区前列", "a front rank among its peers by 2025"),
    "energy_intensity": ("2021—2025年累计下降12%以上", "fall by at least 12% in all, 2021–2025"),
    "tax_per_mu": ("到2025年达到并超过湖南省平均水平", "to reach and pass the average of Hunan by 2025"),
    "chain_leaders": ("每条产业链1—2家（到2025年）", "1–2 firms in each chain by 2025"),
    "listings": ("2021—2025年累计30—40家", "30–40 firms in all, 2021–2025"),
    "contact_firms": ("常年不低于300家", "at least 300 firms at all times"),
    "special_funds_growth": ("每年增长", "growth each year"),
    "indicators_two_up_three_down": ("五项只有方向，没有数字", "Five directions without a number"),
}


@pytest.mark.parametrize("name", ASKED)
def test_what_a_target_asks(plan, name: str) -> None:
    target = plan.target(name).read()
    assert (asks(target, "zh"), asks(target, "en")) == ASKED[name]


def test_every_target_reads_in_both_languages(plan) -> None:
    for target in plan.targets:
        assert asks(target.read(), "zh")
        assert not any("一" <= c <= "鿿" for c in asks(target.read(), "en"))
        assert target.data_owner in bodies()


@pytest.mark.parametrize(
    ("period", "zh", "en"),
    [
        ("2023", "2023年", "2023"),
        ("2021/2025", "2021—2025年", "2021–2025"),
        ("2025Q1", "2025年1—3月", "January–March 2025"),
        ("2025Q3", "2025年三季度", "third quarter of 2025"),
        ("2025-01/2025-06", "2025年上半年", "first half of 2025"),
        ("2025-01/2025-09", "2025年1—9月", "January–September 2025"),
        ("2025-07/2025-12", "2025年下半年", "second half of 2025"),
        ("2025-11", "2025年11月", "November 2025"),
    ],
)
def test_periods(period: str, zh: str, en: str) -> None:
    assert (period_text(Period.parse(period), "zh"), period_text(Period.parse(period), "en")) == (zh, en)


def test_amounts() -> None:
    assert (rounded_amount(586.04, "100m_yuan", "zh"), rounded_amount(586.04, "100m_yuan", "en")) == (
        "586亿元",
        "58.6 billion yuan",
    )
    assert (rounded_amount(104.26, "percent", "zh"), rounded_amount(12345.6, "firms", "en")) == (
        "104.3%",
        "12,346 firms",
    )
    assert (given_amount(1350.5, "100m_yuan", "zh"), given_amount(1350.5, "100m_yuan", "en")) == (
        "1350.5亿元",
        "135.05 billion yuan",
    )
    assert [told_amount(-2.0, "percent", lang, changes=True) for lang in ("zh", "en")] == ["下降2.0%", "−2.0%"]
    assert (amount(1050, "100m_yuan", "zh"), amount(1050, "100m_yuan", "en")) == ("1050亿元", "105 billion yuan")
    assert (amount(50, "firms", "zh"), amount(50, "firms", "en")) == ("50家", "50 firms")
    assert percent(-0.123) == "−12.3%"
    assert percent(None) == "—"


def row(plan, name, facts, verdicts=()) -> Row:
    return next(r for r in scorecard(plan, facts, Q3, verdicts=verdicts).rows if r.target.id == name)


def test_growth_row(plan, fact) -> None:
    facts = [fact("value_added_real", str(y), 7, "percent", measure="growth") for y in (2021, 2022)]
    facts.append(fact("value_added_real", "2025-01/2025-09", -1.5, "percent", measure="year_to_date_growth"))
    verdict = Verdict(target="value_added_growth", reading="", verdict="likely", basis="robust", probability=0.72,
                      probability_low=0.64, probability_high=0.76, low=4.2, median=6.1, high=8.05, value=5.0,
                      unit="percent")  # fmt: skip
    rest = judge_by_figures(plan, facts, DAY)
    one = row(plan, "value_added_growth", facts, (verdict, *(v for v in rest if v.target != "value_added_growth")))
    assert words.figure(one, "zh") == "增长7%，2021—2022年年均增长7.0%"
    assert words.progress(one, "zh") == "累计增长14.5%，高于目标折算的10.2%"
    assert words.progress(one, "en") == "14.5% in all; the target's pace gives 10.2%"
    assert words.required(one, "zh") == "今后年均需增长3.7%"
    assert words.required(one, "en") == "grow by 3.7% a year"
    assert words.chance(one, "zh") == ("有望完成（70%，65%—75%）", "fair")
    assert words.chance(one, "en") == ("likely (70%, 65%–75%)", "fair")
    assert words.band(one, "zh") == "4.2至8.05%（中位6.1）"
    assert words.remark(one, "zh") == "2022年以后的数尚未公布；2025年1—9月下降1.5%"


def test_rows_of_counts(plan, fact) -> None:
    total = row(plan, "intelligent_renovation", [fact("intelligent_renovation", "2021", 30, "firms")])
    assert words.figure(total, "zh") == "累计30家"
    assert words.required(total, "zh") == "今后每年需42.5家"
    yearly = row(plan, "hightech_firms", [fact("hightech_firms", "2025Q1", 20, "firms")])
    assert words.required(yearly, "zh") == "本期还需30家"
    chains = [c.zh for c in plan.chains]
    parts = row(plan, "chain_leaders", [fact("chain_leaders", "2024", 1, "firms", reference=chains[0])])
    assert words.figure(parts, "zh") == "11个中1个达标"
    assert words.required(parts, "zh") == "今后每年需新增10条产业链达标"
    assert words.remark(parts, "zh").startswith(f"未达：{chains[1]}、")
    done = row(plan, "contact_firms", [fact("contact_firms", "2025Q3", 310, "firms")])
    assert (words.required(done, "zh"), words.required(done, "en")) == ("已达到", "reached")
    short = row(plan, "contact_firms", [fact("contact_firms", "2025Q3", 290, "firms")])
    assert words.required(short, "zh") == "期满未达"


def test_share_row_and_gap(plan, fact) -> None:
    facts = [fact("rd_intensity", y, v, "percent", measure="share") for y, v in (("2020", 2.2), ("2023", 2.6))]
    facts.append(fact("rd_intensity", "2023", 2.5, "percent", measure="share", region="湖南省"))
    one = row(plan, "rd_intensity", facts)
    assert words.required(one, "zh") == "今后每年需提高0.20个百分点"
    assert (words.gap(one, "zh"), words.gap(one, "en")) == ("高于湖南省0.1个百分点", "+0.1 points against Hunan")
    assert words.place(one, "zh") == "—"
    assert (words.gap_text(1e-6, "percent", "zh"), words.gap_text(-1.2, "percent", "zh")) == ("持平", "低1.2个百分点")


def test_no_figure_says_whose_it_is(plan) -> None:
    one = row(plan, "listings", [])
    assert words.remark(one, "zh") == "待市经研金融办报送：新增上市（挂牌）企业数"
    assert words.chance(one, "zh") == ("暂不能判断（缺2021—2024年各年企业上市（挂牌）数，由市经研金融办提供）", "none")
    assert (words.figure(one, "zh"), words.required(one, "zh"), words.band(one, "zh")) == ("—", "—", "—")


def test_a_count_is_shown_in_its_own_unit(plan, fact) -> None:
    one = row(plan, "entrepreneur_magazine", [fact("entrepreneur_magazine", "2024", 12, "count")])
    assert words.figure(one, "zh") == "12期"


def test_related_figures_in_words(plan, fact) -> None:
    one = row(plan, "national_little_giants", [fact("national_little_giants_stock", "2024", 35, "firms")])
    assert words.remark(one, "zh").endswith("相关数（不计入）：国家级“小巨人”企业累计数2024年35家")
    assert words.remark(one, "en").endswith("near it (not counted): National little giants (stock), 2024: 35 firms")


def test_a_hidden_figure_shows_nothing(plan, fact) -> None:
    one = row(plan, "chain_output", [fact("chain_output", "2023", 3000, "100m_yuan", note="企业数=2")])
    assert words.figure(one, "zh") == "不足三家，隐去"
    assert words.figure(one, "en") == "fewer than three firms, not shown"
    assert "3000" not in words.required(one, "zh") + words.remark(one, "zh") + words.gap(one, "zh")


def test_a_correction_in_words(plan, fact) -> None:
    old = fact("hightech_firms", "2024", 55, "firms", published=dt.date(2025, 1, 20))
    new = fact("hightech_firms", "2024", 45, "firms", vintage="更正1")
    (change,) = scorecard(plan, [old, new], Q3).changes
    assert change_text(change, "firms", "zh") == "2024年由55家更正为45家"
    assert change_text(change, "firms", "en") == "2024 corrected from 55 firms to 45 firms"


def test_the_rule_names_every_light() -> None:
    for lang, names in (("zh", "绿黄红灰"), ("en", ["green", "yellow", "red", "grey"])):
        assert all(name in rule_text(lang) for name in names)


@pytest.mark.parametrize(
    ("published_by", "said"),
    [
        ("湘潭市统计局", "Xiangtan Bureau of Statistics"),
        ("国家统计局湘潭调查队", "survey team of the National Bureau of Statistics in Xiangtan"),
        ("湖南省统计局、国家统计局", "Hunan Bureau of Statistics, National Bureau of Statistics"),
        ("某报社", "某报社"),
    ],
)
def test_publishers_have_english_names_where_they_are_known(published_by: str, said: str) -> None:
    assert publisher_name(published_by, "en") == said
    assert publisher_name(published_by, "zh") == published_by


def test_both_ends_of_a_range_are_in_the_unit_of_the_language() -> None:
    target = replace(load_plan().target("industrial_investment"), value=900.0, value_high=1000.0, relation="between")
    assert asks(target, "en") == "90–100 billion yuan in 2025"
    assert asks(target, "zh") == "2025年900—1000亿元"
