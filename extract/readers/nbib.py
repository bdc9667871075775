"""MEDLINE format: ``.nbib`` files and PubMed's "PubMed" text format.

https://www.nlm.nih.gov/bsd/mms/medlineelements.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BufferedReader

from extract.readers.found import Found, PlacedFound, reader
from extract.readers.record import OnBad, UnreadableFileError
from extract.readers.streams import lines
from extract.readers.tagged import Layout, Tagged, tagged_records

_LAYOUT = Layout(re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}-(?: (.*)|()$)"), frozenset({"PMID"}))
#: Tags that relate a record to others -> what they say of it.
_RELATIONS = {
    "RIN": "RetractionIn",
    "ROF": "RetractionOf",
    "ECI": "ExpressionOfConcernIn",
    "ECF": "ExpressionOfConcernFor",
    "EFR": "ErratumFor",
    "RRI": "RetractedandRepublishedIn",
}
_NO_OTHER = re.compile(r"Publisher:? ?|Abstract available from the publisher\.?", re.IGNORECASE)


def find_nbib(stream: BufferedReader, source: str, on_bad: OnBad) -> Iterator[PlacedFound]:
    """Give each record of the file."""
    number = 0
    for number, record in enumerate(tagged_records(lines(stream), _LAYOUT), 1):
        yield f"record {number} (line {record.line})", _found(record)
    if not number:
        raise UnreadableFileError(
            source, "holds no record of MEDLINE ('PMID- 1'); check the export"
        )


read_nbib = reader(find_nbib)


def _found(record: Tagged) -> Found:
    identifiers = record.values("LID", "AID")
    return Found(
        title=record.first("TI", "TT", "BTI"),
        abstract=record.first("AB") or _other(record),
        authors=record.values("FAU", "CN") if record.first("FAU") else record.values("AU", "CN"),
        year=record.first("DP", "DEP", "PHST"),
        journal=record.first("JT", "TA", "BTI"),
        doi=next((i for i in identifiers if i.endswith("[doi]")), "").removesuffix("[doi]"),
        pmid=record.first("PMID"),
        types=record.values("PT") + [s for tag, s in _RELATIONS.items() if record.values(tag)],
        language=record.first("LA"),
    )


def _other(record: Tagged) -> str:
    return _NO_OTHER.sub("", record.first("OAB"), count=1)
