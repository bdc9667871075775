"""Where the data that belongs to the package lies, installed or in a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

#: The base of every IRI that the project mints.
BASE = "https://w3id.org/oxykg/"


def data_dir(name: str) -> Path:
    """The folder ``ontology``, ``queries`` or ``corpus``: in the wheel, else in the checkout."""
    installed = Path(str(files("kg"))) / "_data" / name
    return installed if installed.is_dir() else Path(__file__).resolve().parent.parent / name
