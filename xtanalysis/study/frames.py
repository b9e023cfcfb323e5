"""Answers as frames, one row a thing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xtanalysis.answers.news import News
from xtanalysis.answers.second import SecondOpinion
from xtanalysis.answers.value_of_information import Ask
from xtanalysis.data.dictionary import indicators
from xtanalysis.statements.grammar import Statement
from xtanalysis.targets.implied_base import ImpliedBase

if TYPE_CHECKING:
    from xtanalysis.study.history import Judgement

__all__ = ["benchmark_frame", "history_frame", "implied_frame", "missing_frame", "news_frame", "statement_frame"]

STATEMENT = ("id", "region", "indicator", "measure", "period", "value", "unit", "role", "calibre", "published")


def statement_frame(statements: Sequence[Statement], **further: Sequence[Any]) -> pd.DataFrame:
    """One row a statement, with further columns."""
    rows = [[str(v) if name in ("period", "published") else v for name in STATEMENT for v in (getattr(s, name),)]
            for s in statements]  # fmt: skip
    return pd.DataFrame(rows, columns=list(STATEMENT)).assign(**further)


IMPLIED = ("target", "reading", "base_indicator", "base_year", "unit")


def implied_frame(found: Sequence[ImpliedBase]) -> pd.DataFrame:
    """One row a target with 规划倒推: its base by the plan, by the evidence and by both (10, 50, 90 %), its verdict."""
    rows = [
        [each.target, each.reading, each.indicator, each.year, each.unit,
         *each.asked, *each.without, *each.given, each.probability, each.verdict]
        for each in found
    ]  # fmt: skip
    laws = [f"{law}_{end}" for law in ("plan", "evidence", "both") for end in ("low", "median", "high")]
    return pd.DataFrame(rows, columns=[*IMPLIED, *laws, "probability", "verdict"])


def missing_frame(ask: Ask) -> pd.DataFrame:
    """One row a figure to ask for, best first."""
    columns = ["indicator", "name", "measure", "year", "base", "owner", "gain"]
    rows = [
        [f.indicator, indicators()[f.indicator].zh, f.measure, f.year, f.base, f.owner, gain, *f.removed.values()]
        for f, gain in zip(ask.figures, ask.steps, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=[*columns, *ask.together] if rows else columns)
    return frame.astype({"base": "Int64"})


def news_frame(found: News, *, levels: bool) -> pd.DataFrame:
    """One row a step and quantity; start, then changes that add up to end."""
    chosen = [i for i, q in enumerate(found.quantities) if levels or q.is_target]
    steps: list[tuple[str, Statement | None, Any, Any]] = [
        ("start", None, found.start_median, found.start_probability),
        *((step.kind, step.statement, step.median, step.probability) for step in found.steps),
        ("end", None, found.end_median, found.end_probability),
    ]
    rows = [
        {
            "step": number,
            "kind": kind,
            "published": "" if s is None else str(s.published),
            "figure": "" if s is None else _said(s),
            "id": "" if s is None else s.id,
            "quantity": found.quantities[i].name,
            "unit": found.quantities[i].statement.unit,
            "median": float(median[i]),
            "probability": float(probability[i]),
        }
        for number, (kind, s, median, probability) in enumerate(steps)
        for i in chosen
    ]
    return pd.DataFrame(rows)


def _said(s: Statement) -> str:
    return f"{s.region} {indicators()[s.indicator].zh} {s.measure} {s.period}: {s.value:g} {s.unit}"


def history_frame(found: Sequence[Judgement]) -> pd.DataFrame:
    """One row a day and target."""
    told = ("target", "verdict", "probability", "probability_low", "probability_high", "median")
    rows = [
        {"day": j.day.isoformat(), **{name: getattr(j.verdict, name) for name in told}, "changed": j.changed}
        for j in found
    ]
    return pd.DataFrame(rows, columns=["day", *told, "changed"])


def benchmark_frame(joint: pd.DataFrame, opinion: SecondOpinion) -> pd.DataFrame:
    """Quantiles of both forecasts by year, side by side."""
    first = opinion.series.last + 1 if opinion.series is not None else int(joint.index[0])
    own = joint[joint.index >= first]
    if opinion.quantiles is None:
        alone = pd.DataFrame(np.nan, index=own.index, columns=own.columns)
    else:
        alone = opinion.quantiles.pivot_table(index="year", columns="quantile", values="value").reindex(own.index)
    frame = pd.concat({"joint": own, "univariate": alone}, axis=1, names=["method", "quantile"])
    frame.attrs = {**joint.attrs, "reason": opinion.reason}
    return frame
