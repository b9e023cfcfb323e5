"""Pages as PDF, printed by a Chromium that is present; nothing is downloaded."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from xtanalysis.data.writing import temporary_folder
from xtanalysis.errors import BadInput, Problem, RunFailed
from xtanalysis.text import message

__all__ = ["find_chromium", "print_page", "print_pages"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_SECONDS = 120


def find_chromium() -> Path:
    """Return the Chromium, Chrome or Edge of this machine; ``XTANALYSIS_CHROMIUM`` names another.

    Raises
    ------
    BadInput
        If there is none; the message says how to get one, and that a browser's own print command gives the same.
    """
    named = os.environ.get("XTANALYSIS_CHROMIUM")
    found = [named] if named else [shutil.which(name) for name in _NAMES] + [p for p in _PLACES if Path(p).is_file()]
    for path in found:
        if path and Path(path).is_file():
            return Path(path)
    fix = message(
        "Install it (Debian: apt-get install chromium), set XTANALYSIS_CHROMIUM, "
        "or print the page from any browser: the style sheet is the same."
    )
    raise BadInput(Problem(message("there is no Chromium to print PDF with"), found=named, fix=fix))


def print_page(page: Path, chromium: Path | None = None) -> Path:
    """Print one HTML page to the PDF of the same name beside it; return that path.

    Raises
    ------
    BadInput
        If there is no Chromium.
    RunFailed
        If it does not print.
    """
    browser = chromium or find_chromium()
    target = page.with_suffix(".pdf")
    with temporary_folder() as folder:
        draft = folder / "page.pdf"
        switches = (
            "headless",
            "no-sandbox",
            "disable-gpu",
            "disable-quic",
            "disable-background-networking",
            "no-first-run",
        )
        options = [f"--{switch}" for switch in (*switches, f"user-data-dir={folder}/profile", "no-pdf-header-footer")]
        command = [str(browser), *options, f"--print-to-pdf={draft}", page.resolve().as_uri()]
        environment = {**os.environ, "FONTCONFIG_FILE": str(_fonts_config(folder))} if _lacks_chinese() else None
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, env=environment, check=False)
        except subprocess.TimeoutExpired as error:
            raise RunFailed(
                message(
                    "{browser} did not print {page} within {seconds} s",
                    browser=browser.name,
                    page=page.name,
                    seconds=_SECONDS,
                )
            ) from error
        if done.returncode != 0 or not draft.is_file():
            tail = done.stderr.decode("utf-8", "replace").strip().splitlines()[-3:]
            raise RunFailed(
                message(
                    "{browser} could not print {page}: {said}",
                    browser=browser.name,
                    page=page.name,
                    said=" ".join(tail),
                )
            )
        shutil.copyfile(draft, target.with_suffix(".pdf.part"))
        target.with_suffix(".pdf.part").replace(target)
    return target


def print_pages(pages: Sequence[Path]) -> None:
    """Print several pages, one after the other."""
    chromium = find_chromium()
    for page in pages:
        print_page(page, chromium)


def _lacks_chinese() -> bool:
    """Whether fontconfig knows no face with Chinese glyphs (a bare server)."""
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, check=False)
    return not listed.stdout.strip()


def _fonts_config(folder: Path) -> Path:
    """Write a fontconfig file that adds the package's Chinese faces to the system's own."""
    from pylopdf_fonts_zh_cn import sans_path

    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{sans_path().parent}</dir>'
        f"<cachedir>{folder / 'cache'}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    return path
