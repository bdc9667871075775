"""Signals that a pair of constructs is worth studying, as matrices over all constructs.

Signals that look at the network are meant for pairs without a finding of their own. Common
neighbours, Adamic-Adar (2003, Social Networks 25:211) and resource allocation (Zhou, Lu & Zhang
2009, European Physical Journal B 71:623) are weighted after Murata and Moriyasu (2008, New
Generation Computing 26:275); personalised PageRank has the usual damping of .85; the spectral
signal is the low-rank part of the normalised adjacency matrix (Kunegis & Lommatzsch 2009, ICML).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from kg.gaps.evidence import Evidence, Said
from kg.gaps.kinds import QUESTIONS
from kg.gaps.model import Pair
from kg.model import Status

Matrix = NDArray[np.float64]
#: Statuses of a claim that tells without a finding of its own.
_TOLD = frozenset({Status.BACKGROUND, Status.CONCLUSION})

#: Damping of personalised PageRank.
DAMPING = 0.85
#: Eigenvectors that the spectral signal keeps.
RANK = 8
#: Years that count as recent, the latest of the corpus included.
RECENT_YEARS = 5
#: Added to observed and expected counts; chosen by simulation (docs/gaps.md).
SHRINKAGE = 1.0
#: Findings that misreading puts on a pair, as a share of those expected by chance; likewise.
MISREAD = 0.1


class Spoken(NamedTuple):
    """How many say anything on each pair."""

    #: All studies with a claim on it.
    studies: Matrix
    #: Primary studies with a finding on just this pair.
    as_read: Matrix
    #: Documents that ask about it.
    asking: Matrix
    #: Documents that tell without a finding of their own.
    telling: Matrix


@dataclass(frozen=True)
class Network:
    """The counts of a corpus as matrices; rows and columns are ``names``.

    ``studies`` counts primary studies with a finding on a pair, the diagonal those on a construct.
    """

    names: tuple[str, ...]
    evidence: Evidence
    #: A construct -> its field (the ontology's domain); those without one stand alone.
    fields: Mapping[str, str] = field(default_factory=dict)
    shrinkage: float = SHRINKAGE
    misread: float = MISREAD

    @cached_property
    def studies(self) -> Matrix:
        """Primary studies with a finding on each pair; zero on the diagonal and for relatives."""
        return self._pairs(lambda a, b: self.evidence.count(a, b))

    @cached_property
    def sizes(self) -> Matrix:
        """Primary studies with a finding on each construct."""
        return np.array([len(self.evidence.of_construct.get(n, ())) for n in self.names], float)

    @cached_property
    def weights(self) -> Matrix:
        """The network: how firmly two constructs are linked, log2(1 + studies)."""
        return np.log2(1 + self.studies)

    @cached_property
    def others(self) -> Matrix:
        """1 where a construct (column) is no relative of another (row), else 0."""
        related = self.evidence.related
        return np.array([[float(not related(a, b)) for b in self.names] for a in self.names])

    @cached_property
    def spoken(self) -> Spoken:
        """Who says anything on each pair; nothing for relatives."""
        size = len(self.names)
        counts = Spoken(*(np.zeros((size, size)) for _ in Spoken._fields))
        place = {name: i for i, name in enumerate(self.names)}
        for pair, said in self.evidence.said.items():
            i, j = (place.get(name) for name in pair)
            if i is not None and j is not None and not self.evidence.related(*pair):
                for matrix, who in zip(counts, _speakers(pair, said.values()), strict=True):
                    matrix[i, j] = matrix[j, i] = len(who)
        return counts

    @property
    def as_read(self) -> Matrix:
        """Primary studies with a finding on just this pair, narrower constructs left out."""
        return self.spoken.as_read

    @cached_property
    def degrees(self) -> Matrix:
        """With how many constructs each was found."""
        return np.asarray((self.studies > 0).sum(axis=1), float)

    @cached_property
    def shared(self) -> Matrix:
        """With how many constructs both were found."""
        found = (self.studies > 0).astype(float)
        return np.asarray(found @ found.T)

    def _pairs(self, measure: Callable[[str, str], float]) -> Matrix:
        matrix = np.zeros((len(self.names), len(self.names)))
        for i, a in enumerate(self.names):
            for j, b in enumerate(self.names[:i]):
                if not self.evidence.related(a, b):
                    matrix[i, j] = matrix[j, i] = measure(a, b)
        return matrix

    def expected(self) -> Matrix:
        """log2 of expected over observed studies, both with shrinkage.

        The information component of disproportionality analysis (Noren, Hopstadius & Bate 2013,
        Statistical Methods in Medical Research 22:57), sign reversed. Of the observed studies those
        are taken off that misreading alone would put there.
        """
        chance = np.outer(self.sizes, self.sizes) / max(len(self.evidence.studies), 1)
        observed = np.maximum(self.studies - self.misread * chance, 0)
        return np.log2((chance + self.shrinkage) / (observed + self.shrinkage))

    def partners(self) -> Matrix:
        """With how many others both were found: log2 of preferential attachment."""
        return np.log2(1 + np.outer(self.degrees, self.degrees))

    def joined_fields(self) -> Matrix:
        """How often the fields of both are studied together, against chance (log2, shrunk)."""
        labels = [self.fields.get(name, name) for name in self.names]
        kinds = sorted(set(labels))
        inside = np.array([[float(label == kind) for kind in kinds] for label in labels])
        if not kinds:
            return np.zeros((0, 0))
        found = inside.T @ self.as_read @ inside
        ends = self.as_read.sum(axis=1)
        chance = inside.T @ np.outer(ends, ends) @ inside / max(ends.sum(), 1)
        return np.asarray(inside @ np.log2((found + 2) / (chance + 2)) @ inside.T)

    def relatives(self) -> Matrix:
        """Studies on pairs one step away: one end broader, narrower, or filed beside (half)."""
        near = np.array([[self._nearness(a, b) for b in self.names] for a in self.names])
        if not self.names:
            return np.zeros((0, 0))
        links = np.log2(1 + self.as_read)
        return np.asarray(np.log2(1 + near @ links + links @ near))

    def _nearness(self, a: str, b: str) -> float:
        if a == b:
            return 0.0
        if self.evidence.related(a, b):
            return 1.0
        shared = (self.evidence.wider(a) - {a}) & (self.evidence.wider(b) - {b})
        return 0.5 if shared else 0.0

    def _through(self, worth: Matrix) -> Matrix:
        """Sum over third constructs of the mean weight of both legs times what the third counts."""
        roots = np.sqrt(self.weights)
        return np.asarray((roots * worth) @ roots.T)

    def common_neighbours(self) -> Matrix:
        """Constructs found with both, weighted by the geometric mean of the legs."""
        return np.log2(1 + self._through(np.ones(len(self.names))))

    def adamic_adar(self) -> Matrix:
        """The same; a construct found with few others counts more (1 / log of its degree)."""
        degree = self.weights.sum(axis=1)
        return np.log2(1 + self._through(1 / np.log(np.e + degree)))

    def resource_allocation(self) -> Matrix:
        """The same; a construct shares what it has among all its neighbours (1 / its degree)."""
        degree = self.weights.sum(axis=1)
        return np.log2(1 + self._through(1 / np.maximum(degree, 1)))

    def pagerank(self) -> Matrix:
        """Chance to be at one construct on a random walk from the other, without the direct step.

        The log of the geometric mean of both ways.
        """
        size = len(self.names)
        if not size:
            return np.zeros((0, 0))
        degree = self.weights.sum(axis=1, keepdims=True)
        step = np.divide(self.weights, degree, out=np.zeros((size, size)), where=degree > 0)
        visits = (1 - DAMPING) * np.linalg.inv(np.eye(size) - DAMPING * step)
        beyond = visits - (1 - DAMPING) * (np.eye(size) + DAMPING * step)
        both = np.sqrt(np.maximum(beyond, 0) * np.maximum(beyond.T, 0))
        return np.asarray(np.log2(both + 1e-4))

    def spectral(self) -> Matrix:
        """What the main eigenvectors of the network expect between two constructs."""
        size = len(self.names)
        if not size:
            return np.zeros((0, 0))
        degree = np.maximum(self.weights.sum(axis=1), 1e-9)
        scaled = self.weights / np.sqrt(np.outer(degree, degree))
        values, vectors = np.linalg.eigh(scaled)
        kept = np.argsort(-values)[:RANK]
        low = (vectors[:, kept] * np.maximum(values[kept], 0)) @ vectors[:, kept].T
        return np.asarray(low * np.sqrt(np.outer(degree, degree)))

    def bridging(self) -> Matrix:
        """Third constructs studied with both ends in one kind of population (weaker leg counts)."""
        size = len(self.names)
        total = np.zeros((size, size))
        for weights in self._by_population():
            for leg in weights:
                total += np.minimum(np.minimum.outer(leg, leg), 1)
        return np.log2(1 + total)

    def _by_population(self) -> list[Matrix]:
        place = {name: i for i, name in enumerate(self.names)}
        studies: dict[str, dict[tuple[int, int], set[str]]] = {}
        for (a, b), said in self.evidence.said.items():
            if a in place and b in place and not self.evidence.related(a, b):
                for one in said.values():
                    if one.primary and one.population:
                        pairs = studies.setdefault(one.population, {})
                        pairs.setdefault((place[a], place[b]), set()).add(one.study)
        return [self._counted(studies[kind]) for kind in sorted(studies)]

    def _counted(self, pairs: dict[tuple[int, int], set[str]]) -> Matrix:
        matrix = np.zeros((len(self.names), len(self.names)))
        for (i, j), found in pairs.items():
            matrix[i, j] = matrix[j, i] = len(found)
        return matrix

    def asked(self) -> Matrix:
        """Documents that ask, expect or call it an open question."""
        return np.log2(1 + self.spoken.asking)

    def told(self) -> Matrix:
        """Documents that report it as known or conclude it without a finding of their own."""
        return np.log2(1 + self.spoken.telling)

    def together(self) -> Matrix:
        """Studies that name both constructs without a claim on the pair."""
        return np.log2(1 + self.unclaimed)

    @cached_property
    def unclaimed(self) -> Matrix:
        """How many studies name both constructs without a claim on the pair."""
        touching = self.evidence.touching
        studies = sorted(self.evidence.documents)
        place = {name: i for i, name in enumerate(studies)}
        touched = np.zeros((len(self.names), len(studies)), dtype=np.float32)
        for i, name in enumerate(self.names):
            touched[i, [place[study] for study in touching.get(name, ())]] = 1
        both = (touched @ touched.T).astype(float)
        return np.maximum(both - self.spoken.studies, 0) * self.others

    def importance(self) -> Matrix:
        """Primary studies on the rarer of the two constructs."""
        return np.asarray(np.log2(1 + np.minimum.outer(self.sizes, self.sizes)))

    @cached_property
    def _recent(self) -> Matrix:
        years = self.evidence.years
        since = max(years.values(), default=0) - RECENT_YEARS
        new = {study for study, year in years.items() if year > since}
        of = self.evidence.of_construct
        return np.array([len(new & of.get(name, set())) for name in self.names], float)

    def recency(self) -> Matrix:
        """Primary studies of the last years on the one with fewer of them."""
        return np.asarray(np.log2(1 + np.minimum.outer(self._recent, self._recent)))

    def growth(self) -> Matrix:
        """How much of the research on both is recent, against all research (log2 of shares)."""
        years, studies = self.evidence.years, self.evidence.studies
        since = max(years.values(), default=0) - RECENT_YEARS
        share = sum(years.get(s, 0) > since for s in studies) / max(len(studies), 1)
        own = np.log2((self._recent + 2 * share + 1e-9) / ((self.sizes + 2) * share + 1e-9))
        return np.asarray(np.add.outer(own, own) / 2)


def _speakers(pair: Pair, said: Iterable[Said]) -> tuple[set[str], ...]:
    """Who is counted for a pair, as in `Spoken`."""
    studies, as_read, asking, telling = set[str](), set[str](), set[str](), set[str]()
    for one in said:
        studies.add(one.study)
        if one.primary:
            if one.pair == pair:
                as_read.add(one.study)
        elif asks(one):
            asking.add(one.claim.document)
        elif tells(one):
            telling.add(one.claim.document)
    return studies, as_read, asking, telling


def asks(said: Said) -> bool:
    """Whether a claim asks, expects, or calls it an open question."""
    return said.claim.status in QUESTIONS


def tells(said: Said) -> bool:
    """Whether a claim reports it as known, concludes it, or is a review's statement of a result."""
    return said.claim.status in _TOLD or (said.synthesis and said.claim.status is Status.FINDING)


