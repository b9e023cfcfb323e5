"""Below, at and above, for every relation."""

from __future__ import annotations

import numpy as np
import pytest

from xtanalysis.errors import BadInput
from xtanalysis.statements.grammar import RELATIONS
from xtanalysis.statements.met import met

CASES = {
    # relation: below 10 · at 10 · above 10 (· at and above 20 for a range)
    "at_least": (False, True, True),
    "about": (False, True, True),
    "at_most": (True, True, False),
    "above": (False, False, True),
    "equals": (False, True, False),
    "between": (False, True, True),
}


@pytest.mark.parametrize("relation", RELATIONS)
def test_below_at_above(relation: str) -> None:
    found = tuple(met(relation, value, 10.0, 20.0) for value in (9.999, 10.0, 10.001))
    assert found == CASES[relation]
    assert tuple(met(relation, np.array([9.999, 10.0, 10.001]), 10.0, 20.0)) == CASES[relation]


def test_a_range_is_closed_at_both_ends() -> None:
    assert [met("between", v, 2, 3) for v in (1.9, 2, 3, 3.1)] == [False, True, True, False]


@pytest.mark.parametrize("target", [0.3, 1050.0, -0.12])
def test_rounding_does_not_decide(target: float) -> None:
    """One part in 10^12 either side is on target; one in 10^6 is not."""
    for sign in (-1, 1):
        near, far = target * (1 + sign * 1e-12), target * (1 + sign * 1e-6)
        assert met("at_least", near, target)
        assert met("at_most", near, target)
        assert not met("above", near, target)
        assert met("at_least", far, target) == (far > target)
        assert met("above", far, target) == (far > target)
    assert met("at_least", 0.1 + 0.2, 0.3)


def test_no_number_meets_nothing() -> None:
    assert not any(met(relation, np.nan, 10.0, 20.0) for relation in RELATIONS)


def test_about_a_fall_is_judged_downwards() -> None:
    assert [bool(met("about", v, -12)) for v in (-13, -12, -11)] == [True, True, False]


def test_a_range_needs_its_end() -> None:
    with pytest.raises(BadInput, match="a target cannot be judged; found 'between'"):
        met("between", 1.0, 0.0)
