"""The graph as tables: CSV files with a Frictionless data package that says what each column is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from kg.exports.content import LICENCE, LICENCE_NAME, Content
from kg.gaps import find_gaps, gap_table
from kg.links import Link, link_claims, link_paths
from kg.model import Claim, Direction, Qualifiers, Reading
from kg.ontology import constructs
from kg.tables import Cell, Table, to_csv
from kg.wording import citation

_QUALIFIERS = tuple(field.name for field in fields(Qualifiers))
_COUNTS = (*(direction.value for direction in Direction), "reviews", "asked", "background")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table: its name and meaning, its columns with type and meaning, its key and references.

    Types are those of Table Schema. A reference is (column, other table, its column).
    """

    name: str
    about: str
    columns: tuple[tuple[str, str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]
    key: tuple[str, ...]
    references: tuple[tuple[str, str, str], ...] = ()


def to_bundle(content: Content) -> Mapping[str, str]:
    """All tables and ``datapackage.json``."""
    sheets = list(_sheets(content.readings, texts=content.texts))
    files = {
        f"{sheet.name}.csv": to_csv(Table.of([name for name, *_ in sheet.columns], sheet.rows))
        for sheet in sheets
    }
    return files | {"datapackage.json": json.dumps(_package(content, sheets), indent=1) + "\n"}


def _package(content: Content, sheets: Iterable[Sheet]) -> dict[str, object]:
    header = content.header
    return {
        "profile": "tabular-data-package",
        "name": "oxykg",
        "title": header.title,
        "description": "\n".join(header.lines()),
        "version": header.version,
        "id": header.build,
        "licenses": [{"name": LICENCE_NAME, "path": LICENCE}],
        "expectedPrecision": header.expected,
        "resources": [_resource(sheet) for sheet in sheets],
    }


def _resource(sheet: Sheet) -> dict[str, object]:
    typed = [{"name": n, "type": kind, "description": what} for n, kind, what in sheet.columns]
    schema: dict[str, object] = {"fields": typed, "primaryKey": list(sheet.key)}
    if sheet.references:
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": table, "fields": [other]}}
            for column, table, other in sheet.references
        ]
    return {
        "profile": "tabular-data-resource",
        "name": sheet.name,
        "description": sheet.about,
        "path": f"{sheet.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def all_tables(readings: Sequence[Reading]) -> dict[str, Table]:
    """The same tables by name, for use in Python."""
    return {
        sheet.name: Table.of([name for name, *_ in sheet.columns], sheet.rows)
        for sheet in _sheets(readings, texts=True)
    }


def _sheets(readings: Sequence[Reading], *, texts: bool) -> Iterator[Sheet]:
    yield _constructs()
    yield _documents(readings)
    yield _claims(readings, texts=texts)
    yield _statistics(readings)
    yield _links(readings)
    yield _gaps(readings)


def _constructs() -> Sheet:
    known = constructs().values()
    return Sheet(
        name="constructs",
        about="What claims are about.",
        columns=(
            ("id", "string", "Id, the last part of the construct's IRI"),
            ("label", "string", "Name"),
            ("domain", "string", "Domain"),
            (
                "valence",
                "integer",
                "+1: more is better for the person, -1: worse, 0: neither",
            ),
            ("broader", "string", "Broader constructs, separated by |"),
            ("definition", "string", "Definition"),
        ),
        rows=tuple(
            (c.id, c.label, c.domain, c.valence, "|".join(c.broader), c.definition) for c in known
        ),
        key=("id",),
    )


def _documents(readings: Sequence[Reading]) -> Sheet:
    return Sheet(
        name="documents",
        about="Publications, each with the study that it reports.",
        columns=(
            ("id", "string", "Id: doi:, pmid: or key:"),
            ("citation", "string", "First author and year"),
            ("title", "string", "Title"),
            ("year", "integer", "Year of publication"),
            ("journal", "string", "Journal"),
            ("doi", "string", "DOI"),
            ("pmid", "string", "PubMed number"),
            ("retracted", "boolean", "Whether it was retracted"),
            ("study", "string", "Id of the study; documents on one sample share it"),
            ("kind", "string", "Kind of study"),
            ("design", "string", "Design"),
            ("n", "integer", "Sample size"),
            ("unit", "string", "What n counts"),
            ("population", "string", "Who was studied"),
        ),
        rows=tuple(map(_document, readings)),
        key=("id",),
    )


def _document(reading: Reading) -> tuple[Cell, ...]:
    document, study = reading.document, reading.study
    about = (document.year, document.journal, document.doi, document.pmid, document.retracted)
    sample = (study.id, study.kind, study.design, study.n, study.unit, study.population)
    return (document.id, citation(document), document.title, *about, *sample)


def _claims(readings: Sequence[Reading], *, texts: bool) -> Sheet:
    columns = [
        ("id", "string", "Id of the claim"),
        ("document", "string", "Who says so"),
        ("subject", "string", "Construct; of a path the mediator or moderator"),
        ("relation", "string", "associatedWith, predicts, affects, mediates, moderates, ..."),
        ("object", "string", "Construct; of a path its target"),
        ("path_source", "string", "Where the path starts"),
        ("direction", "string", "positive, negative, null, mixed, unspecified"),
        ("status", "string", "finding, conclusion, hypothesis, background, openQuestion"),
        ("certainty", "string", "plain or hedged"),
        *((name, "string", f"Qualifier: {name.replace('_', ' ')}") for name in _QUALIFIERS),
        ("start", "integer", "First character of the sentence in title, newline, abstract"),
        ("end", "integer", "Character after the sentence"),
        ("rule", "string", "What read it"),
        ("confidence", "number", "Probability that the sentence was read right"),
    ]
    if texts:
        columns.append(("sentence", "string", "The sentence"))
    return Sheet(
        name="claims",
        about="What each document says about two constructs, or about a path.",
        columns=tuple(columns),
        rows=tuple(_claim(c, texts=texts) for r in readings for c in r.claims),
        key=("id",),
        references=(
            ("document", "documents", "id"),
            ("subject", "constructs", "id"),
            ("object", "constructs", "id"),
        ),
    )


def _claim(claim: Claim, *, texts: bool) -> tuple[Cell, ...]:
    source = claim.path[0] if claim.path else None
    said = (claim.subject, str(claim.relation), claim.object, source, str(claim.direction))
    qualifiers = (getattr(claim.qualifiers, name) for name in _QUALIFIERS)
    place = (claim.evidence.start, claim.evidence.end)
    cells = (claim.id, claim.document, *said, str(claim.status), str(claim.certainty), *qualifiers)
    sentence = (claim.evidence.sentence,) if texts else ()
    return (*cells, *place, claim.rule, claim.confidence, *sentence)


def _statistics(readings: Sequence[Reading]) -> Sheet:
    return Sheet(
        name="statistics",
        about="Numbers that stand with a claim.",
        columns=(
            ("claim", "string", "The claim"),
            ("number", "integer", "Which one of the claim's"),
            ("kind", "string", "r, d, g, beta, or, p, n, ci, ..."),
            ("comparator", "string", "How the value stands to the printed number"),
            ("value", "number", "Value"),
            ("low", "number", "Lower limit"),
            ("high", "number", "Upper limit"),
            ("raw", "string", "As printed"),
        ),
        rows=tuple(
            (claim.id, number, s.kind, s.comparator, s.value, s.low, s.high, s.raw)
            for reading in readings
            for claim in reading.claims
            for number, s in enumerate(claim.statistics, 1)
        ),
        key=("claim", "number"),
        references=(("claim", "claims", "id"),),
    )


def _links(readings: Sequence[Reading]) -> Sheet:
    return Sheet(
        name="links",
        about="What all studies say about a pair of constructs, or about a path with its third.",
        columns=(
            ("a", "string", "Construct; of a path its source"),
            ("b", "string", "Construct; of a path its target"),
            ("relation", "string", "mediates or moderates; empty for a pair"),
            ("through", "string", "The third construct of a path"),
            ("studies", "integer", "Primary studies with a finding"),
            *((name, "integer", f"Studies: {name}") for name in _COUNTS),
            ("first_year", "integer", "Year of the first document"),
            ("last_year", "integer", "Year of the last document"),
        ),
        rows=tuple(map(_link, (*link_claims(readings), *link_paths(readings)))),
        key=("a", "b", "relation", "through"),
        references=(("a", "constructs", "id"), ("b", "constructs", "id")),
    )


def _link(link: Link) -> tuple[Cell, ...]:
    votes = (len(link.findings.of(direction)) for direction in Direction)
    others = (len(link.reviews.studies), len(link.asked), len(link.background))
    ends = (link.a, link.b, str(link.relation or ""), link.through or "")
    return (*ends, len(link.studies), *votes, *others, link.first_year, link.last_year)


def _gaps(readings: Sequence[Reading]) -> Sheet:
    table = gap_table(find_gaps(readings, constructs()), constructs())
    columns = zip(table.columns, *table.rows, strict=True) if table.rows else ()
    kinds = {str(name): _kind(cells) for name, *cells in columns}
    return Sheet(
        name="gaps",
        about="Pairs that this corpus studies less, or less plainly, than one would expect.",
        columns=tuple((name, kinds.get(name, "string"), "") for name in table.columns),
        rows=table.rows,
        key=("a", "b"),
    )


def _kind(cells: Sequence[Cell]) -> str:
    known = [cell for cell in cells if cell is not None]
    for kind, name in ((bool, "boolean"), (int, "integer"), (int | float, "number")):
        if known and all(isinstance(cell, kind) for cell in known):
            return name
    return "string"
