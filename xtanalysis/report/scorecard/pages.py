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
from xtanalysis.report.charts.fonts import MUTED, Language
from xtanalysis.report.charts.plots_accounting import waterfall
from xtanalysis.report.inert import literal
from xtanalysis.report.page import Page
from xtanalysis.report.row_words import band, chance, gap, latest, place, progress, remark, required
from xtanalysis.report.scorecard.tables import INFERRED, INTERNAL, mark_of, source_text
from xtanalysis.report.scorecard.words import light_word, rule_text
from xtanalysis.report.tables import Table
from xtanalysis.targets.words import NONE, asks, body_name, target_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xtanalysis.answers.project import Projection
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
    "zh": {"activity": "产出增长", "intensity": "单耗变化", "total": "合计"},
    "en": {"activity": "output", "intensity": "energy per output", "total": "total"},
}


def head(made: Made, lang: Language = "zh", body: str = "") -> Page:
    """Head and foot of the page, of one body if named; watermarked where a row shown rests on an internal figure.

    Raises
    ------
    BadInput
        If no target is led by the body.
    """
    card, zh = made.card, lang == "zh"
    if body and body not in card.bodies:
        raise BadInput(
            Problem("no target is led by this body", column="body", found=body, expected="、".join(card.bodies))
        )
    rows = card.of_body(body) if body else card.rows
    place = card.region if zh else regions()[card.region].en
    title = f"{place}目标任务进展" if zh else f"Progress of {place}'s targets"
    return Page(
        title=f"{body_name(body, lang)}：{title}" if body else title,
        subtitle=f"{card.plan.number}，{card.quarter}" if zh else f"{card.plan.number}, {card.quarter}",
        lead=(
            "进度按已公布和已报送的数计算；完成可能性为模型结果，不是统计数据。"
            if zh
            else "Progress rests on published and reported figures; probabilities are model results, not statistics."
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
    if lang == "zh":
        return (
            f"{literal(body)}牵头{len(rows)}项目标：绿灯{lights['green']}项、黄灯{lights['yellow']}项、红灯{lights['red']}项，"
            f"{lights['grey']}项不能判定，其中{silent}项没有数。本季有{moved}项变化。作为数据单位，本单位尚有{owed}个数待报。"
        )
    return (
        f"The {literal(body_name(body, lang))} leads {len(rows)} targets: {lights['green']} green, "
        f"{lights['yellow']} yellow, {lights['red']} red; "
        f"{lights['grey']} cannot be judged, {silent} of them without a figure. {moved} moved this quarter. "
        f"As the owner of data it owes {owed} figures."
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
    if lang == "zh":
        text = (
            f"截至{card.as_of:%Y年%m月%d日}，{len(card.rows)}项目标中，绿灯{lights['green']}项、黄灯{lights['yellow']}项、"
            f"红灯{lights['red']}项，{lights['grey']}项不能判定，其中{silent}项没有任何公开或报送的数。"
            f"本季有{len(card.changes)}项变化。尚有{len(made.due)}个数待{owners}个单位报送。"
        )
        return text + (f"另有{card.left_out}项依据内部数据，未列入公开页。" if card.left_out else "")
    text = (
        f"As of {card.as_of}, of {len(card.rows)} targets {lights['green']} are green, {lights['yellow']} yellow, "
        f"{lights['red']} red; {lights['grey']} cannot be judged, {silent} of them without any figure. "
        f"{len(card.changes)} moved this quarter. {len(made.due)} figures are due from {owners} bodies."
    )
    more = f" {card.left_out} further targets rest on internal figures and are left out of this public page."
    return text + (more if card.left_out else "")


def all_targets(made: Made, lang: Language = "zh") -> Table:
    """Every target with the body that leads it, the one that has the figure, and its light."""
    names = ["目标", "牵头单位", "数据单位", "要求", "最新数", "灯"]
    names = names if lang == "zh" else ["Target", "Lead body", "Data owner", "Asked for", "Latest", "Light"]
    rows = [
        (
            _name(row, lang),
            body_name(row.lead, lang) + (INFERRED[lang] if row.inferred else ""),
            body_name(row.target.data_owner, lang),
            asks(row.target, lang),
            latest(row, lang),
            light_word(row.light, lang),
        )
        for row in made.card.rows
    ]
    caption = f"全部目标（{made.card.quarter}）" if lang == "zh" else f"All targets ({made.card.quarter})"
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
    zh, name = lang == "zh", body_name(body, lang)
    names = ["目标", "要求", "最新数", "进度（时序）", "灯", "今后所需", "完成可能性", "说明"]
    names = names if zh else ["Target", "Asked for", "Latest", "Progress (time)", "Light", "Required", "Odds", "Notes"]
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
        caption=f"{name}：有数的目标" if zh else f"{name}: targets with a figure",
        marks={names[4]: mark_of(lang), names[6]: lambda text: words.get(text, "")},
    )


def _silent(rows: Sequence[Row], number: str, body: str, lang: Language) -> Table:
    zh, name = lang == "zh", body_name(body, lang)
    names = ["目标", "要求", "数据单位", "待报的数"] if zh else ["Target", "Asked for", "Data owner", "Figure due"]
    cells = [
        (
            _name(row, lang),
            asks(row.target, lang),
            body_name(row.target.data_owner, lang),
            remark(row, lang).removeprefix(f"待{row.target.data_owner}报送：") if zh else remark(row, lang),
        )
        for row in rows
    ]
    caption = f"{name}：尚无数的目标" if zh else f"{name}: targets without a figure"
    return Table(frame=pd.DataFrame(cells, columns=names), name=f"silent-{number}", caption=caption)


def _name(row: Row, lang: Language) -> str:
    return target_name(row.target, lang) + (INTERNAL[lang] if row.internal else "")


def _details(row: Row, lang: Language) -> str:
    """Remark, band, place and gap, source: only those that there are."""
    zh = lang == "zh"
    parts = [
        remark(row, lang),
        _with("预测区间" if zh else "band ", band(row, lang)),
        _with("" if zh else "place ", place(row, lang)),
        _with("", gap(row, lang)),
        _with("来源：" if zh else "source: ", source_text(row, lang)),
    ]
    return ("；" if zh else "; ").join(part for part in parts if part)


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
    axes.set(title="各牵头单位的目标" if lang == "zh" else "Targets by lead body")
    axes.legend(ncols=4, loc="lower right", frameon=False)
    describe(axes, opening(made, lang))
    return finished(drawn, lang)


def draw_energy(projection: Projection, lang: Language = "zh", *, first: int, last: int) -> Drawing:
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
        names=_EFFECTS[lang],
        ends=(str(first), str(last)),
        lang=lang,
        unit=f"{first}=100",
        title="规模工业能耗变动的因素" if lang == "zh" else "Why above-scale energy use moves",
    )
    return finished(drawn, lang)
