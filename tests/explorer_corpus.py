"""Small corpora for tests of the explorer: one with every kind of link, a hostile one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kg.gaps import Gap, GapKind
from kg.model import (
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
from kg.ontology import Construct, constructs

EVIL = (
    "</script><script>window.PWNED=1</script><img src=x onerror=window.PWNED=2>{{7*7}}${1}\u2028'\""
)
FORMULA = '=HYPERLINK("http://evil.example","x")'
SICI = "10.1002/(SICI)1097-4679(199901)55:1<1::AID-JCLP1>3.0.CO;2-#"


def claim(
    document: Document,
    said: tuple[str, Relation, str, Direction],
    sentence: str,
    status: Status = Status.FINDING,
    **more: Any,
) -> Claim:
    """A claim whose evidence is this sentence of the document."""
    start = document.text.index(sentence)
    subject, relation, obj, direction = said
    return Claim(
        document=document.id,
        subject=subject,
        relation=relation,
        object=obj,
        direction=direction,
        status=status,
        evidence=Evidence(
            start=start,
            end=start + len(sentence),
            sentence=sentence,
            cue=more.pop("cue", "predicted"),
        ),
        **more,
    )


def _document(key: str, year: int, *sentences: str, **more: Any) -> Document:
    return Document(
        id=f"doi:10.5555/{key}",
        key=key,
        title=f"Invented study {key}",
        abstract=" ".join(sentences),
        year=year,
        doi=f"10.5555/{key}",
        authors=("Doe J", "Roe R", "Poe E"),
        **more,
    )


def _reading(document: Document, *claims: Claim, **study: Any) -> Reading:
    return Reading(
        document=document,
        claims=claims,
        study=Study(id=f"study:{document.key}", documents=(document.id,), **study),
    )


_LEVEL = "Higher oxytocin levels predicted a stronger working alliance."
_LOWER = "Higher plasma oxytocin predicted a weaker alliance."
_ASKED = "We asked whether oxytocin reactivity relates to rupture repair."
_BETWEEN = "Alliance mediated the effect of therapist empathy on depressive symptoms."
_EMPATHY = "Therapist empathy (𝑟 = .31) predicted the alliance."
_FILLER = "Forty patients took part."

_P, _A, _M = Relation.PREDICTS, Relation.ASSOCIATED_WITH, Relation.MEDIATES


def _first() -> Reading:
    text = _document("one", 2001, _FILLER, _LEVEL, _ASKED)
    return _reading(
        text,
        claim(
            text,
            ("OxytocinLevel", _P, "TherapeuticAlliance", Direction.POSITIVE),
            _LEVEL,
            qualifiers=Qualifiers(specimen="saliva", subject_role="patient"),
            confidence=0.9,
            rule="predicts",
        ),
        claim(
            text,
            ("OxytocinReactivity", _A, "RuptureRepair", Direction.UNSPECIFIED),
            _ASKED,
            Status.HYPOTHESIS,
            confidence=0.6,
            cue="relates to",
        ),
        kind="empirical",
        design="longitudinal, 16 sessions",
        n=40,
        unit="dyads",
        population="depressed patients",
    )


def _second() -> Reading:
    text = _document("two", 2012, _LOWER, _FILLER, text_kind=TextKind.DIGEST)
    lower = ("OxytocinLevel", _P, "TherapeuticAlliance", Direction.NEGATIVE)
    return _reading(
        text,
        claim(text, lower, _LOWER, qualifiers=Qualifiers(specimen="plasma"), confidence=0.7),
        kind="empirical",
        design="randomised trial",
        n=1200,
        unit="persons",
        population="healthy men",
    )


def _third() -> Reading:
    text = _document("three", 2020, _EMPATHY, _BETWEEN)
    number = text.text.index("𝑟")
    return _reading(
        text,
        claim(
            text,
            ("TherapistEmpathy", _P, "TherapeuticAlliance", Direction.POSITIVE),
            _EMPATHY,
            statistics=(Statistic(kind="r", raw="𝑟 = .31", start=number, end=number + 7),),
        ),
        claim(
            text,
            ("TherapeuticAlliance", _M, "DepressiveSymptoms", Direction.POSITIVE),
            _BETWEEN,
            path=("TherapistEmpathy", "DepressiveSymptoms"),
            cue="mediated",
        ),
        kind="review",
        design="narrative review",
    )


def readings() -> list[Reading]:
    """Three studies: two that disagree, a question, a mediation, a review."""
    return [_first(), _second(), _third()]


def gaps() -> list[Gap]:
    """A pair that nobody studied, and a mediation that nobody tested as a whole."""
    return [
        Gap(
            a="TherapistEmpathy",
            through="TherapeuticAlliance",
            b="OxytocinLevel",
            kind=GapKind.UNTESTED_PATH,
            score=0.5,
            observed=0,
            expected=0.0,
            bridges=("TherapeuticAlliance",),
            wording="Nobody tested the alliance as the mediator here.",
        ),
        Gap(
            a="AttachmentAnxiety",
            b="Rupture",
            kind=GapKind.UNSTUDIED,
            score=1.5,
            observed=0,
            expected=1.2,
            bridges=("TherapeuticAlliance",),
            wording="Nobody studied attachment anxiety and rupture here.",
        ),
    ]


def hostile() -> tuple[list[Reading], list[Gap], dict[str, Construct]]:
    """The plain corpus with markup, templates, formulas and broken DOIs wherever text may stand."""
    known = dict(constructs())
    known["OxytocinLevel"] = replace(
        known["OxytocinLevel"], label=EVIL, definition=EVIL, alt_labels=(EVIL, "oxytocin level")
    )
    found = []
    for place, reading in enumerate(readings()):
        doi = ("javascript:window.PWNED=3", SICI, EVIL)[place]
        document = replace(
            reading.document, title=EVIL, authors=(FORMULA, EVIL), doi=doi, journal=EVIL
        )
        own = tuple(_poisoned(one, document) for one in reading.claims)
        study = replace(reading.study, design=EVIL, population=EVIL, unit=EVIL, instruments=(EVIL,))
        found.append(Reading(document=document, claims=own, study=study))
    return found, [replace(gap, wording=EVIL) for gap in gaps()], known


def _poisoned(one: Claim, document: Document) -> Claim:
    evidence = Evidence(start=0, end=len(EVIL), sentence=document.text[: len(EVIL)], cue="<b>")
    qualifiers = Qualifiers(specimen=EVIL, population=FORMULA, condition=EVIL)
    return replace(one, evidence=evidence, qualifiers=qualifiers, rule=EVIL)
