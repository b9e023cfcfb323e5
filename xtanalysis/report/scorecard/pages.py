"""Head, opening words and figures of the scorecard's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xtanalysis.accounting.mechanics import Light
from xtanalysis.accounting.projections import effect_summary, energy_effects
from xtanalysis.data.dictionary import regions
from xtanalysis.errors import BadInput, Problem
from xtanalysis.report.charts.alt import describe
from xtanalysis.report.charts.drawing import Drawing, finished, sheet
from xtanalysis.report.charts.fonts import MUTED
from xtanalysis.report.charts.plots_accounting import waterfall
from xtanalysis.report.inert import literal
from xtanalysis.report.page import Page
from xtanalysis.report.row_words import band, chance, gap, latest, place, progress, remark, required
from xtanalysis.report.scorecard.tables import INFERRED, INTERNAL, mark_of, source_text
from xtanalysis.report.scorecard.words import light_word, rule_text
from xtanalysis.report.tables import Table
from xtanalysis.targets.numbers import NONE
from xtanalysis.targets.words import asks, body_name, target_name
from xtanalysis.text import Language, Message, all_in, bilingual, each_in, listed, message, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xtanalysis.answers.project import ScenarioDraws
    from xtanalysis.report.scorecard.files import Made
    from xtanalysis.targets.rows import Row

__all__ = [
    "all_targets",
    "body_opening",
    "body_tables",
    "draw_energy",
    "draw_lights",
    "head",
    "links",
    "opening",
    "page_names",
]

COLOURS: dict[Light, str] = {"green": "#1d8a68", "yellow": "#c79a1e", "red": "#c0483f", "grey": "#b9bdb8"}
_EFFECTS = {
    "activity": message("output"),
    "intensity": message("energy per output"),
    "total": message("total"),
}


def head(made: Made, lang: Language = "zh", body: str = "") -> Page:
    """Head and foot of the page, of one body if named; watermarked where a row shown rests on an internal figure.

    Raises
    ------
    BadInput
        If no target is led by the body.
    """
    card = made.card
    if body and body not in card.bodies:
        raise BadInput(
            Problem(
                message("no target is led by this body"),
                column="body",
                found=body,
                expected=listed(card.bodies),
            )
        )
    rows = card.of_body(body) if body else card.rows
    place = bilingual(regions()[card.region].en, card.region).told(lang)
    title = say(lang, "Progress of {place}'s targets", place=place)
    return Page(
        title=say(lang, "{body}: {title}", body=body_name(body, lang), title=title) if body else title,
        subtitle=say(lang, "{number}, {quarter}", number=card.plan.number, quarter=card.quarter),
        lead=say(
            lang, "Progress rests on published and reported figures; probabilities are model results, not statistics."
        ),
        lang=lang,
        as_of=str(card.as_of),
        data_until=str(card.quarter.end),
        seed=made.seed,
        internal=any(row.internal for row in rows),
    )


def body_opening(made: Made, body: str, lang: Language = "zh") -> str:
    """The state of one body's targets in a paragraph."""
    card = made.card
    rows = card.of_body(body)
    lights, silent = card.lights(rows), sum(not row.reported for row in rows)
    moved = sum(change.target in {row.target.id for row in rows} for change in card.changes)
    owed = sum(blank.owner == body for blank in made.due)
    return say(
        lang,
        "The {body} leads {rows} targets: {green} green, {yellow} yellow, {red} red; {grey} cannot be "
        "judged, {silent} of them without a figure. {moved} moved this quarter. As the owner of data it "
        "owes {owed} figures.",
        body=bilingual(literal(body_name(body, lang)), literal(body)),
        rows=len(rows),
        green=lights["green"],
        yellow=lights["yellow"],
        red=lights["red"],
        grey=lights["grey"],
        silent=silent,
        moved=moved,
        owed=owed,
    )


def links(made: Made, lang: Language = "zh") -> str:
    """A list that leads to the pages of the bodies, which lie beside the overview."""
    pairs = zip(made.card.bodies, page_names(made.card.bodies), strict=True)
    return "\n".join(f"- [{literal(body_name(body, lang))}]({name})" for body, name in pairs)


def page_names(bodies: Sequence[str]) -> list[str]:
    """File names of the bodies' pages, in their order."""
    return [f"body-{number:02d}.html" for number in range(1, len(bodies) + 1)]


def opening(made: Made, lang: Language = "zh") -> str:
    """The state of things in one paragraph."""
    card = made.card
    lights, silent = card.lights(), sum(not row.reported for row in card.rows)
    owners = len({blank.owner for blank in made.due})
    text = say(
        lang,
        "As of {day:%Y-%m-%d}, of {targets} targets {green} are green, {yellow} yellow, {red} red; {grey} cannot "
        "be judged, {silent} of them without any figure. {moved} moved this quarter. {due} figures are due from "
        "{owners} bodies.",
        day=card.as_of,
        targets=len(card.rows),
        **lights,
        silent=silent,
        moved=len(card.changes),
        due=len(made.due),
        owners=owners,
    )
    if not card.left_out:
        return text
    more = message("{text} {count} further targets rest on internal figures and are left out of this public page.")
    return more.told(lang, text=text, count=card.left_out)


