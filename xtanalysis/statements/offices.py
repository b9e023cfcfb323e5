"""The offices of a region that count its industry and lead it, as plans name them: 市统计局, 州统计局, 省工信厅."""

from __future__ import annotations

from xtanalysis.data.dictionary import Region, regions

__all__ = ["SIGNS", "industry_office", "statistics_office"]

SIGNS = ("自治区", "特区", "地区", "市", "省", "州", "盟", "县", "旗", "区")
"""What an office's name begins with, by the kind of its region."""


def statistics_office(region: Region) -> str:
    """Who publishes a region's figures.

    Examples
    --------
    >>> statistics_office(regions()["中国"])
    '国家统计局'
    """
    return "国家统计局" if region.kind == "country" else f"{_sign(region)}统计局"


def industry_office(region: Region) -> str:
    """Who leads a region's industry; that of a province is called 厅."""
    if region.kind == "country":
        return "工业和信息化部"
    sign = _sign(region)
    return f"{sign}工信{'厅' if sign in ('省', '自治区') else '局'}"


def _sign(region: Region) -> str:
    """The last word of a region's name; of a park or a group, that of the region around it."""
    place = region
    while place.kind not in ("province", "city", "county") and place.parent is not None:
        place = regions()[place.parent]
    name = place.id.replace("特别行政区", "特区")
    return next((sign for sign in SIGNS if name.endswith(sign)), "市")
