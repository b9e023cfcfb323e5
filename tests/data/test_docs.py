"""The examples and tables of the documentation are those of the program."""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
import re
from pathlib import Path

import yaml

from xtanalysis.data.dictionary import calibres, fold, words
from xtanalysis.data.file_keys import keys_of
from xtanalysis.data.paths import dictionary_dir
from xtanalysis.statements.grammar import MEASURES
from xtanalysis.statements.published import RULES
from xtanalysis.statements.read import COLUMNS, read_statements
from xtanalysis.statements.scenarios import load_scenario

DOCS = Path(__file__).parents[2] / "docs"
DATA = (DOCS / "data.md").read_text(encoding="utf-8")
PLANS = (DOCS / "plans.md").read_text(encoding="utf-8")


def block(text: str, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found
    return found[1]


def test_the_example_row_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(block(DATA, "text"), encoding="utf-8")
    (statement,) = read_statements(path)
    assert (statement.value, statement.calibre, statement.public) == (900.0, "investment_5m_expenditure", False)


def test_the_example_scenario_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(block(PLANS, "yaml"), encoding="utf-8")
    assert len(load_scenario(path, as_of=dt.date(2021, 5, 6), to=2025).assumptions) == 5


def test_every_column_measure_and_rule_is_documented() -> None:
    for word in (*COLUMNS, *MEASURES, *RULES):
        assert re.search(rf"\b{word}\b", DATA), word


def test_the_documented_chinese_words_mean_what_the_page_says() -> None:
    (line,) = [line for line in DATA.splitlines() if line.startswith("| measure")]
    pairs = re.findall(r"(\w+) ([\u4e00-\u9fff]+)", line.split("|")[3])
    assert {word for word, _ in pairs} == set(MEASURES)
    assert {zh: words("measure")[zh] for _, zh in pairs} == {zh: word for word, zh in pairs}
    (line,) = [line for line in DATA.splitlines() if line.startswith("| role")]
    roles = re.findall(r"(\w+) ([\u4e00-\u9fff]+)", line.split("|")[3])
    assert {zh: words("role")[zh] for _, zh in roles} == {zh: word for word, zh in roles}


def test_no_word_means_two_things() -> None:
    with (dictionary_dir() / "words.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for kind in {row["kind"] for row in rows}:
        names = [
            fold(name)
            for row in rows
            if row["kind"] == kind
            for name in {row["id"], row["zh"], row["en"], *row["aliases"].split("|")} - {""}
        ]
        assert sorted(names) == sorted(set(names)), kind


def test_every_key_of_a_target_is_documented() -> None:
    for word in (*keys_of("plan.target").keys() - {"kind"}, *keys_of("plan.target")["frequency"].choices):
        assert re.search(rf"\b{word}\b", PLANS), word


def test_the_calibres_named_in_plans_and_scenarios_exist() -> None:
    for path in (Path(__file__).parents[2] / "xtanalysis" / "data").rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert yaml.safe_load(text)
        assert set(re.findall(r"calibre: (\w+)", text)) <= set(calibres())


def test_the_page_of_the_dictionary_is_that_of_the_tables() -> None:
    spec = importlib.util.spec_from_file_location("build", DOCS.parent / "scripts" / "build_dictionary_doc.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert (DOCS / "dictionary.md").read_text(encoding="utf-8") == script.document(), (
        "run python scripts/build_dictionary_doc.py"
    )
