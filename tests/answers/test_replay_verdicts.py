"""Words and hidden calibres in the replay: closed forms, the replay's own probabilities, and words that are wrong."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from xtanalysis.answers.backtest import replay
from xtanalysis.answers.questions import Asked, Event, Question
from xtanalysis.answers.replay_verdicts import HIDDEN, WordReplay, _moved, hide_calibres, replay_verdicts
from xtanalysis.answers.scores import Mixture1D
from xtanalysis.answers.word_scores import hidden_scores, word_tables, words_by_chance, words_reliability
from xtanalysis.statements.facts import load_facts
from xtanalysis.targets.declared import declared_set

CITY, ORIGIN, CELLS = "株洲市", 2012, 2
REGIONS, ORIGINS = [f"city {i}" for i in range(10)], range(2000, 2010)


@pytest.fixture(scope="module")
def small() -> WordReplay:
    return replay_verdicts(load_facts(), regions=[CITY], origins=[ORIGIN], cells=CELLS)


def test_only_the_regions_figures_of_output_and_investment_lose_their_calibre() -> None:
    facts = load_facts()
    for before, after in zip(facts, hide_calibres(facts, CITY), strict=True):
        if before.region == CITY and before.indicator in HIDDEN and before.tells_what_happened:
            assert (after.calibre, after.calibre_blank, after.public) == ("unknown", True, before.public)
            assert dataclasses.replace(after, calibre=before.calibre, calibre_blank=before.calibre_blank) == before
        else:
            assert after is before


def test_words_rest_on_the_probabilities_of_the_replay(small: WordReplay) -> None:
    """The events of `xtanalysis backtest`, made by other code from the same information set."""
    events = replay(load_facts(), regions=[CITY], origins=[ORIGIN], cells=CELLS).events
    engine = events[(events["method"] == "engine_outlooks") & (events["horizon"] == 5)]
    key = ["quantity", "indicator", "event"]
    both = small.words.merge(engine[engine["quantity"] != "growth_1y"], on=key, suffixes=("", "_replay"))
    assert len(both) == len(small.words) > 20
    np.testing.assert_allclose(both["probability"], both["probability_replay"], atol=1e-9)
    assert (both["happened"] == both["happened_replay"]).all()
    prior_only = small.words[small.words["basis"] == "prior_only"]
    assert set(prior_only["word"]) <= {"likely", "uncertain", "doubtful"}


def test_the_range_holds_what_is_weighed(small: WordReplay) -> None:
    found = small.hidden
    assert set(found["indicator"]) <= set(HIDDEN)
    assert ((found["low"] <= found["hidden"]) & (found["hidden"] <= found["high"])).all()
    said = found[["full", "hidden", "low", "high"]].to_numpy()
    assert ((said >= 0.0) & (said <= 1.0)).all()


def test_the_range_of_investment_holds_the_probability_with_the_calibre_known(small: WordReplay) -> None:
    """Its levels may be differenced on the target's own calibre: a range without that reading holds none of five."""
    found = small.hidden[small.hidden["indicator"] == "fixed_asset_investment"]
    assert len(found) == 5
    assert ((found["low"] - 1e-9 <= found["full"]) & (found["full"] <= found["high"] + 1e-9)).all()


@pytest.mark.parametrize(
    ("base", "weights", "indicator", "sd"),
    [
        (0.0, (0.2,) * 5, "gdp_real", 1.0),  # an average counts a year of the difference
        (0.0, (1.0,) * 5, "gdp_real", 5.0),  # a change over five years five of them
        (0.0, (0.2,) * 5, "fixed_asset_investment", 3.0),
        (700.0, (1.0,) * 5, "gdp", 15.0),  # a level
    ],
)
def test_another_calibre_widens_a_law_by_the_declared_spread(
    base: float, weights: tuple[float, ...], indicator: str, sd: float
) -> None:
    another = next(c for c in declared_set().calibres if c.id == "another")
    question = Question(
        asked=Asked("level_5y" if base else "growth_5y_average", indicator, (5,), ((1.0, indicator),)), region=CITY,
        origin=ORIGIN, horizon=5, weights=weights, base=base, reference=None, outcome=None,
    )  # fmt: skip
    law = _moved(Mixture1D.normal(8.0, 2.0), question, another)
    expected = stats.norm.sf(6.0, 8.0, np.hypot(2.0, sd))
    assert Event("at least 6", 6.0).chance(law) == pytest.approx(expected, abs=1e-12)
    assert Event("at most 6", 6.0, at_least=False).chance(law) == pytest.approx(1 - expected, abs=1e-12)


