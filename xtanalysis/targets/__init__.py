"""Where each target stands: figures in force, progress, verdict, place, what is due, the scorecard."""
