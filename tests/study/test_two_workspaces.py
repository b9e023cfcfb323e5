"""Two workspaces in one process, each with reference tables of its own: neither shows anything of the other's."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from xtanalysis.data import dictionary as d
from xtanalysis.data.paths import scenario_notebook
from xtanalysis.data.reference import Reference
from xtanalysis.data.workspace import read_workspace
from xtanalysis.errors import BadInput
from xtanalysis.report.sweeps.store import common_hash
from xtanalysis.report.sweeps.study_report import write_report
from xtanalysis.statements.plans import load_plan
from xtanalysis.study.facts import load_facts
from xtanalysis.study.projection import Projection
from xtanalysis.study.study import Study

DAY, TO, DRAWS = "2021-05-06", 2025, 100
# What each workspace calls industrial investment, and an indicator that only it has.
NAMES = {"湘潭市": ("莲城工业投资", "莲城景气"), "株洲市": ("炎帝工业投资", "炎帝景气")}
PLANS = {"湘潭市": "xiangtan-2021-12", "株洲市": "example-zhuzhou"}


def workspace(folder: Path, region: str) -> Reference:
    rows = {row["id"]: row for row in d.shipped().tables["indicators.csv"]}
    columns = list(rows["industrial_investment"])
    called, own = NAMES[region]
    other = rows["producer_price"] | {
        "id": f"mood_{folder.name}",
        "zh": own,
        "en": f"{folder.name} mood",
        "aliases": "",
    }
    overlaid = [rows["industrial_investment"] | {"zh": called}, other]
    (folder / "reference").mkdir(parents=True)
    lines = [",".join(columns), *(",".join(f'"{row[c]}"' for c in columns) for row in overlaid)]
    (folder / "reference" / "indicators.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = f'region = "{region}"\nplan = "{PLANS[region]}"\nreference = "reference"\n'
    (folder / "xtanalysis.toml").write_text(text, encoding="utf-8")
    return read_workspace(folder).overlaid(d.shipped())


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reference]:
    folder = tmp_path_factory.mktemp("two")
    return {region: workspace(folder / name, region) for name, region in (("lian", "湘潭市"), ("yan", "株洲市"))}


@pytest.fixture(scope="module")
def made(tables: dict[str, Reference]) -> dict[str, Projection]:
    """Each step of the one while the other's tables are in use: read, fitted, projected in turn."""
    studies = {}
    for region in NAMES:
        with d.using(tables[region]):
            studies[region] = Study(load_facts(region, as_of=DAY), PLANS[region], TO)
    out = {}
    for region, study in studies.items():
        other = next(name for name in NAMES if name != region)
        with d.using(tables[other]):
            out[region] = study.project(draws=DRAWS)
    return out


def shown(projection: Projection, folder: Path) -> str:
    """What a study, its projection and its scorecard show, asked outside either workspace."""
    study = projection.study
    card = study.scorecard("2021Q1", draws=DRAWS)
    card.to_excel(folder / "card.xlsx")
    book = openpyxl.load_workbook(folder / "card.xlsx", read_only=True)
    cells = [str(v) for sheet in book for row in sheet.iter_rows(values_only=True) for v in row if v is not None]
    parts = [
        repr(study.facts),
        repr(study),
        repr(projection),
        projection._repr_html_(),
        repr(projection["industrial_investment"]),
    ]
    parts += [
        study.facts.by_year().to_string(),
        projection.explain("industrial_investment") if "湘潭" in study.region else "",
    ]
    parts += [study.missing_figures(3).to_string(), projection.to_frame().to_string(), projection.targets.to_string()]
    return "\n".join([*parts, *cells])


@pytest.mark.parametrize("region", list(NAMES))
def test_what_a_study_shows_goes_by_its_own_tables(
    region: str, made: dict[str, Projection], tables: dict[str, Reference], tmp_path: Path
) -> None:
    other = next(name for name in NAMES if name != region)
    text = shown(made[region], tmp_path)
    assert NAMES[region][0] in text
    assert not [name for name in NAMES[other] if name in text]
    with d.using(tables[other]):
        again = shown(made[region], tmp_path)
    assert again == text


@pytest.mark.parametrize("region", list(NAMES))
def test_names_and_near_names_are_a_studys_own(region: str, made: dict[str, Projection]) -> None:
    other = next(name for name in NAMES if name != region)
    own, foreign = made[region], NAMES[other][1]
    assert own[NAMES[region][0]].indicator == "industrial_investment"
    with pytest.raises(BadInput) as raised:
        own[foreign]
    told = "\n".join(problem.text(lang) for problem in raised.value.problems for lang in ("zh", "en"))
    assert NAMES[region][1] in told  # the near one
    assert foreign not in told.replace(foreign, "", 2)  # named only as what was found
    assert own.study.facts.add(
        {"region": region, "indicator": NAMES[region][1], "measure": "level", "period": "2020", "value": 101,
         "unit": "2020=100", "published": "2021-02-01"}
    ).added[0].indicator.startswith("mood_")  # fmt: skip


def test_a_plan_is_read_anew_for_other_tables(tables: dict[str, Reference], tmp_path: Path) -> None:
    """A unit that only one workspace has: the same file is a plan there and faulty elsewhere, in either order."""
    path = tmp_path / "plan.yaml"
    text = Path(load_plan("example-zhuzhou").file).read_text(encoding="utf-8")
    text = re.sub(r"indicator: \S+?(?=[,}\s])", "indicator: 炎帝工业投资", text, count=1)
    path.write_text(text, encoding="utf-8")
    for _ in range(2):
        with d.using(tables["株洲市"]):
            assert load_plan(path).targets[0].indicator == "industrial_investment"
        with d.using(tables["湘潭市"]), pytest.raises(BadInput, match="炎帝工业投资"):
            load_plan(path)


def test_pages_are_kept_apart_by_the_tables_that_they_go_by(tables: dict[str, Reference]) -> None:
    notebook = scenario_notebook()
    hashes = {common_hash(notebook)}
    for reference in tables.values():
        with d.using(reference):
            hashes.add(common_hash(notebook))
    with d.using(read_workspace_again(tables["湘潭市"])):
        assert common_hash(notebook) in hashes
    assert len(hashes) == 3


def read_workspace_again(reference: Reference) -> Reference:
    return Reference(reference.tables, reference.home)


@pytest.mark.slow
def test_a_page_goes_by_its_studys_tables_also_in_the_workers(
    made: dict[str, Projection], tables: dict[str, Reference], tmp_path: Path
) -> None:
    with d.using(tables["株洲市"]):
        index = write_report(made["湘潭市"].study, scenarios=made["湘潭市"], out=tmp_path, draws=DRAWS)
    (page,) = tmp_path.glob("runs/*/report.html")
    text = page.read_text(encoding="utf-8") + index.read_text(encoding="utf-8")
    assert NAMES["湘潭市"][0] in text
    assert not [name for name in NAMES["株洲市"] if name in text]
