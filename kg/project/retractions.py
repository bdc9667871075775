"""Lists of retracted papers, as Retraction Watch publishes them (CSV).

https://gitlab.com/crossref/retraction-watch-data
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from kg.model import Document

#: The columns that such a list has.
_DOI, _PMID, _NATURE = "originalpaperdoi", "originalpaperpubmedid", "retractionnature"
#: What a line may say that leaves the paper standing.
_STANDS = frozenset({"correction", "reinstatement"})
_BLANK = frozenset({"", "0", "unavailable"})


def is_retraction_list(path: Path) -> bool:
    """Whether the first line of a file names the columns of a list of retractions."""
    try:
        with path.open("rb") as stream:
            first = stream.readline(20_000).decode("utf-8-sig", "replace").lower()
    except OSError:
        return False
    return _DOI in first and _NATURE in first


def read_retractions(path: Path) -> frozenset[str]:
    """Give the numbers of the papers that no longer stand: ``doi:`` or ``pmid:``, folded."""
    found: set[str] = set()
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        rows = csv.DictReader(line.replace("\0", "") for line in stream)
        names = {name.lower().strip(): name for name in rows.fieldnames or () if name}
        for row in rows:
            values = {key: (row.get(name) or "").strip().lower() for key, name in names.items()}
            if values.get(_NATURE) in _STANDS:
                continue
            for column, prefix in ((_DOI, "doi:"), (_PMID, "pmid:")):
                if values.get(column, "") not in _BLANK:
                    found.add(prefix + values[column].removeprefix("https://doi.org/"))
    return frozenset(found)


def is_listed(document: Document, listed: Iterable[str]) -> bool:
    """Whether a document is on the list by its DOI or PubMed number."""
    numbers = {f"doi:{(document.doi or '').casefold()}", f"pmid:{document.pmid or ''}"}
    return not numbers.isdisjoint(listed)
