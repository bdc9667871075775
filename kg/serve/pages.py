"""The page of questions: what can be asked, a box to ask it in, how other tools come in."""

from __future__ import annotations

from importlib.resources import files

from kg.queries import list_queries
from kg.views.assets import csp_hash

#: For the pages of the built folder, which bring a content policy of their own.
PAGE_HEADERS = {
    "Content-Security-Policy": "base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def questions_page(
    *, endpoint: str, triples: int, playground: bool, explorer: bool
) -> tuple[str, str]:
    """The page, and the content policy that lets its own script ask this endpoint and no other."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("kg.serve"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script, style = _static("questions.js"), _static("questions.css")
    text = environment.get_template("questions.html.j2").render(
        endpoint=endpoint,
        triples=f"{triples:,}",
        queries=list_queries(),
        script=Markup(script),  # ours, as the content policy says by its hash
        style=Markup(style),
        playground=playground,
        explorer=explorer,
    )
    policy = (
        f"default-src 'none'; script-src {csp_hash(script)}; style-src {csp_hash(style)}; "
        "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
    )
    return text, policy


def _static(name: str) -> str:
    return (files("kg.serve") / "static" / name).read_text(encoding="utf-8").strip()
