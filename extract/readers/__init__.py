"""Files to documents. A new format is a module here, a line in `READERS`, its start in `formats`.

The format is told by what a file holds, and only in doubt by its name. Files may be compressed by
gzip and in any encoding.

What cannot be read is handed to ``on_bad``, one error with one line of text for each record or
file, and reading goes on with the next; by default the first such error is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path

from extract.readers.bibtex import read_bibtex
from extract.readers.csv import read_csv
from extract.readers.formats import Format as Format
from extract.readers.formats import format_of
from extract.readers.jats import read_jats
from extract.readers.json import read_json
from extract.readers.nbib import read_nbib
from extract.readers.pubmed import read_pubmed
from extract.readers.record import OnBad, Placed, UnreadableFileError
from extract.readers.ris import read_ris
from extract.readers.streams import HEAD, as_utf8, rewound, unpacked
from extract.readers.wos import read_refer, read_wos
from kg.errors import BadRecordError, OxykgError
from kg.model import Document

#: Reads an open file: (stream, its name for messages, what to do with a bad record).
Reader = Callable[[BufferedReader, str, OnBad], Iterator[Placed]]

#: A format -> the function that reads such files.
READERS: dict[Format, Reader] = {
    Format.PUBMED: read_pubmed,
    Format.JATS: read_jats,
    Format.NBIB: read_nbib,
    Format.RIS: read_ris,
    Format.BIBTEX: read_bibtex,
    Format.WOS: read_wos,
    Format.ENDNOTE: read_refer,
    Format.JSON: read_json,
    Format.CSV: read_csv,
}

#: The name that stands for standard input.
STDIN = "-"
_GZIP = b"\x1f\x8b"


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
        for place, document in read_file(path, on_bad):
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


def read_file(path: Path | str, on_bad: OnBad = raise_bad) -> Iterator[Placed]:
    """Each record of one file with its place in it, duplicates too."""
    try:
        with _opened(path) as stream:
            text, form = recognised(stream, str(path))
            yield from READERS[form](text, str(path), on_bad)
    except UnreadableFileError as error:
        on_bad(error)
    except OSError as error:
        on_bad(UnreadableFileError(str(path), f"cannot be read ({_reason(error)})"))


def format_of_file(path: Path | str) -> Format:
    """The format of a file; raises `UnreadableFileError` for one that cannot be read."""
    try:
        with _opened(path) as stream:
            return recognised(stream, str(path))[1]
    except OSError as error:
        raise UnreadableFileError(str(path), f"cannot be read ({_reason(error)})") from None


def recognised(stream: BufferedReader, name: str) -> tuple[BufferedReader, Format]:
    """The text of an open file as UTF-8, unpacked, and its format; raises if it has none."""
    head = stream.read(HEAD)
    stream = rewound(head, stream)
    if head.startswith(_GZIP):
        stream = unpacked(stream, name)
        head = stream.peek(HEAD)[:HEAD]
        if head.startswith(_GZIP):
            raise UnreadableFileError(name, "compressed twice; unpack it first")
    text = as_utf8(head, stream)
    return text, format_of(text.peek(HEAD)[:HEAD], name)


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


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
