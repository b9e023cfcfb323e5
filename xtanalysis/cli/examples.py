"""The examples under each command's help; a test holds them to the options that there are."""

from __future__ import annotations

__all__ = ["EXAMPLES", "epilog"]

EXAMPLES: dict[str, tuple[str, ...]] = {
    "init": ("xtanalysis init 合肥市", "xtanalysis init Zhuzhou --out cities/zhuzhou --lang en"),
    "check": ("xtanalysis check mine.xlsx --show", "xtanalysis check facts --region 湘潭"),
    "list": ("xtanalysis list scenarios", "xtanalysis list indicators --lang en", "xtanalysis list regions --json"),
    "schema": ("xtanalysis schema plan --out plan.schema.json", "xtanalysis schema scenario"),
    "targets": ("xtanalysis targets", "xtanalysis targets --plan plan.yaml --json"),
    "project": (
        "xtanalysis project --out out/baseline",
        "xtanalysis project --region 湘潭 --scenario downturn --reading intervention --out out/downturn",
        "xtanalysis project --as-of 2021-05-06 --facts mine.xlsx --explain value_added_growth --out out/2021",
    ),
    "report": ("xtanalysis report", "xtanalysis report --scenario own.yaml --facts mine.xlsx --lang zh --lang en"),
    "batch": ("xtanalysis batch sweep.yaml --out reports --dry-run", "xtanalysis batch sweep.yaml --out reports"),
    "explore": ("xtanalysis explore", "xtanalysis explore --scenario downturn --facts mine.xlsx --as-of 2021-05-06"),
    "notebooks": ("xtanalysis notebooks --out my-notebooks", "xtanalysis notebooks --out . --only 00 --only 80"),
    "forecast": ("xtanalysis forecast series.csv --horizon 6 --out forecast.csv",),
    "backtest": ("xtanalysis backtest --quick --out out/look", "xtanalysis backtest --workers 2 --out out/replay"),
    "scorecard": ("xtanalysis scorecard --quarter 2026Q1 --pages --out out/scorecard",),
    "decompose": ("xtanalysis decompose energy.csv --out effects.csv",),
}


def epilog(name: str) -> str | None:
    """The examples of a command as click shows them below its options, unwrapped."""
    lines = EXAMPLES.get(name)
    return None if lines is None else "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])
