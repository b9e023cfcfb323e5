"""The release that settles a target: told, and both told where a revision turns the verdict."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from xtanalysis.statements.facts import load_facts
from xtanalysis.statements.grammar import Period, Statement
from xtanalysis.statements.plans import load_plan
from xtanalysis.targets.judge import judge_by_figures
from xtanalysis.targets.releases import release_of
from xtanalysis.targets.verdict_words import decided_by, release_text
from xtanalysis.targets.verdicts import Verdict

DAY = dt.date(2026, 11, 27)
GROWTH = Statement(
    id="later", region="湘潭市", indicator="value_added_real", measure="growth", period=Period((2025, 1), (2025, 12)),
    relation="equals", value=-5.8, unit="percent", role="outcome", calibre="above_scale_20m", trust="A",
    published=dt.date(2026, 10, 1),
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "release"),
    [
        ({}, "annual"),
        ({"published": dt.date(2026, 9, 30)}, "preliminary"),
        ({"published": dt.date(2026, 9, 30), "vintage": "年报"}, "annual"),
        ({"vintage": "初步数"}, "preliminary"),
        ({"vintage": "初步数", "role": "estimate"}, "estimate"),
        ({"role": "estimate"}, "estimate"),
        ({"public": False}, "not_stated"),
        ({"public": False, "vintage": "最终"}, "annual"),
        ({"published": None}, "not_stated"),
        ({"vintage": "第五次经济普查修订"}, "census"),
        ({"vintage": "revised after the agricultural census"}, "census"),
        # The fifth census revised the years up to 2023, and no figure that was out before it.
        ({"calibre": "gdp_census5", "period": Period((2023, 1), (2023, 12))}, "census"),
        ({"calibre": "gdp_census5", "period": Period((2024, 1), (2024, 12))}, "annual"),
        ({"calibre": "gdp_census4", "period": Period((2018, 1), (2018, 12)), "published": dt.date(2018, 12, 31)},
         "preliminary"),
    ],
)  # fmt: skip
def test_a_figure_says_by_itself_or_by_its_date_which_release_it_is(changes: dict[str, object], release: str) -> None:
    assert release_of(dataclasses.replace(GROWTH, **changes)) == release  # type: ignore[arg-type]


def verdict(*extra: Statement) -> Verdict:
    made = judge_by_figures(load_plan("xiangtan-2021-12"), [*load_facts(), *extra], DAY)
    return next(v for v in made if v.target == "value_added_growth")


def test_the_least_final_figure_settles_and_is_told() -> None:
    """The communiqué of 2025 is the only preliminary one of the five, as of the autumn of 2026."""
    found = verdict()
    assert (found.verdict, found.release, found.earlier_verdict) == ("met", "preliminary", "")
    assert decided_by(found, "zh").endswith("2025年增长7.6%推算，以初步数计")
    assert decided_by(found, "en").endswith("2025 +7.6%, preliminary figures")


def test_a_revision_that_turns_the_verdict_shows_both() -> None:
    """(1.096·1.073·1.059·1.087·x)^(1/5) reaches 1.05 at x = .9428, so a fall of 5.7 % in 2025 leaves it met."""
    kept = verdict(dataclasses.replace(GROWTH, value=-5.7))
    assert (kept.verdict, kept.release, kept.earlier_verdict) == ("met", "annual", "")
    turned = verdict(GROWTH)
    assert (turned.verdict, turned.release) == ("missed", "annual")
    assert (turned.earlier_verdict, turned.earlier_release) == ("met", "preliminary")
    assert turned.earlier_value == pytest.approx(7.8126, abs=1e-4)
    assert release_text(turned, "zh") == "以年报数计；初步数为7.8%，当时为已完成"
    assert release_text(turned, "en") == "figures of the annual report; preliminary figures gave 7.8%, met then"


def test_counts_have_no_release() -> None:
    made = judge_by_figures(load_plan("xiangtan-2021-12"), load_facts(), DAY)
    giants = next(v for v in made if v.target == "national_little_giants" and v.decided)
    assert (giants.release, release_text(giants, "zh")) == ("", "")
    assert Verdict.from_row({k: "" if v is None else str(v) for k, v in giants.to_row().items()}) == giants
