"""Where priors come from, said on the page from the tables that ship."""

from __future__ import annotations

import csv
import re

import pytest

from xtanalysis.data.dictionary import regions
from xtanalysis.model.priors import FOLDER, Parameter, get, learnt_from, load_priors, priors_of
from xtanalysis.report.wording import wording


@pytest.mark.parametrize(
    ("region", "zh", "en"),
    [
        ("湘潭市", ["由本省13个市各年", "只有本省13个市"], ["13 cities of this province (beside"]),
        ("合肥市", ["其中本省16个", "只有外省13个市"], ["16 of them in this province", "13 cities of another"]),
        ("广州市", ["没有本省的", "只有外省13个市"], ["none of them in this province"]),
        ("北京市", ["其中有本市"], ["this city among them"]),
        ("安徽省", ["其中本省16个"], ["16 of them in this province"]),
    ],
)
def test_a_region_is_told_what_its_priors_rest_on(region: str, zh: list[str], en: list[str]) -> None:
    found = learnt_from(region)
    for lang, parts in (("zh", zh), ("en", en)):
        told = wording(lang).priors_from(found)
        assert all(part in told for part in parts), told
        assert {"18", "169", "2000", "2023"} <= set(re.findall(r"\d+", told))
    if regions()[region].parent != "湖南省":
        assert not re.search("湖南|湘潭", wording("zh").priors_from(found))


def test_the_priors_in_use_are_the_estimates_and_each_lies_among_its_provinces() -> None:
    table = load_priors()
    with (FOLDER / "panel_priors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 11
    for row in rows:
        value = float(row["value"])
        assert get(table, Parameter.parse(row["parameter"])) == pytest.approx(value, rel=5e-3)
        assert float(row["least"]) < value < float(row["most"])
        assert 0.0 < float(row["standard_error"]) < value


def test_a_province_whose_figures_ship_has_priors_of_its_own() -> None:
    with (FOLDER / "province_priors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["province"] for row in rows} == {"湖南省"}
    for row in rows:
        parameter = Parameter.parse(row["parameter"])
        assert get(priors_of("湘潭市"), parameter) == get(priors_of("湖南省"), parameter) == float(row["value"])
    assert priors_of("合肥市") == load_priors()
    # The panel holds the same province: what its cities give alone lies among the provinces of the panel.
    with (FOLDER / "panel_priors.csv").open(encoding="utf-8", newline="") as file:
        panel = {row["parameter"]: row for row in csv.DictReader(file)}
    own = {row["parameter"]: float(row["value"]) for row in rows}
    shocks = [name for name in panel if name.endswith(":shock") and name in own]
    assert len(shocks) == 4
    outside = [name for name in shocks if not float(panel[name]["least"]) <= own[name] <= float(panel[name]["most"])]
    assert outside == ["*:secondary_share_of_gdp:shock"]  # Hunan's first figures of it are the calmest
