"""Which records are one publication, which publications one study; and one document for each.

Records are one publication if they have the same DOI or PubMed number, or else a title that is all
but equal, the same first author and (nearly) the same year, and no number that contradicts it. A
preprint and its article differ in number: they are two documents of one study.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache

from kg.model import Document, TextKind
from kg.project.decisions import Decided, Decision

#: Titles shorter than this (in words) say too little to go by.
_WORDS = 5
#: Similarity of titles (0..100, Indel ratio) from which they count as equal.
_ALIKE = 94.0
#: Kinds of document that bear the title of another one.
_NOTICES = frozenset({"erratum", "retraction", "expression-of-concern", "letter", "editorial"})
#: So many records after it in its block are compared with a record.
_NEAR = 50
#: DOIs of preprint servers: bioRxiv, PsyArXiv, OSF, SSRN, Research Square, Preprints.org, arXiv.
_PREPRINTS = re.compile(r"10\.(?:1101|31234|31219|31235|2139|21203|20944|48550|36227)/")
_FIELDS = tuple(field.name for field in fields(Document))
_NUMBERS = re.compile(r"\b(?:\d+|[ivx]{1,4})\b")
_WORD = re.compile(r"\w+")
_TRUNCATED = re.compile(r"\(ABSTRACT TRUNCATED AT \d+ WORDS\)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A document as one source gave it, and where it stands there."""

    source: str
    place: str
    document: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One document out of one or more records; ``origin`` says which gave each of its fields."""

    document: Document
    records: tuple[Record, ...]
    origin: Mapping[str, Record]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The publications in the order of their first records, and what was decided on the way.

    ``studies`` maps a document's id to the id of the first document of its study.
    """

    publications: tuple[Publication, ...]
    decided: tuple[Decided, ...]
    studies: Mapping[str, str]


def resolve(records: Sequence[Record], decisions: Iterable[Decision] = ()) -> Resolved:
    """Find duplicates, merge them, and join papers of one study; a person's decisions win."""
    wanted = list(decisions)
    groups, decided = _groups(records, wanted)
    merged = _distinct_keys([_merged([records[i] for i in group]) for group in groups])
    joined, studies = _studies(merged, wanted)
    return Resolved(publications=tuple(merged), decided=(*decided, *joined), studies=studies)


class _Sets:
    """Sets that grow together, except where something keeps two apart."""

    def __init__(self, count: int, apart: Iterable[tuple[int, int]]) -> None:
        self._root = list(range(count))
        self._apart = [tuple(pair) for pair in apart]

    def find(self, item: int) -> int:
        while self._root[item] != item:
            self._root[item] = self._root[self._root[item]]
            item = self._root[item]
        return item

    def join(self, a: int, b: int) -> bool:
        """Join the sets of two items; ``False`` if they are one already or must stay apart."""
        one, other = sorted((self.find(a), self.find(b)))
        if one == other:
            return False
        for pair in self._apart:
            if {self.find(pair[0]), self.find(pair[1])} == {one, other}:
                return False
        self._root[other] = one
        return True

    def groups(self) -> list[list[int]]:
        """All sets in the order of their first items."""
        found: dict[int, list[int]] = defaultdict(list)
        for item in range(len(self._root)):
            found[self.find(item)].append(item)
        return list(found.values())


def _groups(
    records: Sequence[Record], decisions: Sequence[Decision]
) -> tuple[list[list[int]], list[Decided]]:
    named = _names(record.document for record in records) if decisions else {}
    apart = [
        (a, b)
        for decision in decisions
        if decision.word == "different"
        for a in named.get(decision.record, ())
        for b in named.get(decision.other, ())
    ]
    sets, decided = _Sets(len(records), apart), []
    for decision in decisions:
        if decision.word == "same":
            first = [*named.get(decision.record, ()), *named.get(decision.other, ())]
            for other in first[1:]:
                sets.join(first[0], other)
    for a, b, reason in _alike([record.document for record in records]):
        if sets.join(a, b):
            decided.append(_decided("same", records[a], records[b], reason))
    return sets.groups(), decided


def _decided(word: str, a: Record, b: Record, reason: str) -> Decided:
    return Decided(
        word=word,
        record=a.document.id,
        other=b.document.id,
        reason=f"{reason}; {a.source}, {a.place} and {b.source}, {b.place}",
    )


