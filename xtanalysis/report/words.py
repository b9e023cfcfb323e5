"""Fixed words of the pages, in both languages."""

from __future__ import annotations

__all__ = ["FIGURE_WORDS", "INDEX_WORDS", "PAGE_WORDS", "judgement", "percent", "rounded"]

PAGE_WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "contents": "目录",
        "code": "显示代码",
        "flip": "切换深浅色",
        "skip": "跳到正文",
        "home": "返回目录页",
        "internal": "内部",
        "internal_long": "内部资料　注意保管",
        "failed": "本次运行未完成",
        "see_cell": "查看出错的单元格",
        "about": "关于本页",
        "again": "重新生成本页的命令：",
        "data_until": "数据截至",
        "as_of": "信息日期",
        "seed": "随机种子",
        "parameters": "参数",
        "versions": "软件版本",
    },
    "en": {
        "contents": "Contents",
        "code": "Show code",
        "flip": "Light or dark",
        "skip": "Skip to the text",
        "home": "All reports",
        "internal": "INTERNAL",
        "internal_long": "Internal: keep safe",
        "failed": "This run did not finish",
        "see_cell": "See the cell that failed",
        "about": "About this page",
        "again": "The command that makes this page again:",
        "data_until": "Data until",
        "as_of": "Information as of",
        "seed": "Random seed",
        "parameters": "Parameters",
        "versions": "Software",
    },
}

FIGURE_WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "band": "{percent} % 区间",
        "median": "中位数",
        "fact": "{kind}（{trust} 级）",
        "outcome": "公布数",
        "estimate": "预计数",
        "to_date": "年内累计数",
        "outlook": "预测数",
        "plan": "规划数",
        "probability": "完成的可能性",
        "unit": "（{unit}）",
        "colon": "：",
        "semicolon": "；",
        "comma": "、",
        "stop": "。",
        "matrix": "数值",
        "at": "{base} 时为 {p}",
        "base_curve": "完成目标的可能性随{label}变化：{at}（{unit}）。",
        "scenario_end": "{name}：{year} 年中位数 {value} {unit}。",
        "fan": "中位数由 {y0} 年的 {v0} {unit}到 {y1} 年的 {v1} {unit}。",
        "fan_band": "{year} 年 {percent} % 区间为 {low} 至 {high} {unit}。",
        "fan_facts": "图上有 {n} 个公布的数，{y0}—{y1} 年。",
        "fan_target": "{label}：{year} 年 {value} {unit}。",
    },
    "en": {
        "band": "{percent} % band",
        "median": "median",
        "fact": "{kind} (grade {trust})",
        "outcome": "published",
        "estimate": "preliminary",
        "to_date": "growth to date",
        "outlook": "outlook",
        "plan": "plan",
        "probability": "probability of meeting it",
        "unit": " ({unit})",
        "colon": ": ",
        "semicolon": "; ",
        "comma": ", ",
        "stop": ". ",
        "matrix": "Values",
        "at": "{p} at {base}",
        "base_curve": "Probability of meeting the target against {label}: {at} ({unit}). ",
        "scenario_end": "{name}: median {value} {unit} in {year}. ",
        "fan": "The median goes from {v0} {unit} in {y0} to {v1} {unit} in {y1}. ",
        "fan_band": "In {year} the {percent} % band is {low} to {high} {unit}. ",
        "fan_facts": "{n} published figures are shown, {y0}–{y1}. ",
        "fan_target": "{label}: {value} {unit} in {year}. ",
    },
}

INDEX_WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "title": "情景报告目录",
        "flip": "切换深浅色",
        "skip": "跳到正文",
        "count": "共 {n} 份报告，{done} 份已完成",
        "count_failed": "，{n} 份未完成",
        "caution": "模型测算，非统计数据",
        "to=": "测算到 {} 年",
        "matrix": "情景与目标",
        "reports": "各份报告",
        "region": "地区",
        "scenario": "情景",
        "group": "地区与信息日期",
        "as_of": "信息日期",
        "lang": "语言",
        "plan": "规划",
        "all": "全部",
        "colon": "：",
        "failed": "本次运行未完成",
        "in_cell": "（第 {n} 个单元格）",
        "same_as": "同样内容的数表：",
        "fan": "{name}：中位数由 {y0} 年的 {v0} 到 {y1} 年的 {v1}（{unit}）。",
        "fan_caption": "{name}，{y0}—{y1} 年",
    },
    "en": {
        "title": "Scenario reports",
        "flip": "Light or dark",
        "skip": "Skip to the text",
        "count": "{n} reports, {done} done",
        "count_failed": ", {n} not finished",
        "caution": "Model results, not statistics",
        "to=": "to {}",
        "matrix": "Scenarios and targets",
        "reports": "Reports",
        "region": "Region",
        "scenario": "Scenario",
        "group": "Region and date",
        "as_of": "Information as of",
        "lang": "Language",
        "plan": "Plan",
        "all": "All",
        "colon": ": ",
        "failed": "This run did not finish",
        "in_cell": " (cell {n})",
        "same_as": "The same as tables:",
        "fan": "{name}: the median goes from {v0} in {y0} to {v1} in {y1} ({unit}).",
        "fan_caption": "{name}, {y0}–{y1}",
    },
}

# docs/contract.md: words before numbers; class of the style sheet beside them.
_JUDGEMENTS = (
    (0.80, "good", {"zh": "预计可完成", "en": "on course"}),
    (0.60, "fair", {"zh": "有望完成", "en": "likely"}),
    (0.40, "unsure", {"zh": "不确定", "en": "uncertain"}),
    (0.20, "poor", {"zh": "有难度", "en": "doubtful"}),
    (0.00, "bad", {"zh": "难以完成", "en": "unlikely"}),
)
_DECIDED = {"zh": ("未完成", "已完成"), "en": ("missed", "met")}
_UNKNOWN = {"zh": "无法判断", "en": "cannot be judged"}


def judgement(probability: float | None, lang: str) -> tuple[str, str]:
    """Return the word for a probability as shown and the class that colours it.

    ``None`` or NaN cannot be judged; exactly 0 or 1 says that published figures have decided.
    """
    if probability is None or probability != probability:  # NaN
        return _UNKNOWN[lang], "none"
    if probability in (0.0, 1.0):
        return _DECIDED[lang][int(probability)], "good" if probability else "bad"
    shown = rounded(probability)
    return next((words[lang], mark) for bound, mark, words in _JUDGEMENTS if shown >= bound)


def percent(probability: float | None) -> str:
    """Write a probability as shown; nothing where it cannot be judged or the figures have decided."""
    if probability is None or probability != probability or probability in (0.0, 1.0):
        return ""
    return f"{100 * rounded(probability):.0f} %"


def rounded(probability: float) -> float:
    """Round to 5 points within 5–95 %, unless the figures have decided (0 or 1); words and numbers both follow it."""
    return probability if probability in (0.0, 1.0) else min(0.95, max(0.05, round(20 * probability) / 20))
