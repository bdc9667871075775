"""A living review in a folder: ``init``, ``add``, ``build``, ``status``, ``diff``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli.common import Format, Tally, collecting, print_table, put
from kg.cli.run import say
from kg.errors import OxykgError
from kg.files import write_text

if TYPE_CHECKING:
    from kg.model import Reading
    from kg.project.cache import Cache
    from kg.project.decisions import Decision
    from kg.project.flow import Flow
    from kg.project.layout import Project
    from kg.project.records import Resolved

#: What a project's graph holds beside the files of every graph.
PROJECT_FILES = {
    "flow.svg": "how many records became what, as a diagram for a paper's appendix",
    "flow.csv": "the same counts as a table",
    "changes.md": "what is new since the build before (also changes.json)",
    "records.csv": "what became of each record of each source, and why",
    "decided.csv": "duplicates and joined studies that were found; decisions.csv overrules them",
    "merged.csv": "for merged documents, which source gave each field",
}
_CHANGES, _FLOW, _BUILD, _SOURCES = "changes.json", "flow.json", "build.json", "sources.json"

FilesArgument = Annotated[
    list[Path], typer.Argument(metavar="FILE", show_default=False, help="Exported search results.")
]
ProjectArgument = Annotated[
    Path, typer.Argument(metavar="DIR", show_default=False, help="The project. Default: here.")
]
ProjectOption = Annotated[
    Path, typer.Option("--project", metavar="DIR", help="The project. Default: here.")
]


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")],
    title: Annotated[str, typer.Option(metavar="TEXT", help="Name of the review.")] = "",
) -> None:
    """Make a project: a folder that keeps a review's sources, decisions and graph.

    Then: add what you exported from databases, build, and look at graph/explorer.html.
    """
    from kg.files import UnwritableError
    from kg.project.config import config_text
    from kg.project.decisions import TEMPLATE
    from kg.project.layout import CONFIG, DECISIONS, SOURCES

    if (folder / CONFIG).exists():
        raise OxykgError(f"{folder}: is a project already; add files to it with 'oxykg add'")
    try:
        (folder / SOURCES).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = f"cannot be made ({(error.strerror or str(error)).lower()}); choose another place"
        raise UnwritableError(folder, problem) from None
    if not (folder / DECISIONS).exists():
        write_text(folder / DECISIONS, TEMPLATE)
    write_text(folder / CONFIG, config_text(title or folder.resolve().name))
    here = "" if folder == Path() else f"cd {folder}; "
    put(f"Made {folder}. Next: {here}oxykg add FILE...; oxykg build\n")


def add(files: FilesArgument, project: ProjectOption = Path()) -> None:
    """Copy exported search results into the project; what is in there already is not added again.

    Read are PubMed XML and .nbib, RIS, BibTeX, CSL-JSON, CSV, JATS XML and more (see 'oxykg extract
    --help'), and lists of retracted papers (Retraction Watch's CSV).
    """
    from kg.project.layout import Project, add_source, locked

    place = Project(project)
    tally = Tally("file")
    with locked(place):
        for path in tally.count(files):
            try:
                kind = _kind(path)
                added = add_source(place, path)
            except (OxykgError, OSError) as error:
                tally.read -= 1
                tally.refuse(error if isinstance(error, OxykgError) else _told(path, error))
                continue
            where = f"added as {added.name}" if added else "is in the project already"
            say(f"{path}: {kind}, {where}")
    tally.close()


def _told(path: Path, error: OSError) -> OxykgError:
    return OxykgError(f"{path}: {(error.strerror or str(error)).lower()}; check the name")


def _kind(path: Path) -> str:
    """What a file holds in words; raises OxykgError for one that cannot be read."""
    from extract.readers import format_of_file
    from kg.project.retractions import is_retraction_list

    if path.is_file() and is_retraction_list(path):
        return "list of retractions"
    return format_of_file(path).value


def build_project(
    folder: Path,
    *,
    title: str | None = None,
    keep_all: bool = False,
    model: str | None = None,
    processes: int = 1,
) -> None:
    """Read what is new in the project's sources and put a new graph in the place of the old one."""
    from kg.cli.review import build_name
    from kg.project.cache import open_cache
    from kg.project.layout import Project, discard, file_digest, locked, recover

    place = Project(folder)
    with locked(place):
        recover(place)
        discard(place)
        sources = place.sources()
        if not sources:
            raise OxykgError(f"{folder}: the project has no sources; add some: oxykg add FILE...")
        digests = {path.name: file_digest(path) for path in sources}
        name = build_name(place, digests, [title or "", str(keep_all), model or ""])
        if _built(place).get("build") == name:
            _tell(place, f"Nothing new: {place.graph} is up to date.")
            _exit(_built(place)["refused"])
            return
        with open_cache(place.cache) as cache, collecting(False):
            options = {"title": title, "keep_all": keep_all, "model": model}
            refused = _build(place, digests, name, options, processes, cache)
            cache.prune()
    _tell(place, f"Built {place.graph}; open {place.graph / 'explorer.html'}")
    _exit(refused)


