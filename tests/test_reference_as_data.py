"""Regions, plans, scenarios, targets and lists of indicators are data: code names none of this plan or province."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from xtanalysis.data.dictionary import bodies, calibres, indicators, province_of, regions, shipped, sisters
from xtanalysis.data.file_schema import FILES, schema_of
from xtanalysis.data.home import shipped_home
from xtanalysis.data.paths import plans_dir, raw_dir, scenarios_dir
from xtanalysis.data.tables import table_rows
from xtanalysis.statements.plans import load_plan, plan_of
from xtanalysis.statements.scenarios import shipped_scenarios

PACKAGE = Path(__file__).parents[1] / "xtanalysis"
FILES_OF_CODE = sorted(PACKAGE.rglob("*.py"))
# Where examples for the reader may name a place or plan, and what they are.
EXAMPLES = {
    "__init__.py": "the first lines of the package's help",
    "cli/examples.py": "examples under --help, held to the options that there are",
    "study/deprecated.py": "an example that is run",
    "study/facts.py": "examples that are run",
    "study/study.py": "an example that is run",
}
# Where the source of an estimate names its sample, in a comment or a note that is printed with it.
SAMPLES = {"model/hyper.py", "model/record.py", "model/to_date.py"}
OWN = shipped_home().region
PROVINCE = str(province_of(OWN))
WORDS_OF_THE_GRAMMAR = {"baseline", "plan"}  # scenarios whose ids are words that a row may say
# Indicators stand in code where the model's states and identities are written, and where the replay asks about them.
CALIBRES_OF_THE_GRAMMAR = {"unknown", "not_applicable"}  # no coverage stated, none to state
MODEL = ("model/", "answers/questions.py", "answers/histories.py", "answers/drivers.py", "answers/backtest.py")
SYNONYMS = ("data/reference.py", "cli/decompose.py")  # gdp is a word that names and heads are compared by
IDENTITY = {"value_added_real", "energy_use", "co2"}  # of a decomposition: output, energy, carbon


def short(name: str) -> str:
    return re.sub(r"(市|省|自治州)$", "", name)


PLACES = {short(name) for name in (*sisters(OWN), PROVINCE)}
ENGLISH = {regions()[name].en for name in (*sisters(OWN), PROVINCE)}
SCENARIOS = {path.stem for path in scenarios_dir().glob("*.yaml")} - WORDS_OF_THE_GRAMMAR
PLANS = {path.stem for path in plans_dir().glob("*.yaml")}
TARGETS = {t.id for name in PLANS for t in load_plan(name).targets} - set(indicators())


def literals(path: Path) -> Iterator[str]:
    """Texts of a file that are not docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    shown = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in shown:
            yield node.value


def words(path: Path) -> Iterator[str]:
    """Texts, docstrings and comments of a file."""
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        if token.type in (tokenize.STRING, tokenize.COMMENT) or token.type == getattr(tokenize, "FSTRING_MIDDLE", -1):
            yield token.string


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", FILES_OF_CODE, ids=name_of)
def test_code_names_no_place_plan_scenario_or_target(path: Path) -> None:
    where = name_of(path)
    text = "\n".join(words(path))
    named = [name for name in (*PLACES, *PLANS) if name in text]
    if where not in SAMPLES:
        named += [name for name in ENGLISH if re.search(rf"\b{name}\b", text)]
    in_code = "\n".join(literals(path))
    if where not in {"cli/examples.py", *SAMPLES}:
        assert not [name for name in (*PLACES, *PLANS, *ENGLISH) if re.search(rf"\b{name}\b", in_code)], where
    if where in EXAMPLES:
        assert named, f"{where} needs no place in the list any more"
    else:
        assert not named, where
    if where != "cli/examples.py":
        assert not {text for text in literals(path) if text in SCENARIOS | TARGETS}


def test_lists_of_indicators_are_data() -> None:
    """Outside the model a room names an indicator only for an identity."""
    known = set(indicators())
    found = {
        f"{name_of(path)}: {text}"
        for path in FILES_OF_CODE
        if not name_of(path).startswith(MODEL)
        for text in literals(path)
        if text in known and not (name_of(path) in SYNONYMS and text == "gdp")
    }
    assert {entry.split(": ")[1] for entry in found} == IDENTITY, sorted(found)
    for row in table_rows(PACKAGE / "data" / "shown_indicators.csv"):
        assert row["indicator"] in known


def test_what_a_calibre_covers_and_what_a_body_is_called_are_data() -> None:
    """Code names only the two calibres that are the grammar's words; the replay's revised growth has its own."""
    known = set(calibres()) - CALIBRES_OF_THE_GRAMMAR
    found = {f"{name_of(path)}: {text}" for path in FILES_OF_CODE for text in literals(path) if text in known}
    assert found == {"answers/histories.py: gdp_census4"}
    named = {name_of(path) for path in FILES_OF_CODE for text in literals(path) if set(bodies()) & {text}}
    assert named == set()
    assert {c.id for c in calibres().values() if c.unsettled} >= {"unknown"}


def test_home_is_a_region_with_a_plan_facts_and_scenarios() -> None:
    home = shipped_home()
    assert home.region in shipped().regions
    assert plan_of(home.region).targets == load_plan().targets
    assert all((raw_dir() / name).is_file() for name in home.facts)
    assert set(home.found) <= set(home.facts)
    assert set(home.scenarios) <= {path.stem for path in scenarios_dir().glob("*.yaml")}
    assert shipped_scenarios()[: len(home.scenarios)] == home.scenarios


def test_a_schema_offers_what_the_tables_hold() -> None:
    assert {file: schema_of(file)["title"].rsplit(" ", 1)[1] for file in FILES} == {file: file for file in FILES}
    offered = schema_of("plan")["$defs"]["plan.target"]["properties"]["indicator"]["anyOf"][0]["enum"]
    assert offered == list(indicators())
