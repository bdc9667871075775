"""What the endpoint does not do, as an HTTP status and one sentence."""

from __future__ import annotations

from kg.errors import OxykgError


class RefusedError(OxykgError):
    """A request that gets no answer: the HTTP status, and the sentence that is its body."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
