"""A headless Chromium for tests of pages: opens a file, records requests and messages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

#: Debian's packages of browser and driver.
PACKAGES = ("chromium", "chromium-driver")


def find_browser() -> tuple[str, str] | None:
    """Paths of Chromium and its driver; installs Debian's where that is possible, else ``None``."""
    found = _on_path()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet: dict[str, Any] = {"check": False, "capture_output": True, "timeout": 600}
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", *PACKAGES], **quiet)
        found = _on_path()
    return found


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


def open_page(driver: webdriver.Chrome, page: Path, address: str = "") -> None:
    """Load a page from disk anew and wait until its script is through."""
    driver.get("about:blank")
    driver.get(f"{page.as_uri()}{address}")
    ready = driver.execute_script("return document.body.dataset.ready")
    assert ready == "true", driver.get_log("browser")  # type: ignore[no-untyped-call]


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
