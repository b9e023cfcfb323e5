"""A study's pages as a folder: what ``xtanalysis.write_report`` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from xtanalysis.data.dictionary import using
from xtanalysis.data.writing import write_file
from xtanalysis.errors import BadInput, Problem, RunFailed
from xtanalysis.report.sweeps.editions import Request, report_sweep
from xtanalysis.report.sweeps.reports import run_reports
from xtanalysis.report.sweeps.sweep import plan_runs
from xtanalysis.statements.days import today
from xtanalysis.statements.read import write_statements
from xtanalysis.statements.request import DRAWS
from xtanalysis.statements.scenario_file import scenario_text
from xtanalysis.statements.scenarios import Scenario, refuse_published, shipped_scenarios
from xtanalysis.study.assumption import Assumption, ScenarioLike, scenario_of
from xtanalysis.study.projection import Projection
from xtanalysis.study.study import SEED, Study
from xtanalysis.text import Language, either, message

__all__ = ["write_report"]

OWN_FIGURES = "own-figures.csv"


def write_report(
    study: Study,
    *,
    scenarios: ScenarioLike | Projection | Sequence[ScenarioLike | Projection] = "all",
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
        One or several, each as :meth:`~xtanalysis.study.study.Study.project` takes it, or a projection of the study,
        which stands for its scenario; ``"all"`` for every shipped one. Assumptions typed in Python are written as
        YAML to ``out/scenarios``.
    lang
        ``zh``, ``en`` or both.
    out
        Folder to write; figures that were added to the study's facts are written there too, for the pages to read.
        The pages go by the study's reference tables.
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
        For unknown scenarios or languages, a projection of another region or day, an assumption about a published
        year, or a study without a plan; nothing is written then.
    RunFailed
        If a page fails; the others and the index are there, and the failed page says why.
    """
    if not len(study.plan):
        raise BadInput(
            Problem(message("a report needs a plan"), column="plan", expected=message("a plan with targets"))
        )
    languages: tuple[Language, ...] = (lang,) if isinstance(lang, str) else tuple(lang)
    if wrong := [one for one in languages if one not in ("zh", "en")]:
        raise BadInput(
            Problem(message("unknown language"), column="lang", found=", ".join(wrong), expected=either(["zh", "en"]))
        )
    with using(study.reference):
        return _write(study, scenarios, languages, Path(out), draws=draws, seed=seed, workers=workers)


def _write(
    study: Study,
    scenarios: object,
    languages: tuple[Language, ...],
    folder: Path,
    *,
    draws: int,
    seed: int,
    workers: int | None,
) -> Path:
    named, typed = _scenarios_of(study, scenarios)
    for name, text in typed.items():
        write_file(folder / "scenarios" / name, text, parents=True)
    chosen = tuple(str((folder / "scenarios" / name).resolve()) if name in typed else name for name in named)
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


def _scenarios_of(study: Study, given: object) -> tuple[list[str], dict[str, str]]:
    """Ids and files as a page takes them, and the files (name → text) that are still to be written."""
    if isinstance(given, str) and given == "all":
        return [], {}
    one = isinstance(given, str | Path | Scenario | Assumption | Projection) or not isinstance(given, Sequence)
    several: Sequence[Any] = [given] if one else list(cast(Sequence[Any], given))
    named: list[str] = []
    typed: dict[str, str] = {}
    problems: list[Problem] = []
    for item in several:
        try:
            scenario = _scenario_of(study, item)
            refuse_published(scenario, study.facts.relevant, study.as_of)
        except BadInput as error:
            problems += error.problems
            continue
        if isinstance(item, str | Path):
            named.append(str(item))
        elif scenario.id in shipped_scenarios() and scenario == _scenario_of(study, scenario.id):
            named.append(scenario.id)
        else:
            named.append(f"{scenario.id}-{len(typed) + 1}.yaml")
            typed[named[-1]] = scenario_text(replace(scenario, id=Path(named[-1]).stem))
    if problems:
        raise BadInput(problems)
    return named, typed


def _scenario_of(study: Study, given: Any) -> Scenario:
    if not isinstance(given, Projection):
        return scenario_of(given, region=study.region, as_of=study.as_of, to=study.to, plan=study.plan)
    if (given.region, given.as_of) != (study.region, study.as_of):
        found, expected = (message("{region} as of {day}", region=s.region, day=s.as_of) for s in (given, study))
        raise BadInput(
            Problem(message("the projection is another study's"), column="scenarios", found=found, expected=expected)
        )
    return given.scenario
