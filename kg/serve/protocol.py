"""Requests of the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/), read once.

Percent-encoding is undone exactly once, so that an IRI which holds ``%2F`` arrives as it was sent,
whichever of the three forms carries it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from urllib.parse import parse_qsl

from kg.serve.errors import RefusedError

#: Bytes that the body of a request may have.
MAX_BODY = 1 << 20
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
_UPDATE = "application/sparql-update"
_MAX_FIELDS = 1000
_NO_UPDATES = "Updates are refused: the graph is read-only. Change the claims and build it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A query and the dataset that the request chose (IRIs; both empty: the whole graph)."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


def read_get(query_string: bytes) -> Asked | None:
    """The query of a GET; ``None`` where nothing is asked, so that the service is to be described.

    Raises `RefusedError` as the protocol says.
    """
    fields = _fields(query_string)
    return _asked(fields) if fields else None


def read_post(content_type: str, query_string: bytes, body: bytes) -> Asked:
    """The query of a POST, as a form or as such; raises `RefusedError` as the protocol says."""
    kind, charset = _media_type(content_type)
    if kind == _UPDATE:
        raise RefusedError(403, _NO_UPDATES)
    if kind == FORM:
        return _asked(_fields(body))
    if kind != DIRECT:
        what = f"a body of type {kind}" if kind else "a body without Content-Type"
        raise RefusedError(415, f"POST takes {DIRECT} or {FORM}, not {what}.")
    if charset not in ("", "utf-8", "utf8"):
        raise RefusedError(415, "A query is sent in UTF-8.")
    fields = _fields(query_string)
    if any(name == "query" for name, _ in fields):
        raise RefusedError(400, "The query stands in the body and in the address: send it once.")
    return _asked([*fields, ("query", _utf8(body))])


def _media_type(content_type: str) -> tuple[str, str]:
    """The media type and its charset, both in lower case; empty where none is given."""
    message = Message()
    message["Content-Type"] = content_type
    kind = message.get_content_type() if "/" in content_type else ""
    return kind, str(message.get_param("charset") or "").lower()


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError(400, f"The query is no UTF-8 at byte {error.start}.") from None


def _fields(data: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            data.decode("latin-1"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except UnicodeDecodeError:
        raise RefusedError(400, "The parameters are not percent-encoded UTF-8.") from None
    except ValueError:
        raise RefusedError(400, f"There are more than {_MAX_FIELDS} parameters.") from None


def _asked(fields: Iterable[tuple[str, str]]) -> Asked:
    values: dict[str, list[str]] = {}
    for name, value in fields:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise RefusedError(403, _NO_UPDATES)
    queries = values.get("query", [])
    if len(queries) != 1:
        problem = "no parameter 'query'" if not queries else "more than one parameter 'query'"
        raise RefusedError(400, f"There is {problem}; send exactly one.")
    return Asked(
        query=queries[0],
        default_graphs=tuple(values.get("default-graph-uri", ())),
        named_graphs=tuple(values.get("named-graph-uri", ())),
    )
