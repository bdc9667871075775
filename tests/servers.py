"""Two independent SPARQL servers for tests, started on loopback: Oxigraph's and Virtuoso."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from debian import provided

from kg.remote.client import Login
from kg.remote.servers import Server

#: Debian's package of Virtuoso.
PACKAGE = "virtuoso-opensource-7"
_START = 60.0
_INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
MaxCheckpointRemap = 2000
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = 1000000
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server with its doors, and who may write there."""

    server: Server
    login: Login | None = None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def oxigraph_binary() -> str | None:
    beside = Path(sys.executable).parent / "oxigraph"
    return str(beside) if beside.exists() else shutil.which("oxigraph")


def virtuoso_binary() -> str | None:
    """The server; installs Debian's where that is possible."""
    return provided(lambda: shutil.which("virtuoso-t"), "--no-install-recommends", PACKAGE)


@contextmanager
def oxigraph(folder: Path, *, command: str = "serve") -> Iterator[Running]:
    """Oxigraph's own server on a store in the folder; ``command`` may be serve-read-only."""
    port = free_port()
    binary = oxigraph_binary()
    assert binary
    args = [binary, command, "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    base = f"http://127.0.0.1:{port}"
    with _process(args, folder, port):
        yield Running(server=Server(query=f"{base}/query", store=f"{base}/store"))


@contextmanager
def virtuoso(folder: Path) -> Iterator[Running]:
    """Virtuoso with an empty database in the folder, and its well-known first password."""
    port = free_port()
    (folder / "virtuoso.ini").write_text(_INI.format(http=port, sql=free_port()))
    binary = virtuoso_binary()
    assert binary
    base = f"http://127.0.0.1:{port}"
    with _process([binary, "+foreground", "+configfile", "virtuoso.ini"], folder, port):
        yield Running(
            server=Server(query=f"{base}/sparql", store=f"{base}/sparql-graph-crud-auth"),
            login=Login(user="dba", password="dba"),
        )


@contextmanager
def _process(args: Sequence[str], folder: Path, port: int) -> Iterator[None]:
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(args, cwd=folder, **quiet)
    try:
        _wait(process, port)
        yield
    finally:
        process.kill()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + _START
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended at once"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server did not start")
