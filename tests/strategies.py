"""Hypothesis strategies for readings: any text a paper may hold, values that the types allow."""

from __future__ import annotations

from hypothesis import strategies as st

from kg.model import (
    Certainty,
    Claim,
    Direction,
    Document,
    Evidence,
    Qualifiers,
    Reading,
    Relation,
    Statistic,
    Status,
    Study,
    TextKind,
)

CONSTRUCTS = ("OxytocinLevel", "OxytocinSynchrony", "TherapeuticAlliance", "Rupture", "Empathy")

#: Any characters but lone surrogates, which no RDF literal can hold.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_MAYBE_TEXT = st.none() | TEXTS
_NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=";"), min_size=1)
_OFFSETS = st.tuples(st.integers(0, 5000), st.integers(0, 5000)).map(sorted)
_NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    start, end = draw(_OFFSETS)
    return Evidence(start=start, end=end, sentence=draw(TEXTS), cue=draw(TEXTS))


@st.composite
def statistics(draw: st.DrawFn) -> Statistic:
    start, end = draw(_OFFSETS)
    return Statistic(
        kind=draw(st.sampled_from(("r", "p", "ci", "k", "unheard-of"))),
        raw=draw(TEXTS),
        start=start,
        end=end,
        value=draw(_NUMBERS),
        comparator=draw(st.sampled_from("<>=")),
        low=draw(_NUMBERS),
        high=draw(_NUMBERS),
    )


QUALIFIERS = st.builds(Qualifiers, **dict.fromkeys(Qualifiers.__slots__, _MAYBE_TEXT))


@st.composite
def claims(draw: st.DrawFn, document: str = "doi:10.1/x") -> Claim:
    relation = draw(st.sampled_from(Relation))
    subject, other, third = draw(st.permutations(CONSTRUCTS))[:3]
    with_path = relation in (Relation.MEDIATES, Relation.MODERATES)
    return Claim(
        document=document,
        subject=subject,
        relation=relation,
        object=other,
        direction=draw(st.sampled_from(Direction)),
        status=draw(st.sampled_from(Status)),
        evidence=draw(evidences()),
        path=(third, other) if with_path else None,
        certainty=draw(st.sampled_from(Certainty)),
        qualifiers=draw(QUALIFIERS),
        statistics=tuple(draw(st.lists(statistics(), max_size=2))),
        rule=draw(_MAYBE_TEXT),
        confidence=draw(st.none() | st.floats(0, 1)),
    )


@st.composite
def documents(draw: st.DrawFn, document_id: str) -> Document:
    return Document(
        id=document_id,
        key=draw(TEXTS),
        title=draw(TEXTS),
        abstract=draw(TEXTS),
        year=draw(st.none() | st.integers(1000, 2100)),
        authors=tuple(draw(st.lists(_NAMES, max_size=3))),
        journal=draw(_MAYBE_TEXT),
        doi=draw(_MAYBE_TEXT),
        pmid=draw(_MAYBE_TEXT),
        kind=draw(_MAYBE_TEXT | st.sampled_from(("empirical", "review", "meta-analysis", "book"))),
        language=draw(_MAYBE_TEXT),
        retracted=draw(st.booleans()),
        url=draw(_MAYBE_TEXT),
        text_kind=draw(st.sampled_from(TextKind)),
    )


@st.composite
def studies(draw: st.DrawFn, study_id: str) -> Study:
    return Study(
        id=study_id,
        documents=(),
        kind=draw(_MAYBE_TEXT | st.sampled_from(("empirical", "review", "meta-analysis"))),
        design=draw(_MAYBE_TEXT),
        n=draw(st.none() | st.integers(1, 10**6)),
        unit=draw(st.none() | st.sampled_from(("persons", "dyads", "studies"))),
        population=draw(_MAYBE_TEXT),
        instruments=tuple(draw(st.lists(TEXTS, max_size=2))),
        specimens=tuple(draw(st.lists(TEXTS, max_size=2))),
    )


_IDS = ("doi:10.1002/(SICI)1<1::AID-X>3.0.CO;2-#", "pmid:1", "key:smith 2020/ä", "doi:10.1/x%2F")


@st.composite
def readings(draw: st.DrawFn, max_claims: int = 4) -> list[Reading]:
    """A few documents; some report one study together."""
    ids = draw(st.lists(st.sampled_from(_IDS), unique=True, max_size=len(_IDS)))
    known = {name: draw(studies(name)) for name in ("study a", "study/b")}
    found = []
    for name in ids:
        said = draw(st.lists(claims(document=name), max_size=max_claims))
        study = known[draw(st.sampled_from(sorted(known)))]
        named = tuple(draw(st.lists(st.sampled_from(CONSTRUCTS), max_size=3)))
        document = draw(documents(name))
        found.append(Reading(document=document, claims=tuple(said), study=study, mentions=named))
    return found
