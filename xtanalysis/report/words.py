"""Fixed words of the pages, in both languages."""

from __future__ import annotations

from xtanalysis.text import message, pmessage

__all__ = ["FIGURE_WORDS", "INDEX_WORDS", "PAGE_WORDS", "rounded"]

PAGE_WORDS = {
    "contents": message("Contents"),
    "code": message("Show code"),
    "flip": message("Light or dark"),
    "skip": message("Skip to the text"),
    "home": message("All reports"),
    "internal": message("INTERNAL"),
    "internal_long": message("Internal: keep safe"),
    "failed": message("This run did not finish"),
    "see_cell": message("See the cell that failed"),
    "about": message("About this page"),
    "again": message("The command that makes this page again:"),
    "data": message("Data"),
    "csv": message("Data (CSV)"),
    "colon": message(": "),
    "data_until": message("Newest figures"),
    "as_of": message("Information as of"),
    "seed": message("Random seed"),
    "parameters": message("Parameters"),
    "versions": message("Software"),
    "no_script": message("(A script or outside content stood here; pages do not show it.)"),
    "no_output": message("(An output of type {kind} cannot be shown here.)"),
    "bad_output": message("(An output cannot be shown here: {error})"),
}

FIGURE_WORDS = {
    "band": message("{percent}% band"),
    "median": message("median"),
    "quantile": message("{percent}% quantile"),
    "year": message("year"),
    "low": message("low"),
    "high": message("high"),
    "fact": message("{kind} (grade {trust})"),
    "outcome": message("published"),
    "estimate": message("preliminary"),
    "to_date": pmessage("chart", "growth to date"),
    "outlook": pmessage("chart", "outlook"),
    "plan": pmessage("chart", "plan"),
    "probability": message("probability of meeting it"),
    "unit": message(" ({unit})"),
    "colon": message(": "),
    "semicolon": message("; "),
    "comma": message(", "),
    "stop": message(". "),
    "matrix": message("Values"),
    "at": message("{p} at {base}"),
    "base_curve": message("Probability of meeting the target against {label}: {at} ({unit}). "),
    "scenario_end": message("{name}: median {value} {unit} in {year}. "),
    "fan": message("The median goes from {v0} {unit} in {y0} to {v1} {unit} in {y1}. "),
    "fan_band": message("In {year} the {percent}% band is {low} to {high} {unit}. "),
    "fan_facts": message("{n} published figures are shown, {y0}–{y1}. "),
    "fan_target": message("{label}: {value} {unit} in {year}. "),
}

INDEX_WORDS = {
    "title": message("Scenario reports"),
    "flip": message("Light or dark"),
    "skip": message("Skip to the text"),
    "count": message("{n} reports, {done} done"),
    "count_failed": message(", {n} not finished"),
    "caution": message("Model results, not statistics"),
    "to=": message("to {}"),
    "matrix": message("Scenarios and targets"),
    "reports": message("Reports"),
    "region": message("Region"),
    "scenario": message("Scenario"),
    "as_of": message("Information as of"),
    "lang": message("Language"),
    "plan": message("Plan"),
    "all": message("All"),
    "colon": message(": "),
    "on": message("on course"),
    "open": message("open"),
    "off": message("off course"),
    "failed": message("This run did not finish"),
    "in_cell": message(" (cell {n})"),
    "same_as": message("The same as tables:"),
    "fan": message("{name}: the median goes from {v0} in {y0} to {v1} in {y1} ({unit})."),
    "fan_caption": message("{name}, {y0}–{y1}"),
}


def rounded(probability: float) -> float:
    """Round to 5 points within 5–95 %, unless the figures have decided (0 or 1); words and numbers both follow it."""
    return probability if probability in (0.0, 1.0) else min(0.95, max(0.05, round(20 * probability) / 20))
