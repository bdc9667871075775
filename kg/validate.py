"""Whether a graph of claims, and the ontology itself, are as they should be; with readable reports.

`validate_graph` checks against ``ontology/shapes.ttl``, `validate_ontology` also against the
integrity conditions of SKOS and the syntax of OWL 2 RL (`kg.ontology_checks`, `kg.owl_profile`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Literal, NamedTuple

from kg.data import data_dir
from kg.errors import BadRecordError
from kg.memory import code_version

if TYPE_CHECKING:
    from pyoxigraph import Quad, Triple
    from rdflib import Graph
    from rdflib.term import Node

    from kg.memory import Memory
    from kg.parts import Part
    from kg.shacl import Data, Result, Shape, Term

#: The files of the ontology, in the order in which they build on one another.
ONTOLOGY_FILES = ("schema.ttl", "relations.ttl", "constructs.ttl", "instruments.ttl", "shapes.ttl")
#: What claims are validated against: known constructs with their domains, and known relations.
_CONTEXT_FILES = ("constructs.ttl", "relations.ttl")


#: Under this key are the names of parts that nothing is wrong with; they tell the code, too.
_SOUND = "shacl:sound"


class Violation(NamedTuple):
    """One thing wrong in a graph. ``severity`` is ``Violation``, ``Warning`` or ``Info``."""

    focus: str
    path: str
    value: str
    message: str
    severity: str


class Problem(NamedTuple):
    """One thing wrong in the ontology: where, and what."""

    where: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that was found in a graph, sorted; ``triples`` is how many were looked at."""

    triples: int
    found: tuple[Violation, ...]

    @property
    def violations(self) -> tuple[Violation, ...]:
        """What must be mended."""
        return tuple(item for item in self.found if item.severity == "Violation")

    @property
    def warnings(self) -> tuple[Violation, ...]:
        """What should be looked at."""
        return tuple(item for item in self.found if item.severity != "Violation")

    @property
    def conforms(self) -> bool:
        """Whether nothing must be mended; warnings do not count."""
        return not self.violations


def validate_graph(
    quads: Iterable[Quad], *, engine: Literal["quick", "pyshacl"] = "quick"
) -> Report:
    """Check all quads together, whatever graph they stand in, with the ontology at hand.

    ``quick`` takes about a second for 100 000 triples, ``pyshacl`` (the reference implementation)
    about twenty; they find the same. A million triples take about ten seconds and 700 MB.
    """
    from kg.shacl import Data

    data = Data(quad.triple for quad in quads)
    number = data.triples
    found = _quick(data) if engine == "quick" else _reference(data)
    return Report(triples=number, found=tuple(sorted(set(found))))


def validate_parts(
    parts: Sequence[Part], memory: Memory | None = None, *, triples: int | None = None
) -> Report:
    """The same by the quick check, of a graph in parts; a part that ``memory`` knows is not read.

    What is said of a node stands in one part, or in the ontology: so a part is right by itself.
    ``triples`` counts those of the graph, if not all of them are in these parts.
    """
    sound = _known_sound(memory)
    doubtful = [part for part in parts if part.name not in sound]
    keys = {part.name: f"shacl:{code_version()}:{part.name}" for part in doubtful}
    said = memory.get(keys.values()) if memory else {}
    found = [Violation(*fields) for text in said.values() for fields in json.loads(text)]
    fresh = [part for part in doubtful if keys[part.name] not in said]
    by_part = _found_in_parts(fresh)
    found += (violation for some in by_part for violation in some)
    if memory and fresh:
        named = list(zip(fresh, by_part, strict=True))
        memory.put((keys[part.name], json.dumps(some)) for part, some in named if some)
        sound |= {part.name for part, some in named if not some}
        memory.put([(_SOUND, "\n".join(part.name for part in parts if part.name in sound))])
    if triples is None:
        triples = sum(part.triples for part in parts)
    return Report(triples=triples, found=tuple(sorted(set(found))))


def _known_sound(memory: Memory | None) -> set[str]:
    """The names of parts that nothing was wrong with, those of other code too."""
    return set(memory.get([_SOUND]).get(_SOUND, "").split("\n")) if memory else set()


def _found_in_parts(parts: Sequence[Part]) -> list[list[Violation]]:
    """What is wrong in each part; all are looked at together, which takes the time of one."""
    from kg.shacl import Data

    data, owner = Data(()), dict[object, int]()
    pointed: dict[object, int] = {}
    for place, part in enumerate(parts):
        if not any(shape.is_about(part.properties, part.classes) for shape in _shapes()):
            continue
        quads = list(part.quads())
        data.add(quad.triple for quad in quads)
        owner |= dict.fromkeys((quad.subject for quad in quads), place)
        pointed |= dict.fromkeys((quad.object for quad in quads), place)
    found: list[list[Violation]] = [[] for _ in parts]
    for focus, result in _results(data) if parts else ():
        place = owner[focus] if focus in owner else pointed[focus]
        found[place].append(_violation(result))
    return found


