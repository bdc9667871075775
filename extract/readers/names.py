"""Authors as the corpus writes them: "Family, Given" or "Family, Given, Suffix"; groups whole."""

from __future__ import annotations

import re
from collections.abc import Iterable

from extract.readers.text import one_line
from kg.bibliography.names import parse_name

#: Longest name that is taken apart, in characters; what is beyond is cut off.
_LONGEST = 300
_ORDINALS = {"2nd": "II", "3rd": "III", "4th": "IV"}
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|II|III|IV|2nd|3rd|4th", re.IGNORECASE)
_GLUED = re.compile(r"(?<=[^\W\d_]\.)(?=[^\W\d_])")
_CAPITALS = re.compile(r"[^\W\d_a-zß-ÿ]{2,3}")
_SHORT = re.compile(r"\S.* (?:[^\W\d_a-z]\.?[ -]?){1,4}")
_DOTTED = re.compile(r"(\S*[a-zß-ÿ]\S*(?: \S+)*?) ((?:[^\W\d_a-z]\.[ -]?){1,5})")
_INITIALS = re.compile(r"(?:[^\W\d_a-z]\.?[ -]?){1,5}")
_NOTE = re.compile(r"\s*\((?:\d{6,}|[^()]*https?:[^()]*)\)$")


def family_given(family: str, given: str = "", suffix: str = "") -> str:
    """Join the parts of a person's name; initials get points and spaces ("JA" is "J. A.")."""
    family, given, suffix = one_line(family), one_line(given), one_line(suffix)
    words = given.split()
    if not suffix and len(words) > 1 and _SUFFIX.fullmatch(words[-1]):
        suffix, words = words[-1], words[:-1]
    given = " ".join(_pointed(word, len(words) == 1) for word in words)
    suffix = _ORDINALS.get(suffix.lower(), suffix)
    return ", ".join(part for part in (family, given, suffix) if part)


def author(text: str) -> str:
    """Write a name that a source gives as one string in our order; groups stay as they are."""
    if len(text) > _LONGEST:
        return one_line(text[:_LONGEST])
    text = one_line(_NOTE.sub("", text)).strip(" ;")
    if text.count(",") > 2:
        return text
    if "," not in text and (dotted := _DOTTED.fullmatch(text)):
        return family_given(dotted[1], dotted[2])
    name = parse_name(text)
    if "literal" in name:
        return name["literal"]
    parts = text.split(",")
    if len(parts) > 1:
        family, given, *rest = (part.strip() for part in parts)
        suffix = rest[0] if rest else ""
        if suffix and _SUFFIX.fullmatch(given):
            given, suffix = suffix, given
        return family_given(family, given, suffix)
    return family_given(*(name.get(part, "") for part in ("family", "given", "suffix")))


def authors(names: Iterable[str]) -> list[str]:
    """Write each name in our order, without blanks and "others"."""
    written = (author(name) for name in names)
    return [name for name in written if name and name.lower() not in {"others", "et al.", "et al"}]


def split_authors(text: str) -> list[str]:
    """Take a list of names in one string apart, whatever stands between them."""
    text = one_line(text).strip("[]").replace("'", "’") if text[:1] == "[" else one_line(text)
    if ";" in text or "|" in text:
        return [part.strip() for part in re.split(r"[;|]", text) if part.strip()]
    if re.search(r"\sand\s", text) and ("," in text.split(" and ")[0] or "," not in text):
        parts = re.split(r",?\s+and\s+", text)
        if all(part.count(",") <= 1 for part in parts):
            return parts
    return _split_at_commas(re.sub(r",?\s+(?:and|&)\s+", ", ", text))


def _split_at_commas(text: str) -> list[str]:
    parts = [part.strip(' ’"') for part in text.rstrip(" .").split(",") if part.strip(' ’"')]
    if len(parts) > 1 and all(_INITIALS.fullmatch(part) for part in parts[1::2]):
        return [", ".join(parts[i : i + 2]) for i in range(0, len(parts), 2)]
    if len(parts) == 2 and not all(_SHORT.fullmatch(part) for part in parts):
        several = all(" " in part for part in parts) and not _GLUED.search(parts[1])
        return parts if several else [", ".join(parts)]
    return parts


def _pointed(word: str, alone: bool) -> str:
    """Put points to initials: "J" is "J.", "J.A." is "J. A.", and "JA", if it stands alone."""
    if len(word) == 1 and word.isupper():
        return f"{word}."
    if alone and _CAPITALS.fullmatch(word):
        return " ".join(f"{letter}." for letter in word)
    return _GLUED.sub(" ", word)
