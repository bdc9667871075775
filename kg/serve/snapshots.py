"""The build that is served: a copy of its own, so that a later build or a deletion cannot hurt it.

Database files that never change are linked, not copied. A folder whose store is being written, or
has just changed, is left alone until it is at rest.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kg.errors import OxykgError
from kg.store import GRAPH_FILE, STORE_FOLDER, NoGraphError, open_store, write_store

#: Pages of a built folder that are served, if they are there.
PAGES = ("explorer.html", "playground.html")
#: Files of a database that are written once.
_FIXED = ".sst"
_PREFIX = "oxykg-serve-"
_Identity = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A copy of one build: ``folder`` with ``store`` and the pages that there were."""

    folder: Path
    identity: _Identity

    @property
    def store(self) -> Path:
        """The folder of its database."""
        return self.folder / STORE_FOLDER

    def page(self, name: str) -> Path | None:
        """A page of the build."""
        path = self.folder / name
        return path if path.is_file() else None

    def remove(self) -> None:
        """Delete the copy."""
        shutil.rmtree(self.folder, ignore_errors=True)


def identity(folder: Path) -> _Identity:
    """What tells one build in the folder from another; empty where there is none."""
    store = folder / STORE_FOLDER
    inside = [*sorted(store.glob("MANIFEST-*")), store / "CURRENT"]
    found = []
    for path in [*inside, folder / GRAPH_FILE, *(folder / name for name in PAGES)]:
        with suppress(OSError):
            seen = path.stat()
            found.append((path.name, seen.st_ino, seen.st_mtime_ns, seen.st_size))
    return tuple(found)


def take_snapshot(folder: Path) -> Snapshot:
    """Copy the build that stands in the folder; raises OxykgError where none stands still."""
    before = identity(folder)
    copy = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        if (folder / STORE_FOLDER / "CURRENT").is_file():
            if being_written(folder / STORE_FOLDER):
                raise OxykgError(f"{folder}: is being written at this moment; try again")
            _copy_store(folder / STORE_FOLDER, copy / STORE_FOLDER)
        else:
            write_store(open_store(folder), copy / STORE_FOLDER)
        for name in PAGES:
            with suppress(FileNotFoundError):
                shutil.copyfile(folder / name, copy / name)
        if identity(folder) != before:
            raise OxykgError(f"{folder}: changed while it was opened; try again")
    except FileNotFoundError as error:
        shutil.rmtree(copy, ignore_errors=True)
        raise NoGraphError(folder) from error
    except BaseException:
        shutil.rmtree(copy, ignore_errors=True)
        raise
    return Snapshot(folder=copy, identity=before)


def _copy_store(source: Path, target: Path) -> None:
    target.mkdir()
    for path in source.iterdir():
        if path.suffix == _FIXED:
            _link(path, target / path.name)
        elif path.name != "LOCK":
            shutil.copyfile(path, target / path.name)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)


def being_written(store: Path) -> bool:
    """Whether some process has the database open for writing, as far as this system can tell."""
    try:
        import fcntl

        with (store / "LOCK").open("r+b") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.lockf(lock, fcntl.LOCK_UN)
    except BlockingIOError:
        return True
    except (ImportError, OSError):
        return False
    return False
