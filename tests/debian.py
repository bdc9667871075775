"""Debian's packages that tests need, installed where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from filelock import FileLock

T = TypeVar("T")


def provided(look: Callable[[], T | None], *packages: str) -> T | None:
    """What ``look`` finds, if need be after apt-get installed these packages; else ``None``.

    Tests run side by side: one process installs, the others wait.
    """
    with FileLock(Path(tempfile.gettempdir()) / "oxykg-apt.lock"):
        found = look()
        if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
            _apt_get("update", "-qq")
            _apt_get("install", "-y", "-qq", *packages)
            found = look()
        return found


def _apt_get(*args: str) -> None:
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", *args], check=False, capture_output=True, timeout=600, env=quiet)
