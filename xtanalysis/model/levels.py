"""Named paths of a region that an intervention reads and replaces, whatever the states that the model keeps them in."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from xtanalysis.data.dictionary import indicators
from xtanalysis.model.paths import Paths, held

__all__ = ["Levels"]

Array = NDArray[np.float64]
SAME = 1e-9  # relative


@dataclasses.dataclass(frozen=True, slots=True)
class Levels:
    """Paths with some indicators replaced after a year.

    Attributes
    ----------
    before
        The paths as they are.
    origin
        Last year that nothing changes.
    changed
        Indicator → its new path in its own unit, shape (N, T).
    """

    before: Paths
    origin: int
    changed: dict[str, Array] = dataclasses.field(default_factory=dict)

    @property
    def future(self) -> slice:
        """Places of the years after the origin."""
        return slice(int(self.origin) + 1 - int(self.before.years[0]), None)

    def has(self, indicator: str) -> bool:
        """Whether there is a path of this indicator."""
        return held(indicator, self.before.states)

    def get(self, indicator: str) -> Array:
        """A path as it is now, shape (N, T); not to be written to."""
        found = self.changed.get(indicator)
        return self.before.of(indicator) if found is None else found

    def put(self, indicator: str, path: Array) -> None:
        """Replace a path after the origin."""
        new = self.before.of(indicator).copy()
        new[:, self.future] = path[:, self.future]
        self.changed[indicator] = new

    def scale(self, indicator: str, ratio: Array) -> None:
        """Multiply a path after the origin, where there is one."""
        if self.has(indicator):
            self.put(indicator, self.get(indicator) * ratio)

    def _implied(self) -> dict[str, Array]:
        """Shares that the model holds as states and that a replaced product of them leaves no choice."""
        out = {}
        for name, path in self.changed.items():
            factors = indicators()[name].factors
            open_ = [
                (power, part)
                for power, part in factors
                if part in self.before.states and part not in self.changed and indicators()[part].kind == "ratio"
            ]
            if name not in self.before.states and len(open_) == 1:
                power, part = open_[0]
                others = [self.get(other) / self.before.of(other) for _, other in factors if other != part]
                powers = [p for p, other in factors if other != part]
                ratio = path / self.before.of(name)
                for change, p in zip(others, powers, strict=True):
                    ratio = ratio / change**p
                out[part] = self.before.of(part) * ratio ** (1.0 / power)
        return out

    def paths(self, scenario: str) -> Paths:
        """The paths with every replacement in their states.

        Raises
        ------
        ArithmeticError
            If a replaced indicator does not follow from the replaced states: an identity was left out.
        """
        values = self.before.values.copy(order="K")
        for name, path in {**self._implied(), **self.changed}.items():
            if name in self.before.states:
                values[:, :, self.before.states.index(name)] = path
        out = Paths(self.before.region, scenario, self.before.years, self.before.states, values)
        for name, path in self.changed.items():
            # What is a state itself was put in.
            if name not in out.states and not np.all(np.abs(out.of(name) - path) <= SAME * np.abs(path)):
                raise ArithmeticError(f"{name} was replaced, but not the states that it follows from")
        return out
