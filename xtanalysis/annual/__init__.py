"""Pooled quantile forecaster for short annual series."""

from xtanalysis.annual.forecast import QUANTILES, SeriesLeftOut, forecast_annual, forecast_one

__all__ = ["QUANTILES", "SeriesLeftOut", "forecast_annual", "forecast_one"]
