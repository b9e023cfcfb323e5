"""What a worker keeps for runs of one region and day, and for how long."""

from __future__ import annotations

from xtanalysis.report.prepared import kept, once


class Made:
    """Told apart as an object."""


def test_what_a_block_makes_is_kept_until_the_next_block() -> None:
    study = Made()
    with kept():
        figure = once(Made, "figure", "zh", of=(study,))
        assert once(Made, "figure", "zh", of=(study,)) is figure
        assert once(Made, "figure", "en", of=(study,)) is not figure
        assert once(Made, "figure", "zh", of=(figure,)) is not figure
    assert once(Made, "figure", "zh", of=(study,)) is figure
    assert once(Made, "other") is not once(Made, "other"), "outside a block nothing more is kept"
    with kept():
        assert once(Made, "figure", "zh", of=(study,)) is not figure
