"""Biolink KGX: ``nodes.tsv`` and ``edges.tsv``, one edge for each asserted claim about a pair.

Mediation and moderation have three ends, which KGX cannot say; they are left out and counted.
The prefix of our constructs is not in Biolink's registry: ``kgx validate`` says so of each, and
finds nothing else.
https://github.com/biolink/kgx/blob/master/specification/kgx-format.md
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from kg.exports.content import LICENCE, Content
from kg.iris import iri
from kg.links import PATH_RELATIONS
from kg.model import Claim, Direction, Document, Reading, Relation
from kg.ontology import constructs
from kg.tables import Table, to_tsv

#: The prefix of our constructs in CURIEs.
PREFIX = "OKGC"
#: Where knowledge from here is said to come from; to be registered before it is shared.
SOURCE = "infores:oxykg"
#: A domain of the ontology -> the class of Biolink that is true of all its constructs.
_CATEGORIES = {"Populations": "biolink:PopulationOfIndividualOrganisms"}
_CATEGORY = "biolink:PhenotypicFeature"
_CORRELATED = {
    Direction.POSITIVE: "biolink:positively_correlated_with",
    Direction.NEGATIVE: "biolink:negatively_correlated_with",
}
_NODES = ("id", "category", "name", "description", "xref", "iri", "provided_by")
_EDGES = (
    "id", "subject", "predicate", "object", "category", "negated", "knowledge_level", "agent_type",
    "primary_knowledge_source", "publications", "supporting_text", "okg_relation", "okg_direction",
    "okg_status", "okg_confidence", "okg_claim",
)  # fmt: skip
#: Namespaces that have a CURIE in Biolink.
_XREFS = {
    "http://id.nlm.nih.gov/mesh/": "MESH",
    "http://purl.obolibrary.org/obo/HP_": "HP",
    "http://purl.obolibrary.org/obo/GO_": "GO",
    "http://purl.obolibrary.org/obo/CHEBI_": "CHEBI",
    "http://purl.obolibrary.org/obo/NBO_": "NBO",
    "http://purl.obolibrary.org/obo/DOID_": "DOID",
    "http://www.ebi.ac.uk/efo/EFO_": "EFO",
}


def to_kgx(content: Content) -> Mapping[str, str]:
    """The files: nodes, edges, and what they are."""
    claims = [(r, claim) for r in content.readings for claim in r.claims if claim.asserted]
    paths = sum(claim.relation in PATH_RELATIONS for _, claim in claims)
    pairs = [(r, claim) for r, claim in claims if claim.relation not in PATH_RELATIONS]
    used = sorted({end for _, claim in pairs for end in (claim.subject, claim.object)})
    about = {
        "description": content.header.lines(),
        "license": LICENCE,
        "version": content.header.version,
        "build": content.header.build,
        "left_out": {"claims about paths (mediation, moderation)": paths},
        "prefixes": {PREFIX: iri("okgc", "").value},
    }
    return {
        "nodes.tsv": to_tsv(Table.of(_NODES, map(_node, used))),
        "edges.tsv": to_tsv(Table.of(_EDGES, (_edge(r, claim) for r, claim in pairs))),
        "about.json": json.dumps(about, indent=1) + "\n",
    }


def _node(name: str) -> Iterator[str]:
    construct = constructs().get(name)
    yield f"{PREFIX}:{name}"
    yield _CATEGORIES.get(construct.domain, _CATEGORY) if construct else _CATEGORY
    yield construct.label if construct else name
    yield construct.definition if construct else ""
    yield "|".join(_xrefs(name))
    yield iri("okgc", name).value
    yield SOURCE


def _xrefs(name: str) -> Iterator[str]:
    construct = constructs().get(name)
    for kind, target in construct.mappings if construct else ():
        for namespace, prefix in _XREFS.items():
            if kind == "exactMatch" and target.startswith(namespace):
                yield f"{prefix}:{target.removeprefix(namespace)}"


def _edge(reading: Reading, claim: Claim) -> Iterator[str | float | bool | None]:
    null = claim.direction is Direction.NULL
    yield f"urn:oxykg:claim:{claim.id}"
    yield f"{PREFIX}:{claim.subject}"
    yield _predicate(claim)
    yield f"{PREFIX}:{claim.object}"
    yield "biolink:Association"
    yield null
    yield "not_provided"
    yield "text_mining_agent"
    yield SOURCE
    yield _publication(reading.document)
    yield claim.evidence.sentence
    yield str(claim.relation)
    yield str(claim.direction)
    yield str(claim.status)
    yield claim.confidence
    yield iri("claim", claim.id).value


def _predicate(claim: Claim) -> str:
    if claim.relation is Relation.AFFECTS:
        return "biolink:affects"
    if claim.relation is Relation.GROUP_DIFFERENCE:
        return "biolink:associated_with"
    return _CORRELATED.get(claim.direction, "biolink:associated_with")


def _publication(document: Document) -> str:
    if document.pmid:
        return f"PMID:{document.pmid}"
    return f"DOI:{document.doi}" if document.doi else f"urn:oxykg:doc:{document.key}"
