"""Pages as PDF, by the Chromium of this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from xtanalysis.errors import BadInput
from xtanalysis.report.pdf import find_chromium, print_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_page_is_printed(sites: dict[str, Path]) -> None:
    printed = print_page(sites["zh"] / "runs" / "湘潭市-baseline-zh" / "report.html")
    data = printed.read_bytes()
    assert data.startswith(b"%PDF-")
    assert b"/MediaBox" in data
    assert 10_000 < len(data) < 2_000_000


def test_without_chromium_the_message_is_clear(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XTANALYSIS_CHROMIUM", str(tmp_path / "none"))
    with pytest.raises(BadInput, match=r"there is no Chromium to print PDF with.*apt-get install chromium"):
        find_chromium()
