"""Requests to public services: identified, slow enough, and repeated when something goes wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from kg.errors import OxykgError
from kg.provenance import software_version
from kg.tables import plain_text

if TYPE_CHECKING:
    from urllib3 import PoolManager

T = TypeVar("T")
#: Times that a request is repeated, seconds before the second repeat (then twice as long each).
RETRIES, BACKOFF = 6, 1.0
#: Longest pause that a service may ask for, and longest wait for an answer, in seconds.
_LONGEST_PAUSE, _TIMEOUT = 120, 60.0
#: Answers after which a request is repeated.
_PASSING = (429, 500, 502, 503, 504)
#: Largest answer in bytes.
_MAX_ANSWER = 256_000_000


class Http:
    """Sends requests to one service, ``interval`` seconds apart at least."""

    def __init__(
        self, interval: float, email: str | None = None, *, backoff: float | None = None
    ) -> None:
        self._interval, self._last = interval, 0.0
        self._backoff = BACKOFF if backoff is None else backoff
        contact = f"; mailto:{email}" if email else ""
        self._agent = f"oxykg/{software_version()} (research abstracts{contact})"

    @cached_property
    def _pool(self) -> PoolManager:
        from urllib3 import PoolManager, Retry

        retries = Retry(
            total=RETRIES,
            backoff_factor=self._backoff,
            backoff_max=_LONGEST_PAUSE,
            status_forcelist=_PASSING,
            allowed_methods=None,
            raise_on_status=False,
            retry_after_max=_LONGEST_PAUSE,
        )
        return PoolManager(retries=retries, headers={"User-Agent": self._agent}, timeout=_TIMEOUT)

    def get(
        self,
        url: str,
        fields: Mapping[str, str],
        check: Callable[[bytes], T],
        *,
        post: bool = False,
    ) -> tuple[bytes, T]:
        """The answer as received, and what ``check`` makes of it.

        ``check`` raises ValueError for an answer that is not whole, which is asked for again.
        Raises OxykgError with what the service says, or what to do, when it does not help.
        """
        problem = ""
        for attempt in range(RETRIES):
            if attempt:
                time.sleep(min(self._backoff * 2 ** (attempt - 1), _LONGEST_PAUSE))
            body = self._send(url, fields, post=post)
            try:
                return body, check(body)
            except ValueError as error:
                problem = str(error)
        raise OxykgError(f"{url}: answers that are not whole ({problem}); try again later")

    def _send(self, url: str, fields: Mapping[str, str], *, post: bool) -> bytes:
        from urllib3.exceptions import HTTPError

        time.sleep(max(0.0, self._last + self._interval - time.monotonic()))
        try:
            if post:
                answer = self._pool.request_encode_body(
                    "POST", url, fields=dict(fields), encode_multipart=False
                )
            else:
                answer = self._pool.request_encode_url("GET", url, fields=dict(fields))
        except HTTPError as error:
            reason = getattr(error, "reason", None) or error
            said = plain_text(str(reason))[:200]
            raise OxykgError(
                f"{url}: no answer ({said}); what came is kept, run the same command again later"
            ) from None
        finally:
            self._last = time.monotonic()
        if answer.status != 200:
            said = plain_text(answer.data[:200].decode("utf-8", "replace"))
            advice = "try again later" if answer.status in _PASSING else "check the query"
            raise OxykgError(f"{url}: the service says {answer.status} ({said}); {advice}")
        if len(answer.data) > _MAX_ANSWER:
            raise OxykgError(f"{url}: an answer larger than {_MAX_ANSWER:,} bytes; ask for less")
        return answer.data


def json_object(body: bytes) -> dict[str, object]:
    """The JSON object in an answer; raises ValueError if it is not whole."""
    from pydantic_core import from_json

    value = from_json(body)
    if not isinstance(value, dict):
        raise ValueError("no JSON object")
    return value
