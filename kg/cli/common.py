"""What the commands share: where the graph is, how tables come out, bars, and refused records."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, TypeVar

import typer

from kg.cli.run import BAD_INPUT, heed_interrupt, say
from kg.errors import BadRecordError, OxykgError
from kg.files import atomic_file
from kg.tables import FORMATS, Table, format_table

if TYPE_CHECKING:
    from pyoxigraph import Store

T = TypeVar("T")

#: Where `demo` writes, and where the other commands look if the current folder holds no graph.
DEMO = Path("oxykg-demo")
#: Stands for standard output, and for standard input.
STDOUT = STDIN = Path("-")

#: Formats in which an IRI is written by its prefix.
READ_BY_PEOPLE = ("table", "md")

Format = StrEnum("Format", {name: name for name in FORMATS})  # type: ignore[misc]

FormatOption = Annotated[
    Format | None,
    typer.Option("--format", "-f", help="Default: table on a terminal, tsv in a pipe."),
]
FolderArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="DIR",
        show_default=False,
        help=f"Folder of a built graph. Default: this folder, else {DEMO}/.",
    ),
]
OutputOption = Annotated[
    Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write; - is stdout.")
]


def open_graph(folder: Path | None) -> Store:
    """The graph that is meant; raises OxykgError with what to do if there is none."""
    from kg.store import open_store

    return open_store(find_folder(folder))


def find_folder(folder: Path | None) -> Path:
    """The folder of the graph that is meant: of the one named, this one, or the demo's."""
    from kg.store import NoGraphError, holds_graph

    for place in map(_graph_in, (folder,) if folder else (Path(), DEMO)):
        if holds_graph(place):
            return place
    raise NoGraphError(folder or Path())


def _graph_in(folder: Path) -> Path:
    """Where the graph of a folder stands: in a project, in a folder of its own."""
    from kg.project.layout import Project, is_project

    return Project(folder).graph if is_project(folder) else folder


def graph_at_hand(folder: Path | None) -> Store | None:
    """The graph of the folder if one is named, else the one here, if any."""
    from kg.store import NoGraphError

    try:
        return open_graph(folder)
    except NoGraphError:
        if folder:
            raise
        return None


def print_table(table: Table, name: str | None) -> None:
    """The table in the named format; without a name as suits a terminal or a pipe."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    chosen = shown_format(name)
    put(format_table(_short(table) if chosen in READ_BY_PEOPLE else table, chosen, width))


def shown_format(name: str | None) -> str:
    """The named format, else what suits a terminal or a pipe."""
    return name or ("table" if sys.stdout.isatty() else "tsv")


def _short(table: Table) -> Table:
    """The table with our IRIs as prefixed names."""
    from kg.iris import shorten

    rows = ([shorten(c) if isinstance(c, str) else c for c in row] for row in table.rows)
    return Table.of(table.columns, rows)


def put(text: str) -> None:
    """Write text to stdout at once, so that a closed pipe or a full disk shows here."""
    sys.stdout.write(text)
    sys.stdout.flush()


@contextmanager
def output_file(path: Path) -> Iterator[BinaryIO]:
    """The file to write, moved in when complete; ``-`` is stdout."""
    if path == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.flush()
        return
    with atomic_file(path) as stream:
        yield stream


def progress(items: Iterable[T], unit: str, total: int | None = None) -> Iterator[T]:
    """The items, with a bar on stderr if that is a terminal."""
    from tqdm import tqdm

    yield from tqdm(items, unit=f" {unit}", total=total, disable=None, leave=False)


@contextmanager
def collecting(wanted: bool) -> Iterator[None]:
    """Look for cycles of objects meanwhile, or do not: among millions that stay it takes long."""
    import gc

    before = gc.isenabled()
    (gc.enable if wanted else gc.disable)()
    gc.freeze()  # what is there already is not looked at again and again
    try:
        yield
    finally:
        gc.freeze()  # nor is what was made meanwhile, all of it new to the collector
        gc.unfreeze()
        (gc.enable if before else gc.disable)()


class Tally:
    """Counts what was read and tells what was refused, one line on stderr each."""

    def __init__(self, what: str) -> None:
        self.what, self.read, self.refused = what, 0, 0

    def refuse(self, error: OxykgError) -> None:
        """Tell what is wrong with a record and count it."""
        heed_interrupt()
        self.refused += 1
        say(f"Error: {error}")

    def count(self, items: Iterable[T]) -> Iterator[T]:
        """Pass the items on and count them."""
        for item in items:
            heed_interrupt()
            self.read += 1
            yield item

    def need_one(self) -> None:
        """Raise OxykgError if nothing at all was read."""
        if not self.read:
            raise OxykgError(f"no {self.what} could be read, so nothing was written")

    def close(self) -> None:
        """End with exit code 1 if anything was refused, saying how many were not."""
        if self.refused:
            say(f"{self.read} {self.what}s read, {self.refused} refused (named above).")
            raise typer.Exit(BAD_INPUT)


def each_line(paths: Iterable[Path], parse: Callable[[str], T], tally: Tally) -> Iterator[T]:
    """What each line of the files holds; a line that cannot be parsed is told and left out."""
    for path in paths:
        try:
            with open(0, "rb", closefd=False) if path == STDIN else path.open("rb") as stream:
                yield from _parsed(stream, path, parse, tally)
        except OSError as error:
            tally.refuse(OxykgError(f"{path}: {(error.strerror or str(error)).lower()}"))


def _parsed(stream: BinaryIO, path: Path, parse: Callable[[str], T], tally: Tally) -> Iterator[T]:
    empty = True
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        empty = False
        try:
            yield parse(line.decode("utf-8-sig"))
        except (LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
            problem = f"not a line that 'oxykg extract' wrote ({_problem(error)})"
            tally.refuse(BadRecordError(str(path), f"line {number}", problem))
    if empty:
        tally.refuse(OxykgError(f"{path}: empty; it holds no line"))


def _problem(error: Exception) -> str:
    text = f"no field {error}" if isinstance(error, KeyError) else str(error)
    return text if len(text) <= 120 else f"{text[:117]}..."


def sha256(path: Path) -> str:
    """The checksum of a file, in hexadecimal."""
    import hashlib

    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
