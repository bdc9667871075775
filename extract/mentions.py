"""Where a text names constructs: phrases, abbreviations, coordination, and context.

`find_mentions` gives non-overlapping spans labelled with the construct's id; ``kb_id_`` is ``"-"``
where the words name the opposite pole ("dysregulation"), ``id_`` tells the source (``phrase``,
``label``, ``instrument``, ``abbreviation``, ``coordination``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import islice, pairwise
from typing import Any

from spacy.language import Language
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from extract.abbreviations import find_abbreviations
from extract.candidates import domain_of, title_end
from extract.degrees import degree_words
from extract.phrases import Form, known_forms, readings
from extract.rows import pattern_rows
from extract.treatments import without_drugs
from kg.ontology import ancestors, constructs

_JOINS = frozenset({"and", "or", ",", "/", "nor", "versus", "vs", "vs.", "&", "not", "but", "both"})

#: Names of trial arms and controls end in general words ("active [control] group").
_CONTROLS = "Healthy"
#: What joins an improvement to what gets better.
_OF = frozenset({"of", "in", "from"})


def refinements() -> tuple[dict[str, Any], ...]:
    """The rules of ``refinements.jsonl``: what makes a construct more specific or another one.

    ``words`` nearby (one of them, and all of those ``beside`` them), or other constructs of the
    text or the title (``where``; ``with`` and ``without`` them), perhaps for a few general
    ``phrases`` only.
    """
    return pattern_rows("refinements")


@cache
def _refining() -> dict[str, list[dict[str, Any]]]:
    """The rules by words nearby for each construct that they refine."""
    found: dict[str, list[dict[str, Any]]] = {}
    for rule in refinements():
        for construct in rule["from"] if "words" in rule else ():
            found.setdefault(construct, []).append(rule)
    return found


class FormMatcher:
    """Finds all known surface forms in a document; build it once for a pipeline.

    It finds what spaCy's ``PhraseMatcher`` finds by lower case, and is made in a quarter of the
    time: forms consist of few words, of which each is looked at once; only one with other signs
    than letters, or with a rule of its own, need be cut into tokens.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._forms: dict[tuple[int, ...], Form] = {}
        known: dict[str, list[int]] = {}
        strings, special = tokenizer.vocab.strings, tokenizer.rules or {}
        lengths: dict[int, set[int]] = {}
        for words, form in known_forms().items():
            tokens: list[int] = []
            # A run of spaces is a token of its own.
            for word in (words,) if "  " in words else words.split(" "):
                if word not in known:
                    whole = word.isalpha() and word not in special
                    known[word] = [strings[word]] if whole else _lower_of(tokenizer(word))
                tokens += known[word]
            self._forms.setdefault(tuple(tokens), form)
            lengths.setdefault(tokens[0], set()).add(len(tokens))
        self._lengths = {token: sorted(found) for token, found in lengths.items()}

    def __call__(self, doc: Doc) -> Iterator[tuple[int, int, Form]]:
        """Start and end of each form in the document, those that overlap too."""
        tokens = _lower_of(doc)
        for start, token in enumerate(tokens):
            for length in self._lengths.get(token, ()):
                end = start + length
                form = self._forms.get(tuple(tokens[start:end]))
                if form is not None and end <= len(tokens):
                    yield start, end, form


def _lower_of(doc: Doc) -> list[int]:
    """The hashes of a document's words in lower case."""
    hashes: list[int] = doc.to_array("LOWER").tolist()
    return hashes


def _span(doc: Doc, start: int, end: int, form: Form, source: str | None = None) -> Span:
    sign = "-" if form.inverted else ""
    return Span(doc, start, end, label=form.construct, kb_id=sign, span_id=source or form.source)


def _defined(doc: Doc) -> dict[str, Form]:
    """The document's own abbreviations that stand for a known form."""
    known = known_forms()
    found: dict[str, Form] = {}
    for short, long in find_abbreviations(doc.text).items():
        words = long.lower().split()
        for first in range(len(words)):
            form = known.get(" ".join(words[first:]))
            if form is not None:
                found[short] = form
                break
    return found


def _abbreviated(doc: Doc) -> list[Span]:
    defined = _defined(doc)
    if not defined:
        return []
    return [
        _span(doc, token.i, token.i + 1, defined[token.text], "abbreviation")
        for token in doc
        if token.text in defined
    ]


