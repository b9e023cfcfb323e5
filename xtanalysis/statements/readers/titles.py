"""What stands above a table and in its sheet's name: indicator, region, period and units of all its figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from xtanalysis.data.dictionary import Reference, current, outward
from xtanalysis.data.reference import fold
from xtanalysis.statements.period import Period
from xtanalysis.statements.readers.labels import Label, endings, read_label, units_of
from xtanalysis.statements.readers.marks import is_note
from xtanalysis.statements.readers.sheet import Sheet

__all__ = ["Title", "title_of", "unit_line"]

MOST_TITLES, LONGEST_TITLE = 40, 200
_UNIT_LINE = re.compile(r"(?:计量)?单位\s*[:：]\s*([^()（）]+)")
_DATED = re.compile(
    r"^(?:\s|(?:19|20)\d{2}年?度?|\d{1,2}月份?|[-—–～~至]|\d{1,2}(?=\s*[-—–～~至])|前三季度|上半年|[一二三四]季度|全年)*"
)
_ANNEX = re.compile(r"^附[件表录]\s*[\d一二三四五六七八九十]*\s*[:：、.]?\s*")
_OFFICE = re.compile(r"(?:局|厅|委|委员会|办公室|政府|调查队)[编制]*$")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
# The name of a county or city with which a title begins, and what only ends like one: a city ends in 城市 or 都市
# behind one more character (诸城市), a district in 城区 or 山区 behind a name (望城区, 君山区) and not behind 主, 老 …
_NAME = r"[^\W\d_a-zA-Z分各按及和与全本我等业资标济况展经数据产值表额能耗的在对省市县级]"
_KIND = r"(?:旗|区|(?<![上年])市|州|盟)"
_PLACE = re.compile(rf"(?:{_NAME}{{1,6}}?(?<!辖)县|{_NAME}{{2,6}}?{_KIND})(?![场域县属级本群圈带值民间块下])")
_OF_COUNTY = re.compile(r"县(?!域)")  # a county is not the city of the same first characters
_NO_PLACE = re.compile(r".*(?:(?:主|中心|新|老|建成|革命老)[城山]区|.[^\W\d][城都]市|[市地园片社矿库县辖景灾牧林]区)")
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
    several
        The regions that it names where they are more than one.
    unknown
        The county or district that it begins with, behind ``label.region`` if that is known, and that is in no table.
    """

    label: Label = field(default_factory=Label)
    units: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    unknown: str | None = None


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
        if text and not is_note(text):
            titles.append(text)
    # What stands in brackets limits or explains (不含某县), and whoever issues a table stands before 关于.
    bare = [_ANNEX.sub("", _BRACKETS.sub("", title).strip().rpartition("关于")[2]) for title in titles]
    # … or in a line of its own, which tells the region where nothing else does.
    issuers = [title for title in bare if _OFFICE.search(title)]
    regions = _regions_in([title for title in bare if title not in issuers]) or _regions_in(issuers)
    region = regions[0] if len(regions) == 1 else None
    context = Label(region=region, period=_period_in(titles), part=_part_in(titles)).over(_indicator_in(titles))
    named = read_label(sheet.name) if sheet.name else Label()
    several = regions if len(regions) > 1 else ()
    unknown = None if several else next(filter(None, map(_unknown_place, bare)), None)
    return Title(context.over(named), tuple(dict.fromkeys(units)), several, unknown)


@lru_cache(maxsize=8)
def _region_names(reference: Reference) -> dict[str, str]:
    """Name of a region, of two characters or more → its id."""
    aliases = {name: r.id for r in reference.regions.values() for name in r.aliases if len(name) > 1}
    return aliases | {name: name for name in reference.regions if len(name) > 1}


def _names_in(title: str) -> Iterator[tuple[int, int, str]]:
    """Begin, end and id of the regions that a title names, the longest name at each place.

    A short name may be part of another word (朝阳产业, 中国式现代化): it counts at the beginning and behind a region
    around it only.
    """
    names = _region_names(current())
    longest = max(map(len, names))
    at = behind = _begin(title)
    last: str | None = None
    while at < len(title):
        for size in range(min(longest, len(title) - at), 1, -1):
            name = title[at : at + size]
            region = names.get(name)
            if region is None:
                continue
            inside = at == behind and (last is None or last in outward(region))
            short = inside and not _OF_COUNTY.match(title, at + size)
            if short or (size > 2 and region == name):
                behind, last = at + size, region
                yield at, behind, region
                break
        at = max(at + 1, behind)


def _regions_in(titles: Sequence[str]) -> tuple[str, ...]:
    """The regions that titles name; one that stands directly behind a region around it is meant alone."""
    found: list[str] = []
    for title in titles:
        end = -1
        for begin, behind, region in _names_in(title):
            if begin == end and found[-1] in outward(region):
                found.pop()
            found.append(region)
            end = behind
    return tuple(dict.fromkeys(found))


def _begin(title: str) -> int:
    match = _DATED.match(title)
    return match.end() if match else 0


def _unknown_place(title: str) -> str | None:
    """The county or district with which a title begins that is no region of the tables: 肥西县, 合肥高新区."""
    at = _begin(title)
    for begin, end, _ in _names_in(title):  # a county behind its city
        at = end if begin == at else at
    match = _PLACE.match(title, at)
    return match[0] if match and not _NO_PLACE.fullmatch(match[0]) else None


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
    """The one part of a year that the titles name: with its year anywhere, without one in the title's own line."""
    own = _BRACKETS.sub("", titles[0]) if titles else ""
    lines = [own, *(match[0] for title in titles[1:] for match in _PART.finditer(title))]
    lines += [title for title in titles[1:] if _begin(title) == len(title)]
    found = {match[0] for line in lines for match in _ANY_YEAR.finditer(line)}
    return found.pop() if len(found) == 1 else None
