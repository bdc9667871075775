"""OpenAlex, page by page with its cursor.

https://docs.openalex.org/how-to-use-the-api
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
    fields = {
        "search": search.query,
        "per-page": str(_PAGE if left is None else max(min(_PAGE, left), 1)),
        "cursor": str(state.get("cursor", "*")),
    }
    if search.since:
        fields["filter"] = f"from_publication_date:{search.since}"
    who = {"mailto": search.email, "api_key": search.api_key}
    fields |= {name: value for name, value in who.items() if value}
    body, answer = http.get(f"{base}/works", fields, _checked)
    records = len(answer["results"])
    found = int(answer["meta"].get("count", 0))
    following = answer["meta"].get("next_cursor")
    fetched += records
    ended = not records or not following or search.left(fetched) == 0 or fetched >= found
    then = None if ended else {"cursor": following, "fetched": fetched}
    return Step(page=body if records else None, records=records, found=found, then=then)


def _checked(body: bytes) -> dict[str, Any]:
    answer: dict[str, Any] = json_object(body)
    if not isinstance(answer.get("results"), list) or not isinstance(answer.get("meta"), dict):
        raise ValueError(str(answer.get("message") or "no list of results"))
    return answer


OPENALEX = Service(
    name="openalex",
    label="OpenAlex",
    address="https://api.openalex.org",
    interval=0.15,
    step=step,
    variable="OXYKG_OPENALEX_URL",
)
