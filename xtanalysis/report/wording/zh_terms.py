"""中文固定用语：列名、表题、选项，供 zh.py 的句子取用。"""

from __future__ import annotations

MOVEMENT_TITLE = "各时点对主要目标完成可能性的判断"
MOVEMENT_NOTE = "每一列只用当日以前公布的数字；括号内为可能性及其区间。"
SCALES = {"growth": "比上年增长", "index": "指数", "level": "比重"}
SCALE_UNITS = {"growth": "%", "index": "2020年=100", "level": "%"}
MEASURES = {
    "level": "为",
    "share": "为",
    "growth": "比上年变动",
    "average_growth": "年均增长",
    "cumulative_change": "累计变动",
    "sum": "合计",
    "year_to_date_level": "累计",
    "year_to_date_growth": "累计增长",
    "month_growth": "当月增长",
    "gap": "高于上级地区",
    "rank": "位次",
}
LEAD_NOT_STATED = "文件未明确"
MISSING_COLUMNS = ("目标", "要求", "缺哪个数", "牵头单位", "数据提供单位")
MISSING_CAPTION = "待补的数：缺什么、找谁要"
COVERAGE_TITLE = "数据覆盖：2为全年数，1为预计数或年内累计数，空白为未查到"
ROLE_NAMES = {"outcome": "公布数", "estimate": "预计数", "plan": "计划目标", "outlook": "预测", "assumption": "假设"}
GLANCE_COLUMNS = ("目标", "最新值（口径、来源）", "进度与位次", "判断")
GLANCE_CAPTION = "主要目标一览"
NOTHING_FOUND = "未查到公布数"
TARGET = "目标："
NOTHING_MISSING = "—"
SCENARIO_CAPTION = "各情景下主要目标完成的可能性"
ASK_INTRO = "<strong>最该先要的三个数</strong>（按能减少多少不确定性排序）："
EVIDENCE_PARTS = {"parents": "全国、全省数字", "own": "在此之外，本地区数字", "model": "仍未消除"}
LIKELY = "推断范围（80%）"
SECOND_COLUMNS = ("指标", "年份", "联合模型：中位数", "联合模型：80%区间", "单序列预测：中位数", "单序列预测：80%区间")
SECOND_CAPTION = "联合模型与单序列预测并列：同一批数据、两种算法，供互相核对"
SECOND_NONE = "本地区没有一个指标有8年以上同口径的年度数，单序列预测不作。"
COLON = "："
SEMICOLON = "；"
ALONE = "只按本指标自己的历年数外推，不计其他指标和政策的影响，请慎用"
NOT_CAUSES = (
    "按“观察”读的情景，各指标的联动来自历史相关，不等于因果，说的是“如果……，通常会……”；"
    "按“干预”读的情景只计入有出处的传导渠道。两者都不是政策效果评估。"
)
SECOND_NAME = "单序列预测"
COVERAGE_STAGES = ("搜集之前", "搜集之后")
CHANGED_HEADING = "所报数改变了什么"
CHANGED_COLUMNS = ("所报数", "报数前的预期（80%区间）", "判断的变化", "与其他数不一致")
CHANGED_CAPTION = "每个内部数：报数前的预期、有变化的判断、不一致之处"
CHANGED_NOTE = "预期不含任何内部数，也不含所报数本身的误差；判断的变化是全部内部数一起带来的，列在与之有关的各数下。"
CHANGED_NOTHING = "无"
CHANGED_UNKNOWN = "模型不涉及"
