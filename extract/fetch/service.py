"""What the services have in common: a search, and steps that each bring one page of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from extract.fetch.http import Http

#: Where a search stands, as JSON: empty at the start.
State = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for, in the service's own query language, and who asks.

    At most ``limit`` records come, and only those that are new since a day (``YYYY-MM-DD``).
    """

    query: str
    limit: int | None = None
    since: str | None = None
    email: str | None = None
    api_key: str | None = None

    def left(self, fetched: int) -> int | None:
        """How many records may still come; ``None`` is no limit."""
        return None if self.limit is None else max(self.limit - fetched, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One page (or none, where a step only looks something up), and how to go on if one can.

    ``records`` are those of the page, ``found`` is how many there are in all.
    """

    page: bytes | None
    records: int
    found: int
    then: State | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service: its name, address, least seconds between requests, and its step."""

    name: str
    label: str
    address: str
    interval: float
    step: Callable[[Http, str, Search, State], Step]
    variable: str

    @property
    def base(self) -> str:
        """The address, or what the environment says instead (a mirror, a proxy, a test)."""
        return os.environ.get(self.variable, self.address).rstrip("/")
