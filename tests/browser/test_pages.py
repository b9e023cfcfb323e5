"""Index, report and failed report in a real Chromium: no outside request, no axe-core violation, keys suffice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from xtanalysis.data.paths import scenario_notebook
from xtanalysis.report.html import export_page
from xtanalysis.report.pdf import print_page
from xtanalysis.report.sweeps.batch import run_batch
from xtanalysis.report.sweeps.runner import run_notebook
from xtanalysis.report.sweeps.sweep import load_sweep, plan_runs

pytestmark = pytest.mark.browser

NOTEBOOK = Path(__file__).parents[1] / "report" / "notebooks" / "small.ipynb"
SWEEP = """
notebook: {notebook}
name: "{{region}}-{{scenario}}-{lang}"
parameters: {{lang: {lang}}}
grid: {{region: [湘潭市, 株洲市], scenario: [baseline, downturn]}}
include: [{{region: 长沙市, scenario: baseline, draws: -1}}]
"""
PAGES = {
    "index": "index.html",
    "report": "runs/湘潭市-baseline-{lang}/report.html",
    "failed": "runs/长沙市-baseline-{lang}/report.html",
}
Site = Callable[[str], Path]
Show = Callable[..., tuple[Page, list[str]]]


def slow(value: Any) -> Any:
    """A case like others that stay in the fast tier."""
    return pytest.param(value, marks=pytest.mark.slow)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, server: Any) -> Site:
    """Sweep in a language, once and when it is asked for: four runs end well and one does not; return the folder."""

    @cache
    def made(lang: str) -> Path:
        folder = tmp_path_factory.mktemp(lang)
        (folder / "sweep.yaml").write_text(SWEEP.format(notebook=NOTEBOOK, lang=lang), encoding="utf-8")
        sweep = load_sweep(folder / "sweep.yaml")
        outcomes = run_batch(sweep, plan_runs(sweep), folder / "out", workers=2, context=server)
        assert [o.how for o in outcomes] == ["done"] * 4 + ["failed"]
        return folder / "out"

    return made


@pytest.fixture
def show(browser: Browser, site: Site) -> Iterator[Show]:
    """Open a page; return it with the list, still growing, of what it asked of the world."""
    opened: list[Page] = []

    def shown(
        name: str, lang: str = "zh", scheme: Literal["light", "dark"] = "light", width: int = 1280
    ) -> tuple[Page, list[str]]:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        opened.append(page)
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: requests.append(f"console: {message.text}"))
        page.goto((site(lang) / PAGES[name].format(lang=lang)).as_uri())
        return page, requests

    yield shown
    for page in opened:
        page.close()


@pytest.mark.parametrize("width", [1280, slow(390)])
@pytest.mark.parametrize("scheme", ["light", slow("dark")])
@pytest.mark.parametrize("lang", ["zh", slow("en")])
@pytest.mark.parametrize("name", list(PAGES))
def test_no_violation_and_no_request(show: Show, name: str, lang: str, scheme: Any, width: int) -> None:
    page, requests = show(name, lang, scheme, width)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    outside = [url for url in requests if not url.startswith(("file:", "data:"))]
    assert outside == []
    assert len([url for url in requests if url.startswith("file:")]) == 1, "one file is the whole page"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page itself scrolls sideways"


@pytest.mark.parametrize("name", ["index", "report"])
def test_no_violation_after_switching_colours(show: Show, name: str) -> None:
    page, _ = show(name)
    before = page.evaluate("getComputedStyle(document.querySelector('.page')).backgroundColor")
    page.get_by_label("切换深浅色").focus()
    page.keyboard.press("Space")
    after = page.evaluate("getComputedStyle(document.querySelector('.page')).backgroundColor")
    assert (before, after) == ("rgb(253, 252, 250)", "rgb(20, 24, 29)")
    assert Axe().run(page).violations_count == 0


def test_code_appears_on_demand(show: Show) -> None:
    page, _ = show("report")
    code = page.locator("pre.source").first
    assert not code.is_visible()
    page.get_by_label("显示代码").check()
    assert code.is_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_figures_follow_the_colours_and_are_named(show: Show) -> None:
    page, _ = show("report", scheme="dark")
    figures = page.get_by_role("img").all()
    assert figures
    names = [figure.get_attribute("aria-label") or "" for figure in figures]
    assert all(len(name) > 40 and any(c.isdigit() for c in name) for name in names)
    fills = page.evaluate("[...document.querySelectorAll('figure use')].map(e => getComputedStyle(e).fill)")
    assert fills
    assert "rgb(29, 39, 51)" not in fills, "ink on ink"


def test_contents_lead_to_their_headings(show: Show) -> None:
    page, _ = show("report")
    link = page.locator("nav.toc a").nth(1)
    text = link.inner_text()
    link.click()
    assert page.locator(":target").inner_text() == text


def test_the_filter_hides_other_cards(show: Show) -> None:
    page, _ = show("index")
    cards = page.locator(".card")
    assert cards.count() == 5
    page.locator("#by-region").select_option(label="株洲市")
    assert [card.is_visible() for card in cards.all()].count(True) == 2
    page.locator("#by-scenario").select_option(label="下行情景")
    visible = [card.locator("h3").inner_text() for card in cards.all() if card.is_visible()]
    assert len(visible) == 1
    assert visible[0].startswith("株洲市 · 下行情景")


def test_links_of_the_index_exist(show: Show, site: Site) -> None:
    page, _ = show("index")
    links = page.evaluate("[...document.querySelectorAll('a[href]')].map(a => decodeURI(a.getAttribute('href')))")
    files = [link for link in links if not link.startswith("#")]
    assert len(files) > 15
    assert [link for link in files if not (site("zh") / link).is_file()] == []


def test_printed_page_is_light_and_whole(show: Show) -> None:
    page, _ = show("report", scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.querySelector('.page')).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("nav.toc").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('figure')).breakInside") == "avoid"


def test_a_page_is_printed_as_pdf(site: Site) -> None:
    data = print_page(site("zh") / PAGES["report"].format(lang="zh")).read_bytes()
    assert data.startswith(b"%PDF-")
    assert b"/MediaBox" in data
    assert 10_000 < len(data) < 2_000_000


@pytest.fixture(scope="module", params=["zh", "en"])
def scenario_page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenario page past the plan's last year."""
    folder = tmp_path_factory.mktemp("scenario")
    asked = {"as_of": "2026-11-27", "to": 2030, "lang": request.param, "draws": 400}
    run_notebook(scenario_notebook(), folder / "executed.ipynb", asked)
    page = folder / "report.html"
    page.write_text(export_page(nbformat.read(folder / "executed.ipynb", 4)), encoding="utf-8")
    return page


