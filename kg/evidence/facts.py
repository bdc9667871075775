"""For whom a link was studied, and how: samples, populations, specimens, instruments, raters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from kg.links import Link, Support
from kg.slots import SLOTS

#: What is told of a link -> the slot that it is counted from.
TOLD = {
    "populations": "population",
    "specimens": "specimen",
    "instruments": "instrument",
    "raters": "rater",
}
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Primary studies behind a link: sizes by unit, and how many have each value of a slot."""

    studies: int
    sizes: tuple[tuple[str, tuple[int, ...]], ...]
    values: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]


def facts(link: Link | None) -> Facts:
    """Count the primary studies with a finding; what a text does not say is not counted."""
    supports = list(link.primary) if link else []
    studies = {support.study.id: support.study for support in supports}
    sizes: dict[str, list[int]] = {}
    for _, study in sorted(studies.items()):
        if study.n is not None:
            sizes.setdefault(study.unit or "in the sample", []).append(study.n)
    return Facts(
        studies=len(studies),
        sizes=tuple((unit, tuple(sorted(found))) for unit, found in sorted(sizes.items())),
        values=tuple((name, _counts(supports, slot)) for name, slot in TOLD.items()),
    )


def _counts(supports: Iterable[Support], slot: str) -> tuple[tuple[str, int], ...]:
    named = {(s.study.id, value) for s in supports if (value := SLOTS[slot](s))}
    counts = Counter(value for _, value in named)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def facts_sentences(found: Facts) -> tuple[str, ...]:
    """The facts in a sentence for samples and one for each slot of which something is known."""
    lines = [_sizes(unit, sizes, found.studies) for unit, sizes in found.sizes]
    for name, counts in found.values:
        if counts:
            told = ", ".join(f"{value} ({n})" for value, n in counts[:_SHOWN])
            rest = len(counts) - _SHOWN
            more = f" and {rest} more" if rest > 0 else ""
            lines.append(f"{name.capitalize()} (studies): {told}{more}.")
    return tuple(lines)


def _sizes(unit: str, sizes: tuple[int, ...], studies: int) -> str:
    of = f"{len(sizes)} of {studies} primary studies"
    if len(sizes) == 1:
        return f"Sample, known of {of}: {sizes[0]} {unit}."
    return (
        f"Samples, known of {of}: {sum(sizes)} {unit}, median {median(sizes):g} "
        f"({sizes[0]} to {sizes[-1]})."
    )
