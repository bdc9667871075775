"""Files and folders that are whole or not there: written in a temporary place, then moved in."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from kg.errors import OxykgError

#: Unfinished output is called so; a run that was killed may leave one, which can be deleted.
PART_PREFIX = ".oxykg-part-"


class UnwritableError(OxykgError):
    """A place that cannot be written to: which one, and what to do."""

    def __init__(self, path: Path | str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = Path(path), problem


@contextmanager
def atomic_file(path: Path | str) -> Iterator[BinaryIO]:
    """A binary file that appears at ``path`` when the block ends well, and not at all otherwise.

    What stood there stays until then. A device or pipe (``/dev/stdout``) is written to directly.
    Raises `UnwritableError` at the start of the block, not at its end, where that can be told.
    """
    target = _real_target(Path(path))
    if target.exists() and not target.is_file():
        with target.open("wb") as stream:
            yield stream
        return
    part = target.parent / f"{PART_PREFIX}{secrets.token_hex(6)}"
    try:
        with _open_new(part, path) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def write_text(path: Path | str, text: str) -> None:
    """Write a whole text file at once, in UTF-8, line ends as given."""
    write_pieces(path, (text,))


def write_pieces(path: Path | str, pieces: Iterable[str]) -> None:
    """Write a text in pieces as `write_text` writes a whole one, without putting them together."""
    with atomic_file(path) as stream:
        stream.writelines(piece.encode("utf-8") for piece in pieces)


@contextmanager
def atomic_folder(path: Path | str) -> Iterator[Path]:
    """An empty folder to fill; when the block ends well its contents stand in ``path``.

    A new ``path`` appears as a whole. In one that exists, each file or folder of the same name
    is replaced, and everything else in it is left alone. If the block fails, nothing changes.
    """
    target = _real_target(Path(path), folder=True)
    # Within a folder that exists: it may be a mount, or its parent not ours to write in.
    part = (target if target.exists() else target.parent) / f"{PART_PREFIX}{secrets.token_hex(6)}"
    try:
        _make_new(part, path)
        yield part
        if target.exists():
            _move_into(part, target)
        else:
            part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _real_target(path: Path, *, folder: bool = False) -> Path:
    """Where a link leads, so that the link stays; refuses a folder for a file and the reverse."""
    target = Path(os.path.realpath(path))
    if not folder and target.is_dir():
        raise UnwritableError(path, "this is a folder; name a file in it")
    if folder and target.exists() and not target.is_dir():
        raise UnwritableError(path, "this is a file; name a folder")
    return target


def _open_new(part: Path, wanted: Path | str) -> BinaryIO:
    try:
        return part.open("xb")
    except OSError as error:
        raise _unwritable(wanted, error) from error


def _make_new(part: Path, wanted: Path | str) -> None:
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir()
    except OSError as error:
        raise _unwritable(wanted, error) from error


def _unwritable(wanted: Path | str, error: OSError) -> UnwritableError:
    if isinstance(error, FileNotFoundError):
        return UnwritableError(wanted, "its folder does not exist; make it first")
    problem = (error.strerror or str(error)).lower()
    return UnwritableError(wanted, f"cannot be written ({problem}); choose another place")


def _move_into(source: Path, target: Path) -> None:
    """Replace entry by entry: old ones step aside into ``source``, which is deleted afterwards."""
    aside = source / f"{PART_PREFIX}old"
    entries = sorted(source.iterdir())
    aside.mkdir()
    for entry in entries:
        place = target / entry.name
        old = aside / entry.name
        if place.is_symlink() or place.exists():
            place.rename(old)
        try:
            entry.rename(place)
        except BaseException:
            with suppress(FileNotFoundError):
                old.rename(place)
            raise
