"""Why studies disagree: claims of opposite sign on a link, compared slot by slot.

Primary studies are compared; only where they do not disagree among themselves, reviews too. A slot
explains where its values on the two sides have nothing in common, and are known of at least half
the studies of each. A true contradiction is a pair of findings of two primary studies whose known
slots agree; a pair with no slot known to both is neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kg.evidence.dossier import Voice, speaking, voices
from kg.links import Link, Support
from kg.model import Direction
from kg.slots import SLOTS
from kg.wording import citation


class Contrast(StrEnum):
    """How the two sides compare in one slot."""

    DIFFERENT = "different"
    OVERLAPPING = "overlapping"
    SAME = "same"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotContrast:
    """The known values of a slot on each side, sorted; ``null``: of studies without an effect.

    ``known`` counts the studies on each side of which the slot is known at all.
    """

    slot: str
    kind: Contrast
    positive: tuple[str, ...]
    negative: tuple[str, ...]
    null: tuple[str, ...]
    known: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairContrast:
    """Two studies of opposite sign: in which slots they have nothing in common, and in which all.

    ``differing`` holds the slot with the values of the positive and of the negative study.
    """

    positive: Voice
    negative: Voice
    differing: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    same: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Two sides of a link, what sets them apart, and the pairs that nothing known sets apart."""

    positive: tuple[Voice, ...]
    negative: tuple[Voice, ...]
    contrasts: tuple[SlotContrast, ...]
    pairs: tuple[PairContrast, ...]
    contradictions: tuple[tuple[Support, Support], ...]

    @property
    def explaining(self) -> tuple[SlotContrast, ...]:
        """The slots in which the two sides have nothing in common."""
        return tuple(c for c in self._different if self._well_known(c))

    @property
    def hinting(self) -> tuple[SlotContrast, ...]:
        """The slots in which they have nothing in common as far as is known, which is not far."""
        return tuple(c for c in self._different if not self._well_known(c))

    @property
    def _different(self) -> tuple[SlotContrast, ...]:
        return tuple(c for c in self.contrasts if c.kind is Contrast.DIFFERENT)

    def _well_known(self, contrast: SlotContrast) -> bool:
        sides = zip(contrast.known, (self.positive, self.negative), strict=True)
        return all(2 * known >= len(side) for known, side in sides)


def disagreement(link: Link | None) -> Disagreement | None:
    """Compare the two sides of a link; ``None`` where not both signs are asserted."""
    every = [voices(link, way) for way in (Direction.POSITIVE, Direction.NEGATIVE, Direction.NULL)]
    primary = [tuple(voice for voice in side if not voice.synthesis) for side in every]
    positive, negative, null = primary if primary[0] and primary[1] else every
    if link is None or not positive or not negative:
        return None
    contrasts = (_contrast(slot, positive, negative, null) for slot in SLOTS)
    return Disagreement(
        positive=positive,
        negative=negative,
        contrasts=tuple(c for c in contrasts if c.kind is not Contrast.UNKNOWN),
        pairs=tuple(
            _pair(one, other)
            for one in positive
            for other in negative
            if one.study.id != other.study.id
        ),
        contradictions=tuple(_contradictions(link)),
    )


def _pair(one: Voice, other: Voice) -> PairContrast:
    values = {slot: (_values(one, slot), _values(other, slot)) for slot in SLOTS}
    return PairContrast(
        positive=one,
        negative=other,
        differing=tuple(
            (slot, tuple(sorted(a)), tuple(sorted(b)))
            for slot, (a, b) in values.items()
            if _kind(a, b) is Contrast.DIFFERENT
        ),
        same=tuple(slot for slot, (a, b) in values.items() if _kind(a, b) is Contrast.SAME),
    )


def _contrast(
    slot: str, positive: Iterable[Voice], negative: Iterable[Voice], null: Iterable[Voice]
) -> SlotContrast:
    sides = [[_values(voice, slot) for voice in side] for side in (positive, negative, null)]
    known = [{value for values in side for value in values} for side in sides]
    return SlotContrast(
        slot=slot,
        kind=_kind(known[0], known[1]),
        positive=tuple(sorted(known[0])),
        negative=tuple(sorted(known[1])),
        null=tuple(sorted(known[2])),
        known=(sum(map(bool, sides[0])), sum(map(bool, sides[1]))),
    )


def _kind(one: set[str], other: set[str]) -> Contrast:
    if not one or not other:
        return Contrast.UNKNOWN
    if one == other:
        return Contrast.SAME
    return Contrast.OVERLAPPING if one & other else Contrast.DIFFERENT


