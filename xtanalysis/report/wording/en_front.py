"""Words of the first page and of the outlook past the plan: where it is heading and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

VERDICT_COLUMNS = ("Target", "Verdict", "Probability", "Rests on or hinges on")
VERDICT_CAPTION = "The verdicts"


def panels_note(base: int) -> str:
    """What the small charts show."""
    return (
        f"Index, {base} = 100. Line: median; band: 80 %; dots: published figures; bar: the plan's number; "
        "right of the dotted rule: forecast."
    )


def _change(value: float) -> str:
    return f"{value:+.1f} %".replace("-", "−")


def heading_to(origin: int, horizon: int, change: Sequence[float], pace: float, better: float, rises: bool) -> str:
    """Where it is heading and how sure that is."""
    low, middle, high = change
    sure = min(95, max(5, round(better * 20) * 5))
    return (
        f"{horizon} against {origin}: {_change(middle)} (80 % range {_change(low)} to {_change(high)}), "
        f"{_change(pace)} a year; about {sure} % sure to {'rise' if rises else 'fall'}."
    )
