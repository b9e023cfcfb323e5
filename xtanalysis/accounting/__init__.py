"""Decomposition, capital, growth accounting, counts, and the mechanics of targets."""