def all_targets(made: Made, lang: Language = "zh") -> Table:
    """Every target with the body that leads it, the one that has the figure, and its light."""
    heads = (message("Target"), message("Lead body"), message("Data owner"), message("Asked for"), message("Latest"))
    names = [*each_in(heads, lang), say(lang, "Light")]
    rows = [
        (
            _name(row, lang),
            body_name(row.lead, lang) + (INFERRED.told(lang) if row.inferred else ""),
            body_name(row.target.data_owner, lang),
            asks(row.target, lang),
            latest(row, lang),
            light_word(row.light, lang),
        )
        for row in made.card.rows
    ]
    caption = say(lang, "All targets ({quarter})", quarter=made.card.quarter)
    frame = pd.DataFrame(rows, columns=names)
    return Table(frame=frame, name="all", caption=caption, marks={names[5]: mark_of(lang)}, note=rule_text(lang))


def body_tables(made: Made, body: str, lang: Language = "zh") -> list[Table]:
    """Targets that a body leads: those with a figure, then those without one and whose it is to report."""
    rows = made.card.of_body(body)
    number = list(made.card.bodies).index(body) + 1
    tables = [_reported([r for r in rows if r.reported], f"{number:02d}", body, lang)]
    tables.append(_silent([r for r in rows if not r.reported], f"{number:02d}", body, lang))
    return [table for table in tables if len(table.frame)]


def _reported(rows: Sequence[Row], number: str, body: str, lang: Language) -> Table:
    name = body_name(body, lang)
    heads = (
        message("Target"), message("Asked for"), message("Latest"), message("Progress (time)"), message("Light"),
        message("Required"), message("Odds"), message("Notes"),
    )  # fmt: skip
    names = list(each_in(heads, lang))
    chances = [chance(row, lang) for row in rows]
    cells = [
        (
            _name(row, lang),
            asks(row.target, lang),
            latest(row, lang),
            progress(row, lang),
            light_word(row.light, lang),
            required(row, lang),
            word,
            _details(row, lang),
        )
        for row, (word, _) in zip(rows, chances, strict=True)
    ]
    words = dict(chances)
    return Table(
        frame=pd.DataFrame(cells, columns=names),
        name=f"reported-{number}",
        caption=say(lang, "{name}: targets with a figure", name=name),
        marks={names[4]: mark_of(lang), names[6]: lambda text: words.get(text, "")},
    )


def _silent(rows: Sequence[Row], number: str, body: str, lang: Language) -> Table:
    name = body_name(body, lang)
    names = [say(lang, "Target"), say(lang, "Asked for"), say(lang, "Data owner"), say(lang, "Figure due")]
    cells = [
        (
            _name(row, lang),
            asks(row.target, lang),
            body_name(row.target.data_owner, lang),
            remark(row, lang).removeprefix(_due_from(row).told(lang)),
        )
        for row in rows
    ]
    caption = say(lang, "{name}: targets without a figure", name=name)
    return Table(frame=pd.DataFrame(cells, columns=names), name=f"silent-{number}", caption=caption)


def _due_from(row: Row) -> Message:
    """What a Chinese remark opens with, and the column before it says already."""
    return bilingual("", say("zh", "due from the {owner}: {missing}", owner=row.target.data_owner, missing=""))


def _name(row: Row, lang: Language) -> str:
    return target_name(row.target, lang) + (INTERNAL.told(lang) if row.internal else "")


def _details(row: Row, lang: Language) -> str:
    """Remark, band, place and gap, source: only those that there are."""
    parts = [
        remark(row, lang),
        _with(say(lang, "band "), band(row, lang)),
        say(lang, "place {place}", place=told) if (told := place(row, lang)) != NONE else "",
        _with("", gap(row, lang)),
        _with(say(lang, "source: "), source_text(row, lang)),
    ]
    return say(lang, "; ").join(part for part in parts if part)


def _with(label: str, text: str) -> str:
    return "" if text == NONE else label + text


def draw_lights(made: Made, lang: Language = "zh") -> Drawing:
    """Draw one bar a lead body, split by light."""
    card = made.card
    names = [body_name(body, lang) for body in card.bodies]
    left = np.zeros(len(names))
    drawn, grid = sheet(size=(9, 4.2))
    axes = grid[0, 0]
    for light, colour in COLOURS.items():
        counts = np.array([card.lights(card.of_body(body))[light] for body in card.bodies])
        axes.barh(names, counts, left=left, color=colour, label=light_word(light, lang), height=0.66)
        for y, (start, count) in enumerate(zip(left, counts, strict=True)):
            if count:
                axes.text(start + count / 2, y, str(count), ha="center", va="center", color="white", fontsize=9)
        left += counts
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0, labelcolor=MUTED)
    axes.set(title=say(lang, "Targets by lead body"))
    axes.legend(ncols=4, loc="lower right", frameon=False)
    describe(axes, opening(made, lang))
    return finished(drawn, lang)


def draw_energy(projection: ScenarioDraws, lang: Language = "zh", *, first: int, last: int) -> Drawing:
    """Draw why energy use moves, as an index: few levels are published and the effects need none."""
    years = np.asarray(projection.paths.years)
    chosen = (years >= first) & (years <= last)
    output = projection.paths.of("value_added_real")[:, chosen]
    energy = projection.paths.of("energy_use")[:, chosen]
    effects = energy_effects(output, 100 * energy / energy[:, [0]], years[chosen].tolist())
    drawn, grid = sheet(size=(7, 4))
    waterfall(
        grid[0, 0],
        effect_summary(effects, last),
        start=100.0,
        names=all_in(_EFFECTS, lang),
        ends=(str(first), str(last)),
        lang=lang,
        unit=f"{first}=100",
        title=say(lang, "Why above-scale energy use moves"),
    )
    return finished(drawn, lang)
