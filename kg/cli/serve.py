"""The graph for other programs on this computer: ``serve``."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.common import FolderArgument, find_folder, put
from kg.cli.run import say
from kg.errors import OxykgError

if TYPE_CHECKING:
    import uvicorn

    from kg.serve.app import Served
    from kg.serve.door import Door

#: Where the endpoint is, unless told otherwise.
ADDRESS, PORT = "127.0.0.1", 7880
#: Seconds that running queries get when the server is told to stop.
_GRACE = 3
#: Seconds that a client may keep its connection without a question.
_IDLE = 75


def serve(
    folder: FolderArgument = None,
    port: Annotated[
        int, typer.Option("--port", "-p", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = PORT,
    address: Annotated[
        str, typer.Option("--bind", metavar="ADDRESS", help="Address of this computer to serve on.")
    ] = ADDRESS,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help="Stop a query after so long.")
    ] = 30.0,
    max_rows: Annotated[
        int, typer.Option("--max-rows", metavar="N", min=1, help="Refuse an answer with more rows.")
    ] = 100_000,
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            max=256,
            show_default=False,
            help="Queries at once. Default: by cores.",
        ),
    ] = None,
    cors: Annotated[
        list[str] | None,
        typer.Option(
            "--cors",
            metavar="ORIGIN",
            help="A web site whose pages may read it, e.g. https://a.org.",
        ),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-host", metavar="NAME", help="Another name that this computer is reached by."
        ),
    ] = None,
) -> None:
    """Open the graph to other programs: a SPARQL 1.1 endpoint, and its pages in a browser.

    Only this computer can reach it, and nobody can change the graph through it. Ctrl-C ends it. A
    new build in the same folder is taken over without a restart.
    """
    from kg.serve.app import ENDPOINT, Limits, Served, make_app
    from kg.serve.pool import default_workers

    if not (_is_local(address) or allow_host):
        problem = f"others reach {address} by a name; give that too, by --allow-host"
        raise typer.BadParameter(problem, param_hint="--bind")
    place = find_folder(folder)
    limits = Limits(timeout=timeout, max_rows=max_rows, workers=workers or default_workers())
    served = Served(place, limits, say)
    app = make_app(served, hosts=allow_host or [], origins=_origins(cors or []))
    with _listening(address, port) as listener:
        name = f"[{address}]" if ":" in address else address
        base = f"http://{name}:{listener.getsockname()[1]}"
        line = f"{place} is served at {base}/ (SPARQL: {base}{ENDPOINT}). Ctrl-C ends it.\n"
        _run(app, served, listener, lambda: put(line))
    say("Ended.")


def _is_local(address: str) -> bool:
    from ipaddress import ip_address

    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def _origins(given: list[str]) -> list[str]:
    for origin in given:
        if origin != "*" and not re.fullmatch(r"https?://[^/\s]+", origin):
            raise typer.BadParameter(f"{origin!r} is not like https://a.org", param_hint="--cors")
    return given


def _listening(address: str, port: int) -> socket.socket:
    """A socket that listens; raises OxykgError where the port is taken or the address not ours."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # With its protocol named, asyncio sends small answers at once (TCP_NODELAY), not 40 ms later.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        problem = (error.strerror or str(error)).lower()
        advice = "choose another --port, or 0 for any free one"
        raise OxykgError(f"cannot serve on {address} port {port} ({problem}); {advice}") from error
    return listener


def _run(app: Door, served: Served, listener: socket.socket, ready: Callable[[], None]) -> None:
    import asyncio

    import uvicorn

    config = uvicorn.Config(
        app,
        log_level="warning",
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=2 * _GRACE,
    )
    server = uvicorn.Server(config)

    async def main() -> None:
        async with served.running():
            ready()
            ending = asyncio.create_task(_end_queries(server, served))
            await server.serve(sockets=[listener])
            ending.cancel()

    try:
        asyncio.run(main())
    except (KeyboardInterrupt, SystemExit):
        if not server.started:
            raise


async def _end_queries(server: uvicorn.Server, served: Served) -> None:
    """Once the server is told to stop, give running queries their grace, then end them."""
    import asyncio

    while not server.should_exit:
        await asyncio.sleep(0.1)
    await asyncio.sleep(_GRACE)
    await served.end_queries()
