"""The front page of a sweep: a card for each run, filters, a scenario × target matrix; the same as CSV and workbook."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from xtanalysis import __version__
from xtanalysis.data.dictionary import regions
from xtanalysis.data.writing import inert, write_file
from xtanalysis.errors import BadInput
from xtanalysis.report.charts.sparkline import fan_svg
from xtanalysis.report.names import scenario_name, target_name
from xtanalysis.report.projection_sheets import read_verdicts
from xtanalysis.report.style import TEMPLATES, page_css
from xtanalysis.report.sweeps.store import Record
from xtanalysis.report.webfont import face
from xtanalysis.report.words import INDEX_WORDS
from xtanalysis.report.workbook import Sheet, workbook_bytes
from xtanalysis.statements.period import Period
from xtanalysis.statements.plans import Plan, load_plan
from xtanalysis.targets.numbers import period_text
from xtanalysis.targets.verdict_words import (
    basis_text,
    caution,
    hinge_in_brief,
    mark_of,
    range_text,
    verdict_text,
    word_text,
)
from xtanalysis.targets.verdicts import Verdict
from xtanalysis.targets.words import target_name as plan_name
from xtanalysis.text import Language, all_in, listed, psay, say

__all__ = ["write_index"]

_FACETS = ("region", "scenario", "as_of", "lang", "plan")
_COLUMNS = (
    "run", "status", "region", "scenario", "as_of", "lang", "target", "reading", "verdict", "basis", "probability",
    "probability_low", "probability_high", "judgement", "low", "median", "high", "unit", "caution", "missing_figure",
    "data_owner", "report",
)  # fmt: skip
_FROM_TARGET = tuple(name for name in _COLUMNS[6:-1] if name not in ("judgement", "caution"))
_MOST_TARGETS = 6
_ORDER = ("off", "open", "on")
_CLASSES = {"good": "on", "fair": "on", "unsure": "open", "none": "open", "poor": "off", "bad": "off"}


@dataclass(frozen=True, slots=True)
class _Card:
    record: Record
    plan: str
    facets: Mapping[str, str]
    shown: Mapping[str, str]
    title: str
    targets: tuple[Verdict, ...]
    fan: str
    fan_name: str
    link: str
    files: tuple[tuple[str, str], ...]
    newest: Mapping[str, str]


def write_index(
    title: str, folder: Path, records: Sequence[Record], *, front: str = "", files: Mapping[str, str] | None = None
) -> None:
    """Write ``index.html``, ``summary.csv`` and ``summary.xlsx`` for the runs in ``folder/runs``.

    Parameters
    ----------
    front
        HTML that stands before the cards.
    files
        Name of a file in the records → where it lies, for plans and scenarios of the user's own.
    """
    languages = {str(record.parameters.get("lang", "zh")) for record in records}
    lang: Language = "en" if languages == {"en"} else "zh"
    further = _further(records)
    where = files or {}
    cards = [
        _card(folder, r, lang, [_parameter_text(n, r.parameters[n], lang) for n in further if n in r.parameters], where)
        for r in records
    ]
    rows = [row for card in cards for row in _summary_rows(card, lang)]
    write_file(folder / "index.html", _html(title, cards, lang, front), parents=True)
    write_file(folder / "summary.csv", _csv(rows), parents=True)
    values = [[_number(text) for text in row] for row in rows]
    sheet = Sheet(
        "summary", title or INDEX_WORDS["title"].told(lang), _COLUMNS, values, INDEX_WORDS["caution"].told(lang)
    )
    write_file(folder / "summary.xlsx", workbook_bytes([sheet]), parents=True)


def _card(folder: Path, record: Record, lang: Language, extra: Sequence[str], where: Mapping[str, str]) -> _Card:
    place = folder / "runs" / record.name
    targets = read_verdicts(place / "projection" / "targets.csv")
    facets = {name: str(record.parameters[name]) for name in _FACETS if record.parameters.get(name) not in (None, "")}
    fan, fan_name = fan_svg(place / "projection" / "quantiles.csv", lang)
    shown = {name: _facet_text(name, where.get(value, value), lang) for name, value in facets.items()}
    shown |= {"plan": facets["plan"]} if "plan" in facets else {}
    title = (
        " · ".join([*(shown[name] for name in ("region", "scenario", "as_of") if name in shown), *extra]) or record.name
    )
    home = f"runs/{quote(record.name)}"
    files = tuple(
        (word, f"{home}/{file}")
        for word, file in (("Excel", "workbook.xlsx"), ("IAMC", "iamc.csv"), ("Notebook", "notebook.ipynb"))
        if (place / file).is_file()
    )
    plan = str(record.parameters.get("plan", ""))
    link = f"{home}/report.html"
    made = place / "projection" / "run.json"
    newest = json.loads(made.read_text(encoding="utf-8")).get("newest", {}) if made.is_file() else {}
    return _Card(record, where.get(plan, plan), facets, shown, title, targets, fan, fan_name, link, files, newest)


def _parameter_text(name: str, value: Any, lang: Language) -> str:
    """Write one parameter in a title: in words where there are some for it."""
    return INDEX_WORDS[f"{name}="].told(lang).format(value) if f"{name}=" in INDEX_WORDS else f"{name} {value}"


def _further(records: Sequence[Record]) -> list[str]:
    """Name the parameters besides the facets in which runs differ: titles have to say them."""
    values: dict[str, set[str]] = {}
    for record in records:
        for name, value in record.parameters.items():
            values.setdefault(name, set()).add(str(value))
    return [name for name, found in values.items() if len(found) > 1 and name not in _FACETS]


def _headline(card: _Card) -> tuple[Verdict, ...]:
    """Return the first reading of each target that the model or a figure speaks of."""
    first: dict[str, Verdict] = {}
    for target in card.targets:
        first.setdefault(target.target, target)
    return tuple(target for target in first.values() if target.median is not None)[:_MOST_TARGETS]


def _summary_rows(card: _Card, lang: Language) -> list[list[str]]:
    given = card.record.parameters
    head = [
        card.record.name,
        card.record.status,
        *(str(given.get(name, "")) for name in ("region", "scenario", "as_of", "lang")),
    ]
    rows = []
    for target in card.targets:
        told = (verdict_text(target, lang, short=True), caution(target, lang))
        values = {name: "" if (v := getattr(target, name)) is None else str(v) for name in _FROM_TARGET}
        values |= {"judgement": told[0], "caution": told[1]}
        rows.append([*head, *(values[name] for name in _COLUMNS[len(head) : -1]), card.link])
    return rows or [[*head, *[""] * (len(_COLUMNS) - len(head) - 1), card.link]]


def _html(title: str, cards: Sequence[_Card], lang: Language, front: str) -> str:
    words = all_in(INDEX_WORDS, lang)
    facets = {name: sorted({card.facets[name] for card in cards if name in card.facets}) for name in _FACETS}
    facets = {name: values for name, values in facets.items() if len(values) > 1}
    shown = {(name, value): card.shown[name] for card in cards for name, value in card.facets.items()}
    context = {
        "title": title or words["title"],
        "front": front,
        "w": words,
        "html_lang": {"zh": "zh-CN"}.get(lang, lang),
        "version": __version__,
        "css": page_css() + _index_css() + _filter_rules(facets),
        "facets": [(name, words[name], [(v, shown[name, v]) for v in values]) for name, values in facets.items()],
        "cards": [_card_context(card, facets, lang) for card in cards],
        "done": sum(card.record.status == "done" for card in cards),
        "failed": sum(card.record.status == "failed" for card in cards),
        "matrix": _matrix(cards, lang),
    }
    page = str(_template().render(context))
    return page.replace("</style>", f"{face(page)}</style>", 1)


def _facet_text(name: str, value: str, lang: Language) -> str:
    if name == "scenario":
        return scenario_name(value, lang)
    if name == "region" and lang == "en" and value in regions():
        return regions()[value].en
    return {"zh": "中文", "en": "English"}.get(value, value) if name == "lang" else value


def _filter_rules(facets: Mapping[str, Sequence[str]]) -> str:
    """One rule for each choice hides the other cards: a filter without a script."""
    rules = []
    for name, values in facets.items():
        for i in range(len(values)):
            chosen = f'.page:has(#by-{name} option[value="{i}"]:checked)'
            rules.append(
                f'{chosen} [data-{name.replace("_", "-")}]:not([data-{name.replace("_", "-")}="{i}"]){{display:none}}'
            )
    return "".join(rules)


def _card_context(card: _Card, facets: Mapping[str, Sequence[str]], lang: Language) -> dict[str, Any]:
    targets = []
    for target in _headline(card):
        shown = (range_text(target, lang), word_text(target.verdict, lang), mark_of(target))
        targets.append((_name_of([card], target.target, lang), *shown))
    data = [(n.replace("_", "-"), values.index(card.facets[n])) for n, values in facets.items() if n in card.facets]
    return {
        "title": card.title,
        "lang": _facet_text("lang", card.facets.get("lang", ""), lang),
        "link": card.link,
        "targets": targets,
        "fan": card.fan,
        "fan_name": card.fan_name,
        "files": card.files,
        "failed": card.record.status == "failed",
        "cause": f"{card.record.error}: {card.record.cause}"[:300],
        "cell": card.record.cell,
        "data": data,
    }


def _matrix(cards: Sequence[_Card], lang: Language) -> dict[str, Any]:
    """Return the scenario × target table, its rows grouped by region and date; languages of one run count once."""
    groups: dict[tuple[str, str], dict[str, _Card]] = {}
    for card in cards:
        if card.targets and "scenario" in card.facets:
            key = (card.facets.get("region", ""), card.facets.get("as_of", ""))
            groups.setdefault(key, {}).setdefault(card.facets["scenario"], card)
    ids = list(
        dict.fromkeys(t.target for by_scenario in groups.values() for c in by_scenario.values() for t in _headline(c))
    )
    names, found = {i: _name_of(cards, i, lang) for i in ids}, []
    for key, by_scenario in groups.items():
        earlier = max((k for k in groups if k[0] == key[0] and k[1] < key[1]), default=key)
        past = groups[earlier]
        rows = []
        for scenario, card in by_scenario.items():
            have, before = (_by_target(one) for one in (card, past.get(scenario)))
            known = {t.id: t.indicator for t in plan.targets} if (plan := _plan_of(card)) is not None else {}
            cells = [_matrix_cell(have.get(i), before.get(i), known.get(i, ""), lang) for i in ids]
            rows.append((card.shown["scenario"], card.link, cells))
        moves = [said for i in ids for said in _moves(i, names[i], past, by_scenario, lang)]
        title = " · ".join(filter(None, (_facet_text("region", key[0], lang), key[1])))
        since = say(lang, "Since {day}: {moves}.", day=earlier[1], moves=say(lang, "; ").join(moves)) if moves else ""
        found.append({"title": title, "rows": rows, "moves": since})
    return {"heads": list(names.values()), "groups": found}


def _by_target(card: _Card | None) -> dict[str, Verdict]:
    return {t.target: t for t in _headline(card)} if card is not None else {}


def _matrix_cell(
    target: Verdict | None, before: Verdict | None, indicator: str, lang: Language
) -> tuple[str, str, str]:
    """The class, with an arrow where it was another before; what an open verdict hinges on, or the word; its mark."""
    if target is None:
        return "—", "", "none"
    mark = mark_of(target)
    kind = _CLASSES[mark]
    was = kind if before is None else _CLASSES[mark_of(before)]
    arrow = "" if was == kind else " ↑" if _ORDER.index(kind) > _ORDER.index(was) else " ↓"
    word = word_text(target.verdict, lang)
    hinge = hinge_in_brief(target, lang, indicator) if kind == "open" else ""
    rest = hinge or say(lang, "{word} ({told})", word=word, told=range_text(target, lang) or basis_text(target, lang))
    return INDEX_WORDS[kind].told(lang) + arrow, rest, mark


def _moves(
    target: str, name: str, before: Mapping[str, _Card], after: Mapping[str, _Card], lang: Language
) -> Iterator[str]:
    """How a target's word moved from one edition to the next, and by what: once for the scenarios that moved alike."""
    moved: dict[tuple[str, str, str], list[str]] = {}
    for scenario, card in after.items():
        old, now = (_by_target(one).get(target) for one in (before.get(scenario), card))
        if old is not None and now is not None and old.verdict != now.verdict:
            reason = _reason(before[scenario].newest.get(target, ""), card.newest.get(target, ""), lang)
            step = (word_text(old.verdict, lang), word_text(now.verdict, lang), reason)
            moved.setdefault(step, []).append(card.shown["scenario"])
    for (old_word, word, reason), scenarios in moved.items():
        where = "" if len(scenarios) == len(after) else say(lang, " ({names})", names=listed(scenarios))
        told = say(lang, "{name}{where} {old} → {word}", name=name, where=where, old=old_word, word=word)
        yield psay(lang, "between clauses", ", ").join(filter(None, (told, reason)))


def _reason(before: str, newest: str, lang: Language) -> str:
    """Whether a figure came between two editions; empty where neither says."""
    if not newest:
        return ""
    if newest == before:
        return say(lang, "no later figure of its own, by those around it and the turn of the year")
    return say(lang, "new figures up to {period}", period=period_text(Period.parse(newest), lang))


def _plan_of(card: _Card) -> Plan | None:
    """The plan of a run; ``None`` where it cannot be read any more."""
    try:
        return load_plan(card.plan)
    except BadInput:
        return None


def _name_of(cards: Sequence[_Card], target: str, lang: Language) -> str:
    """A target's name by the plans of the runs, else by what is shipped."""
    for card in cards:
        known = _plan_of(card)
        for mine in known.targets if known is not None else ():
            if mine.id == target:
                return plan_name(mine, lang)
    return target_name(target, lang)


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(map(inert, row) for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


@cache
def _index_css() -> str:
    return (TEMPLATES / "index.css").read_text(encoding="utf-8").replace("\n", "")


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("index.html.j2")
