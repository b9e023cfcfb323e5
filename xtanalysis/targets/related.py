"""Published figures that stand near a target without being its own: shown beside it, never counted for it."""

from __future__ import annotations

from xtanalysis.statements.grammar import Statement
from xtanalysis.statements.plans import Target
from xtanalysis.targets.book import Book
from xtanalysis.targets.progress import start_year

__all__ = ["RELATED", "related_figures"]

RELATED: dict[str, tuple[str, ...]] = {
    "industrial_investment": ("fixed_asset_investment", "manufacturing_investment"),
    "tech_upgrade_investment": ("tech_upgrade_share", "manufacturing_tech_upgrade_investment"),
    "value_added_share": ("industrial_share_of_gdp", "secondary_share_of_gdp"),
    "chain_output": ("leading_industries_output",),
    "intelligent_renovation": ("smart_manufacturing_firms_new",),
    "rd_intensity": ("rd_expenditure",),
    "hightech_firms": ("hightech_firms_stock",),
    "operating_margin": ("profit", "revenue"),
    "energy_intensity": ("energy_use", "energy_per_gdp"),
    "tax_per_mu": ("industrial_tax",),
    "national_little_giants": ("national_little_giants_stock", "national_little_giants_new"),
    "provincial_little_giants": ("little_giants_new",),
}
"""Target → indicators, the nearest first. A stock is no addition, a share of another total no share of this one."""


def related_figures(target: Target, book: Book) -> tuple[Statement, ...]:
    """Latest figure of each related indicator since the plan began."""
    found = []
    for indicator in RELATED.get(target.id, ()):
        own = [s for s in book.get(target.region, indicator) if s.period.year > start_year(target) and not s.reference]
        found += own[-1:]
    return tuple(found)