def _exit(refused: int) -> None:
    if refused:
        say(f"{refused} records, files or decisions could not be read (see 'oxykg status').")
        raise typer.Exit(1)


def _build(
    place: Project,
    digests: Mapping[str, str],
    name: str,
    options: Mapping[str, Any],
    processes: int,
    cache: Cache,
) -> int:
    """Make the build and put it in its place; how many records, files, decisions were refused."""
    from extract.fingerprint import reading_version
    from extract.triage import triage
    from kg.cli.review import joined_studies, read_sources, read_texts, screen
    from kg.project.config import read_config
    from kg.project.decisions import read_decisions
    from kg.project.flow import count_flow
    from kg.project.layout import publish
    from kg.project.records import resolve

    config = read_config(place.config)
    rules = triage(keep_all=options["keep_all"] or config.scope.keep_all, keep=config.scope.keep)
    decisions, wrong = read_decisions(place.decisions)
    found = read_sources(place.sources(), digests, cache)
    resolved = resolve(found.records, decisions)
    wrong += _unknown(decisions, resolved, place.decisions)
    problems = [f"{source}: {said}" for source, said in found.refused] + [str(w) for w in wrong]
    for problem in problems:
        say(f"Error: {problem}")
    screened = screen(resolved, decisions, found.retracted, rules, cache)
    model = options["model"] or config.model
    read = read_texts(screened.documents, cache, model=model, processes=processes)
    readings = joined_studies(read, resolved.studies)
    if not readings:
        raise OxykgError(_nothing(len(found.records), len(screened.reasons)))
    flow = count_flow(
        resolved.publications,
        screened.reasons,
        readings,
        unreadable=len(found.refused),
        sources=[path.name for path in place.sources()],
    )
    extra = _extra(place, resolved, screened.reasons, flow, readings)
    extra[_SOURCES] = _json(digests)
    extra[_BUILD] = _json({"build": name, "refused": len(problems), "problems": problems})
    title, version = options["title"] or config.title, reading_version(model)
    _write(place, readings, title, digests, version, flow, extra, cache)
    publish(place)
    return len(problems)


def _nothing(records: int, left: int) -> str:
    return (
        f"none of {records} records can be read for claims ({left} left out); nothing was built. "
        "Look at their abstracts, or build with --keep-all"
    )


def _unknown(decisions: Sequence[Decision], resolved: Resolved, path: Path) -> list[OxykgError]:
    """Decisions about records that no source holds."""
    from kg.errors import BadRecordError
    from kg.project.records import document_names

    known: set[str] = set()
    for publication in resolved.publications if decisions else ():
        known |= document_names(publication.document)
        for record in publication.records:
            known |= document_names(record.document)
    return [
        BadRecordError(str(path), f"line {d.line}", f"no source holds a record {name!r}")
        for d in decisions
        for name in (d.record, d.other)
        if name and name not in known
    ]


def _extra(
    place: Project,
    resolved: Resolved,
    reasons: Mapping[str, str],
    flow: Flow,
    readings: Sequence[Reading],
) -> dict[str, str]:
    """The files of a project's graph beyond those of every graph."""
    from dataclasses import asdict

    from kg.changes import changes_json, changes_markdown, compare
    from kg.cli.review import decided_csv, origins_csv, records_csv
    from kg.ontology import constructs
    from kg.project.flow import flow_svg, flow_table
    from kg.tables import to_csv

    changes = compare(_previous(place, readings), readings, constructs())
    return {
        "flow.svg": flow_svg(flow),
        "flow.csv": to_csv(flow_table(flow)),
        _FLOW: _json(asdict(flow)),
        "changes.md": changes_markdown(changes),
        _CHANGES: changes_json(changes),
        "records.csv": records_csv(resolved.publications, reasons),
        "merged.csv": origins_csv(resolved.publications),
        "decided.csv": decided_csv(resolved.decided),
    }


def _previous(place: Project, readings: Iterable[Reading]) -> list[Reading]:
    path = place.graph / "claims.jsonl"
    return _readings(path, readings) if path.is_file() else []


