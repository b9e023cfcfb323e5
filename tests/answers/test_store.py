"""A projection's folder: what is written is what was projected, and nothing else is overwritten."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from xtanalysis.answers.project import ScenarioDraws
from xtanalysis.answers.store import FILES, QUANTILES, quantile_table, read_paths, write_projection
from xtanalysis.errors import BadInput
from xtanalysis.study.study import Study


def test_paths_come_back_as_they_were_with_their_identities(early: ScenarioDraws, tmp_path: Path) -> None:
    write_projection(early, tmp_path / "out")
    back = read_paths(tmp_path / "out")
    assert back.states == early.paths.states
    assert back.region == early.region
    np.testing.assert_array_equal(back.values, early.paths.values)
    np.testing.assert_array_equal(back.of("energy_intensity"), early.paths.of("energy_intensity"))


def test_the_folder_holds_the_contract(early: ScenarioDraws, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_projection(early, folder)
    write_projection(early, folder)  # an earlier projection may be replaced
    assert sorted(p.name for p in folder.iterdir()) == sorted(FILES)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    with (folder / "quantiles.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {float(row["quantile"]) for row in rows} == set(QUANTILES)
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["seed"] == early.seed


def test_another_folder_is_left_alone(early: ScenarioDraws, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput, match="not a projection's folder"):
        write_projection(early, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_that_lacks_a_file_is_named(early: ScenarioDraws, tmp_path: Path) -> None:
    write_projection(early, tmp_path / "out")
    (tmp_path / "out" / "run.json").unlink()
    with pytest.raises(BadInput, match=r"no run\.json"):
        read_paths(tmp_path / "out")


@pytest.mark.parametrize("scenario", ["plan", "green-upgrade"])
def test_quantiles_taken_over_from_the_baseline_are_those_of_the_draws(study: Study, scenario: str) -> None:
    under = study.project(scenario, draws=400).record
    table = quantile_table(under).set_index(["indicator", "year", "quantile"])["value"]
    assert under.paths.history is not None
    for name in (*under.paths.states, "energy_intensity", "tech_upgrade_investment"):
        values = table[name].unstack().to_numpy()
        direct = np.quantile(np.ascontiguousarray(under.paths.of(name)), QUANTILES, axis=0).T
        np.testing.assert_array_equal(values, direct)
