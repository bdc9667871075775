"""The bundled studies: ``corpus/studies.yaml`` as checked records, as documents, as studies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import ConfigDict, Field, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from kg.data import data_dir
from kg.errors import BadRecordError, OxykgError
from kg.model import Document, Study, TextKind

_STRICT = ConfigDict(extra="forbid", coerce_numbers_to_str=True, str_strip_whitespace=True)
_Text = Annotated[str, Field(min_length=1)]
_Count = Annotated[int, Field(ge=1)]
#: How oxytocin was measured or given that comes in a body fluid or by a route; genes do not.
_SPECIMENS = frozenset({"saliva", "plasma", "serum", "urine", "csf", "intranasal"})
#: What must be known of a work of each type, so that it can be cited.
_CONTAINER = {
    "article-journal": "journal",
    "chapter": "journal",
    "preprint": "journal",
    "book": "publisher",
    "thesis": "publisher",
}

_Measure = Literal[
    "saliva", "plasma", "serum", "urine", "csf", "intranasal", "genotype", "methylation",
    "endogenous",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class OxytocinUse:
    """What a study did with oxytocin: assay or route, a second one, and when (dose if given)."""

    measure: _Measure | None = None
    also: _Measure | None = None
    timing: _Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class CorpusRecord:
    """One study of the corpus, as a curator wrote it; a field that no source showed is unset.

    Authors are written ``Family, Given`` (or ``Family, Given, Suffix``); groups as they are called.
    ``digest`` is a summary in our own words; ``digest_basis`` says from what it was written.
    ``sample_size`` counts ``sample_unit``; ``n`` is the same as the source puts it.
    ``oxytocin`` is unset where oxytocin was neither measured nor given nor discussed.
    """

    key: Annotated[str, Field(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$")]
    title: _Text
    kind: Literal["empirical", "review", "meta-analysis", "theory", "protocol"]
    design: _Text
    digest: _Text
    digest_basis: Literal["abstract", "abstract-truncated", "bibliographic", "secondary"]
    in_review: bool = False
    type: Literal["article-journal", "book", "chapter", "thesis", "preprint", "document"] = (
        "article-journal"
    )
    title_en: _Text | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "en"
    authors: tuple[_Text, ...] = ()
    authors_incomplete: bool = False
    year: Annotated[int, Field(ge=1800, le=2100)] | None = None
    journal: _Text | None = None
    volume: _Text | None = None
    issue: _Text | None = None
    pages: _Text | None = None
    publisher: _Text | None = None
    publisher_place: _Text | None = None
    isbn: Annotated[str, Field(pattern=r"^[0-9-]{9,16}[0-9X]$")] | None = None
    doi: Annotated[str, Field(pattern=r"^10\.[0-9]{4,9}/[!-~]+$")] | None = None
    pmid: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,8}$")] | None = None
    note: _Text | None = None
    population: _Text | None = None
    role: _Text | None = None
    n: _Text | None = None
    sample_size: _Count | None = None
    sample_unit: Literal["persons", "dyads", "couples", "studies"] | None = None
    sample_groups: tuple[_Count, ...] = ()
    oxytocin: OxytocinUse | None = None
    instruments: tuple[_Text, ...] = ()
    errata: tuple[_Text, ...] = ()

    @model_validator(mode="after")
    def _check_fields_together(self) -> CorpusRecord:
        container = _CONTAINER.get(self.type)
        if container and getattr(self, container) is None:
            raise ValueError(f"a work of type {self.type} needs {container}")
        if (self.sample_size is None) != (self.sample_unit is None):
            raise ValueError("sample_size and sample_unit go together")
        if self.sample_groups and sum(self.sample_groups) != self.sample_size:
            raise ValueError("sample_groups must add up to sample_size")
        return self

    @property
    def id(self) -> str:
        """The CURIE of the document: ``doi:``, else ``pmid:``, else ``key:``."""
        if self.doi:
            return f"doi:{self.doi}"
        return f"pmid:{self.pmid}" if self.pmid else f"key:{self.key}"

    def document(self) -> Document:
        """Give the digest as a document to read, under the English title if there are two."""
        return Document(
            id=self.id,
            key=self.key,
            title=self.title_en or self.title,
            abstract=self.digest,
            year=self.year,
            authors=self.authors,
            journal=self.journal,
            doi=self.doi,
            pmid=self.pmid,
            kind=self.kind,
            language="en",
            text_kind=TextKind.DIGEST,
        )

    def study(self) -> Study:
        """Give the sample behind the document, as the record describes it."""
        use = self.oxytocin or OxytocinUse()
        return Study(
            id=f"study:{self.key}",
            documents=(self.id,),
            kind=self.kind,
            design=self.design,
            n=self.sample_size,
            unit=self.sample_unit,
            population=self.population,
            instruments=self.instruments,
            specimens=tuple(s for s in (use.measure, use.also) if s in _SPECIMENS),
        )


def load_corpus(path: Path | None = None) -> tuple[CorpusRecord, ...]:
    """All records of ``path`` (else of the bundled corpus), in the order of the file.

    Raises `BadRecordError` for the first record that is not as it should be.
    """
    path = path or data_dir("corpus") / "studies.yaml"
    records = tuple(_record(path, place, fields) for place, fields in _entries(path))
    for name in ("key", "doi", "pmid"):
        _check_unique(path, name, records)
    return records


def _entries(path: Path) -> Iterator[tuple[str, Any]]:
    """Each entry of the file with its place in it: the key, or the number of the record."""
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=_loader())
    except OSError as error:
        raise OxykgError(f"{path}: cannot be read ({error.strerror}).") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else "as a whole"
        problem = getattr(error, "problem", None) or str(error)
        raise BadRecordError(str(path), place, f"not valid YAML: {problem}") from error
    if not isinstance(entries, list):
        raise BadRecordError(str(path), "as a whole", "must be a list of records ('- key: ...')")
    for number, entry in enumerate(entries, 1):
        key = entry.get("key") if isinstance(entry, dict) else None
        yield (f"record {key}" if key else f"record number {number}"), entry


def _loader() -> Any:
    """Make the fast YAML loader refuse a field that is given twice in one record."""
    fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(fast):  # type: ignore[misc]
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen: set[str] = set()
            for name, _ in node.value:
                if name.value in seen:
                    problem = f"{name.value!r} is given twice"
                    raise yaml.constructor.ConstructorError(None, None, problem, name.start_mark)
                seen.add(name.value)
            return super().construct_mapping(node, deep)

    return Loader


def _record(path: Path, place: str, fields: Any) -> CorpusRecord:
    if not isinstance(fields, dict):
        raise BadRecordError(str(path), place, "must be a record of fields ('key: value')")
    try:
        return CorpusRecord(**{str(name): value for name, value in fields.items()})
    except ValidationError as error:
        raise BadRecordError(str(path), place, "; ".join(_problems(error))) from error


def _problems(error: ValidationError) -> Iterator[str]:
    """One phrase for each thing that is wrong with a record, the field first."""
    for problem in error.errors(include_url=False):
        field = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "unexpected_keyword_argument":
            known = ", ".join(CorpusRecord.__dataclass_fields__)
            message = f"is not a field; known fields: {known}"
        else:
            message = problem["msg"].removeprefix("Value error, ")
        yield f"{field}: {message}" if field else message


def _check_unique(path: Path, name: str, records: Sequence[CorpusRecord]) -> None:
    first: dict[str, int] = {}
    for index, record in enumerate(records):
        value = getattr(record, name)
        if value is not None and first.setdefault(value.casefold(), index) != index:
            other = records[first[value.casefold()]].key
            problem = f"{name} {value} is already that of {other}"
            raise BadRecordError(str(path), f"record {record.key}", problem)
