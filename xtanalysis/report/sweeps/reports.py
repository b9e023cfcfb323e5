"""The scenario pages of a request as a folder: what ``xtanalysis report`` does.

What looks whether anything has to run imports neither pandas nor the model.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from xtanalysis.report.sweeps.batch import Outcome, run_batch
from xtanalysis.report.sweeps.editions import Request, report_sweep
from xtanalysis.report.sweeps.sweep import Run, Sweep, plan_runs
from xtanalysis.statements.plans import load_plan
from xtanalysis.statements.readers.files import is_file
from xtanalysis.statements.request import check_request
from xtanalysis.statements.scenarios import Scenario, load_scenario
from xtanalysis.study.facts import load_facts

__all__ = ["plan_reports", "run_reports", "scenarios_of"]


def plan_reports(request: Request) -> tuple[Sweep, tuple[Run, ...]]:
    """The sweep of a request and its runs.

    Raises
    ------
    BadInput
        For all that can be known before anything runs: names, files of figures, a plan of another region, horizons.
    """
    facts, plan = load_facts(request.region, extra=request.facts), load_plan(request.plan)
    for as_of, to in request.editions:
        check_request(facts.region, plan, as_of, to, request.draws, request.seed)
    scenarios_of(request)
    sweep = report_sweep(replace(request, region=facts.region))
    return sweep, plan_runs(sweep)


def scenarios_of(request: Request) -> dict[str, Scenario]:
    """The user's own scenarios by their files, as the last edition takes them.

    Raises
    ------
    BadInput
        With every problem that they have in an edition.
    """
    plan, found = load_plan(request.plan), {}
    for name in request.scenarios:
        for as_of, to in request.editions if is_file(name) else ():
            found[name] = load_scenario(name, region=request.region, as_of=as_of, to=to, plan=plan)
    return found


def run_reports(
    sweep: Sweep,
    runs: Sequence[Run],
    out: Path,
    *,
    workers: int | None = None,
    context: Any = None,
    fresh: bool = False,
    progress: Callable[[Outcome], None] = lambda outcome: None,
) -> tuple[Outcome, ...]:
    """Bring the folder up to date; workers as many as processors unless told (``batch.run_batch``)."""
    count = min(workers or os.cpu_count() or 1, max(len(runs), 1))
    return run_batch(sweep, runs, out, workers=count, context=context, fresh=fresh, progress=progress)