def made(happened: float, said: float = 0.9) -> WordReplay:
    """One question in ten cities and origins of independent outcomes, said to be on course."""
    cases = [(region, origin) for region in REGIONS for origin in ORIGINS]
    rng = np.random.default_rng(3)
    base = {"quantity": "growth_5y_average", "indicator": "gdp_real"}
    words = [
        base | {"region": r, "origin": o, "event": "e", "word": "on_course", "basis": "", "probability": said,
                "happened": bool(rng.random() < happened), "at_least": True}
        for r, o in cases
    ]  # fmt: skip
    name = "growth_5y_average|gdp_real"
    depends = [base | {"region": r, "origin": o, "question": name, "common": 0.0, name: 1.0} for r, o in cases]
    return WordReplay(pd.DataFrame(words), pd.DataFrame(), pd.DataFrame(depends))


def test_words_that_come_true_as_often_lie_inside_and_others_outside() -> None:
    right, wrong = words_reliability(made(0.9)), words_reliability(made(0.5))
    assert list(right["quantity"]) == ["*", "growth_5y_average"]
    assert not right["outside"].any()
    assert wrong["outside"].all()
    assert (right["low95"] < 0.9).all()
    assert (right["high95"] > 0.9).all()


def test_the_chance_of_a_bin_outside_counts_all_that_are_looked_at() -> None:
    """Forty bins of twenty, a question each: some lie outside by chance, all never; bins of nineteen do not count."""
    one, names = made(0.9), [f"growth_5y_average|i{k}" for k in range(40)]
    words = pd.concat([one.words[:20].assign(indicator=f"i{k}") for k in range(40)])
    depends = pd.concat(
        [one.dependence[:20].assign(indicator=f"i{k}", question=name, **{n: float(n == name) for n in names})
         for k, name in enumerate(names)]
    )  # fmt: skip
    happened = np.random.default_rng(4).random(len(words)) < 0.9
    found = WordReplay(words.assign(happened=happened), pd.DataFrame(), depends)
    (row,) = words_by_chance(found).to_dict("records")
    assert row["bins"] == 40
    assert row["outside"] == words_reliability(found).query("quantity != '*'")["outside"].sum()
    assert row["chance"] > 0.05
    wrong = words_by_chance(dataclasses.replace(found, words=words.assign(happened=False)))
    assert wrong.to_dict("records") == [{"bins": 40, "outside": 40, "chance": 0.0}]
    fewer = dataclasses.replace(found, words=pd.concat([words[:19], words[20:40]]))
    assert words_by_chance(fewer)["bins"].item() == 1
    few = words_by_chance(dataclasses.replace(found, words=words[:19]))
    assert few.to_dict("records") == [{"bins": 0, "outside": 0, "chance": 1.0}]


def test_hidden_scores_by_hand() -> None:
    rows = {
        "quantity": "level_5y", "indicator": "gdp", "region": "x", "origin": [2010, 2011], "event": "e",
        "full": [0.8, 0.4], "hidden": [0.7, 0.5], "low": [0.6, 0.42], "high": [0.8, 0.6], "climatology": [0.5, np.nan],
        "happened": [True, False],
    }  # fmt: skip
    everything = hidden_scores(pd.DataFrame(rows)).iloc[0]
    assert (everything["n"], everything["n_climatology"]) == (2, 1)
    assert everything["inside"] == 0.5  # the end of a range counts as inside it
    assert everything["inside_shown"] == 1.0  # a page says 40 % of both the probability and the end
    assert everything["width"] == pytest.approx(0.19)
    assert everything["brier_full"] == pytest.approx((0.04 + 0.16) / 2)
    assert everything["brier_hidden"] == pytest.approx((0.09 + 0.25) / 2)
    assert (everything["brier_hidden_there"], everything["brier_climatology"]) == pytest.approx((0.09, 0.25))


def test_nothing_to_say_gives_empty_tables() -> None:
    empty = WordReplay(pd.DataFrame(), pd.DataFrame(), pd.DataFrame())
    assert all(table.empty for table in word_tables(empty).values())
