"""The web application: routes, the guard at the door, and the build that is served now."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from kg.errors import OxykgError
from kg.serve.door import Door
from kg.serve.errors import RefusedError
from kg.serve.negotiation import TRIPLES, choose
from kg.serve.pages import PAGE_HEADERS, questions_page
from kg.serve.pool import Pool
from kg.serve.protocol import MAX_BODY, Asked, read_get, read_post
from kg.serve.snapshots import Snapshot, identity, remove_left_behind, take_snapshot

T = TypeVar("T")

#: Path of the endpoint.
ENDPOINT = "/sparql"
#: A status for nobody: the client has hung up.
_GONE = 499
#: Seconds between two looks whether a new build is there.
LOOK_EVERY = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a query may take (seconds), how many rows it may give, how many run at once."""

    timeout: float = 30.0
    max_rows: int = 100_000
    workers: int = 4


@dataclass(slots=True, kw_only=True)
class Generation:
    """One build with the workers that answer from it."""

    snapshot: Snapshot
    pool: Pool
    figures: dict[str, Any] = field(default_factory=dict)

    async def end(self, *, at_once: bool = False) -> None:
        """End the workers, running queries first unless ``at_once``, and delete the copy."""
        try:
            await (self.pool.close() if at_once else self.pool.retire())
        finally:
            await self.pool.close()
            self.snapshot.remove()


async def open_generation(folder: Path, limits: Limits) -> Generation:
    """Copy the build in the folder and start workers on it; raises OxykgError if that fails."""
    snapshot = await asyncio.to_thread(take_snapshot, folder)
    pool = Pool(snapshot.store, limits.workers, limits.timeout)
    try:
        await pool.start()
    except BaseException:
        await pool.close()
        snapshot.remove()
        raise
    return Generation(snapshot=snapshot, pool=pool)


