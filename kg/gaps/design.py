"""How a gap could be studied: what the studies of its neighbours used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from kg.gaps.kinds import method_kind
from kg.gaps.model import Gap
from kg.links import is_synthesis
from kg.model import Claim, Reading, Status
from kg.ontology import Instrument, constructs, instruments, within
from kg.populations import population_kind

_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What studies with findings on either construct used, the commonest first.

    ``instruments`` and ``specimens`` pair a construct's id with names; ``size`` is the median
    sample, over ``sized`` studies that report one.
    """

    studies: int
    populations: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    instruments: tuple[tuple[str, tuple[str, ...]], ...] = ()
    specimens: tuple[str, ...] = ()
    size: int | None = None
    sized: int = 0


def suggest_design(gap: Gap, readings: Sequence[Reading]) -> Design:
    """The design that the neighbours of a gap suggest."""
    ends = [set(_below(name)) for name in gap.constructs]
    used = {
        reading.study.id: reading
        for reading in readings
        if not is_synthesis(reading) and any(_about(c, end) for c in reading.claims for end in ends)
    }
    chosen = [used[name] for name in sorted(used)]
    sizes = [reading.study.n for reading in chosen if reading.study.n]
    return Design(
        studies=len(chosen),
        populations=_commonest(population_kind(reading.study.population) for reading in chosen),
        methods=_commonest(method_kind(reading.study.design) for reading in chosen),
        instruments=tuple(
            (name, found)
            for name, end in zip(gap.constructs, ends, strict=True)
            if (found := _instruments(end, chosen))
        ),
        specimens=_commonest(s for reading in chosen for s in reading.study.specimens),
        size=round(median(sizes)) if sizes else None,
        sized=len(sizes),
    )


def _below(name: str) -> tuple[str, ...]:
    """A construct and all below it; itself alone if the ontology does not know it."""
    return within(name) if name in constructs() else (name,)


def _about(claim: Claim, names: set[str]) -> bool:
    ends = {claim.subject, claim.object, *(claim.path or ())}
    return claim.status is Status.FINDING and bool(ends & names)


def _commonest(values: Iterable[str | None]) -> tuple[str, ...]:
    counted = Counter(value for value in values if value)
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return tuple(f"{value} ({count})" for value, count in ordered[:_SHOWN])


def _instruments(names: set[str], readings: Iterable[Reading]) -> tuple[str, ...]:
    """Instruments of a construct: those that the studies used first, else those of the ontology."""
    measuring = [i for i in instruments().values() if i.measures and i.measures[0] in names]
    counted = Counter(
        instrument.label
        for reading in readings
        for instrument in measuring
        if _uses(reading, instrument)
    )
    if counted:
        ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        return tuple(f"{label} ({count})" for label, count in ordered[:_SHOWN])
    return tuple(sorted(i.label for i in measuring)[:_SHOWN])


def _uses(reading: Reading, instrument: Instrument) -> bool:
    names = {n.casefold() for n in (instrument.label, *instrument.abbreviations)}
    own = [used.casefold() for used in reading.study.instruments]
    own += [(claim.qualifiers.instrument or "").casefold() for claim in reading.claims]
    return any(used in names or instrument.label.casefold() in used for used in own if used)
