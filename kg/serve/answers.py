"""One query to one answer in bytes, within limits. Runs in a worker process, which may be killed.

An answer is complete before its first byte is sent: rows are counted in the written result, since
the engine writes rows far faster than Python could go through them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
    serialize,
)

from kg.data import BASE
from kg.guard import (
    OWN_GRAPHS,
    QueryRefusedError,
    QuerySyntaxError,
    check_query,
    names_graphs,
)
from kg.iris import PREFIXES
from kg.serve.errors import RefusedError
from kg.serve.negotiation import ROWS, TRIPLES, TRUTH, choose, content_type
from kg.serve.protocol import Asked

#: Bytes that an answer may have.
MAX_BYTES = 128 << 20
#: The fewest bytes that a row takes in any format.
_ROW_BYTES = 2
_JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
#: The end of a row and the first name of the next one. In a literal the quote would be escaped, or
#: end the literal and be followed by a comma or a brace.
_JSON_NEXT_ROW = re.compile(rb'\}\},\{"(?![,}\]])')
_CSV_QUOTED = re.compile(rb'"[^"]*"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back to the client: HTTP status, Content-Type, body."""

    status: int
    type: str
    body: bytes


def answer(store: Store, asked: Asked, accept: str, max_rows: int) -> Answer:
    """The answer to a query; a refusal is an answer too, with a sentence as its body."""
    try:
        return _answer(store, asked, accept, max_rows)
    except QueryRefusedError as error:
        return refusal(403, str(error))
    except (QuerySyntaxError, SyntaxError) as error:
        problem = error if isinstance(error, QuerySyntaxError) else QuerySyntaxError(str(error))
        return refusal(400, str(problem))
    except RefusedError as error:
        return refusal(error.status, str(error))
    except (OSError, RuntimeError, ValueError, MemoryError) as error:
        return refusal(500, f"The query could not be answered: {error}")


def refusal(status: int, sentence: str) -> Answer:
    """A sentence as plain text."""
    return Answer(status=status, type="text/plain; charset=utf-8", body=f"{sentence}\n".encode())


def _answer(store: Store, asked: Asked, accept: str, max_rows: int) -> Answer:
    check_query(asked.query)
    chosen = bool(asked.default_graphs or asked.named_graphs)
    found = store.query(
        asked.query,
        base_iri=BASE,
        prefixes=PREFIXES,
        use_default_graph_as_union=not chosen and not names_graphs(asked.query),
        default_graph=[*_graphs(asked.default_graphs)] if chosen else None,
        named_graphs=[*_graphs(asked.named_graphs)] if chosen else None,
    )
    if isinstance(found, QueryTriples):
        kind = choose(accept, tuple(TRIPLES))
        body = serialize(_limited(found, max_rows), format=TRIPLES[kind], prefixes=PREFIXES) or b""
        return Answer(status=200, type=content_type(kind), body=body)
    kind = choose(accept, tuple(TRUTH if isinstance(found, QueryBoolean) else ROWS))
    style = ROWS[kind]
    if isinstance(found, QueryBoolean):
        body = found.serialize(format=style) or b""
    else:
        body = _rows(found, style, max_rows)
    return Answer(status=200, type=content_type(kind), body=body)


def _graphs(iris: tuple[str, ...]) -> list[NamedNode]:
    for iri in iris:
        if not iri.startswith(OWN_GRAPHS) or "/.." in iri:
            raise RefusedError(
                403, f"The graph <{iri}> is refused: only graphs of this store can be read."
            )
    return [NamedNode(iri) for iri in iris]


def _too_many(max_rows: int) -> RefusedError:
    sentence = f"The answer has more than {max_rows} rows. Ask for less, or page by ORDER BY, "
    return RefusedError(403, f"{sentence}LIMIT and OFFSET; 'oxykg serve --max-rows' allows more.")


def _limited(triples: QueryTriples, max_rows: int) -> list[Triple]:
    kept: list[Triple] = []
    for triple in triples:
        if len(kept) == max_rows:
            raise _too_many(max_rows)
        kept.append(triple)
    return kept


def _rows(found: QuerySolutions, style: QueryResultsFormat, max_rows: int) -> bytes:
    out = _Bounded(style, max_rows)
    found.serialize(out, style)  # type: ignore[arg-type]  # it writes, no more is needed
    out.check()
    return bytes(out.written)


class _Bounded:
    """A file in memory that refuses more rows than allowed, looking each time it has doubled."""

    def __init__(self, style: QueryResultsFormat, max_rows: int) -> None:
        self.written = bytearray()
        self._style, self._max_rows = style, max_rows
        self._next_look = max(1 << 20, _ROW_BYTES * max_rows)

    def write(self, data: bytes) -> int:
        self.written += data
        if len(self.written) > MAX_BYTES:
            problem = f"The answer is larger than {MAX_BYTES >> 20} MB. Ask for less."
            raise RefusedError(403, problem)
        if len(self.written) > self._next_look:
            self._next_look *= 2
            self.check()
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def check(self) -> None:
        """Raise `RefusedError` where there are too many rows."""
        if exceeds(bytes(self.written), self._style, self._max_rows):
            raise _too_many(self._max_rows)


def exceeds(written: bytes, style: QueryResultsFormat, rows: int) -> bool:
    """Whether a (part of a) result holds more rows than that; literals never pass for rows."""
    if len(written) <= _ROW_BYTES * rows:
        return False
    if style == QueryResultsFormat.JSON:
        # Bounds from above and below first: taking all strings away is slow.
        if written.count(b"},{") < rows:
            return False
        if sum(1 for _ in _JSON_NEXT_ROW.finditer(written)) >= rows:
            return True
    return count_rows(written, style) > rows


def count_rows(written: bytes, style: QueryResultsFormat) -> int:
    """How many rows a (part of a) result holds."""
    if style == QueryResultsFormat.XML:
        return written.count(b"<result>")
    if style == QueryResultsFormat.TSV:
        return max(written.count(b"\n") - 1, 0)
    if style == QueryResultsFormat.CSV:
        return max(_CSV_QUOTED.sub(b"", written).count(b"\r\n") - 1, 0)
    bare = _JSON_STRING.sub(b"", written)
    rows = bare.partition(b":[")[2].partition(b":[")[2]
    return rows.count(b"},{") + rows.startswith(b"{")
