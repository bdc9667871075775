"""Search results from public services: ``fetch``."""

from __future__ import annotations

import json
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.common import sha256
from kg.cli.run import say
from kg.errors import OxykgError
from kg.files import atomic_file, write_text

if TYPE_CHECKING:
    from extract.fetch import Search, Service
    from extract.fetch.pages import Fetch


class Source(StrEnum):
    """The services that can be asked."""

    PUBMED = "pubmed"
    EUROPE_PMC = "europepmc"
    OPENALEX = "openalex"


def fetch(
    service: Annotated[Source, typer.Argument(help="Whom to ask.", show_default=False)],
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="In the service's own query language.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the records.")
    ],
    limit: Annotated[
        int | None,
        typer.Option("--max", metavar="N", min=1, show_default=False, help="At most so many."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD",
            show_default=False,
            help="Only what is new since that day (OpenAlex: published since).",
        ),
    ] = None,
    email: Annotated[
        str | None,
        typer.Option(
            envvar="OXYKG_EMAIL",
            show_default=False,
            help="Yours, so that the service can reach you; it asks for this.",
        ),
    ] = None,
    api_key: Annotated[
        str | None,
        typer.Option(
            envvar="OXYKG_API_KEY", show_default=False, help="If you have one: NCBI, OpenAlex."
        ),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Ask again for what was fetched today already.")
    ] = False,
) -> None:
    """Fetch search results from PubMed, Europe PMC or OpenAlex, as the service sends them.

    Requests are slow enough for the services' rules, and repeated when something goes wrong. A
    fetch that was cut short goes on where it stopped if you give the same command again that day.
    Beside FILE stands FILE.fetched.json with query, day and counts, for a project's provenance.
    """
    from extract.fetch import SERVICES, Search
    from extract.fetch.pages import copy_pages, forget, open_fetch

    if since and not _is_day(since):
        raise typer.BadParameter(f"{since!r} is no day like 2025-01-31", param_hint="--since")
    if not query.strip():
        raise typer.BadParameter("an empty query finds everything; say what", param_hint="QUERY")
    asked = SERVICES[service.value]
    search = Search(query=query, limit=limit, since=since, email=email, api_key=api_key)
    if fresh:
        forget(asked, search)
    with atomic_file(output) as stream:
        running = open_fetch(asked, search, date.today())
        _run(asked, search, running)
        if not running.pages:
            raise OxykgError(f"{asked.label} finds nothing for {query!r}; nothing was written")
        copy_pages(running, stream)
    _describe(output, asked, search, running)
    say(f"{running.fetched} of {running.found} records found by {asked.label} are in {output}.")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _run(service: Service, search: Search, running: Fetch) -> None:
    """Fetch all that is missing, with a bar on a terminal."""
    from tqdm import tqdm

    from extract.fetch.http import Http
    from extract.fetch.pages import run

    http = Http(service.interval, search.email)
    with tqdm(unit=" records", disable=None, leave=False, initial=running.fetched) as bar:
        for records in run(service, search, running, http):
            bar.total = min(running.found, search.limit or running.found)
            bar.update(records)


def _describe(output: Path, service: Service, search: Search, running: Fetch) -> None:
    """Write what was asked, when, and how much came, beside the records."""
    from kg.project.layout import FETCHED

    if not output.is_file():  # a pipe
        return
    said = {
        "service": service.label,
        "address": service.base,
        "query": search.query,
        "since": search.since,
        "max": search.limit,
        "date": running.began,
        "found": running.found,
        "fetched": running.fetched,
        "sha256": sha256(output),
    }
    text = json.dumps(said, ensure_ascii=False, indent=1) + "\n"
    write_text(output.with_name(output.name + FETCHED), text)
