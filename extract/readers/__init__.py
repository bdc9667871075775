"""Files to documents. A new source format is one module here and one line in `READERS`.

What cannot be read is handed to ``on_bad``, one error with one line of text for each record or
file, and reading goes on with the next; by default the first such error is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path

from extract.readers.jsonl import read_jsonl
from extract.readers.record import OnBad, Placed, UnreadableFileError
from kg.errors import BadRecordError, OxykgError
from kg.model import Document

#: Reads an open file: (stream, its name for messages, what to do with a bad record).
Reader = Callable[[BufferedReader, str, OnBad], Iterator[Placed]]

#: A file name's suffix -> the function that reads such files.
READERS: dict[str, Reader] = {".json": read_jsonl, ".jsonl": read_jsonl, ".ndjson": read_jsonl}

#: The name that stands for standard input.
STDIN = "-"


def raise_bad(error: OxykgError) -> None:
    """Stop at the first record that cannot be read."""
    raise error


def read_documents(*paths: Path | str, on_bad: OnBad = raise_bad) -> Iterator[Document]:
    """The documents of the files in their order, each key and each identifier once.

    A later record with a key, DOI or PMID that was read before is handed to ``on_bad`` and left
    out. Files are streamed: memory does not grow with their size (save one key a record).
    """
    seen: dict[str, str] = {}
    for path in paths:
        for place, document in _read_file(path, on_bad):
            here = f"{path}, {place}"
            names = dict.fromkeys((document.key, document.id.casefold()))
            for name in names:
                if name in seen:
                    problem = f"{name!r} was already read ({seen[name]}); kept that, left this out"
                    on_bad(BadRecordError(str(path), place, problem))
                    break
            else:
                seen.update(dict.fromkeys(names, here))
                yield document


def _read_file(path: Path | str, on_bad: OnBad) -> Iterator[Placed]:
    try:
        with _opened(path) as stream:
            yield from _reader(path)(stream, str(path), on_bad)
    except UnreadableFileError as error:
        on_bad(error)
    except OSError as error:
        on_bad(UnreadableFileError(str(path), f"cannot be read ({_reason(error)})"))


def _opened(path: Path | str) -> BufferedReader:
    if str(path) == STDIN:
        return open(0, "rb", closefd=False)
    if "\0" in str(path):
        raise UnreadableFileError(str(path), "no such file; check the name")
    if Path(path).is_dir():
        raise UnreadableFileError(str(path), "this is a folder; name the files in it")
    if not Path(path).exists():
        raise UnreadableFileError(str(path), "no such file; check the name")
    return Path(path).open("rb")


def _reader(path: Path | str) -> Reader:
    return READERS.get(Path(path).suffix.lower(), read_jsonl)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
