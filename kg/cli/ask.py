"""What a graph says: ``query``, ``explore``, ``playground``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.common import (
    STDOUT,
    FolderArgument,
    FormatOption,
    OutputOption,
    open_graph,
    output_file,
    print_table,
    put,
)
from kg.cli.publish import UserOption, login
from kg.errors import OxykgError
from kg.tables import Table

if TYPE_CHECKING:
    from pyoxigraph import Store

    from kg.queries import Param, Query

#: The end of the name of a file that holds a question.
QUERY_FILE = ".rq"


def query(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar=f"NAME|-|FILE{QUERY_FILE}",
            show_default=False,
            help="A question of the list, - for SPARQL on stdin, or a file of SPARQL.",
        ),
    ] = None,
    folder: FolderArgument = None,
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--param",
            metavar="NAME=VALUE",
            show_default=False,
            help="Choose a parameter; again for another value of it.",
        ),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Print the SPARQL, do not ask it.")] = False,
    timeout: Annotated[
        float | None, typer.Option(metavar="SECONDS", min=0.001, help="Give up after so long.")
    ] = None,
    endpoint: Annotated[
        str | None,
        typer.Option(
            metavar="URL", show_default=False, help="Ask this SPARQL server, not a folder."
        ),
    ] = None,
    user: UserOption = None,
    style: FormatOption = None,
) -> None:
    """Ask the graph; without a name list the questions that are there.

    Questions are read-only SPARQL 1.1 over all named graphs together. Our prefixes (okg:, okgc:,
    ...) need not be declared.
    """
    from kg.queries import list_queries

    if endpoint and folder:
        raise typer.BadParameter("a folder is named too; name one of them", param_hint="--endpoint")
    if not name or (not folder and _is_graph(name)):
        print_table(_listed(list_queries()), style)
        return
    sparql = _sparql(name, _parameters(given or []))
    if show:
        put(sparql if sparql.endswith("\n") else f"{sparql}\n")
    elif endpoint:
        print_table(_remote(endpoint, sparql, user, timeout), style)
    else:
        print_table(_answer(open_graph(folder), sparql, timeout), style)


def _is_graph(name: str) -> bool:
    """Whether a folder is named where a question could be."""
    from kg.project.layout import is_project
    from kg.store import GRAPH_FILE, STORE_FOLDER

    return (
        is_project(Path(name))
        or (Path(name) / STORE_FOLDER).is_dir()
        or (Path(name) / GRAPH_FILE).is_file()
    )


def _listed(queries: Iterable[Query]) -> Table:
    rows = ((q.name, q.title, "; ".join(map(_choice, q.params))) for q in queries)
    return Table.of(("name", "title", "parameters"), rows)


def _choice(param: Param) -> str:
    """A parameter with its default, as it is given on the command line."""
    values = [value.split(":")[-1].strip('"') for value in param.default.split()]
    return f"{param.name}={', '.join(values).replace('UNDEF', 'any')}"


def _parameters(given: Iterable[str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for item in given:
        name, sign, value = item.partition("=")
        if not sign or not name:
            raise typer.BadParameter(f"{item!r} is not NAME=VALUE", param_hint="--param")
        values.setdefault(name.strip(), []).append(value)
    return values


def _sparql(name: str, given: dict[str, list[str]]) -> str:
    """The text to ask: a question with its parameters, or the user's own."""
    from kg.queries import get_query

    own = Path(name).suffix == QUERY_FILE or name == str(STDOUT)
    if own and given:
        raise typer.BadParameter("only for questions of the list", param_hint="--param")
    if not own:
        return get_query(name).bind(**given)
    content = sys.stdin.buffer.read() if name == str(STDOUT) else Path(name).read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise OxykgError(f"{name}: no UTF-8 text at byte {error.start}") from None


def _answer(store: Store, sparql: str, timeout: float | None) -> Table:
    """The answer, found beside the main thread, so that Ctrl-C and a time limit work."""
    from concurrent.futures import Future
    from threading import Thread

    from kg.queries import run_query

    future: Future[Table] = Future()

    def ask() -> None:
        try:
            future.set_result(run_query(store, sparql))
        except BaseException as error:
            future.set_exception(error)

    Thread(target=ask, daemon=True).start()
    try:
        return future.result(timeout)
    except TimeoutError:
        raise OxykgError(f"no answer within {timeout:g} s; ask for less") from None


def _remote(endpoint: str, sparql: str, user: str | None, timeout: float | None) -> Table:
    from kg.remote.client import Client

    with Client(login=login(user), timeout=timeout or 120) as client:
        return client.select(endpoint, sparql)


TitleOption = Annotated[str, typer.Option(metavar="TEXT", help="Name of the corpus.")]
QuotesOption = Annotated[
    bool, typer.Option("--quotes/--no-quotes", help="With or without the papers' sentences.")
]


def explore(
    folder: FolderArgument = None,
    output: OutputOption = Path("explorer.html"),
    title: TitleOption = "",
    quotes: QuotesOption = True,
) -> None:
    """Write the page: network, filters, and the sentences behind each link, in one offline file."""
    from kg.cli.folder import readings_in
    from kg.gaps import find_gaps
    from kg.ontology import constructs
    from kg.provenance import run_id
    from kg.views.explorer import explorer_html

    readings = readings_in(open_graph(folder))
    page = explorer_html(
        readings,
        find_gaps(readings, constructs()),
        title=title or f"{len(readings)} studies",
        build_id=run_id(readings),
        quotes=quotes,
    )
    with output_file(output) as stream:
        stream.write(page.encode("utf-8"))
    if output != STDOUT:
        put(f"{output}\n")


def playground(
    folder: FolderArgument = None,
    output: OutputOption = Path("playground.html"),
    title: TitleOption = "",
    quotes: QuotesOption = True,
) -> None:
    """Write a page to ask the graph in SPARQL: engine, editor, questions in one offline file.

    Nothing that is asked leaves the computer.
    """
    from kg.cli.folder import readings_in
    from kg.provenance import run_id
    from kg.store import canonical_order
    from kg.views.playground import playground_html

    store = open_graph(folder)
    readings = readings_in(store)
    page = playground_html(
        canonical_order(store),
        title=title or f"{len(readings)} studies",
        build_id=run_id(readings),
        quotes=quotes,
    )
    with output_file(output) as stream:
        stream.write(page.encode("utf-8"))
    if output != STDOUT:
        put(f"{output}\n")
