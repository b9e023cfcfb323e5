"""A sweep file: one notebook, a grid of parameters, and the plan of runs that it stands for, checked first."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Formatter
from typing import Any

from xtanalysis.data import dictionary
from xtanalysis.data.file_keys import FILE_NAMES
from xtanalysis.data.paths import notebooks_dir, plans_dir, scenarios_dir
from xtanalysis.data.writing import file_name
from xtanalysis.errors import BadInput, Problem
from xtanalysis.report.sweeps.parameters import Parameter, check_parameters, problems_with, read_parameters
from xtanalysis.statements.days import today
from xtanalysis.statements.plans import load_plan
from xtanalysis.statements.readers.files import is_file
from xtanalysis.statements.yamlfile import load_yaml
from xtanalysis.text import message

__all__ = ["Run", "Sweep", "load_sweep", "plan_runs"]

_UNSAFE = re.compile(r"[^\w.+-]+")
LONGEST_NAME = 120  # bytes of a run's folder
LONGEST_SPEC = 20  # characters of a format in a pattern


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a sweep.

    Attributes
    ----------
    name
        Of its folder.
    parameters
        All that it is given.
    told
        The path of a file among them → the name by which records and pages tell it: as the sweep writes it, or the
        file's name alone, so that they are the same wherever the sweep lies.
    """

    name: str
    parameters: Mapping[str, Any]
    told: Mapping[str, str] = field(default_factory=dict)

    @property
    def recorded(self) -> dict[str, Any]:
        """The parameters as records tell them."""
        return {name: _told(value, self.told) for name, value in self.parameters.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """A sweep as written.

    Attributes
    ----------
    path, notebook
        The file itself and the notebook that it runs.
    parameters
        The same for every run.
    grid
        Parameter to its values; every combination is a run.
    include, exclude
        Further runs on top of ``parameters``; combinations left out (those that agree with all of one's keys).
    name
        Pattern of a run's name, e.g. ``{region}-{scenario}``; where empty, from what differs between runs.
    title
        Of the index page, by language or one text.
    beside
        Computations that go with the runs and have no page of their own: the days of a history (``job.perform``).
    front
        HTML that the index page opens with, before the cards, from the files of what ran beside.
    cell_timeout, run_timeout
        Seconds, ``None`` for no limit.
    """

    path: Path
    notebook: Path
    parameters: Mapping[str, Any]
    grid: Mapping[str, Sequence[Any]]
    include: Sequence[Mapping[str, Any]] = ()
    exclude: Sequence[Mapping[str, Any]] = ()
    name: str = ""
    title: str = ""
    beside: Sequence[Run] = ()
    front: Callable[[Sequence[Path]], str] = lambda files: ""
    cell_timeout: float | None = None
    run_timeout: float | None = None


def load_sweep(path: Path) -> Sweep:
    """Read a sweep file (YAML).

    Raises
    ------
    BadInput
        If it cannot be read or a part of it has the wrong shape; every problem is listed.
    """
    top = load_yaml(path, "sweep")
    told = top.read()
    notebook = _find_notebook(told["notebook"], path)
    if not is_file(notebook):
        names = ", ".join(p.name for p in sorted(notebooks_dir().glob("*.ipynb")))
        expected = message("a file beside the sweep or one of {names}", names=names)
        top.wrong("notebook", message("there is no such notebook"), notebook.name, expected)
    if top.problems:
        raise BadInput(top.problems)
    shape = {key: told[key] for key in ("parameters", "grid", "include", "exclude", "name", "title")}
    timeout = told["timeout"]
    return Sweep(
        path=path, notebook=notebook, cell_timeout=timeout.get("cell"), run_timeout=timeout.get("run"), **shape
    )


def plan_runs(sweep: Sweep) -> tuple[Run, ...]:
    """Expand and check a sweep.

    Raises
    ------
    BadInput
        With all of: unknown parameters, wrong types, unknown regions, scenarios or plans, and names that clash.
    """
    known = read_parameters(sweep.notebook)
    combinations = itertools.product(*sweep.grid.values())
    gridded = [dict(zip(sweep.grid, values, strict=True)) for values in combinations] if sweep.grid else []
    chosen = [c for c in gridded if not any(_agrees(c, e) for e in sweep.exclude)] + [dict(i) for i in sweep.include]
    if not chosen:
        raise BadInput(
            Problem(
                message("leaves no run"), file=str(sweep.path), fix=message("Fill `grid` or `include`, or exclude less")
            )
        )
    problems: dict[str, Problem] = {}
    telling = [key for key in dict.fromkeys(k for c in chosen for k in c) if len({str(c.get(key)) for c in chosen}) > 1]
    runs = []
    for combination in chosen:
        given, told = _ready({**sweep.parameters, **combination}, known, sweep.path.parent)
        for problem in (
            *problems_with(known, given, sweep.notebook.name),
            *_meaning_problems(given, sweep.path, known),
        ):
            problems[str(problem)] = problem
        runs.append(Run(_name(sweep, {k: combination[k] for k in telling if k in combination}, given), given, told))
    for problem in (*_exclude_problems(sweep, gridded), *_clashes(runs, sweep.path)):
        problems[str(problem)] = problem
    if problems:
        raise BadInput(problems.values())
    return tuple(replace(run, parameters=check_parameters(sweep.notebook, run.parameters)) for run in runs)


def _find_notebook(name: str, sweep: Path) -> Path:
    """Return the notebook beside the sweep, else the shipped one of that name."""
    beside = sweep.parent / name
    return beside if is_file(beside) or not name else notebooks_dir() / name


def _agrees(combination: Mapping[str, Any], pattern: Mapping[str, Any]) -> bool:
    return all(str(combination.get(key)) == str(value) for key, value in pattern.items())


def _ready(
    given: dict[str, Any], known: Mapping[str, Parameter], folder: Path
) -> tuple[dict[str, Any], dict[str, str]]:
    """Dates as text, and files named relative to the sweep as absolute paths: a run works in a folder of its own.

    The second part is what these are told as.
    """
    ready: dict[str, Any] = {}
    told: dict[str, str] = {}
    for name, value in given.items():
        value = value.isoformat() if hasattr(value, "isoformat") else value
        if name in known:
            value = [_whole(v, folder, told) for v in value] if isinstance(value, list) else _whole(value, folder, told)
        ready[str(name)] = value
    if "as_of" in known and not ready.get("as_of", known["as_of"].default):
        ready["as_of"] = today().isoformat()  # named, so that tomorrow's run is another one
    return ready, told


def _whole(value: Any, folder: Path, told: dict[str, str]) -> Any:
    """The absolute path of a file that lies beside the sweep, noted with what it is told as; anything else as it is."""
    if not (isinstance(value, str) and Path(value).suffix and is_file(folder / value)):
        return value
    whole = str((folder / value).resolve())
    told[whole] = Path(value).name if Path(value).is_absolute() else Path(value).as_posix()
    return whole


def _told(value: Any, told: Mapping[str, str]) -> Any:
    """A value with the names for its files."""
    if isinstance(value, list | tuple):
        return [_told(item, told) for item in value]
    return told.get(value, value) if isinstance(value, str) else value


def _meaning_problems(given: Mapping[str, Any], path: Path, known: Mapping[str, Parameter]) -> list[Problem]:
    """Check the words that the package itself knows: regions, scenarios and plans."""
    problems = []
    if isinstance(given.get("region"), str):
        try:
            dictionary.region(given["region"])
        except BadInput as error:
            problems += [replace(p, file=str(path), column="region") for p in error.problems]
    for name, folder in (("scenario", scenarios_dir()), ("plan", plans_dir())):
        value = given.get(name)
        if isinstance(value, str) and value and not is_file(value) and not is_file(folder / f"{value}.yaml"):
            there = sorted(p.stem for p in folder.glob("*.yaml"))
            what = message("no such {what}", what=FILE_NAMES[name])
            expected = message("{names}, or the path of a .yaml file", names=", ".join(there))
            problems.append(Problem(what, str(path), column=name, found=value, expected=expected))
    place, name = (given.get(n, known[n].default if n in known else None) for n in ("region", "plan"))
    return problems or list(_foreign_plan(place, name, path))


def _foreign_plan(place: object, name: object, path: Path) -> Iterator[Problem]:
    """Yield what is wrong where a run's plan is another region's; a plan that cannot be read is left to the run."""
    if not (isinstance(place, str) and isinstance(name, str) and name):
        return
    with suppress(BadInput):
        region, plan = dictionary.region(place).id, load_plan(name)
        if plan.region != region:
            found = message("{plan} of {region}", plan=plan.id, region=plan.region)
            what, expected = message("the plan is another region's"), message("a plan of {region}", region=region)
            yield Problem(what, str(path), column="plan", found=found, expected=expected)


def _exclude_problems(sweep: Sweep, gridded: Sequence[Mapping[str, Any]]) -> list[Problem]:
    return [
        Problem(
            message("excludes nothing"),
            str(sweep.path),
            column="exclude",
            found=str(dict(pattern)),
            fix=message("Check its values"),
        )
        for pattern in sweep.exclude
        if not any(_agrees(c, pattern) for c in gridded)
    ]


def _name(sweep: Sweep, combination: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """A run's folder: a file counts by its stem, what no folder can be called by a hash."""
    if sweep.name:
        try:
            text = filled(sweep.name, {key: _stem(value) for key, value in given.items()})
        except ValueError as error:
            what = message("the pattern cannot be filled: {error}", error=error)
            expected = message("text and {examples}", examples="{parameter}, {as_of:%Y-%m}, {draws:05d}")
            raise BadInput(Problem(what, str(sweep.path), None, "name", sweep.name[:200], expected)) from error
    else:
        text = "-".join(str(_stem(value)) for value in combination.values())
    name = _UNSAFE.sub("_", text).strip("._")
    if not name:
        return f"run-{hashlib.sha256(text.encode()).hexdigest()[:8]}" if text else "run"
    return file_name(name, LONGEST_NAME)


def _stem(value: Any) -> Any:
    return Path(value).stem if isinstance(value, str) and Path(value).suffix and is_file(value) else value


def filled(pattern: str, values: Mapping[str, Any]) -> str:
    """A pattern such as ``{region}-{as_of:%Y-%m}`` with its values; a text that is a day is formatted as one.

    Raises
    ------
    ValueError
        If the pattern is not well formed, needs what is not there, or asks for more than a name.
    """
    parts = []
    for literal, name, spec, conversion in Formatter().parse(pattern):
        parts.append(literal)
        if name is None:
            continue
        if name not in values:
            raise ValueError(f"it needs {name!r}, which this run does not set")
        if conversion or "{" in (spec or "") or len(spec or "") > LONGEST_SPEC or re.search(r"\d{3}", spec or ""):
            raise ValueError(f"{spec or conversion!r} is no format of a name")
        parts.append(_formatted(values[name], spec or ""))
    return "".join(parts)


def _formatted(value: Any, spec: str) -> str:
    if "%" in spec and isinstance(value, str):
        value = dt.date.fromisoformat(value)
    try:
        return format(value, spec) if spec else str(value)
    except TypeError as error:
        raise ValueError(str(error)) from error


def _clashes(runs: Sequence[Run], path: Path) -> list[Problem]:
    """Two runs must not share a folder, on file systems that fold case either."""
    by_name: dict[str, list[Run]] = {}
    for run in runs:
        by_name.setdefault(run.name.casefold(), []).append(run)
    fix = message("Put every parameter that differs into `name`, or drop the double")
    return [
        Problem(
            message("{count} runs would write to one folder", count=len(same)),
            str(path),
            column="name",
            found=same[0].name,
            fix=fix,
        )
        for same in by_name.values()
        if len(same) > 1
    ]
