"""Texts as Chinese offices save them: the encoding is found, never asked for."""

from __future__ import annotations

__all__ = ["UTF16", "text_of"]

UTF16 = (b"\xff\xfe", b"\xfe\xff")
LOOKED_AT = 4000  # bytes that tell UTF-16 without a mark


def text_of(raw: bytes) -> str:
    """The text of a file in UTF-8 (with or without a mark), UTF-16 or GB18030, as Excel and Notepad write them.

    Raises
    ------
    UnicodeError
        If it is in none of these, or holds a zero character as binary files do.
    """
    encodings: tuple[str, ...] = ("utf-8-sig", "gb18030")
    if raw.startswith(UTF16):
        encodings = ("utf-16",)
    elif zeros := raw[:LOOKED_AT].count(0):
        even, odd = raw[:LOOKED_AT:2].count(0), raw[1:LOOKED_AT:2].count(0)
        # UTF-16 without a mark: digits and separators leave every second byte zero, and few of the others.
        if zeros * 8 <= len(raw[:LOOKED_AT]) or min(even, odd) * 10 >= max(even, odd):
            raise UnicodeError("binary")
        encodings = ("utf-16-le" if odd > even else "utf-16-be",)
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UnicodeError("neither UTF-8, UTF-16 nor GB18030")
