"""A headless Chromium for tests of pages: opens a file, records requests and messages."""

from __future__ import annotations

import base64
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from debian import provided
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

#: Debian's packages of browser and driver.
PACKAGES = ("chromium", "chromium-driver")
#: Width and height of the windows in which pages are tried.
SIZES = ((1600, 950), (1280, 800), (700, 900), (390, 800))
#: Keeps what a page saves instead of saving it.
_CATCH = """
window.saved = [];
URL.createObjectURL = (blob) => { blob.arrayBuffer().then((bytes) => window.saved.push([blob.type,
  btoa(String.fromCharCode(...new Uint8Array(bytes).slice(0, 60000)))])); return 'blob:none'; };
HTMLAnchorElement.prototype.click = function () {};
"""


def find_browser() -> tuple[str, str] | None:
    """Paths of Chromium and its driver; installs Debian's where that is possible, else ``None``."""
    return provided(_on_path, *PACKAGES)


def _on_path() -> tuple[str, str] | None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


@contextmanager
def open_browser(paths: tuple[str, str], *, size: tuple[int, int]) -> Iterator[webdriver.Chrome]:
    """A browser with a window of this size that logs the console and every request."""
    options = Options()
    options.binary_location = paths[0]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for argument in (
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--hide-scrollbars",
            f"--user-data-dir={profile}",
        ):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        options.add_experimental_option(
            "prefs", {"download.default_directory": profile, "download.prompt_for_download": False}
        )
        driver = webdriver.Chrome(options=options, service=Service(paths[1]))
        try:
            set_size(driver, *size)
            yield driver
        finally:
            driver.quit()


def set_size(driver: webdriver.Chrome, width: int, height: int) -> None:
    """Give the page itself this size; a headless window cannot be made narrower than 500 pixels."""
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
    )


def open_page(driver: webdriver.Chrome, page: Path, address: str = "", *, wait: float = 0) -> None:
    """Load a page from disk anew; it must say within ``wait`` seconds that it is ready."""
    driver.get("about:blank")
    driver.get(f"{page.as_uri()}{address}")
    end = time.monotonic() + wait
    while driver.execute_script("return document.body.dataset.ready") != "true":
        assert time.monotonic() < end, driver.get_log("browser")  # type: ignore[no-untyped-call]
        time.sleep(0.02)


def css(page: webdriver.Chrome, selector: str) -> WebElement:
    """The first element that fits."""
    return page.find_element(By.CSS_SELECTOR, selector)


def every(page: webdriver.Chrome, selector: str) -> list[WebElement]:
    """All elements that fit."""
    return page.find_elements(By.CSS_SELECTOR, selector)


def until(what: Callable[[], bool]) -> None:
    """Wait until it is so."""
    end = time.monotonic() + 10
    while not what():
        assert time.monotonic() < end, "waited ten seconds in vain"
        time.sleep(0.05)


def catch_saves(page: webdriver.Chrome) -> None:
    """From now on keep what the page saves, for `saved`."""
    page.execute_script(_CATCH)


def saved(page: webdriver.Chrome) -> bytes:
    """The first file that the page saved since `catch_saves`, waited for."""
    until(lambda: bool(page.execute_script("return window.saved.length")))
    (_, content), *_ = page.execute_script("return window.saved")
    return base64.b64decode(content)


def requests_made(driver: webdriver.Chrome) -> list[str]:
    """Addresses that the browser was asked for since the last call."""
    events = [json.loads(e["message"])["message"] for e in driver.get_log("performance")]  # type: ignore[no-untyped-call]
    sent = (
        e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"
    )
    return [url for url in sent if not url.startswith(("about:", "data:", "blob:", "chrome:"))]


def console(driver: webdriver.Chrome) -> list[str]:
    """Messages on the console since the last call."""
    return [str(entry["message"]) for entry in driver.get_log("browser")]  # type: ignore[no-untyped-call]
