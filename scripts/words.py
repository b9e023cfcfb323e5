"""Collect the messages of the code into the catalogue of Chinese and compile it (``make words``).

A new message comes in without Chinese; what the code no longer says goes. The tests refuse either until it is mended.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parents[1] / "xtanalysis"
PO = PACKAGE / "text" / "zh" / "LC_MESSAGES" / "xtanalysis.po"
# Which arguments of the functions of xtanalysis.text are ids; 1c is the context.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...]] = {
    "say": (2,), "psay": ((2, "c"), 3), "nsay": (2, 3), "message": (1,), "pmessage": ((1, "c"), 2),
    "nmessage": (1, 2),
}  # fmt: skip


class Chinese(Catalog):
    """The catalogue; its head holds what does not change: no dates, no version of a tool."""

    def __init__(self) -> None:
        super().__init__(
            locale="zh",
            header_comment="# What xtanalysis says, in Chinese. make words brings in new messages.",
            fuzzy=False,
        )

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The head: language, plurals, coding."""
        return [
            ("Project-Id-Version", "xtanalysis"), ("Language", "zh"), ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"), ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]  # fmt: skip


def collected() -> Catalog:
    """What the code says, in the order of files and lines."""
    found = Catalog(fuzzy=False)
    for _, _, said, _, context in extract_from_dir(PACKAGE, [("**.py", "python")], keywords=KEYWORDS):
        found.add(said, context=context)
    return found


def catalogue() -> Catalog:
    """What stands in the catalogue."""
    with PO.open("rb") as file:
        return read_po(file, locale="zh", domain="xtanalysis")


def as_po(said: Catalog) -> bytes:
    """A catalogue as text: no lines of code, so that it changes only where a message does."""
    out = io.BytesIO()
    write_po(out, said, width=110, no_location=True, ignore_obsolete=True)
    return out.getvalue()


def updated(known: Catalog, said: Catalog) -> Chinese:
    """What the code says, with the Chinese that is known of it."""
    new = Chinese()
    for entry in said:
        if entry.id:
            old = known.get(entry.id[0] if isinstance(entry.id, tuple) else entry.id, entry.context)
            new.add(entry.id, old.string if old is not None else "", context=entry.context, flags=entry.flags)
    return new


def as_mo(said: Catalog) -> bytes:
    """A catalogue as gettext reads it."""
    out = io.BytesIO()
    write_mo(out, said)
    return out.getvalue()


def main() -> int:
    """Write both files; what lacks its Chinese is named."""
    new = updated(catalogue(), collected())
    PO.write_bytes(as_po(new))
    PO.with_suffix(".mo").write_bytes(as_mo(new))
    lacking = [entry.id for entry in new if entry.id and not entry.string]
    for said in lacking:
        sys.stderr.write(f"no Chinese yet: {said}\n")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
