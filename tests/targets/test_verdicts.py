"""Verdicts: words at, below and above each bound; figures that decide; the declared set; every basis once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from xtanalysis.model.priors import load_priors
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.plans import Plan, load_plan
from xtanalysis.targets.book import Book
from xtanalysis.targets.by_deadline import CARRIED
from xtanalysis.targets.declared import changed_table, declared_set
from xtanalysis.targets.judge import judge_by_figures
from xtanalysis.targets.owners import with_own_calibres
from xtanalysis.targets.progress import assess, decide
from xtanalysis.targets.verdict_words import decided_by, hinge_text, range_text, verdict_text, word_text
from xtanalysis.targets.verdicts import BOUNDS, WORDS, Verdict, guarded, is_robust, word_of

DAY = dt.date(2026, 11, 27)
Fact = Callable[..., Statement]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan()


def fact(indicator: str, period: str, value: float, unit: str = "percent", **more: object) -> Statement:
    given: dict[str, object] = {
        "region": "湘潭市", "measure": "growth", "relation": "equals", "role": "outcome",
        "published": dt.date(2026, 3, 1), "trust": "A",
    }  # fmt: skip
    name = f"{indicator}.{period}.{value}"
    return Statement(
        id=name, indicator=indicator, period=Period.parse(period), value=value, unit=unit, **(given | more)
    )


def verdict(plan: Plan, name: str, *facts: Statement) -> Verdict:
    return next(v for v in judge_by_figures(plan, facts, DAY) if v.target == name)


@pytest.mark.parametrize(
    ("p", "word"),
    [(0.81, "on_course"), (0.8, "on_course"), (0.79, "likely"), (0.6, "likely"), (0.59, "uncertain"),
     (0.4, "uncertain"), (0.39, "doubtful"), (0.2, "doubtful"), (0.19, "unlikely"), (0.0, "unlikely")],
)  # fmt: skip
def test_words_change_at_their_bounds(p: float, word: str) -> None:
    assert word_of(p) == (word, False)


@pytest.mark.parametrize(
    ("p", "word"),
    [(0.805, "likely"), (0.795, "likely"), (0.605, "uncertain"), (0.395, "uncertain"), (0.195, "doubtful")],
)
def test_a_probability_within_the_error_of_a_bound_takes_the_weaker_word(p: float, word: str) -> None:
    assert word_of(p, 0.01) == (word, True)
    assert word_of(p + 0.05, 0.01)[1] is False


def test_a_range_may_spill_over_its_word_by_a_twentieth() -> None:
    assert is_robust("likely", 0.55, 0.85)
    assert not is_robust("likely", 0.549, 0.8)
    assert not is_robust("likely", 0.6, 0.851)
    assert is_robust("on_course", 0.75, 1.0)
    assert is_robust("unlikely", 0.0, 0.25)
    assert [guarded(word) for word in ("on_course", "likely", "uncertain", "doubtful", "unlikely")] == [
        "likely", "likely", "uncertain", "doubtful", "doubtful",
    ]  # fmt: skip


def test_every_word_has_its_text_in_both_languages() -> None:
    zh = ["已完成", "未完成", "预计可完成", "有望完成", "不确定", "有难度", "难以完成", "暂不能判断"]
    en = ["met", "missed", "on course", "likely", "uncertain", "doubtful", "unlikely", "cannot be judged yet"]
    assert [word_text(word, "zh") for word in WORDS] == zh  # type: ignore[arg-type]
    assert [word_text(word, "en") for word in WORDS] == en  # type: ignore[arg-type]


def test_a_row_of_the_table_reads_back() -> None:
    one = Verdict(target="a", reading="r:o", verdict="likely", basis="conditional", probability=0.7, probability_low=0,
                  probability_high=0.8, value=5.0, unit="percent", hinge="gdp", hinge_year=2021, hinge_unit="yuan",
                  hinge_threshold=2.0, hinge_low=1.0, hinge_high=3.0)  # fmt: skip
    row = {name: "" if value is None else str(value) for name, value in one.to_row().items()}
    assert Verdict.from_row(row) == one
    assert row["status"] == "computed"


def test_the_declared_set_is_small_and_weighed() -> None:
    declared = declared_set()
    assert len(declared.calibres) * len(declared.priors) <= 12
    assert sum(c.weight for c in declared.calibres) == pytest.approx(1.0)
    assert all(member.reason for member in (*declared.calibres, *declared.priors))
    assert declared.priors[0].changes == ()
    table = load_priors()
    assert changed_table(table, declared.priors[0]) == table
    for prior in declared.priors[1:]:
        assert changed_table(table, prior) != table


def test_the_method_prints_the_declared_set() -> None:
    text = (Path(__file__).parents[2] / "docs" / "method.md").read_text(encoding="utf-8")
    for member in (*declared_set().calibres, *declared_set().priors):
        assert f" {member.id} |" in text
        assert " ".join(member.reason.split()) in text


def test_an_offset_counts_once_a_year_of_a_change(plan: Plan) -> None:
    later = next(c for c in declared_set().calibres if c.id == "later_definition")
    energy = plan.target("energy_intensity").statement()
    (offset,) = later.offsets
    assert later.offset(energy) == (5 * offset["mean"], 5 * offset["sd"])
    assert later.offset(plan.target("value_added_growth").statement()) == (0.0, 0.0)


@pytest.mark.parametrize(("value", "word"), [(1049.9, "missed"), (1050.0, "met"), (1051.0, "met")])
def test_the_asked_quantity_of_the_asked_year_decides(plan: Plan, value: float, word: str) -> None:
    given = {"unit": "100m_yuan", "measure": "level"}
    stated = fact("industrial_investment", "2025", value, calibre="investment_5m_expenditure", **given)
    found = verdict(plan, "industrial_investment", stated)
    assert (found.verdict, found.basis, found.median) == (word, "published", value)
    unstated = verdict(plan, "industrial_investment", dataclasses.replace(stated, calibre="unknown"))
    assert (unstated.verdict, unstated.basis) == (word, "reported")
    assert "口径未注明" in verdict_text(unstated, "zh")
    # Another calibre, stated, is another quantity; another year is another question.
    other = dataclasses.replace(stated, calibre="investment_5m_progress")
    assert verdict(plan, "industrial_investment", other).verdict == "not_judged"
    early = dataclasses.replace(stated, period=Period.parse("2024"))
    assert verdict(plan, "industrial_investment", early).verdict == "not_judged"


def test_an_owners_blank_calibre_is_the_targets(plan: Plan) -> None:
    own = fact("industrial_investment", "2025", 1180, "100m_yuan", measure="level", public=False, trust="B")
    (taken,) = with_own_calibres([own], plan)
    assert taken.calibre == "investment_5m_expenditure"
    assert with_own_calibres([taken], plan) == [taken]
    public = dataclasses.replace(own, public=True)
    assert with_own_calibres([public], plan) == [public]
    assert verdict(plan, "industrial_investment", own).basis == "published"


def test_every_change_up_to_the_deadline_decides(plan: Plan) -> None:
    rates = (9.6, 7.3, 5.9, 8.7, 7.6)
    facts = [fact("value_added_real", str(2021 + i), r, calibre="above_scale_20m") for i, r in enumerate(rates)]
    found = verdict(plan, "value_added_growth", *facts)
    mean = (np.prod([1 + r / 100 for r in rates]) ** 0.2 - 1) * 100
    assert (found.verdict, found.basis, found.median) == ("met", "published", pytest.approx(mean, rel=1e-12))
    assert verdict(plan, "value_added_growth", *facts[:-1]).verdict == "not_judged"
    loose = [*facts[:-1], dataclasses.replace(facts[-1], calibre="unknown")]
    assert verdict(plan, "value_added_growth", *loose).basis == "reported"


@pytest.mark.parametrize("scale", [1.0, -1.0])
def test_a_level_carried_forward_decides_only_clear_of_the_number(plan: Plan, scale: float) -> None:
    """900 in 2024 and +3.3 %: 929.7, told with both figures; within 3 log points of 1,050 it is left to the model."""
    common = {"calibre": "investment_5m_expenditure"}
    growth = fact("industrial_investment", "2025", 3.3, **common)
    level = fact("industrial_investment", "2024", 900.0, "100m_yuan", measure="level", **common)
    found = verdict(plan, "industrial_investment", level, growth)
    assert (found.verdict, found.basis, found.median) == ("missed", "published", pytest.approx(929.7))
    assert decided_by(found, "zh") == "按2024年900亿元和2025年增长3.3%推算，以初步数计"
    for points, decides in ((CARRIED - 0.1, False), (CARRIED + 0.1, True)):
        near = 1050.0 * np.exp(scale * points / 100.0) / 1.033
        close = verdict(plan, "industrial_investment", dataclasses.replace(level, value=near), growth)
        assert (close.verdict != "not_judged") is decides


def test_the_factors_of_the_asked_year_decide(plan: Plan) -> None:
    part = fact("value_added", "2025", 850.0, "100m_yuan", measure="level", calibre="above_scale_20m")
    whole = fact("gdp", "2025", 3077.2, "100m_yuan", measure="level", calibre="gdp_census5")
    found = verdict(plan, "value_added_share", part, whole)
    assert (found.verdict, found.median) == ("missed", pytest.approx(100 * 850 / 3077.2))
    assert verdict(plan, "value_added_share", part).verdict == "not_judged"


def test_each_year_is_missed_with_the_first_that_misses_and_met_when_all_are_in(plan: Plan) -> None:
    counts = [fact("hightech_firms", str(y), 50, "firms", measure="level") for y in range(2021, 2026)]
    assert verdict(plan, "hightech_firms", *counts).verdict == "met"
    missed = dataclasses.replace(counts[1], value=49.0)
    assert verdict(plan, "hightech_firms", counts[0], missed).verdict == "missed"
    open_ = verdict(plan, "hightech_firms", *counts[:3])
    assert open_.verdict not in ("met", "missed", "not_judged")
    assert open_.probability is not None


def test_a_total_is_met_as_soon_as_it_is_reached(plan: Plan) -> None:
    some = [fact("intelligent_renovation", str(y), 100, "firms", measure="level") for y in (2021, 2022)]
    assert verdict(plan, "intelligent_renovation", *some).verdict == "met"
    # 100 of 200 in one of five years: too little to say anything of its rate.
    assert verdict(plan, "intelligent_renovation", some[0]).verdict == "not_judged"


def test_what_holds_for_each_chain_is_decided_at_the_deadline(plan: Plan) -> None:
    def chains(year: str, count: int) -> list[Statement]:
        one = fact("chain_leaders", year, count, "firms", measure="level")
        return [dataclasses.replace(one, id=c.zh, reference=c.zh) for c in plan.chains]

    assert verdict(plan, "chain_leaders", *chains("2024", 0)).verdict == "not_judged"
    assert verdict(plan, "chain_leaders", *chains("2025", 1)).verdict == "met"
    assert verdict(plan, "chain_leaders", *chains("2025", 0)).verdict == "missed"


def test_all_targets_are_answered_with_no_figure_at_all(plan: Plan) -> None:
    for found in judge_by_figures(plan, [], DAY):
        assert (found.verdict, found.basis) == ("not_judged", "no_figure")
        assert found.missing_figure
        assert found.data_owner


def test_a_decision_never_rests_on_what_was_not_known(plan: Plan) -> None:
    later = fact("industrial_investment", "2025", 1180, "100m_yuan", measure="level", published=dt.date(2026, 12, 1))
    assert verdict(plan, "industrial_investment", later).verdict == "not_judged"
    target = plan.target("industrial_investment").read()
    assert decide(target, Book.of([later], DAY), assess(target, Book.of([later], DAY), (2026, 10))) is None


def test_ranges_and_hinges_in_words() -> None:
    one = Verdict(target="industrial_investment", reading="", verdict="likely", basis="conditional", probability=0.67,
                  probability_low=0.44, probability_high=0.81, hinge="industrial_investment", hinge_year=2020,
                  hinge_unit="100m_yuan", hinge_threshold=462.0, hinge_low=327.0, hinge_high=923.0)  # fmt: skip
    assert range_text(one, "en") == "65%, 45%–80%"
    assert verdict_text(one, "zh") == "有望完成（65%，45%—80%）"
    assert hinge_text(one, "zh") == "取决于2020年工业投资：临界值462亿元，公开数据推断为327亿元—923亿元"
    assert "46.2 billion yuan" in hinge_text(one, "en")
    marked = dataclasses.replace(one, basis="prior_only")
    assert "仅凭全国全省规律" in verdict_text(marked, "zh")


def test_bounds_are_equal_steps() -> None:
    assert np.allclose(np.diff((0.0, *BOUNDS, 1.0)), 0.2)


def test_a_rate_of_counts_has_the_probability_of_its_posterior(plan: Plan) -> None:
    counts = [fact("intelligent_renovation", str(y), 40, "firms", measure="level") for y in range(2021, 2025)]
    found = verdict(plan, "intelligent_renovation", *counts)
    # Gamma(160.5, 4) for the rate, a year left: P(N ≥ 40) of the negative binomial.
    assert found.probability == pytest.approx(stats.nbinom.sf(39, 160.5, 4 / 5), rel=1e-12)
