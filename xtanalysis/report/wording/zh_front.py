"""首页与规划期后展望的表述：一句话说清走向和把握。"""

from __future__ import annotations

from collections.abc import Sequence

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
