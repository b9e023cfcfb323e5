"""首页与规划期后展望的表述：一句话说清走向和把握。"""

from __future__ import annotations

from collections.abc import Sequence

HINGES_HEADING = "未定目标取决于什么"
VERDICT_COLUMNS = ("目标", "判断", "可能性", "依据或取决于")
VERDICT_CAPTION = "目标判断"


def panels_note(base: int) -> str:
    """小图的说明。"""
    return f"指数，{base}年=100。蓝线为中位数，色带为80%区间，圆点为公布数，短横线为规划目标，竖虚线以右为预测。"


def _change(value: float) -> str:
    return f"{'增长' if value >= 0 else '下降'}{abs(value):.1f}%"


def heading_to(origin: int, horizon: int, change: Sequence[float], pace: float, better: float, rises: bool) -> str:
    """走向和把握。"""
    low, middle, high = change
    sure = min(95, max(5, round(better * 20) * 5))
    return (
        f"{horizon}年比{origin}年{_change(middle)}（80%区间：{_change(low)}至{_change(high)}），"
        f"年均{_change(pace)}；{'增长' if rises else '下降'}的可能约{sure}%。"
    )


DESK_INDICATOR = "指标"
REACH_NOTE = (
    "读法：80%把握一栏的数，十次中约有八次能达到或好于它；括号内为从基年走到这个数所需的年均增速。单耗以低为好。"
)


def desk_heading(first: int, last: int) -> str:
    """节题。"""
    return f"{first}—{last}年展望"


def assessed(ends: int, told: Sequence[tuple[str, Sequence[str]]], others: int) -> str:
    """规划期满后的终评。"""
    parts = "；".join(f"<strong>{word}</strong>：{'、'.join(names)}" for word, names in told)
    rest = f"其余{others}项模型不作测算，以主管部门报数为准。" if others else ""
    return f"规划期到{ends}年已满，按现有数字终评如下。{parts}。{rest}"


BLANK_PLAN = "空白规划文件（YAML）"


def fill_in(link: str, command: str, region: str) -> str:
    """下一规划期的空白文件怎样用。"""
    return (
        f"新一期规划印发后，把目标填入{link}，再运行<code>{command}</code>，即得按新目标的本页；"
        f"<code>xtanalysis init {region}</code>另建整套工作区，内有同一文件和数据填报表。"
    )


def growth_column(first: int, last: int) -> str:
    """列名。"""
    return f"{first}—{last}年年均（80%区间）"


def end_column(last: int) -> str:
    """列名。"""
    return f"{last}年（80%区间）"


def last_growth(name: str) -> str:
    """列名。"""
    return f"{name}最近增速"


def growth_caption(first: int, last: int) -> str:
    """表题。"""
    return f"{first}—{last}年走到哪里"


def reach_caption(last: int) -> str:
    """表题。"""
    return f"{last}年能达到多少、需要多快"


def index_note(origin: int) -> str:
    """表注。"""
    return f"水平未定的指标按指数列示（{origin}年=100）；最近增速为已公布的最近一个全年数。"


def driven_by(region: str, name: str, figure: str, period: str, without: float, *, ahead: bool) -> str:
    """使中位数偏离的数据。"""
    kind = "预测" if ahead else "数据"
    return f"主要由{region}{name}{kind}决定，最近一个为{period}{figure}；不用这些{kind}则为年均{without:+.1f}%"


DRIVEN_BY_PRIOR = "并非由某一项数据决定，而来自对各城市的一般假定"


def away_from_record(name: str, median: float, least: float, greatest: float, years: int, why: str) -> str:
    """中位数偏离全国全省近年增速的指标。"""
    span = f"{least:+.1f}%至{greatest:+.1f}%"
    return f"{name}年均{median:+.1f}%，超出全国和全省近{years}年增速范围（{span}）两个百分点以上，{why}。"


def chance_column(chance: float) -> str:
    """列名。"""
    return f"{100 * chance:.0f}%把握"


def a_year(growth: Sequence[float]) -> str:
    """年均增速和区间。"""
    low, middle, high = growth
    return f"{signed(middle)}（{signed(low)}至{signed(high)}）"


def middle_and_band(middle: str, low: str, high: str) -> str:
    """中位数和区间。"""
    return f"{middle}（{low}至{high}）"


def reached(value: str, pace: float) -> str:
    """达到的值和所需增速。"""
    return f"{value}（年均{signed(pace)}）"


def grew(rate: float, year: int) -> str:
    """已知的最近增速。"""
    return f"{signed(rate)}（{year}年）"


def signed(value: float) -> str:
    """带正负号的百分数。"""
    return f"{value:+.1f}%".replace("-", "−")


CURRENT_PRICES = "（现价）"


def scenario_growth_caption(first: int, last: int) -> str:
    """表题。"""
    return f"各情景下{first}—{last}年年均增速（中位数）"


YEAR = "年"
PART_YEAR_COLUMNS = ("指标", "年内累计", "全年（80%区间）", "依据")
PART_YEAR_CAPTION = "年内累计数对全年意味着什么"
PART_YEAR_NOTE = "按往年同期到全年的变化推算，扣除上年同期到年底变动带来的基数影响。"


def region_word(region: str) -> str:
    """地区的称呼。"""
    return {"中国": "全国"}.get(region, region)


def of_region(region: str) -> str:
    """上级地区的指标。"""
    return region_word(region)


def learnt_from(years: int, own: bool) -> str:
    """依据多少年、谁的数。"""
    return f"{'本地区' if own else '省内各市和上级地区'}{years}年"
