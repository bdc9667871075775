"""The SSSOM table of mappings to other vocabularies, as quads: one node for each row.

A row says what maps to what and why; the plain ``skos:exactMatch`` triples stand with the concepts.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Quad

from kg.data import BASE
from kg.errors import BadRecordError
from kg.iris import MAPPINGS, PREFIXES, RDF_TYPE, decimal_literal

_SSSOM = "https://w3id.org/sssom/"
_CURIE = re.compile(r'#\s+([\w.-]+):\s*"?([^"\s]+)"?\s*')
#: A column -> the property that holds its IRI.
_NAMED = {
    "subject_id": f"{PREFIXES['owl']}annotatedSource",
    "predicate_id": f"{PREFIXES['owl']}annotatedProperty",
    "object_id": f"{PREFIXES['owl']}annotatedTarget",
    "mapping_justification": f"{_SSSOM}mapping_justification",
}
#: A column -> the property that holds its text.
_WRITTEN = {
    "predicate_modifier": f"{_SSSOM}predicate_modifier",
    "object_label": f"{_SSSOM}object_label",
}


def mapping_quads(path: Path) -> Iterator[Quad]:
    """Each row of an SSSOM TSV file, with the prefixes of its own head resolved."""
    lines = path.read_text(encoding="utf-8").splitlines()
    prefixes = {m[1]: m[2] for line in lines if (m := _CURIE.fullmatch(line))}
    table = [line for line in lines if line and not line.startswith("#")]
    for number, row in enumerate(csv.DictReader(table, delimiter="\t"), 1):
        try:
            yield from _row(row, prefixes)
        except (KeyError, ValueError) as error:
            raise BadRecordError(path.name, f"row {number}", f"not a mapping ({error})") from error


def _row(row: dict[str, str], prefixes: dict[str, str]) -> Iterator[Quad]:
    ids = (row["subject_id"], row["predicate_id"], row["object_id"])
    node = NamedNode(f"{BASE}mapping/" + "--".join(quote(part, safe="") for part in ids))
    yield Quad(node, RDF_TYPE, NamedNode(f"{_SSSOM}Mapping"), MAPPINGS)
    for column, predicate in _NAMED.items():
        prefix, local = row[column].split(":", 1)
        yield Quad(node, NamedNode(predicate), NamedNode(prefixes[prefix] + local), MAPPINGS)
    for column, predicate in _WRITTEN.items():
        if row.get(column):
            yield Quad(node, NamedNode(predicate), Literal(row[column]), MAPPINGS)
    if row.get("confidence"):
        confidence = decimal_literal(float(row["confidence"]))
        yield Quad(node, NamedNode(f"{_SSSOM}confidence"), confidence, MAPPINGS)
