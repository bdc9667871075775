"""How texts are read: ``explain`` shows it step by step, ``worklist`` what no construct names."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.common import STDOUT, Format, Tally, print_table, progress, put
from kg.errors import OxykgError, UnknownNameError
from kg.tables import Table

if TYPE_CHECKING:
    from kg.model import Document

#: A text from standard input is at most this long (characters).
_LONGEST = 100_000


def explain(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="Documents to look in; - reads plain text from stdin."
        ),
    ] = None,
    key: Annotated[
        str | None, typer.Option("--doc", "-d", metavar="KEY", help="Key or id of the document.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page instead.")
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", metavar="NAME", help="Another spaCy pipeline.")
    ] = None,
) -> None:
    """Show sentence by sentence what was read in a document, what decided, and what was left out.

    Without FILE the document is one of the bundled studies. Weights behind 'because' add up, with
    many smaller ones, to the probability of a claim; 'sign' prints the arithmetic of the direction.
    """
    from extract.explain import as_html, as_text, explain_document
    from extract.pipeline import load_pipeline
    from kg.files import write_text

    document = _document(file, key)
    sentences = list(explain_document(load_pipeline(model), document))
    if html is None:
        put(f"{as_text(sentences)}\n" if sentences else "No sentence to read.\n")
    else:
        write_text(html, as_html(document, sentences))


def _document(file: Path | None, key: str | None) -> Document:
    if file == STDOUT and key is None:
        return _typed(sys.stdin.read(_LONGEST + 1))
    if file is None:
        from kg.corpus import load_corpus

        if key is None:
            raise typer.BadParameter("name a bundled study, or give FILE", param_hint="--doc")
        return _chosen((record.document() for record in load_corpus()), key)
    from extract.readers import read_documents

    return _chosen(read_documents(file), key)


def _typed(text: str) -> Document:
    from kg.model import Document

    if not text.strip():
        raise OxykgError("stdin is empty; give the text of an abstract.")
    if len(text) > _LONGEST:
        raise OxykgError(f"stdin holds more than {_LONGEST} characters; give one abstract.")
    return Document(id="key:stdin", key="stdin", title="Text from stdin", abstract=text.strip())


def _chosen(documents: Iterable[Document], key: str | None) -> Document:
    known = []
    for document in documents:
        if key is None or key in (document.key, document.id):
            return document
        known.append(document.key)
    if key is None:
        raise OxykgError("The file holds no document.")
    raise UnknownNameError("document", key, known[:12])


def worklist(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Search results; - is stdin. [bundled studies]"),
    ] = None,
    top: Annotated[int, typer.Option("--top", metavar="N", min=1, help="Rows to show.")] = 50,
    style: Annotated[Format | None, typer.Option("--format", "-f", help="How to print.")] = None,
) -> None:
    """List what texts relate to something but no construct names, the most frequent first.

    Each phrase is a candidate for a synonym or a construct (see CONTRIBUTING). Without FILE the
    bundled studies are searched.
    """
    from extract.pipeline import load_pipeline
    from extract.ungrounded import work_list

    tally = Tally("record")
    documents = progress(_all_documents(files, tally), "abstracts")
    found = work_list(load_pipeline(), documents)[:top]
    rows = [(one.phrase, one.documents, one.sentences, one.example) for one in found]
    print_table(Table.of(("phrase", "documents", "sentences", "example"), rows), style)
    tally.close()


def _all_documents(files: list[Path] | None, tally: Tally) -> Iterable[Document]:
    if files is None:
        from kg.corpus import load_corpus

        return [record.document() for record in load_corpus()]
    from extract.readers import read_documents

    return tally.count(read_documents(*files, on_bad=tally.refuse))
