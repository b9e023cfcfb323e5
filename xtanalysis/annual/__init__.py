"""Pooled quantile forecaster for short annual series."""
