"""Write docs/dictionary.md from the dictionary's tables: `python scripts/build_dictionary_doc.py`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from xtanalysis.data.dictionary import calibres, indicators, regions, shipped, units

DOC = Path(__file__).parents[1] / "docs" / "dictionary.md"
ROLES = {
    "state": "Modelled",
    "derived": "Derived from the modelled ones, on every draw",
    "evidence": "Published, and informs",
    "monitored": "Counted by a plan",
}

HEAD = """# Dictionary

Made from `xtanalysis/data/dictionary/*.csv` by `scripts/build_dictionary_doc.py`; the program reads the same tables. A
table of facts may name everything here by id, 中文, English name or alias. Columns and rules: [data.md](data.md).

## Indicators
"""


def main() -> None:
    DOC.write_text(document(), encoding="utf-8")


def document() -> str:
    """Return the page as text."""
    parts = [HEAD]
    for role, title in ROLES.items():
        rows = [
            (f"`{i.id}`", i.zh, i.en, units()[i.unit].zh, i.kind, i.price_basis, f"`{i.form}`" if i.form else "")
            for i in indicators().values()
            if i.role == role
        ]
        parts.append(f"### {title}\n\n{table(['id', '中文', 'English', 'unit', 'kind', 'prices', 'identity'], rows)}")
    parts.append("## Calibres\n")
    parts.append(
        table(
            [
                "id", "中文", "threshold", "method", "prices, conversion, excluded", "years", "chained by growth with",
                "by level with",
            ],
            [
                (
                    f"`{c.id}`", c.zh, c.threshold, c.method,
                    "; ".join(filter(None, (c.price_base, c.energy_conversion, c.exclusions))),
                    f"{c.valid_from or ''}–{c.valid_to or ''}",
                    ", ".join(c.chain_by_growth), ", ".join(c.chain_by_level) or "none",
                )
                for c in calibres().values()
            ],
        )
    )  # fmt: skip
    parts.append("## Units\n")
    parts.append(
        table(
            ["id", "中文", "English", "dimension", "factor"],
            [(f"`{u.id}`", u.zh, u.en, u.dimension, f"{u.factor:g}") for u in units().values()],
        )
    )
    parts.append("## Regions\n")
    divisions = shipped().tables["divisions.csv"]
    provinces = sum(row["kind"] == "province" for row in divisions)
    parts.append(
        "Regions with figures or parts of their own. The other provincial and prefectural divisions of China "
        f"({provinces} and {len(divisions) - provinces} in all, with their codes) are in "
        "`xtanalysis/data/dictionary/divisions.csv`.\n"
    )
    own = {row["id"] for row in shipped().tables["regions.csv"]}
    parts.append(
        table(
            ["name", "English", "code", "in", "kind"],
            [(r.id, r.en, r.code, r.parent or "", r.kind) for r in regions().values() if r.id in own],
        )
    )
    return "\n".join(parts)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    main()
