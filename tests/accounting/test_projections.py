"""Effects on every draw of a projection."""

from __future__ import annotations

import numpy as np
import pytest

from xtanalysis.accounting.lmdi import LMDI
from xtanalysis.accounting.projections import effect_bands, emission_effects, energy_effects, project_effects
from xtanalysis.errors import BadInput

YEARS = (2020, 2021, 2022)
DRAWS = 500


def paths(seed: int, sectors: int | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Random levels of value added, energy and CO2, (draws, years[, sectors])."""
    rng = np.random.default_rng(seed)
    shape = (DRAWS, len(YEARS)) if sectors is None else (DRAWS, len(YEARS), sectors)
    return tuple(np.exp(np.cumsum(rng.normal(0.03, 0.05, shape), axis=1)) * level for level in (700.0, 900.0, 2500.0))


@pytest.mark.parametrize("form", ["additive", "multiplicative"])
@pytest.mark.parametrize("sectors", [None, 3])
def test_effects_add_up_on_every_draw(form: str, sectors: int | None) -> None:
    """Perfect on each draw to 1e-10: activity and intensity together are the change of energy use."""
    value_added, energy, _ = paths(1, sectors)
    result = energy_effects(value_added, energy, YEARS, LMDI("lmdi-i", form))
    total = energy if sectors is None else energy.sum(axis=-1)
    change = total - total[:, [0]] if form == "additive" else total / total[:, [0]]
    parts = result.effects[:-1]
    together = parts.sum(axis=0) if form == "additive" else parts.prod(axis=0)
    np.testing.assert_allclose(together, change, rtol=1e-10, atol=1e-10 * 900)
    assert result.factors == ("activity", *(["structure"] if sectors else []), "intensity", "total")


def test_one_draw_by_hand() -> None:
    """E: 100 → 110, Y: 50 → 60: activity L(110, 100)·ln 1.2 = 104.920587 × 0.18232156; intensity is the rest of 10."""
    result = energy_effects(np.array([[50.0, 60.0]]), np.array([[100.0, 110.0]]), (2020, 2021))
    np.testing.assert_allclose(result.effects[:, 0, 1], [19.129285, -9.129285, 10.0], atol=5e-6)
    assert not result.modelled


def test_emissions_are_marked_as_modelled() -> None:
    result = emission_effects(*paths(2), YEARS)
    assert result.modelled
    assert result.factors == ("activity", "intensity", "emission_factor", "total")
    # With a constant emission factor its effect is nothing.
    value_added, energy, _ = paths(2)
    flat = emission_effects(value_added, energy, energy * 2.6, YEARS)
    np.testing.assert_allclose(flat.effects[2], 0, atol=1e-9)


def test_bands_are_the_quantiles_of_each_effect() -> None:
    value_added, energy, _ = paths(3)
    result = energy_effects(value_added, energy, YEARS)
    table = effect_bands(result)
    assert list(table.columns) == ["year", "factor", "quantile", "effect"]
    row = table.query("year == 2022 and factor == 'intensity' and quantile == 0.9")["effect"].item()
    assert row == pytest.approx(np.quantile(result.effects[1, :, 2], 0.9), rel=1e-15)
    assert list(table["factor"].unique()) == ["activity", "intensity", "total"]


def test_unchained_equals_chained_without_sectors_only_in_total() -> None:
    value_added, energy, _ = paths(4)
    linked, direct = (energy_effects(value_added, energy, YEARS, LMDI(chained=c)) for c in (True, False))
    np.testing.assert_allclose(linked.effects[-1], direct.effects[-1], atol=1e-9)
    np.testing.assert_allclose(linked.effects[:, :, 1], direct.effects[:, :, 1], atol=1e-9)
    assert np.abs(linked.effects[0, :, 2] - direct.effects[0, :, 2]).max() > 1e-3


def test_refused() -> None:
    good = np.ones((2, 3))
    with pytest.raises(BadInput, match="b is not positive on every draw; found '-1'"):
        project_effects({"a": good, "b": good * [1, -1, 1]}, YEARS)
    with pytest.raises(BadInput, match="shapes differ"):
        project_effects({"a": good, "b": np.ones((2, 2))}, YEARS)
