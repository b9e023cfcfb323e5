"""Lights and changes of the scorecard in words, in both languages."""

from __future__ import annotations

from xtanalysis.accounting.mechanics import RULES, Light
from xtanalysis.targets.numbers import period_text
from xtanalysis.targets.scorecard import Change
from xtanalysis.targets.words import statement_text
from xtanalysis.text import Language, Message, message, say

__all__ = ["LIGHTS", "MARKS", "change_text", "light_word", "rule_text"]

LIGHTS: dict[Light, Message] = {
    "green": message("green"),
    "yellow": message("yellow"),
    "red": message("red"),
    "grey": message("grey"),
}
MARKS: dict[Light, str] = {"green": "good", "yellow": "unsure", "red": "bad", "grey": "none"}
"""Class of the style sheet."""


def light_word(light: Light, lang: Language) -> str:
    """The light in a word; the style sheet sets a disc of its colour before it."""
    return LIGHTS[light].told(lang)


def rule_text(lang: Language) -> str:
    """The rule of the lights in one line."""
    parts = [say(lang, "{light}: {rule}", light=LIGHTS[light], rule=rule) for light, rule in RULES.items()]
    return say(lang, "{sentence}.", sentence=say(lang, "; ").join(parts))


def change_text(change: Change, unit: str, lang: Language) -> str:
    """Which statements moved the row, in the target's unit: new figures, and corrections with the old value."""
    said = [
        say(lang, "{period} {figure}", period=period_text(s.period, lang), figure=statement_text(s, lang, unit))
        for s in change.new
    ]
    for old, new in change.corrected:
        before, after = (statement_text(s, lang, unit) for s in (old, new))
        when = period_text(new.period, lang)
        said.append(say(lang, "{when} corrected from {before} to {after}", when=when, before=before, after=after))
    return say(lang, "; ").join(said)
