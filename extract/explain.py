"""Why a text was read as it was: sentence by sentence, what was found, decided and left out.

Nothing is decided here: the same models and rules as in reading run once more, with a lower
threshold, and say what they rest on. `explain_document` gives values, `as_text` and `as_html`
show them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from spacy.language import Language

from extract.candidates import (
    Candidate,
    Mention,
    Topics,
    find_topics,
    view_sentences,
)
from extract.decision import Decision
from extract.decisions import decide
from extract.encoded import Encoded, deciding_words, encode
from extract.encoder import PATH_ROLES, own_encoder
from extract.features import claim_features, sentence_features
from extract.linear import UNIT, LinearModel
from extract.models import own_models
from extract.paths import PATH_RELATIONS, PathCandidate, path_features
from extract.pipeline import read_document
from extract.settings import own_settings
from extract.signs import add_up
from kg.model import Document
from kg.tables import plain_text

#: Candidates below this share of the threshold are not worth a line.
_WORTH_SHOWING = 0.4
_MOST_FEATURES, _MOST_WORDS = 5, 4
#: How the letters before "=" in a feature's name read; the rest are shown as they are.
_FEATURES = {
    "fr": "frame", "btw": "between", "btw2": "between", "bef": "before", "aft": "after",
    "verb": "verb", "ids": "pair", "id": "construct", "s:root": "main verb", "s:cls": "cue",
    "bcls": "cue between", "cls": "cue in clause", "path": "tree", "virt": "carried over",
    "plem": "on the path", "pcls": "cue on the path", "dom": "domains", "together": "together",
    "title": "in the title", "s:role": "section", "form": "named as",
    "samedom": "same domain", "s:pos": "place in the text", "cnt": "times named",
    "dep": "syntax", "bef1": "before", "aft1": "after", "bef2": "before", "aft2": "after",
    "doms": "domains", "gap": "words between, in twos", "rank": "named as number",
    "group": "a group", "order": "order", "named": "named or carried", "inside": "third between",
    "kin": "kin to each other", "st": "source and target together",
    "ts": "third and source together", "tt": "third and target together",
}  # fmt: skip
#: What stands before the name of a feature of a triple; its role is worth telling.
_MARKS = frozenset({*PATH_ROLES, *PATH_RELATIONS})
_WHOLE = "the sentence as a whole"


#: Why a null stands beside the relation that the same sentence gives.
_ELSEWHERE = "the sentence denies it of another group, measure or time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was decided of two (or three) constructs, and why.

    ``features`` are those that weighed most for (+) or against (-), ``rests_on`` the words
    without which the encoder would believe it less; ``steps`` is the arithmetic of the sign;
    ``kept`` tells whether it became a claim.
    """

    words: str
    kept: bool
    probability: float
    threshold: float
    direction: str
    direction_probability: float
    status: str
    steps: tuple[str, ...]
    features: tuple[tuple[str, float], ...]
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedSentence:
    """A sentence as read: its text, role, the constructs named or carried into it, verdicts."""

    text: str
    role: str
    named: tuple[tuple[str, str], ...]
    carried: tuple[str, ...]
    verdicts: tuple[Verdict, ...]


def explain_document(nlp: Language, document: Document) -> Iterator[ExplainedSentence]:
    """Each sentence of a document's abstract with what was decided and why."""
    settings = own_settings()
    low = replace(
        settings,
        claim_threshold=settings.claim_threshold * _WORTH_SHOWING,
        path_threshold=settings.path_threshold * _WORTH_SHOWING,
    )
    _, doc = read_document(nlp, document)
    topics = find_topics(doc)
    decisions: dict[int, list[Decision]] = {}
    views = {view.index: view for view in view_sentences(doc, topics)}
    encoded = encode(tuple(views.values()), topics, own_encoder())
    for decision in decide(doc, topics, chosen=low):
        decisions.setdefault(decision.candidate.view.index, []).append(decision)
    for index, view in views.items():
        found = sorted(decisions.get(index, ()), key=lambda decision: -decision.claimed)
        yield ExplainedSentence(
            text=view.span.text.strip(),
            role=view.role if view.role != "-" else "",
            named=tuple((m.words, _name(m)) for m in view.named),
            carried=tuple(f"{m.construct} ({_origin(m)})" for m in view.carried),
            verdicts=tuple(_verdict(decision, topics, encoded) for decision in found),
        )


def _name(mention: Mention) -> str:
    return f"{mention.construct}{' (its opposite)' if mention.sign < 0 else ''}"


def _origin(mention: Mention) -> str:
    return {"t": "title", "p": "sentence before", "f": "frequent"}[mention.carried[0]]


def _verdict(decision: Decision, topics: Topics, encoded: Encoded) -> Verdict:
    settings = own_settings()
    threshold = settings.path_threshold if decision.path else settings.claim_threshold
    candidate = decision.candidate
    if isinstance(candidate, PathCandidate):
        _, source, target = candidate.ids
        through = f" (path {source} → {target})"
        features, model = path_features(candidate, topics, encoded), "path"
        steps: tuple[str, ...] = ()
        words: tuple[str, ...] = ()
    else:
        through = ""
        shared = sentence_features(candidate.view)
        features, model = claim_features(candidate, topics, shared), "claim"
        features += encoded.claimed(candidate)
        words = deciding_words(candidate, topics, own_encoder())[:_MOST_WORDS]
        steps = (_ELSEWHERE,) if decision.elsewhere else _steps(candidate)
    return Verdict(
        words=f"{decision.subject} {decision.relation} {decision.object}{through}",
        kept=decision.claimed >= threshold,
        probability=decision.claimed,
        threshold=threshold,
        direction=str(decision.direction),
        direction_probability=decision.direction_probability,
        status=str(decision.status),
        steps=steps,
        features=_weightiest(own_models()[model], features),
        rests_on=words,
    )


