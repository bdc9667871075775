"""``explorer.html``: gap map, network and table of all claims, in one file that needs no network.

pyvis holds the network (nodes, edges, options) and brings vis-network; its own page template is
never used, since that loads from the web and can be injected into.
"""

from __future__ import annotations

import json
import logging
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

from kg import ontology
from kg.data import BASE
from kg.files import write_pieces
from kg.gaps import Gap
from kg.memory import Memory
from kg.model import Reading
from kg.ontology import Construct
from kg.views.assets import bundle, static_text, vis_network
from kg.views.encoding import DIRECTIONS
from kg.views.layout import Point, by_domain, by_links
from kg.views.page import clean, json_object, render
from kg.views.page_data import (
    best_gaps,
    in_order,
    listed,
    page_data,
    pair_key,
    studies_by_pair,
    used_constructs,
)

if TYPE_CHECKING:
    from pyvis.network import Network

_log = logging.getLogger(__name__)

#: Beyond this size a browser takes long to open the page.
LARGE_BYTES = 10_000_000
#: More constructs than this are not drawn in the network: those with most studies are.
MOST_NODES = 800
#: A line of a label is broken near this many characters.
_LINE = 14

_FONT = "system-ui, Segoe UI, Noto Sans, Liberation Sans, sans-serif"
_OPTIONS: dict[str, Any] = {
    "autoResize": True,
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False, "randomSeed": 1},
    "interaction": {
        "hover": True,
        "keyboard": {"enabled": False},
        "tooltipDelay": 150,
        "multiselect": False,
        "selectConnectedEdges": False,
        "dragNodes": True,
    },
    "nodes": {
        "borderWidth": 1.5,
        "borderWidthSelected": 4,
        "font": {
            "size": 17,
            "face": _FONT,
            "color": "#1a1a1a",
            "strokeWidth": 4,
            "strokeColor": "#ffffff",
            "vadjust": -2,
        },
    },
    "edges": {
        "smooth": {"enabled": True, "type": "curvedCW", "roundness": 0.09},
        "selectionWidth": 2,
        "hoverWidth": 1,
        "font": {"size": 16, "face": _FONT, "strokeWidth": 5, "strokeColor": "#ffffff"},
    },
}


def write_explorer(
    readings: Iterable[Reading],
    gaps: Iterable[Gap],
    path: str | PathLike[str],
    *,
    title: str,
    build_id: str,
    quotes: bool = True,
    constructs: Mapping[str, Construct] | None = None,
    playground: str = "",
    memory: Memory | None = None,
) -> None:
    """Write the page to ``path``, whole or not at all; the same input gives the same bytes.

    ``title`` names the corpus, ``build_id`` says which build of it (both stand on the page and in
    all that it exports). ``quotes=False`` leaves out all text of papers. ``constructs`` are the
    ontology's unless given. ``playground`` is the name of the playground's file beside the page, if
    there is one: the page then links to it. ``memory`` spares what was made before.
    """
    pieces = list(
        _pieces(
            readings,
            gaps,
            title=title,
            build_id=build_id,
            quotes=quotes,
            constructs=constructs,
            playground=playground,
            memory=memory,
        )
    )
    length = sum(map(len, pieces))
    if length > LARGE_BYTES:
        _log.warning("%s has %.0f MB; it opens slowly.", path, length / 1e6)
    write_pieces(str(path), pieces)


def explorer_html(readings: Iterable[Reading], gaps: Iterable[Gap], **options: Any) -> str:
    """The page that `write_explorer` writes with the same options."""
    return "".join(_pieces(readings, gaps, **options))


def _pieces(
    readings: Iterable[Reading],
    gaps: Iterable[Gap],
    *,
    title: str,
    build_id: str,
    quotes: bool = True,
    constructs: Mapping[str, Construct] | None = None,
    playground: str = "",
    memory: Memory | None = None,
) -> Iterator[str]:
    ordered, ranked = in_order(readings), best_gaps(gaps)
    known = ontology.constructs() if constructs is None else constructs
    all_constructs = listed(known.values(), used_constructs(ordered, ranked))
    data = page_data(ordered, ranked, all_constructs, quotes=quotes, memory=memory)
    data |= {"title": clean(title), "build": clean(build_id), "base": BASE}
    data["playground"] = playground
    data |= _drawing(ordered, ranked, all_constructs, data["domains"])
    return _render(data)


