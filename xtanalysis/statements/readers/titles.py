"""What stands above a table and in its sheet's name: indicator, region, period and units of all its figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from xtanalysis.data.dictionary import current
from xtanalysis.data.reference import fold
from xtanalysis.statements.period import Period
from xtanalysis.statements.readers.labels import Label, endings, read_label, units_of
from xtanalysis.statements.readers.sheet import Sheet

__all__ = ["Title", "title_of", "unit_line"]

MOST_TITLES, LONGEST_TITLE = 40, 200
_UNIT_LINE = re.compile(r"(?:计量)?单位\s*[:：]\s*([^()（）]+)")
_DATED = re.compile(
    r"^(?:\s|(?:19|20)\d{2}年?度?|\d{1,2}月份?|[-—–～~至]|\d{1,2}(?=\s*[-—–～~至])|前三季度|上半年|[一二三四]季度|全年)*"
)
# The name of a county or city with which a title begins, and what only ends like one.
_NAME = r"[^\W\d_a-zA-Z分各按及和与全本我等业资标济况展经数据产值表额能耗的在对]"
_PLACE = re.compile(rf"{_NAME}{{1,6}}?县|{_NAME}{{2,6}}?(?:旗|区|市|州|盟)")
_NO_PLACE = re.compile(r".*(?:[城都]市|[城市地园片社矿库县辖景山灾牧林]区)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年?(?:\s*[-—–－~～至]\s*((?:19|20)\d{2})年?)?(?!\d)")
_PART = re.compile(
    r"(?:19|20)\d{2}年(?:\d{1,2}\s*[-—–－~～至]\s*\d{1,2}月|\d{1,2}月|前三季度|上半年|[一二三四1-4]季度)"
)
_ANY_YEAR = re.compile(r"(?<!\d)(?:\d{1,2}\s*[-—–－~～至]\s*\d{1,2}月|前三季度|上半年|[一二三四]季度)")


@dataclass(frozen=True, slots=True)
class Title:
    """What a title says of all figures below it.

    Attributes
    ----------
    label
        Indicator, region and period, and a part of a year that stands without one (1—11月).
    units
        Units of its unit lines.
    place
        The places that it names where they are not one region of the tables; ``None`` where it names none or one.
    """

    label: Label = field(default_factory=Label)
    units: tuple[str, ...] = ()
    place: str | None = None


def unit_line(cells: Sequence[str]) -> tuple[str, ...]:
    """Units of a line 单位：亿元 that stands below the head."""
    filled = {cell for cell in cells if cell}
    match = _UNIT_LINE.fullmatch(filled.pop()) if len(filled) == 1 else None
    return units_of(match[1].strip()) if match else ()


def title_of(sheet: Sheet, place: int) -> Title:
    """What stands above the head, which begins at a place, and in the sheet's name."""
    units: list[str] = []
    titles: list[str] = []
    texts = (cell for row in sheet.rows[:place] for cell in dict.fromkeys(row) if cell)
    for text in (cell for cell in islice(texts, MOST_TITLES) if len(cell) < LONGEST_TITLE):
        if match := _UNIT_LINE.search(text):
            units += units_of(match[1].strip())
            text = text[: match.start()].strip(" （(")
        if text:
            titles.append(text)
    subject = _indicator_in(titles)
    regions = _regions_in(titles)
    region = regions[0] if len(regions) == 1 else None
    elsewhere = "、".join(regions) if len(regions) > 1 else _unknown_place(titles, region)
    region = None if elsewhere else region
    context = Label(region=region, period=_period_in(titles), part=_part_in(titles)).over(subject)
    named = read_label(sheet.name) if sheet.name else Label()
    return Title(context.over(named), tuple(dict.fromkeys(units)), elsewhere)


def _regions_in(titles: Sequence[str]) -> list[str]:
    """The regions that the titles name; of names inside each other the longest counts, of regions the innermost."""
    names = {
        name: r.id
        for title in titles
        for r in current().regions.values()
        for name in (r.id, *r.aliases)
        # A short name may be part of another word (朝阳产业): it counts at the beginning of a title only.
        if len(name) > 1 and (name in title if name == r.id else _DATED.sub("", title).startswith(name))
    }
    named = {region for name, region in names.items() if not any(name != other and name in other for other in names)}
    around: set[str | None] = set()
    for region in named:
        parent = current().regions[region].parent
        while parent is not None:
            around.add(parent)
            parent = current().regions[parent].parent
    return sorted(named - around)


def _unknown_place(titles: Sequence[str], region: str | None) -> str | None:
    """The county or district with which a title begins that is no region of the tables: 肥西县, 合肥高新区."""
    for title in titles:
        plain = _DATED.sub("", title)
        if region is not None:  # a county behind its city
            while known := next((n for n in _names_of(region) if plain.startswith(n)), None):
                plain = plain.removeprefix(known)
        match = _PLACE.match(plain)
        if match and not _NO_PLACE.fullmatch(match[0]) and not current().ids("region", match[0]):
            return match[0]
    return None


def _names_of(region: str) -> list[str]:
    """Names of a region and of those around it, the longest first."""
    names: list[str] = []
    place: str | None = region
    while place is not None:
        entry = current().regions[place]
        names += [entry.id, *entry.aliases]
        place = entry.parent
    return sorted(names, key=len, reverse=True)


def _indicator_in(titles: Sequence[str]) -> Label:
    """The indicator that the titles name, the longest name, and the measure behind it."""
    found = [
        (len(name), title.partition(name)[2], i.id)
        for title in titles
        for i in current().indicators.values()
        for name in (i.zh, *i.aliases)
        if len(name) > 2 and name in title
    ]
    if not found:
        return Label()
    size, behind, indicator = max(found, key=lambda item: item[0])
    if len({i for n, _, i in found if n == size}) > 1:
        return Label()
    measure = next((m for m, _, word in endings() if fold(behind).startswith(word)), None)
    return Label(indicator=indicator, measure=measure)


def _period_in(titles: Sequence[str]) -> Period | None:
    """The one period that the titles name; a span of years is none."""
    for pattern in (_PART, _YEAR):
        found = {match[0] for title in titles for match in pattern.finditer(title)}
        if len(found) == 1:
            try:
                period = Period.parse(found.pop())
            except ValueError:
                return None
            return None if period.is_span else period
        if found:
            return None
    return None


def _part_in(titles: Sequence[str]) -> str | None:
    """The one part of a year that the titles name, in any year."""
    found = {match[0] for title in titles for match in _ANY_YEAR.finditer(title)}
    return found.pop() if len(found) == 1 else None
