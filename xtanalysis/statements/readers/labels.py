"""Labels of rows and columns: 工业投资（亿元） · 规上工业增加值增速(%) · 其中：技改投资 · 2024年(预计) · 合肥市."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields
from functools import lru_cache

from xtanalysis.data.dictionary import Reference, current, outward
from xtanalysis.data.reference import fold
from xtanalysis.statements.meaning import bare_name
from xtanalysis.statements.period import Period, normal, yearless
from xtanalysis.statements.readers.marks import without_marks

__all__ = [
    "FALL",
    "HOME",
    "INDEX",
    "LAST_YEAR",
    "PREVIOUS",
    "PROVINCE",
    "Label",
    "at_hand",
    "endings",
    "measure_of",
    "qualified",
    "read_label",
    "units_of",
    "vintage_role",
]

FIRST_YEAR, LAST_YEAR = 1949, 2060

HOME = frozenset(map(fold, ("全市", "本市", "我市", "全州", "本州", "本地区", "本地", "全区", "全县", "全盟")))
"""Words for the region at hand."""

_ANY_KIND = frozenset(map(fold, ("本地区", "本地")))

PROVINCE = frozenset(map(fold, ("全省", "本省", "我省", "全自治区")))
"""Words for the province around it."""

FALL = "下降"
"""The measure of a figure that counts a fall as positive."""

PREVIOUS = "index_previous"
"""The unit of an index of the year before, which says a growth: 105.4 is 5.4 %."""

INDEX = "指数"
"""The word with which the name of an index ends."""

_FALLS = tuple(
    map(fold, ("同比下降", "比上年下降", "较上年下降", "下降率", "降低率", "下降幅度", "下降", "降低", "降幅", "减少"))
)
_NOMINAL = tuple(map(fold, ("名义增速", "名义增长率", "名义增长", "nominal growth")))
_LEVELS = tuple(map(fold, ("完成额", "绝对值", "绝对量", "总量", "完成投资额")))
_NUMBERING = re.compile(
    r"^(?:其中[:：]?|#|[(（]?[一二三四五六七八九十]{1,3}[)）、.．]|\d{1,2}(?:[、．)）]|\.(?!\d))|\(\d{1,2}\)"
    r"|[·•*★☆※▲△●○■□◆◇])\s*"
)
_GROUP = re.compile(r"\(([^()]*)\)")
_TAIL = re.compile(r"[/,:;|、]([^/,:;|、]+)$")
_ROLES = {
    "estimate": (
        "预计数", "预计", "估计", "初步核算数", "初步核算", "初步数", "初步", "快报数", "快报", "e", "p", "preliminary",
        "flash", "预计完成", "预计完成数", "预计值",
    ),
    "outcome": (
        "实绩", "实际", "实际数", "实际值", "实际完成", "实际完成数", "完成", "完成数", "完成值", "执行数",
        "年报数", "年报", "最终核实数", "最终核实", "最终数", "最终", "终审", "修订数", "修订", "final",
    ),
    "outlook": ("预测数", "预测值", "预测", "展望", "f", "forecast"),
    "plan": ("目标值", "目标数", "目标任务", "规划目标", "计划目标", "目标", "计划数", "计划", "规划",
             "预期目标", "预期数", "预期值", "预期"),
}  # fmt: skip
_FIRST = frozenset(
    map(fold, ("as_published", "as published", "first release", "first estimate", "首次发布", "初次发布"))
)
_FINAL = frozenset(map(fold, ("revised", "final", "修正", "核实")))
_ROLE_OF = {fold(word): role for role, words in _ROLES.items() for word in words}
_ROLE_WORDS = "|".join(sorted(map(re.escape, _ROLE_OF), key=len, reverse=True))
_QUALIFIED = re.compile(
    rf"(.*?\d(?:年度?|月份?|季度)?|.*(?:上半年|下半年|季度|累计))\(?({_ROLE_WORDS})\)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Label:
    """What the text of a head or a row says; ``None`` where it says nothing of that kind.

    Attributes
    ----------
    indicator, unit
        Ids.
    region
        Id, or a word of `HOME` or `PROVINCE`.
    calibre
        A name, which may mean one method to a year and another since.
    measure
        A word of the grammar, or `FALL`.
    nominal
        Whether growth is said to be at current prices.
    role
        A word of the grammar.
    part
        Months or quarters without a year, as they stand (1—11月).
    """

    indicator: str | None = None
    region: str | None = None
    period: Period | None = None
    measure: str | None = None
    unit: str | None = None
    calibre: str | None = None
    role: str | None = None
    nominal: bool = False
    part: str | None = None

    @property
    def says(self) -> bool:
        """Whether it names what a figure is about: an indicator, region, period or measure."""
        return bool(self.indicator or self.region or self.period or self.measure or self.part)

    def over(self, other: Label) -> Label:
        """Take what the label leaves open from another."""
        return Label(**{f.name: getattr(self, f.name) or getattr(other, f.name) for f in fields(self)})


def at_hand(text: str, place: str | None) -> str | None:
    """The region that 全市 or 全省 means at a place: the nearest of that kind, itself or around it.

    ``None`` where there is none, or the text is no such word.
    """
    word, regions = fold(text), current().regions
    if place is None or word not in HOME | PROVINCE:
        return None
    for name in (place, *outward(place)):
        if regions[name].kind == "province" if word in PROVINCE else word[-1] == name[-1] or word in _ANY_KIND:
            return name
    return None


def qualified(text: str) -> tuple[str, str | None]:
    """A period without its qualifier, and the role that the qualifier means: 2024年(预计) → 2024年, estimate."""
    plain = normal(text)
    if plain.isdigit():
        return text, None
    match = _QUALIFIED.fullmatch(plain)
    return (match[1], _ROLE_OF[fold(match[2])]) if match else (text, None)


def vintage_role(text: str | None) -> str | None:
    """The role that a vintage means: 初步 and 快报 are estimates, 最终 and 年报 outcomes; others say nothing."""
    return None if text is None else _ROLE_OF.get(fold(text).replace("数", ""))


def vintage_stage(text: str | None) -> str | None:
    """Whether a vintage is the ``first`` figure of its kind or the ``final`` one; ``None`` where it does not say."""
    key = "" if text is None else fold(text).removesuffix("数")
    if key in _FIRST or _ROLE_OF.get(key) == "estimate":
        return "first"
    return "final" if key in _FINAL or _ROLE_OF.get(key) == "outcome" else None


def measure_of(text: str) -> tuple[str, bool] | None:
    """The measure that a word means, and whether it is nominal growth; ``None`` where it is no measure."""
    key = fold(text)
    if key in _NOMINAL:
        return "growth", True
    if key in _FALLS:
        return FALL, False
    word = current().words["measure"].get(key)
    return None if word is None else (word, False)


def units_of(text: str) -> tuple[str, ...]:
    """Ids of the units that a text names: 亿元 · 亿元、%."""
    reference = current()
    if whole := reference.ids("unit", text):
        return whole[:1]
    parts = [reference.ids("unit", part) for part in re.split(r"[、,，;；和或]|/(?=%)", text) if part.strip()]
    return tuple(ids[0] for ids in parts if ids) if parts and all(parts) else ()


def read_label(text: str) -> Label:
    """Read a head or a row's label. What it cannot make out it leaves open."""
    return _read(current(), text)


