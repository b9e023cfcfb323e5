"""The grammar that facts, assumptions and targets share."""
