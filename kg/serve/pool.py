"""Worker processes, each with one query at a time, killed when a query takes too long.

A query that has run for a second and then used another second of a processor goes on with what the
others leave, so that their quick ones stay quick; its worker is replaced afterwards.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import Any

from kg.errors import OxykgError
from kg.serve.errors import RefusedError
from kg.serve.worker import LENGTH, frame

#: Seconds that a query may run, and use a processor after that, before it stands back for others.
PATIENCE = 1.0
#: Seconds that a worker may take to open its store.
_START = 60.0
#: The priority that it then has ("nice": a small share of a busy core, all of an idle one).
LOW = 19
#: Queries after which a worker is replaced, so that nothing can pile up in it.
_ENOUGH = 5000
#: Bytes that are taken from a worker at once.
_BUFFER = 4 << 20


def default_workers() -> int:
    """Enough that a few long queries leave room for quick ones."""
    return max(4, 2 * (os.cpu_count() or 1))


class Worker:
    """One process with its store."""

    def __init__(self, process: Process) -> None:
        self.process, self.usable, self.triples = process, True, 0
        self._slow, self._asked = False, 0

    @classmethod
    async def start(cls, store: Path) -> Worker:
        """A worker that has opened the store; raises OxykgError if it cannot."""
        worker = cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "kg.serve.worker",
                str(store),
                stdin=PIPE,
                stdout=PIPE,
                limit=_BUFFER,
                # Ctrl-C is for the server, which ends them. A session of its own would do too, but
                # Linux shares a processor by sessions first: priorities count within one only.
                process_group=0,
            )
        )
        try:
            async with asyncio.timeout(_START):
                worker.triples = int((await worker._frame())["triples"])
        except (TimeoutError, EOFError, OSError) as error:
            await worker.kill()
            raise OxykgError(f"{store}: cannot be opened by a worker process") from error
        return worker

    async def _frame(self) -> dict[str, Any]:
        stream = self.process.stdout
        assert stream is not None
        (length,) = LENGTH.unpack(await stream.readexactly(LENGTH.size))
        fields: dict[str, Any] = json.loads(await stream.readexactly(length))
        return fields

    async def ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """The fields and the body of the reply; unusable until that has come."""
        sink, stream = self.process.stdin, self.process.stdout
        assert sink is not None
        assert stream is not None
        self.usable = False
        watching = asyncio.ensure_future(self._watch())
        try:
            sink.write(frame(request))
            await sink.drain()
            fields = await self._frame()
            body = await stream.readexactly(fields["length"])
        finally:
            watching.cancel()
        self._asked += 1
        self.usable = not self._slow and self._asked < _ENOUGH
        return fields, body

    async def _watch(self) -> None:
        """Let the query stand back once it has used up its share; waiting for a turn is no use."""
        await asyncio.sleep(PATIENCE)
        end = processor_time(self.process.pid) + PATIENCE
        while (left := end - processor_time(self.process.pid)) > 0:
            await asyncio.sleep(max(left, 0.1))
        self._slow = True
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, LOW)

    async def kill(self) -> None:
        """End the process at once."""
        self.usable = False
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


def processor_time(pid: int) -> float:
    """Seconds of processor time that a process has used; by the clock where the system is silent.

    The fields ``utime`` and ``stime`` of Linux's proc(5).
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="latin-1").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return time.monotonic()


class Pool:
    """So many workers on one store, and a line of requests before them."""

    def __init__(self, store: Path, size: int, timeout: float) -> None:
        self.triples = 0
        self._store, self._size, self._timeout = store, size, timeout
        self._idle: asyncio.LifoQueue[Worker] = asyncio.LifoQueue()
        self._all: set[Worker] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def start(self) -> None:
        """Start all workers; raises OxykgError if the store cannot be opened."""
        await self._add()
        await asyncio.gather(*(self._add() for _ in range(self._size - 1)))

    async def _add(self) -> None:
        worker = await Worker.start(self._store)
        if self._closed:
            await worker.kill()
            return
        self.triples = worker.triples
        self._all.add(worker)
        self._idle.put_nowait(worker)

    async def ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """A worker's reply.

        Raises `RefusedError` (503) where the wait or the query takes longer than the time limit,
        or where the worker dies.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + self._timeout
        try:
            async with asyncio.timeout_at(end):
                worker = await self._idle.get()
        except TimeoutError:
            raise RefusedError(503, "All workers are busy with long queries. Try later.") from None
        try:
            async with asyncio.timeout_at(loop.time() + self._timeout):
                return await worker.ask(request)
        except TimeoutError:
            problem = f"No answer within {self._timeout:g} s, so the query was stopped. "
            raise RefusedError(503, f"{problem}Ask for less, or raise --timeout.") from None
        except (EOFError, OSError):
            if self._closed:
                raise RefusedError(503, "The server is being stopped.") from None
            problem = "The query ended its worker process, most likely by taking too much memory. "
            raise RefusedError(503, f"{problem}Ask for less.") from None
        finally:
            self._give_back(worker)

    def _give_back(self, worker: Worker) -> None:
        if worker.usable and not self._closed:
            self._idle.put_nowait(worker)
        else:
            self._later(self._replace(worker))

    async def _replace(self, worker: Worker) -> None:
        await worker.kill()
        self._all.discard(worker)
        while not self._closed:
            with suppress(OxykgError):
                await self._add()
                return
            await asyncio.sleep(1)  # too little memory, perhaps; it may get better

    def _later(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def retire(self) -> None:
        """Take no new request, let the running ones end, then end the workers."""
        while len(self._all) > self._idle.qsize():
            await asyncio.sleep(0.2)
        await self.close()

    async def close(self) -> None:
        """End all workers now."""
        self._closed = True
        await asyncio.gather(*(worker.kill() for worker in self._all), *self._tasks)
        self._all.clear()
