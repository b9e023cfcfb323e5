"""The explorer: assumptions under one's fingers, the chart and the verdicts that follow from them."""
