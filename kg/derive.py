"""What follows from the claims, as quads of the derived graph: rebuilt, never edited.

Propositions and links with their counts of studies, shortcut triples between constructs, the
closure of ``skos:broader`` (`okg:within`), and the gaps. Questions count over these, not claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from kg.gaps import Concept, Gap, GapKind, ancestors
from kg.gaps.reasons import score_words
from kg.iris import DERIVED, RDF_TYPE, decimal_literal, iri, term
from kg.links import (
    PATH_RELATIONS,
    Link,
    Placement,
    claim_pairs,
    link_claims,
    standing,
)
from kg.model import Claim, Direction, Reading, Relation, Status
from kg.rdf import proposition_iri
from kg.slots import slot_values
from kg.wording import label_of

#: Of gaps of lower rank on which nothing is said, only what they are is written to the graph.
GAPS_IN_FULL = 500
#: Bridges of a gap beyond this many are not written to the graph.
BRIDGES_IN_GRAPH = 5

_Triple = tuple[NamedNode, NamedNode, NamedNode | Literal]
_WITHIN, _LINKED, _STUDIED_WITH = term("okg:within"), term("okg:linked"), term("okg:studiedWith")
_SUBJECT, _RELATION, _OBJECT = term("okg:subject"), term("okg:relation"), term("okg:object")
_PATH_SOURCE, _PATH_TARGET = term("okg:pathSource"), term("okg:pathTarget")
_THROUGH, _END, _CLAIM = term("okg:through"), term("okg:end"), term("okg:claim")
_PROPOSITION, _LINK, _GAP = term("okg:Proposition"), term("okg:Link"), term("okg:Gap")
_N_CLAIMS, _N_STUDIES = term("okg:nClaims"), term("okg:nStudies")
_N_ASKED, _N_BACKGROUND = term("okg:nAsked"), term("okg:nBackground")
_N_CONCLUDED, _N_REVIEWS = term("okg:nConcluded"), term("okg:nReviews")
_N_DIRECTION = {direction: term(f"okg:n{direction.value.capitalize()}") for direction in Direction}
_LABEL, _WORDING = term("rdfs:label"), term("okg:wording")
#: For whom and by what a link was studied: property -> slot of its findings.
_SLOTS = {
    term("okg:population"): "population",
    term("okg:specimen"): "specimen",
    term("okg:instrument"): "instrument",
    term("okg:rater"): "rater",
}
_FIRST_YEAR, _LAST_YEAR = term("okg:firstYear"), term("okg:lastYear")
_KIND, _SCORE, _BRIDGE = term("okg:gapKind"), term("okg:score"), term("okg:bridge")
_OBSERVED, _EXPECTED = term("okg:observed"), term("okg:expected")
_OWN_WORDS, _SIGN = term("okg:hypothesis"), term("okg:expectedSign")
_ALSO, _DOUBT, _NEAR = term("okg:alsoKind"), term("okg:doubt"), term("okg:nearlyStudiedIn")
_IMPORTANCE, _REASONS = term("okg:importance"), term("okg:scoreInWords")
_BRIDGING_CLAIM = term("okg:bridgingClaim")


def derived_quads(
    readings: Sequence[Reading],
    constructs: Mapping[str, Concept],
    gaps: Iterable[Gap],
    links: Iterable[Link],
) -> Iterator[Quad]:
    """All of the derived graph, each triple once; ``gaps`` as `find_gaps` ranks them.

    ``links`` are those of pairs and of paths.
    """
    labels = {name: concept.label for name, concept in constructs.items()}
    triples: dict[_Triple, None] = {}
    for part in (
        _closure(constructs),
        _shortcuts(readings),
        *(_proposition(link) for link in link_claims(readings, place=_as_proposition)),
        *(_path(link, labels) if link.through else _link(link, labels) for link in links),
        *(_gap(gap, labels, full=rank < GAPS_IN_FULL) for rank, gap in enumerate(gaps)),
    ):
        triples.update(dict.fromkeys(part))
    for subject, predicate, object_ in triples:
        yield Quad(subject, predicate, object_, DERIVED)


def _closure(constructs: Mapping[str, Concept]) -> Iterator[_Triple]:
    for name, wider in ancestors(constructs).items():
        for other in wider:
            yield iri("okgc", name), _WITHIN, iri("okgc", other)


def _shortcuts(readings: Iterable[Reading]) -> Iterator[_Triple]:
    """Plain triples between constructs, for property paths and drawings; nulls are no link."""
    asserted: set[tuple[str, Relation, str]] = set()
    studied: set[tuple[str, str]] = set()
    for reading in standing(readings):
        for claim in reading.claims:
            if claim.asserted and claim.direction is not Direction.NULL:
                asserted.add((claim.subject, claim.relation, claim.object))
            if claim.status is Status.FINDING and claim.relation is not Relation.GROUP_DIFFERENCE:
                studied |= claim_pairs(claim)
    for subject, relation, other in asserted:
        if relation not in PATH_RELATIONS and relation is not Relation.GROUP_DIFFERENCE:
            yield iri("okgc", subject), iri("okgr", relation), iri("okgc", other)
            yield iri("okgc", subject), _LINKED, iri("okgc", other)
            yield iri("okgc", other), _LINKED, iri("okgc", subject)
    for a, b in studied:
        yield iri("okgc", a), _STUDIED_WITH, iri("okgc", b)
        yield iri("okgc", b), _STUDIED_WITH, iri("okgc", a)


def _as_proposition(claim: Claim) -> Iterator[Placement]:
    """Claims meet that have the same subject, relation and object (and path)."""
    yield Placement(
        a=claim.path[0] if claim.path else claim.subject,
        b=claim.path[1] if claim.path else claim.object,
        through=claim.subject if claim.path else None,
        relation=claim.relation,
        direction=claim.direction,
    )


def _proposition(link: Link) -> Iterator[_Triple]:
    claim = link.claims[0]
    node = proposition_iri(claim)
    yield node, RDF_TYPE, _PROPOSITION
    yield node, _SUBJECT, iri("okgc", claim.subject)
    yield node, _RELATION, iri("okgr", claim.relation)
    yield node, _OBJECT, iri("okgc", claim.object)
    if claim.path:
        yield node, _PATH_SOURCE, iri("okgc", claim.path[0])
        yield node, _PATH_TARGET, iri("okgc", claim.path[1])
    yield from _counts(node, link)


def _link(link: Link, labels: Mapping[str, str]) -> Iterator[_Triple]:
    node = iri("link", link.a, link.b)
    yield node, RDF_TYPE, _LINK
    yield node, _LABEL, Literal(f"{label_of(link.a, labels)} – {label_of(link.b, labels)}")
    yield from _ends(node, link.a, link.b)
    yield from _gathered(node, link)


def _path(link: Link, labels: Mapping[str, str]) -> Iterator[_Triple]:
    through, relation = link.through or "", link.relation or Relation.MEDIATES
    node = iri("path", link.a, link.b, relation, through)
    verb = "mediated" if relation is Relation.MEDIATES else "moderated"
    yield node, RDF_TYPE, _LINK
    source, target, third = (label_of(name, labels) for name in (link.a, link.b, through))
    yield node, _LABEL, Literal(f"{source} – {target}, {verb} by {third}")
    yield node, _PATH_SOURCE, iri("okgc", link.a)
    yield node, _PATH_TARGET, iri("okgc", link.b)
    yield node, _THROUGH, iri("okgc", through)
    yield node, _RELATION, iri("okgr", relation)
    yield from _gathered(node, link)


def _ends(node: NamedNode, a: str, b: str) -> Iterator[_Triple]:
    yield node, _END, iri("okgc", a)
    yield node, _END, iri("okgc", b)


def _gathered(node: NamedNode, link: Link) -> Iterator[_Triple]:
    for claim in link.claims:
        yield node, _CLAIM, iri("claim", claim.id)
    for predicate, slot in _SLOTS.items():
        for value in slot_values(link.primary, slot):
            yield node, predicate, Literal(value)
    yield from _counts(node, link)


def _counts(node: NamedNode, link: Link) -> Iterator[_Triple]:
    """Studies, each once for a direction; findings of primary studies unless named otherwise."""
    yield node, _N_CLAIMS, Literal(len(link.claims))
    yield node, _N_STUDIES, Literal(len(link.studies))
    for direction, predicate in _N_DIRECTION.items():
        yield node, predicate, Literal(len(link.findings.of(direction)))
    yield node, _N_CONCLUDED, Literal(len(link.conclusions.studies))
    yield node, _N_REVIEWS, Literal(len(link.reviews.studies))
    yield node, _N_ASKED, Literal(len(link.asked))
    yield node, _N_BACKGROUND, Literal(len(link.background))
    if link.first_year is not None and link.last_year is not None:
        yield node, _FIRST_YEAR, Literal(link.first_year)
        yield node, _LAST_YEAR, Literal(link.last_year)


def _kind(kind: GapKind) -> NamedNode:
    first, *rest = kind.value.replace("-", " ").split()
    return term("okg:" + first + "".join(word.capitalize() for word in rest))


def _gap(gap: Gap, labels: Mapping[str, str], *, full: bool) -> Iterator[_Triple]:
    through = (gap.through,) if gap.through else ()
    node = iri("gap", gap.a, gap.b, *through)
    name = f"{label_of(gap.a, labels)} – {label_of(gap.b, labels)}"
    yield node, RDF_TYPE, _GAP
    yield node, _LABEL, Literal(name + "".join(f", by {label_of(m, labels)}" for m in through))
    yield from _ends(node, gap.a, gap.b)
    for middle in through:
        yield node, _PATH_SOURCE, iri("okgc", gap.a)
        yield node, _PATH_TARGET, iri("okgc", gap.b)
        yield node, _THROUGH, iri("okgc", middle)
    yield node, _KIND, _kind(gap.kind)
    for kind in gap.also:
        yield node, _ALSO, _kind(kind)
    yield node, _SCORE, decimal_literal(round(gap.score, 4))
    yield node, _OBSERVED, Literal(gap.observed)
    yield node, _EXPECTED, decimal_literal(round(gap.expected, 4))
    yield node, _IMPORTANCE, Literal(gap.importance)
    yield node, _WORDING, Literal(gap.wording)
    yield node, _OWN_WORDS, Literal(gap.hypothesis)
    if full or gap.claims:
        yield from _behind(node, gap)


def _behind(node: NamedNode, gap: Gap) -> Iterator[_Triple]:
    """What a gap rests on: its score, claims on the pair and bridges, nearly fitting studies."""
    yield node, _REASONS, Literal(score_words(gap.signals))
    if gap.sign is not None:
        yield node, _SIGN, term(f"okg:{gap.sign}")
    for doubt in gap.flags:
        yield node, _DOUBT, Literal(doubt)
    for bridge in gap.bridges[:BRIDGES_IN_GRAPH]:
        yield node, _BRIDGE, iri("okgc", bridge)
    for claim in gap.claims:
        yield node, _CLAIM, iri("claim", claim)
    for found in gap.bridging:
        for claim in (*found.claims[0], *found.claims[1]):
            yield node, _BRIDGING_CLAIM, iri("claim", claim)
    for document in gap.near:
        yield node, _NEAR, iri("doc", document)
