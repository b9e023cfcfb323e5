"""What is said where there is no Chromium to print with."""

from __future__ import annotations

from pathlib import Path

import pytest

from xtanalysis.errors import BadInput
from xtanalysis.report.pdf import find_chromium


def test_without_chromium_the_message_is_clear(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XTANALYSIS_CHROMIUM", str(tmp_path / "none"))
    with pytest.raises(BadInput, match=r"there is no Chromium to print PDF with.*apt-get install chromium"):
        find_chromium()
