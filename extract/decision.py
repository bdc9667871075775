"""What was decided of a candidate: the value that the models' judgements come down to."""

from __future__ import annotations

from dataclasses import dataclass

from extract.candidates import Candidate, Mention
from extract.paths import PathCandidate
from kg.model import Direction, Relation, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided of a candidate, with the probabilities that the models gave.

    ``subject``, ``object`` and ``path`` are its constructs, plain "oxytocin" in its sense.
    ``elsewhere`` tells a null that a sentence says of another condition than the relation it gives.
    """

    candidate: Candidate | PathCandidate
    claimed: float
    direction: Direction
    direction_probability: float
    status: Status
    status_probability: float
    relation: Relation
    subject: str
    object: str
    path: tuple[str, str] | None = None
    elsewhere: bool = False

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The mentions of subject and object in this order; for a path its source between them."""
        if isinstance(self.candidate, PathCandidate):
            return self.candidate.mentions
        pair = (self.candidate.first, self.candidate.second)
        straight = pair[0].construct == self.subject or pair[1].construct == self.object
        return pair if straight else pair[::-1]