def _coordinated(doc: Doc, spans: Iterable[Span]) -> list[Span]:
    """Names that share a word: "attachment anxiety and avoidance"."""
    known = known_forms()
    found = []
    for span in spans:
        if len(span) < 2:
            continue
        first, last = doc[span.start].lower_, doc[span.end - 1].lower_
        i = span.end
        while i + 1 < len(doc) and doc[i].lower_ in _JOINS and not doc[i].is_sent_start:
            while i + 1 < len(doc) and doc[i].lower_ in _JOINS:
                i += 1
            form = known.get(f"{first} {doc[i].lower_}")
            if form is None:
                break
            found.append(_span(doc, i, i + 1, form, "coordination"))
            i += 1
        i = span.start - 1
        while i > 0 and doc[i].lower_ in _JOINS:
            while i > 0 and doc[i].lower_ in _JOINS:
                i -= 1
            form = known.get(f"{doc[i].lower_} {last}")
            if form is None:
                break
            found.append(_span(doc, i, i + 1, form, "coordination"))
            i -= 1
    return found


def _is_verb(span: Span) -> bool:
    """Whether a phrase that counts as a noun only is a verb here, or a verb with an object.

    "Oxytocin increased" names a change of oxytocin, "oxytocin increased trust" does not. What ends
    in a gerund is a name ("perspective taking"), whatever the parser takes for its object.
    """
    last = span[-1]
    finite = len(span) > 1 and last.pos_ == "VERB" and last.tag_ != "VBG"
    if finite and any(child.dep_ == "obj" for child in last.children):
        return True
    if span.root.pos_ not in ("VERB", "AUX"):
        return False
    form = known_forms().get(span.text.lower())
    return form is not None and form.noun


def _allowed(spans: list[Span]) -> list[Span]:
    """Each phrase as the first of its readings whose requirements its document meets, if any."""
    forms = [_conditional(span) for span in spans]
    if not any(forms):
        return spans
    present = {span.label_ for span, own in zip(spans, forms, strict=True) if not own}
    found = []
    for span, own in zip(spans, forms, strict=True):
        if not own:
            found.append(span)
            continue
        met = (form for form in own if not form.requires or present.intersection(form.requires))
        found += [_span(span.doc, span.start, span.end, form) for form in islice(met, 1)]
    return found


def _conditional(span: Span) -> tuple[Form, ...]:
    """The readings of a phrase if the first requires something; none of a defined abbreviation."""
    known = () if span.id_ == "abbreviation" else readings().get(span.text.lower(), ())
    return known if known and known[0].requires else ()


#: Parts of speech that a name's premodifiers have, and words that carry a name on to the right.
_PREMODIFIERS = frozenset({"ADJ", "NOUN", "PROPN", "NUM", "PUNCT", "CCONJ"})
_CARRIERS = frozenset({"of", "in", "to", "between", "the", "their", "a", "an", "'s", "-"})


def _phrase_around(span: Span) -> tuple[set[str], set[str]]:
    """The words that stand in one noun phrase with a span: to its left, and to its right."""
    doc, sent = span.doc, span.sent
    left, right = set(span.text.lower().split()), set()
    i = span.start - 1
    while i >= max(sent.start, span.start - 5):
        token = doc[i]
        if token.pos_ not in _PREMODIFIERS and token.lower_ not in _CARRIERS:
            break
        left.add(token.lower_)
        if token.text in ",;:()":
            break
        i -= 1
    for token in doc[span.end : min(sent.end, span.end + 4)]:
        if token.pos_ not in {"NOUN", "PROPN", "ADJ"} and token.lower_ not in _CARRIERS:
            break
        right.add(token.lower_)
    return left, right


def _refined(span: Span) -> Span:
    """The span with a more specific construct, where its own noun phrase calls for one."""
    rules = _refining().get(span.label_)
    if not rules:
        return span
    left, right = _phrase_around(span)
    for rule in rules:
        side = rule.get("side")
        words = left if side == "left" else right if side == "right" else left | right
        if words.intersection(rule["words"]) and words.issuperset(rule.get("beside", ())):
            sign = "-" if words.intersection(rule.get("inverted", ())) else span.kb_id_
            return Span(
                span.doc, span.start, span.end, label=rule["to"], kb_id=sign, span_id=span.id_
            )
    return span


def _meant(doc: Doc, spans: list[Span]) -> list[Span]:
    """General words in the sense that the text's other mentions give them.

    "Treatment" is the oxytocin that was given where no psychotherapy is spoken of, "between groups"
    is about the one disorder that a text compares with controls, "synchrony" of the one kind that
    the title or else the text names.
    """
    for rule in refinements():
        if "with" not in rule:
            continue
        general = [span.label_ in rule["from"] and _is(span, rule.get("phrases")) for span in spans]
        if not any(general):
            continue
        end = title_end(doc) if rule.get("where") == "title" else len(doc)
        named = {
            span.label_
            for span, own in zip(spans, general, strict=True)
            if not own and span.start < end
        }
        senses = sorted(named.intersection(rule["to"]))
        if (
            len(senses) == 1
            and named.issuperset(rule["with"])
            and named.isdisjoint(rule["without"])
        ):
            spans = [
                Span(span.doc, span.start, span.end, senses[0], kb_id=span.kb_id_, span_id=span.id_)
                if own
                else span
                for span, own in zip(spans, general, strict=True)
            ]
        elif rule.get("else") == "drop":
            spans = [span for span, own in zip(spans, general, strict=True) if not own]
    return spans


