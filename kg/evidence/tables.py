"""Evidence as tables: the claims of a dossier, the studies, the links of a construct."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kg.evidence.dossier import Dossier, Voice, asked, background, voices
from kg.evidence.words import title
from kg.links import Link
from kg.model import Direction, Relation, Status
from kg.slots import slot_values
from kg.tables import Cell, Table
from kg.wording import citation, claim_sentence, label_of, sample

Labels = Mapping[str, str]
_CLAIM_COLUMNS = (
    "direction", "study", "year", "kind", "status", "n", "unit", "population", "specimen",
    "confidence", "doi", "claim", "says", "sentence",
)  # fmt: skip
_STUDY_COLUMNS = ("direction", "study", "kind", "sample", "specimen", "turned", "says")
_LINK_COLUMNS = (
    "other", "studies", "positive", "negative", "null", "mixed", "unspecified", "reviews",
    "asked", "first", "last",
)  # fmt: skip


def groups(link: Link | None) -> list[tuple[str, tuple[Voice, ...]]]:
    """The studies of a link by what they say: directions, then questions, then background."""
    found: list[tuple[str, tuple[Voice, ...]]] = [(d.value, voices(link, d)) for d in Direction]
    return [*found, ("asked", asked(link)), ("background", background(link))]


def claims_table(found: Dossier, labels: Labels) -> Table:
    """One row a claim, for a spreadsheet or a pipe; the claims of the paths come last."""
    links = [found.link, *found.paths]
    rows = [
        _claim_row(name, voice, number, labels)
        for link in links
        for name, said in groups(link)
        for voice in said
        for number in range(len(voice.supports))
    ]
    return Table.of(_CLAIM_COLUMNS, rows)


def _claim_row(name: str, voice: Voice, number: int, labels: Labels) -> tuple[Cell, ...]:
    support, study = voice.supports[number], voice.study
    claim, document = support.claim, support.reading.document
    return (
        name, citation(document), document.year, study.kind, claim.status.value, study.n,
        study.unit, study.population, ", ".join(slot_values((support,), "specimen")) or None,
        claim.confidence, document.doi, claim.id,
        claim_sentence(claim, document, study, labels), claim.evidence.sentence,
    )  # fmt: skip


def studies_table(link: Link | None, labels: Labels) -> Table:
    """One row a study and direction, with its first claim in words, to read on a terminal."""
    return Table.of(
        _STUDY_COLUMNS,
        (_study_row(name, voice, labels) for name, said in groups(link) for voice in said),
    )


def _study_row(name: str, voice: Voice, labels: Labels) -> tuple[Cell, ...]:
    first = voice.supports[0]
    more = len(voice.supports) - 1
    says = claim_sentence(first.claim, first.reading.document, voice.study, labels)
    return (
        name,
        citation(voice.documents[0]),
        _kind(voice),
        sample(voice.study) or None,
        ", ".join(slot_values(voice.supports, "specimen")) or None,
        "yes" if any(support.turned for support in voice.supports) else None,
        f"{says} (and {more} more)" if more else says,
    )


def _kind(voice: Voice) -> str:
    kind = voice.study.kind if voice.synthesis else "primary"
    return f"{kind}, concludes" if voice.basis is Status.CONCLUSION else f"{kind}"


def links_table(links: Iterable[Link], labels: Labels) -> Table:
    """One row a link of a construct: studies by direction, reviews, questions, years."""
    return Table.of(_LINK_COLUMNS, (_link_row(link, label_of(link.b, labels)) for link in links))


def paths_table(paths: Iterable[Link], labels: Labels) -> Table:
    """One row a path with its third construct."""
    return Table.of(
        ("path", *_LINK_COLUMNS[1:]), (_link_row(path, path_name(path, labels)) for path in paths)
    )


def path_name(path: Link, labels: Labels) -> str:
    """The path in words: "social functioning – symptoms, mediated by oxytocin synchrony"."""
    verb = "mediated" if path.relation is Relation.MEDIATES else "moderated"
    third = label_of(path.through or "", labels)
    return f"{title(path.a, path.b, labels)}, {verb} by {third}"


def _link_row(link: Link, name: str) -> tuple[Cell, ...]:
    by_direction = (len(link.findings.of(direction)) for direction in Direction)
    return (
        name, len(link.studies), *by_direction, len(link.reviews.studies), len(link.asked),
        link.first_year, link.last_year,
    )  # fmt: skip