def _boxes(page: Page, selector: str) -> list[dict[str, float]]:
    return [box for one in page.locator(selector).all() if (box := one.bounding_box()) is not None]


@pytest.mark.slow
def test_one_screen_holds_the_trajectories_and_the_verdicts(browser: Browser, scenario_page: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(scenario_page.as_uri())
    panels, table = _boxes(page, "main .panels:first-of-type figure")[:3], _boxes(page, "#table-verdicts table")
    assert len(panels) == 3
    assert len({round(box["y"]) for box in panels}) == 1, "side by side"
    for box in (*panels, *table):
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1280
        assert box["y"] + box["height"] <= 900
    assert Axe().run(page).violations_count == 0
    page.close()


@pytest.mark.slow
def test_no_verdict_lies_outside_a_phone(browser: Browser, scenario_page: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(scenario_page.as_uri())
    verdicts = _boxes(page, "#table-verdicts td")
    assert len(verdicts) == 15
    assert max(box["x"] + box["width"] for box in verdicts) <= 390
    inside = page.locator("#table-verdicts .scroll")
    assert inside.evaluate("e => e.scrollWidth <= e.clientWidth"), "the table scrolls sideways"
    panels = _boxes(page, "main .panels:first-of-type figure")[:3]
    assert [box["x"] for box in panels] == [panels[0]["x"]] * 3, "below one another"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert Axe().run(page).violations_count == 0
    page.close()


@pytest.mark.slow
def test_the_scenario_page_can_be_mailed(browser: Browser, scenario_page: Path, tmp_path: Path) -> None:
    """Alone in a folder, and small: every link leads within it or saves what it holds, every figure its numbers."""
    assert scenario_page.stat().st_size <= 450_000
    page = browser.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(scenario_page.as_uri())
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    links = page.locator("a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert [link for link in links if not link.startswith(("#", "data:"))] == []
    missing = page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.getElementById("
                            "decodeURIComponent(a.hash.slice(1)))).length")  # fmt: skip
    assert missing == 0
    assert page.locator("figure").count() == page.locator("figure a.data").count() > 10
    with page.expect_download() as saved:
        page.locator("a.data").first.click()
    saved.value.save_as(tmp_path / "numbers.csv")
    assert (tmp_path / "numbers.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with page.expect_download() as saved:
        page.locator("a[download^=plan]").click()
    assert saved.value.suggested_filename == "plan-2026-2030.yaml"
    page.close()


@pytest.mark.slow
def test_no_table_of_the_page_scrolls_sideways_on_a_phone(browser: Browser, scenario_page: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(scenario_page.as_uri())
    wide = page.locator(".scroll").evaluate_all(
        "all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.getAttribute('aria-label'))"
    )
    assert wide == []
    narrow = page.locator("figure svg").evaluate_all("all => all.filter(e => e.clientWidth > 390).length")
    assert narrow == 0, "a figure is wider than the phone"
    page.close()


def test_chinese_needs_no_font_of_the_reader(browser: Browser, tmp_path: Path) -> None:
    """With the embedded face alone every Chinese sign of the page has a glyph of its own width."""
    text = "湘潭市工业目标进展研判：2021—2025年年均增长5%左右"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])
    path = tmp_path / "page.html"
    path.write_text(export_page(notebook), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    loaded = page.evaluate("""async () => {
        const faces = await document.fonts.load('16px "Page Han"', '湘潭');
        return faces.map(face => [face.family.replaceAll('"', ''), face.status]);
    }""")
    assert loaded == [["Page Han", "loaded"]]
    page.close()