@lru_cache(maxsize=16384)
def _read(reference: Reference, text: str) -> Label:
    name = unicodedata.normalize("NFKC", without_marks(text)).strip()
    while match := _NUMBERING.match(name):
        name = name[match.end() :]
    if not name or len(name) > 120:
        return Label()
    found = _whole(reference, name)
    if found is not None:
        return found
    found = Label()
    for group in _GROUP.findall(name):
        part = _group(reference, group)
        if part is not None:
            found = found.over(part)
            name = name.replace(f"({group})", "", 1).strip()
    if tail := _TAIL.search(name):
        part = _group(reference, tail[1])
        if part is not None and name[: tail.start()]:
            found, name = found.over(part), name[: tail.start()].strip()
    if name.endswith("%") and len(name) > 1:
        found, name = found.over(Label(unit="percent")), name[:-1].rstrip(" ±")
    if found.unit == PREVIOUS and name.endswith(INDEX):  # 地区生产总值指数（上年=100）
        name = name.removesuffix(INDEX) if _whole(reference, name) is None else name
    rest = _whole(reference, name) or _parts(reference, name)
    return rest.over(found) if rest is not None else found


def _whole(reference: Reference, name: str) -> Label | None:
    """A text that is one thing: an indicator, region, period, measure or unit."""
    bare = bare_name(name)
    if ids := reference.ids("indicator", name) or reference.ids("indicator", bare):
        return Label(indicator=ids[0], nominal=bare != name)
    if period := _period(name):
        return period
    if yearless(name):
        return Label(part=name)
    if region := _region(reference, name):
        return Label(region=region)
    if measure := measure_of(name):
        return Label(measure=measure[0], nominal=measure[1])
    units = units_of(name) if not name.isdigit() else ()
    if units:
        return Label(unit=units[0])
    return Label(role=_ROLE_OF[fold(name)]) if len(name) > 1 and fold(name) in _ROLE_OF else None


