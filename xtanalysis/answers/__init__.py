"""Questions put to the posterior: probabilities, progress, news, replay, scorecard."""
