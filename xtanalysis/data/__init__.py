"""The dictionary (indicators, units, calibres, regions) and where the shipped files are."""
