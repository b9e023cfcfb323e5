"""The index: the class of each verdict, what an open one hinges on, how it moved between editions."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from xtanalysis.report.sweeps.index import write_index
from xtanalysis.report.sweeps.store import Record
from xtanalysis.targets.verdicts import Verdict
from xtanalysis.text import Language

THEN = Verdict(target="industrial_investment", reading="", verdict="unlikely", basis="robust", probability=0.15,
               probability_low=0.1, probability_high=0.25, low=400.0, median=700.0, high=1200.0, value=1050.0,
               unit="100m_yuan")  # fmt: skip
NOW = Verdict(target="industrial_investment", reading="", verdict="uncertain", basis="conditional", probability=0.5,
              probability_low=0.4, probability_high=0.55, low=690.0, median=1030.0, high=1550.0, value=1050.0,
              unit="100m_yuan", hinge="industrial_investment", hinge_year=2020, hinge_unit="100m_yuan",
              hinge_threshold=583.0, hinge_low=405.0, hinge_high=790.0, hinge_kind="base")  # fmt: skip

NONE_NEW = {
    "zh": "，自身无后续新数，系周边数据和年份推移",
    "en": ", no later figure of its own, by those around it and the turn of the year",
}
NEW = {"zh": "，新数到2025年1—9月", "en": ", new figures up to January–September 2025"}


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
        (
            "zh", ("滞后", "难以完成（15%，10%—25%）"), ("待定 ↑", "2020年数临界583亿元"),
            "自2021-05-06以来：工业固定资产投资由“难以完成”到“不确定”{reason}。", "湘潭市 · 2026-11-27",
        ),
        (
            "en", ("off course", "unlikely (15%, 10%–25%)"), ("open ↑", "2020 figure turns at 58.3 billion yuan"),
            "Since 2021-05-06: Industrial fixed-asset investment unlikely → uncertain{reason}.",
            "Xiangtan · 2026-11-27",
        ),
    ],
)  # fmt: skip
def test_a_cell_has_class_and_hinge_and_the_edition_its_movement_with_a_reason(
    tmp_path: Path, lang: Language, then: tuple[str, str], now: tuple[str, str], moved: str, place: str
) -> None:
    made = records(tmp_path, lang)
    write_index("", tmp_path, made)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    cells = re.findall(r'<td class="cell (\w+)" data-label="[^"]+"><b>([^<]+)</b> <span>([^<]+)</span></td>', page)
    assert cells == [("bad", *then), ("unsure", *now)]
    assert place in page
    assert moved.format(reason="") in page
    for then_newest, now_newest, reason in (("2019", "2019", NONE_NEW), ("2019", "2025-01/2025-09", NEW)):
        for record, newest in zip(made, (then_newest, now_newest), strict=True):
            path = tmp_path / "runs" / record.name / "projection" / "run.json"
            path.write_text(json.dumps({"newest": {"industrial_investment": newest}}), encoding="utf-8")
        write_index("", tmp_path, made)
        assert moved.format(reason=reason[lang]) in (tmp_path / "index.html").read_text(encoding="utf-8")
