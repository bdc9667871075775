"""A review in a folder, step by step: sources, records, publications, readings, graph.

Everything here may be done again: what was parsed and read before comes from the cache.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.claims_io import (
    document_from_json,
    document_to_json,
    line_version,
    reading_as_written,
    reading_to_line,
)
from kg.cli.common import collecting, progress
from kg.errors import OxykgError
from kg.model import Document, Reading
from kg.project.cache import Cache
from kg.project.decisions import Decided, Decision
from kg.project.layout import FETCHED, Project, file_digest
from kg.project.records import Publication, Record, Resolved, document_names
from kg.project.retractions import is_listed, is_retraction_list, read_retractions
from kg.provenance import Found

if TYPE_CHECKING:
    from extract.triage import Triage

#: Readings that are kept at once: a killed build loses at most these.
_BATCH = 32
#: All verdicts of scope are kept anew after each tenth of the new ones, so many at least.
_FEWEST, _PARTS = 1000, 10
#: Texts that leave so many cycles of objects behind that it pays to look for them.
_MANY = 500
#: Digests of the sources by name.
Digests = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the files of a project hold: records, refusals by source, numbers of the retracted."""

    records: tuple[Record, ...]
    refused: tuple[tuple[str, str], ...]
    retracted: frozenset[str]


def read_sources(paths: Sequence[Path], digests: Digests, cache: Cache) -> Sources:
    """Read all files of a project; those read before come from the cache."""
    from extract.fingerprint import parsing_version

    keys = {path.name: f"source:{parsing_version()}:{digests[path.name]}" for path in paths}
    known = cache.get(keys.values())
    records: list[Record] = []
    refused: list[tuple[str, str]] = []
    retracted: set[str] = set()
    for path in paths:
        if is_retraction_list(path):
            retracted |= read_retractions(path)
            continue
        stored = known.get(keys[path.name])
        if stored is None:
            stored = json.dumps(_parsed(path), ensure_ascii=False)
            cache.put([(keys[path.name], stored)])
        content = json.loads(stored)
        records += (
            Record(source=path.name, place=place, document=document_from_json(fields))
            for place, fields in content["records"]
        )
        refused += ((path.name, said) for said in content["refused"])
    return Sources(records=tuple(records), refused=tuple(refused), retracted=frozenset(retracted))


def _parsed(path: Path) -> dict[str, Any]:
    """The records of one file, those without abstract too, and what cannot be read in words."""
    from extract.readers import read_file
    from extract.readers.record import NoAbstractError

    records: list[tuple[str, dict[str, Any]]] = []
    refused: list[str] = []

    def refuse(error: OxykgError) -> None:
        if isinstance(error, NoAbstractError):
            records.append((error.place, document_to_json(error.document)))
        else:
            refused.append(str(error).removeprefix(f"{path}").lstrip(":, "))

    for place, document in progress(read_file(path, refuse), f"records of {path.name}"):
        records.append((place, document_to_json(document)))
    return {"records": records, "refused": refused}


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """What is read, and for all else (by id of the document) why not."""

    documents: tuple[Document, ...]
    reasons: Mapping[str, str]


def screen(
    resolved: Resolved,
    decisions: Iterable[Decision],
    retracted: frozenset[str],
    rules: Triage,
    cache: Cache,
) -> Screened:
    """Leave out what is out of scope, mark what is retracted; a person's decisions win."""
    decided = {(d.word, d.record): d for d in decisions}
    documents: list[Document] = []
    reasons: dict[str, str] = {}
    verdicts = _verdicts([p.document for p in resolved.publications], rules, cache)
    for publication, verdict in zip(resolved.publications, verdicts, strict=True):
        names = _all_names(publication) if decided else set[str]()

        def said(word: str, names: set[str] = names) -> Decision | None:
            return next((decided[word, n] for n in sorted(names) if (word, n) in decided), None)

        document = publication.document
        if said("retracted") or is_listed(document, retracted):
            document = replace(document, retracted=True)
        if said("not-retracted"):
            document = replace(document, retracted=False)
        if drop := said("drop"):
            reasons[document.id] = f"dropped by decision ({drop.note or 'no reason given'})"
        elif verdict and (verdict == "no abstract" or not said("keep")):
            reasons[document.id] = verdict
        else:
            documents.append(document)
    return Screened(documents=tuple(documents), reasons=reasons)


def _all_names(publication: Publication) -> set[str]:
    """What a person may call a publication by: all names of it and of its records."""
    documents = (publication.document, *(record.document for record in publication.records))
    return {name for document in documents for name in document_names(document)}


