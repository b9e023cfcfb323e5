"""What a run leaves beside its page: figures as SVG, tables as CSV, one workbook, the projection in IAMC format.

All of it is taken from the executed notebook and the projection that it wrote, so any engine gives the same files.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xtanalysis.data.writing import inert, write_file
from xtanalysis.report.page import TABLE_MIME
from xtanalysis.report.projection_sheets import projection_sheet, sheet_title, verdict_sheet
from xtanalysis.report.workbook import Sheet, workbook_bytes
from xtanalysis.text import Language

__all__ = ["figures_of", "tables_of", "write_artefacts"]


def write_artefacts(notebook: Any, folder: Path) -> None:
    """Write ``figures/*.svg`` (PNG where a figure has no SVG), ``tables/*.csv``, ``workbook.xlsx`` and ``iamc.csv``.

    Parameters
    ----------
    notebook
        Executed notebook (nbformat node).
    folder
        The run's folder; ``projection/quantiles.csv``, written by the notebook, becomes ``iamc.csv``.
    """
    for name, data in figures_of(notebook):
        _write(folder / "figures" / name, data)
    given = notebook.metadata.get("papermill", {}).get("parameters", {}).get("lang")
    lang: Language = "en" if given == "en" else "zh"
    sheets = []
    for record in tables_of(notebook):
        _write(folder / "tables" / f"{record['name']}.csv", _csv_bytes(record))
        title = sheet_title(record["caption"], record["name"])
        sheets.append(Sheet(title, record["caption"], tuple(_headers(record)), record["rows"], record["note"]))
    quantiles = folder / "projection" / "quantiles.csv"
    if quantiles.is_file():
        from xtanalysis.report.iamc import iamc_csv

        _write(folder / "iamc.csv", iamc_csv(quantiles.read_text(encoding="utf-8")).encode())
        sheets.append(projection_sheet(quantiles, lang))
        targets = quantiles.with_name("targets.csv")
        sheets += [verdict_sheet(targets, lang)] if targets.is_file() else []
    if sheets:
        _write(folder / "workbook.xlsx", workbook_bytes(sheets))


def figures_of(notebook: Any) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, bytes) of every figure, numbered as on the page."""
    import base64

    number = 0
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/svg+xml" in data:
                number += 1
                yield f"figure-{number:02d}.svg", data["image/svg+xml"].encode()
            elif "image/png" in data:
                number += 1
                yield f"figure-{number:02d}.png", base64.b64decode(data["image/png"])


def tables_of(notebook: Any) -> Iterator[dict[str, Any]]:
    """Yield the record of every table (``Table.to_record``); the last of one name wins."""
    found = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            record = output.get("data", {}).get(TABLE_MIME)
            if record:
                found[record["name"]] = record
    yield from found.values()


def _headers(record: dict[str, Any]) -> list[str]:
    """Name the columns with their units, as a spreadsheet has no other place for them."""
    pairs = zip(record["columns"], record["units"], strict=True)
    return [f"{column} ({unit})" if unit else column for column, unit in pairs]


def _csv_bytes(record: dict[str, Any]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([inert(name) for name in _headers(record)])
    writer.writerows([_plain(value) for value in row] for row in record["rows"])
    # With its mark, without which a Chinese Excel reads UTF-8 as GB18030.
    return buffer.getvalue().encode("utf-8-sig")


def _plain(value: Any) -> Any:
    return "" if value is None else inert(value) if isinstance(value, str) else value


def _write(path: Path, data: bytes) -> None:
    write_file(path, data, parents=True)
