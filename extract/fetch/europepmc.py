"""Europe PMC, page by page with its cursor.

https://europepmc.org/RestfulWebService
"""

from __future__ import annotations

from typing import Any

from extract.fetch.http import Http, json_object
from extract.fetch.service import Search, Service, State, Step

_PAGE = 200


def step(http: Http, base: str, search: Search, state: State) -> Step:
    """Fetch the page that the cursor stands at."""
    fetched = int(state.get("fetched", 0))
    left = search.left(fetched)
    cursor = str(state.get("cursor", "*"))
    fields = {
        "query": _query(search),
        "format": "json",
        "resultType": "core",
        "pageSize": str(_PAGE if left is None else min(_PAGE, left)),
        "cursorMark": cursor,
    }
    if search.email:
        fields["email"] = search.email
    body, answer = http.get(f"{base}/search", fields, _checked)
    records = len(answer["resultList"]["result"])
    following = answer.get("nextCursorMark")
    found = int(answer.get("hitCount", 0))
    fetched += records
    ended = not records or not following or following == cursor or search.left(fetched) == 0
    then = None if ended or fetched >= found else {"cursor": following, "fetched": fetched}
    return Step(page=body if records else None, records=records, found=found, then=then)


def _query(search: Search) -> str:
    if not search.since:
        return search.query
    return f"({search.query}) AND (FIRST_IDATE:[{search.since} TO 3000-12-31])"


def _checked(body: bytes) -> dict[str, Any]:
    answer: dict[str, Any] = json_object(body)
    inner = answer.get("resultList")
    if not isinstance(inner, dict) or not isinstance(inner.get("result"), list):
        raise ValueError(str(answer.get("errMsg") or "no list of results"))
    return answer


EUROPE_PMC = Service(
    name="europepmc",
    label="Europe PMC",
    address="https://www.ebi.ac.uk/europepmc/webservices/rest",
    interval=0.2,
    step=step,
    variable="OXYKG_EUROPEPMC_URL",
)
