"""Servers on loopback for the benchmarks: ours, and Oxigraph's own on the same store."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from kg.store import STORE_FOLDER

#: Ours, by its command line.
OURS = [sys.executable, "-c", "from kg.cli import main; main()", "serve"]
#: Seconds that a server or an answer may take.
PATIENCE = 120.0
_JSON = "application/sparql-results+json"
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A server that runs: its name, its port, the path that takes queries, its process."""

    name: str
    port: int
    path: str
    pid: int


@contextmanager
def our_server(folder: Path, *options: str) -> Iterator[Place]:
    """``oxykg serve`` on a built folder."""
    with _process([*OURS, str(folder), "--port", "0", *options]) as process:
        assert process.stdout is not None
        found = re.search(r":(\d+)/", process.stdout.readline())
        assert found, "the server did not start"
        yield Place(name="ours", port=int(found[1]), path="/sparql", pid=process.pid)


@contextmanager
def bare_server(folder: Path) -> Iterator[Place | None]:
    """``oxigraph serve-read-only`` on the store of a built folder; ``None`` without Oxigraph."""
    beside = Path(sys.executable).parent / "oxigraph"
    binary = str(beside) if beside.exists() else shutil.which("oxigraph")
    if binary is None:
        yield None
        return
    port = _free_port()
    location, bind = str(folder / STORE_FOLDER), f"127.0.0.1:{port}"
    args = [binary, "serve-read-only", "--location", location, "--bind", bind]
    with _process(args) as process:
        _wait(port)
        yield Place(name="bare", port=port, path="/query", pid=process.pid)


@contextmanager
def _process(args: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=quiet, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def _wait(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise TimeoutError(port)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def connect(place: Place) -> http.client.HTTPConnection:
    """A connection to the server, made by its first request."""
    return http.client.HTTPConnection("127.0.0.1", place.port, timeout=PATIENCE)


def send(connection: http.client.HTTPConnection, place: Place, sparql: str) -> None:
    """Send a query over all graphs; the answer is still to be read."""
    body = urlencode({"query": sparql, "union-default-graph": ""})
    connection.request("POST", place.path, body, {"Accept": _JSON, "Content-Type": _FORM})


def ask(connection: http.client.HTTPConnection, place: Place, sparql: str) -> bool:
    """Whether a query is answered; reads the answer to its end."""
    try:
        send(connection, place, sparql)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        connection.close()  # the next request connects anew
        return False
    return answer.status == 200


def memory(pid: int) -> float:
    """Resident memory of a process and of those that it started, in MB (Linux; else 0)."""
    total = 0.0
    for each in (pid, *children(pid)):
        with suppress(OSError):
            pages = int(Path(f"/proc/{each}/statm").read_text().split()[1])
            total += pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    return total


def children(pid: int) -> list[int]:
    """The processes that a process started (Linux; else none)."""
    with suppress(OSError):
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in listed.split()]
    return []


def stands_back(pid: int) -> bool:
    """Whether a process that this one started has a lower priority than usual."""
    for child in children(pid):
        with suppress(OSError):
            if os.getpriority(os.PRIO_PROCESS, child) > 10:
                return True
    return False
