"""The build that is served: a copy of its own, so that a later build or a deletion cannot hurt it.

Database files that never change are linked, not copied. A folder whose store is being written, or
has just changed, is left alone until it is at rest. A copy is locked for as long as its server
lives, so that the next one can tell what a killed one left behind.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kg.errors import OxykgError
from kg.store import GRAPH_FILE, STORE_FOLDER, NoGraphError, open_store, write_store

#: Pages of a built folder that are served, if they are there.
PAGES = ("explorer.html", "playground.html")
#: Files of a database that are written once.
_FIXED = ".sst"
_PREFIX = "oxykg-serve-"
#: The locked file in each copy.
_LOCK = "served.lock"
_Identity = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A copy of one build: ``folder`` with ``store`` and the pages that there were.

    ``lock`` is its locked file, where the system has such locks.
    """

    folder: Path
    identity: _Identity
    lock: IO[bytes] | None = None

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
        if self.lock:
            self.lock.close()


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
    found = Snapshot(folder=copy, identity=before, lock=_locked(copy))
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
        found.remove()
        raise NoGraphError(folder) from error
    except BaseException:
        found.remove()
        raise
    return found


def _locked(copy: Path) -> IO[bytes] | None:
    """The copy's locked file, which gets its name once it is locked; ``None`` without locks."""
    try:
        import fcntl
    except ImportError:
        return None
    lock = (copy / f"{_LOCK}.new").open("xb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        (copy / f"{_LOCK}.new").rename(copy / _LOCK)
    except OSError:  # a file system without locks: then nobody may take it for left behind
        lock.close()
        return None
    return lock


def remove_left_behind() -> int:
    """Delete copies whose server was killed; how many there were.

    A copy is left alone if its file is locked, if it has none, or if it is another user's.
    """
    removed = 0
    for copy in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(ImportError, OSError):
            import fcntl

            seen = copy.lstat()
            if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.getuid():
                continue
            lock = os.open(copy / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(copy)
                removed += 1
            finally:
                os.close(lock)
    return removed


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
