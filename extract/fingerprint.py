"""A name for how texts are read: it changes when the code, a pattern, the model or a term does."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from kg.data import data_dir
from kg.provenance import software_version

#: Parts of the package that do not bear upon what is read in a text.
_ELSEWHERE = frozenset({"readers", "training", "fetch", "__pycache__"})


@cache
def reading_version(model: str | None = None) -> str:
    """Name the version of extraction: of code, patterns, weights, ontology and spaCy."""
    root = Path(str(files("extract")))
    own = [path for path in root.rglob("*") if not _ELSEWHERE & set(path.parts[len(root.parts) :])]
    parts = [*own, *data_dir("ontology").glob("*.ttl")]
    named = (software_version(), version("spacy"), model or "", _model_version(model))
    return _digest(parts, *named)


@cache
def parsing_version() -> str:
    """Name the version of the readers of files."""
    root = Path(str(files("extract"))) / "readers"
    return _digest([path for path in root.rglob("*") if "__pycache__" not in path.parts])


def _model_version(model: str | None) -> str:
    if model is None:
        return ""
    from importlib.metadata import PackageNotFoundError

    try:
        return version(model)
    except PackageNotFoundError:  # a folder
        return ""


def _digest(paths: list[Path], *words: str) -> str:
    digest = hashlib.sha256("\x1f".join(words).encode())
    for path in sorted(paths, key=lambda path: path.as_posix()):
        if path.is_file():
            digest.update(f"\x1e{path.name}\x1f".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
