"""Pages that show what is known. To add a view: a module here and a line in `VIEWS`."""

from __future__ import annotations

from collections.abc import Callable

from kg.views.explorer import write_explorer
from kg.views.playground import write_playground

#: A view's name, which is also its file's stem -> the function that writes it.
VIEWS: dict[str, Callable[..., None]] = {
    "explorer": write_explorer,
    "playground": write_playground,
}

__all__ = ["VIEWS", "write_explorer", "write_playground"]
