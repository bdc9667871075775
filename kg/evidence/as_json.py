"""A dossier, or the links of a construct, as JSON values: every study with its claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from kg.claims_io import claim_to_json
from kg.evidence.balance import Balance, balance
from kg.evidence.disagreement import Disagreement, disagreement, disagreement_sentences
from kg.evidence.dossier import Dossier, Voice, asked, background, voices
from kg.evidence.effects import Effect, primary_effects, published_effects
from kg.evidence.facts import facts
from kg.evidence.pool import Pooled, pool
from kg.evidence.words import dossier_sentence, link_sentence
from kg.links import Link, Support
from kg.model import Direction
from kg.wording import citation, claim_sentence, label_of

Labels = Mapping[str, str]


def dossier_json(found: Dossier, labels: Labels) -> dict[str, Any]:
    """All on a pair: lists of studies by direction, what follows from them, and the paths."""
    effects = primary_effects(found.link)
    apart = disagreement(found.link)
    return {
        "a": found.a,
        "b": found.b,
        "label": f"{label_of(found.a, labels)} – {label_of(found.b, labels)}",
        "sentence": dossier_sentence(found, labels),
        **_voices(found.link, labels),
        "balance": _balance(balance(found.link)),
        "effects": [_effect(effect) for effect in effects],
        "pooled": _pooled(pool(effects)),
        "published": [_effect(effect) for effect in published_effects(found.link)],
        "disagreement": _disagreement(apart) if apart else None,
        "paths": [path_json(path, labels) for path in found.paths],
        **_facts(found.link),
        "kept_apart": list(found.apart),
    }


def construct_json(links: Sequence[Link], paths: Sequence[Link], labels: Labels) -> dict[str, Any]:
    """The links and paths of a construct; studies by their ids."""
    return {
        "links": [_link(link, labels) for link in links],
        "paths": [path_json(path, labels) for path in paths],
    }


def path_json(link: Link, labels: Labels) -> dict[str, Any]:
    """A mediation or moderation with its studies by direction."""
    return {
        "relation": link.relation,
        "from": link.a,
        "through": link.through,
        "to": link.b,
        "sentence": link_sentence(link, labels),
        **_voices(link, labels),
    }


def _link(link: Link, labels: Labels) -> dict[str, Any]:
    by_direction = {d.value: [v.study.id for v in voices(link, d)] for d in Direction}
    return {
        "a": link.a,
        "b": link.b,
        "label": label_of(link.b, labels),
        "sentence": link_sentence(link, labels),
        "studies": list(link.studies),
        **by_direction,
        "reviews": list(link.reviews.studies),
        "asked": [v.study.id for v in asked(link)],
        **_facts(link),
    }


def _voices(link: Link | None, labels: Labels) -> dict[str, Any]:
    found: dict[str, Iterable[Voice]] = {d.value: voices(link, d) for d in Direction}
    found |= {"asked": asked(link), "background": background(link)}
    return {name: [voice_json(voice, labels) for voice in said] for name, said in found.items()}


def _facts(link: Link | None) -> dict[str, Any]:
    found = facts(link)
    years = [link.first_year, link.last_year] if link and link.first_year is not None else None
    samples = {unit: list(sizes) for unit, sizes in found.sizes}
    counts = {name: dict(values) for name, values in found.values}
    return {"years": years, "samples": samples, **counts}


def voice_json(voice: Voice, labels: Labels) -> dict[str, Any]:
    """A study with its record and its claims in one direction."""
    study, documents = voice.study, voice.documents
    return {
        "study": study.id,
        "citation": citation(documents[0]),
        "year": documents[0].year,
        "kind": study.kind,
        "synthesis": voice.synthesis,
        "basis": voice.basis,
        "design": study.design,
        "n": study.n,
        "unit": study.unit,
        "population": study.population,
        "documents": [
            {"id": d.id, "key": d.key, "title": d.title, "year": d.year, "doi": d.doi}
            | {"pmid": d.pmid, "retracted": d.retracted}
            for d in documents
        ],
        "claims": [support_json(support, labels) for support in voice.supports],
    }


def support_json(support: Support, labels: Labels) -> dict[str, Any]:
    """A claim as in ``claims.jsonl``, in a plain sentence, with the direction that counts here."""
    claim, reading = support.claim, support.reading
    return claim_to_json(claim) | {
        "document": claim.document,
        "statement": claim_sentence(claim, reading.document, reading.study, labels),
        "direction": support.direction,
        "direction_as_read": claim.direction,
        "turned": support.turned,
    }


def _rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in values.items()}


def _balance(found: Balance) -> dict[str, Any]:
    syntheses = {d.value: list(found.syntheses.of(d)) for d in Direction}
    fields = asdict(replace(found)) | {"syntheses": syntheses}
    rest = {"signed": found.signed, "tested": found.tested, "too_few": found.too_few}
    return _rounded(fields) | rest


def _effect(effect: Effect) -> dict[str, Any]:
    low, high = effect.interval
    return _rounded({"study": effect.study, "r": effect.r, "low": low, "high": high}) | {
        "n": effect.n,
        "printed": list(effect.raw),
        "cautions": list(effect.cautions),
    }


def _pooled(found: Pooled | None) -> dict[str, Any] | None:
    if found is None:
        return None
    (low, high), (new_low, new_high) = found.interval, found.prediction
    values = {"k": found.k, "r": found.r, "low": low, "high": high, "p": found.p}
    values |= {"tau2": found.tau2, "i2": found.i2, "q": found.q, "q_p": found.q_p}
    return _rounded(values | {"prediction_low": new_low, "prediction_high": new_high})


def _disagreement(found: Disagreement) -> dict[str, Any]:
    return {
        "sentences": list(disagreement_sentences(found)),
        "positive": [voice.study.id for voice in found.positive],
        "negative": [voice.study.id for voice in found.negative],
        "slots": [asdict(contrast) for contrast in found.contrasts],
        "explained_by": [contrast.slot for contrast in found.explaining],
        "pairs": [
            {"positive": pair.positive.study.id, "negative": pair.negative.study.id}
            | {"differing": {slot: [list(a), list(b)] for slot, a, b in pair.differing}}
            | {"same": list(pair.same)}
            for pair in found.pairs
        ],
        "contradictions": [
            {"positive": one.claim.id, "negative": other.claim.id}
            | {"studies": [one.study.id, other.study.id]}
            for one, other in found.contradictions
        ],
    }
