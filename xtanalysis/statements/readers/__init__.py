"""Readers of real tables: files to sheets of text cells, sheets to rows of figures."""
