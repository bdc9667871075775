"""The graph on a server: ``publish``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.common import FolderArgument, open_graph, progress, put
from kg.errors import OxykgError

if TYPE_CHECKING:
    from kg.remote.client import Login

#: The environment variable that holds the password.
PASSWORD = "OXYKG_PASSWORD"

UserOption = Annotated[
    str | None,
    typer.Option(
        "--user", metavar="NAME", show_default=False, help=f"Log in; the password is in {PASSWORD}."
    ),
]


def publish(
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL", show_default=False, help="Graph Store of the server, e.g. .../store."
        ),
    ],
    folder: FolderArgument = None,
    query: Annotated[
        str | None,
        typer.Option(
            "--query", metavar="URL", show_default=False, help="Where it takes queries, if unusual."
        ),
    ] = None,
    update: Annotated[
        str | None,
        typer.Option(
            "--update",
            metavar="URL",
            show_default=False,
            help="Send SPARQL updates there; URL then takes queries.",
        ),
    ] = None,
    user: UserOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be sent, and send nothing.")
    ] = False,
) -> None:
    """Load the graph into a SPARQL 1.1 server, named graph by named graph.

    Only what changed is sent; what was sent is read back and compared. Run it again after a new
    build, or after a break. Graphs of ours that are no longer in the build are removed there,
    other graphs of the server are left alone.
    """
    from kg.remote.client import Client
    from kg.remote.publishing import parts_of, plan
    from kg.remote.publishing import publish as do
    from kg.remote.servers import known_server

    server = known_server(url, query=query, update=update)
    parts = parts_of(open_graph(folder))
    triples = sum(len(part.triples) for part in parts.values())
    with Client(login=login(user)) as client:
        doing = plan(client, server, parts)
        if not dry_run:
            do(client, server, parts, doing, _bar)
    did = ("to send", "to remove") if dry_run else ("sent", "removed")
    put(
        f"{len(parts)} graphs with {triples} triples: {len(doing.send)} {did[0]}, "
        f"{len(doing.keep)} as they were, {len(doing.remove)} {did[1]}\n"
    )
    if not dry_run:
        put(f"All counts and checksums agree. Ask it: oxykg query --endpoint {server.query}\n")


def _bar(names: Sequence[str]) -> Iterable[str]:
    return progress(names, "graphs", len(names))


def login(user: str | None) -> Login | None:
    """The name with its password from the environment or, on a terminal, asked for."""
    if not user:
        return None
    from kg.remote.client import Login

    password = os.environ.get(PASSWORD)
    if password is None:
        if not sys.stdin.isatty():
            raise OxykgError(f"--user {user}: no password; put it into {PASSWORD}")
        password = str(typer.prompt(f"Password of {user}", hide_input=True, err=True))
    return Login(user=user, password=password)
