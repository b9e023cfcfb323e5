"""中文表述：按机关材料的写法，先结论后依据，数字带期别和口径。"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from xtanalysis.data.dictionary import units
from xtanalysis.report.wording import zh_terms as terms
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.meaning import GROWTH
from xtanalysis.statements.scenarios import Scenario

WHOLE_FROM = 100.0  # 从这个数起取整


def number(value: float, digits: int = 1) -> str:
    """一般保留一位小数，整数不带小数。"""
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace("-", "−")


def day(value: dt.date) -> str:
    """日期。"""
    return f"{value.year}年{value.month}月{value.day}日"


def with_unit(value: float, unit: str) -> str:
    """测算值加单位：百分数一位小数，百以上的数取整。"""
    whole = abs(value) >= WHOLE_FROM and units()[unit].dimension != "fraction"
    return f"{value:.{0 if whole else 1}f}".replace("-", "−") + units()[unit].zh


def given(value: float, unit: str) -> str:
    """公布的、假设的数，照原样。"""
    return f"{number(value)}{units()[unit].zh}"


def chart_title(name: str, scale: str) -> str:
    """图题。"""
    return f"{name}：{terms.SCALES[scale]}"


def scale_unit(scale: str) -> str:
    """纵轴单位。"""
    return terms.SCALE_UNITS[scale]


def scenario_title(scenario: Scenario) -> str:
    """情景名。"""
    return scenario.zh


def page_title(region: str, scenario: str) -> str:
    """页题。"""
    return f"{region}工业目标进展研判：{scenario}"


def subtitle(number_: str, until: int) -> str:
    """副题。"""
    return f"{number_}　测算到{until}年"


def lead(as_of: dt.date, newest: str) -> str:
    """题下的提示。"""
    return f"本市最新数据：{newest}；只用{day(as_of)}前公布的数。模型测算，非统计数据。"


def newest(when: str, published: dt.date | None) -> str:
    """最新一期数和它的公布月份。"""
    text = period(when)
    return f"{text}（{published.year}年{published.month}月公布）" if published is not None else text


def counts(total: int, by_category: Mapping[str, int]) -> str:
    """首页第一句：目标分类计数。"""
    judged = [("likely", "预计或有望完成"), ("unsure", "不确定"), ("unlikely", "有难度或难以完成")]
    parts = [f"已完成{by_category.get('done', 0)}项", f"未完成{by_category.get('missed', 0)}项"]
    parts += [f"{text}{by_category[name]}项" for name, text in judged if by_category.get(name)]
    parts += [f"待公布或待报送数据{by_category.get('awaiting', 0)}项"]
    return f"文件共{total}项目标：{'，'.join(parts)}。"


def scenario_reason(scenario: Scenario) -> str:
    """情景说明。"""
    return scenario.reason_zh


def assumption(years: tuple[int, int], statement: Statement, name: str) -> str:
    """一条假设，管一年或连续几年。"""
    first, last = years
    when = f"{first}年" if first == last else f"{first}—{last}年每年"
    amount = given(statement.value, statement.unit)
    if statement.versus is not None:
        points = statement.measure in (*GROWTH, "share")
        far = f"{number(abs(statement.value))}{'个百分点' if points else '%'}"
        side = "高" if statement.value >= 0 else "低"
        noun = {"growth": "增速", "average_growth": "年均增速", "cumulative_change": "累计变化"}.get(
            statement.measure, ""
        )
        return f"{when}{name}{noun}比基准{side}{far}"
    if statement.measure == "growth":
        verb = "增长" if statement.value >= 0 else "下降"
        return f"{when}{name}{verb}{given(abs(statement.value), statement.unit)}"
    return f"{when}{name}{terms.MEASURES[statement.measure]}{amount}"


def plausibility(percentile: float) -> str:
    """情景离基准有多远。"""
    how = "与基准相近" if percentile < 0.5 else "偏离基准但仍属常见" if percentile < 0.9 else "偏离基准较大，属少见情形"
    return f"这组假设{how}（在模型分布中处于第{100 * percentile:.0f}百分位，数值越大越少见）。"


def two_readings(name: str, observed: float, brought: float) -> str:
    """一项指标的两种读法。"""
    return f"{name}{observed:+.1f}%与{brought:+.1f}%"


def readings_lead(year: int, told: Sequence[str]) -> str:
    """两种读法方向不同的指标。"""
    return f"两种读法方向不同（{year}年与基准之差，前为观察、后为干预）：{'，'.join(told)}。"


def joined(parts: Sequence[str]) -> str:
    """顿号连接。"""
    return "、".join(parts)


def because(reason: str) -> str:
    """理由。"""
    return f"（{reason.rstrip('。')}）"


def foot(statements: int, effective: float) -> dict[str, str]:
    """页脚的说明。"""
    return {
        "所用陈述": f"{statements}条",
        "超参数有效个数": f"{effective:.0f}",
    }


def period(text: str) -> str:
    """期别。"""
    if "Q" in text:
        return f"{text[:4]}年{terms.QUARTERS[int(text[-1]) - 1]}"
    if "/" in text:
        start, end = text.split("/")
        if "-" in start:
            return f"{start[:4]}年{int(start[5:])}—{int(end[5:])}月"
        return f"{start}—{end}年"
    return f"{text[:4]}年{int(text[5:])}月" if "-" in text else f"{text}年"


def figure(
    name: str, measure: str, value: float, unit: str, when: str, calibre: str, publisher: str, preliminary: bool
) -> str:
    """一个公布数：数值、期别、口径、来源。"""
    change = measure in ("growth", "year_to_date_growth", "average_growth", "cumulative_change", "month_growth")
    verb = {"average_growth": "年均", "year_to_date_growth": "同比", "cumulative_change": "累计"}.get(measure, "")
    shown = given(value, unit)
    if change:
        shown = f"{verb}{'增长' if value >= 0 else '下降'}{number(abs(value), 2)}{units()[unit].zh}"
    inside = "，".join(part for part in (calibre, "预计数" if preliminary else "", publisher) if part)
    return f"{name}{period(when)}{shown}" + (f"（{inside}）" if inside else "")


def missing(what: str, owner: str) -> str:
    """缺的数和提供单位。"""
    return f"{what}；{owner}提供"


def lacking(what: str) -> str:
    """缺的数。"""
    return f"缺{what}"


def growth_so_far(base: int, last: int, change: float, average: float) -> str:
    """累计增长。"""
    years = f"{base + 1}年" if last == base + 1 else f"{base + 1}—{last}年"
    verb = "增长" if change >= 0 else "下降"
    tail = "" if last == base + 1 else f"，年均{verb}{number(abs(100 * average))}%"
    return f"{years}{'累计' if last > base + 1 else ''}{verb}{number(abs(100 * change))}%{tail}"


def still_needed(first: int, last: int, rate: float) -> str:
    """以后年均需要多少。"""
    years = f"{first}年" if first == last else f"{first}—{last}年平均每年"
    if rate <= 0:
        return f"即使{years}下降{number(abs(100 * rate))}%，也能达到"
    return f"{years}还需增长{number(100 * rate)}%"


def aside(text: str, told: str) -> str:
    """正文后的括注。"""
    return f"{text}（{told}）"


def overall(name: str, ask: str, said: str, grounds: Sequence[str]) -> str:
    """总体判断中的一条：先结论，后依据。"""
    tail = "；".join(part for part in grounds if part)
    return f"<strong>{name}（{ask}）：{said}。</strong>" + (f"{tail}。" if tail else "")


def band(median: float, low: float, high: float, unit: str) -> str:
    """预测区间。"""
    return f"模型中位数{with_unit(median, unit)}，80%的可能在{with_unit(low, unit)}至{with_unit(high, unit)}之间"


def joint(
    names: Sequence[str], all_met: float, product: float, tilt: float, at_least: Sequence[tuple[int, float]]
) -> str:
    """几项目标同时完成。"""
    more = "，".join(f"至少{k}项完成的可能性约{number(100 * p, 0)}%" for k, p in at_least)
    how = "同升同降" if tilt > 0.005 else "相互牵制" if tilt < -0.005 else "基本独立"
    return (
        f"能测算的{len(names)}项（{'、'.join(names)}）同时完成的可能性约{number(100 * all_met, 0)}%；"
        f"若各项互不相关应为{number(100 * product, 0)}%，说明这几项{how}。{more}。"
    )


def ask_one(rank_: int, name: str, when: int, what: str, target: str, removed: float, owner: str) -> str:
    """要一个数。"""
    gain = f"可消除“{target}”判断中{number(100 * removed, 0)}%的不确定"
    return f"{rank_}. <strong>{when}年{name}（{what}）</strong>，向{owner}索取：{gain}。"


def latest_line(text: str) -> str:
    """最新值。"""
    return f"最新值：{text}"


def place_line(text: str) -> str:
    """位次。"""
    return f"横向比：{text}"


def other_reading(text: str, said: str) -> str:
    """另一种读法下的判断。"""
    return f"如取“{text}”：{said}"


def front_title(region: str) -> str:
    """目录页标题。"""
    return f"{region}工业目标进展研判"


def evidence_title_of(base: int, year: int) -> str:
    """图题。"""
    return f"{base}—{year}年年均增速的不确定性由谁说清"


def against(kind: str, year: int, since: int | None) -> str:
    """曲线的横轴。"""
    if kind == "cumulative_change" and since is not None:
        return f"{year}年变化" if since + 1 == year else f"{since + 1}—{year}年累计变化"
    return f"{year}年{'占比' if kind == 'share' else '实际水平'}"


def even(value: float) -> str:
    """盈亏平衡点的位置。"""
    return f"盈亏平衡点 {value:.{0 if abs(value) >= WHOLE_FROM else 1}f}".replace("-", "−")


def poor_case(name: str, value: float, unit: str) -> str:
    """一成可能的不利情形。"""
    return f"{name}：有一成可能差于{with_unit(value, unit)}。"


def worst_scenario(name: str, scenario: str, said: str) -> str:
    """最不利情景。"""
    return f"{name}：{scenario}下为{said}，是几种情景中最低的。"


def doubted(figure_: str, weight: float) -> str:
    """与其他数不合的数。"""
    return f"{figure_}与其他公布数对不上，模型只按{number(100 * weight, 0)}%的分量采用，建议核实。"


def windows(n: int) -> str:
    """样本有多少。"""
    return f"2000年以来互不重叠的五年只有{n}个，任何五年预测的把握都有限；可能性一律取整到5个百分点。"


def span(low: str, high: str) -> str:
    """区间。"""
    return f"{low}—{high}"


def exceeds(whole: str) -> str:
    """所报数大于它所属的总数。"""
    return f"大于{whole}，未采用"
