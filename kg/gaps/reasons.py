"""Why a pair is listed, in words: what is missing, what its score is made of, and the caveat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from kg.gaps.evidence import Evidence, Said
from kg.gaps.kinds import SLOTS, common, facet, studied_above
from kg.gaps.model import Bridge, GapKind, Pair, Signal
from kg.gaps.scoring import Record, Scores
from kg.gaps.signals import RECENT_YEARS, Matrix, Network
from kg.links import Votes
from kg.model import Direction, Status
from kg.wording import label_of

#: The end of every reason.
CAVEAT = "This describes the corpus; it is not proof that no study exists."
#: Signals that count for a pair with findings; the others say whether one will come.
OF_STUDIED = frozenset({"expected", "asked", "importance", "recency"})
_SHOWN = 3
#: How claims without a finding are counted in the reason.
_UNFOUNDED = {
    Status.HYPOTHESIS.value: "a question or expectation",
    Status.OPEN_QUESTION.value: "an open question",
    Status.BACKGROUND.value: "known before",
    Status.CONCLUSION.value: "an author's conclusion",
    "synthesised": "a statement of a review",
}
_Labels = Mapping[str, str]


def studies(number: int) -> str:
    """A number of studies in words."""
    return f"{number} {'study' if number == 1 else 'studies'}"


def both(pair: Pair, labels: _Labels) -> str:
    """The two constructs in words."""
    return f"{label_of(pair[0], labels)} and {label_of(pair[1], labels)}"


def reason(kind: GapKind, pair: Pair, evidence: Evidence, labels: _Labels) -> str:
    """What is missing, as one sentence."""
    return f"In this corpus {_REASONS[kind](pair, evidence, labels)}."


def _unstudied(pair: Pair, evidence: Evidence, labels: _Labels) -> str:
    return f"no claim relates {both(pair, labels)}"


def _asked(pair: Pair, evidence: Evidence, labels: _Labels) -> str:
    counted = Counter(map(_footing, evidence.said[pair].values()))
    said = ", ".join(f"{counted[k]} as {words}" for k, words in _UNFOUNDED.items() if counted[k])
    return f"{both(pair, labels)} are related in words ({said}), but by no primary finding"


def _footing(said: Said) -> str:
    return "synthesised" if said.synthesis and said.claim.asserted else said.claim.status.value


def _roll_up(pair: Pair, evidence: Evidence, labels: _Labels) -> str:
    wider = studied_above(pair, evidence) or pair
    number = studies(len(evidence.of_pair[wider]))
    return f"{both(wider, labels)} were studied ({number}), but not {both(pair, labels)}"


def _conflicting(pair: Pair, evidence: Evidence, labels: _Labels) -> str:
    votes = _votes(evidence.found(pair))
    counts = ", ".join(
        f"{way} in {len(votes.of(way))}"
        for way in (Direction.POSITIVE, Direction.NEGATIVE, Direction.NULL)
        if votes.of(way)
    )
    return (
        f"primary studies disagree on {both(pair, labels)} ({counts}), and no known difference "
        "between them explains it"
    )


def _votes(found: Sequence[Said]) -> Votes:
    ways: dict[str, set[str]] = {}
    for said in found:
        ways.setdefault(said.direction.value, set()).add(said.study)
    return Votes(**{way: tuple(sorted(names)) for way, names in ways.items()})


def _one_facet(pair: Pair, evidence: Evidence, labels: _Labels) -> str:
    narrow = facet(pair, evidence.found(pair)) or pair
    number = studies(len(evidence.of_pair[pair]))
    return f"{both(pair, labels)} were studied only as {both(narrow, labels)} ({number})"


def _tested_once(pair: Pair, evidence: Evidence, labels: _Labels) -> str:
    ways = sorted({said.direction.value for said in evidence.found(pair)})
    return f"one study tested {both(pair, labels)} ({', '.join(ways)})"


def _one_lab(pair: Pair, evidence: Evidence, labels: _Labels) -> str:
    number = studies(len(evidence.of_pair[pair]))
    return f"{both(pair, labels)} were tested in {number} that share an author"


def _one_slot(kind: GapKind, what: str) -> Callable[[Pair, Evidence, _Labels], str]:
    def worded(pair: Pair, evidence: Evidence, labels: _Labels) -> str:
        value = common(evidence.found(pair), SLOTS[kind])
        number = studies(len(evidence.of_pair[pair]))
        return f"{both(pair, labels)} were studied in {number}, {what}: {value}"

    return worded


def _thin(pair: Pair, evidence: Evidence, labels: _Labels) -> str:
    return f"{both(pair, labels)} were studied in {studies(len(evidence.of_pair[pair]))} only"


def _unsynthesised(pair: Pair, evidence: Evidence, labels: _Labels) -> str:
    number = studies(len(evidence.of_pair[pair]))
    return f"{number} tested {both(pair, labels)}, but no review or meta-analysis speaks of them"


_REASONS: dict[GapKind, Callable[[Pair, Evidence, _Labels], str]] = {
    GapKind.UNSTUDIED: _unstudied,
    GapKind.ASKED: _asked,
    GapKind.ROLL_UP: _roll_up,
    GapKind.CONFLICTING: _conflicting,
    GapKind.ONE_FACET: _one_facet,
    GapKind.TESTED_ONCE: _tested_once,
    GapKind.ONE_LAB: _one_lab,
    GapKind.ONE_POPULATION: _one_slot(GapKind.ONE_POPULATION, "in one population"),
    GapKind.ONE_ROLE: _one_slot(GapKind.ONE_ROLE, "in one role"),
    GapKind.ONE_SPECIMEN: _one_slot(GapKind.ONE_SPECIMEN, "in one specimen"),
    GapKind.ONE_METHOD: _one_slot(GapKind.ONE_METHOD, "by one method"),
    GapKind.THIN: _thin,
    GapKind.UNSYNTHESISED: _unsynthesised,
}


def context(
    pair: Pair,
    evidence: Evidence,
    bridging: Sequence[Bridge],
    flags: Sequence[str],
    labels: _Labels,
) -> Iterator[str]:
    """The sentences after the reason: expected studies, bridges, doubts, the caveat."""
    counts = " and ".join(studies(len(evidence.of_construct[name])) for name in pair)
    expected = f"{evidence.expected(pair):.1f}"
    yield f"With {counts} on them, {expected} on both would be expected by chance."
    if bridging:
        legs = "; ".join(
            f"{label_of(b.through, labels)} ({b.studies[0]}, {b.studies[1]}"
            + (f"; both in {', '.join(b.populations)})" if b.populations else ")")
            for b in bridging[:_SHOWN]
        )
        yield f"Studied with both (studies with either): {legs}."
    yield from flags
    yield CAVEAT


class _Place(NamedTuple):
    """A pair with its place in a network."""

    pair: Pair
    network: Network
    i: int
    j: int

    @property
    def evidence(self) -> Evidence:
        return self.network.evidence

    @property
    def shared(self) -> int:
        """With how many constructs both were found."""
        return int(self.network.shared[self.i, self.j])


def signals_of(pair: Pair, scores: Scores) -> tuple[Signal, ...]:
    """What the score of a pair is made of, the largest contribution first."""
    i, j = scores.place[pair[0]], scores.place[pair[1]]
    place = _Place(pair, scores.network, i, j)
    telling = scores.telling
    if place.evidence.count(*pair):
        telling = [one for one in telling if one[0] in OF_STUDIED]
    found = [
        Signal(
            name=name,
            value=round(value[i][j], 6),
            contribution=round(contribution[i][j], 6),
            wording=words if isinstance(words := _SIGNAL_WORDS[name], str) else words(place),
        )
        for name, value, contribution in telling
    ]
    return tuple(sorted(found, key=lambda s: (-abs(s.contribution), s.name)))


def _rarer(place: _Place) -> int:
    """Studies on the rarer of the two constructs."""
    of = place.evidence.of_construct
    return min(len(of[place.pair[0]]), len(of[place.pair[1]]))


def _recent(place: _Place) -> int:
    a, b = place.pair
    return min(place.evidence.since(a, RECENT_YEARS), place.evidence.since(b, RECENT_YEARS))


def _texts(speakers: Matrix, place: _Place) -> str:
    number = int(speakers[place.i, place.j])
    return f"{number} {'document' if number == 1 else 'documents'}"


def _expected(place: _Place) -> str:
    expected, found = place.evidence.expected(place.pair), place.evidence.count(*place.pair)
    return f"{expected:.1f} studies expected by chance, {found} found"


_SIGNAL_WORDS: dict[str, str | Callable[[_Place], str]] = {
    "expected": _expected,
    "partners": "how many other constructs both were found with",
    "fields": "how often their two fields are studied together",
    "relatives": "studies on broader, narrower or sister constructs",
    "common neighbours": lambda p: f"{p.shared} constructs were found with both",
    "Adamic-Adar": lambda p: f"{p.shared} shared neighbours, rare ones counting more",
    "resource allocation": lambda p: f"{p.shared} shared neighbours, each sharing its links out",
    "PageRank": "how near they are on a walk along findings",
    "spectral": "whether the main patterns of the network join them",
    "bridging": "shared neighbours studied with both in one kind of population",
    "asked": lambda p: f"{_texts(p.network.spoken.asking, p)} asking or expecting it",
    "told": lambda p: (
        f"{_texts(p.network.spoken.telling, p)} saying so without a finding of their own"
    ),
    "together": "studies that name both without relating them",
    "importance": lambda p: f"the rarer of the two has {studies(_rarer(p))}",
    "recency": lambda p: (
        f"{studies(_recent(p))} of the last {RECENT_YEARS} years on the rarer of the two"
    ),
    "growth": "how much of the research on both is recent",
}


def score_words(signals: Sequence[Signal]) -> str:
    """The score taken apart: each part in words with what it adds."""
    parts = [
        f"{signal.name} {signal.contribution:+.2f} ({signal.wording})"
        for signal in signals
        if abs(signal.contribution) >= 0.005
    ]
    return "; ".join(parts)


def record_words(record: Record | None) -> str:
    """How pairs ranked alike fared in the backtest."""
    if record is None or not record.pairs:
        return "No backtest stands behind this rank."
    share = 100 * record.found / record.pairs
    return (
        f"In the backtest on the bundled corpus {record.found} of {record.pairs} pairs ranked "
        f"alike ({share:.0f} %) were found by a later study."
    )


def rounded(value: float) -> float:
    """A score without the last bits, in which processors differ."""
    return round(value * 1e6) / 1e6
