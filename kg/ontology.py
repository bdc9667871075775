"""The constructs and instruments of the field, read from ``ontology/*.ttl``.

Reading both files takes some 20 milliseconds, once in a process; everything else is a lookup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from kg.data import BASE, data_dir
from kg.errors import BadRecordError, OxykgError, UnknownNameError

_OKG = f"{BASE}ns#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_CONCEPT, _INSTRUMENT = f"{BASE}concept/", f"{BASE}instrument/"
_POPULATIONS = f"{BASE}concept/collection/populations"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

#: The five mapping properties of SKOS, closest first.
MAPPING_PROPERTIES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_VALENCES = {f"{_OKG}good": 1, f"{_OKG}bad": -1, f"{_OKG}neutral": 0}

#: Subject IRI -> predicate IRI -> objects (IRIs or lexical forms) in the order of the file.
_Graph = dict[str, dict[str, list[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Construct:
    """What claims are about. Names are as authors write them, in the order of the file.

    ``alt_labels`` and ``inverse_labels`` (names of the opposite pole, "emotion dysregulation") are
    shown; ``hidden_labels`` are spelling variants and plurals. An ambiguous abbreviation means the
    construct only where the document spells it out; a text that holds one of ``false_friends``
    there means something else. ``valence`` is +1 if more of it is better for the person, -1 if
    worse, 0 if neither. ``mappings`` pairs a SKOS mapping property ("exactMatch") with an IRI.
    ``group`` is true of populations, which stand in group differences and as moderators.
    ``indicates`` lists wider things that it is a measure of without being filed under them
    (symptoms: treatment outcome). ``kept_apart``: kinds that no roll-up merges unless asked.
    """

    id: str
    label: str
    definition: str
    domain: str
    valence: int
    broader: tuple[str, ...] = ()
    alt_labels: tuple[str, ...] = ()
    inverse_labels: tuple[str, ...] = ()
    hidden_labels: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    ambiguous_abbreviations: tuple[str, ...] = ()
    false_friends: tuple[str, ...] = ()
    mappings: tuple[tuple[str, str], ...] = ()
    group: bool = False
    indicates: tuple[str, ...] = ()
    kept_apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A questionnaire, interview, task or assay; ``measures`` begins with its main construct.

    ``inverse`` lists those of its constructs of which a higher score is less; ``reversed`` says
    whether its main construct is one of them. Ambiguous abbreviations count only where the
    document spells them out.
    """

    id: str
    label: str
    kind: str
    measures: tuple[str, ...]
    inverse: tuple[str, ...] = ()
    alt_labels: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    ambiguous_abbreviations: tuple[str, ...] = ()
    mappings: tuple[tuple[str, str], ...] = ()

    @property
    def reversed(self) -> bool:
        """Whether a higher score is less of the main construct."""
        return not set(self.measures[:1]).isdisjoint(self.inverse)

    @property
    def ambiguous(self) -> bool:
        """Whether some abbreviation of it has a rival reading."""
        return bool(self.ambiguous_abbreviations)


class NoSuchConstructError(OxykgError):
    """A name that is no construct's, with the constructs whose names are like it."""

    def __init__(self, text: str, near: Iterable[str]) -> None:
        self.text, self.near = text, tuple(near)
        known = ", ".join(self.near) or "none is like it"
        super().__init__(
            f"No construct is called {text!r}. Did you mean: {known}? "
            "'oxykg query constructs' lists all"
        )


@cache
def constructs() -> Mapping[str, Construct]:
    """Every construct by its id, in the order of the ids."""
    graph = _read("constructs.ttl")
    found = (
        _construct(node, said, graph)
        for node, said in graph.items()
        if f"{_SKOS}Concept" in said.get(_RDF_TYPE, ())
    )
    return MappingProxyType({c.id: c for c in sorted(found, key=lambda c: c.id)})


@cache
def instruments() -> Mapping[str, Instrument]:
    """Every instrument by its id, in the order of the ids."""
    found = (
        _instrument(node, said)
        for node, said in _read("instruments.ttl").items()
        if f"{_OKG}Instrument" in said.get(_RDF_TYPE, ())
    )
    return MappingProxyType({i.id: i for i in sorted(found, key=lambda i: i.id)})


def construct(name: str) -> Construct:
    """The construct with this id, or an error that says which ids there are."""
    try:
        return constructs()[name]
    except KeyError:
        raise UnknownNameError("construct", name, constructs()) from None


def find_construct(text: str) -> Construct:
    """The construct with this id, label, other label or abbreviation, whatever its case.

    Raises OxykgError that names the nearest ones.
    """
    wanted = text.strip().casefold()
    for names in (_ids_and_labels, _other_names):
        found = [one for one in constructs().values() if wanted in map(str.casefold, names(one))]
        if found:
            return found[0]
    from difflib import get_close_matches

    known = {name.casefold(): one.id for one in constructs().values() for name in _all_names(one)}
    near = dict.fromkeys(known[name] for name in get_close_matches(wanted, known, n=5, cutoff=0.5))
    raise NoSuchConstructError(text, near)


def _ids_and_labels(one: Construct) -> tuple[str, ...]:
    return one.id, one.label


def _other_names(one: Construct) -> tuple[str, ...]:
    return *one.alt_labels, *one.hidden_labels, *one.abbreviations


