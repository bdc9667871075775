"""PubMed by NCBI's E-utilities: numbers first, then their records, some at a time.

https://www.ncbi.nlm.nih.gov/books/NBK25499/ . A search gives 9 999 numbers at most, so a larger one
is taken apart by the days on which records were entered.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from extract.fetch.http import Http, json_object
from extract.fetch.service import Search, Service, State, Step
from kg.errors import OxykgError

#: Numbers that a search gives at most, and records that are fetched at once.
_MOST, _PAGE = 9_999, 200
_FIRST, _LAST = "1900/01/01", "2099/12/31"


def step(http: Http, base: str, search: Search, state: State) -> Step:
    """Look up the numbers of a stretch of days, or fetch the records of the next numbers.

    The state holds ``spans`` (of days, still to be searched), ``ids`` (still to be fetched),
    ``found`` and ``fetched``.
    """
    if not state:
        first = search.since.replace("-", "/") if search.since else _FIRST
        state = {"spans": [[first, _LAST]], "ids": [], "found": 0, "fetched": 0}
    if state["ids"]:
        return _records(http, base, search, state)
    return _numbers(http, base, search, state)


def _numbers(http: Http, base: str, search: Search, state: State) -> Step:
    (first, last), *spans = state["spans"]
    fields = _who(search) | {
        "term": search.query,
        "retmode": "json",
        "retmax": str(_MOST),
        "sort": "pub_date",
    }
    if (first, last) != (_FIRST, _LAST):
        fields |= {"datetype": "edat", "mindate": first, "maxdate": last}
    _, result = http.get(f"{base}/esearch.fcgi", fields, _checked, post=True)
    if problem := result.get("ERROR"):
        raise OxykgError(f"PubMed refuses the query ({str(problem)[:200]}); check it")
    count, whole = int(result["count"]), not state["found"]
    found = count if whole else state["found"]
    limit = search.limit if search.limit is not None else found
    if count > _MOST and limit > _MOST and first != last:
        spans = [*_halves(first, last), *spans]
        ids: list[str] = []
    else:
        left = search.left(state["fetched"])
        ids = [str(name) for name in result["idlist"]][:left]
    then = {"spans": spans, "ids": ids, "found": found, "fetched": state["fetched"]}
    return Step(page=None, records=0, found=found, then=then if ids or spans else None)


def _records(http: Http, base: str, search: Search, state: State) -> Step:
    ids, rest = state["ids"][:_PAGE], state["ids"][_PAGE:]
    fields = _who(search) | {"id": ",".join(ids), "retmode": "xml"}
    body, records = http.get(f"{base}/efetch.fcgi", fields, _whole, post=True)
    fetched = state["fetched"] + len(ids)
    then = state | {"ids": rest, "fetched": fetched}
    more = rest or (state["spans"] and search.left(fetched) != 0)
    return Step(page=body, records=records, found=state["found"], then=then if more else None)


def _who(search: Search) -> dict[str, str]:
    named = {"db": "pubmed", "tool": "oxykg", "email": search.email, "api_key": search.api_key}
    return {name: value for name, value in named.items() if value}


def _checked(body: bytes) -> dict[str, Any]:
    result = json_object(body).get("esearchresult")
    if not isinstance(result, dict) or not (
        {"idlist", "count"} <= set(result) or "ERROR" in result
    ):
        raise ValueError("no result of a search")
    return result


def _whole(body: bytes) -> int:
    """How many records an answer holds; raises ValueError if its end is missing."""
    if not body.rstrip().endswith(b"</PubmedArticleSet>"):
        raise ValueError("records are cut off")
    return body.count(b"</PubmedArticle>") + body.count(b"</PubmedBookArticle>")


def _halves(first: str, last: str) -> list[list[str]]:
    start, end = (date(*map(int, day.split("/"))) for day in (first, last))
    middle = start + (end - start) // 2
    after = middle + timedelta(days=1)
    return [[first, f"{middle:%Y/%m/%d}"], [f"{after:%Y/%m/%d}", last]]


PUBMED = Service(
    name="pubmed",
    label="PubMed",
    address="https://eutils.ncbi.nlm.nih.gov/entrez/eutils",
    interval=0.34,
    step=step,
    variable="OXYKG_PUBMED_URL",
)