def _is(span: Span, phrases: list[str] | None) -> bool:
    return phrases is None or span.text.lower() in phrases


def find_mentions(doc: Doc, matcher: FormMatcher) -> list[Span]:
    """The construct mentions of a document, longest first where they overlap, in text order."""
    spans = [_span(doc, start, end, form) for start, end, form in matcher(doc)]
    spans += _abbreviated(doc)
    spans = [span for span in spans if not _is_verb(span)]
    spans = _allowed(without_drugs(doc, filter_spans(_uncrossed(spans))))
    spans = filter_spans([*spans, *_coordinated(doc, spans)])
    spans = _without_improvements(_without_definitions(spans))
    return [*_each(_meant(doc, [_refined(span) for span in spans]))]


def _each(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans; one that names two constructs is two, its last word being the other's name."""
    known = known_forms()
    for span in spans:
        form = known.get(span.text.lower())
        if form is None or not form.other or form.construct != span.label_:
            yield span
        else:
            yield _span(span.doc, span.start, span.end - 1, form)
            yield _span(span.doc, span.end - 1, span.end, replace(form, construct=form.other))


def _uncrossed(spans: list[Span]) -> list[Span]:
    """Drop a name that one which begins within it cuts in two, where that one is meant."""
    starts: dict[int, list[Span]] = {}
    for span in spans:
        starts.setdefault(span.start, []).append(span)

    def crossed(span: Span) -> bool:
        return any(
            other.end > span.end and _means(span, other)
            for start in range(span.start + 1, span.end)
            for other in starts.get(start, ())
        )

    return [span for span in spans if not crossed(span)]


def _means(span: Span, crossing: Span) -> bool:
    """Whether of two names that share words the later one says what is spoken of.

    So it does where it is more specific ("patients' [attachment] anxiety"), and in a compound, of
    which the last noun is the head ("maternal [attachment] anxiety", "salivary [oxytocin]
    response"); not where it is more general ("physiological [synchrony] scores").
    """
    one, other = span.label_, crossing.label_
    if one in ancestors(other):
        return True
    specific = other not in (one, *ancestors(one), _CONTROLS)
    return specific and _is_compound(span) and _is_compound(crossing)


def _is_compound(span: Span) -> bool:
    """Whether a name is a row of nouns and what stands before nouns: no "of", no "and", no verb."""
    joined = any(token.pos_ in ("ADP", "CCONJ") or token.lower_ == "non" for token in span)
    return not joined and span[-1].pos_ in ("NOUN", "PROPN")


def _without_improvements(spans: list[Span]) -> list[Span]:
    """Drop what gets better where it is said what of: "recovery from depression" is one outcome."""
    improved = {span.start for span, following in pairwise(spans) if _is_of(span, following)}
    return [span for span in spans if span.start not in improved]


def _is_of(span: Span, following: Span) -> bool:
    """Whether a name is a noun of improvement of the burden that is named behind it."""
    word = span[-1]
    return (
        span.label_ == "TreatmentOutcome"
        and degree_words().get(word.lower_) == "better"
        and word.pos_ == "NOUN"
        and domain_of(following.label_) == "Outcome"
        and constructs()[following.label_].valence == -1
        and 0 < following.start - span.end <= 3
        and span.doc[span.end].lower_ in _OF
    )


def _without_definitions(spans: list[Span]) -> list[Span]:
    """Drop an abbreviation in brackets right behind the name that it stands for: "X (OT)"."""
    ends = {span.end for span in spans}
    return [span for span in spans if not (_bracketed(span) and span.start - 1 in ends)]


def _bracketed(span: Span) -> bool:
    doc, start, end = span.doc, span.start, span.end
    inside = start > 0 and end < len(doc) and end - start == 1
    return inside and doc[start - 1].text == "(" and doc[end].text == ")"


@Language.factory("oxykg_mentions", assigns=["doc.spans"])
def make_mentions(nlp: Language, name: str) -> MentionMarker:
    """The pipeline step that puts construct mentions on ``doc.spans["constructs"]``."""
    return MentionMarker(nlp.tokenizer)


class MentionMarker:
    """Marks construct mentions; holds nothing but the matcher."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.matcher = FormMatcher(tokenizer)

    def __call__(self, doc: Doc) -> Doc:
        """The same document with ``doc.spans["constructs"]`` set."""
        doc.spans["constructs"] = find_mentions(doc, self.matcher)
        return doc
