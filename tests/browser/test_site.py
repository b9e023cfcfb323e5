"""The site builds without a warning, its links lead somewhere, and a page of each kind holds to axe-core.

Of the pages with cells the cheapest is run here; make docs runs all of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

import xtanalysis as xt

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DOCS = Path(__file__).parents[2] / "docs"
SHOWN = ("index", "tutorial.zh", "method.zh", "track_record", "api/xtanalysis.Study")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet", "-d", folder / "read"]
    unrun = {**os.environ, "XTANALYSIS_DOCS_UNRUN": "gallery.md tutorial.md howto/*.md"}
    done = subprocess.run([*command, DOCS, folder / "site"], env=unrun, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return folder / "site"


def test_every_page_of_the_folder_is_in_the_site(site: Path) -> None:
    sources = {path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md")}
    built = {path.relative_to(site).with_suffix("").as_posix() for path in site.rglob("*.html")}
    assert sources <= built


def test_the_reference_holds_every_public_name(site: Path) -> None:
    documented = {path.stem.removeprefix("xtanalysis.") for path in (site / "api").glob("*.html")}
    functions = {f"plot.{name}" for name in xt.plot.__all__}
    assert documented == {name for name in dir(xt) if name not in {"__version__", "plot"}} | functions


def test_links_lead_somewhere(site: Path) -> None:
    """Pages, files and anchors exist; addresses elsewhere are at least addresses."""
    found = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    pages = {path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in found}
    anchors = {path.resolve(): {tag["id"] for tag in page.select("[id]")} for path, page in pages.items()}
    broken, counted = [], 0
    for path, page in pages.items():
        for tag in page.select("a[href], img[src], link[href], script[src]"):
            link = tag.get("href") or tag.get("src") or ""
            parts = urlsplit(str(link))
            counted += 1
            if parts.scheme in {"http", "https"}:
                wrong = "." not in parts.netloc or tag.name != "a"
            elif parts.scheme:
                wrong = parts.scheme not in {"data", "mailto"}
            else:
                place = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
                known = anchors.get(place, {parts.fragment}) | {""}
                wrong = not place.is_file() or unquote(parts.fragment) not in known
            if wrong:
                broken.append(f"{path.relative_to(site)}: {link}")
    assert broken == []
    assert counted > 1000


def test_no_head_of_a_table_is_empty(site: Path) -> None:
    pages = {path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in site.glob("*.html")}
    empty = {path.name for path, page in pages.items() for head in page.select("th") if not head.get_text(strip=True)}
    assert empty == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", SHOWN)
def test_no_violation_and_no_request(browser: Browser, site: Path, name: str, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto((site / f"{name}.html").as_uri())
    found = Axe().run(page)
    page.close()
    assert found.violations_count == 0, found.generate_report()
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
