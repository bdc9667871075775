"""The door for Python: a built graph as objects, as data frames, as answers, as a page.

``from kg import open_graph``; nothing is read before it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any

from kg.errors import OxykgError, UnknownNameError
from kg.gaps import Gap, find_gaps
from kg.links import Link, link_claims, link_paths
from kg.model import Claim, Document, Reading, Study
from kg.queries import Given, Query, get_query, list_queries, run_query
from kg.rdf import from_quads
from kg.store import open_store
from kg.tables import Cell, Table, cell_text

#: Rows that a notebook shows of an answer.
SHOWN = 50


class Answer:
    """Rows of an answer: iterate for dictionaries, ``to_pandas()`` for a frame, or look at it."""

    def __init__(self, table: Table) -> None:
        self.columns, self.rows = table.columns, table.rows

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Cell]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def __repr__(self) -> str:
        return f"<Answer: {len(self)} rows of {', '.join(self.columns)}>"

    def to_pandas(self) -> Any:
        """A ``pandas.DataFrame``; raises OxykgError where pandas is not installed."""
        return _pandas().DataFrame(list(self.rows), columns=list(self.columns)).convert_dtypes()

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(cell_text(cell))}</td>' for cell in row)}</tr>"
            for row in self.rows[:SHOWN]
        )
        more = f"<p>The first {SHOWN} of {len(self)} rows.</p>" if self.rows[SHOWN:] else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


class Page:
    """A page that a notebook shows in a frame of its own, cut off from the notebook."""

    def __init__(self, html: str, height: int) -> None:
        self.html, self.height = html, height

    def __repr__(self) -> str:
        return f"<Page: {len(self.html)} characters; save() writes it to a file>"

    def save(self, path: Path | str) -> None:
        """Write the page to a file, for a browser."""
        from kg.files import write_text

        write_text(path, self.html)

    def _repr_html_(self) -> str:
        return (
            '<iframe sandbox="allow-scripts allow-downloads allow-popups" '
            f'style="width: 100%; height: {self.height}px; border: 0" '
            f'srcdoc="{escape(self.html)}"></iframe>'
        )


class OpenGraph:
    """A built graph. Claims, links and gaps are the frozen dataclasses of `kg.model` and others."""

    def __init__(self, folder: Path | str) -> None:
        self._store = open_store(folder)
        self.folder = Path(folder)

    def __repr__(self) -> str:
        return f"<Graph in {self.folder}: {len(self._store)} triples>"

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """Every document with its claims and its study, in the order of their ids."""
        return from_quads(self._store)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All claims, in the order of documents and places."""
        return tuple(claim for reading in self.readings for claim in reading.claims)

    @property
    def documents(self) -> tuple[Document, ...]:
        """All publications."""
        return tuple(reading.document for reading in self.readings)

    @property
    def studies(self) -> tuple[Study, ...]:
        """All studies, each once."""
        return tuple({reading.study.id: reading.study for reading in self.readings}.values())

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """What all studies say about each pair of constructs."""
        return link_claims(self.readings)

    @cached_property
    def paths(self) -> tuple[Link, ...]:
        """The same for each mediation and moderation."""
        return link_paths(self.readings)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """Under-studied pairs, best first."""
        from kg.ontology import constructs

        return tuple(find_gaps(self.readings, constructs()))

    @property
    def questions(self) -> tuple[Query, ...]:
        """The shipped questions, which `query` takes by name."""
        return list_queries()

    def query(self, sparql: str, **params: Given | Iterable[Given]) -> Answer:
        """The answer to a shipped question (by name, with its parameters), or to SPARQL text.

        Read-only; our prefixes need not be declared. Raises OxykgError with what is wrong.
        """
        if sparql.strip().isidentifier() or sparql in {query.name for query in list_queries()}:
            return Answer(run_query(self._store, get_query(sparql.strip()).bind(**params)))
        if params:
            raise OxykgError("parameters are for shipped questions; see graph.questions")
        return Answer(run_query(self._store, sparql))

    @property
    def tables(self) -> tuple[str, ...]:
        """Names that `frame` takes."""
        return tuple(self._tables)

    def frame(self, name: str) -> Any:
        """A ``pandas.DataFrame``: claims, documents, links, gaps, statistics or constructs.

        The columns are those of ``oxykg export --format csv``. Raises OxykgError where pandas is
        not installed.
        """
        if name not in self._tables:
            raise UnknownNameError("table", name, self._tables)
        return Answer(self._tables[name]).to_pandas()

    @cached_property
    def _tables(self) -> dict[str, Table]:
        from kg.exports.bundle import all_tables

        return all_tables(self.readings)

    def to_networkx(self) -> Any:
        """The links as a ``networkx.Graph``; see `kg.exports.to_networkx`."""
        from kg.exports import to_networkx

        return to_networkx(self.readings)

    def explorer(self, *, title: str = "", quotes: bool = True, height: int = 760) -> Page:
        """The explorer as a page, shown inline in a notebook; ``height`` in pixels."""
        from kg.provenance import run_id
        from kg.views.explorer import explorer_html

        html = explorer_html(
            self.readings,
            self.gaps,
            title=title or f"{len(self.readings)} studies",
            build_id=run_id(self.readings),
            quotes=quotes,
        )
        return Page(html, height)


def _pandas() -> Any:
    try:
        return import_module("pandas")
    except ImportError:
        raise OxykgError("pandas is not installed; pip install pandas") from None
