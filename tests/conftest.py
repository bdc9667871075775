"""What tests share: one browser for those of pages, axe-core, and patience on a busy machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe import Axe, axe_source
from browser import SIZES, find_browser, open_browser
from hypothesis import settings
from selenium.webdriver import Chrome

# How long an example takes says more of the machine than of the code; benchmarks measure speed.
settings.register_profile("oxykg", deadline=None, derandomize=True)
settings.load_profile("oxykg")


@pytest.fixture(scope="session")
def driver() -> Iterator[Chrome]:
    """A headless Chromium."""
    paths = find_browser()
    if paths is None:
        pytest.skip(
            "NO BROWSER: the pages are NOT TESTED. Install Debian's chromium and chromium-driver."
        )
    with open_browser(paths, size=SIZES[0]) as found:
        yield found


@pytest.fixture(scope="session")
def axe(pytestconfig: pytest.Config) -> Axe:
    """Finds violations of WCAG 2.1 A and AA in the page that is open."""
    source = axe_source(pytestconfig.cache.mkdir("axe-core") if pytestconfig.cache else None)
    if source is None:
        pytest.skip(
            "NO AXE: accessibility is NOT TESTED. It needs npm and a registry that has axe-core."
        )
    return Axe(source)
