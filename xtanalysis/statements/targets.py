"""The records of a plan: targets of an official document, and the readings that its words leave open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING, Any

from xtanalysis.data import dictionary
from xtanalysis.errors import BadInput, Problem
from xtanalysis.statements.grammar import Measure, Period, Relation, Statement
from xtanalysis.text import message

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Chain", "Inferred", "Option", "Plan", "Reading", "Target"]


@dataclass(frozen=True, slots=True)
class Chain:
    """An industry chain that the plan names."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Inferred:
    """A lead body that the document does not name, with the reason for taking it."""

    body: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Option:
    """One way to read the document; ``changes`` are the fields of a target that it sets."""

    id: str
    zh: str
    en: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """A choice that the document leaves open; the first option is the default."""

    id: str
    zh: str
    en: str
    options: tuple[Option, ...]

    @property
    def default(self) -> Option:
        """The option taken where the user names none."""
        return self.options[0]

    def option(self, name: str) -> Option:
        """Return an option by id; raises `BadInput` with the options there are."""
        for option in self.options:
            if option.id == name:
                return option
        raise BadInput(
            Problem(
                message("unknown option of reading {id}", id=self.id),
                found=name,
                expected=", ".join(o.id for o in self.options),
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One target of a plan.

    Attributes
    ----------
    indicator, unit, calibre
        Ids of the dictionary.
    value
        In ``unit``; ``None`` where the document names no number.
    value_high
        Upper end of a range such as 2～3: informational, the lower end is what must be reached.
    base_period, deadline
        ``deadline`` is a year, or the span of years for what is counted each year or summed.
    frequency
        How often it falls due: a word of file_keys.csv.
    lead
        Body that leads by the document's own order; ``None`` where it names none.
    others
        The other responsible bodies, in the document's order.
    data_owner
        Who publishes the figure.
    reference
        Region or group that the target is measured against.
    unresolved
        ``base`` or ``calibre`` where that must be settled before a probability can be given; else empty.
    missing_zh, missing_en
        The figure that would settle it.
    """

    id: str
    region: str
    section: str
    zh: str
    en: str
    indicator: str
    measure: Measure
    relation: Relation
    value: float | None
    value_high: float | None
    unit: str
    base_period: Period | None
    deadline: Period
    frequency: str
    reference: str | None
    calibre: str
    lead: str | None
    lead_inferred: Inferred | None
    others: tuple[str, ...]
    data_owner: str
    readings: tuple[Reading, ...]
    unresolved: str
    missing_zh: str
    missing_en: str
    note_zh: str
    note_en: str
    published: dt.date
    source_id: str

    def read(self, reading: Mapping[str, str] | None = None) -> Target:
        """Return the target as the chosen options read it.

        Parameters
        ----------
        reading
            Id of a reading → id of an option; readings that this target does not have are passed over.

        Raises
        ------
        BadInput
            If an option is unknown.
        """
        chosen = self
        for mine in self.readings:
            option = mine.option((reading or {}).get(mine.id, mine.default.id))
            chosen = replace(chosen, **option.changes)
        return chosen

    def statement(self, reading: Mapping[str, str] | None = None) -> Statement:
        """Return the target in the grammar of facts, as the chosen options read it.

        Raises
        ------
        BadInput
            If the document names no number, or an option is unknown.
        """
        chosen = self.read(reading)
        if chosen.value is None:
            raise BadInput(
                Problem(message("target {id} has no number", id=self.id), expected=message("a target with a value"))
            )
        return Statement(
            id=f"target:{self.id}",
            region=self.region,
            indicator=chosen.indicator,
            measure=chosen.measure,
            period=chosen.deadline,
            base_period=chosen.base_period,
            relation=chosen.relation,
            value=chosen.value,
            value_high=chosen.value_high if chosen.relation == "between" else None,
            unit=chosen.unit,
            role="plan",
            calibre=chosen.calibre,
            published=self.published,
            source_id=self.source_id,
            trust="A",
            reference=chosen.reference,
            note=chosen.note_zh,
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Plan:
    """An official document and its targets; ``file`` is where it was read from."""

    id: str
    region: str
    zh: str
    en: str
    number: str
    issuer: str
    date: dt.date
    source: str
    chains: tuple[Chain, ...]
    readings: Mapping[str, Reading]
    targets: tuple[Target, ...]
    file: str = field(default="", compare=False)

    @classmethod
    def without_targets(cls, region: str) -> Plan:
        """What stands in for a plan where a region has none."""
        return cls(
            id="", region=region, zh="", en="", number="", issuer="", date=dt.date.min, source="", chains=(),
            readings={}, targets=(),
        )  # fmt: skip

    @property
    def ends(self) -> int | None:
        """Last deadline's year; ``None`` without targets."""
        return max((target.deadline.year for target in self.targets), default=None)

    def __len__(self) -> int:
        return len(self.targets)

    def to_frame(self) -> pd.DataFrame:
        """One row a target, as the default readings read it.

        Returns
        -------
        Index target id; columns zh, en, indicator, measure, relation, value, value_high, unit, base_period, deadline,
        frequency, calibre, lead, data_owner, readings (ids of what the document leaves open).
        """
        import pandas as pd

        same = ("zh", "en", "indicator", "measure", "relation", "value", "value_high", "unit")
        rows = [
            {
                **{name: getattr(target, name) for name in same},
                "base_period": "" if target.base_period is None else str(target.base_period),
                "deadline": str(target.deadline),
                "frequency": target.frequency,
                "calibre": target.calibre,
                "lead": target.lead or (target.lead_inferred.body if target.lead_inferred else ""),
                "data_owner": target.data_owner,
                "readings": ", ".join(reading.id for reading in target.readings),
            }
            for target in (raw.read() for raw in self.targets)
        ]
        columns = list(rows[0]) if rows else [*same]
        return pd.DataFrame(rows, index=pd.Index([t.id for t in self.targets], name="target"), columns=columns)

    def __repr__(self) -> str:
        if not self.targets:
            return f"<Plan of {self.region}: no targets>"
        ends = f"{min(t.deadline.year for t in self.targets)} to {self.ends}"
        return f"<Plan {self.id} of {self.region}, {self.date}: {len(self)} targets due {ends}; .to_frame() lists them>"

    def _repr_html_(self) -> str:
        frame = self.to_frame()
        shown = frame[[c for c in ("zh", "relation", "value", "unit", "deadline", "data_owner") if c in frame]]
        return f"<p>{escape(repr(self))}</p>{shown.to_html(max_rows=60, na_rep='')}"

    def target(self, name: str) -> Target:
        """Return a target by its id, its name, or a name of the indicator that it alone speaks of.

        Raises
        ------
        BadInput
            With the ids there are, or with those that bear the name.
        """
        found = [t for t in self.targets if t.id == name]
        if not found:
            folded, ids = dictionary.fold(name), dictionary.current().ids("indicator", name)
            named = [t for t in self.targets if folded in map(dictionary.fold, (t.id, t.zh, t.en))]
            found = named or [t for t in self.targets if t.indicator in ids]
        if len(found) == 1:
            return found[0]
        what = (
            message("plan {id} has several targets of this name", id=self.id)
            if found
            else message("plan {id} has no such target", id=self.id)
        )
        raise BadInput(Problem(what, found=name, expected=", ".join(t.id for t in found or self.targets)))
