"""Abbreviations that a text defines itself: "working alliance (WA)".

After Schwartz & Hearst (2003), A simple algorithm for identifying abbreviation definitions in
biomedical text, Pacific Symposium on Biocomputing 8:451-462.
"""

from __future__ import annotations

import re

_DEFINITION = re.compile(r"\(([A-Za-z][\w\-/]{1,9})(?:[;,][^()]*)?\)")


def find_abbreviations(text: str) -> dict[str, str]:
    """Short form to long form, both as printed, for each definition in the text; first one wins."""
    found: dict[str, str] = {}
    for match in _DEFINITION.finditer(text):
        short = match.group(1)
        if not any(letter.isupper() for letter in short):
            continue
        words = re.findall(r"\S+", text[max(0, match.start() - 120) : match.start()])
        limit = min(len(short) + 5, len(short) * 2)
        long = _best_long_form(short, " ".join(words[-limit:]))
        if long:
            found.setdefault(short, long)
    return found


def _best_long_form(short: str, before: str) -> str | None:
    """The shortest end of ``before`` that holds the letters of ``short`` in order."""
    letters = [letter.lower() for letter in short if letter.isalnum()]
    if len(letters) > 3 and letters[-1] == "s" and short.endswith("s"):
        letters = letters[:-1]
    place = len(before) - 1
    for index in range(len(letters) - 1, -1, -1):
        while place >= 0 and (
            before[place].lower() != letters[index]
            or (index == 0 and place > 0 and before[place - 1].isalnum())
        ):
            place -= 1
        if place < 0:
            return None
        place -= 1
    long = before[place + 1 :].strip(" ,;:")
    return long if len(long) > len(short) and short.lower() not in long.lower().split() else None
