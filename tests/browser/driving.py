"""Driving a real Chromium, and in it a real JupyterLab with the exploring notebook; the benchmark drives it too."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from xtanalysis.report.pdf import find_chromium

__all__ = ["Exploring", "chromium", "jupyter_lab", "outside"]

ROOT = Path(__file__).parents[2]
SWITCHES = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
MERCY = 10  # seconds for a clean end
PATIENCE = 60  # seconds for a server, a kernel or a cell on a busy machine
# Without these JupyterLab asks the world: for its news and updates, and for extensions to offer.
SILENT = {"fetchNews": "false", "checkForUpdates": False}
CONFIG = {"ServerApp": {"allow_root": True, "port": 0}, "LabApp": {"extension_manager": "readonly"}}
# From the key's own event to the frame after both the chart and the table are others.
WATCH = """() => {
    const all = () => ['svg[role=img]', 'table'].map(s => document.querySelector('.jp-OutputArea ' + s).outerHTML);
    const before = all();
    window.redrawn = new Promise(done => {
        let pressed;
        addEventListener('keydown', () => { pressed = performance.now(); }, {capture: true, once: true});
        const observer = new MutationObserver(() => {
            if (!document.querySelector('.jp-OutputArea svg[role=img]')) return;
            if (!document.querySelector('.jp-OutputArea table')) return;
            if (all().some((now, i) => now === before[i])) return;
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
    return [u.geturl() for u in here if u.scheme not in ("data", "blob", "file") and u.hostname != "localhost"]


class Exploring:
    """70_explore, opened at the address that JupyterLab gave, and run."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.page: Page = browser.new_page(viewport={"width": 1400, "height": 1100})
        self.page.set_default_timeout(1000 * PATIENCE)
        self.requests: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))
        self.page.goto(address)
        self.page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # the menu is the notebook's from here on
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.chart: Locator = self.page.locator(".jp-OutputArea svg[role=img]")
        self.table: Locator = self.page.locator(".jp-OutputArea table")
        self.table.wait_for()

    def slider(self, name: str) -> Locator:
        """Return the handle of the slider of that name."""
        return self.page.locator(".widget-slider", has_text=name).get_by_role("slider")

    def set_free(self, name: str, free: bool) -> None:
        """Leave a slider to the model, or not; wait for the chart that follows."""
        before = self.chart.get_attribute("aria-label") or ""
        row = self.page.locator(".widget-hbox", has_text=name).last
        row.get_by_role("checkbox").set_checked(free)
        self.page.wait_for_function(
            "before => document.querySelector('.jp-OutputArea svg[role=img]')?.getAttribute('aria-label') !== before",
            arg=before,
        )

    def step(self, name: str, key: str = "ArrowRight") -> float:
        """Press a key on a slider; return the milliseconds until the redrawn chart and table are on the screen."""
        handle = self.slider(name)
        handle.focus()
        self.page.evaluate(WATCH)
        handle.press(key)
        return float(self.page.evaluate("window.redrawn"))

    def close(self) -> None:
        self.page.close()
