"""What can go wrong, said once: one base error, data as attributes, the way out in the message."""

from __future__ import annotations

from collections.abc import Iterable


class OxykgError(ValueError):
    """Anything that the user can mend; the command line prints it as one line and exits with 1."""


class BadRecordError(OxykgError):
    """A record that cannot be read: the file, the place in it, and what is wrong with it."""

    def __init__(self, source: str, place: str, problem: str) -> None:
        place = "".join(c if c.isprintable() else "�" for c in place)
        super().__init__(f"{source}, {place}: {problem}")
        self.source, self.place, self.problem = source, place, problem


class UnknownNameError(OxykgError):
    """A name that is not known, with the names that are."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name, self.known = kind, name, sorted(known)
        super().__init__(f"No {kind} named {name!r}. Known: {', '.join(self.known) or 'none'}.")
