"""The pages of a search on disk, so that a fetch goes on where it was cut short."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from extract.fetch.http import Http
from extract.fetch.service import Search, Service
from kg.files import write_text

_STATE = "state.json"


@dataclass(slots=True, kw_only=True)
class Fetch:
    """How far a search is: ``found`` in all, ``fetched`` so far, on the day it began."""

    folder: Path
    began: str
    found: int = 0
    fetched: int = 0
    pages: int = 0
    then: dict[str, object] | None = None


def cache_folder() -> Path:
    """Where pages are kept: ``OXYKG_CACHE``, else the user's cache folder."""
    own = os.environ.get("OXYKG_CACHE")
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return (Path(own) if own else Path(home) / "oxykg") / "fetch"


def open_fetch(service: Service, search: Search, today: date) -> Fetch:
    """Go on with a search of today, or begin it; one of another day is begun anew."""
    folder = _folder(service, search)
    state = folder / _STATE
    if state.is_file():
        try:
            known = Fetch(folder=folder, **json.loads(state.read_text(encoding="utf-8")))
        except (ValueError, TypeError):
            known = Fetch(folder=folder, began="")
        if known.began == today.isoformat():
            return known
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return Fetch(folder=folder, began=today.isoformat(), then={})


def forget(service: Service, search: Search) -> None:
    """Delete the pages of a search, so that it begins anew."""
    shutil.rmtree(_folder(service, search), ignore_errors=True)


def _folder(service: Service, search: Search) -> Path:
    hidden = {"api_key", "email"}
    asked = {name: value for name, value in asdict(search).items() if name not in hidden}
    said = json.dumps([service.name, service.base, asked], sort_keys=True)
    return cache_folder() / hashlib.sha256(said.encode()).hexdigest()[:24]


def run(service: Service, search: Search, fetch: Fetch, http: Http) -> Iterator[int]:
    """Fetch what is missing; gives the number of records after each page."""
    while fetch.then is not None:
        step = service.step(http, service.base, search, fetch.then)
        if step.page is not None:
            path = fetch.folder / f"{fetch.pages:06d}"
            part = path.with_suffix(".part")
            part.write_bytes(step.page)
            part.replace(path)
            fetch.pages += 1
        fetch.found, fetch.then = step.found, step.then
        fetch.fetched += step.records
        _save(fetch)
        yield step.records


def _save(fetch: Fetch) -> None:
    fields = {name: value for name, value in asdict(fetch).items() if name != "folder"}
    write_text(fetch.folder / _STATE, json.dumps(fields))


def copy_pages(fetch: Fetch, stream: BinaryIO) -> None:
    """Write all pages as received, one after the other, each on lines of its own."""
    for number in range(fetch.pages):
        body = (fetch.folder / f"{number:06d}").read_bytes()
        stream.write(body if body.endswith(b"\n") else body + b"\n")
