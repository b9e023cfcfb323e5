"""Reports as a folder: the days of the movement run beside the pages, and what is there is not made again."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from docx import Document
from docx.oxml.ns import qn

from xtanalysis.errors import BadInput
from xtanalysis.report.sweeps import batch
from xtanalysis.report.sweeps.editions import Request, movement_table
from xtanalysis.report.sweeps.reports import plan_reports, run_reports
from xtanalysis.report.sweeps.study_report import OWN_FIGURES, write_report
from xtanalysis.report.word import write_words
from xtanalysis.statements.plans import default_days, load_plan
from xtanalysis.study.assumption import Assumption
from xtanalysis.study.facts import load_facts
from xtanalysis.study.history import judgement_history
from xtanalysis.study.study import Study

TODAY = dt.date(2022, 1, 20)  # after the plan's day and one end of a year: three days of a history
REQUEST = Request(
    region="湘潭市", plan="xiangtan-2021-12", scenarios=("baseline",), as_of=None, to=None, languages=("zh",), facts=(),
    draws=200, seed=8, today=TODAY,
)  # fmt: skip


def test_both_editions_look_to_the_end_of_a_plan_that_runs() -> None:
    running = dataclasses.replace(REQUEST, today=dt.date(2023, 5, 6))
    assert [to for _, to in running.editions] == [2025, 2025]
    assert [to for _, to in dataclasses.replace(running, as_of=running.today).editions] == [2025]
    over = dataclasses.replace(REQUEST, today=dt.date(2026, 11, 27))
    assert [to for _, to in over.editions] == [2025, 2030]


@pytest.mark.slow
def test_the_movement_runs_beside_the_pages_and_nothing_is_made_twice(
    tmp_path: Path, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep, runs = plan_reports(REQUEST)
    first = run_reports(sweep, runs, tmp_path, context=server)
    assert [o.how for o in first] == ["done", "done"]
    days = default_days(load_plan(), TODAY)
    assert sorted(p.name for p in (tmp_path / "history").iterdir()) == [day.isoformat() for day in days]
    ends = dict.fromkeys(days, 2025) | dict(REQUEST.editions)
    facts = load_facts("湘潭市", as_of=TODAY)
    told = [j for day in days for j in judgement_history(facts, load_plan(), [day], to=ends[day], draws=200)]
    assert movement_table(told, load_plan(), "zh").to_html() in (tmp_path / "index.html").read_text(encoding="utf-8")

    def never(*args: Any) -> Any:
        raise AssertionError("a server was started although nothing has to run")

    monkeypatch.setattr(batch, "start_server", never)
    written = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.suffix in (".html", ".xlsx", ".json")}
    written.pop(tmp_path / "manifest.json")
    assert [o.how for o in run_reports(sweep, runs, tmp_path)] == ["cached", "cached"]
    assert {p: p.stat().st_mtime_ns for p in written} == written
    # An index that somebody changed is written anew.
    page = (tmp_path / "index.html").read_bytes()
    (tmp_path / "index.html").write_bytes(b"")
    run_reports(sweep, runs, tmp_path)
    assert (tmp_path / "index.html").read_bytes() == page


@pytest.mark.slow
def test_a_study_writes_its_own_pages_with_the_figures_added_to_it(tmp_path: Path) -> None:
    own = {"region": "湘潭", "indicator": "工业投资", "measure": "水平", "period": "2020", "value": 715, "unit": "亿元"}
    study = Study(load_facts("湘潭", as_of="2021-05-06").add(own))
    typed = Assumption("工业投资", growth=3, years="2022-2025", because="订单回落")
    slump = study.project("downturn", reading="observation", draws=200)
    page = write_report(study, scenarios=[typed, slump], lang="en", out=tmp_path / "out", draws=200)
    assert page.is_file()
    assert (tmp_path / "out" / OWN_FIGURES).is_file()
    names = ("湘潭市-2021-05-06-own-1-en", "湘潭市-2021-05-06-downturn-2-en")
    first, second = ((tmp_path / "out" / "runs" / name / "report.html").read_text(encoding="utf-8") for name in names)
    assert "71.5 billion yuan" in first
    assert typed.title("en") in first
    assert slump.scenario.en in second
    # The page's numbers are those that the study itself gives.
    written = pd.read_csv(tmp_path / "out" / "runs" / names[0] / "projection" / "targets.csv")
    own_row = written[written["target"] == "value_added_growth"].iloc[0]
    asked = study.project(typed, draws=200).targets
    assert own_row["median"] == pytest.approx(
        asked[asked["target"] == "value_added_growth"].iloc[0]["median"], rel=1e-9
    )
    write_words(tmp_path / "out", names[:1])
    document = Document(str(tmp_path / "out" / "word" / f"{names[0]}.docx"))
    assert "71.5 billion yuan" in "".join(part.text or "" for part in document.element.body.iter(qn("w:t")))
    assert len(document.inline_shapes) == len(list((tmp_path / "out" / "runs" / names[0] / "figures").iterdir()))


def test_what_cannot_be_reported_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    study = Study(load_facts("湘潭", as_of="2021-05-06"))
    out = tmp_path / "out"
    with pytest.raises(BadInput, match="zh or en"):
        write_report(study, lang="fr", out=out)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="no such scenario"):
        write_report(study, scenarios=["moon"], out=out)
    with pytest.raises(BadInput, match="that year is over"):
        write_report(study, scenarios=Assumption("工业投资", growth=3, years=2020), out=out)
    other = Study(study.facts.on("2020-05-06")).project(draws=100)
    with pytest.raises(BadInput, match="another study's"):
        write_report(study, scenarios=[other], out=out)
    with pytest.raises(BadInput, match="needs a plan"):
        write_report(Study(load_facts("株洲", as_of="2021-05-06")), out=out)
    with pytest.raises(BadInput, match="another region"):
        plan_reports(dataclasses.replace(REQUEST, region="株洲"))
    assert not out.exists()
