"""Names that a shell completes: plans, scenarios, regions, targets, indicators, with what each means beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from xtanalysis.errors import XtError

__all__ = ["indicator_names", "plan_names", "region_names", "scenario_names", "target_names"]

YAML = (".yaml", ".yml")


def plan_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of shipped plans, then YAML files."""
    from xtanalysis.data.paths import plans_dir

    return [*_begin(incomplete, ((path.stem, "") for path in _files(plans_dir()))), *_own_files(incomplete)]


def scenario_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of shipped scenarios, then YAML files."""
    from xtanalysis.data.paths import scenarios_dir

    return [*_begin(incomplete, ((path.stem, "") for path in _files(scenarios_dir()))), *_own_files(incomplete)]


def region_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Regions as published, found by their Chinese or English name or their code."""
    from xtanalysis.data.dictionary import regions

    start = incomplete.lower()
    return [
        CompletionItem(place.id, help=place.en)
        for place in regions().values()
        if not start or any(name.lower().startswith(start) for name in (place.id, place.en, place.code, *place.aliases))
    ]


def target_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of the targets of the plan that the command line names, of the region's own if it names none."""
    from xtanalysis.data.dictionary import default_region, region
    from xtanalysis.statements.plans import load_plan, plan_of

    named, place = ctx.params.get("plan"), ctx.params.get("region")
    try:
        plan = load_plan(named) if named else plan_of(region(place or default_region()).id)
    except XtError:  # a line that is still being typed
        return []
    return _begin(incomplete, ((target.id, target.zh) for target in plan.targets))


def indicator_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of indicators."""
    from xtanalysis.data.dictionary import indicators

    return _begin(incomplete, ((entry.id, entry.zh) for entry in indicators().values()))


def _begin(incomplete: str, names: Iterable[tuple[str, str]]) -> list[CompletionItem]:
    return [CompletionItem(name, help=said or None) for name, said in names if name.startswith(incomplete)]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.suffix in YAML)


def _own_files(incomplete: str) -> list[CompletionItem]:
    """YAML files and folders that the word may still become."""
    typed = Path(incomplete)
    folder = typed if incomplete.endswith("/") else typed.parent
    if not incomplete or not folder.is_dir():
        return []
    found = sorted(path for path in folder.glob("*") if path.suffix in YAML or path.is_dir())
    names = [str(path) + ("/" if path.is_dir() else "") for path in found]
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
