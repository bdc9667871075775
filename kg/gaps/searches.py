"""Search strings that check whether a gap is one: for PubMed, and for APA PsycInfo on Ovid."""

from __future__ import annotations

from collections.abc import Iterable

from kg.ontology import Construct, constructs, narrower

#: Names that begin so stand for the construct only within a text.
_POINTING = ("the ", "this ", "these ", "such ")


def search_terms(name: str) -> tuple[str, ...]:
    """The names of a construct that a search should use, and the labels of directly narrower ones.

    A construct that the ontology does not know has its id in words. Ambiguous abbreviations and
    words that only point ("the peptide") are left out.
    """
    known = constructs()
    if name not in known:
        from kg.wording import label_of

        return (label_of(name),)
    own = [*_names(known[name]), *(known[child].label for child in narrower(name))]
    return tuple(_shortest(_usable(own)))


def _shortest(names: Iterable[str]) -> list[str]:
    """Names that hold no other one: a search for "alliance" finds "working alliance" too."""
    kept: list[str] = []
    for name in sorted(names, key=lambda n: (len(n.split()), n.casefold())):
        padded = f" {name.casefold().replace('-', ' ')} "
        if not any(f" {short.casefold().replace('-', ' ')} " in padded for short in kept):
            kept.append(name)
    return kept


def _names(construct: Construct) -> Iterable[str]:
    yield construct.label
    yield from construct.alt_labels
    yield from construct.inverse_labels
    yield from construct.abbreviations


def _usable(names: Iterable[str]) -> Iterable[str]:
    seen = set()
    for name in names:
        text = " ".join(name.replace('"', " ").split())
        key = text.casefold()
        if text and key not in seen and not key.startswith(_POINTING):
            seen.add(key)
            yield text


def pubmed(*names: str) -> str:
    """A PubMed query: every construct by any of its names, in title or abstract."""
    return " AND ".join(_joined(name, '"{}"[tiab]') for name in names)


def psycinfo(*names: str) -> str:
    """An APA PsycInfo query in the syntax of Ovid: title, abstract or key concepts."""
    return " AND ".join(_joined(name, '"{}"') + ".ti,ab,id." for name in names)


def _joined(name: str, form: str) -> str:
    return f"({' OR '.join(form.format(term) for term in search_terms(name))})"
