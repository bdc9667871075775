"""Where things stand in a project folder, and how a finished build takes the place of the old one.

::

    oxykg.toml        settings            decisions.csv   what a person decided
    curation.tsv      verdicts on claims
    sources/          files as added      graph/          the last complete build
    .oxykg/           cache and unfinished work; may be deleted
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kg.errors import OxykgError
from kg.files import PART_PREFIX, atomic_file

CONFIG, DECISIONS, SOURCES, GRAPH = "oxykg.toml", "decisions.csv", "sources", "graph"
CURATION = "curation.tsv"
#: Beside a fetched file: where it comes from.
FETCHED = ".fetched.json"
_HIDDEN, _NEXT, _CACHE, _LOCK = ".oxykg", "next", "cache.sqlite", "lock"
_EXCHANGE = 2


@dataclass(frozen=True, slots=True)
class Project:
    """A project folder; raises OxykgError where ``folder`` is none."""

    folder: Path

    def __post_init__(self) -> None:
        if not is_project(self.folder):
            problem = f"no project ({CONFIG} is missing); make one with 'oxykg init {self.folder}'"
            raise OxykgError(f"{self.folder}: {problem}")

    @property
    def config(self) -> Path:
        """The file of settings."""
        return self.folder / CONFIG

    @property
    def decisions(self) -> Path:
        """The file of what a person decided."""
        return self.folder / DECISIONS

    @property
    def curation(self) -> Path:
        """The file of what curators said of claims."""
        return self.folder / CURATION

    @property
    def graph(self) -> Path:
        """The folder of the last complete build; not there before the first."""
        recover(self)
        return self.folder / GRAPH

    @property
    def next(self) -> Path:
        """The folder that a build is made in."""
        return self.folder / _HIDDEN / _NEXT

    @property
    def cache(self) -> Path:
        """The database of what was read before."""
        return self.folder / _HIDDEN / _CACHE

    def sources(self) -> list[Path]:
        """The files to read, by name."""
        folder = self.folder / SOURCES
        files = folder.iterdir() if folder.is_dir() else ()
        return sorted(
            (path for path in files if path.is_file() and not _is_other(path.name)),
            key=lambda path: path.name,
        )


def is_project(folder: Path) -> bool:
    """Whether a folder holds a project."""
    return (folder / CONFIG).is_file()


def _is_other(name: str) -> bool:
    return name.startswith((PART_PREFIX, ".")) or name.endswith(FETCHED)


def add_source(project: Project, path: Path) -> Path | None:
    """Copy a file into the project; ``None`` if one of the same content is there already.

    A file of the same name and other content gets a name of its own.
    """
    folder = project.folder / SOURCES
    folder.mkdir(exist_ok=True)
    digest = file_digest(path)
    if any(file_digest(known) == digest for known in project.sources()):
        return None
    target, number = folder / path.name.lstrip("."), 1
    while target.exists():
        number += 1
        target = folder / f"{path.name.split('.', 1)[0]}-{number}{_suffixes(path.name)}"
    for source, place in ((path, target), (_sidecar(path), _sidecar(target))):
        if source.is_file():
            with source.open("rb") as read, atomic_file(place) as write:
                shutil.copyfileobj(read, write)
    return target


def _suffixes(name: str) -> str:
    return name[name.index(".") :] if "." in name else ""


def _sidecar(path: Path) -> Path:
    return path.with_name(path.name + FETCHED)


def file_digest(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def publish(project: Project) -> None:
    """Put the finished build in the place of the old one, in one step where the system has it."""
    graph = project.folder / GRAPH
    (project.next / _complete_mark()).touch()
    if not graph.exists():
        project.next.rename(graph)
    elif not _exchange(project.next, graph):
        old = project.folder / _HIDDEN / "old"
        shutil.rmtree(old, ignore_errors=True)
        graph.rename(old)
        project.next.rename(graph)
    (graph / _complete_mark()).unlink(missing_ok=True)
    discard(project)


def recover(project: Project) -> None:
    """Finish a `publish` that was killed between its steps."""
    graph = project.folder / GRAPH
    if not graph.exists() and (project.next / _complete_mark()).is_file():
        project.next.rename(graph)
    if (graph / _complete_mark()).is_file():
        (graph / _complete_mark()).unlink(missing_ok=True)


def discard(project: Project) -> None:
    """Delete unfinished builds and old ones."""
    for name in (_NEXT, "old"):
        shutil.rmtree(project.folder / _HIDDEN / name, ignore_errors=True)


def _complete_mark() -> str:
    return f"{PART_PREFIX}complete"


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders at once (Linux); ``False`` where that cannot be done."""
    if sys.platform != "linux":
        return False
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
        here = -100
        done: int = renameat2(here, os.fsencode(one), here, os.fsencode(other), _EXCHANGE)
    except (AttributeError, OSError):
        return False
    return done == 0


@contextmanager
def locked(project: Project) -> Iterator[None]:
    """Keep others from building in the folder; the lock goes with the process that holds it."""
    hidden = project.folder / _HIDDEN
    hidden.mkdir(exist_ok=True)
    with (hidden / _LOCK).open("w") as stream:
        _lock(stream.fileno(), project.folder)
        yield


def _lock(descriptor: int, folder: Path) -> None:
    try:
        import fcntl
    except ImportError:  # no such locks there
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise OxykgError(f"{folder}: another oxykg works in this project; wait for it") from None