def _readings(path: Path, known: Iterable[Reading] = ()) -> list[Reading]:
    """The readings of a file; those that are ``known`` are not made again."""
    from kg.claims_io import reading_from_line, reading_to_line

    by_line = {reading_to_line(reading): reading for reading in known}
    with path.open(encoding="utf-8") as stream:
        lines = [line.rstrip("\n") for line in stream if line.strip()]
    return [by_line.get(line) or reading_from_line(line) for line in lines]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _write(
    place: Project,
    readings: Sequence[Reading],
    title: str,
    digests: Mapping[str, str],
    version: str,
    flow: Flow,
    extra: Mapping[str, str],
    cache: Cache,
) -> None:
    from kg.cli.folder import write_folder
    from kg.cli.review import searches
    from kg.project.flow import flow_lines

    write_folder(
        readings,
        place.next,
        title=title or place.folder.resolve().name,
        inputs=digests,
        searches=searches(place.sources(), digests),
        version=version,
        before=flow_lines(flow),
        extra=extra,
        files=PROJECT_FILES,
        curated=place.folder,
        memory=cache,
        old=place.graph,
    )


def _built(place: Project) -> dict[str, Any]:
    """What the last build says of itself; empty if there is none."""
    path = place.graph / _BUILD
    if not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _tell(place: Project, last: str) -> None:
    """The counts and the changes of the build that is there, in a few lines."""
    lines = (place.graph / "README.txt").read_text(encoding="utf-8").split("\n\n")[1]
    put(f"{lines}\n\nSince the build before: {_changes_line(place)}\n\n{last}\n")


def _changes_line(place: Project) -> str:
    from kg.changes import Changes, changes_line

    text = (place.graph / _CHANGES).read_text(encoding="utf-8")
    return changes_line(Changes(**{k: tuple(v) for k, v in json.loads(text).items()}))


def status(
    folder: ProjectArgument = Path(),
    style: Annotated[
        Format | None,
        typer.Option("--format", "-f", help="Default: table on a terminal, else tsv."),
    ] = None,
) -> None:
    """Tell what a project holds: records, duplicates, out of scope, claims, what is not built."""
    from kg.project.layout import Project, file_digest

    place = Project(folder)
    built = _built(place)
    rows: list[tuple[str, str, str | int]] = []
    if built:
        flow = json.loads((place.graph / _FLOW).read_text(encoding="utf-8"))
        rows += _flow_rows(flow)
        rows.append(("build", "name", str(built["build"])))
        rows.append(("build", "changes", _changes_line(place)))
        rows += [("problem", "could not be read", said) for said in built["problems"]]
    known = {}
    if built:
        known = json.loads((place.graph / _SOURCES).read_text(encoding="utf-8"))
    new = [p.name for p in place.sources() if known.get(p.name) != file_digest(p)]
    rows += [("not built yet", "source", name) for name in new]
    if not built:
        rows.append(("build", "name", "none yet; run 'oxykg build'"))
    from kg.tables import Table

    print_table(Table.of(("stage", "what", "value"), rows), style)


def _flow_rows(fields: dict[str, Any]) -> list[tuple[str, str, str | int]]:
    from kg.project.flow import Flow, flow_table

    return [(str(a), str(b), int(c or 0)) for a, b, c in flow_table(Flow(**fields)).rows]


class Style(StrEnum):
    """How `diff` writes."""

    TEXT = "text"
    MD = "md"
    JSON = "json"


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A graph's folder or claims.jsonl.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The later one.")],
    style: Annotated[Style, typer.Option("--format", "-f", help="How to write it.")] = Style.TEXT,
) -> None:
    """Compare two graphs: studies, claims, links, flipped signs, closed gaps, retractions."""
    from kg.changes import changes_json, changes_markdown, changes_text, compare
    from kg.ontology import constructs

    writers = {Style.TEXT: changes_text, Style.MD: changes_markdown, Style.JSON: changes_json}
    put(writers[style](compare(_of(old), _of(new), constructs())))


def _of(path: Path) -> Sequence[Reading]:
    """The readings of a claims file, or of a folder with a graph."""
    from kg.cli.common import open_graph
    from kg.cli.folder import readings_in

    if path.is_file():
        try:
            return _readings(path)
        except (LookupError, ValueError, TypeError, AttributeError) as error:
            problem = "not a file that 'oxykg extract' wrote"
            raise OxykgError(f"{path}: {problem} ({type(error).__name__}: {error})") from None
    if not path.exists():
        raise OxykgError(f"{path}: no such file or folder; check the name")
    return readings_in(open_graph(path))
