"""Where a server keeps its doors: one address is given, the others are known from it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from kg.errors import OxykgError

#: How the path of an address ends -> what that door is, and how the other one's path ends.
_LAYOUTS = {
    "/store": ("store", "/query"),  # Oxigraph
    "/query": ("query", "/store"),
    "/data": ("store", "/sparql"),  # Fuseki
    "/sparql-graph-crud": ("store", "/sparql"),  # Virtuoso
    "/sparql-graph-crud-auth": ("store", "/sparql"),
    "/rdf-graphs/service": ("store", ""),  # GraphDB, RDF4J
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Addresses of one server: for queries, and for whole graphs or else for updates."""

    query: str
    store: str | None = None
    update: str | None = None


def known_server(url: str, *, query: str | None = None, update: str | None = None) -> Server:
    """The doors of the server at ``url``, its Graph Store unless ``update`` is given.

    Raises OxykgError where ``url`` is no web address, or the query door cannot be told from it.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise OxykgError(f"{url}: no web address; give one like http://127.0.0.1:7878/store")
    if parts.username is not None:
        raise OxykgError("put no password into the address; use --user and OXYKG_PASSWORD")
    path = parts.path.rstrip("/")
    if update:
        return Server(query=query or url, update=update)
    if not path:
        return Server(query=query or _at(url, "/query"), store=_at(url, "/store"))
    for end, (kind, other) in _LAYOUTS.items():
        if path.endswith(end):
            found = _at(url, path.removesuffix(end) + other)
            doors = (url, found) if kind == "store" else (found, url)
            return Server(query=query or doors[1], store=doors[0])
    if query:
        return Server(query=query, store=url)
    raise OxykgError(f"{url}: give the address for queries too, by --query")


def _at(url: str, path: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
