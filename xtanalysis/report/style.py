"""The style sheet of pages and indexes, and where their templates are; nothing of Jupyter is imported for it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

__all__ = ["TEMPLATES", "page_css"]

TEMPLATES = Path(__file__).with_name("templates")
_DARK = (
    "--paper:#14181d;--ink:#e3e7eb;--muted:#9fabb8;--grid:#39424c;--rule:#343d46;--accent:#ea8d86;--link:#8fc1ee;--wash:#1d232a;"
    "--good:#6fcfa8;--fair:#a4cf79;--unsure:#e0c060;--poor:#f0a66e;--bad:#f59a92;--good-w:#123a2e;--fair-w:#26371a;"
    "--unsure-w:#3b3212;--poor-w:#44291a;--bad-w:#48211f;--none-w:#262c33;color-scheme:dark"
)


@cache
def page_css() -> str:
    """Return the style sheet, light and dark."""
    css = (TEMPLATES / "xtanalysis" / "page.css").read_text(encoding="utf-8")
    light = re.search(r"\.page\{(--paper.*?)\}", css, re.DOTALL)
    assert light is not None
    return css.replace("DARK", _DARK).replace("LIGHT", light[1]).replace("\n", "")