#: A signal's name -> how it is measured. The order is that of tables.
SIGNALS: dict[str, Callable[[Network], Matrix]] = {
    "expected": Network.expected,
    "partners": Network.partners,
    "fields": Network.joined_fields,
    "relatives": Network.relatives,
    "common neighbours": Network.common_neighbours,
    "Adamic-Adar": Network.adamic_adar,
    "resource allocation": Network.resource_allocation,
    "PageRank": Network.pagerank,
    "spectral": Network.spectral,
    "bridging": Network.bridging,
    "asked": Network.asked,
    "told": Network.told,
    "together": Network.together,
    "importance": Network.importance,
    "recency": Network.recency,
    "growth": Network.growth,
}


def measure(network: Network) -> dict[str, Matrix]:
    """All signals, each a symmetric matrix over the network's constructs.

    On one core: the matrices are so small that others would but wait for each other.
    """
    with threadpool_limits(limits=1, user_api="blas"):
        return {name: signal(network) for name, signal in SIGNALS.items()}


def preferential_attachment(network: Network) -> Matrix:
    """The baseline: the product of how many constructs each was found with."""
    return np.outer(network.degrees, network.degrees)


def column(matrix: Matrix, places: Sequence[tuple[int, int]]) -> Matrix:
    """The values of some pairs, as one column."""
    if not places:
        return np.zeros(0)
    rows, columns = zip(*places, strict=True)
    return np.asarray(matrix[list(rows), list(columns)])
