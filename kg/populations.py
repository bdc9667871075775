"""Who was studied, sorted into a few broad kinds by the words of the text."""

from __future__ import annotations

import re
from functools import cache

#: A kind of population -> words that name it; a star stands for any ending.
#: Earlier kinds win, so that "mothers with depression" are parents.
POPULATIONS: dict[str, tuple[str, ...]] = {
    "animals": ("animal*", "rat", "rats", "mice", "mouse", "vole*", "primate*", "monkey*", "dog*"),
    "parents and infants": (
        "mother*", "father*", "infant*", "parent*", "newborn*", "neonat*", "preterm", "toddler*",
        "baby", "babies", "postpartum", "postnatal*", "pregnan*",
    ),
    "children and adolescents": ("child*", "adolescen*", "youth*", "pupil*"),
    "couples": ("couple*", "romantic*", "spouse*", "partner*", "married"),
    "autism": ("autis*", "asperger*", "asd"),
    "psychosis": ("schizo*", "psychosis", "psychotic*"),
    "personality disorders": ("borderline", "bpd", "personality disorder*"),
    "post-traumatic stress": (
        "ptsd", "post-traumatic*", "posttraumatic*", "trauma*", "veteran*", "soldier*",
    ),
    "anxiety disorders": ("anxi*", "panic", "phobi*", "obsessive*"),
    "depression": ("depress*", "mdd", "dysthym*"),
    "substance use": ("alcohol*", "cannabis", "substance*", "addict*", "cocaine", "opioid*"),
    "psychotherapy patients": ("patient*", "client*", "psychotherap*", "therap*"),
    "healthy adults": (
        "healthy", "student*", "undergraduate*", "volunteer*", "community", "nonclinical",
        "non-clinical", "adult*", "women", "men", "participants", "general population",
    ),
}  # fmt: skip


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    endings = (re.escape(word.rstrip("*")) + (r"\w*" if word[-1] == "*" else "") for word in words)
    return re.compile(rf"\b(?:{'|'.join(endings)})\b", re.IGNORECASE)


_PATTERNS = {kind: _pattern(words) for kind, words in POPULATIONS.items()}


@cache
def population_kind(text: str | None) -> str | None:
    """The broad kind that the words name; ``None`` where they name none of them."""
    if not text:
        return None
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.search(text)), None)
