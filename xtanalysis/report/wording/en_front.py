"""Words of the first page and of the outlook past the plan: where it is heading and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

from xtanalysis.data.dictionary import regions as _regions

HINGES_HEADING = "What the open verdicts hinge on"
VERDICT_COLUMNS = ("Target", "Verdict", "Probability", "Rests on or hinges on")
VERDICT_CAPTION = "The verdicts"


def panels_note(base: int) -> str:
    """What the small charts show."""
    return (
        f"Index, {base} = 100. Line: median; band: 80%; dots: published; bar: the plan's number; dotted rule: "
        "forecast from here."
    )


def signed(value: float) -> str:
    """A percentage with its sign."""
    return f"{value:+.1f}%".replace("-", "−")


def heading_to(origin: int, horizon: int, change: Sequence[float], pace: float, better: float, rises: bool) -> str:
    """Where it is heading and how sure that is."""
    low, middle, high = change
    sure = min(95, max(5, round(better * 20) * 5))
    return (
        f"{horizon} against {origin}: {signed(middle)} (80% range {signed(low)} to {signed(high)}), "
        f"{signed(pace)} a year; about {sure}% sure to {'rise' if rises else 'fall'}."
    )


DESK_INDICATOR = "Indicator"
REACH_NOTE = (
    "How to read it: the number under 80% is reached or bettered in about eight of ten cases; in brackets the growth "
    "a year that leads there from the base year. Of energy per value added, less is better. "
)


def desk_heading(first: int, last: int) -> str:
    """Heading of the section."""
    return f"The years {first}–{last}"


def assessed(ends: int, told: Sequence[tuple[str, Sequence[str]]], others: int) -> str:
    """How the plan ended."""
    parts = "; ".join(f"<strong>{word}</strong>: {', '.join(names)}" for word, names in told)
    rest = f" The other {others} targets have no projected paths and await their bodies' figures." if others else ""
    return f"The plan ended in {ends}; by the figures that are known: {parts}.{rest}"


BLANK_PLAN = "blank plan file (YAML)"


def fill_in(link: str, command: str, region: str) -> str:
    """How to use the blank file of the next plan."""
    return (
        f"Once the new plan is out, type its targets into this {link} and run <code>{command}</code> for this page on "
        f"the new targets; <code>xtanalysis init {region}</code> makes a whole workspace with the same file and a "
        "form for figures."
    )


def growth_column(first: int, last: int) -> str:
    """Column."""
    return f"Growth a year {first}–{last} (80%)"


def end_column(last: int) -> str:
    """Column."""
    return f"{last} (80%)"


def last_growth(name: str) -> str:
    """Column."""
    return f"{name}, last known growth"


def growth_caption(first: int, last: int) -> str:
    """Caption."""
    return f"Where {first}–{last} leads"


def reach_caption(last: int) -> str:
    """Caption."""
    return f"What {last} can reach, and the pace that it needs"


def index_note(origin: int) -> str:
    """Note of the table."""
    return (
        f"Where no level is settled, an index ({origin} = 100). Last known growth: of the latest full year published."
    )


def driven_by(region: str, name: str, figure: str, period: str, without: float, *, ahead: bool) -> str:
    """The figures that take a median away."""
    kind = "outlooks" if ahead else "figures"
    return f"most by {region}'s {kind} of {name}, the newest {figure} ({period}); without them {without:+.1f}%"


DRIVEN_BY_PRIOR = "by no one series: by what is assumed of cities in general"


def away_from_record(name: str, median: float, least: float, greatest: float, years: int, why: str) -> str:
    """An indicator whose median leaves what the regions around last did."""
    return (
        f" {name}: {median:+.1f}% a year is more than two points outside what nation and province did in the last "
        f"{years} years ({least:+.1f} to {greatest:+.1f}), driven {why}."
    )


def chance_column(chance: float) -> str:
    """Column."""
    return f"{100 * chance:.0f}% sure"


def a_year(growth: Sequence[float]) -> str:
    """Growth a year with its band."""
    low, middle, high = growth
    return f"{signed(middle)} ({signed(low)} to {signed(high)})"


def middle_and_band(middle: str, low: str, high: str) -> str:
    """Median and band."""
    return f"{middle} ({low} to {high})"


def reached(value: str, pace: float) -> str:
    """The value reached and the pace."""
    return f"{value} ({signed(pace)} a year)"


def grew(rate: float, year: int) -> str:
    """The last growth known."""
    return f"{signed(rate)} ({year})"


CURRENT_PRICES = ", current prices"


def scenario_growth_caption(first: int, last: int) -> str:
    """Caption."""
    return f"Growth a year {first}–{last} under each scenario (median)"


YEAR = ""
PART_YEAR_COLUMNS = ("Indicator", "Year to date", "Whole year (80% band)", "Learnt from")
PART_YEAR_CAPTION = "What the year to date says of the whole year"
PART_YEAR_NOTE = (
    "By how earlier years went on from the same months, less the base effect of what last year did after them."
)


def region_word(region: str) -> str:
    """A region by name."""
    return _regions()[region].en


def of_region(region: str) -> str:
    """An indicator of a region around."""
    return f"{region_word(region)}: "


def learnt_from(years: int, own: bool) -> str:
    """How many years, and whose."""
    return f"{years} {'years' if years != 1 else 'year'} of {'its own' if own else 'the regions beside and around'}"
