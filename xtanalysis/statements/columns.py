"""What the columns of a table of figures are called."""

from __future__ import annotations

from xtanalysis.text import pmessage

__all__ = ["COLUMN_NAMES"]

COLUMN_NAMES = {
    "id": pmessage("column", "id"), "region": pmessage("column", "region"),
    "indicator": pmessage("column", "indicator"), "measure": pmessage("column", "measure"),
    "period": pmessage("column", "period"), "base_period": pmessage("column", "base_period"),
    "reference": pmessage("column", "reference"), "relation": pmessage("column", "relation"),
    "value": pmessage("column", "value"), "value_high": pmessage("column", "value_high"),
    "unit": pmessage("column", "unit"), "role": pmessage("column", "role"),
    "condition": pmessage("column", "condition"), "sd": pmessage("column", "sd"),
    "calibre": pmessage("column", "calibre"), "vintage": pmessage("column", "vintage"),
    "published": pmessage("column", "published"), "published_rule": pmessage("column", "published_rule"),
    "origin_id": pmessage("column", "origin_id"), "source_id": pmessage("column", "source_id"),
    "trust": pmessage("column", "trust"), "public": pmessage("column", "public"), "note": pmessage("column", "note"),
}  # fmt: skip
