"""Fixed terms of the pages: columns, captions, choices; the sentences draw on them."""

from __future__ import annotations

from xtanalysis.text import Language, psay, say

__all__ = ["Terms"]


class Terms:
    """Terms in a language.

    Parameters
    ----------
    lang
        The reader's language.
    """

    def __init__(self, lang: Language) -> None:
        self.lang = lang
        self.MOVEMENT_NOTE = say(
            lang, "Each column uses only what was published by that day; in brackets the probability and its range."
        )
        self.SCALES = {
            "growth": say(lang, "growth on the year before"),
            "index": say(lang, "index"),
            "level": say(lang, "share"),
        }
        self.SCALE_UNITS = {"growth": "%", "index": say(lang, "2020 = 100"), "level": "%"}
        self.MEASURES = {
            "level": psay(lang, "in a sentence", "level"),
            "share": psay(lang, "in a sentence", "share"),
            "growth": say(lang, "change on the year before"),
            "average_growth": say(lang, "yearly average"),
            "cumulative_change": say(lang, "change in all"),
            "sum": say(lang, "total"),
            "year_to_date_level": say(lang, "to date"),
            "year_to_date_growth": say(lang, "growth to date"),
            "month_growth": say(lang, "growth in the month"),
            "gap": say(lang, "gap"),
            "rank": say(lang, "rank"),
        }
        self.MISSING_COLUMNS = (
            say(lang, "Target"),
            say(lang, "Asks for"),
            say(lang, "Missing figure"),
            say(lang, "Lead body"),
            say(lang, "Who publishes it"),
        )
        self.MISSING_CAPTION = say(lang, "Figures to complete: which, and whom to ask")
        self.COVERAGE_TITLE = say(
            lang, "Coverage: 2 a full year, 1 an estimate or part of the year, blank nothing found"
        )
        self.ROLE_NAMES = {
            "outcome": psay(lang, "of a figure", "outcome"),
            "estimate": say(lang, "estimate"),
            "plan": say(lang, "official target"),
            "outlook": psay(lang, "of a figure", "outlook"),
            "assumption": say(lang, "assumption"),
        }
        self.GLANCE_COLUMNS = (
            say(lang, "Target"),
            say(lang, "Latest figure (coverage, source)"),
            say(lang, "Progress and place"),
            say(lang, "Judgement"),
        )
        self.GLANCE_CAPTION = say(lang, "The main targets at a glance")
        self.NOTHING_FOUND = say(lang, "no published figure found")
        self.TARGET = say(lang, "target: ")
        self.SCENARIO_CAPTION = say(lang, "Probability of the main targets under each scenario")
        self.ASK_INTRO = say(
            lang,
            "<strong>The figures to ask for first</strong> (by how much uncertainty about the targets each removes):",
        )
        self.EVIDENCE_PARTS = {
            "parents": say(lang, "figures of country and province"),
            "own": say(lang, "the region's own, beyond those"),
            "model": say(lang, "not removed"),
        }
        self.SECOND_COLUMNS = (
            say(lang, "Indicator"),
            say(lang, "Year"),
            say(lang, "Joint model: median"),
            say(lang, "Joint model: 80% band"),
            say(lang, "Single series: median"),
            say(lang, "Single series: 80% band"),
        )
        self.SECOND_CAPTION = say(
            lang,
            "The joint model beside a forecast of the single series: the same figures, two methods, to check "
            "one another",
        )
        self.SECOND_NONE = say(
            lang, "No indicator of this region has eight annual figures of one definition: no single-series forecast."
        )
        self.COLON = say(lang, ": ")
        self.SEMICOLON = say(lang, "; ")
        self.ALONE = say(
            lang,
            "by the indicator's own past years alone, without other indicators or policies: to be taken with caution",
        )
        self.NOT_CAUSES = say(
            lang,
            "Read as an observation, a scenario moves indicators by past correlation, not by cause: it says "
            "what usually goes with its assumptions. Read as an intervention, it acts through documented "
            "channels alone. Neither evaluates a policy.",
        )
        self.COVERAGE_STAGES = (
            say(lang, "before the search"),
            say(lang, "after the search"),
        )
        self.CHANGED_HEADING = say(lang, "What your figures changed")
        self.CHANGED_COLUMNS = (
            say(lang, "Figure given"),
            say(lang, "Expected before it (80% band)"),
            say(lang, "Verdicts that changed"),
            say(lang, "At odds with"),
        )
        self.CHANGED_CAPTION = say(
            lang, "Each internal figure: what was expected before it, which verdicts changed, what it is at odds with"
        )
        self.CHANGED_NOTE = say(
            lang,
            "The expectation knows no internal figure and leaves out the error of the figure itself. "
            "Verdicts changed by all internal figures together; each change stands beside the figures that "
            "bear on it.",
        )
        self.HINGES_HEADING = say(lang, "What the open verdicts hinge on")
        self.VERDICT_COLUMNS = (
            say(lang, "Target"),
            say(lang, "Verdict"),
            psay(lang, "of a verdict", "Probability"),
            say(lang, "Rests on or hinges on"),
        )
        self.DESK_INDICATOR = say(lang, "Indicator")
        self.REACH_NOTE = say(
            lang,
            "How to read it: the number under 80% is reached or bettered in about eight of ten cases; in "
            "brackets the growth a year that leads there from the base year. Of energy per value added, less "
            "is better. ",
        )
        self.BLANK_PLAN = say(lang, "blank plan file (YAML)")
        self.CURRENT_PRICES = say(lang, ", current prices")
        self.PART_YEAR_COLUMNS = (
            say(lang, "Indicator"),
            say(lang, "Year to date"),
            say(lang, "Whole year (80% band)"),
            say(lang, "Learnt from"),
        )
        self.PART_YEAR_NOTE = say(
            lang,
            "By how earlier years went on from the same months, less the base effect of what last year did after them.",
        )
