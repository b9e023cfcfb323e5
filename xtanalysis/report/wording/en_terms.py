"""Fixed English terms: columns, captions, choices; the sentences of en.py draw on them."""

from __future__ import annotations

PROBABILITY_TITLE = "Probability that the main targets are met"
MOVEMENT_TITLE = "How the judgement of the main targets moved"
MOVEMENT_NOTE = "Each column uses only what was published by that day; in brackets the probability and its range."
RELATIONS = {
    "at_least": "at least {v}",
    "at_most": "at most {v}",
    "above": "more than {v}",
    "about": "about {v}",
    "equals": "{v}",
    "between": "{v} to {h}",
}
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
FACT_COLUMNS = ("Indicator", "Period", "Measure", "Value", "Unit", "Role", "Trust", "Published", "Source")
SOURCE_COLUMNS = ("Title", "Publisher", "Trust", "Address")
SOURCE_CAPTION = "Sources of the figures used"
REASON = "Why it is not used"
STAGE = "What is known"
STAGES = ("The country and the province", "With the region's other indicators", "With this indicator")
BAND_WIDTH = "Width of the 80% band in the last year"
ROLE_NAMES = {
    "outcome": "outcome",
    "estimate": "estimate",
    "plan": "official target",
    "outlook": "outlook",
    "assumption": "assumption",
}
MEASURE_NAMES = {
    "level": "level",
    "growth": "growth",
    "average_growth": "average growth",
    "cumulative_change": "change in all",
    "share": "share",
    "sum": "sum",
    "year_to_date_level": "level to date",
    "year_to_date_growth": "growth to date",
    "month_growth": "growth in the month",
    "gap": "gap",
    "rank": "rank",
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
RECORD_LEAD = (
    "Replayed with what was published then, against what came. Cities' real growth exists only in a later "
    "compilation: a pseudo-replay. The figures ship with the project: a record, not a blind test."
)
METHODS = {
    "engine": "joint model",
    "engine_outlooks": "joint model with outlooks",
    "naive": "last growth rate",
    "drift": "mean growth",
    "ar1": "AR(1)",
    "ets": "exponential smoothing",
    "annual": "single series",
    "outlook_half_gap": "outlook plus half the gap",
    "climatology": "what came after earlier years",
}
QUANTITIES = {
    "growth_1y": "growth of a year",
    "growth_5y_average": "average growth over five years",
    "cumulative_5y": "change over five years",
    "level_5y": "level in the fifth year",
    "share_5y": "share in the fifth year",
}
CARBON_PER_GDP = "CO₂ per unit of real GDP"
SCORE_COLUMNS = ("Asked", "Indicator", "Method", "n", "CRPS", "s.e.", "in 50%", "in 80%", "s.e. of that", "in 95%")
SCORE_CAPTION = "Scores of the replay: CRPS, the lower the better; coverage, the nearer to its name the better"
SCORE_NOTE = "Standard errors by blocks of origins: cities move together, so twelve origins are about twelve trials."
RELATIVE_COLUMNS = ("Asked", "Indicator", "Against", "n", "Ratio of CRPS", "low (90%)", "high", "Ratio of Brier")
RELATIVE_CAPTION = "The joint model against the closest other method: below 1 the joint model is closer"
NOMINAL = "nominal 80%; bars are two standard errors"
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
