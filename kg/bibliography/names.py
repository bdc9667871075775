"""Names of persons and groups, as sources write them, taken apart as CSL wants them."""

from __future__ import annotations

import re
import unicodedata

#: A CSL name: ``family``, ``given``, ``suffix``; or ``literal`` for a group.
Name = dict[str, str]

_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|II|III|IV")
_INITIALS = re.compile(r"[^\W\d_a-z]{1,4}")
_GROUP = re.compile(
    r"\b(?:academy|association|centers?|centres?|collaboration|collaborators|committee|consortium"
    r"|department|group|initiative|institutes?|investigators|ministry|network|organi[sz]ation"
    r"|program|project|society|study|team|university)\b",
    re.IGNORECASE,
)
_PARTICLES = re.compile(
    r"al|bin|d[aiou]|das|de|del|della|de[nr]|dos|el|l[ae]|te[nr]|van|vom|von|zu|zu[mr]"
)


def clean(text: str) -> str:
    """Put a text on one line, without control characters and the like."""
    visible = (" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    return " ".join("".join(c for c in visible if unicodedata.category(c)[0] != "C").split())


def parse_name(text: str) -> Name:
    """Take apart ``Family, Given[, Suffix]``, ``Family AB`` or ``Given Family``; groups stay whole.

    Initials are written with points and spaces: ``JA`` is ``J. A.``.
    """
    text = clean(text)
    if "," in text:
        family, *rest = (part.strip() for part in text.split(",", 2))
        suffix = next((part for part in rest if _SUFFIX.fullmatch(part)), "")
        return _name(family, next((p for p in rest if p != suffix), ""), suffix)
    if _GROUP.search(text):
        return {"literal": text}
    words = text.split()
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    if len(words) < 2:
        return {"literal": text} if text.isupper() else _name(text, "", "")
    if _INITIALS.fullmatch(words[-1]) and not words[0].endswith("."):
        return _name(" ".join(words[:-1]), words[-1], suffix)
    start = len(words) - 1
    while start > 1 and _PARTICLES.fullmatch(words[start - 1]):
        start -= 1
    return _name(" ".join(words[start:]), " ".join(words[:start]), suffix)


def _name(family: str, given: str, suffix: str) -> Name:
    if _INITIALS.fullmatch(given):
        given = " ".join(f"{letter}." for letter in given)
    parts = {"family": family, "given": given, "suffix": suffix}
    return {part: value for part, value in parts.items() if value}
