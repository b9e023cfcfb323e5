"""Notebook runs, pages, figures, tables."""
