"""Which way claimed pairs go: by what the words plainly say, or else by models."""

from __future__ import annotations

from collections.abc import Sequence

from extract.asking import Asking
from extract.candidates import Candidate
from extract.contrast import affirmed, contrast_features, denies_others, may_contrast
from extract.encoded import Encoded
from extract.linear import likeliest
from extract.models import Models
from extract.signs import Said, add_up, is_stated
from extract.slots import direction_features, plainly_denied

#: From this probability on a sentence says both a relation and a null of one pair.
_CONTRASTED = 0.35
#: So many times as likely as the sign that the words give must it be that they give none.
_HARDLY = 1.3
#: How sure a sign is that its predicate states, whatever such pairs mostly do (of 103 annotated
#: signs all were those that the words give).
_STATED = 0.9
#: How sure a null is that is said in plain words (of 68 annotated ones 64 were nulls).
_PLAIN = 0.93


def directions(
    candidates: Sequence[Candidate], said: Said, encoded: Encoded, models: Models
) -> Asking[list[tuple[tuple[str, float], ...]]]:
    """The sign of each pair with its probability; a null behind it if its sentence says so, too."""
    denied = [plainly_denied(candidate) for candidate in candidates]
    told = [() if no else encoded.signs(own) for own, no in zip(candidates, denied, strict=True)]
    features = [
        () if no else direction_features(candidate, said, own)
        for candidate, own, no in zip(candidates, told, denied, strict=True)
    ]
    likely = yield models["direction"].all_probabilities, features
    return [
        (("0", _PLAIN),) if no else _direction(candidate, own, signs, models)
        for candidate, no, own, signs in zip(candidates, denied, told, likely, strict=True)
    ]


def _direction(
    candidate: Candidate, told: tuple[str, ...], signs: dict[str, float], models: Models
) -> tuple[tuple[str, float], ...]:
    if affirmed(candidate):
        return (_but_null(signs),)
    if may_contrast(candidate.view) and not denies_others(candidate):
        null = models["contrast"].likelihood((*contrast_features(candidate), *told))
        if null >= _CONTRASTED:
            return _but_null(signs), ("0", null)
    return (_likeliest(candidate, signs),)


def _likeliest(candidate: Candidate, signs: dict[str, float]) -> tuple[str, float]:
    """The likeliest sign; that of the arithmetic where it is stated, or none is hardly likelier."""
    sign, sure = likeliest(signs)
    plain = {1: "+", -1: "-"}.get(add_up(candidate).sign, sign)
    if {sign, plain} == {"+", "-"} and is_stated(candidate):
        return plain, _STATED
    return (plain, signs[plain]) if sign == "?" and signs[plain] * _HARDLY >= sure else (sign, sure)


def _but_null(signs: dict[str, float]) -> tuple[str, float]:
    """The likeliest sign of a pair that is not a null, and how likely it is then."""
    sign, sure = likeliest({sign: chance for sign, chance in signs.items() if sign != "0"})
    return sign, sure / (1.0 - signs["0"])
