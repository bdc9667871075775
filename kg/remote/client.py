"""HTTP to a SPARQL server: queries, updates, whole graphs (SPARQL 1.1 Protocol, Graph Store)."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from kg.errors import OxykgError
from kg.guard import check_query
from kg.iris import PREFIXES
from kg.queries import cell
from kg.tables import Table

if TYPE_CHECKING:
    import httpx

_LOCAL = ("localhost", "127.0.0.1", "::1")
_JSON = "application/sparql-results+json"
_TRIPLES = "application/n-triples, text/turtle;q=0.9, text/plain;q=0.5"
#: Asks Oxigraph's server to see all graphs at once, as other servers do by themselves.
_UNION = {"union-default-graph": ""}
#: How Virtuoso answers an ASK.
_VIRTUOSO_ASK = "__ASK_RETVAL"
_PREFIX = re.compile(r"\bPREFIX\s+([\w-]*):", re.IGNORECASE)
#: Characters of a server's complaint that are passed on.
_COMPLAINT = 200


class ServerError(OxykgError):
    """A server that did not do what it was asked: which one, and what it said."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(f"{url}: {problem}")
        self.url, self.problem = url, problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A name and a password; sent as the server asks for them (Basic or Digest)."""

    user: str
    password: str


class Client:
    """A connection to one server; a context manager that closes it."""

    def __init__(self, *, login: Login | None = None, timeout: float = 120.0) -> None:
        import httpx

        self._login, self._timeout = login, timeout
        self._direct = httpx.Client(trust_env=False, timeout=timeout)
        self._other = httpx.Client(timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._direct.close()
        self._other.close()

    def select(self, endpoint: str, sparql: str) -> Table:
        """The answer to a read-only query as `kg.queries.run_query` gives it.

        Our prefixes need not be declared. Raises `QueryRefusedError` or `QuerySyntaxError` as
        there, `ServerError` where the server does not answer.
        """
        if check_query(sparql) not in ("SELECT", "ASK"):
            return _triples_table(self.construct(endpoint, sparql))
        data = {"query": with_prefixes(sparql), **_UNION}
        answer = self._send("POST", endpoint, data=data, accept=_JSON)
        try:
            return _rows(answer.content)
        except (SyntaxError, ValueError, OSError) as error:
            problem = f"its answer is no SPARQL result ({error})"
            raise ServerError(endpoint, problem) from error

    def construct(self, endpoint: str, sparql: str) -> list[Triple]:
        """The triples of a CONSTRUCT or DESCRIBE; raises as `select` does."""
        check_query(sparql)
        data = {"query": with_prefixes(sparql), **_UNION}
        answer = self._send("POST", endpoint, data=data, accept=_TRIPLES)
        try:
            return _parsed(answer)
        except (SyntaxError, ValueError, OSError) as error:
            raise ServerError(endpoint, f"its answer is no Turtle ({error})") from error

    def update(self, endpoint: str, sparql: str) -> None:
        """Run an update; raises `ServerError` where the server refuses it."""
        body, kind = sparql.encode(), "application/sparql-update"
        self._send("POST", endpoint, content=body, headers={"Content-Type": kind})

    def put_graph(self, store: str, graph: str, turtle: bytes) -> None:
        """Replace a named graph as a whole."""
        self._graph("PUT", store, graph, turtle)

    def add_to_graph(self, store: str, graph: str, turtle: bytes) -> None:
        """Add triples to a named graph."""
        self._graph("POST", store, graph, turtle)

    def delete_graph(self, store: str, graph: str) -> None:
        """Delete a named graph, if it is there."""
        self._send("DELETE", store, params={"graph": graph}, fine=(404,))

    def get_graph(self, store: str, graph: str) -> list[Triple]:
        """The triples of a named graph; none where it is not there."""
        answer = self._send("GET", store, params={"graph": graph}, accept=_TRIPLES, fine=(404,))
        return [] if answer.status_code == 404 else _parsed(answer)

    def _graph(self, method: str, store: str, graph: str, turtle: bytes) -> None:
        headers = {"Content-Type": "text/turtle"}
        self._send(method, store, params={"graph": graph}, content=turtle, headers=headers)

    def _send(
        self,
        method: str,
        url: str,
        *,
        accept: str = "*/*",
        headers: Mapping[str, str] | None = None,
        fine: Iterable[int] = (),
        **what: Any,
    ) -> httpx.Response:
        import httpx

        client = self._direct if urlsplit(url).hostname in _LOCAL else self._other
        auth = _Challenged(self._login) if self._login else None
        try:
            answer = client.request(
                method, url, headers={"Accept": accept, **(headers or {})}, auth=auth, **what
            )
        except httpx.TimeoutException:
            raise ServerError(url, f"no answer within {self._timeout:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            problem = f"cannot be reached ({error}); is the server running?"
            raise ServerError(url, problem) from error
        if answer.is_success or answer.status_code in fine:
            return answer
        raise ServerError(url, _complaint(answer))


def _complaint(answer: httpx.Response) -> str:
    if answer.status_code in (401, 403):
        advice = "give a --user who may do this, and its password in OXYKG_PASSWORD"
        return f"{answer.status_code} {answer.reason_phrase}; {advice}"
    if answer.is_redirect:
        return f"it points to {answer.headers.get('location', 'another place')}; give that address"
    said = " ".join(answer.text.split())[:_COMPLAINT]
    return f"{answer.status_code} {answer.reason_phrase}: {said}"


def _Challenged(login: Login) -> httpx.Auth:  # noqa: N802  # a class, made where httpx is imported
    import httpx

    class Challenged(httpx.Auth):
        """Sends name and password only when asked, in the way that is asked for."""

        requires_request_body = True

        def auth_flow(
            self, request: httpx.Request
        ) -> Generator[httpx.Request, httpx.Response, None]:
            answer = yield request
            if answer.status_code != 401:
                return
            asked = answer.headers.get("www-authenticate", "").lower()
            kind = httpx.DigestAuth if asked.startswith("digest") else httpx.BasicAuth
            flow = kind(login.user, login.password).auth_flow(request)
            again = next(flow)
            while True:
                answer = yield again
                try:
                    again = flow.send(answer)
                except StopIteration:
                    return

    return Challenged()


def with_prefixes(sparql: str) -> str:
    """The query with those of our prefixes declared that it does not declare; no line is added."""
    declared = set(_PREFIX.findall(sparql))
    missing = [
        f"PREFIX {name}: <{namespace}>"
        for name, namespace in PREFIXES.items()
        if name not in declared and f"{name}:" in sparql
    ]
    return " ".join([*missing, sparql])


def _rows(content: bytes) -> Table:
    found = parse_query_results(content, format=QueryResultsFormat.JSON)
    if isinstance(found, QueryBoolean):
        return Table.of(("answer",), [(bool(found),)])
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    rows = [[cell(row[name]) for name in names] for row in found]
    if names == [_VIRTUOSO_ASK]:
        return Table.of(("answer",), [(bool(rows and rows[0][0]),)])
    return Table.of(names, rows)


def _triples_table(triples: Iterable[Triple]) -> Table:
    rows = ((cell(t.subject), cell(t.predicate), cell(t.object)) for t in triples)
    return Table.of(("subject", "predicate", "object"), sorted(rows, key=repr))


def _parsed(answer: httpx.Response) -> list[Triple]:
    return [quad.triple for quad in parse(answer.content, format=RdfFormat.TURTLE)]
