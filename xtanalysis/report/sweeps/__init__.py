"""Notebook runs: checked, forked, resumed, by the hundred and on other machines; the index of what they left."""
