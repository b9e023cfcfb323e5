"""Lights and changes of the scorecard in words, in both languages."""

from __future__ import annotations

from xtanalysis.accounting.mechanics import RULES, Light
from xtanalysis.report.charts.fonts import Language
from xtanalysis.targets.scorecard import Change
from xtanalysis.targets.words import one_of, period_text, statement_text

__all__ = ["LIGHTS", "change_text", "light_word", "rule_text"]

LIGHTS: dict[Light, tuple[str, str, str]] = {
    # light: (中文, English, mark of the style sheet)
    "green": ("绿", "green", "good"),
    "yellow": ("黄", "yellow", "unsure"),
    "red": ("红", "red", "bad"),
    "grey": ("灰", "grey", "none"),
}


def light_word(light: Light, lang: Language) -> str:
    """The light in a word; the style sheet sets a disc of its colour before it."""
    return LIGHTS[light][0 if lang == "zh" else 1]


def rule_text(lang: Language) -> str:
    """The rule of the lights in one line."""
    parts = [
        f"{LIGHTS[light][0] if lang == 'zh' else LIGHTS[light][1]}：{one_of(RULES[light], lang)}" for light in RULES
    ]
    return "；".join(parts) + "。" if lang == "zh" else "; ".join(parts).replace("：", ": ") + "."


def change_text(change: Change, unit: str, lang: Language) -> str:
    """Which statements moved the row, in the target's unit: new figures, and corrections with the old value."""
    joint = "" if lang == "zh" else " "
    said = [f"{period_text(s.period, lang)}{joint}{statement_text(s, lang, unit)}" for s in change.new]
    for old, new in change.corrected:
        before, after = (statement_text(s, lang, unit) for s in (old, new))
        when = period_text(new.period, lang)
        said.append(f"{when}由{before}更正为{after}" if lang == "zh" else f"{when} corrected from {before} to {after}")
    return ("；" if lang == "zh" else "; ").join(said)
