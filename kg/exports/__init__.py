"""A graph for other tools. To add a format: a function from `Content` and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from kg.data import data_dir
from kg.exports.bundle import to_bundle
from kg.exports.content import Content, Header, select
from kg.exports.jsonld import to_jsonld
from kg.exports.kgx import to_kgx
from kg.exports.nanopubs import to_nanopubs
from kg.exports.networks import to_gexf, to_graphml, to_networkx
from kg.exports.rdf import to_nquads, to_rdf12, to_trig, to_turtle


def to_sssom(content: Content) -> Iterator[str]:
    """The mappings of constructs and relations to other vocabularies, as SSSOM TSV."""
    yield (data_dir("ontology") / "mappings.sssom.tsv").read_text(encoding="utf-8")


#: A format -> the function that gives the text of its file, in pieces.
FILES: Mapping[str, Callable[[Content], Iterable[str]]] = {
    "trig": to_trig,
    "nquads": to_nquads,
    "turtle": to_turtle,
    "json-ld": to_jsonld,
    "rdf12": to_rdf12,
    "nanopub": to_nanopubs,
    "graphml": to_graphml,
    "gexf": to_gexf,
    "sssom": to_sssom,
}
#: A format of several files -> the function that gives their texts by name.
FOLDERS: Mapping[str, Callable[[Content], Mapping[str, str]]] = {
    "csv": to_bundle,
    "kgx": to_kgx,
}

__all__ = ["FILES", "FOLDERS", "Content", "Header", "select", "to_networkx"]
