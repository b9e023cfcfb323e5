"""Driving a real Chromium, and in it a real JupyterLab or the explorer under Voilà; the benchmark drives it too."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from xtanalysis.report.pdf import find_chromium

__all__ = ["PATIENCE", "Exploring", "chromium", "explored", "jupyter_lab", "outside", "run_all"]

ROOT = Path(__file__).parents[2]
SWITCHES = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
MERCY = 10  # seconds for a clean end
PATIENCE = 240  # seconds for a server, a kernel or a cell on a busy machine
# Without these JupyterLab asks the world: for its news and updates, and for extensions to offer.
SILENT = {"fetchNews": "false", "checkForUpdates": False}
CONFIG = {
    "ServerApp": {"allow_root": True, "port": 0},
    "LabApp": {"extension_manager": "readonly", "expose_app_in_browser": True},
}
# From the key's own event to the frame after both the chart's lines and the words under it are others.
WATCH = """() => {
    const all = () => [
        [...document.querySelectorAll('.js-plotly-plot path.js-line')].map(line => line.getAttribute('d')).join(),
        document.querySelector('.xt-told')?.textContent,
    ];
    const before = all();
    window.redrawn = new Promise(done => {
        let pressed;
        addEventListener('keydown', () => { pressed = performance.now(); }, {capture: true, once: true});
        const observer = new MutationObserver(() => {
            if (all().some((now, i) => !now || now === before[i])) return;
            observer.disconnect();
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - pressed)));
        });
        observer.observe(document.body, {childList: true, subtree: true, characterData: true, attributes: true});
    });
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=SWITCHES)
        yield browser
        browser.close()


@contextmanager
def jupyter_lab(folder: Path, *command: str) -> Iterator[str]:
    """Let a command start JupyterLab in ``folder``/work; yield the address that it opens in the user's browser.

    Settings, history and sockets are its own, in ``folder``.
    """
    settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
    for made in (settings, folder / "config", folder / "work"):
        made.mkdir(parents=True, exist_ok=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(SILENT), encoding="utf-8")
    (folder / "config" / "jupyter_server_config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    user = folder / "browser"
    user.write_text(f'#!/bin/sh\necho "$1" > "{folder}/opened.part" && mv "{folder}/opened.part" "{folder}/opened"\n')
    user.chmod(0o755)
    own = {
        "BROWSER": user,
        "HOME": folder,
        "IPYTHONDIR": folder / "ipython",
        "JUPYTERLAB_SETTINGS_DIR": folder / "settings",
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "PYTHONPATH": ROOT,
    }
    environment = {**os.environ, **{name: str(value) for name, value in own.items()}}
    with (folder / "lab.log").open("wb") as log:
        server = subprocess.Popen(
            command,
            cwd=folder / "work",
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield _opened(folder, server)
        finally:
            _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    """Ask JupyterLab to end, then make it: it can wait for long for a kernel that is still starting."""
    for what, seconds in ((signal.SIGTERM, MERCY), (signal.SIGKILL, PATIENCE)):
        with suppress(subprocess.TimeoutExpired, ProcessLookupError):
            os.killpg(server.pid, what)  # its kernels end when they miss it
            server.wait(seconds)
            return


def _opened(folder: Path, server: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + PATIENCE
    while not (folder / "opened").is_file():
        assert server.poll() is None, (folder / "lab.log").read_text(encoding="utf-8")
        assert time.monotonic() < end, (folder / "lab.log").read_text(encoding="utf-8")
        time.sleep(0.1)
    return (folder / "opened").read_text(encoding="utf-8").strip()


def outside(urls: list[str]) -> list[str]:
    """Return the addresses that are not this machine's."""
    here = (urlsplit(url) for url in urls)
    return [
        u.geturl()
        for u in here
        if u.scheme not in ("data", "blob", "file") and u.hostname not in ("localhost", "127.0.0.1")
    ]


@contextmanager
def explored(folder: Path, *options: str) -> Iterator[str]:
    """Let ``xtanalysis explore`` serve the page; yield the address that it prints."""
    command = [sys.executable, "-m", "xtanalysis", "explore", "--no-browser", "--lang", "en", *options]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, encoding="utf-8", start_new_session=True
    )
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        assert line.startswith("open http"), line
        yield line.split()[1]
    finally:
        os.killpg(server.pid, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            server.wait(MERCY)
        _end(server)
        if server.stdout is not None:
            server.stdout.close()


def run_all(page: Page) -> None:
    """Run every cell of the notebook that JupyterLab shows, and wait for the last."""
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # the menu is the notebook's from here on
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


class Exploring:
    """The explorer, opened at an address: of JupyterLab, where it is run first, or of Voilà."""

    def __init__(self, browser: Browser, address: str, *, lab: bool) -> None:
        self.page: Page = browser.new_page(viewport={"width": 1400, "height": 1500})
        self.page.set_default_timeout(1000 * PATIENCE)
        self.requests: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))
        self.page.goto(address, wait_until="commit")
        if lab:
            run_all(self.page)
        self.lines: Locator = self.page.locator(".js-plotly-plot path.js-line")
        self.told: Locator = self.page.locator(".xt-told")
        self.table: Locator = self.page.locator(".xt-table table")
        self.lines.first.wait_for(state="attached")
        self.table.wait_for()

    def shape(self) -> list[str | None]:
        """What the lines of the chart look like."""
        return [line.get_attribute("d") for line in self.lines.all()]

    def slider(self, name: str) -> Locator:
        """Return the handle of the slider of that name."""
        return self.page.locator(".widget-slider", has_text=name).get_by_role("slider")

    def step(self, name: str, key: str = "ArrowRight") -> float:
        """Press a key on a slider; return the milliseconds until the redrawn chart and its words are on the screen."""
        handle = self.slider(name)
        handle.focus()
        self.page.evaluate(WATCH)
        handle.press(key)
        return float(self.page.evaluate("window.redrawn"))

    def close(self) -> None:
        self.page.close()
