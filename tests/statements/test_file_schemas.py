"""The schemas that editors complete from and the readers agree: one table is behind both."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from xtanalysis.cli import group
from xtanalysis.data import file_keys
from xtanalysis.data.dictionary import current, region
from xtanalysis.data.file_keys import keys_of
from xtanalysis.data.file_schema import FILES, schema_of
from xtanalysis.data.paths import plans_dir, scenarios_dir
from xtanalysis.data.tables import table_rows
from xtanalysis.data.workspace import read_workspace
from xtanalysis.errors import BadInput
from xtanalysis.report.sweeps.sweep import load_sweep
from xtanalysis.statements import grammar
from xtanalysis.statements.days import today
from xtanalysis.statements.plans import load_plan
from xtanalysis.statements.scenarios import load_scenario
from xtanalysis.statements.setup import workspace_texts
from xtanalysis.targets.schedules import BY_FREQUENCY
from xtanalysis.text import in_language

ROOT = Path(__file__).parents[2]
ROWS = table_rows(file_keys.TABLE)
SCHEMAS = {file: Draft202012Validator(schema_of(file)) for file in FILES}
SHIPPED = [
    *(("plan", path) for path in sorted(plans_dir().glob("*.yaml"))),
    *(("plan", path) for path in sorted(ROOT.glob("data/examples/*/plan.yaml"))),
    *(("scenario", path) for path in sorted(scenarios_dir().glob("*.yaml"))),
]  # fmt: skip
SWEEP = "notebook: 30_scenario_report.ipynb\nparameters: {lang: zh}\ngrid: {scenario: [baseline, downturn]}\n"
SWEEP += "include: [{scenario: plan}]\ntimeout: {cell: 600}\n"
SMALL = {"workspace": workspace_texts(region("合肥市"), today())["xtanalysis.toml"], "sweep": SWEEP}


def text_of(file: str, path: Path | None = None) -> str:
    sample = dict(SHIPPED)[file] if path is None and file not in SMALL else path
    return SMALL[file] if sample is None else sample.read_text(encoding="utf-8")


def as_json(file: str, text: str) -> Any:
    """What an editor sees: dates are texts."""
    data = tomllib.loads(text) if file == "workspace" else yaml.safe_load(text)
    return json.loads(json.dumps(data, default=str))


def read(file: str, text: str, folder: Path) -> object:
    path = folder / {"workspace": "xtanalysis.toml"}.get(file, "mine.yaml")
    path.write_text(text, encoding="utf-8")
    if file == "workspace":
        return read_workspace(folder)
    if file == "scenario":
        return load_scenario(path)
    return load_plan(path) if file == "plan" else load_sweep(path)


@pytest.mark.parametrize("file", FILES)
def test_a_schema_is_one_and_every_example_in_it_fits(file: str) -> None:
    schema = schema_of(file)
    Draft202012Validator.check_schema(schema)
    for part in (schema, *schema["$defs"].values()):
        for name, of_key in part["properties"].items():
            for example in of_key.get("examples", ()):
                faults = list(Draft202012Validator({**of_key, "$defs": schema["$defs"]}).iter_errors(example))
                assert not faults, (name, faults)


@pytest.mark.parametrize(
    ("file", "path"), SHIPPED, ids=lambda p: p if isinstance(p, str) else f"{p.parent.name}/{p.name}"
)
def test_every_shipped_file_fits(file: str, path: Path) -> None:
    assert not list(SCHEMAS[file].iter_errors(as_json(file, text_of(file, path))))


@pytest.mark.parametrize(
    ("page", "file"), [("howto/sweep.md", "sweep"), ("howto/scenario.md", "scenario"), ("plans.md", "scenario")]
)
def test_what_the_docs_show_fits(page: str, file: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    shown = re.findall(r"(?:```yaml|%%writefile \S+\.yaml)\n(.*?)```", text, re.DOTALL)
    assert shown
    for block in shown:
        assert not list(SCHEMAS[file].iter_errors(as_json(file, block)))


@pytest.mark.parametrize("file", ["workspace", "sweep"])
def test_what_init_writes_fits(file: str, tmp_path: Path) -> None:
    assert not list(SCHEMAS[file].iter_errors(as_json(file, SMALL[file])))
    assert read(file, SMALL[file], tmp_path)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("plan", "\nnumber: ", "\nnr: "),
        ("plan", "date: 2021-05-06", "date: in May"),
        ("plan", "relation: at_least", "relation: over"),
        ("plan", "measure: level", "measure: total"),
        ("plan", "frequency: by_deadline", "frequency: yearly"),
        ("plan", "value: 1050", 'value: "1050"'),
        ("plan", "deadline: 2025", "deadline: soon"),
        ("plan", "\nschema: 1\n", "\nschema: 2\n"),
        ("plan", "title:\n  zh: ", "title:\n  cn: "),
        ("plan", "\ntargets:", "\ntarget:"),
        ("scenario", "each: origin+1/origin+2", "each: next"),
        ("scenario", "each: origin+1/origin+2", "each: origin+1/to\n    period: 2024"),
        ("scenario", "    each: origin+1/origin+2\n", ""),
        ("scenario", "value: -10.3", "value: down"),
        ("scenario", "versus: baseline", "versus: plan"),
        ("scenario", "reading: intervention", "reading: hope"),
        ("scenario", "counterfactual: false", "counterfactual: maybe"),
        ("scenario", "id: downturn\n", ""),
        ("scenario", "update: none", "updates: none"),
        ("sweep", "notebook: 30_scenario_report.ipynb\n", ""),
        ("sweep", "grid:", "gird:"),
        ("sweep", "[baseline, downturn]", "baseline"),
        ("sweep", "[{scenario: plan}]", "[plan]"),
        ("sweep", "cell: 600", "cell: -1"),
        ("workspace", "schema = 1", "schema = 2"),
        ("workspace", 'region = "合肥市"', "region = 1"),
        ("workspace", 'region = "合肥市"\n', ""),
        ("workspace", 'scenarios = ["scenarios/*.yaml"]', 'scenarios = "scenarios/*.yaml"'),
        ("workspace", 'out = "reports"', 'output = "reports"'),
    ],
)
def test_a_fault_is_refused_by_reader_and_schema(file: str, old: str, new: str, tmp_path: Path) -> None:
    text = {"scenario": (scenarios_dir() / "downturn.yaml").read_text(encoding="utf-8")}.get(file) or text_of(
        file, plans_dir() / "xiangtan-2021-12.yaml" if file == "plan" else None
    )
    if file == "plan":
        text = "\nschema: 1\n" + text
    assert old in text
    assert list(SCHEMAS[file].iter_errors(as_json(file, text))) == []
    faulty = text.replace(old, new)
    assert list(SCHEMAS[file].iter_errors(as_json(file, faulty)))
    with pytest.raises(BadInput) as caught:
        read(file, faulty, tmp_path)
    for problem in caught.value.problems:
        chinese = in_language(problem.what, "zh")
        assert re.search(r"[一-鿿]", chinese), problem
        assert problem.column


def test_every_key_is_explained_in_both_languages() -> None:
    assert {row["part"].split(".")[0] for row in ROWS} == {*FILES, "zh_en", "said"}
    for row in ROWS:
        assert row["en"], row
        assert re.search(r"[一-鿿]", row["zh"]), row
        assert row["type"] in {*file_keys.WRONG, *file_keys.TEXTS, "said", "amount"}, row
        assert row["needed"] in {"", "yes", "one", "either"}, row
        if row["type"] in ("part", "parts", "named", "said"):
            assert keys_of(row["of"]), row


def test_the_words_of_files_are_those_of_the_grammar() -> None:
    of_dictionary: Mapping[str, set[str]] = {
        kind: set(current().words[kind].values()) for kind in ("measure", "relation", "condition", "reading", "versus")
    }
    assert of_dictionary == {
        "measure": set(grammar.MEASURES), "relation": set(grammar.RELATIONS),
        "condition": set(get_args(grammar.Condition)), "reading": set(grammar.READINGS),
        "versus": set(get_args(grammar.Versus)),
    }  # fmt: skip
    often = keys_of("plan.target")["frequency"].choices
    assert often == keys_of("plan.set")["frequency"].choices
    assert set(BY_FREQUENCY) == {*often} - {"by_deadline"}
    assert keys_of("scenario")["update"].choices == get_args(grammar.Update)


def test_a_plan_may_speak_chinese(tmp_path: Path) -> None:
    text = (plans_dir() / "example-zhuzhou.yaml").read_text(encoding="utf-8")
    spoken = text.replace("relation: at_least", "relation: 不低于").replace("measure: level", "measure: 水平")
    assert spoken != text
    assert not list(SCHEMAS["plan"].iter_errors(as_json("plan", spoken)))
    (tmp_path / "mine.yaml").write_text(spoken, encoding="utf-8")
    assert load_plan(tmp_path / "mine.yaml").targets == load_plan("example-zhuzhou").targets


def test_the_command_prints_or_writes_a_schema(tmp_path: Path) -> None:
    printed = CliRunner().invoke(group, ["schema", "plan"], prog_name="xtanalysis")
    assert json.loads(printed.output) == schema_of("plan")
    out = tmp_path / "plan.schema.json"
    assert CliRunner().invoke(group, ["schema", "plan", "--out", str(out)], prog_name="xtanalysis").exit_code == 0
    assert json.loads(out.read_text(encoding="utf-8")) == schema_of("plan")