def _steps(candidate: Candidate) -> tuple[str, ...]:
    total = add_up(candidate)
    sign = {1: "+", -1: "−", 0: "none"}[total.sign]
    denied = (f"denied by '{total.null}'",) if total.null else ()
    return (*total.steps, *denied, f"sum of the signs: {sign}")


def _weightiest(model: LinearModel, features: Iterable[str]) -> tuple[tuple[str, float], ...]:
    weights: Counter[str] = Counter()
    for name in features:
        if weight := model.weigh([name]):
            weights[_readable(name)] += weight
    ranked = sorted(weights.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
    return tuple((name, weight / UNIT) for name, weight in ranked[:_MOST_FEATURES])


def _readable(feature: str) -> str:
    """A feature as a reader is told of it: for triples with the role that it speaks of."""
    name, _, value = feature.partition("=")
    first, *rest = name.split("|")
    if first not in _MARKS or not rest:
        return _WHOLE if name == "enc" else f"{_FEATURES.get(name, name)} {value}".strip()
    if rest[-1].startswith("enc:"):
        return _WHOLE
    role = f"{first}: " if first in PATH_ROLES else ""
    return f"{role}{_FEATURES.get(rest[-1], rest[-1])} {value}".strip()


def as_text(sentences: Sequence[ExplainedSentence]) -> str:
    """What `explain_document` gave, for a terminal; control characters are shown as symbols."""
    lines = []
    for number, sentence in enumerate(sentences, 1):
        role = f" [{sentence.role}]" if sentence.role else ""
        lines.append(f"{number}.{role} {plain_text(sentence.text)}")
        named = "; ".join(f"{plain_text(words)} = {name}" for words, name in sentence.named)
        lines.append(f"   names: {named or 'no construct'}")
        if sentence.carried and sentence.verdicts:
            lines.append(f"   carried over: {', '.join(sentence.carried)}")
        for verdict in sentence.verdicts:
            lines += [f"   {line}" for line in _lines(verdict)]
        lines.append("")
    return "\n".join(lines)


def _lines(verdict: Verdict) -> Iterator[str]:
    if verdict.kept:
        sure = f"{verdict.probability:.2f}, direction {verdict.direction_probability:.2f}"
        yield f"CLAIM {verdict.words}: {verdict.direction}, {verdict.status} ({sure})"
    else:
        yield (
            f"left out: {verdict.words} ({verdict.probability:.2f} is under the threshold of "
            f"{verdict.threshold:.2f})"
        )
    yield f"   because: {'; '.join(f'{name} {weight:+.1f}' for name, weight in verdict.features)}"
    if verdict.rests_on:
        yield f"   rests on the words: {', '.join(map(plain_text, verdict.rests_on))}"
    if verdict.kept and verdict.steps:
        yield f"   sign: {'; '.join(verdict.steps)}"


_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "mark{background:#fff1b8;border-bottom:2px solid #b58900}small{color:#555}"
    ".claim{border-left:4px solid #1a6fb5;padding-left:.6rem;margin:.4rem 0}"
    ".left{border-left:4px solid #bbb;padding-left:.6rem;margin:.4rem 0;color:#444}"
)


def as_html(document: Document, sentences: Sequence[ExplainedSentence]) -> str:
    """The same as one page without scripts, with the constructs marked in the sentences."""
    title = escape(plain_text(document.title))
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        "<meta http-equiv='Content-Security-Policy' "
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1><ol>",
    ]
    for sentence in sentences:
        role = f" <small>[{escape(sentence.role)}]</small>" if sentence.role else ""
        parts.append(f"<li>{_marked(sentence)}{role}")
        if sentence.carried and sentence.verdicts:
            parts.append(f"<p><small>carried over: {escape(', '.join(sentence.carried))}</small>")
        for verdict in sentence.verdicts:
            first, *rest = [escape(line) for line in _lines(verdict)]
            below = "".join(f"<br><small>{line}</small>" for line in rest)
            parts.append(f"<div class='{'claim' if verdict.kept else 'left'}'>{first}{below}</div>")
        parts.append("</li>")
    parts.append("</ol></body></html>\n")
    return "".join(parts)


def _marked(sentence: ExplainedSentence) -> str:
    text, names = plain_text(sentence.text), dict(sentence.named)
    if not names:
        return escape(text)
    longest = sorted(names, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(words) for words in longest), re.IGNORECASE)
    parts, at = [], 0
    for found in pattern.finditer(text):
        name = escape(names[found.group().lower()], quote=True)
        parts.append(escape(text[at : found.start()]))
        parts.append(f"<mark title='{name}'>{escape(found.group())}</mark>")
        at = found.end()
    return "".join([*parts, escape(text[at:])])
