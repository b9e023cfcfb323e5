"""What the address of a page under Voilà asks for, such as ``?scenario=downturn&as_of=2021-05-06``."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qsl

from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import message

__all__ = ["ASKED", "asked_in_address"]

VARIABLE = "QUERY_STRING"  # set by Voilà for a page's kernel
ASKED = ("region", "plan", "scenario", "as_of", "to", "lang")
LONGEST = 200


def asked_in_address(query: str | None = None) -> dict[str, Any]:
    """Parameters by name; names that are not the explorer's are left alone, as a server may add its own.

    An address is written by anyone: it may name what is shipped, and no file of this machine.

    Raises
    ------
    BadInput
        For a file, a year that is none, a language that there is not.
    """
    text = os.environ.get(VARIABLE, "") if query is None else query
    given = {name: value for name, value in parse_qsl(text[: 10 * LONGEST]) if name in ASKED}
    problems = []
    for name, value in given.items():
        expected = {"to": message("a year"), "lang": "zh, en"}.get(name, message("a name or id"))
        wrong = (
            (name == "to" and not (value.isascii() and value.isdigit()))
            or (name == "lang" and value not in ("zh", "en"))
            or len(value) > LONGEST
            or any(sign in value for sign in "/\\")
            or value.endswith((".yaml", ".yml"))
        )
        if wrong:
            what = message("the address asks for what it may not")
            problems.append(Problem(what, column=name, found=value[:LONGEST], expected=expected))
    if problems:
        raise BadInput(problems)
    return {name: int(value) if name == "to" else value for name, value in given.items()}