class Served:
    """The folder that is served: its newest finished build. ``tell`` gets a line of news."""

    def __init__(self, folder: Path, limits: Limits, tell: Callable[[str], None]) -> None:
        self.folder, self.limits, self._tell = folder, limits, tell
        self.now: Generation
        self._old: dict[asyncio.Task[None], Generation] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Have workers from the start to the end of the block, and follow new builds.

        What a killed server left behind is cleared away first. Raises OxykgError where the folder
        holds no graph.
        """
        await asyncio.to_thread(remove_left_behind)
        self.now = await open_generation(self.folder, self.limits)
        following = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            for task in self._old:
                task.cancel()
            await asyncio.gather(*self._old, return_exceptions=True)
            await self.now.end(at_once=True)

    async def end_queries(self) -> None:
        """End the queries that run, those on earlier builds too."""
        pools = [generation.pool for generation in (self.now, *self._old.values())]
        await asyncio.gather(*(pool.close() for pool in pools))

    async def _follow(self) -> None:
        """Take over a build that differs and stands still for two looks."""
        tried = last = self.now.snapshot.identity
        while True:
            await asyncio.sleep(LOOK_EVERY)
            seen = await asyncio.to_thread(identity, self.folder)
            if seen and seen == last and seen != tried:
                tried = seen
                await self._renew()
            last = seen

    async def _renew(self) -> None:
        try:
            new = await open_generation(self.folder, self.limits)
        except (OxykgError, OSError) as error:
            self._tell(f"The new build is not served: {error}")
            return
        old, self.now = self.now, new
        self._tell(f"A new build is served: {new.pool.triples} triples")
        task = asyncio.create_task(old.end())
        self._old[task] = old
        task.add_done_callback(lambda done: self._old.pop(done, None))


def make_app(served: Served, *, hosts: Iterable[str] = (), origins: Iterable[str] = ()) -> Door:
    """The application for what is served, which must be `Served.running`.

    ``hosts``: names beside localhost under which it may be reached; ``origins``: other web sites
    whose pages may read it.
    """
    app = Starlette(
        routes=[
            Route("/", _explorer),
            Route("/explorer.html", _explorer),
            Route("/playground.html", _playground),
            Route("/questions", _questions),
            Route(ENDPOINT, _get, methods=["GET"]),
            Route(ENDPOINT, _post, methods=["POST"]),
            Route("/.well-known/void", _void),
        ],
        exception_handlers={RefusedError: _refused, HTTPException: _not_here},
    )
    app.state.served = served
    return Door(app, hosts=hosts, origins=origins)


def _served(request: Request) -> Served:
    served: Served = request.app.state.served
    return served


async def _get(request: Request) -> Response:
    asked = read_get(request.scope["query_string"])
    if asked is not None:
        return await _answered(request, asked)
    accept = request.headers.get("accept", "")
    if choose(accept, [*TRIPLES, "text/html"]) == "text/html":
        return RedirectResponse("/questions", 303)
    return await _description(request, accept)


async def _post(request: Request) -> Response:
    body = await _body(request)
    kind = request.headers.get("content-type", "")
    return await _answered(request, read_post(kind, request.scope["query_string"], body))


async def _body(request: Request) -> bytes:
    """The body; raises `RefusedError` where it is too long, or too long in coming."""
    found = bytearray()
    try:
        async with asyncio.timeout(_served(request).limits.timeout):
            async for chunk in request.stream():
                found += chunk
                if len(found) > MAX_BODY:
                    raise RefusedError(413, f"A query may have {MAX_BODY >> 20} MB, not more.")
    except TimeoutError:
        raise RefusedError(408, "The query did not arrive in time.") from None
    return bytes(found)


async def _answered(request: Request, asked: Asked) -> Response:
    served = _served(request)
    work = {
        "task": "query",
        "query": asked.query,
        "default_graphs": asked.default_graphs,
        "named_graphs": asked.named_graphs,
        "accept": request.headers.get("accept", ""),
        "max_rows": served.limits.max_rows,
    }
    done = await _unless_gone(request, served.now.pool.ask(work))
    if done is None:
        return Response(status_code=_GONE)
    fields, body = done
    return Response(body, fields["status"], {"Content-Type": fields["type"], "Vary": "Accept"})


async def _unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T | None:
    """The result of the work, which is given up (``None``) when the client hangs up."""

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    doing, leaving = asyncio.ensure_future(work), asyncio.ensure_future(gone())
    try:
        await asyncio.wait((doing, leaving), return_when=asyncio.FIRST_COMPLETED)
        return doing.result() if doing.done() else None
    finally:
        for task in (doing, leaving):
            task.cancel()


async def _description(request: Request, accept: str) -> Response:
    from kg.serve.description import described

    now = _served(request).now
    if not now.figures:
        _, body = await now.pool.ask({"task": "figures"})
        now.figures = json.loads(body)
    endpoint = str(request.base_url).rstrip("/") + ENDPOINT
    kind, text = described(endpoint, now.figures, accept)
    return Response(text, headers={"Content-Type": kind, "Vary": "Accept"})


async def _void(request: Request) -> Response:
    return RedirectResponse(ENDPOINT, 303)


def _page(request: Request, name: str) -> Response | None:
    path = _served(request).now.snapshot.page(name)
    if path is None:
        return None
    return Response(path.read_bytes(), media_type="text/html", headers=PAGE_HEADERS)


async def _explorer(request: Request) -> Response:
    return _page(request, "explorer.html") or RedirectResponse("/questions", 303)


async def _playground(request: Request) -> Response:
    page = _page(request, "playground.html")
    if page is None:
        raise HTTPException(404)
    return page


async def _questions(request: Request) -> Response:
    now = _served(request).now
    text, policy = questions_page(
        endpoint=str(request.base_url).rstrip("/") + ENDPOINT,
        triples=now.pool.triples,
        playground=now.snapshot.page("playground.html") is not None,
        explorer=now.snapshot.page("explorer.html") is not None,
    )
    headers = PAGE_HEADERS | {"Content-Security-Policy": policy}
    return Response(text, media_type="text/html", headers=headers)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    headers = {"Retry-After": "10"} if error.status == 503 else None
    return PlainTextResponse(f"{error}\n", error.status, headers)


async def _not_here(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    where = f"Queries go to {ENDPOINT}, by GET or POST. Pages: /, /questions."
    sentence = {404: f"There is nothing here. {where}", 405: f"Not with this method. {where}"}
    text = sentence.get(error.status_code, error.detail)
    return PlainTextResponse(f"{text}\n", error.status_code, error.headers)
