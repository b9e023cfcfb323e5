"""The joint posterior of all paths given statements."""
