"""JSON schemas of the files that users write, from the table that also checks them: what editors complete from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from xtanalysis.data import dictionary
from xtanalysis.data.file_keys import FILE_NAMES, FOLLOWS, SCHEMA, Key, keys_of

__all__ = ["FILES", "schema_of"]

FILES = ("plan", "scenario", "sweep", "workspace")
DRAFT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]
TEXT: Schema = {"type": ["string", "number"]}  # YAML reads 2021 as a number; the readers take it as the text that it is
NUMBER: Schema = {"type": "number"}
YEARS = (
    r"^\s*(\d{4}年?|(origin|to|plan)(\s*[+-]\s*\d{1,2})?)\s*(/\s*(\d{4}年?|(origin|to|plan)(\s*[+-]\s*\d{1,2})?)\s*)?$"
)
YEAR: Schema = {"type": "integer", "minimum": 1900, "maximum": 2200}
PLAIN: dict[str, Schema] = {
    "text": TEXT, "string": {"type": "string", "minLength": 1}, "notebook": {"type": "string"}, "number": NUMBER,
    "date": {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}, "flag": {"type": "boolean"},
    "version": {"type": "integer", "maximum": SCHEMA}, "texts": {"type": "array", "items": TEXT},
    "patterns": {"type": "array", "items": {"type": "string"}}, "mapping": {"type": "object"},
    "values": {"type": "object", "additionalProperties": {"type": "array", "minItems": 1}},
    "mappings": {"type": "array", "items": {"type": "object"}},
    "period": {"anyOf": [YEAR, {"type": "string", "pattern": r"\d{4}|五"}]},
    "years": {"anyOf": [YEAR, {"type": "string", "pattern": YEARS}]},
    "amount": {"anyOf": [NUMBER, {"enum": list(FOLLOWS)}]},
}  # fmt: skip


def schema_of(file: str) -> Schema:
    """JSON schema (draft 2020-12) of a kind of file, by the tables in use.

    Parameters
    ----------
    file
        One of `FILES`.

    Returns
    -------
    A mapping ready for JSON. Ids of the dictionary and the grammar's words are offered; a name is any text, as readers
    find names that no list holds. What one key asks of another (a unit that fits, a year after its base) is for
    ``xtanalysis check``.
    """
    parts: dict[str, Schema] = {}
    top = _part(file, parts)
    title = " · ".join(FILE_NAMES[file].told(lang) for lang in ("zh", "en"))
    return {"$schema": DRAFT, "title": f"xtanalysis: {title}", **top, "$defs": parts}


def _part(part: str, parts: dict[str, Schema]) -> Schema:
    """The schema of a mapping; those of the parts below it are added to ``parts``."""
    keys = keys_of(part)
    needed = {name: key.needed for name, key in keys.items()}
    made: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _described(key, parts) for name, key in keys.items()},
        "required": [name for name, word in needed.items() if word == "yes"],
    }
    for word, rule in (("one", "anyOf"), ("either", "oneOf")):
        if names := [name for name, said in needed.items() if said == word]:
            made[rule] = [{"required": [name]} for name in names]
    return made


def _described(key: Key, parts: dict[str, Schema]) -> Schema:
    schema = _value(key, parts)
    if key.needed != "yes":
        schema = {"anyOf": [schema, {"type": "null"}]}
    schema = {**schema, "description": f"{key.zh}\n{key.en}"}
    if key.example:
        schema["examples"] = [_example(key)]
    return schema if not key.default else {**schema, "default": key.default}


def _value(key: Key, parts: dict[str, Schema]) -> Schema:
    """What a key may hold."""
    match key.type:
        case "part" | "parts" | "named" | "said":
            if key.of not in parts:
                parts[key.of] = {}  # its place, before what stands below it
                parts[key.of] = _part(key.of, parts)
            below: Schema = {"$ref": f"#/$defs/{key.of}"}
            shapes: Mapping[str, Schema] = {
                "part": below,
                "parts": {"type": "array", "items": below},
                "named": {"type": "object", "additionalProperties": below},
                "said": {"anyOf": [{"type": "string", "minLength": 1}, below]},
            }
            return shapes[key.type]
        case "choice":
            return {"enum": list(key.choices)}
        case "seconds":
            above_none = {"type": "number", "exclusiveMinimum": 0}
            return {
                "type": "object", "additionalProperties": False, "properties": dict.fromkeys(key.choices, above_none),
            }  # fmt: skip
        case "word":
            rows = [row for row in dictionary.current().tables["words.csv"] if row["kind"] == key.of]
            others = dict.fromkeys(
                name for row in rows for name in (row["zh"], row["en"], *row["aliases"].split("|")) if name
            )
            ids = [row["id"] for row in rows]
            nominal = [{"type": "string", "pattern": "名义|现价|nominal"}] if key.of == "measure" else []
            return {"anyOf": [{"enum": ids}, {"enum": [name for name in others if name not in ids]}, *nominal]}
        case "name" | "meant":
            return {"anyOf": [{"enum": list(dictionary.current().table(key.of))}, TEXT]}
    return PLAIN[key.type]


def _example(key: Key) -> Any:
    """An example as it stands in a file: JSON where the table has JSON."""
    if key.type in ("text", "name", "meant", "string") and not key.example.startswith("{"):
        return key.example
    try:
        return json.loads(key.example)
    except ValueError:
        return key.example
