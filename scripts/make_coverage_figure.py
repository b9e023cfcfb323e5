"""Draw the coverage of the facts before and after the search, for docs/evidence.md.

    python scripts/make_coverage_figure.py [FOLDER]

Writes coverage.zh.png and coverage.en.png (docs/figures by default); notebook 10_evidence shows the same.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

REGION = "湘潭市"
DAY = dt.date(2026, 11, 23)


def main(folder: Path) -> None:
    from xtanalysis.report.charts.fonts import set_theme
    from xtanalysis.report.evidence import coverage_figure, coverage_stages
    from xtanalysis.statements.facts import load_facts

    set_theme()
    for lang in ("zh", "en"):
        figure = coverage_figure(coverage_stages(load_facts(), REGION, DAY, lang), lang)
        figure.savefig(folder / f"coverage.{lang}.png", dpi=120, facecolor="white", metadata={"Software": None})


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/figures"))
