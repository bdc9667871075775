"""How the command line ends: one line for an error, the exit code that tells which, no traceback.

0 all done, 1 bad input or a place that cannot be written, 2 wrong usage, 130 interrupted,
141 nobody reads the output any more, 143 told to stop.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import Any

import typer
from typer.core import TyperGroup

from kg.errors import OxykgError
from kg.tables import plain_text

BAD_INPUT, INTERRUPTED, PIPE_CLOSED, STOPPED = 1, 130, 141, 143
#: Signals to interrupt that came, whether or not the exception arrived.
_interrupts: list[int] = []
_DEBUG = "--debug"
_ADVICE = {
    FileNotFoundError: "check the name",
    IsADirectoryError: "name a file in it",
    PermissionError: "choose another place, or ask for the right",
    OSError: "make room or choose another place",
}


class Commands(TyperGroup):
    """The group of all commands: ``--debug`` may stand anywhere, and errors become one line."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take ``--debug`` from wherever it stands before a ``--``."""
        end = args.index("--") if "--" in args else len(args)
        head = [arg for arg in args[:end] if arg != _DEBUG]
        ctx.obj = {"debug": len(head) < end}
        return super().parse_args(ctx, head + args[end:])

    def invoke(self, ctx: Any) -> Any:
        """Run the command; tell what went wrong in one line and end with the code for it."""
        try:
            return super().invoke(ctx)
        except (Exception, KeyboardInterrupt) as error:
            _stop_workers()
            if _interrupts and not ctx.obj["debug"]:  # whatever an import made of it
                raise typer.Exit(_tell(KeyboardInterrupt())) from None
            if ctx.obj["debug"] or hasattr(error, "exit_code") or isinstance(error, typer.Abort):
                raise
            raise typer.Exit(_tell(error)) from None


def _stop_workers() -> None:
    """End the worker processes; else spaCy waits for them to finish work that nobody takes."""
    process = sys.modules.get("multiprocessing.process")
    workers = getattr(process, "active_children", None)  # not there while it is being imported
    if workers:
        import warnings

        warnings.simplefilter("ignore")  # spaCy warns of workers that were stopped
        for worker in workers():
            worker.kill()


def _tell(error: BaseException) -> int:
    if isinstance(error, BrokenPipeError):
        _drop_output()
        return PIPE_CLOSED
    if isinstance(error, KeyboardInterrupt):
        say("Interrupted; nothing half-written is left.")
        return INTERRUPTED
    say(f"Error: {_in_words(error)}")
    return BAD_INPUT


def _in_words(error: BaseException) -> str:
    if isinstance(error, OxykgError):
        return str(error)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        advice = _ADVICE.get(type(error), _ADVICE[OSError])
        return f"{where}{(error.strerror or str(error)).lower()}; {advice}"
    if isinstance(error, MemoryError):
        return "not enough memory; give fewer files at once"
    kind = type(error).__name__
    return f"this is a fault of oxykg ({kind}: {error}); run again with {_DEBUG} and report it"


def say(message: str) -> None:
    """One line on stderr, whatever the message holds."""
    typer.echo(plain_text(message), err=True)


def _drop_output() -> None:
    """Keep the interpreter from complaining about the closed pipe when it exits."""
    with suppress(OSError, ValueError):  # a stream without a file behind it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell_unraisable(lost: sys.UnraisableHookArgs) -> None:
    if lost.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(lost)


def heed_interrupt() -> None:
    """Raise an interrupt that came where it was dropped: while a library was being imported."""
    if _interrupts:
        raise KeyboardInterrupt


def catch_signals() -> None:
    """Make Ctrl-C and a request to stop leave nothing behind, and keep worker processes quiet."""
    parent = os.getpid()

    def interrupt(number: int, frame: FrameType | None) -> None:
        if os.getpid() != parent:
            os._exit(INTERRUPTED)
        _interrupts.append(number)
        _stop_workers()
        raise KeyboardInterrupt

    def stop(number: int, frame: FrameType | None) -> None:
        if os.getpid() != parent:
            os._exit(STOPPED)
        _stop_workers()
        sys.exit(STOPPED)

    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, interrupt)
        sys.unraisablehook = _tell_unraisable
    signal.signal(signal.SIGTERM, stop)


def use_utf8() -> None:
    """Write UTF-8 to files and pipes, and to a terminal what it can show."""
    for stream in (sys.stdout, sys.stderr):
        encoding = None if stream.isatty() else "utf-8"
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
