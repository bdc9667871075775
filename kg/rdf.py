"""Readings to quads and back: one named graph for each document, one for all studies.

No blank nodes, and each triple stands in one graph only (Oxigraph counts a triple twice that stands
in two). Vocabularies: FaBiO, PRISM and Dublin Core for documents, Web Annotation for places in the
text, STATO and OBI for statistics, the project's own terms for claims.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from operator import attrgetter

from pyoxigraph import Literal, NamedNode, Quad

from kg.curation.model import CURATED
from kg.iris import (
    RDF_TYPE,
    STUDIES,
    XSD_YEAR,
    decimal_literal,
    document_graph,
    id_of,
    iri,
    part,
    term,
)
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
from kg.wording import citation

#: A field of `Document` -> the property that holds it as text.
_DOCUMENT_TEXTS = {
    "key": term("dcterms:identifier"),
    "title": term("dcterms:title"),
    "journal": term("prism:publicationName"),
    "doi": term("prism:doi"),
    "pmid": term("fabio:hasPubMedId"),
    "kind": term("okg:documentKind"),
    "language": term("dcterms:language"),
    "url": term("fabio:hasURL"),
}
#: A field of `Study` -> the property that holds it as text (one triple for each of a tuple).
_STUDY_TEXTS = {
    "kind": term("okg:studyKind"),
    "design": term("okg:design"),
    "unit": term("okg:sampleUnit"),
    "population": term("okg:population"),
    "instruments": term("okg:instrument"),
    "specimens": term("okg:specimen"),
}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


#: A field of `Qualifiers` -> the property of the claim.
_QUALIFIERS = {field.name: term(f"okg:{_camel(field.name)}") for field in fields(Qualifiers)}

#: What a document is, by the word of its source; everything else is taken for an article.
_DOCUMENT_CLASSES = {
    "book": term("fabio:Book"),
    "book chapter": term("fabio:BookChapter"),
    "chapter": term("fabio:BookChapter"),
    "thesis": term("fabio:Thesis"),
    "preprint": term("fabio:Preprint"),
}
_ARTICLE = term("fabio:JournalArticle")

#: A kind of statistic -> its class (STATO RC1.4, OBI); kinds without one are `_STATISTIC`.
_STATISTIC_CLASSES = {
    "r": term("obo:STATO_0000280"),
    "rho": term("obo:STATO_0000201"),
    "b": term("obo:STATO_0000565"),
    "beta": term("obo:STATO_0000565"),
    "r2": term("obo:STATO_0000564"),
    "d": term("obo:STATO_0000100"),
    "g": term("obo:STATO_0000319"),
    "eta2": term("obo:STATO_0000317"),
    "or": term("obo:STATO_0000182"),
    "rr": term("obo:STATO_0000245"),
    "t": term("obo:STATO_0000176"),
    "f": term("obo:STATO_0000282"),
    "chi2": term("obo:STATO_0000030"),
    "z": term("obo:STATO_0000104"),
    "p": term("obo:OBI_0000175"),
    "ci": term("obo:STATO_0000196"),
    "i2": term("obo:STATO_0000420"),
}
_STATISTIC = term("okg:Statistic")

_SUBJECT, _RELATION, _OBJECT = term("okg:subject"), term("okg:relation"), term("okg:object")
_DIRECTION, _STATUS = term("okg:direction"), term("okg:status")
_CERTAINTY, _PROPOSITION = term("okg:certainty"), term("okg:proposition")
_PATH_SOURCE, _PATH_TARGET = term("okg:pathSource"), term("okg:pathTarget")
_REPORTED_IN, _EVIDENCE = term("okg:reportedIn"), term("okg:evidence")
_SENTENCE, _CUE, _RULE = term("okg:sentence"), term("okg:cue"), term("okg:rule")
_CONFIDENCE, _HAS_STATISTIC = term("okg:confidence"), term("okg:statistic")
_METHOD = term("okg:assertionMethod")
_AUTOMATIC, _MANUAL = term("obo:ECO_0000203"), term("obo:ECO_0000218")
_CLAIM, _STUDY, _ABSTRACT = term("okg:Claim"), term("okg:Study"), term("fabio:Abstract")
_RESOURCE, _SELECTOR = term("oa:SpecificResource"), term("oa:TextPositionSelector")
_HAS_SOURCE, _HAS_SELECTOR = term("oa:hasSource"), term("oa:hasSelector")
_START, _END = term("oa:start"), term("oa:end")
_STATISTIC_KIND, _RAW = term("okg:statisticKind"), term("okg:raw")
_VALUE, _COMPARATOR = term("obo:STATO_0000129"), term("okg:valueComparator")
_LOW, _HIGH = term("okg:ciLower"), term("okg:ciUpper")
_YEAR, _AUTHORS = term("fabio:hasPublicationYear"), term("okg:authors")
_RETRACTED, _LABEL = term("okg:retracted"), term("rdfs:label")
_TEXT, _PART_OF = term("dcterms:abstract"), term("dcterms:isPartOf")
_SHA256, _TEXT_KIND = term("okg:textSha256"), term("okg:textKind")
_REPORTS, _SAMPLE_SIZE = term("okg:reportsStudy"), term("okg:sampleSize")
_MENTIONS = term("okg:mentions")

#: Between two names in ``okg:authors``; the order of the names is kept.
_AUTHOR_SEPARATOR = "; "

_Described = tuple[NamedNode, NamedNode, NamedNode | Literal]
_Node = dict[NamedNode, list[NamedNode | Literal]]


def proposition_iri(claim: Claim) -> NamedNode:
    """The unsigned statement that a claim speaks to, shared by all claims that speak to it."""
    ends = claim.path or (claim.object,)
    return iri("proposition", claim.subject, claim.relation, *ends)


def canonical(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """The same readings in one order: by document, claims by place, doubles dropped.

    Of two readings of one document the one with more claims stays; of two claims with one id the
    surer one. What several documents say of one study is put together.
    """
    chosen: dict[str, Reading] = {}
    for reading in readings:
        known = chosen.get(reading.document.id)
        if known is None or _weight(reading) > _weight(known):
            chosen[reading.document.id] = reading
    ordered = [chosen[key] for key in sorted(chosen)]
    studies = _merge_studies(ordered)
    return tuple(_in_order(reading, studies[reading.study.id]) for reading in ordered)


def _in_order(reading: Reading, study: Study) -> Reading:
    claims, mentions = _distinct(reading.claims), tuple(sorted(set(reading.mentions)))
    if (claims, study, mentions) == (reading.claims, reading.study, reading.mentions):
        return reading
    return replace(reading, claims=claims, study=study, mentions=mentions)


def _weight(reading: Reading) -> tuple[int, str]:
    return len(reading.claims), repr(reading)


def _where(claim: Claim) -> tuple[int, int, str]:
    return claim.evidence.start, claim.evidence.end, claim.id


def _distinct(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    places = [_where(claim) for claim in claims]
    if places == sorted(set(places)):
        return claims
    best: dict[str, Claim] = {}
    for claim in claims:
        known = best.get(claim.id)
        if known is None or _sureness(claim) > _sureness(known):
            best[claim.id] = claim
    return tuple(sorted(best.values(), key=_where))


def _sureness(claim: Claim) -> tuple[float, str]:
    return claim.confidence or 0.0, repr(claim)


def _merge_studies(readings: Iterable[Reading]) -> dict[str, Study]:
    said: dict[str, list[Study]] = defaultdict(list)
    for reading in readings:
        study = reading.study
        if study.documents != (reading.document.id,):
            documents = tuple(sorted({*study.documents, reading.document.id}))
            study = replace(study, documents=documents)
        said[study.id].append(study)
    return {
        name: _merged(sorted(studies, key=repr) if len(studies) > 1 else studies)
        for name, studies in said.items()
    }


#: Fields of a study whose values are sets.
_SETS = ("documents", "instruments", "specimens")


def _is_sorted(items: tuple[str, ...]) -> bool:
    return len(items) < 2 or items == tuple(sorted(set(items)))


def _merged(studies: list[Study]) -> Study:
    """Tuples are united and sorted; of a single value the first that anyone gives is taken."""
    if len(studies) == 1 and all(map(_is_sorted, attrgetter(*_SETS)(studies[0]))):
        return studies[0]
    values: dict[str, object] = {}
    for field in fields(Study):
        given = [getattr(study, field.name) for study in studies]
        if isinstance(given[0], tuple):
            values[field.name] = tuple(sorted({item for items in given for item in items}))
        else:
            values[field.name] = next((value for value in given if value is not None), None)
    return Study(**values)  # type: ignore[arg-type]


def to_quads(readings: Iterable[Reading], *, texts: bool = True) -> Iterator[Quad]:
    """Every document, study and claim as quads, each once, in the order of `canonical`.

    ``texts=False`` leaves out abstracts and sentences (they may not be free); places, cues and the
    SHA-256 of the text remain, so that whoever has the text can find the sentences again.
    """
    whole = canonical(readings)
    for reading in whole:
        graph = document_graph(reading.document.id)
        for s, p, o in _document(reading.document, texts=texts):
            yield Quad(s, p, o, graph)
        for name in sorted(set(reading.mentions)):
            yield Quad(iri("doc", reading.document.id), _MENTIONS, iri("okgc", name), graph)
        for claim in reading.claims:
            for s, p, o in _claim(claim, texts=texts):
                yield Quad(s, p, o, graph)
    for study in {reading.study.id: reading.study for reading in whole}.values():
        for s, p, o in _study(study):
            yield Quad(s, p, o, STUDIES)


def _document(document: Document, *, texts: bool) -> Iterator[_Described]:
    node = iri("doc", document.id)
    text = part(node, "text")
    yield node, RDF_TYPE, _DOCUMENT_CLASSES.get((document.kind or "").lower(), _ARTICLE)
    yield node, _LABEL, Literal(citation(document))
    for name, predicate in _DOCUMENT_TEXTS.items():
        value = getattr(document, name)
        if value is not None:
            yield node, predicate, Literal(value)
    if document.year is not None:
        yield node, _YEAR, Literal(f"{document.year:04d}", datatype=XSD_YEAR)
    if document.authors:
        yield node, _AUTHORS, Literal(_AUTHOR_SEPARATOR.join(document.authors))
    if document.retracted:
        yield node, _RETRACTED, Literal(True)
    if texts:
        yield node, _TEXT, Literal(document.abstract)
    yield text, RDF_TYPE, _ABSTRACT
    yield text, _PART_OF, node
    yield text, _TEXT_KIND, term(f"okg:{document.text_kind}")
    yield text, _SHA256, Literal(hashlib.sha256(document.text.encode()).hexdigest())


def _study(study: Study) -> Iterator[_Described]:
    node = iri("study", study.id)
    yield node, RDF_TYPE, _STUDY
    for document in study.documents:
        yield iri("doc", document), _REPORTS, node
    if study.n is not None:
        yield node, _SAMPLE_SIZE, Literal(study.n)
    for name, predicate in _STUDY_TEXTS.items():
        value = getattr(study, name)
        for item in value if isinstance(value, tuple) else (value,):
            if item is not None:
                yield node, predicate, Literal(item)


def _claim(claim: Claim, *, texts: bool) -> Iterator[_Described]:
    node = iri("claim", claim.id)
    yield node, RDF_TYPE, _CLAIM
    yield node, _SUBJECT, iri("okgc", claim.subject)
    yield node, _RELATION, iri("okgr", claim.relation)
    yield node, _OBJECT, iri("okgc", claim.object)
    yield node, _DIRECTION, term(f"okg:{claim.direction}")
    yield node, _STATUS, term(f"okg:{claim.status}")
    yield node, _CERTAINTY, term(f"okg:{claim.certainty}")
    yield node, _PROPOSITION, proposition_iri(claim)
    yield node, _REPORTED_IN, iri("doc", claim.document)
    yield node, _METHOD, _MANUAL if claim.rule == CURATED else _AUTOMATIC
    if claim.path:
        yield node, _PATH_SOURCE, iri("okgc", claim.path[0])
        yield node, _PATH_TARGET, iri("okgc", claim.path[1])
    for name, predicate in _QUALIFIERS.items():
        value = getattr(claim.qualifiers, name)
        if value is not None:
            yield node, predicate, Literal(value)
    if claim.rule is not None:
        yield node, _RULE, Literal(claim.rule)
    if claim.confidence is not None:
        yield node, _CONFIDENCE, decimal_literal(claim.confidence)
    yield from _evidence(node, claim, texts=texts)
    for number, statistic in enumerate(claim.statistics, 1):
        yield from _statistic(node, part(node, f"statistic-{number}"), statistic)


def _evidence(claim_node: NamedNode, claim: Claim, *, texts: bool) -> Iterator[_Described]:
    node = part(claim_node, "evidence")
    yield claim_node, _EVIDENCE, node
    yield claim_node, _CUE, Literal(claim.evidence.cue)
    if texts:
        yield claim_node, _SENTENCE, Literal(claim.evidence.sentence)
    yield node, RDF_TYPE, _RESOURCE
    yield node, _HAS_SOURCE, part(iri("doc", claim.document), "text")
    yield from _place(node, part(claim_node, "place"), claim.evidence.start, claim.evidence.end)


def _place(node: NamedNode, selector: NamedNode, start: int, end: int) -> Iterator[_Described]:
    yield node, _HAS_SELECTOR, selector
    yield selector, RDF_TYPE, _SELECTOR
    yield selector, _START, Literal(start)
    yield selector, _END, Literal(end)


def _statistic(
    claim_node: NamedNode, node: NamedNode, statistic: Statistic
) -> Iterator[_Described]:
    yield claim_node, _HAS_STATISTIC, node
    yield node, RDF_TYPE, _STATISTIC_CLASSES.get(statistic.kind, _STATISTIC)
    yield node, _STATISTIC_KIND, Literal(statistic.kind)
    yield node, _RAW, Literal(statistic.raw)
    yield node, _COMPARATOR, Literal(statistic.comparator)
    numbers = ((_VALUE, statistic.value), (_LOW, statistic.low), (_HIGH, statistic.high))
    for predicate, number in numbers:
        if number is not None:
            yield node, predicate, decimal_literal(number)
    selector = NamedNode(f"{node.value}-place")
    yield from _place(node, selector, statistic.start, statistic.end)


def from_quads(quads: Iterable[Quad]) -> tuple[Reading, ...]:
    """The readings that `to_quads` wrote, in the order of `canonical`; other quads are ignored.

    Where texts were left out, abstract and sentences are empty.
    """
    nodes: dict[NamedNode, _Node] = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            nodes[quad.subject][quad.predicate].append(quad.object)
    documents = [
        node for text in _of_type(nodes, _ABSTRACT) for node in _iris(nodes[text], _PART_OF)
    ]
    claims: dict[NamedNode, list[Claim]] = defaultdict(list)
    for node in _of_type(nodes, _CLAIM):
        claims[_iris(nodes[node], _REPORTED_IN)[0]].append(_read_claim(nodes, node))
    studies = _read_studies(nodes)
    readings = []
    for node in documents:
        document = _read_document(nodes, node)
        study = studies.get(node) or Study(id=document.id, documents=(document.id,))
        mentions = tuple(sorted(map(id_of, _iris(nodes[node], _MENTIONS))))
        readings.append(
            Reading(document=document, claims=tuple(claims[node]), study=study, mentions=mentions)
        )
    return canonical(readings)


def _of_type(nodes: Mapping[NamedNode, _Node], wanted: NamedNode) -> list[NamedNode]:
    return [node for node, said in nodes.items() if wanted in said.get(RDF_TYPE, ())]


def _iris(node: _Node, predicate: NamedNode) -> list[NamedNode]:
    return [value for value in node.get(predicate, ()) if isinstance(value, NamedNode)]


def _texts(node: _Node, predicate: NamedNode) -> list[str]:
    return [value.value for value in node.get(predicate, ())]


def _text(node: _Node, predicate: NamedNode) -> str | None:
    return next(iter(_texts(node, predicate)), None)


def _number(node: _Node, predicate: NamedNode) -> float | None:
    text = _text(node, predicate)
    return None if text is None else float(text)


def _id(node: _Node, predicate: NamedNode) -> str:
    return id_of(_iris(node, predicate)[0])


def _word(node: _Node, predicate: NamedNode) -> str:
    return _iris(node, predicate)[0].value.rsplit("#", 1)[-1]


def _read_document(nodes: Mapping[NamedNode, _Node], node: NamedNode) -> Document:
    said = nodes[node]
    year, authors = _text(said, _YEAR), _text(said, _AUTHORS)
    values = {name: _text(said, predicate) for name, predicate in _DOCUMENT_TEXTS.items()}
    return Document(
        id=id_of(node),
        key=values.pop("key") or "",
        title=values.pop("title") or "",
        abstract=_text(said, _TEXT) or "",
        year=None if year is None else int(year),
        authors=() if authors is None else tuple(authors.split(_AUTHOR_SEPARATOR)),
        retracted=_text(said, _RETRACTED) == "true",
        text_kind=TextKind(_word(nodes[part(node, "text")], _TEXT_KIND)),
        **values,
    )


def _read_studies(nodes: Mapping[NamedNode, _Node]) -> dict[NamedNode, Study]:
    """A document's node -> the study that it reports (the first by id, if it reports several)."""
    reporting: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    for node, said in nodes.items():
        for reported in _iris(said, _REPORTS):
            reporting[reported].append(node)
    found: dict[NamedNode, Study] = {}
    for node in sorted(reporting, key=str):
        study = _read_study(nodes[node], node, reporting[node])
        for document in reporting[node]:
            found.setdefault(document, study)
    return found


