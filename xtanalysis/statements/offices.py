"""The offices of a region that count its industry and lead it, as plans name them: 市统计局, 州统计局, 省工信厅."""

from __future__ import annotations

from xtanalysis.data.dictionary import Region, current, outward, regions

__all__ = ["city_name", "industry_office", "statistics_office"]

_CITY = "市"
_SIGNS = ("自治区", "特区", "地区", _CITY, "省", "州", "盟", "县", "旗", "区")
"""What an office's name begins with, by the kind of its region."""


def statistics_office(region: Region) -> str:
    """Who publishes a region's figures.

    Examples
    --------
    >>> statistics_office(regions()["中国"])
    '国家统计局'
    """
    return _office(region, "statistics")


def industry_office(region: Region) -> str:
    """Who leads a region's industry; that of a province is called 厅."""
    return _office(region, "industry")


def city_name(body: str) -> str:
    """A body's name as a city's would be called: 省财政厅 becomes 市财政局; one of no region stays as it is."""
    sign = next((sign for sign in _SIGNS if body.startswith(sign)), None)
    return body if sign is None else f"{_CITY}{body.removeprefix(sign).replace('厅', '局')}"


def _office(region: Region, duty: str) -> str:
    offices = current().offices
    if region.kind == "country":
        return offices[duty, region.kind]
    sign = _sign(region)
    return offices.get((duty, sign)) or f"{sign}{offices[duty, _CITY].removeprefix(_CITY)}"


def _sign(region: Region) -> str:
    """The last word of a region's name; of a park or a group, that of the region around it."""
    places = [region, *(regions()[name] for name in outward(region.id))]
    place = next((place for place in places if place.kind in ("province", "city", "county")), places[-1])
    name = place.id.replace("特别行政区", "特区")
    return next((sign for sign in _SIGNS if name.endswith(sign)), _CITY)
