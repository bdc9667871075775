"""Who may come in: requests to the names of this computer, from its own pages or none.

A web page elsewhere must not read the graph through the reader's browser: neither by a name of its
own that leads to 127.0.0.1 (DNS rebinding: the Host header gives it away) nor across origins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Names of this computer.
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
#: Headers of every response.
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
_METHODS = "GET, HEAD, POST"


def host_allowed(header: str, port: int | None, hosts: frozenset[str]) -> bool:
    """Whether a Host header names us: a local name with our port, or a name that was allowed."""
    try:
        parts = urlsplit(f"//{header}")
        name, named_port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.path:
        return False
    if name in hosts:
        return True
    return name in LOCAL and (named_port or 80) == (port or 80)


class Door:
    """An application behind the checks of Host and Origin; CORS for the origins that may read."""

    def __init__(
        self, app: ASGIApp, *, hosts: Iterable[str] = (), origins: Iterable[str] = ()
    ) -> None:
        self.app = app
        self._hosts = frozenset(name.lower() for name in hosts)
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        allowed = self._cors(headers)
        response = self._refusal(scope, headers) or _preflight(scope, headers, allowed)
        handler: ASGIApp = response or self.app
        await handler(scope, receive, _with_headers(send, {**_ALWAYS, **allowed}))

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        server = scope.get("server") or ("", None)
        if not host_allowed(headers.get("host", ""), server[1], self._hosts):
            return _sentence(
                "This endpoint is for this computer: the Host must be localhost or 127.0.0.1. "
                "For another name start it with 'oxykg serve --allow-host NAME'."
            )
        if self._foreign(headers):
            return _sentence(
                "Pages of other web sites may not read this endpoint. To let one read it, start "
                "it with 'oxykg serve --cors ORIGIN'."
            )
        return None

    def _foreign(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site") == "cross-site" and (
                headers.get("sec-fetch-mode") != "navigate"
            )
        own = urlsplit(origin).netloc == headers.get("host") and origin.startswith("http")
        return not own and not self._origins & {origin, "*"}

    def _cors(self, headers: Headers) -> dict[str, str]:
        origin = headers.get("origin")
        if origin is None or not self._origins & {origin, "*"}:
            return {}
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}


def _sentence(text: str) -> Response:
    return PlainTextResponse(f"{text}\n", 403)


def _preflight(scope: Scope, headers: Headers, allowed: Mapping[str, str]) -> Response | None:
    if scope["method"] != "OPTIONS" or "access-control-request-method" not in headers:
        return None
    if not allowed:
        return _sentence("No other web site was allowed to ask.")
    granted = {
        "Access-Control-Allow-Methods": _METHODS,
        "Access-Control-Allow-Headers": "Accept, Content-Type",
        "Access-Control-Max-Age": "600",
    }
    if headers.get("access-control-request-private-network") == "true":
        granted["Access-Control-Allow-Private-Network"] = "true"
    return Response(status_code=204, headers=granted)


def _with_headers(send: Send, extra: Mapping[str, str]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in extra.items():
                if name == "Vary":
                    headers.add_vary_header(value)
                else:
                    headers.setdefault(name, value)
        await send(message)

    return sending
