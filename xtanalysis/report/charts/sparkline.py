"""A fan chart of a few hundred bytes for a card, drawn without matplotlib."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from xtanalysis.data import dictionary
from xtanalysis.data.shown import shown_names
from xtanalysis.data.tables import table_rows
from xtanalysis.report.words import INDEX_WORDS
from xtanalysis.targets.numbers import numbers_as_text
from xtanalysis.text import Language, name_in

__all__ = ["fan_svg"]

_WIDTH, _HEIGHT = 220.0, 64.0
_PREFERRED = shown_names("small_chart")
_Bands = dict[float, dict[int, float]]  # quantile → year → value


def fan_svg(quantiles: Path, lang: Language) -> tuple[str, str]:
    """Return (SVG, caption) of one indicator of a ``quantiles.csv``; both empty where there is none."""
    for name in _PREFERRED:
        if drawn := _drawn(name, table_rows(quantiles, indicator=name), lang):
            return drawn
    found: dict[str, list[Mapping[str, str]]] = {}
    for row in table_rows(quantiles):
        found.setdefault(row["indicator"], []).append(row)
    return next(filter(None, (_drawn(name, rows, lang) for name, rows in found.items())), ("", ""))


def _drawn(indicator: str, rows: Sequence[Mapping[str, str]], lang: Language) -> tuple[str, str] | None:
    bands: _Bands = {}
    for row in rows:
        bands.setdefault(float(row["quantile"]), {})[int(row["year"])] = float(row["value"])
    return _draw(indicator, bands, rows[0]["unit"], lang) if len(bands.get(0.5, {})) > 1 else None


def _draw(indicator: str, bands: _Bands, unit: str, lang: Language) -> tuple[str, str]:
    low, high = min(min(b.values()) for b in bands.values()), max(max(b.values()) for b in bands.values())
    years = sorted(bands[0.5])
    first, last = years[0], years[-1]

    def point(year: int, value: float) -> str:
        x = _WIDTH * (year - first) / (last - first)
        y = _HEIGHT - (_HEIGHT - 6) * (value - low) / ((high - low) or 1.0) - 3
        return f"{x:.1f} {y:.1f}"

    shapes = []
    for q in sorted(q for q in bands if q < 0.5 and round(1 - q, 6) in bands):
        upper = [point(y, v) for y, v in sorted(bands[round(1 - q, 6)].items())]
        lower = [point(y, v) for y, v in sorted(bands[q].items(), reverse=True)]
        shapes.append(f'<path class="band" d="M{"L".join([*upper, *lower])}Z"/>')
    shapes.append(f'<path class="median" d="M{"L".join(point(y, bands[0.5][y]) for y in years)}"/>')
    known = dictionary.indicators().get(indicator)
    name = name_in(known, lang) if known else indicator
    unit_known = dictionary.units().get(unit)
    unit_name = name_in(unit_known, lang) if unit_known else unit
    start, end = numbers_as_text(bands[0.5][first], ",.4g"), numbers_as_text(bands[0.5][last], ",.4g")
    alt = INDEX_WORDS["fan"].told(lang, name=name, y0=first, v0=start, y1=last, v1=end, unit=unit_name)
    caption = INDEX_WORDS["fan_caption"].told(lang, name=name, y0=first, y1=last)
    head = f'<svg class="fan" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" preserveAspectRatio="none"'
    return f'{head} role="img" aria-label="{escape(alt)}">{"".join(shapes)}</svg>', caption