def _names(documents: Iterable[Document]) -> dict[str, list[int]]:
    """Every name that a person may call a record by -> the places of the records."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, document in enumerate(documents):
        for name in document_names(document):
            found[name].append(place)
    return found


def document_names(document: Document) -> set[str]:
    """Give all names of a document, folded: id, key, and its numbers with and without prefix."""
    doi, pmid = document.doi or "", document.pmid or ""
    names = {document.id, document.key, doi, pmid, f"doi:{doi}", f"pmid:{pmid}"}
    return {name.casefold() for name in names} - {"", "doi:", "pmid:"}


def _alike(documents: Sequence[Document]) -> Iterator[tuple[int, int, str]]:
    """Pairs of places that are one publication, the earlier place first, and why."""
    for field, label in (("doi", "same DOI"), ("pmid", "same PubMed number")):
        first: dict[str, int] = {}
        for place, document in enumerate(documents):
            value = (getattr(document, field) or "").casefold()
            if value and first.setdefault(value, place) != place:
                yield first[value], place, label
    for a, b in _similar(documents):
        if not _contradict(documents[a], documents[b]):
            yield a, b, "same title, first author and year"


def _contradict(a: Document, b: Document) -> bool:
    """Whether numbers or kinds tell two documents of one title apart."""
    differ = [
        one.casefold() != other.casefold()
        for one, other in ((a.doi, b.doi), (a.pmid, b.pmid))
        if one and other
    ]
    return any(differ) or (a.kind in _NOTICES) != (b.kind in _NOTICES)


def _similar(documents: Sequence[Document]) -> Iterator[tuple[int, int]]:
    """Pairs with all but equal titles, the same first author and nearly the same year."""
    from rapidfuzz.fuzz import ratio

    titles = [plain_title(document.title) for document in documents]
    families = [first_family(document) for document in documents]
    blocks: dict[str, list[int]] = defaultdict(list)
    equal: dict[str, list[int]] = defaultdict(list)
    for place in range(len(documents)):
        if titles[place].count(" ") + 1 >= _WORDS:
            equal[titles[place]].append(place)
            if families[place]:
                blocks[families[place]].append(place)
    for places in equal.values():
        yield from _pairs(places, documents, families)
    for places in blocks.values():
        for a, b in _pairs(places, documents, families):
            one, other = titles[a], titles[b]
            numbered_alike = _NUMBERS.findall(one) == _NUMBERS.findall(other)
            if one != other and numbered_alike and ratio(one, other, score_cutoff=_ALIKE):
                yield a, b


def _pairs(
    places: Sequence[int], documents: Sequence[Document], families: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Pairs within a block, each with the next few of it only, so that time stays in bounds."""
    for index, a in enumerate(places):
        for b in places[index + 1 : index + 1 + _NEAR]:
            one, other = documents[a].year, documents[b].year
            near = one is None or other is None or abs(one - other) <= 1
            if near and (families[a] == families[b] or not (families[a] and families[b])):
                yield a, b


@lru_cache(maxsize=100_000)
def plain_title(title: str) -> str:
    """Give the words of a title in lower case, without accents and punctuation."""
    letters = title.casefold()
    if not letters.isascii():
        text = unicodedata.normalize("NFKD", letters)
        letters = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(_WORD.findall(letters))


def first_family(document: Document) -> str:
    """Give the family name of the first author, plain; "" if there is none."""
    return plain_title(document.authors[0].split(",")[0]) if document.authors else ""


def _merged(records: Sequence[Record]) -> Publication:
    """One document: the fullest record's fields, and where it has none, those of the others."""
    if len(records) == 1:
        only = records[0]
        document = _with_id(only.document)
        return Publication(document=document, records=(only,), origin=dict.fromkeys(_FIELDS, only))
    ranked = sorted(records, key=lambda record: -_fullness(record.document))
    best = ranked[0]
    values: dict[str, object] = {}
    origin = {}
    for field in _FIELDS:
        givers = [r for r in ranked if getattr(r.document, field) not in (None, "", ())]
        giver = givers[0] if givers else best
        if field == "retracted":
            giver = next((r for r in ranked if r.document.retracted), best)
        values[field] = getattr(giver.document, field)
        origin[field] = giver
    if origin["abstract"] is not best:  # what kind of text it is goes with the text
        values["text_kind"] = origin["abstract"].document.text_kind
    document = _with_id(Document(**values))  # type: ignore[arg-type]
    return Publication(document=document, records=tuple(records), origin=origin)


def _fullness(document: Document) -> float:
    """How good a base a record is: with a whole abstract, the authors' own, many fields set."""
    has = bool(document.abstract.strip())
    whole = has and not _TRUNCATED.search(document.abstract)
    known = sum(getattr(document, field) not in (None, "", (), False) for field in _FIELDS)
    own = document.text_kind is TextKind.ABSTRACT
    return 100 * has + 50 * whole + 25 * own + known + bool(document.pmid)


def _with_id(document: Document) -> Document:
    name = _curie(document)
    return document if document.id == name else replace(document, id=name)


def _curie(document: Document) -> str:
    if document.doi:
        return f"doi:{document.doi}"
    return f"pmid:{document.pmid}" if document.pmid else f"key:{document.key}"


def _distinct_keys(publications: Iterable[Publication]) -> list[Publication]:
    """Give each its own key: programs number records from 1 in every file that they write."""
    import hashlib

    taken: set[str] = set()
    found = []
    for publication in publications:
        document = publication.document
        if document.key.casefold() in taken:
            said = f"{document.title}\n{document.abstract}\n{document.id}"
            key = f"{document.key}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"
            document = _with_id(replace(document, key=key))
            publication = replace(publication, document=document)
        taken.add(document.key.casefold())
        found.append(publication)
    return found


def _studies(
    publications: Sequence[Publication], decisions: Sequence[Decision]
) -> tuple[list[Decided], dict[str, str]]:
    documents = [publication.document for publication in publications]
    named: dict[str, list[int]] = defaultdict(list)
    for place, publication in enumerate(publications if decisions else ()):
        for document in (publication.document, *(r.document for r in publication.records)):
            for name in document_names(document):
                if place not in named[name]:
                    named[name].append(place)
    told: dict[str, list[tuple[int, int]]] = {"same-study": [], "different": []}
    for decision in decisions:
        for a in named.get(decision.record, ()) if decision.word in told else ():
            told[decision.word] += [(a, b) for b in named.get(decision.other, ()) if a != b]
    sets, decided = _Sets(len(documents), told["different"]), []
    for a, b in told["same-study"]:
        sets.join(a, b)
    for a, b in _similar(documents):
        if _is_preprint(documents[a]) != _is_preprint(documents[b]) and sets.join(a, b):
            pair = publications[a].records[0], publications[b].records[0]
            decided.append(_decided("same-study", *pair, "a preprint and its article"))
    return decided, {
        documents[place].id: documents[group[0]].id for group in sets.groups() for place in group
    }


def _is_preprint(document: Document) -> bool:
    return document.kind == "preprint" or bool(_PREPRINTS.match(document.doi or ""))