def _all_names(one: Construct) -> tuple[str, ...]:
    return *_ids_and_labels(one), *_other_names(one)


@cache
def ancestors(name: str) -> tuple[str, ...]:
    """Ids of all that a construct is filed under, nearest first; itself is not among them."""
    found: list[str] = []
    level = sorted(construct(name).broader)
    while level:
        found += [parent for parent in level if parent not in found]
        level = sorted({up for parent in level for up in construct(parent).broader} - {*found})
    return tuple(found)


def narrower(name: str) -> tuple[str, ...]:
    """Ids of the constructs filed directly under this one, sorted."""
    construct(name)
    return _narrower().get(name, ())


@cache
def within(name: str) -> tuple[str, ...]:
    """Ids of a construct and of everything below it, sorted."""
    below = {name}
    level = {*narrower(name)}
    while level - below:
        below |= level
        level = {child for parent in level for child in narrower(parent)}
    return tuple(sorted(below))


def domains() -> tuple[str, ...]:
    """The names of the domains, in the order of the file."""
    return tuple(dict.fromkeys(_read_domains().values()))


@cache
def _read_domains() -> Mapping[str, str]:
    return {
        node: said[f"{_SKOS}prefLabel"][0]
        for node, said in _read("constructs.ttl").items()
        if f"{_SKOS}Collection" in said.get(_RDF_TYPE, ())
    }


@cache
def _narrower() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for child in constructs().values():
        for parent in child.broader:
            found.setdefault(parent, []).append(child.id)
    return {parent: tuple(sorted(children)) for parent, children in found.items()}


@cache
def _read(name: str) -> _Graph:
    from pyoxigraph import Literal, NamedNode, parse

    graph: _Graph = {}
    try:
        for triple in parse(path=str(data_dir("ontology") / name)):
            subject, value = triple.subject, triple.object
            if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
                said = graph.setdefault(subject.value, {})
                said.setdefault(triple.predicate.value, []).append(value.value)
    except SyntaxError as error:
        raise BadRecordError(f"ontology/{name}", f"line {error.lineno}", str(error.msg)) from error
    return graph


def _one(node: str, said: dict[str, list[str]], predicate: str) -> str:
    """The one value that a block of the file must give."""
    try:
        return said[predicate][0]
    except KeyError:
        name = predicate.replace("#", "/").rsplit("/", 1)[-1]
        raise BadRecordError("ontology", node, f"no {name}; add a line for it") from None


def _construct(node: str, said: dict[str, list[str]], graph: _Graph) -> Construct:
    domain = _one(node, said, f"{_OKG}domain")
    return Construct(
        id=node.removeprefix(_CONCEPT),
        label=_one(node, said, f"{_SKOS}prefLabel"),
        definition=_one(node, said, f"{_SKOS}definition"),
        domain=_one(domain, graph.get(domain, {}), f"{_SKOS}prefLabel"),
        valence=_valence(node, _one(node, said, f"{_OKG}higherValueIs")),
        broader=tuple(sorted(_ids(said, f"{_SKOS}broader"))),
        alt_labels=tuple(said.get(f"{_SKOS}altLabel", ())),
        inverse_labels=tuple(said.get(f"{_OKG}inverseLabel", ())),
        hidden_labels=tuple(said.get(f"{_SKOS}hiddenLabel", ())),
        abbreviations=tuple(said.get(f"{_OKG}abbreviation", ())),
        ambiguous_abbreviations=tuple(said.get(f"{_OKG}ambiguousAbbreviation", ())),
        false_friends=tuple(said.get(f"{_OKG}falseFriend", ())),
        mappings=tuple(_mappings(said)),
        group=domain == _POPULATIONS,
        indicates=tuple(sorted(_ids(said, f"{_OKG}indicates"))),
        kept_apart=said.get(f"{_OKG}kindsKeptApart", []) == ["true"],
    )


def _instrument(node: str, said: dict[str, list[str]]) -> Instrument:
    inverse = tuple(_ids(said, f"{_OKG}measuresInverse"))
    return Instrument(
        id=node.removeprefix(_INSTRUMENT),
        label=_one(node, said, f"{_SKOS}prefLabel"),
        kind=_one(node, said, "http://purl.org/dc/terms/type"),
        measures=(*_ids(said, f"{_OKG}measures"), *inverse),
        inverse=inverse,
        alt_labels=tuple(said.get(f"{_SKOS}altLabel", ())),
        abbreviations=tuple(said.get(f"{_OKG}abbreviation", ())),
        ambiguous_abbreviations=tuple(said.get(f"{_OKG}ambiguousAbbreviation", ())),
        mappings=tuple(_mappings(said)),
    )


def _valence(node: str, value: str) -> int:
    try:
        return _VALENCES[value]
    except KeyError:
        problem = "higherValueIs must be okg:good, okg:bad or okg:neutral"
        raise BadRecordError("ontology", node, problem) from None


def _ids(said: dict[str, list[str]], predicate: str) -> Iterator[str]:
    return (value.removeprefix(_CONCEPT) for value in said.get(predicate, ()))


def _mappings(said: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    for name in MAPPING_PROPERTIES:
        for target in sorted(said.get(f"{_SKOS}{name}", ())):
            yield name, target
