"""Two plots as SVG text: studies by direction, and effects with their intervals.

No script, no style sheet, nothing loaded: they stand in a page or in a file of their own. Direction
is told by place and shape as well as by colour.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from kg.evidence.effects import Effect
from kg.evidence.pool import Pooled
from kg.evidence.words import apa
from kg.tables import plain_text

#: Okabe & Ito (2008): told apart by colour-blind readers, and in print.
_BLUE, _ORANGE, _GREY, _INK = "#0072B2", "#D55E00", "#6b6b6b", "#222222"
_WIDTH, _ROW, _LEFT, _RIGHT, _TOP = 720, 24, 220, 150, 34
_NAME = 34


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One study in the direction plot: ``place`` is -1, 0 or 1; ``n`` its sample, if known."""

    name: str
    place: int
    n: int | None = None
    synthesis: bool = False


def forest_svg(
    effects: Sequence[Effect],
    published: Sequence[Effect],
    pooled: Pooled | None,
    names: Mapping[str, str],
    title: str = "Effects as correlations",
) -> str:
    """Squares with intervals for primary studies, diamonds for summaries, as correlations.

    The area of a square is the study's weight. ``names`` maps ids of studies to citations. Empty
    where there is nothing to draw.
    """
    if not effects and not published:
        return ""
    spans = [e.interval for e in (*effects, *published)] + ([pooled.interval] if pooled else [])
    scale = _Scale(min(-0.2, *(low for low, _ in spans)), max(0.2, *(high for _, high in spans)))
    weights = [1 / (e.variance + (pooled.tau2 if pooled else 0.0)) for e in effects]
    rows = [
        _square(e, names, scale, math.sqrt(w / max(weights)))
        for e, w in zip(effects, weights, strict=True)
    ]
    if pooled:
        name = f"Random-effects mean, k = {pooled.k}"
        rows.append(_diamond(name, pooled.r, pooled.interval, scale, _INK))
    for effect in published:
        name = f"{names.get(effect.study, effect.study)} (published)"
        rows.append(_diamond(name, effect.r, effect.interval, scale, _GREY))
    return _svg(title, len(rows), _axis(scale, len(rows)), rows)


class _Scale:
    """Correlations to places on the page."""

    def __init__(self, low: float, high: float) -> None:
        self.low = math.floor(low * 5) / 5
        self.high = math.ceil(high * 5) / 5

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    @property
    def ticks(self) -> list[float]:
        """Every .2 between the ends."""
        first, last = round(self.low * 5), round(self.high * 5)
        step = 1 if last - first <= 6 else 2
        return [tick / 5 for tick in range(first, last + 1) if tick % step == 0]


def _square(effect: Effect, names: Mapping[str, str], scale: _Scale, share: float) -> str:
    low, high = effect.interval
    side, x = 4 + 9 * share, scale(effect.r)
    return "".join(
        (
            _name(names.get(effect.study, effect.study)),
            f'<line x1="{scale(low):.1f}" x2="{scale(high):.1f}" stroke="{_INK}"/>',
            f'<rect x="{x - side / 2:.1f}" y="{-side / 2:.1f}" width="{side:.1f}" '
            f'height="{side:.1f}" fill="{_BLUE}"/>',
            _figures(effect.r, (low, high)),
        )
    )


def _diamond(name: str, r: float, span: tuple[float, float], scale: _Scale, colour: str) -> str:
    low, middle, high = (scale(value) for value in (span[0], r, span[1]))
    points = f"{low:.1f},0 {middle:.1f},-7 {high:.1f},0 {middle:.1f},7"
    shape = f'<polygon points="{points}" fill="{colour}"/>'
    return _name(name) + shape + _figures(r, span)


def _name(name: str) -> str:
    text = plain_text(name)
    short = text if len(text) <= _NAME else f"{text[: _NAME - 1]}…"
    return f'<text x="4" dominant-baseline="central">{escape(short)}</text>'


def _figures(r: float, span: tuple[float, float]) -> str:
    text = f"{apa(r)} [{apa(span[0])}, {apa(span[1])}]"
    return f'<text x="{_WIDTH - 4}" text-anchor="end" dominant-baseline="central">{text}</text>'


def _axis(scale: _Scale, rows: int) -> list[str]:
    bottom = _TOP + rows * _ROW
    lines = [
        f'<line x1="{scale(0):.1f}" x2="{scale(0):.1f}" y1="{_TOP}" y2="{bottom}" '
        f'stroke="{_GREY}" stroke-dasharray="3 3"/>'
    ]
    lines += [
        f'<text x="{scale(tick):.1f}" y="{_TOP - 14}" text-anchor="middle">{apa(tick, 1)}</text>'
        for tick in scale.ticks
    ]
    return lines


#: Place -> heading, colour, and the shape's corners for a size of 1.
_PLACES = {
    -1: ("negative", _ORANGE, ((-1.0, 0.0), (0.8, -0.9), (0.8, 0.9))),
    0: ("no direction", _GREY, ()),
    1: ("positive", _BLUE, ((1.0, 0.0), (-0.8, -0.9), (-0.8, 0.9))),
}


def direction_svg(marks: Sequence[Mark], title: str = "Studies by direction") -> str:
    """One row a study, its mark on the left (negative), in the middle or on the right (positive).

    The area of a mark grows with the sample; hollow: review or meta-analysis. Empty without marks.
    """
    if not marks:
        return ""
    largest = max((mark.n or 1 for mark in marks if not mark.synthesis), default=1)
    names = list(dict.fromkeys(mark.name for mark in marks))
    rows = [
        _name(name) + "".join(_shape(m, largest) for m in marks if m.name == name) for name in names
    ]
    heads = [
        f'<text x="{_column(place)}" y="{_TOP - 14}" text-anchor="middle">{head}</text>'
        for place, (head, _, _) in _PLACES.items()
    ]
    return _svg(title, len(rows), heads, rows)


def _column(place: int) -> int:
    return _LEFT + 140 * (place + 1) + 80


def _shape(mark: Mark, largest: int) -> str:
    _, colour, corners = _PLACES[mark.place]
    size = 5 + 5 * math.sqrt((mark.n or 1) / largest) if not mark.synthesis else 8
    paint = f'fill="{"none" if mark.synthesis else colour}" stroke="{colour}" stroke-width="1.5"'
    place = f'transform="translate({_column(mark.place)} 0)"'
    if not corners:
        return f'<circle r="{size * 0.7:.1f}" {paint} {place}/>'
    points = " ".join(f"{x * size:.1f},{y * size:.1f}" for x, y in corners)
    return f'<polygon points="{points}" {paint} {place}/>'


def _svg(title: str, rows: int, head: Iterable[str], body: Iterable[str]) -> str:
    height = _TOP + rows * _ROW + 10
    placed = (
        f'<g transform="translate(0 {_TOP + _ROW * (row + 0.5):.0f})">{shapes}</g>'
        for row, shapes in enumerate(body)
    )
    name = escape(plain_text(title), quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" role="img" aria-label="{name}" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{_INK}">'
        f"<title>{name}</title>{''.join(head)}{''.join(placed)}</svg>"
    )
