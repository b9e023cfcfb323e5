"""Decomposition, capital, growth accounting, counts."""