def _region(reference: Reference, name: str) -> str | None:
    """The region that a name means: its id, or the word itself where it depends on where one stands (全省)."""
    if fold(name) in HOME | PROVINCE:
        return name
    ids = reference.ids("region", name)
    return ids[0] if len(ids) == 1 and not name.isdigit() else None


def _period(name: str) -> Label | None:
    core, role = qualified(name)
    try:
        period = Period.parse(core)
    except ValueError:
        return None
    inside = period.first_year >= FIRST_YEAR and period.year <= LAST_YEAR
    return Label(period=period, role=role) if inside else None


def _group(reference: Reference, text: str) -> Label | None:
    """What stands in brackets or behind a stroke: a unit, a role, a measure, a period, a calibre."""
    if units := units_of(text):
        return Label(unit=units[0])
    if role := _ROLE_OF.get(fold(text)):
        return Label(role=role)
    if measure := measure_of(text):
        return Label(measure=measure[0], nominal=measure[1])
    if period := _period(text):
        return period
    if reference.ids("calibre", text):
        return Label(calibre=text)
    # 同比增长，% and 比上年增长% hold a measure and a unit.
    if text.endswith("%") and (measure := measure_of(text[:-1].rstrip(",±"))):
        return Label(measure=measure[0], nominal=measure[1], unit="percent")
    return None


def _parts(reference: Reference, name: str) -> Label | None:
    """An indicator behind a region or a period and before a measure: 合肥市2024年工业投资增速."""
    for measure, nominal, word in _endings(reference):
        if fold(name).endswith(word) and len(fold(name)) > len(word):
            head = _cut(name, len(word)).rstrip(",:的 ")
            inner = _whole(reference, head) or _prefixed(reference, head)
            if inner is not None and inner.says:
                return Label(measure=measure, nominal=nominal).over(inner)
    return _prefixed(reference, name)


def endings() -> tuple[tuple[str, bool, str], ...]:
    """(measure, nominal, folded word) of every word that turns an indicator's name into a measure of it."""
    return _endings(current())


@lru_cache(maxsize=8)
def _endings(reference: Reference) -> tuple[tuple[str, bool, str], ...]:
    """(measure, nominal, folded word), the longest word first."""
    found = [("growth", True, word) for word in _NOMINAL] + [(FALL, False, word) for word in _FALLS]
    found += [(measure, False, word) for word, measure in reference.words["measure"].items() if len(word) > 1]
    found += [("level", False, word) for word in _LEVELS]
    return tuple(sorted(found, key=lambda item: -len(item[2])))


def _cut(name: str, folded: int) -> str:
    """The name without its last ``folded`` characters as folded (blanks do not count)."""
    left = len(fold(name)) - folded
    for end in range(left, len(name) + 1):
        if len(fold(name[:end])) == left:
            return name[:end]
    return name


def _prefixed(reference: Reference, name: str) -> Label | None:
    """An indicator behind the name of a region or a period."""
    for size in range(min(12, len(name) - 1), 1, -1):
        head, rest = name[:size], name[size:].lstrip(",:的 ")
        label = None
        if region := _region(reference, head):
            label = Label(region=region)
        elif head[0].isdigit():
            label = _period(head)
        if label is None or not rest:
            continue
        inner = _whole(reference, rest) or (_parts(reference, rest) if len(rest) < len(name) else None)
        if inner is not None and inner.says:
            return inner.over(label)
    return None
