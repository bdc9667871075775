"""From claims to a graph, and from the graph to answers. ``from kg import open_graph``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.door import OpenGraph

__all__ = ["open_graph"]


def open_graph(folder: Path | str = "oxykg-demo") -> OpenGraph:
    """The built graph in a folder, to be asked from Python; see `kg.door.OpenGraph`.

    Raises `kg.errors.OxykgError` where there is none.
    """
    from kg.door import OpenGraph

    return OpenGraph(folder)