def _read_study(said: _Node, node: NamedNode, documents: Iterable[NamedNode]) -> Study:
    size = _text(said, _SAMPLE_SIZE)
    return Study(
        id=id_of(node),
        documents=tuple(sorted(map(id_of, documents))),
        kind=_text(said, _STUDY_TEXTS["kind"]),
        design=_text(said, _STUDY_TEXTS["design"]),
        n=None if size is None else int(size),
        unit=_text(said, _STUDY_TEXTS["unit"]),
        population=_text(said, _STUDY_TEXTS["population"]),
        instruments=tuple(sorted(_texts(said, _STUDY_TEXTS["instruments"]))),
        specimens=tuple(sorted(_texts(said, _STUDY_TEXTS["specimens"]))),
    )


def _read_claim(nodes: Mapping[NamedNode, _Node], node: NamedNode) -> Claim:
    said = nodes[node]
    place = nodes[part(node, "place")]
    about = {name: _text(said, predicate) for name, predicate in _QUALIFIERS.items()}
    statistics = (part(node, f"statistic-{i}") for i in range(1, len(said[_HAS_STATISTIC]) + 1))
    return Claim(
        document=_id(said, _REPORTED_IN),
        subject=_id(said, _SUBJECT),
        relation=Relation(_id(said, _RELATION)),
        object=_id(said, _OBJECT),
        direction=Direction(_word(said, _DIRECTION)),
        status=Status(_word(said, _STATUS)),
        evidence=Evidence(
            start=int(_text(place, _START) or 0),
            end=int(_text(place, _END) or 0),
            sentence=_text(said, _SENTENCE) or "",
            cue=_text(said, _CUE) or "",
        ),
        path=(_id(said, _PATH_SOURCE), _id(said, _PATH_TARGET)) if said[_PATH_SOURCE] else None,
        certainty=Certainty(_word(said, _CERTAINTY)),
        qualifiers=Qualifiers(**about),
        statistics=tuple(_read_statistic(nodes, statistic) for statistic in statistics),
        rule=_text(said, _RULE),
        confidence=_number(said, _CONFIDENCE),
    )


def _read_statistic(nodes: Mapping[NamedNode, _Node], node: NamedNode) -> Statistic:
    said = nodes[node]
    place = nodes[NamedNode(f"{node.value}-place")]
    return Statistic(
        kind=_text(said, _STATISTIC_KIND) or "",
        raw=_text(said, _RAW) or "",
        start=int(_text(place, _START) or 0),
        end=int(_text(place, _END) or 0),
        value=_number(said, _VALUE),
        comparator=_text(said, _COMPARATOR) or "=",
        low=_number(said, _LOW),
        high=_number(said, _HIGH),
    )
