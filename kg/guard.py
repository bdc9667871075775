"""A look at a stranger's SPARQL before it runs: questions pass, the rest is refused.

Oxigraph sends SERVICE requests to any address and offers no switch against it, so the text itself
is read: comments, strings, IRIs and prefixed names are set aside, and the bare words that remain
are looked at. Unicode escapes are read both ways, as written and as unescaped, because engines
differ in where they resolve them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urljoin

from kg.errors import OxykgError
from kg.iris import PREFIXES

#: The forms of a query, as its first word after the prologue.
FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
#: How the IRIs of the graphs begin that FROM may name.
OWN_GRAPHS = (PREFIXES["graph"],)
_UPDATES = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
)
_TOKEN = re.compile(
    r"""
      (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<comment>\#[^\r\n]*)
    | (?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
               | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*')
    | (?P<variable>[?$]\w+)
    | (?P<blank>_:[\w.-]+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:[\w.:%-]|\\[^\w\s])*)
    | (?P<word>[^\W\d]\w*)
    | (?P<space>\s+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_Token = tuple[str, str]


class QueryRefusedError(OxykgError):
    """A query that is not run, and why."""


class QuerySyntaxError(OxykgError):
    """A text that is no SPARQL query, with the engine's complaint."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"This is not a SPARQL 1.1 query: {problem}.")
        self.problem = problem


def check_query(text: str, *, graphs: Sequence[str] = OWN_GRAPHS) -> str:
    """The form of a read-only query (``SELECT``, ``ASK``, ``CONSTRUCT``, ``DESCRIBE``).

    Raises `QueryRefusedError` for updates, for SERVICE, and for a FROM outside ``graphs``
    (beginnings of IRIs); `QuerySyntaxError` where no form is found. It is no parser: the engine
    still has to read the text.
    """
    for reading in {text, _unescaped(text)}:
        _refuse(list(_tokens(reading)), graphs)
    form = _first_word(_tokens(text))
    if form not in FORMS:
        raise QuerySyntaxError(f"it should begin with one of {', '.join(FORMS)}")
    return form


def names_graphs(text: str) -> bool:
    """Whether the query chooses its own graphs (FROM), so that the union is not to be forced."""
    return any(kind == "word" and value.upper() == "FROM" for kind, value in _tokens(text))


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        return chr(code) if code < 0x110000 else "\ufffd"

    return _ESCAPE.sub(character, text)


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup not in ("space", "comment", None):
            yield str(match.lastgroup), match.group()


def _refuse(tokens: Sequence[_Token], graphs: Sequence[str]) -> None:
    words = {value.upper() for kind, value in tokens if kind == "word"}
    if "SERVICE" in words:
        raise QueryRefusedError(
            "SERVICE is refused: a query is answered from this graph alone. "
            "Ask the other endpoint itself and join the results."
        )
    if updates := sorted(words & _UPDATES):
        raise QueryRefusedError(
            f"{updates[0]} is refused: the graph is read-only. Change the claims, build it again."
        )
    for source in _sources(tokens):
        if not source.startswith(tuple(graphs)) or "/.." in source:
            raise QueryRefusedError(
                f"FROM <{source}> is refused: only graphs of this store can be read. "
                "Leave FROM out to ask all of them."
            )


def _first_word(tokens: Iterable[_Token]) -> str:
    """The first word behind the prologue (BASE and PREFIX declarations)."""
    prologue = {"BASE", "PREFIX"}
    words = (value.upper() for kind, value in tokens if kind == "word")
    return next((word for word in words if word not in prologue), "")


def _sources(tokens: Sequence[_Token]) -> Iterator[str]:
    """The IRIs behind FROM and FROM NAMED, resolved by the prologue."""
    prefixes, base = dict(PREFIXES), ""
    for place, (kind, value) in enumerate(tokens):
        word = value.upper() if kind == "word" else ""
        after = [text for _, text in tokens[place + 1 : place + 3]]
        if word == "BASE" and after:
            base = urljoin(base, after[0].strip("<>"))
        elif word == "PREFIX" and len(after) == 2:
            prefixes[after[0].rstrip(":")] = urljoin(base, after[1].strip("<>"))
        elif word == "FROM" and after:
            source = after[-1] if after[0].upper() == "NAMED" else after[0]
            yield _resolved(source, prefixes, base)


def _resolved(source: str, prefixes: dict[str, str], base: str) -> str:
    if source.startswith("<"):
        return urljoin(base, source.strip("<>"))
    prefix, _, local = source.partition(":")
    return prefixes.get(prefix, f"{prefix}:") + local.replace("\\", "")
