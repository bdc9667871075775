"""Evidence in plain English: a link, its balance, its pooled effect, each in a sentence or two.

Plain text on one line; it may hold words of papers, so whoever shows it escapes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.evidence.balance import Balance, balance
from kg.evidence.disagreement import disagreement, disagreement_sentences
from kg.evidence.dossier import Dossier, asked, voices
from kg.evidence.effects import Effect, primary_effects, published_effects
from kg.evidence.facts import facts, facts_sentences
from kg.evidence.pool import Pooled, pool
from kg.links import Link
from kg.model import Direction, Relation
from kg.wording import citation, label_of

_D = Direction
#: What a number of studies found, by direction; ``{A}`` and ``{B}`` are the ends of the link.
_FOUND = {
    _D.POSITIVE: "greater {A} went with greater {B} in {n}",
    _D.NEGATIVE: "greater {A} went with lower {B} in {n}",
    _D.NULL: "no relation was found in {n}",
    _D.MIXED: "the sign varied in {n}",
    _D.UNSPECIFIED: "a relation without a sign was reported in {n}",
}
_MEDIATED = {
    _D.POSITIVE: "{M} mediated the link from {A} to {B} in {n}",
    _D.NEGATIVE: "{M} mediated it with a negative indirect effect in {n}",
    _D.NULL: "{M} did not mediate the link from {A} to {B} in {n}",
    _D.MIXED: "{M} mediated it in part of the data in {n}",
    _D.UNSPECIFIED: "{M} is said to mediate it in {n}",
}
_MODERATED = {
    _D.POSITIVE: "greater {M} made the effect of {A} on {B} more positive in {n}",
    _D.NEGATIVE: "greater {M} made the effect of {A} on {B} more negative in {n}",
    _D.NULL: "{M} did not moderate the effect of {A} on {B} in {n}",
    _D.MIXED: "{M} moderated it in differing ways in {n}",
    _D.UNSPECIFIED: "{M} is said to moderate the effect of {A} on {B} in {n}",
}


def count(n: int, one: str, many: str | None = None) -> str:
    """The number with its noun: "1 study", "2 studies"."""
    return f"{n} {one if n == 1 else many or f'{one}s'}"


def apa(value: float, digits: int = 2) -> str:
    """A number that cannot exceed 1 without its leading zero: ".28", "-.05", "1.00"."""
    text = f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if abs(float(text)) < 1 else text


def p_value(p: float) -> str:
    """A p-value as journals print it: "p = .021", "p < .001"."""
    return "p < .001" if p < 0.001 else f"p = {apa(p, 3)}"


def title(a: str, b: str, labels: Mapping[str, str] | None = None) -> str:
    """The pair by its labels: "therapeutic alliance – treatment outcome"."""
    return f"{label_of(a, labels)} – {label_of(b, labels)}"


def link_sentence(link: Link, labels: Mapping[str, str] | None = None) -> str:
    """What all studies together say, one clause a direction, questions last."""
    words = {"A": label_of(link.a, labels), "B": label_of(link.b, labels)}
    clauses = _FOUND
    if link.through:
        words["M"] = label_of(link.through, labels)
        clauses = _MEDIATED if link.relation is Relation.MEDIATES else _MODERATED
    told = []
    for direction, clause in clauses.items():
        said = voices(link, direction)
        if said:
            reviews = sum(voice.synthesis for voice in said)
            n = count(len(said), "study", "studies") if reviews < len(said) else _reviews(reviews)
            if 0 < reviews < len(said):
                n += f" ({reviews} of them {'a review' if reviews == 1 else 'reviews'})"
            told.append(clause.format(n=n, **words))
    asking = len(asked(link))
    if asking:
        told.append(f"{count(asking, 'study asks', 'studies ask')} about it")
    if not told:
        told.append(f"{words['A']} and {words['B']} are named together only as background")
    sentence = f"{'; '.join(told)}{_years(link)}."
    return f"{sentence[:1].upper()}{sentence[1:]}"


def _reviews(n: int) -> str:
    return count(n, "review or meta-analysis", "reviews and meta-analyses")


def _years(link: Link) -> str:
    if link.first_year is None:
        return ""
    if link.first_year == link.last_year:
        return f" ({link.first_year})"
    return f" ({link.first_year}–{link.last_year})"


def dossier_sentence(found: Dossier, labels: Mapping[str, str] | None = None) -> str:
    """The link of a dossier in a sentence, or that there is none."""
    if found.link:
        return link_sentence(found.link, labels)
    pair = f"{label_of(found.a, labels)} with {label_of(found.b, labels)}"
    return f"No claim relates {pair} in this corpus; that is no proof that nobody studied it."


def balance_sentences(found: Balance) -> tuple[str, ...]:
    """Counts of primary studies, the sign test, syntheses, and how surely all was read."""
    lines = [_counts(found)]
    if found.signed:
        lines.append(_test(found))
    syntheses = found.syntheses
    if syntheses.studies:
        parts = [
            f"{len(syntheses.of(direction))} {direction.value}"
            for direction in Direction
            if syntheses.of(direction)
        ]
        lines.append(f"{_reviews(len(syntheses.studies)).capitalize()}: {', '.join(parts)}.")
    if found.confidence is not None:
        lines.append(
            f"Reading confidence of these findings: median {apa(found.confidence)} "
            "(how surely the sentences were read; it enters no figure here)."
        )
    return tuple(lines)


def _counts(found: Balance) -> str:
    named = {
        "positive": found.positive,
        "negative": found.negative,
        "with both signs": found.conflicting,
        "null": found.null,
        "mixed": found.mixed,
        "without a sign": found.unspecified,
    }
    parts = [f"{len(studies)} {name}" for name, studies in named.items() if studies]
    if not parts:
        return "No primary study reports a finding."
    return f"{count(found.tested, 'primary study', 'primary studies')}: {', '.join(parts)}."


def _test(found: Balance) -> str:
    if found.share is None or found.low is None or found.high is None or found.p is None:
        return f"Too few studies with a direction ({found.signed}) for a test."
    return (
        f"Of {found.signed} studies with a direction {len(found.positive)} are positive: "
        f"{100 * found.share:.0f} % (95 % interval {100 * found.low:.0f} to "
        f"{100 * found.high:.0f} %; sign test {p_value(found.p)}; null results have no direction)."
    )


def pooled_sentence(found: Pooled) -> str:
    """The random-effects summary with its interval and heterogeneity."""
    (low, high), (new_low, new_high) = found.interval, found.prediction
    return (
        f"Random-effects mean of {found.k} studies: r = {apa(found.r)} "
        f"[{apa(low)}, {apa(high)}], {p_value(found.p)}; tau² = {found.tau2:.3f}, "
        f"I² = {100 * found.i2:.0f} %, Q = {found.q:.1f} ({p_value(found.q_p)}); "
        f"a new study is expected within [{apa(new_low)}, {apa(new_high)}]."
    )


def effects_sentence(effects: Sequence[Effect], pooled: Pooled | None) -> str:
    """The pooled effect, or why there is none."""
    if pooled:
        return pooled_sentence(pooled)
    if not effects:
        return "No abstract of a primary study gives an effect size that can be converted."
    n = count(len(effects), "study gives", "studies give")
    return f"Only {n} an effect size that can be converted: too few to pool."


def effect_words(effect: Effect) -> str:
    """One effect with its interval: "r = .28 [.26, .30]"."""
    low, high = effect.interval
    return f"r = {apa(effect.r)} [{apa(low)}, {apa(high)}]"


def summary_sentences(found: Dossier) -> tuple[str, ...]:
    """What follows from a link: balance, effects, published summaries, disagreement."""
    if found.link is None:
        return ()
    effects = primary_effects(found.link)
    lines = [*balance_sentences(balance(found.link)), effects_sentence(effects, pool(effects))]
    published = published_effects(found.link)
    if published:
        told = (f"{_study(found.link, e.study)} {effect_words(e)}" for e in published)
        lines.append(f"Published summaries: {'; '.join(told)}.")
    lines += facts_sentences(facts(found.link))
    apart = disagreement(found.link)
    return (*lines, *(disagreement_sentences(apart) if apart else ()))


def _study(link: Link, name: str) -> str:
    return next(citation(s.reading.document) for s in link.supports if s.study.id == name)
