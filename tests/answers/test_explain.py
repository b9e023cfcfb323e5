"""Influence is leave-out conditioning in closed form; the explanation says it in both languages."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from click.testing import CliRunner

from xtanalysis.answers.explain import describe, explain
from xtanalysis.answers.influence import influences, left_out
from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.cli.project import command
from xtanalysis.errors import BadInput
from xtanalysis.model.likelihood import condition
from xtanalysis.statements.facts import load_facts
from xtanalysis.targets.margins import margin_block, margins
from xtanalysis.targets.words import statement_text


def test_leaving_out_is_conditioning_on_the_rest(early: ScenarioDraws) -> None:
    posterior = early.posterior
    cell, evidence, layout = posterior.mixture.cells[0], posterior.evidence, posterior.layout
    row = np.zeros(layout.size)
    row[layout.position("湘潭市", "value_added_real", 2025)] = 1.0
    row[layout.position("湘潭市", "value_added_real", 2020)] = -1.0
    group = np.array([i for i, s in enumerate(evidence.statements) if s.indicator == "value_added_real"])
    alone = dataclasses.replace(early, posterior=dataclasses.replace(
        posterior, mixture=dataclasses.replace(posterior.mixture, cells=(cell,), weights=np.ones(1))
    ))  # fmt: skip
    variance = np.array([(row @ cell.covariance_with(layout, row[None])).item()])
    means, variances = left_out(alone, row, variance, [group])

    kept = np.setdiff1d(np.arange(len(evidence)), group)
    rest = dataclasses.replace(
        evidence,
        statements=tuple(evidence.statements[i] for i in kept),
        paths=evidence.paths[kept],
        offsets=evidence.offsets[kept],
        value=evidence.value[kept],
        sd=evidence.sd[kept],
    )
    direct = condition(layout, rest, cell.hyper, posterior.mixture.robust[kept])
    assert means[0, 0] == pytest.approx(row @ direct.mean, rel=1e-7)
    assert variances[0, 0] == pytest.approx((row @ direct.covariance_with(layout, row[None])).item(), rel=1e-6)
    assert means[0, 1] == pytest.approx(row @ cell.mean, rel=1e-12)


def test_influence_is_ranked_and_ends_at_the_probability(early: ScenarioDraws) -> None:
    result = early.target("value_added_growth")
    found = influences(early, result)
    removed = [i.removed for i in found]
    assert removed == sorted(removed, reverse=True)
    # Within a cell a figure never widens; without it the cells may lie a little closer together.
    assert removed[-1] > -0.02
    (margin,) = margins(early, (result,))
    block = margin_block(early)
    draws = early.posterior.draw(10_000, 5).values[:, block.places] @ margin.row
    assert found[0].probability_with == pytest.approx((draws >= margin.threshold).mean(), abs=0.015)
    assert not any(s.id.startswith("definition") for i in found for s in i.statements)


def test_the_explanation_names_figures_in_both_languages(early: ScenarioDraws) -> None:
    zh, en = explain(early, "value_added_growth"), explain(early, "value_added_growth", "en")
    assert "预计可完成（" in zh or "有望完成（" in zh
    assert "湘潭市2021年1—3月规模以上工业增加值（不变价）同比增速16.9%" in zh
    assert "Target “Average annual growth of above-scale industrial value added” (grow by about 5% a year on" in en
    assert "growth to date, 2021Q1: 16.9% (published" in en
    open_zh, open_en = explain(early, "energy_intensity"), explain(early, "energy_intensity", "en")
    assert "2021—2025年累计下降12%以上" in open_zh
    assert "缺规模工业综合能耗" in open_zh or "取决于" in open_zh
    assert "fall by at least 12% in all, 2021–2025" in open_en
    assert "hinges on" in open_en or "missing:" in open_en


def test_a_target_without_paths_says_what_is_missing_and_an_unknown_one_is_refused(early: ScenarioDraws) -> None:
    assert explain(early, "chain_output") == (
        "目标“11条产业链产值”（2025年超过4000亿元）：暂不能判断。无数据；缺2020年11条产业链产值，由市工信局提供。"
    )
    assert "cannot be judged yet; no figure; missing: " in explain(early, "chain_output", "en")
    with pytest.raises(BadInput, match="no such target"):
        explain(early, "moon")


def test_every_kind_of_figure_has_words(early: ScenarioDraws) -> None:
    for statement in early.information.used:
        for lang in ("zh", "en"):
            text = describe(statement, lang)  # type: ignore[arg-type]
            assert "{" not in text
            told = statement.value if statement.unit != "percent" else float(f"{statement.value:.2f}")
            assert f"{told:g}" in text or statement.role == "outlook"


def test_rates_are_told_as_a_bureau_prints_them() -> None:
    found = {s.id: s for s in load_facts()}
    outlook = next(s for s in found.values() if s.role == "outlook" and s.value == 3.362)
    assert "增速3.4%" in describe(outlook, "zh")
    assert "3.4%" in describe(outlook, "en")
    energy = next(s for s in found.values() if s.indicator == "energy_per_gdp" and s.value == -3.66)
    assert "3.66%" in describe(energy, "zh")
    assert statement_text(outlook, "zh") == "增长3.4%"
    assert statement_text(outlook, "en") == "+3.4%"
    assert statement_text(energy, "zh") == "下降3.66%"


def test_the_command_prints_the_explanation_and_writes_nothing_for_an_unknown_target(tmp_path) -> None:  # type: ignore[no-untyped-def]
    given = ["--as-of", "2021-05-06", "--draws", "200", "--explain"]
    done = CliRunner().invoke(command, [*given, "value_added_growth", "--lang", "en", "--out", str(tmp_path / "a")])
    assert done.exit_code == 0, done.output
    assert "The figures that decide most" in done.output
    wrong = CliRunner().invoke(command, [*given, "moon", "--out", str(tmp_path / "b")])
    assert isinstance(wrong.exception, BadInput)
    assert not (tmp_path / "b").exists()
