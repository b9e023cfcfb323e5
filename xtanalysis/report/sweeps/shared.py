"""What runs of one region and day share: the posterior, how the figures stand, and some figures and tables."""

from __future__ import annotations

import ast
import contextlib
import gc
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from xtanalysis.data.dictionary import by_one_table
from xtanalysis.errors import XtError
from xtanalysis.report.sweeps.parameters import Parameter, read_notebook, read_parameters

__all__ = ["group_of", "prepare"]

# A projection depends on these parameters of a notebook (docs/contract.md) and on the scenario; on the language not.
_DECIDING = ("region", "plan", "as_of", "to", "draws", "seed", "facts")

# What is the same on the page of every scenario.
_SAME = ("compare_scenarios", "draw_evidence", "part_year")
# What shows the baseline's figures also on the page of a scenario that leaves an indicator alone.
_OFTEN_SAME = ("draw_targets", "draw_trajectories")

_SHOWN = re.compile(r"(desk|figures)\.(\w+)\(view((?:, .*)?)\)")


def group_of(known: Mapping[str, Parameter], given: Mapping[str, Any]) -> str:
    """Return a key that runs with the same posterior share; empty for a notebook without these parameters."""
    if not {*_DECIDING, "scenario"} <= set(known):
        return ""
    deciding = {name: given.get(name, known[name].default) for name in _DECIDING}
    return json.dumps(deciding, ensure_ascii=False, sort_keys=True)


@by_one_table
def prepare(notebook: Path | str, runs: Sequence[Mapping[str, Any]]) -> None:
    """Project and draw in this process what all runs of a group need, which then find it done; the last one's goes."""
    notebook = Path(notebook)
    known, given = read_parameters(notebook), runs[0]
    if not group_of(known, given):
        return
    with _mistakes_left():
        from xtanalysis.answers.store import quantile_table, run_record
        from xtanalysis.report import desk, figures
        from xtanalysis.report.charts.fonts import set_theme
        from xtanalysis.report.prepared import kept
        from xtanalysis.report.view import make_view

        values = {name: given.get(name, known[name].default) for name in _DECIDING}
        defaults = {name: parameter.default for name, parameter in known.items()}
        pages = [{**defaults, **run} for run in runs] if "lang" in known else []
        languages = {page["lang"] for page in pages}
        of_baseline = {page["lang"] for page in pages if page["scenario"] == "baseline"}
        with kept():
            gc.collect()  # of the last group's
            view = make_view(scenario="baseline", lang="zh", **values)
            quantile_table(view.projection)  # the other scenarios take the years behind them from it
            run_record(view.projection)  # and how exact the draws are
            view.projection.judged  # noqa: B018  # and the posteriors under other priors
            view.rows  # noqa: B018
            set_theme()
            for room, name, arguments in _shown_by(notebook):
                for lang in languages if name in _SAME else of_baseline if name in _OFTEN_SAME else ():
                    getattr({"desk": desk, "figures": figures}[room], name)(replace(view, lang=lang), *arguments)


def _mistakes_left() -> contextlib.AbstractContextManager[None]:
    """Leave what is wrong with the parameters to the notebook, which says it on its page."""
    return contextlib.suppress(XtError, ValueError, TypeError, LookupError)


def _shown_by(notebook: Path) -> Iterator[tuple[str, str, list[Any]]]:
    """Yield room, name and further arguments of each cell that is ``figures.<name>(view, …)`` and nothing else."""
    for cell in read_notebook(notebook)["cells"]:
        match = _SHOWN.fullmatch("".join(cell["source"]).strip()) if cell["cell_type"] == "code" else None
        if match:
            with contextlib.suppress(ValueError, SyntaxError):  # what is no literal is only known in the notebook
                yield match[1], match[2], list(ast.literal_eval(f"[{match[3].removeprefix(', ')}]"))
