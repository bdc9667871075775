"""Programs of the npm registry that tests use; kept between runs in pytest's cache.

Tests run side by side: what one process fetches, the others wait for.
"""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from filelock import FileLock


def packed_file(package: str, member: str, folder: Path | None) -> str | None:
    """A file out of a package (``name@version``); ``None`` where npm or its registry is missing.

    Looked for in ``folder`` first, and put there.
    """
    if folder is None:
        return _fetched(package, member)
    kept = folder / f"{package.replace('/', '-')}-{Path(member).name}"
    with FileLock(folder / ".lock"):
        if kept.is_file():
            return kept.read_text(encoding="utf-8")
        source = _fetched(package, member)
        if source:
            kept.write_text(source, encoding="utf-8")
        return source


def _fetched(package: str, member: str) -> str | None:
    with tempfile.TemporaryDirectory() as place:
        if not _npm(["pack", "--silent", package], Path(place), 120):
            return None
        archives = list(Path(place).glob("*.tgz"))
        if not archives:
            return None
        with tarfile.open(archives[0]) as archive:
            found = archive.extractfile(f"package/{member}")
            return found.read().decode("utf-8") if found else None


def installed(package: str, folder: Path) -> bool:
    """Whether a package (``name@version``) and all that it needs is installed in the folder now."""
    done = folder / f".{package.replace('/', '-')}"
    with FileLock(folder / ".lock"):
        if not done.exists():
            quiet = ["--silent", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts"]
            if not _npm(["install", "--prefix", str(folder), *quiet, package], folder, 150):
                return False
            done.touch()
        return True


def _npm(args: list[str], place: Path, seconds: float) -> bool:
    npm = shutil.which("npm")
    if npm is None:
        return False
    try:
        quiet = subprocess.run(
            [npm, *args], cwd=place, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return quiet.returncode == 0