def validate_ontology() -> tuple[Problem, ...]:
    """Everything wrong with the ontology's files; nothing if they are fit to ship."""
    from kg.ontology_checks import check_ontology

    return tuple(sorted({*_own_shapes(), *check_ontology(read_ontology())}))


def render(report: Report, *, examples: int = 3) -> str:
    """The report for people: a verdict, then each kind of finding with its number and examples."""
    head = "conforms" if report.conforms else "does not conform"
    counts = f"{len(report.violations)} violations, {len(report.warnings)} warnings"
    lines = [f"The graph {head} ({report.triples} triples; {counts})."]
    key = _kind_of
    for (severity, message, path), items in groupby(sorted(report.found, key=key), key=key):
        group = list(items)
        place = f" (at {path})" if path else ""
        lines.append(f"{severity}, {len(group)} times: {message}{place}")
        lines += [f"  {item.focus}{_shown_value(item)}" for item in group[:examples]]
        if len(group) > examples:
            lines.append(f"  and {len(group) - examples} more")
    return "\n".join(lines)


def render_problems(problems: Iterable[Problem]) -> str:
    """One line for each problem of the ontology, or a line that there is none."""
    lines = [f"{problem.where}: {problem.message}" for problem in problems]
    return "\n".join(lines) or "The ontology is in order."


def _kind_of(item: Violation) -> tuple[str, str, str]:
    return item.severity, item.message, item.path


def _shown_value(item: Violation) -> str:
    """The value, on one line, cut short, with nothing that a terminal would obey."""
    if not item.value:
        return ""
    text = "".join(c if c.isprintable() else "�" for c in item.value)
    return f": {text[:80]}{'…' if len(text) > 80 else ''}"


def read_ontology(names: Iterable[str] = ONTOLOGY_FILES) -> dict[str, list[Triple]]:
    """The triples of the ontology's files by file name, or an error that names file and place."""
    return {name: _parse(name) for name in names}


def _parse(name: str) -> list[Triple]:
    from pyoxigraph import parse

    try:
        return [quad.triple for quad in parse(path=str(data_dir("ontology") / name))]
    except SyntaxError as error:
        raise BadRecordError(f"ontology/{name}", f"line {error.lineno}", str(error.msg)) from error


@cache
def _shapes() -> tuple[Shape, ...]:
    from kg.shacl import compile_shapes

    return compile_shapes(_parse("shapes.ttl"))


def _quick(data: Data) -> Iterator[Violation]:
    return (_violation(result) for _, result in _results(data))


def _results(data: Data) -> list[tuple[Term, Result]]:
    from kg.shacl import run_by_focus

    context = (triple for name in _CONTEXT_FILES for triple in _parse(name))
    return run_by_focus(_shapes(), data, context)


def _violation(result: Result) -> Violation:
    return Violation(
        focus=result.focus.value,
        path=result.path,
        value="" if result.value is None or result.value == result.focus else result.value.value,
        message=result.message,
        severity=result.severity,
    )


def _own_shapes() -> Iterator[Problem]:
    from kg.shacl import Data, run

    triples = [triple for found in read_ontology().values() for triple in found]
    for result in run(_shapes(), Data(triples)):
        yield Problem(result.focus.value, f"lacks or breaks: {result.message}")


def _reference(known: Data) -> Iterator[Violation]:
    """The same by pyshacl, over data and ontology together."""
    import pyshacl
    from pyoxigraph import RdfFormat, serialize
    from rdflib import SH, Graph

    data = Graph()
    data.parse(data=serialize(known.all(), format=RdfFormat.N_TRIPLES), format="nt")
    for name in _CONTEXT_FILES:
        data.parse(data_dir("ontology") / name)
    shapes = Graph().parse(data_dir("ontology") / "shapes.ttl")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    for node in report.objects(None, SH.result):
        focus, value = report.value(node, SH.focusNode), report.value(node, SH.value)
        path = report.value(node, SH.resultPath)
        yield Violation(
            focus=str(focus),
            path="" if path is None else _path_text(report, path),
            value="" if value is None or value == focus else str(value),
            message=str(report.value(node, SH.resultMessage)),
            severity=str(report.value(node, SH.resultSeverity)).removeprefix(str(SH)),
        )


def _path_text(graph: Graph, path: Node) -> str:
    """A path of a pyshacl report as the quick check writes it."""
    from rdflib import SH, URIRef
    from rdflib.collection import Collection

    if isinstance(path, URIRef):
        return str(path).replace("#", "/").rsplit("/", 1)[-1]
    inverse, either = graph.value(path, SH.inversePath), graph.value(path, SH.alternativePath)
    if inverse is not None:
        return f"^{_path_text(graph, inverse)}"
    joint, head = ("/", path) if either is None else ("|", either)
    return joint.join(_path_text(graph, item) for item in Collection(graph, head))
