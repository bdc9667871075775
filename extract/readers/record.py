"""From the loose fields of a record to a `Document`, with what is wrong in words.

Text keeps its length: each control character becomes one space, nothing is trimmed, so that all
offsets hold in what the source gave.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from kg.errors import BadRecordError, OxykgError
from kg.model import Document, TextKind

#: What is done with an error when reading can go on: print it, count it, raise it.
OnBad = Callable[[OxykgError], None]

#: A record's place in its file ("line 7") and its document.
Placed = tuple[str, Document]

#: Longest title and abstract together, in characters; full texts are not read.
MAX_TEXT = 100_000

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_PMID_PREFIX = re.compile(r"^(?:https?://pubmed\.ncbi\.nlm\.nih\.gov/|pmid:\s*)", re.IGNORECASE)


class UnreadableFileError(OxykgError):
    """A file that cannot be read at all: which one, and what to do."""

    def __init__(self, source: str, problem: str) -> None:
        super().__init__(f"{source}: {problem}")
        self.source, self.problem = source, problem


class NoAbstractError(BadRecordError):
    """A record without abstract; ``document`` holds what else it says."""

    def __init__(self, source: str, place: str, problem: str, document: Document) -> None:
        super().__init__(source, place, problem)
        self.document = document


class _BlankError(ValueError):
    """No abstract, in words; and the document without it."""

    def __init__(self, document: Document) -> None:
        super().__init__("no abstract, so there is nothing to read; add it or leave the record out")
        self.document = document


def refusal(source: str, place: str, error: ValueError) -> BadRecordError:
    """What is handed to ``on_bad`` for a record that `to_document` refused."""
    if isinstance(error, _BlankError):
        return NoAbstractError(source, place, str(error), error.document)
    return BadRecordError(source, place, str(error))


def _absent_if_blank(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _clean(text: str) -> str:
    return _CONTROLS.sub(" ", text)


def _one_line(text: str) -> str:
    return re.sub(r"[\t\n\x85\u2028\u2029]", " ", _clean(text))


def _doi(text: str) -> str:
    doi = _DOI_PREFIX.sub("", text.strip())
    if not re.fullmatch(r"10\.\d{4,9}/\S+", doi):
        raise ValueError(f"{text!r} is no DOI")
    return doi


def _pmid(text: str) -> str:
    pmid = _PMID_PREFIX.sub("", text.strip()).rstrip("/")
    if not re.fullmatch(r"[0-9]{1,9}", pmid):
        raise ValueError(f"{text!r} is no PubMed number")
    return pmid


def _authors(value: Any) -> Any:
    if isinstance(value, str):
        return [name.strip() for name in value.split(";") if name.strip()]
    return [] if value is None else value


_Line = Annotated[str, AfterValidator(_one_line)]
_Optional = BeforeValidator(_absent_if_blank)
_Name = Annotated[_Line | None, _Optional]
_Key = Annotated[Annotated[_Line, Field(max_length=500)] | None, _Optional]


class _Record(BaseModel):
    """What a record may hold; other fields are ignored, numbers do for text."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, allow_inf_nan=False)

    key: _Key = None
    id: _Key = None
    title: _Line | None = None
    abstract: Annotated[str, AfterValidator(_clean)] | None = None
    year: Annotated[Annotated[int, Field(ge=1000, le=2999)] | None, _Optional] = None
    authors: Annotated[tuple[_Line, ...], BeforeValidator(_authors)] = ()
    journal: _Name = None
    doi: Annotated[Annotated[str, AfterValidator(_doi)] | None, _Optional] = None
    pmid: Annotated[Annotated[str, AfterValidator(_pmid)] | None, _Optional] = None
    kind: _Name = None
    language: _Name = None
    retracted: bool = False
    url: _Name = None
    text_kind: TextKind = TextKind.ABSTRACT


def to_document(fields: Mapping[str, Any]) -> Document:
    """The document that the fields describe; raises ValueError with what is wrong in words.

    Needed are an abstract and one of ``key``, ``id``, ``doi`` and ``pmid``. The document's id is
    the DOI, else the PMID, else the key.
    """
    record = _validated(fields)
    known = record.model_dump(exclude={"key", "id"})
    title, abstract = record.title or "", record.abstract or ""
    if len(title) + len(abstract) > MAX_TEXT:
        raise ValueError(f"longer than {MAX_TEXT:,} characters; give title and abstract only")
    key = record.key or record.id or record.doi or record.pmid
    if key is None:
        raise ValueError("no key; add a field 'key' (or 'id') that names the record")
    named = {"id": _curie(record, key), "key": key, "title": title, "abstract": abstract}
    document = Document(**known | named)
    if not abstract.strip():
        raise _BlankError(document)
    return document


def _validated(fields: Mapping[str, Any]) -> _Record:
    try:
        return _Record.model_validate(dict(fields))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        problem = first["msg"].removeprefix("Value error, ")
        raise ValueError(f"field {first['loc'][0]!r}: {problem}; mend it or leave it out") from None


def _curie(record: _Record, key: str) -> str:
    if record.doi:
        return f"doi:{record.doi}"
    return f"pmid:{record.pmid}" if record.pmid else f"key:{key}"
