"""The explorer as widgets, in JupyterLab and as a page of its own under Voilà."""

from __future__ import annotations

import asyncio
import base64
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd

from xtanalysis.data.dictionary import default_region
from xtanalysis.data.paths import scenarios_dir
from xtanalysis.data.shown import shown, shown_names
from xtanalysis.data.workspace import find_workspace, read_workspace
from xtanalysis.data.writing import write_file
from xtanalysis.errors import XtError
from xtanalysis.report.exploring.address import asked_in_address
from xtanalysis.report.exploring.chart import PANELS, Chart
from xtanalysis.report.exploring.rows import Row
from xtanalysis.report.exploring.steps import (
    Base,
    Moved,
    Setting,
    Step,
    base_of,
    judged,
    moved,
    offered,
    scenario_text,
    step,
)
from xtanalysis.report.exploring.words import WORDS
from xtanalysis.report.names import scenario_name
from xtanalysis.report.tables import Table
from xtanalysis.statements.days import today
from xtanalysis.statements.plans import default_days, load_plan, plan_of
from xtanalysis.study.facts import Facts, load_facts
from xtanalysis.study.study import SEED, Study
from xtanalysis.targets.verdict_words import MARKS, range_text, word_text
from xtanalysis.targets.verdicts import Verdict
from xtanalysis.targets.words import target_name
from xtanalysis.text import Language, all_in

__all__ = ["Explorer", "explore"]

DRAWS = 1000  # few, so that a step is quick
PAUSE = 0.5  # seconds of rest after which the ranges are made whole
STYLE = """<style>
.xt-table table{border-collapse:collapse;font-size:13px;color:#1d2733}
.xt-table caption{text-align:left;font-weight:600;padding:.4rem 0}
.xt-table th,.xt-table td{padding:.25rem .7rem;border-bottom:1px solid #d9dbd6;text-align:left;font-weight:400}
.xt-table thead th{font-weight:600}.xt-table .note{color:#5b6673;font-size:12px;margin:.3rem 0}
.xt-table .good{color:#0b6b55}.xt-table .poor,.xt-table .bad{color:#a4400a}
</style>"""