def _verdicts(documents: Sequence[Document], rules: Triage, cache: Cache) -> list[str | None]:
    """Why each document is out of scope, ``None`` if it is not; from the cache if it is there."""
    from extract.fingerprint import reading_version
    from extract.triage import left_out

    chosen = f"{rules.keep_all}:{','.join(sorted(rules.topics))}"
    key = f"scope:{reading_version()}:{chosen}"
    texts = [_text_digest(document) for document in documents]
    kept: dict[str, str | None] = json.loads(cache.get([key]).get(key, "{}"))
    known = {text: kept[text] for text in texts if text in kept}
    new = {text: d for text, d in zip(texts, documents, strict=True) if text not in known}
    for some in _batches(new, max(_FEWEST, len(new) // _PARTS)):
        known |= {text: left_out(new[text], rules) for text in some}
        cache.put([(key, json.dumps(known))])
    return [known[text] for text in texts]


def read_texts(
    documents: Sequence[Document], cache: Cache, *, model: str | None, processes: int
) -> list[Reading]:
    """The readings of the documents in their order; only texts that are new are read."""
    from extract.fingerprint import reading_version

    version = f"{reading_version(model)}:{line_version()}"
    keys = [f"reading:{version}:{_text_digest(document)}" for document in documents]
    lines = cache.get(keys)
    new = {key: d for key, d in zip(keys, documents, strict=True) if key not in lines}
    if new:
        with collecting(len(new) >= _MANY):
            for some in _batches(_read(new, model, processes), _BATCH):
                cache.put(some)
                lines |= dict(some)
    return [
        of_document(reading_as_written(lines[key]), document)
        for key, document in zip(keys, documents, strict=True)
    ]


def _read(
    documents: Mapping[str, Document], model: str | None, processes: int
) -> Iterator[tuple[str, str]]:
    """Each key of a document with the line of its reading."""
    from extract.pipeline import extract_readings

    read = extract_readings(documents.values(), model=model, n_process=processes)
    for key, reading in zip(documents, progress(read, "abstracts", len(documents)), strict=True):
        yield key, reading_to_line(reading)


def of_document(reading: Reading, document: Document) -> Reading:
    """What was read in a text as the reading of this document with the same text."""
    known, sample = reading.document, reading.study
    own = (f"study:{document.key}", (document.id,), document.kind)
    if known == document and (sample.id, sample.documents, sample.kind) == own:
        return reading
    study = replace(
        reading.study,
        id=f"study:{document.key}",
        documents=(document.id,),
        kind=document.kind,
    )
    claims = tuple(replace(claim, document=document.id) for claim in reading.claims)
    return replace(reading, document=document, claims=claims, study=study)


def joined_studies(readings: Sequence[Reading], studies: Mapping[str, str]) -> list[Reading]:
    """The readings with one study for all papers that are on one sample."""
    by_id = {reading.document.id: reading for reading in readings}
    found = []
    for reading in readings:
        first = by_id.get(studies.get(reading.document.id, ""), reading)
        if first.study.id != reading.study.id:
            reading = replace(reading, study=replace(reading.study, id=first.study.id))
        found.append(reading)
    return found


def _text_digest(document: Document) -> str:
    import hashlib

    said = (document.title, document.abstract, document.kind or "", document.text_kind.value)
    return hashlib.sha256("\x1f".join(said).encode("utf-8", "surrogatepass")).hexdigest()


def _batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def build_name(project: Project, digests: Digests, options: Sequence[str]) -> str:
    """A name for all that a build rests on: if it is the same, so is the graph."""
    import hashlib

    from extract.fingerprint import parsing_version, reading_version

    files = (project.config, project.decisions, project.curation)
    own = [file_digest(path) for path in files if path.is_file()]
    parts = [parsing_version(), reading_version(), *own, *options]
    parts += [f"{name}={digest}" for name, digest in sorted(digests.items())]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def searches(paths: Sequence[Path], digests: Digests) -> list[Found]:
    """The searches that fetched files come from, by what stands beside them."""
    found = []
    for path in paths:
        beside = path.with_name(path.name + FETCHED)
        if not beside.is_file():
            continue
        try:
            said = json.loads(beside.read_text(encoding="utf-8"))
            found.append(
                Found(
                    sha256=digests[path.name],
                    service=str(said["service"]),
                    query=str(said["query"]),
                    day=str(said["date"]),
                    found=int(said["found"]),
                    fetched=int(said["fetched"]),
                )
            )
        except (ValueError, LookupError, TypeError):
            problem = "not as 'oxykg fetch' wrote it; delete it or fetch again"
            raise OxykgError(f"{beside}: {problem}") from None
    return found


def records_csv(publications: Sequence[Publication], reasons: Mapping[str, str]) -> str:
    """What became of each record of each source, one line each."""
    rows = []
    for publication in publications:
        document = publication.document
        reason = reasons.get(document.id, "")
        for number, record in enumerate(publication.records):
            outcome = "duplicate" if number else "left out" if reason else "read"
            rows.append((record.source, record.place, document.id, outcome, reason, document.title))
    return _csv(("source", "place", "document", "outcome", "reason", "title"), rows)


def origins_csv(publications: Sequence[Publication]) -> str:
    """For each merged document, from which record each of its fields comes."""
    rows = [
        (publication.document.id, field, giver.source, giver.place)
        for publication in publications
        if len(publication.records) > 1
        for field, giver in publication.origin.items()
        if field != "id" and getattr(publication.document, field) not in (None, "", (), False)
    ]
    return _csv(("document", "field", "source", "place"), rows)


def decided_csv(decided: Sequence[Decided]) -> str:
    """What the program decided; a line with another first word in ``decisions.csv`` overrules."""
    rows = [tuple(asdict(one).values()) for one in decided]
    return _csv(("decision", "record", "other", "reason"), rows)


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    from kg.tables import Table, to_csv

    return to_csv(Table.of(header, rows))
