"""A process that answers queries on one snapshot, one after the other, until it is killed.

Frames go in on stdin and out on stdout: four bytes of length, then JSON; an answer's body follows
its frame. It ends when stdin does, even in the middle of a query, so it never outlives its parent.
"""

from __future__ import annotations

import ctypes
import json
import os
import queue
import struct
import sys
import threading
from contextlib import suppress
from typing import Any, BinaryIO

LENGTH = struct.Struct("!I")
#: Memory of its own that one worker may take (bytes); where the system can limit it.
MAX_MEMORY = 4 << 30
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame; ``None`` at the end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    return stream.read(length)


def frame(fields: dict[str, Any]) -> bytes:
    """A frame that holds the fields."""
    data = json.dumps(fields).encode()
    return LENGTH.pack(len(data)) + data


def main(folder: str) -> None:
    """Open the store and answer what comes on stdin."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else prints must not disturb the frames
    _leave_network()
    _limit_memory()
    from pyoxigraph import Store

    store = Store.read_only(folder)
    frames: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_feed, args=(frames,), daemon=True).start()
    out.write(frame({"triples": len(store)}))
    out.flush()
    while True:
        fields, body = _reply(store, json.loads(frames.get()))
        out.write(frame(fields | {"length": len(body)}))
        out.write(body)
        out.flush()


def _feed(frames: queue.SimpleQueue[bytes]) -> None:
    with open(0, "rb", closefd=False) as stream:
        while (data := read_frame(stream)) is not None:
            frames.put(data)
    os._exit(0)


def _reply(store: Any, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    if request["task"] == "figures":
        from kg.serve.description import figures

        return {}, json.dumps(figures(store)).encode()
    from kg.serve.answers import answer
    from kg.serve.protocol import Asked

    asked = Asked(
        query=request["query"],
        default_graphs=tuple(request["default_graphs"]),
        named_graphs=tuple(request["named_graphs"]),
    )
    said = answer(store, asked, request["accept"], request["max_rows"])
    return {"status": said.status, "type": said.type}, said.body


def _leave_network() -> None:
    """Go where there is no network, if the system lets us (Linux); else only the guard refuses."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NET)


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (MAX_MEMORY, hard))


if __name__ == "__main__":
    main(sys.argv[1])