class Explorer:
    """Assumptions, chart and verdicts; show it with ``explorer`` as a cell's last expression.

    Parameters
    ----------
    as_of, to
        Today and the plan's last year, or five years on, unless told.
    draws
        Paths behind every step.
    out
        Folder that scenarios and reports are written to.
    """

    def __init__(
        self,
        region: str,
        *,
        plan: str | None = None,
        scenario: str = "baseline",
        as_of: str | None = None,
        to: int | None = None,
        facts: Sequence[Path | str] = (),
        lang: Language = "zh",
        draws: int = DRAWS,
        seed: int = SEED,
        out: Path | str = ".",
    ) -> None:
        self._words, self._lang, self._out = all_in(WORDS, lang), lang, Path(out)
        self._files, self._sample, self._to = list(facts), (draws, seed), to
        self._facts: Facts = load_facts(region, as_of=as_of or None, extra=self._files)
        self._plan = load_plan(plan) if plan else plan_of(self._facts.region)
        self._later: asyncio.TimerHandle | None = None
        self._base = self._fitted()
        days = [str(day) for day in default_days(self._plan, max(today(), self._facts.as_of))]
        day = str(self._facts.as_of)
        w = self._words
        self.as_of = widgets.Dropdown(options=sorted({*days, day}), value=day, description=w["as_of"], **_wide("16rem"))
        self.start = widgets.Dropdown(
            options=self._scenarios(scenario), value=scenario, description=w["start"], **_wide("22rem")
        )
        self.upload = widgets.FileUpload(
            accept=".csv,.xlsx,.xls", multiple=True, description=w["upload"], layout={"width": "18rem"}
        )
        self.rows = [self._row(s) for s in self._first_settings()]
        self.add = widgets.Button(description=w["add"], layout={"width": "14rem"})
        self.assumed = widgets.VBox([row.box for row in self.rows])
        scales = [(w[f"scale_{name}"], name) for name in ("growth", "index", "level")]
        self.scale = widgets.ToggleButtons(options=scales, value="growth", description=w["scale"])
        self.scale.style.button_width = "5rem"
        names = self.rows[0].indicator.options
        shown = [name for name in shown_names("compared") if name in self._base.names]
        self.shown = [widgets.Dropdown(options=names, value=name, layout={"width": "21rem"}) for name in shown[:PANELS]]
        self.chart = Chart(lang)
        self.told, self.table = widgets.HTML(), widgets.HTML()
        self.said = widgets.HTML()
        self.name = widgets.Text(w["own"], description=w["name"], **_wide("22rem"))
        self.save = widgets.Button(description=w["save"])
        self.report = widgets.Button(description=w["report"])
        self._observe()
        self.box = self._laid_out()
        self._draw()

    def _observe(self) -> None:
        self.as_of.observe(self._refit, "value")
        self.start.observe(lambda _: self._draw(), "value")
        self.upload.observe(self._take_files, "value")
        self.add.on_click(lambda _: self._add())
        for widget in (self.scale, *self.shown):
            widget.observe(lambda _: self._draw(), "value")
        self.save.on_click(lambda _: self._write())
        self.report.on_click(lambda _: self._report())

    def _laid_out(self) -> widgets.VBox:
        head = widgets.HBox([self.as_of, self.start, self.upload])
        heading = widgets.HTML(f"{STYLE}<b>{escape(self._words['assume'])}</b>")
        ways = widgets.HBox([widgets.Label(self._words["shown"]), *self.shown])
        last = widgets.HBox([self.name, self.save, self.report])
        return widgets.VBox(
            [head, heading, self.assumed, self.add, ways, self.scale, self.chart.widget, self.told, self.said,
             self.table, last]
        )  # fmt: skip

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self.box._repr_mimebundle_(**options)

    @property
    def settings(self) -> list[Setting]:
        """What is assumed with the sliders."""
        return [s for row in self.rows if (s := row.setting) is not None]

    def scenario(self) -> str:
        """What is assumed, as a scenario file."""
        identifier = re.sub(r"\W+", "-", self.name.value).strip("-") or "own-scenario"
        return scenario_text(self.settings, self._base, start=self.start.value, title=self.name.value, name=identifier)

    # What is fitted.

    def _fitted(self) -> Base:
        ends, day = self._plan.ends or 0, self._facts.as_of
        to = self._to or (ends if day.year <= ends else max(ends + 5, day.year + 1))
        base = base_of(Study(self._facts, self._plan, max(to, day.year)), *self._sample)
        self._baseline = step(base, scenario_text((), base), whole=True)
        return base

    def _refit(self, change: Any) -> None:
        self.said.value = escape(self._words["fitting"].format(day=self.as_of.value))
        try:
            self._facts = self._facts.on(self.as_of.value)
            self._base = self._fitted()
        except XtError as error:
            self.said.value = _alert(error.text(self._lang))
            return
        for row in self.rows:
            row.rebase(self._base)
        self._draw()

    def _take_files(self, change: Any) -> None:
        """Figures of the user's own, from the browser; kept in a folder as long as the kernel lives."""
        if not self.upload.value:
            return
        folder = Path(tempfile.mkdtemp(prefix="xtanalysis-own-"))
        try:
            paths = []
            for given in self.upload.value:
                path = folder / Path(given["name"]).name
                path.write_bytes(bytes(given["content"]))
                paths.append(path)
            self._facts = self._facts.add(paths)
        except XtError as error:
            self.said.value = _alert(error.text(self._lang))
            return
        self._files += paths
        self._refit(None)

    # What is assumed.

    def _first_settings(self) -> list[Setting]:
        first, to = self._base.projection.origin + 1, self._base.projection.to
        wanted = [row.indicator for row in shown("assumed") if row.indicator in self._base.names]
        return [Setting(name, "growth", first, to, 0.0) for name in wanted] or [
            Setting(self._base.names[0], "growth", first, to, 0.0)
        ]

    def _row(self, asked: Setting) -> Row:
        return Row(self._base, self._lang, self._draw, asked)

    def _add(self) -> None:
        taken = {row.indicator.value for row in self.rows}
        name = next((n for n in self._base.names if n not in taken), self._base.names[0])
        first, to = self._base.projection.origin + 1, self._base.projection.to
        self.rows.append(self._row(Setting(name, offered(name)[0], first, to, 0.0)))
        self.assumed.children = tuple(row.box for row in self.rows)

    def _scenarios(self, chosen: str) -> list[tuple[str, str]]:
        names = [path.stem for path in sorted(scenarios_dir().glob("*.yaml"))]
        folder = find_workspace()
        if folder is not None:
            workspace = read_workspace(folder)
            names += [str(path) for path in workspace.files(workspace.scenarios)]
        names += [chosen] if chosen not in names else []
        return [(scenario_name(name, self._lang), name) for name in names]

    # What is shown.

    def _draw(self) -> None:
        if self._later is not None:
            self._later.cancel()
        try:
            now = moved(self._base, self.scenario())
        except XtError as error:
            self.said.value = _alert(error.text(self._lang))
            return
        names = [widget.value for widget in self.shown]
        self.chart.show(self._base, now.paths, names, self.scale.value)
        self.told.value = f'<p class="xt-told" role="status">{escape(self.chart.said)}</p>'
        notes = [note.told(self._lang) for note in now.notes]
        assumed = self.settings or self.start.value != "baseline"
        self.said.value = "".join(f"<p>{escape(n)}</p>" for n in notes) if assumed else escape(self._words["nothing"])
        # The chart is on its way to the page while the verdicts are made.
        self.table.value = self._targets(judged(self._base, now))
        self._wait_for_rest(now)

    def _wait_for_rest(self, now: Moved) -> None:
        """Make the ranges whole when the sliders rest; at once where nothing runs that could wait."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.make_whole(now)
        else:
            self._later = loop.call_later(PAUSE, self.make_whole, now)

    def make_whole(self, now: Moved) -> None:
        """Range the probabilities over the declared priors too, as reports do."""
        self.table.value = self._targets(judged(self._base, now, whole=True))

    def _targets(self, now: Step) -> str:
        w, lang = self._words, self._lang
        names = {target.id: target for target in self._base.core.targets}
        before = {v.target: v for v in self._baseline.targets}
        rows = [
            (target_name(names[v.target], lang), word_text(v.verdict, lang), range_text(v, lang), _median(v),
             word_text(before[v.target].verdict, lang), range_text(before[v.target], lang))
            for v in now.targets
        ]  # fmt: skip
        columns = [w[k] for k in ("target", "judgement", "probability", "median", "base_judgement", "base_probability")]
        marks = {word_text(word, lang): mark for word, mark in MARKS.items()}
        table = Table(
            frame=pd.DataFrame(rows, columns=columns), name="targets", caption=w["caption"],
            marks={name: (lambda word: marks.get(word, "")) for name in (w["judgement"], w["base_judgement"])},
            note=w["ranged"] if now.whole else w["soon"],
        )  # fmt: skip
        return f'<div class="xt-table">{table.to_html()}</div>'

    # What is written.

    def _write(self) -> Path:
        text = self.scenario()
        name = re.search(r"^id: (.+)$", text, re.MULTILINE)
        path = self._out / f"{name[1] if name else 'own-scenario'}.yaml"
        write_file(path, text)
        self.said.value = escape(self._words["saved"].format(path=path))
        return path

    def _report(self) -> None:
        """Run ``xtanalysis report`` for the scenario, in a process of its own; its lines are shown as they come."""
        path, out = self._write(), self._out / "reports"
        projection = self._base.projection
        asked = [
            "--region", projection.region, "--plan", self._plan.file, "--scenario", "baseline", "--scenario", path,
            "--as-of", projection.as_of, "--to", projection.to, "--lang", self._lang, "--workers", 1, "--out", out,
        ]  # fmt: skip
        for file in self._files:
            asked += ["--facts", file]
        self.report.disabled = True
        command = [sys.executable, "-m", "xtanalysis", "report", *map(str, asked)]
        threading.Thread(target=self._follow, args=(command, out, path.stem), daemon=True).start()

    def _follow(self, command: Sequence[str], out: Path, name: str) -> None:
        line = self._words["busy"]
        self.said.value = escape(self._words["writing"].format(line=line))
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8") as process:
            assert process.stdout is not None
            for line in process.stdout:
                self.said.value = escape(self._words["writing"].format(line=line.strip()))
        self.report.disabled = False
        pages = sorted(out.glob(f"runs/*{name}*/report.html"), key=lambda page: page.stat().st_mtime)
        if process.returncode or not pages:
            self.said.value = _alert(self._words["failed"].format(line=line.strip()))
            return
        data = base64.b64encode(pages[-1].read_bytes()).decode()
        link = f'<a download="{escape(name)}.html" href="data:text/html;base64,{data}">{self._words["download"]}</a>'
        self.said.value = f"{escape(self._words['written'].format(path=out / 'index.html'))} · {link}"


def explore(
    region: str | None = None,
    *,
    plan: str | None = None,
    scenario: str = "baseline",
    as_of: str | None = None,
    to: int | None = None,
    facts: Sequence[Path | str] = (),
    lang: Language = "zh",
    draws: int = DRAWS,
    seed: int = SEED,
    out: Path | str = ".",
) -> Explorer:
    """Open the explorer in a notebook: sliders, chart and verdicts; what a page's address asks for stands first.

    Parameters
    ----------
    region
        Any name of it; the workspace's or the package's own unless told.
    plan, scenario
        Id of a shipped one, or a YAML file; the region's own plan unless told.
    as_of
        Only what was published by this day is known; today unless told.
    to
        Last year; the plan's, or five years on, unless told.
    facts
        Files of one's own figures.
    draws
        Paths behind every step, few so that it is quick.
    out
        Folder that scenarios and reports are written to.

    Raises
    ------
    BadInput
        For whatever cannot be projected, also where the address asks for it.
    """
    asked: dict[str, Any] = {
        "region": region or default_region(), "plan": plan, "scenario": scenario, "as_of": as_of, "to": to,
        "lang": lang,
    } | asked_in_address()  # fmt: skip
    return Explorer(asked.pop("region"), **asked, facts=facts, draws=draws, seed=seed, out=out)


def _wide(width: str) -> dict[str, Any]:
    return {"style": {"description_width": "initial"}, "layout": widgets.Layout(width=width)}


def _alert(text: str) -> str:
    return f'<p role="alert" style="color:#a4400a;white-space:pre-wrap">{escape(text)}</p>'


def _median(verdict: Verdict) -> str:
    if verdict.median is None:
        return ""
    if verdict.low is None or verdict.high is None or verdict.low == verdict.high:
        return f"{verdict.median:.1f}"
    return f"{verdict.median:.1f} ({verdict.low:.1f} – {verdict.high:.1f})"
