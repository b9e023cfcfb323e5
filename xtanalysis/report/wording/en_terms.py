"""Fixed English terms: columns, captions, choices; the sentences of en.py draw on them."""

from __future__ import annotations

MOVEMENT_TITLE = "How the judgement of the main targets moved"
MOVEMENT_NOTE = "Each column uses only what was published by that day; in brackets the probability and its range."
SCALES = {"growth": "growth on the year before", "index": "index", "level": "share"}
SCALE_UNITS = {"growth": "%", "index": "2020 = 100", "level": "%"}
MEASURES = {
    "level": "level",
    "share": "share",
    "growth": "change on the year before",
    "average_growth": "yearly average",
    "cumulative_change": "change in all",
    "sum": "total",
    "year_to_date_level": "to date",
    "year_to_date_growth": "growth to date",
    "month_growth": "growth in the month",
    "gap": "gap",
    "rank": "rank",
}
LEAD_NOT_STATED = "not named in the document"
MISSING_COLUMNS = ("Target", "Asks for", "Missing figure", "Lead body", "Who publishes it")
MISSING_CAPTION = "Figures to complete: which, and whom to ask"
COVERAGE_TITLE = "Coverage: 2 a full year, 1 an estimate or part of the year, blank nothing found"
ROLE_NAMES = {
    "outcome": "outcome",
    "estimate": "estimate",
    "plan": "official target",
    "outlook": "outlook",
    "assumption": "assumption",
}
GLANCE_COLUMNS = ("Target", "Latest figure (coverage, source)", "Progress and place", "Judgement")
GLANCE_CAPTION = "The main targets at a glance"
NOTHING_FOUND = "no published figure found"
TARGET = "target: "
NOTHING_MISSING = "—"
SCENARIO_CAPTION = "Probability of the main targets under each scenario"
ASK_INTRO = (
    "<strong>The three figures to ask for first</strong> (by how much uncertainty about the targets each removes):"
)
EVIDENCE_PARTS = {
    "parents": "figures of country and province",
    "own": "the region's own, beyond those",
    "model": "not removed",
}
LIKELY = "where the evidence puts it (80%)"
SECOND_COLUMNS = (
    "Indicator",
    "Year",
    "Joint model: median",
    "Joint model: 80% band",
    "Single series: median",
    "Single series: 80% band",
)
SECOND_CAPTION = (
    "The joint model beside a forecast of the single series: the same figures, two methods, to check one another"
)
SECOND_NONE = "No indicator of this region has eight annual figures of one definition: no single-series forecast."
COLON = ": "
SEMICOLON = "; "
ALONE = "by the indicator's own past years alone, without other indicators or policies: to be taken with caution"
NOT_CAUSES = (
    "Read as an observation, a scenario moves indicators by past correlation, not by cause: it says what usually goes "
    "with its assumptions. Read as an intervention, it acts through documented channels alone. Neither evaluates a "
    "policy."
)
SECOND_NAME = "single series"
COVERAGE_STAGES = ("before the search", "after the search")
CHANGED_HEADING = "What your figures changed"
CHANGED_COLUMNS = ("Figure given", "Expected before it (80% band)", "Verdicts that changed", "At odds with")
CHANGED_CAPTION = "Each internal figure: what was expected before it, which verdicts changed, what it is at odds with"
CHANGED_NOTE = (
    "The expectation knows no internal figure and leaves out the error of the figure itself. Verdicts changed by all "
    "internal figures together; each change stands beside the figures that bear on it."
)
CHANGED_NOTHING = "none"
CHANGED_UNKNOWN = "not modelled"
