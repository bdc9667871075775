"""Size and speed of the pages in a headless Chromium, at four sizes of corpus."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.build import assemble_graph
from kg.model import Reading

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

#: The best of so many rounds counts: the others measure what else the machine did.
ROUNDS = 3
#: Studies of a corpus of about 7 000 claims, over so many constructs: about 1 000 links.
MIDDLE, MIDDLE_CONSTRUCTS = 5_600, 58
#: Studies of a very large corpus.
LARGE = 20_000
#: Synthetic studies whose graph has about 200 000 triples.
STUDIES_OF_200_000 = 2_300

#: Calls back when what is on the page has been painted.
_PAINTED = """
const done = arguments[arguments.length - 1];
requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
"""
_UNTICK = f"""
const box = document.querySelector("#facet-direction input[data-value='positive']");
const start = performance.now();
const back = arguments[arguments.length - 1];
box.click();
((...arguments) => {{ {_PAINTED} }})((end) => back(end - start));
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured, with its limit; both in ``unit``, less is better."""

    name: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def kept(self) -> bool:
        """Whether the limit is kept, if there is one."""
        return self.limit is None or self.value <= self.limit


def _data_block(html: str, name: str = "data") -> str:
    found = re.search(rf'<script type="[^"]*" id="{name}">(.*?)</script>', html, re.DOTALL)
    return found[1] if found else ""


def _opened(driver: Chrome, page: Path, address: str = "") -> float:
    """Seconds until the page is ready and painted; the best of some rounds."""
    from tests.browser import open_page

    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        open_page(driver, page, address, wait=120)
        driver.execute_async_script(_PAINTED)
        taken.append(time.perf_counter() - start)
    return min(taken)


def _filtered(driver: Chrome) -> float:
    """Seconds until all is painted again after a filter; the best of some rounds."""
    return min(float(driver.execute_async_script(_UNTICK)) for _ in range(2 * ROUNDS)) / 1000


def explorer_figures(
    driver: Chrome, readings: Sequence[Reading], folder: Path, name: str, limit: float | None
) -> list[Figure]:
    """Write the explorer of the readings and measure it in all views."""
    from kg.gaps import find_gaps
    from kg.ontology import constructs
    from kg.views import write_explorer
    from kg.views.page_data import studies_by_pair

    page = folder / f"{name}.html"
    start = time.perf_counter()
    gaps = find_gaps(readings, constructs())
    write_explorer(readings, gaps, page, title=name, build_id="bench")
    written = time.perf_counter() - start
    html = page.read_text(encoding="utf-8")
    claims, links = sum(len(reading.claims) for reading in readings), studies_by_pair(readings)
    figures = [
        Figure(name=f"{name}: claims", value=claims, unit=""),
        Figure(name=f"{name}: links", value=len(links), unit=""),
        Figure(name=f"{name}: gaps and page written", value=written, unit="s"),
        Figure(name=f"{name}: whole file", value=len(html) / 1e6, unit="MB"),
        Figure(
            name=f"{name}: file without data",
            value=(len(html) - len(_data_block(html))) / 1e6,
            unit="MB",
            limit=0.8,
        ),
    ]
    for view in ("map", "network", "table"):
        opened = _opened(driver, page, f"#view={view}")
        figures.append(Figure(name=f"{name}: {view} opens", value=opened, unit="s", limit=limit))
        filtered = _filtered(driver)
        wait = None if limit is None else 0.3
        figures.append(Figure(name=f"{name}: {view} filters", value=filtered, unit="s", limit=wait))
    return figures


def left_out(driver: Chrome, page: Path) -> str:
    """What the page says that it leaves out."""
    from tests.browser import css, open_page

    open_page(driver, page, wait=120)
    told = [css(driver, "#panel").text.splitlines()[-1]]
    open_page(driver, page, "#view=network&everything=1", wait=120)
    told.append(css(driver, "#drawn").text)
    return " / ".join(told)


def playground_figures(
    driver: Chrome, readings: Sequence[Reading], folder: Path, name: str, limit: float
) -> list[Figure]:
    """Write the playground of the readings and measure how soon it can be asked."""
    from kg.views import write_playground

    page = folder / f"ask-{name}.html"
    quads = assemble_graph(readings).quads
    write_playground(quads, page, title=name, build_id="bench")
    html = page.read_text(encoding="utf-8")
    bare = len(html) - len(_data_block(html, "graph")) - len(_data_block(html))
    return [
        Figure(name=f"playground {name}: triples", value=len(quads), unit=""),
        Figure(name=f"playground {name}: whole file", value=len(html) / 1e6, unit="MB"),
        Figure(name=f"playground {name}: file without graph", value=bare / 1e6, unit="MB"),
        Figure(
            name=f"playground {name}: ready", value=_opened(driver, page), unit="s", limit=limit
        ),
    ]


def measure(bundled: Sequence[Reading], say: Callable[[str], None]) -> list[Figure] | None:
    """All figures of the pages; ``None`` where there is no browser."""
    from benchmarks.synthetic import synthetic_readings
    from kg.ontology import constructs
    from tests.browser import find_browser, open_browser

    paths = find_browser()
    if paths is None:
        return None
    names = sorted(constructs())
    middle = tuple(synthetic_readings(MIDDLE, names[:MIDDLE_CONSTRUCTS]))
    large = tuple(synthetic_readings(LARGE, names))
    some = tuple(synthetic_readings(STUDIES_OF_200_000, names))
    with tempfile.TemporaryDirectory() as place, open_browser(paths, size=(1600, 950)) as driver:
        folder = Path(place)
        figures = [
            *explorer_figures(driver, bundled, folder, "bundled", 1.5),
            *explorer_figures(driver, middle, folder, f"{MIDDLE} studies", 3.0),
            *explorer_figures(driver, large, folder, f"{LARGE} studies", None),
        ]
        say(f"  {LARGE} studies: {left_out(driver, folder / f'{LARGE} studies.html')}")
        figures += playground_figures(driver, bundled, folder, "bundled", 2.0)
        figures += playground_figures(driver, some, folder, "200 000 triples", 6.0)
    return figures


def report() -> bool:
    """Print the figures; whether all limits are kept."""
    from extract.pipeline import extract_readings
    from kg.corpus import load_corpus

    print(f"Pages (headless Chromium, 1600 x 950; best of {ROUNDS})")
    bundled = tuple(extract_readings(record.document() for record in load_corpus()))
    figures = measure(bundled, print)
    if figures is None:
        print("  NOT MEASURED: no Chromium here")
        return True
    for figure in figures:
        limit = "" if figure.limit is None else f"  (limit {figure.limit:g}"
        verdict = limit and f"{limit}: {'kept' if figure.kept else 'MISSED'})"
        print(f"  {figure.name:<42}{figure.value:10.2f} {figure.unit:<2}{verdict}")
    return all(figure.kept for figure in figures)
