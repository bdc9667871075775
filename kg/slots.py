"""What sets claims about one pair apart: who, measured in what, by what, by whom, when, how.

A slot is what the claim itself says, else what its study's record says where that is one thing.
Unknown is ``None``, and unknown is never a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from kg.links import Support
from kg.ontology import constructs, within
from kg.populations import population_kind
from kg.wording import label_of

#: The construct whose kinds of evidence (given, measured, genes ...) are a slot of their own.
OXYTOCIN = "OxytocinSystem"


def _population(support: Support) -> str | None:
    """The broad kind of people that the claim names, else that of its study."""
    own = population_kind(support.claim.qualifiers.population)
    return own or population_kind(support.study.population)


def _oxytocin(support: Support) -> str | None:
    """Which kinds of evidence on oxytocin: given, level, reactivity, synchrony, genes."""
    claim = support.claim
    named = {claim.subject, claim.object, *(claim.path or ())} & _oxytocin_kinds()
    return ", ".join(sorted(label_of(name, _labels()) for name in named)) or None


def _specimen(support: Support) -> str | None:
    """The specimen that the claim names; about oxytocin also the only one of its study."""
    own = support.claim.qualifiers.specimen
    if own or not _oxytocin(support):
        return own
    specimens = support.study.specimens
    return specimens[0] if len(specimens) == 1 else None


def _qualifier(name: str) -> Callable[[Support], str | None]:
    def value(support: Support) -> str | None:
        said: str | None = getattr(support.claim.qualifiers, name)
        return " ".join(said.split()) or None if said else None

    return value


def _role(*, first: bool) -> Callable[[Support], str | None]:
    def value(support: Support) -> str | None:
        about = support.claim.qualifiers
        is_subject = first is not support.placement.swapped
        return about.subject_role if is_subject else about.object_role

    return value


#: A slot's name, as people read it -> its value in one claim.
SLOTS: dict[str, Callable[[Support], str | None]] = {
    "kind of oxytocin measure": _oxytocin,
    "specimen": _specimen,
    "population": _population,
    "role of the first": _role(first=True),
    "role of the second": _role(first=False),
    "instrument": _qualifier("instrument"),
    "rater": _qualifier("rater"),
    "condition": _qualifier("condition"),
    "form of the variable": _qualifier("variant"),
    "time point": _qualifier("timepoint"),
    "within or between": _qualifier("level"),
}


def slot_values(supports: Iterable[Support], slot: str) -> tuple[str, ...]:
    """The known values of a slot in these claims, each once, sorted."""
    return tuple(sorted({value for s in supports if (value := SLOTS[slot](s))}))


@cache
def _oxytocin_kinds() -> frozenset[str]:
    return frozenset(within(OXYTOCIN))


@cache
def _labels() -> dict[str, str]:
    return {name: construct.label for name, construct in constructs().items()}
