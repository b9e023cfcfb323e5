"""Words of the exploring page."""

from __future__ import annotations

__all__ = ["WORDS"]

WORDS = {
    "zh": {
        "investment": "工业投资增速（%/年）",
        "share": "末年技改占工业投资（%）",
        "decline": "单位增加值能耗年降幅（%）",
        "free": "由模型决定",
        "as_of": "信息日期",
        "reading": "读法",
        "save": "存为情景文件",
        "saved": "已写入 {path}；用 xtanalysis report --scenario {path} 生成报告",
        "busy": "正在计算…",
        "target": "目标",
        "judgement": "判断",
        "probability": "可能性",
        "median": "中位数",
        "caption": "各目标",
        "value_added_real": "规上工业增加值（不变价）",
        "industrial_investment": "工业投资",
        "tech_upgrade_investment": "工业技改投资",
        "energy_intensity": "单位增加值能耗",
        "legend": "蓝：现在的假设；灰：全部由模型决定。线为中位数，带为 80%区间。",
        "chart": "{name}：{y1}年中位数{middle}，80%区间{low}至{high}（{y0}年为100）；由模型决定时{free}。",
    },
    "en": {
        "investment": "Industrial investment, % a year",
        "share": "Technical upgrading in the last year, %",
        "decline": "Energy intensity, fall in % a year",
        "free": "left to the model",
        "as_of": "Information as of",
        "reading": "Reading",
        "save": "Save as a scenario",
        "saved": "Written to {path}; xtanalysis report --scenario {path} makes its report",
        "busy": "Computing…",
        "target": "Target",
        "judgement": "Judgement",
        "probability": "Probability",
        "median": "Median",
        "caption": "Targets",
        "value_added_real": "Value added, constant prices",
        "industrial_investment": "Industrial investment",
        "tech_upgrade_investment": "Technical upgrading",
        "energy_intensity": "Energy intensity",
        "legend": "Blue: as assumed now; grey: all left to the model. Lines are medians, bands hold 80%.",
        "chart": "{name}: median {middle} in {y1}, 80% band {low} to {high} ({y0} = 100); left to the model {free}. ",
    },
}
