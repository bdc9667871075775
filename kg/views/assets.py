"""One file out of many: joins the page's scripts, and reads the network library from pyvis.

The scripts under ``static/`` are plain ES modules that import each other by name, so editors and
Node understand them. A page opened from disk cannot load modules; so each becomes a function that
returns what it exports, in the order of `SCRIPTS`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files
from pathlib import Path

#: The modules of the page, each after those that it imports.
SCRIPTS = (
    "dom.js",
    "corpus.js",
    "state.js",
    "links.js",
    "words.js",
    "marks.js",
    "figure.js",
    "network.js",
    "gapmap.js",
    "table.js",
    "pictures.js",
    "exports.js",
    "cards.js",
    "study.js",
    "panel.js",
    "timeline.js",
    "filters.js",
    "search.js",
    "main.js",
)

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w-]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) )", re.MULTILINE)
_EXPORTED = re.compile(r"^export (?:async )?(?:function|const|class) (\w+|\{[^}]*\})", re.MULTILINE)


class UnsafeAssetError(RuntimeError):
    """A script that would end its own element in the page."""


def static_text(name: str) -> str:
    """The text of a file under ``static/``."""
    return (files("kg.views") / "static" / name).read_text(encoding="utf-8")


def bundle(names: tuple[str, ...] = SCRIPTS) -> str:
    """The page's modules as one script."""
    modules = "\n\n".join(
        _as_function(name.removesuffix(".js"), static_text(name)) for name in names
    )
    return _checked(f'(() => {{\n"use strict";\n{modules}\n}})();\n', "explorer")


def _as_function(name: str, source: str) -> str:
    """A module as a constant that holds its exports: ``const $dom = (() => { ... })();``."""
    exported = ", ".join(part.strip("{} ") for part in _EXPORTED.findall(source))
    body = _EXPORT.sub("", _IMPORT.sub(_as_constants, source)).strip()
    return f"const ${name} = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();"


def _as_constants(found: re.Match[str]) -> str:
    names, module = found.groups()
    return f"const {{{names.replace(' as ', ': ')}}} = ${module};\n"


def vis_network() -> str:
    """vis-network 9.1.2 as pyvis ships it, with its licence header."""
    import pyvis

    path = Path(pyvis.__file__).parent / "lib" / "vis-9.1.2" / "vis-network.min.js"
    return _checked(path.read_text(encoding="utf-8"), path.name)


def _checked(script: str, name: str) -> str:
    if re.search(r"</script|<!--", script, re.IGNORECASE):
        raise UnsafeAssetError(f"{name} holds a tag that would end its script element")
    return script


def csp_hash(text: str) -> str:
    """A source expression that allows just this inline script or style in a page."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