def _drawing(
    readings: Sequence[Reading],
    gaps: Sequence[Gap],
    constructs: Sequence[Construct],
    domains: Sequence[Mapping[str, str]],
) -> dict[str, Any]:
    """The network as pyvis gives it, and the two layouts."""
    weights = studies_by_pair(readings)
    studies = _studies_by_construct(readings)
    used = used_constructs(readings, gaps)
    drawn = sorted(used, key=lambda name: (-studies[name], name))[:MOST_NODES]
    shown = {c.id: c for c in constructs if c.id in set(drawn)}
    inside = {pair: n for pair, n in weights.items() if pair[0] in shown and pair[1] in shown}
    place = by_domain({name: construct.domain for name, construct in shown.items()}, inside)
    looks = {look["name"]: look for look in domains}
    network = _network()
    for name in sorted(shown):
        _add_node(network, shown[name], looks[shown[name].domain], studies[name], place[name])
    pairs = set(inside) | {
        pair_key(gap.a, gap.b)
        for gap in gaps
        if gap.through is None and {gap.a, gap.b} <= set(shown)
    }
    for a, b in sorted(pair for pair in pairs if pair[0] != pair[1]):
        network.add_edge(a, b, id=f"{a}|{b}", width=_width(weights.get((a, b), 0)))
    nodes, edges, *_, options = network.get_network_data()
    layouts = {"domain": place, "links": by_links(place, inside)}
    return {
        "network": {"nodes": nodes, "edges": edges, "options": json.loads(options)},
        "layouts": {name: dict(sorted(points.items())) for name, points in layouts.items()},
    }


def _studies_by_construct(readings: Sequence[Reading]) -> Counter[str]:
    counts: Counter[str] = Counter()
    pairs = {
        (name, reading.study.id)
        for reading in readings
        for claim in reading.claims
        for name in (claim.subject, claim.object, *(claim.path or ()))
    }
    counts.update(name for name, _ in pairs)
    return counts


def _network() -> Network:
    from pyvis.network import Network

    # Directed, since an undirected pyvis network drops a second edge between two nodes unasked.
    network = Network(height="100%", width="100%", directed=True, cdn_resources="in_line")
    network.options = _OPTIONS
    return network


def _add_node(
    network: Network, construct: Construct, look: Mapping[str, str], studies: int, place: Point
) -> None:
    state = {"background": look["colour"], "border": "#000000"}
    network.add_node(
        construct.id,
        label=two_lines(construct.label or construct.id),
        shape=look["shape"],
        size=round(8 + 2.2 * math.sqrt(studies), 1),
        color=state | {"border": "#222222", "highlight": state, "hover": state},
        x=place[0],
        y=place[1],
    )


def two_lines(label: str) -> str:
    """A label for the drawing: broken at the space nearest its middle, cut after 48 characters."""
    text = " ".join(label.split()) or "?"
    text = text if len(text) <= 48 else text[:47] + "\u2026"
    spaces = [place for place, character in enumerate(text) if character == " "]
    if len(text) <= _LINE or not spaces:
        return text
    middle = min(spaces, key=lambda place: (abs(2 * place - len(text)), place))
    return f"{text[:middle]}\n{text[middle + 1 :]}"


def _width(studies: int) -> float:
    return round(1 + 1.5 * math.log2(1 + studies), 2)


def _style() -> str:
    colours = "".join(f"--{name}: {look['colour']};" for name, look in sorted(DIRECTIONS.items()))
    return f":root {{ {colours} }}\n{static_text('explorer.css')}"


def _render(data: Mapping[str, Any]) -> Iterator[str]:
    return render(
        "explorer.html.j2",
        title=data["title"],
        build=data["build"],
        data=json_object(data),
        scripts=[vis_network(), bundle()],
        style=_style(),
        beside=data["playground"],
    )
