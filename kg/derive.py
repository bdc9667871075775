"""What follows from the claims, as statements of the derived graph: rebuilt, never edited.

Propositions and links with their counts of studies, shortcut triples between constructs, the
closure of ``skos:broader`` (`okg:within`), and the gaps. Questions count over these, not claims.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from kg.gaps import Concept, Gap, GapKind, ancestors
from kg.gaps.model import Pair
from kg.gaps.reasons import score_words
from kg.iris import DERIVED, RDF_TYPE, term
from kg.links import (
    PATH_RELATIONS,
    Link,
    Placement,
    claim_pairs,
    link_claims,
    standing,
)
from kg.memory import Memory, name_of, reading_names
from kg.model import Claim, Direction, Reading, Relation, Status
from kg.parts import Part, part_of_said, remembered_parts
from kg.rdf import proposition_iri
from kg.slots import slot_values
from kg.terms import Said, decimal, node, number, words
from kg.wording import label_of

#: Of gaps of lower rank on which nothing is said, only what they are is written to the graph.
GAPS_IN_FULL = 500
#: Bridges of a gap beyond this many are not written to the graph.
BRIDGES_IN_GRAPH = 5


def _name(name: str) -> str:
    return str(term(name))


_TYPE = str(RDF_TYPE)
_WITHIN, _LINKED, _STUDIED_WITH = _name("okg:within"), _name("okg:linked"), _name("okg:studiedWith")
_SUBJECT, _RELATION, _OBJECT = _name("okg:subject"), _name("okg:relation"), _name("okg:object")
_PATH_SOURCE, _PATH_TARGET = _name("okg:pathSource"), _name("okg:pathTarget")
_THROUGH, _END, _CLAIM = _name("okg:through"), _name("okg:end"), _name("okg:claim")
_PROPOSITION, _LINK, _GAP = _name("okg:Proposition"), _name("okg:Link"), _name("okg:Gap")
_N_CLAIMS, _N_STUDIES = _name("okg:nClaims"), _name("okg:nStudies")
_N_ASKED, _N_BACKGROUND = _name("okg:nAsked"), _name("okg:nBackground")
_N_CONCLUDED, _N_REVIEWS = _name("okg:nConcluded"), _name("okg:nReviews")
_N_DIRECTION = {
    direction.value: _name(f"okg:n{direction.value.capitalize()}") for direction in Direction
}
_LABEL, _WORDING = _name("rdfs:label"), _name("okg:wording")
#: For whom and by what a link was studied: property -> slot of its findings.
_SLOTS = {
    _name("okg:population"): "population",
    _name("okg:specimen"): "specimen",
    _name("okg:instrument"): "instrument",
    _name("okg:rater"): "rater",
}
_FIRST_YEAR, _LAST_YEAR = _name("okg:firstYear"), _name("okg:lastYear")
_KIND, _SCORE, _BRIDGE = _name("okg:gapKind"), _name("okg:score"), _name("okg:bridge")
_OBSERVED, _EXPECTED = _name("okg:observed"), _name("okg:expected")
_OWN_WORDS, _SIGN = _name("okg:hypothesis"), _name("okg:expectedSign")
_ALSO, _DOUBT, _NEAR = _name("okg:alsoKind"), _name("okg:doubt"), _name("okg:nearlyStudiedIn")
_IMPORTANCE, _REASONS = _name("okg:importance"), _name("okg:scoreInWords")
_BRIDGING_CLAIM = _name("okg:bridgingClaim")


def derived(
    readings: Sequence[Reading], constructs: Mapping[str, Concept], gaps: Iterable[Gap]
) -> Iterator[Said]:
    """What rests on all readings together; ``gaps`` as `find_gaps` ranks them."""
    labels = {name: concept.label for name, concept in constructs.items()}
    yield from _closure(constructs)
    yield from _shortcuts(readings)
    for rank, gap in enumerate(gaps):
        yield from _gap(gap, labels, full=rank < GAPS_IN_FULL)


def derived_between(readings: Sequence[Reading], labels: Mapping[str, str]) -> Iterator[Said]:
    """What rests on the claims between two constructs alone: propositions, the link, its paths."""
    for link in link_claims(readings, place=_as_proposition):
        yield from _proposition(link)
        if link.through and link.relation in PATH_RELATIONS:  # it has just the claims of the path
            yield from _path(link, labels)
    for link in link_claims(readings):
        yield from _link(link, labels)


def between_parts(
    readings: Sequence[Reading],
    constructs: Mapping[str, Concept],
    memory: Memory | None = None,
    standing: Collection[str] = (),
) -> list[Part]:
    """The derived graph between each two constructs as a part, made or remembered.

    A part is named by the claims between the two, and by all that stands in their readings.
    ``standing``: see `kg.parts.remembered_parts`.
    """
    labels = {name: concept.label for name, concept in constructs.items()}
    names = dict(zip(map(id, readings), reading_names(readings), strict=True))
    words = json.dumps(sorted(labels.items()))
    things: dict[str, list[tuple[Reading, list[Claim]]]] = {}
    for found in _by_ends(readings).values():
        said = (f"{names[id(r)]} {' '.join(c.id for c in claims)}" for r, claims in found)
        things[name_of("between", words, *said)] = found

    def made(name: str, found: list[tuple[Reading, list[Claim]]]) -> Part:
        own = [
            Reading(document=reading.document, claims=tuple(claims), study=reading.study)
            for reading, claims in found
        ]
        return part_of_said(name, DERIVED, derived_between(own, labels))

    return remembered_parts(things, made, memory, standing)


def _by_ends(readings: Iterable[Reading]) -> dict[Pair, list[tuple[Reading, list[Claim]]]]:
    """The two ends of claims or of their paths -> the readings with the claims between them."""
    found: dict[Pair, list[tuple[Reading, list[Claim]]]] = defaultdict(list)
    for reading in standing(readings):
        own: dict[Pair, list[Claim]] = defaultdict(list)
        for claim in reading.claims:
            a, b = claim.path or (claim.subject, claim.object)
            own[(a, b) if a <= b else (b, a)].append(claim)
        for ends, claims in own.items():
            found[ends].append((reading, claims))
    return found


def _closure(constructs: Mapping[str, Concept]) -> Iterator[Said]:
    for name, wider in ancestors(constructs).items():
        for other in wider:
            yield node("okgc", name), _WITHIN, [node("okgc", other)]


def _shortcuts(readings: Iterable[Reading]) -> Iterator[Said]:
    """Plain triples between constructs, for property paths and drawings; nulls are no link."""
    asserted: set[tuple[str, Relation, str]] = set()
    studied: set[tuple[str, str]] = set()
    null, finding, difference = Direction.NULL, Status.FINDING, Relation.GROUP_DIFFERENCE
    for reading in standing(readings):
        for claim in reading.claims:
            if claim.asserted and claim.direction is not null:
                asserted.add((claim.subject, claim.relation, claim.object))
            if claim.status is finding and claim.relation is not difference:
                studied.update(claim_pairs(claim))
    for subject, relation, other in asserted:
        if relation not in PATH_RELATIONS and relation is not Relation.GROUP_DIFFERENCE:
            yield node("okgc", subject), node("okgr", relation), [node("okgc", other)]
            yield node("okgc", subject), _LINKED, [node("okgc", other)]
            yield node("okgc", other), _LINKED, [node("okgc", subject)]
    for a, b in studied:
        yield node("okgc", a), _STUDIED_WITH, [node("okgc", b)]
        yield node("okgc", b), _STUDIED_WITH, [node("okgc", a)]


def _as_proposition(claim: Claim) -> Iterator[Placement]:
    """Claims meet that have the same subject, relation and object (and path)."""
    yield Placement(
        a=claim.path[0] if claim.path else claim.subject,
        b=claim.path[1] if claim.path else claim.object,
        through=claim.subject if claim.path else None,
        relation=claim.relation,
        direction=claim.direction,
    )


def _proposition(link: Link) -> Iterator[Said]:
    claim = link.claims[0]
    this = str(proposition_iri(claim))
    yield this, _TYPE, [_PROPOSITION]
    yield this, _SUBJECT, [node("okgc", claim.subject)]
    yield this, _RELATION, [node("okgr", claim.relation)]
    yield this, _OBJECT, [node("okgc", claim.object)]
    if claim.path:
        yield this, _PATH_SOURCE, [node("okgc", claim.path[0])]
        yield this, _PATH_TARGET, [node("okgc", claim.path[1])]
    yield from _counts(this, link)


def _link(link: Link, labels: Mapping[str, str]) -> Iterator[Said]:
    this = node("link", link.a, link.b)
    yield this, _TYPE, [_LINK]
    yield this, _LABEL, [words(f"{label_of(link.a, labels)} – {label_of(link.b, labels)}")]
    yield from _ends(this, link.a, link.b)
    yield from _gathered(this, link)


def _path(link: Link, labels: Mapping[str, str]) -> Iterator[Said]:
    through, relation = link.through or "", link.relation or Relation.MEDIATES
    this = node("path", link.a, link.b, relation, through)
    verb = "mediated" if relation is Relation.MEDIATES else "moderated"
    yield this, _TYPE, [_LINK]
    source, target, third = (label_of(name, labels) for name in (link.a, link.b, through))
    yield this, _LABEL, [words(f"{source} – {target}, {verb} by {third}")]
    yield this, _PATH_SOURCE, [node("okgc", link.a)]
    yield this, _PATH_TARGET, [node("okgc", link.b)]
    yield this, _THROUGH, [node("okgc", through)]
    yield this, _RELATION, [node("okgr", relation)]
    yield from _gathered(this, link)


def _ends(this: str, a: str, b: str) -> Iterator[Said]:
    yield this, _END, [node("okgc", a), node("okgc", b)]


def _gathered(this: str, link: Link) -> Iterator[Said]:
    yield this, _CLAIM, [node("claim", support.claim.id) for support in link.supports]
    for predicate, slot in _SLOTS.items():
        yield this, predicate, [words(value) for value in slot_values(link.primary, slot)]
    yield from _counts(this, link)


def _counts(this: str, link: Link) -> Iterator[Said]:
    """Studies, each once for a direction; findings of primary studies unless named otherwise."""
    yield this, _N_CLAIMS, [number(len(link.supports))]
    yield this, _N_STUDIES, [number(len(link.studies))]
    for direction, predicate in _N_DIRECTION.items():
        yield this, predicate, [number(len(getattr(link.findings, direction)))]
    yield this, _N_CONCLUDED, [number(len(link.conclusions.studies))]
    yield this, _N_REVIEWS, [number(len(link.reviews.studies))]
    yield this, _N_ASKED, [number(len(link.asked))]
    yield this, _N_BACKGROUND, [number(len(link.background))]
    if link.first_year is not None and link.last_year is not None:
        yield this, _FIRST_YEAR, [number(link.first_year)]
        yield this, _LAST_YEAR, [number(link.last_year)]


def _kind(kind: GapKind) -> str:
    first, *rest = kind.value.replace("-", " ").split()
    return _name("okg:" + first + "".join(word.capitalize() for word in rest))


def _gap(gap: Gap, labels: Mapping[str, str], *, full: bool) -> Iterator[Said]:
    through = (gap.through,) if gap.through else ()
    this = node("gap", gap.a, gap.b, *through)
    name = f"{label_of(gap.a, labels)} – {label_of(gap.b, labels)}"
    yield this, _TYPE, [_GAP]
    yield this, _LABEL, [words(name + "".join(f", by {label_of(m, labels)}" for m in through))]
    yield from _ends(this, gap.a, gap.b)
    for middle in through:
        yield this, _PATH_SOURCE, [node("okgc", gap.a)]
        yield this, _PATH_TARGET, [node("okgc", gap.b)]
        yield this, _THROUGH, [node("okgc", middle)]
    yield this, _KIND, [_kind(gap.kind)]
    yield this, _ALSO, [_kind(kind) for kind in gap.also]
    yield this, _SCORE, [decimal(round(gap.score, 4))]
    yield this, _OBSERVED, [number(gap.observed)]
    yield this, _EXPECTED, [decimal(round(gap.expected, 4))]
    yield this, _IMPORTANCE, [number(gap.importance)]
    yield this, _WORDING, [words(gap.wording)]
    yield this, _OWN_WORDS, [words(gap.hypothesis)]
    if full or gap.claims:
        yield from _behind(this, gap)


def _behind(this: str, gap: Gap) -> Iterator[Said]:
    """What a gap rests on: its score, claims on the pair and bridges, nearly fitting studies."""
    yield this, _REASONS, [words(score_words(gap.signals))]
    if gap.sign is not None:
        yield this, _SIGN, [_name(f"okg:{gap.sign}")]
    yield this, _DOUBT, [words(doubt) for doubt in gap.flags]
    yield this, _BRIDGE, [node("okgc", bridge) for bridge in gap.bridges[:BRIDGES_IN_GRAPH]]
    yield this, _CLAIM, [node("claim", claim) for claim in gap.claims]
    legs = (found.claims[0] + found.claims[1] for found in gap.bridging)
    yield this, _BRIDGING_CLAIM, [node("claim", claim) for leg in legs for claim in leg]
    yield this, _NEAR, [node("doc", document) for document in gap.near]
