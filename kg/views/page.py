"""A page as one file: a template, scripts and a style that its own policy names by their hashes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kg.views.assets import csp_hash


def clean(text: str) -> str:
    """The text as UTF-8 can hold it: a lone surrogate becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def json_block(value: Any) -> str:
    """JSON that is safe inside a script element: no markup character stands in it unescaped."""
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


class Encoded(str):
    """JSON that `json_block` or `encoded_list` wrote."""

    __slots__ = ()


def encoded_list(values: Iterable[str]) -> Encoded:
    """A list of values that `json_block` wrote."""
    return Encoded(f"[{','.join(values)}]")


def json_object(fields: Mapping[str, Any]) -> Encoded:
    """An object as `json_block` writes it, of whose fields some may be `Encoded`."""
    said = (
        f"{json_block(name)}:{value if isinstance(value, Encoded) else json_block(value)}"
        for name, value in sorted(fields.items())
    )
    return Encoded(f"{{{','.join(said)}}}")


def render(
    template: str,
    *,
    title: str,
    build: str,
    data: str,
    scripts: Sequence[str],
    style: str,
    beside: str,
    **more: str,
) -> Iterator[str]:
    """The page in pieces.

    ``data`` comes from `json_block`, ``more`` are further texts of script elements. Scripts, style,
    data and ``more`` stand in the page as they are, so they must be ours or encoded (base64,
    `json_block`); title, build and ``beside`` (the file of another page) are escaped.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("kg.views"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).generate(
        title=title,
        build=build,
        beside=beside,
        data=Markup(data),
        scripts=[Markup(script) for script in scripts],
        style=Markup(style),
        script_hashes=Markup(" ".join(map(csp_hash, scripts))),
        style_hash=Markup(csp_hash(style)),
        **{name: Markup(text) for name, text in more.items()},
    )
