"""One file out of many: joins a page's scripts, and reads the libraries that go with them.

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

#: The modules of the explorer, each after those that it imports.
SCRIPTS = (
    "dom.js",
    "csv.js",
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
#: The modules of the playground.
PLAYGROUND_SCRIPTS = (
    "dom.js",
    "csv.js",
    "given.js",
    "engine.js",
    "completion.js",
    "answers.js",
    "drawing.js",
    "playground.js",
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
    """A page's modules as one script."""
    modules = "\n\n".join(
        _as_function(name.removesuffix(".js"), static_text(name)) for name in names
    )
    return _checked(f'(() => {{\n"use strict";\n{modules}\n}})();\n', names[-1])


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


def vendored(name: str) -> bytes:
    """A file of ``vendor/``: software of others, as published."""
    return (files("kg.views") / "vendor" / name).read_bytes()


def yasqe() -> tuple[str, str]:
    """Script and style of Yasqe 4.2.28, without the reference to its source map."""
    script = vendored("yasqe-4.2.28.min.js").decode("utf-8")
    script = re.sub(r"\n//# sourceMappingURL=.*\Z", "\n", script)
    return _checked(script, "yasqe"), vendored("yasqe-4.2.28.min.css").decode("utf-8")


def oxigraph_worker() -> str:
    """Oxigraph 0.5.11 for browsers and our few lines that answer with it, as a worker's script."""
    module = vendored("oxigraph-0.5.11.js").decode("utf-8")
    module = re.sub(r"^export (?=class |function )", "", module, flags=re.MULTILINE)
    module = module.replace("export { initSync, __wbg_init as default };", "")
    module = module.replace("new URL('web_bg.wasm', import.meta.url)", "undefined")
    if re.search(r"^export\b|import\.meta", module, re.MULTILINE):
        raise UnsafeAssetError("oxigraph.js is a module still, and a worker from a blob cannot be")
    return _checked(f"{module}\n{static_text('worker.js')}", "worker.js")


def oxigraph_wasm() -> bytes:
    """Oxigraph 0.5.11 as WebAssembly, compressed by gzip."""
    return vendored("oxigraph-0.5.11.wasm.gz")


def _checked(script: str, name: str) -> str:
    if re.search(r"</script|<!--", script, re.IGNORECASE):
        raise UnsafeAssetError(f"{name} holds a tag that would end its script element")
    return script


def csp_hash(text: str) -> str:
    """A source expression that allows just this inline script or style in a page."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
