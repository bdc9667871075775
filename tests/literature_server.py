"""A server on this machine that speaks as the three services do, with all their moods."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

#: Things that go wrong with an answer, each once: before it, or instead of its body.
MOODS = ("429", "500", "cut", "truncated", "reset")


class Literature:
    """Holds ``count`` records; ``moods`` are the faults of the next answers, in order."""

    def __init__(self, count: int, moods: tuple[str, ...] = ()) -> None:
        self.count, self.moods = count, list(moods)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.url = ""

    def answer(self, path: str, fields: dict[str, str]) -> bytes:
        """What the service named in the path says."""
        self.asked.append((path, fields))
        name = path.rsplit("/", 1)[-1]
        found: dict[str, Any] = getattr(self, f"_{name.partition('.')[0]}")(fields)
        return found if isinstance(found, bytes) else json.dumps(found).encode()

    def _esearch(self, fields: dict[str, str]) -> dict[str, Any]:
        if "[" in fields["term"]:
            return {"esearchresult": {"ERROR": "unknown field [x]"}}
        numbers = range(1, self.count + 1)
        if "mindate" in fields:  # record n was entered on the n-th day since 1900
            first, last = (_days(fields[name]) for name in ("mindate", "maxdate"))
            numbers = range(max(first, 1), min(last, self.count) + 1)
        ids = [str(n) for n in numbers][: int(fields["retmax"])]
        return {"esearchresult": {"count": str(len(numbers)), "idlist": ids}}

    def _efetch(self, fields: dict[str, str]) -> bytes:
        body = "".join(
            f"<PubmedArticle><MedlineCitation><PMID>{n}</PMID><Article><ArticleTitle>Work {n}"
            f"</ArticleTitle><Abstract><AbstractText>Text {n}.</AbstractText></Abstract></Article>"
            "</MedlineCitation></PubmedArticle>\n"
            for n in fields["id"].split(",")
        )
        head = '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet>\n<PubmedArticleSet>\n'
        return f"{head}{body}</PubmedArticleSet>".encode()

    def _search(self, fields: dict[str, str]) -> dict[str, Any]:
        start = 0 if fields["cursorMark"] == "*" else int(fields["cursorMark"])
        end = min(start + int(fields["pageSize"]), self.count)
        result = [
            {"id": str(n), "source": "MED", "pmid": str(n), "title": f"Work {n}",
             "abstractText": f"Text {n}."}
            for n in range(start + 1, end + 1)
        ]  # fmt: skip
        return {
            "hitCount": self.count,
            "nextCursorMark": str(end),
            "resultList": {"result": result},
        }

    def _works(self, fields: dict[str, str]) -> dict[str, Any]:
        start = 0 if fields["cursor"] == "*" else int(fields["cursor"])
        end = min(start + int(fields["per-page"]), self.count)
        results = [
            {"id": f"https://openalex.org/W{n}", "title": f"Work {n}",
             "abstract_inverted_index": {"Text": [0], f"{n}.": [1]}}
            for n in range(start + 1, end + 1)
        ]  # fmt: skip
        meta = {"count": self.count, "next_cursor": str(end) if end < self.count else None}
        return {"meta": meta, "results": results}


def _days(day: str) -> int:
    from datetime import date

    return (date(*map(int, day.split("/"))) - date(1900, 1, 1)).days


class _Handler(BaseHTTPRequestHandler):
    literature: Literature

    def do_GET(self) -> None:
        split = urlsplit(self.path)
        self._answer(split.path, split.query)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self._answer(urlsplit(self.path).path, self.rfile.read(length).decode())

    def _answer(self, path: str, query: str) -> None:
        mood = self.literature.moods.pop(0) if self.literature.moods else ""
        fields = {name: values[0] for name, values in parse_qs(query).items()}
        if mood in {"429", "500", "400"}:
            self.send_response(int(mood))
            if mood == "429":
                self.send_header("Retry-After", "0")
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"busy")
            return
        if mood == "reset":
            self.connection.close()
            return
        body = self.literature.answer(path, fields)
        sent = body[: len(body) // 2] if mood in {"cut", "truncated"} else body
        self.send_response(200)
        self.send_header("Content-Length", str(len(sent if mood == "truncated" else body)))
        self.end_headers()
        self.wfile.write(sent)
        if mood == "cut":
            self.connection.close()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args: object) -> None:
        """Say nothing of connections that were cut on purpose."""


@contextmanager
def serving(literature: Literature) -> Iterator[Literature]:
    """The literature under ``literature.url`` while the block runs."""
    handler = type("Handler", (_Handler,), {"literature": literature})
    with _Server(("127.0.0.1", 0), handler) as server:
        literature.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield literature
        finally:
            server.shutdown()
            thread.join()