def _values(voice: Voice, slot: str) -> set[str]:
    return {value.casefold() for s in voice.supports if (value := SLOTS[slot](s))}


def _contradictions(link: Link) -> Iterable[tuple[Support, Support]]:
    said = [support for support in speaking(link) if not support.synthesis]
    for one in said:
        if one.direction is Direction.POSITIVE:
            for other in said:
                opposite = other.direction is Direction.NEGATIVE
                if opposite and one.study.id != other.study.id and _agree(one, other):
                    yield one, other


def _agree(one: Support, other: Support) -> bool:
    """Whether some slot is known of both claims, and all such slots are the same."""
    known = known_slots(one, other)
    return bool(known) and all(
        str(SLOTS[slot](one)).casefold() == str(SLOTS[slot](other)).casefold() for slot in known
    )


def known_slots(one: Support, other: Support) -> tuple[str, ...]:
    """The slots that are known of both claims."""
    return tuple(slot for slot, get in SLOTS.items() if get(one) and get(other))


def disagreement_sentences(found: Disagreement, *, shown: int = 3) -> tuple[str, ...]:
    """The disagreement in plain English, one thing a sentence."""
    positive = _side("positive", found.positive, shown)
    lines = [f"Opposite signs: {positive}; {_side('negative', found.negative, shown)}."]
    lines += [_explained(contrast, found) for contrast in found.explaining]
    shared = [c.slot for c in found.contrasts if c.kind is Contrast.OVERLAPPING]
    if found.hinting:
        lines.append(f"Different where known at all: {', '.join(c.slot for c in found.hinting)}.")
    if shared:
        lines.append(f"In part different, in part the same: {', '.join(shared)}.")
    if not found.explaining:
        lines += _pair_by_pair(found.pairs, shown)
    lines += _contradicting(found.contradictions, shown)
    if not found.explaining and not any(pair.differing for pair in found.pairs):
        lines.append("Nothing that is known of these studies explains it.")
    return tuple(lines)


def _side(name: str, side: Sequence[Voice], shown: int) -> str:
    names = sorted({citation(voice.documents[0]) for voice in side})
    rest = f" and {len(names) - shown} more" if len(names) > shown else ""
    return f"{len(side)} {name} ({', '.join(names[:shown])}{rest})"


def _explained(contrast: SlotContrast, found: Disagreement) -> str:
    slot = f"{contrast.slot[:1].upper()}{contrast.slot[1:]}"
    words = [f"{', '.join(values)} in the {name}" for values, name in _sides_of(contrast)]
    totals = (len(found.positive), len(found.negative))
    gaps = [
        f"known of {known} of {total} {name}"
        for known, total, name in zip(contrast.known, totals, ("positive", "negative"), strict=True)
        if known < total
    ]
    return f"{slot}: {'; '.join(words)}{f' ({_and(gaps)})' if gaps else ''}."


def _sides_of(contrast: SlotContrast) -> list[tuple[tuple[str, ...], str]]:
    sides = [(contrast.positive, "positive"), (contrast.negative, "negative")]
    return [*sides, (contrast.null, "null")] if contrast.null else sides


def _pair_by_pair(pairs: Sequence[PairContrast], shown: int) -> list[str]:
    told = [
        f"{citation(p.positive.documents[0])} (positive) and {citation(p.negative.documents[0])} "
        f"(negative) differ in {'; '.join(map(_slot_words, p.differing))}."
        for p in sorted(pairs, key=lambda pair: -len(pair.differing))
        if p.differing
    ]
    rest = len(told) - shown
    return told[:shown] + ([f"So do {rest} more pairs of studies."] if rest > 0 else [])


def _slot_words(found: tuple[str, tuple[str, ...], tuple[str, ...]]) -> str:
    slot, one, other = found
    return f"{slot} ({', '.join(one)} against {', '.join(other)})"


def _contradicting(pairs: Sequence[tuple[Support, Support]], shown: int) -> list[str]:
    told = sorted(
        {
            f"{_cited(one)} against {_cited(other)} (known: {', '.join(known_slots(one, other))})"
            for one, other in pairs
        }
    )
    if not told:
        return []
    rest = f" and {len(told) - shown} more" if len(told) > shown else ""
    return [f"True contradiction, all known slots agree: {'; '.join(told[:shown])}{rest}."]


def _cited(support: Support) -> str:
    return citation(support.reading.document)


def _and(parts: Sequence[str]) -> str:
    return " and ".join(parts)
