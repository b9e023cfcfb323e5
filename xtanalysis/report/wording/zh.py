"""中文表述：按机关材料的写法，先结论后依据，数字带期别和口径。"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from xtanalysis.data.dictionary import units
from xtanalysis.model.priors import LearntFrom
from xtanalysis.report.wording import zh_terms as terms
from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.meaning import GROWTH
from xtanalysis.statements.scenarios import Scenario

SETTLES = 0.985  # 消除的不确定性超过这个数，即可定论
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


def lead(as_of: dt.date, newest: str, region: str) -> str:
    """题下的提示。"""
    here = f"本{region[-1]}" if region[-1] in "市州省盟" else "本地区"
    return f"{here}最新数据：{newest}；只用{day(as_of)}前公布的数。模型测算，非统计数据。"


def newest(when: str, published: dt.date | None) -> str:
    """最新一期数和它的公布月份。"""
    return f"{when}（{published.year}年{published.month}月公布）" if published is not None else when


def counts(total: int, by_category: Mapping[str, int]) -> str:
    """首页第一句：目标分类计数。"""
    judged = [("likely", "预计或有望完成"), ("unsure", "不确定"), ("unlikely", "有难度或难以完成")]
    parts = [f"已完成{by_category.get('done', 0)}项", f"未完成{by_category.get('missed', 0)}项"]
    parts += [f"{text}{by_category[name]}项" for name, text in judged if by_category.get(name)]
    parts += [f"待公布或待报送数据{by_category['awaiting']}项"] if by_category.get("awaiting") else []
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
    return f"这组假设{how}（在模型分布中处于第{100 * percentile:.0f}百分位，越高越少见）。"


def two_readings(name: str, observed: float, brought: float) -> str:
    """一项指标的两种读法。"""
    return f"{name}{observed:+.1f}%与{brought:+.1f}%".replace("-", "−")


def readings_lead(year: int, told: Sequence[str]) -> str:
    """两种读法方向不同的指标。"""
    return f"两种读法方向不同（{year}年与基准之差，前为观察、后为干预）：{'，'.join(told)}。"


def implied_base(name: str, year: int, low: str, high: str, word: str, chance: str) -> str:
    """按规划倒推基数后的判断。"""
    return f"{name}{year}年基数{low}至{high}（80%区间），{word}（{chance}）"


def implied_lead(told: Sequence[str]) -> str:
    """规划倒推，仅供对照。"""
    lead = "规划倒推（仅供对照，上述判断均不以此为据）：按规划通常要求的年均增长9±6个百分点由目标反推基数"
    return f"{lead}，则{'；'.join(told)}。"


def two_words(name: str, observed: str, brought: str) -> str:
    """一项目标在两种读法下的判断。"""
    return f"{name}：{observed}、{brought}"


def words_lead(told: Sequence[str]) -> str:
    """判断因读法而不同的目标。"""
    return f"读法不同，判断也不同（前为观察、后为干预）：{'；'.join(told)}。"


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


def counted_as(calibre: str) -> str:
    """口径。"""
    return f"口径：{calibre}"


def overall(name: str, ask: str, said: str, grounds: Sequence[str]) -> str:
    """总体判断中的一条：先结论，后依据。"""
    tail = "；".join(part for part in grounds if part)
    return f"<strong>{name}（{ask}）：{said}。</strong>" + (f"{tail}。" if tail else "")


def told(value: float, unit: str, changes: bool) -> str:
    """变化说增长、下降，其余照写。"""
    if not changes:
        return with_unit(value, unit)
    return f"{'增长' if value >= 0 else '下降'}{with_unit(abs(value), unit)}"


def band(median: float, low: float, high: float, unit: str, changes: bool) -> str:
    """预测区间。"""
    middle, low_, high_ = (told(value, unit, changes) for value in (median, low, high))
    return f"模型中位数{'为' if changes else ''}{middle}，80%的可能在{low_}至{high_}之间"


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


def ask_one(rank_: int, what: str, target: str, removed: float, owner: str) -> str:
    """要一个数。"""
    part = f"的不确定性可减少{number(100 * removed, 0)}%"
    gain = f"“{target}”{'即可定论' if removed >= SETTLES else part}"
    return f"{rank_}. <strong>{what}</strong>，向{owner}索取：{gain}。"


def latest_line(text: str) -> str:
    """最新值。"""
    return f"最新值：{text}"


def place_line(text: str) -> str:
    """位次。"""
    return f"横向比：{text}"


def related_line(text: str) -> str:
    """相关的数。"""
    return f"相关数（不直接用于本项判断）：{text}"


def other_reading(text: str, said: str) -> str:
    """另一种读法下的判断。"""
    return f"如按“{text}”掌握：{said}"


def front_title(region: str) -> str:
    """目录页标题。"""
    return f"{region}工业目标进展研判"


def evidence_title_of(base: int, year: int) -> str:
    """图题。"""
    return f"{base + 1}—{year}年年均增速：各类数字消除了多少不确定性"


def against(kind: str, year: int, since: int | None) -> str:
    """曲线的横轴。"""
    if kind == "cumulative_change" and since is not None:
        return f"{year}年变化" if since + 1 == year else f"{since + 1}—{year}年累计变化"
    return f"{year}年{'占比' if kind == 'share' else '实际水平'}"


def even(value: float) -> str:
    """临界值的位置。"""
    return f"临界值 {value:.{0 if abs(value) >= WHOLE_FROM else 1}f}".replace("-", "−")


def turns(name: str, what: str, needed: float, low: float, high: float, unit: str, below: bool) -> str:
    """只取决于一个数的目标：多少即可。"""
    side = "不高于" if below else "不低于"
    return (
        f"{name}：{what}{side}{with_unit(needed, unit)}即可完成；按公开数据推断为{with_unit(low, unit)}至"
        f"{with_unit(high, unit)}（80%区间）。"
    )


def poor_case(name: str, value: float, unit: str, above: bool, changes: bool) -> str:
    """一成可能的不利情形。"""
    if changes:
        span = f"{'增幅' if value >= 0 else '降幅'}{'超过' if (value >= 0) == above else '不足'}"
        return f"{name}：有一成可能{span}{with_unit(abs(value), unit)}。"
    return f"{name}：有一成可能{'高于' if above else '低于'}{with_unit(value, unit)}。"


def worst_scenario(name: str, scenario: str, said: str) -> str:
    """最不利情景。"""
    return f"{name}：{scenario}下为{said}，是几种情景中最低的。"


def doubted(figure_: str, weight: float) -> str:
    """与其他数不合的数。"""
    return f"{figure_}与其他公布数对不上，模型只按{number(100 * weight, 0)}%的分量采用，建议核实。"


def windows(n: int) -> str:
    """样本有多少。"""
    return f"2000年以来互不重叠的五年只有{n}个，任何五年预测的把握都有限；可能性一律取整到5个百分点。"


def priors_from(found: LearntFrom) -> str:
    """先验从哪来。"""
    # A municipality is the one city of its province.
    own = f"其中本省{found.own}个" if found.own > 1 else "其中有本市" if found.own else "没有本省的"
    industry = f"{'本省' if found.at_home else '外省'}{found.industry}个市"
    panel = f"{found.provinces}个省级地区{found.cities}个市{found.first}—{found.last}年的统计数据"
    learnt = f"由本省{found.own}个市各年的统计数据估计（{panel}作对照）" if found.alone else f"由{panel}估计（{own}）"
    return (
        f"模型事先的看法（先验）：增速的波动和相关程度{learnt}；规上工业增加值和投资只有{industry}的数据可用，"
        "能耗和长期增速取自全国数据与文献。本市数据越多，先验的影响越小。"
    )


def span(low: str, high: str) -> str:
    """区间。"""
    return f"{low}—{high}"


def exceeds(whole: str) -> str:
    """所报数大于它所属的总数。"""
    return f"大于{whole}，未采用"
