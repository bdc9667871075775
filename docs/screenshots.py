"""Take the pictures of the pages that README.md shows, at four widths of window.

``python docs/screenshots.py`` after ``make demo``, with Debian's chromium and chromium-driver. The
pictures are made small (a palette), since they are kept in the repository.
"""

from __future__ import annotations

import io
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from browser import css, find_browser, open_browser, open_page, set_size  # noqa: E402
from selenium.webdriver import Chrome  # noqa: E402

DEMO = ROOT / "oxykg-demo"
TARGET = ROOT / "docs" / "screenshots"


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A page in a state, in a window; ``click`` is pressed before the picture is taken."""

    name: str
    page: str
    size: tuple[int, int]
    address: str = ""
    click: str = ""


def _chosen(view: str, selected: str, more: str = "") -> str:
    return f"#view={view}&selected={quote(selected, safe='')}{more}"


ALLIANCE = "link:OxytocinSystem|TherapeuticAlliance"
PICTURES = (
    Picture(
        name="map-1600",
        page="explorer.html",
        size=(1600, 900),
        address=_chosen("map", ALLIANCE),
    ),
    Picture(
        name="network-1280",
        page="explorer.html",
        size=(1280, 800),
        address=_chosen("network", "construct:OxytocinSystem"),
    ),
    Picture(
        name="disagreement-1280",
        page="explorer.html",
        size=(1280, 800),
        address=_chosen("map", "link:TherapeuticTechnique|TreatmentOutcome"),
    ),
    Picture(name="map-700", page="explorer.html", size=(700, 800), address="#view=map"),
    Picture(name="table-390", page="explorer.html", size=(390, 700)),
    Picture(
        name="evidence-390",
        page="explorer.html",
        size=(390, 700),
        address=_chosen("table", ALLIANCE),
    ),
    Picture(name="playground-1280", page="playground.html", size=(1280, 800)),
    Picture(
        name="playground-network-1280",
        page="playground.html",
        size=(1280, 800),
        click="#show-network",
    ),
)


def take(driver: Chrome, picture: Picture) -> bytes:
    """The picture as PNG."""
    set_size(driver, *picture.size)
    open_page(driver, DEMO / picture.page, picture.address, wait=30)
    time.sleep(1)
    if picture.click:
        css(driver, picture.click).click()
    image = Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")
    small = image.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()


def main() -> None:
    """Write all pictures."""
    paths = find_browser()
    if paths is None or not DEMO.is_dir():
        sys.exit(f"needs Chromium, its driver, and {DEMO} (make demo)")
    TARGET.mkdir(exist_ok=True)
    with open_browser(paths, size=(1600, 900)) as driver:
        for picture in PICTURES:
            (TARGET / f"{picture.name}.png").write_bytes(take(driver, picture))


if __name__ == "__main__":
    main()
