"""The scenario pages as a folder: what ``xtanalysis report`` and ``xtanalysis.write_report`` do."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from xtanalysis.answers.project import DRAWS
from xtanalysis.errors import BadInput, Problem, RunFailed
from xtanalysis.report.charts.fonts import Language
from xtanalysis.report.sweeps.batch import Outcome, run_batch
from xtanalysis.report.sweeps.editions import Request, report_sweep
from xtanalysis.report.sweeps.sweep import Run, Sweep, plan_runs
from xtanalysis.statements.days import today
from xtanalysis.statements.read import write_statements
from xtanalysis.study.facts import load_facts
from xtanalysis.study.study import SEED, Study

__all__ = ["plan_reports", "run_reports", "write_report"]

OWN_FIGURES = "own-figures.csv"


def plan_reports(request: Request) -> tuple[Sweep, tuple[Run, ...]]:
    """The sweep of a request and its runs.

    Raises
    ------
    BadInput
        For all that can be known before anything runs: names, files of figures, a plan of another region, horizons.
    """
    facts = load_facts(request.region, extra=request.facts)
    for as_of, to in request.editions:
        Study(facts.on(as_of), request.plan, to)  # fitted by nobody: it refuses what does not fit together
    sweep = report_sweep(replace(request, region=facts.region))
    return sweep, plan_runs(sweep)


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


def write_report(
    study: Study,
    *,
    scenarios: Sequence[str | Path] | str = "all",
    lang: Sequence[Language] | Language = "zh",
    out: Path | str = "reports",
    draws: int = DRAWS,
    seed: int = SEED,
    workers: int | None = None,
) -> Path:
    """Write a study's pages, one a scenario and language, with an index; what has not changed is kept.

    Parameters
    ----------
    scenarios
        Ids of shipped ones or YAML files; ``"all"`` for every shipped one.
    lang
        ``zh``, ``en`` or both.
    out
        Folder to write; figures that were added to the study's facts are written there too, for the pages to read.
    draws
        Paths of each page.
    workers
        Pages at once; as many as processors unless told.

    Returns
    -------
    The index page.

    Raises
    ------
    BadInput
        For unknown scenarios or languages, or a study without a plan; nothing is written then.
    RunFailed
        If a page fails; the others and the index are there, and the failed page says why.
    """
    if not len(study.plan):
        raise BadInput(Problem("a report needs a plan", column="plan", expected="a plan with targets"))
    languages: tuple[Language, ...] = (lang,) if isinstance(lang, str) else tuple(lang)
    if wrong := [one for one in languages if one not in ("zh", "en")]:
        raise BadInput(Problem("unknown language", column="lang", found=", ".join(wrong), expected="zh or en"))
    chosen = () if scenarios == "all" else (scenarios,) if isinstance(scenarios, str) else tuple(map(str, scenarios))
    folder = Path(out)
    own = folder.resolve() / OWN_FIGURES
    request = Request(
        region=study.region,
        plan=study.plan.file,
        scenarios=chosen,
        as_of=study.as_of,
        to=study.to,
        languages=languages,
        facts=(own,) if study.facts.added else (),
        draws=draws,
        seed=seed,
        today=today(),
    )
    sweep = report_sweep(request)
    runs = plan_runs(sweep)
    if study.facts.added:
        folder.mkdir(parents=True, exist_ok=True)
        write_statements(study.facts.added, own)
    outcomes = run_reports(sweep, runs, folder, workers=workers)
    if failed := [o.record for o in outcomes if o.how == "failed"]:
        raise RunFailed("\n".join(f"{r.name}: {r.error}: {r.cause[:200]}" for r in failed))
    return folder / "index.html"
