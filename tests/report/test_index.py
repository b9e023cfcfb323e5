"""The index: the class of each verdict, what an open one hinges on, how it moved between editions."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from xtanalysis.report.sweeps.index import write_index
from xtanalysis.report.sweeps.store import Record
from xtanalysis.targets.verdict_words import hinge_text
from xtanalysis.targets.verdicts import Verdict
from xtanalysis.text import Language

THEN = Verdict(target="industrial_investment", reading="", verdict="unlikely", basis="robust", probability=0.15,
               probability_low=0.1, probability_high=0.25, low=400.0, median=700.0, high=1200.0, value=1050.0,
               unit="100m_yuan")  # fmt: skip
NOW = Verdict(target="industrial_investment", reading="", verdict="uncertain", basis="conditional", probability=0.5,
              probability_low=0.4, probability_high=0.55, low=690.0, median=1030.0, high=1550.0, value=1050.0,
              unit="100m_yuan", hinge="industrial_investment", hinge_year=2020, hinge_unit="100m_yuan",
              hinge_threshold=583.0, hinge_low=405.0, hinge_high=790.0, hinge_kind="base")  # fmt: skip


def records(folder: Path, lang: Language) -> list[Record]:
    made = []
    for day, verdict in (("2021-05-06", THEN), ("2026-11-27", NOW)):
        name = f"湘潭市-{day}"
        (folder / "runs" / name / "projection").mkdir(parents=True)
        frame = pd.DataFrame([verdict.to_row()])
        frame.to_csv(folder / "runs" / name / "projection" / "targets.csv", index=False)
        given = {"region": "湘潭市", "scenario": "baseline", "as_of": day, "plan": "xiangtan-2021-12", "lang": lang}
        made.append(Record(name=name, parameters=given, inputs="", files={}, status="done"))
    return made


@pytest.mark.parametrize(
    ("lang", "then", "now", "moved", "place"),
    [
        ("zh", "滞后 · 难以完成", "待定 · 不确定", "2021-05-06为“难以完成”", "湘潭市 · 2026-11-27"),
        ("en", "off course · unlikely", "open · uncertain", "unlikely on 2021-05-06", "Xiangtan · 2026-11-27"),
    ],
)
def test_a_cell_has_class_hinge_and_movement(
    tmp_path: Path, lang: Language, then: str, now: str, moved: str, place: str
) -> None:
    write_index("", tmp_path, records(tmp_path, lang))
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    cells = re.findall(r'<td class="cell (\w+)" data-label="[^"]+"><b>([^<]+)</b>(.*?)</td>', page)
    assert [(mark, head) for mark, head, _ in cells] == [("bad", then), ("unsure", now)]
    lines = re.findall(r"<span>([^<]+)</span>", cells[1][2])
    assert lines == [hinge_text(NOW, lang, beside="industrial_investment"), moved]
    assert place in page
