"""Photograph the first screen of a report for README: `python scripts/make_page_pictures.py REPORTS` (needs Chromium).

REPORTS is what `xtanalysis report --scenario baseline --as-of DAY --lang zh --lang en --out REPORTS` wrote.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from xtanalysis.report.pdf import find_chromium

FIGURES = Path(__file__).parents[1] / "docs" / "figures"
SCREEN = {"width": 1280, "height": 900}
COLOURS = 256  # enough for a page of text and three charts
LARGEST = 150_000  # bytes
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{font}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir>
<alias><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias></fontconfig>
"""


def main(reports: Path) -> None:
    """Write page.zh.png and page.en.png, with the Chinese font that the package depends on."""
    font = Path(str(find_spec("pylopdf_fonts_zh_cn").origin)).parent  # type: ignore[union-attr]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        settings = Path(folder, "fonts.conf")
        settings.write_text(FONTS.format(font=font, cache=folder), encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox"], env={**os.environ, "FONTCONFIG_FILE": str(settings)}
        )
        for lang in ("zh", "en"):
            (found,) = (reports / "runs").glob(f"*-{lang}/report.html")
            page = browser.new_page(viewport=SCREEN, color_scheme="light")
            page.goto(found.as_uri())
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            target = FIGURES / f"page.{lang}.png"
            # Not by how often a colour occurs: the plan's mark is a few pixels.
            picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(target, optimize=True)
            assert target.stat().st_size <= LARGEST, f"{target}: {target.stat().st_size} bytes"
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
