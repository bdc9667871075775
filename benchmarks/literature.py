"""Own literature: reading a large file of PubMed, and building a project again with a little new.

All records are made here; nothing in them is true.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Records of the large file, most memory in MB that reading it may take.
RECORDS, MEMORY = 30_000, 200
#: Abstracts of the first build; share of new ones in the second; the most that the second may
#: take of the first's time.
ABSTRACTS, NEW, SHARE = 5_000, 0.01, 0.03
#: Abstracts of the usual length (190 words on average), written for training.
_WRITTEN = Path(__file__).parent.parent / "extract" / "training" / "claims"
_READ = """
import resource, sys, time
from extract.readers import read_documents
start = time.process_time()
count = sum(1 for _ in read_documents(sys.argv[1]))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
print(count, time.process_time() - start, peak)
"""
_BUILD = """
import sys, time
from pathlib import Path
from kg.cli import project, review
read, spent = review.read_texts, []
def read_texts(*args, **options):
    start = time.process_time()
    found = read(*args, **options)
    spent.append(time.process_time() - start)
    return found
review.read_texts = read_texts
project.build_project(Path(sys.argv[1]))
print(time.process_time(), *spent, file=sys.stderr)
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """Records a second of processor time, size of the file and peak memory in MB."""

    records: int
    speed: float
    size: float
    memory: float


def write_pubmed(path: Path, count: int) -> None:
    """Write a file as PubMed ships it, with the length of abstracts that is usual there."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write('<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet>\n')
        stream.write("<PubmedArticleSet>\n")
        stream.writelines(_record(number) for number in range(1, count + 1))
        stream.write("</PubmedArticleSet>\n")


def _record(number: int) -> str:
    said = (
        f"In sample {number}, trust was <i>not</i> related to the alliance (r = .0{number % 10}). "
    )
    parts = "".join(
        f'<AbstractText Label="{label}">{said * 4}</AbstractText>'
        for label in ("BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS")
    )
    authors = "".join(
        f"<Author><LastName>Name{number % 997}{letter}</LastName><ForeName>{letter}</ForeName>"
        "<AffiliationInfo><Affiliation>Department of Work, Some University</Affiliation>"
        "</AffiliationInfo></Author>"
        for letter in "ABCDE"
    )
    terms = "".join(
        f"<MeshHeading><DescriptorName>Term {n}</DescriptorName></MeshHeading>" for n in range(12)
    )
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{number}</PMID>'
        "<Article><Journal><JournalIssue><PubDate><Year>2020</Year></PubDate></JournalIssue>"
        f"<Title>Journal of Work</Title></Journal><ArticleTitle>Work number {number} on trust"
        f"</ArticleTitle><Abstract>{parts}</Abstract><AuthorList>{authors}</AuthorList>"
        "<Language>eng</Language></Article><MeshHeadingList>"
        f"{terms}</MeshHeadingList></MedlineCitation></PubmedArticle>\n"
    )


def measure_reading(folder: Path) -> Reading:
    """Read the large file in a process of its own."""
    path = folder / "pubmed.xml"
    write_pubmed(path, RECORDS)
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(path)], check=True, capture_output=True, text=True
    )
    count, seconds, peak = map(float, done.stdout.split())
    return Reading(int(count), count / seconds, path.stat().st_size / 1e6, peak)


@dataclass(frozen=True, slots=True)
class Build:
    """Processor seconds of a whole build, and of reading texts in it."""

    whole: float
    reading: float


def measure_rebuild(folder: Path) -> tuple[Build, Build]:
    """Measure a first build, and one with a little new."""
    from typer.testing import CliRunner

    from kg.cli import app

    project = folder / "review"
    new = max(1, round(ABSTRACTS * NEW))
    records = [json.dumps(record) + "\n" for record in _records(ABSTRACTS + new)]
    times = []
    CliRunner().invoke(app, ["init", str(project)])
    for number, lines in enumerate((records[:ABSTRACTS], records[ABSTRACTS:])):
        source = folder / f"{number}.jsonl"
        source.write_text("".join(lines), encoding="utf-8")
        CliRunner().invoke(app, ["add", str(source), "--project", str(project)])
        command = [sys.executable, "-c", _BUILD, str(project)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=_compiled())
        whole, reading = map(float, done.stderr.split()[-2:])
        times.append(Build(whole, reading))
    first, second = times
    return first, second


def _compiled() -> dict[str, str]:
    """Our environment, but a module is compiled once and kept, as in an installation."""
    return os.environ | {"PYTHONDONTWRITEBYTECODE": ""}


def _records(count: int) -> Iterator[dict[str, object]]:
    """Variants of the written abstracts, each with a sentence of its own."""
    files = sorted(_WRITTEN.glob("*_documents.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    for number in range(count):
        record = json.loads(lines[number % len(lines)])
        yield {
            "key": f"r{number}",
            "title": f"{record['title']} ({number})",
            "abstract": f"{record['abstract']} This is variant {number}.",
            "authors": [f"Name{number}, A."],
            "year": 2000 + number % 25,
        }


def report() -> bool:
    """Print the figures; whether the limits of memory and of the second build are kept."""
    with tempfile.TemporaryDirectory() as place:
        started = time.perf_counter()
        read = measure_reading(Path(place))
        first, second = measure_rebuild(Path(place))
        taken = time.perf_counter() - started
    shares = second.whole / first.whole, second.reading / first.reading
    kept = read.memory <= MEMORY and shares[0] <= SHARE
    print(f"Own literature ({taken:.0f} s)")
    print(f"  PubMed XML           {read.records:8d} records, {read.size:.0f} MB")
    print(f"  read                 {read.speed:8.0f} records/s")
    print(f"  peak memory          {read.memory:8.0f} MB (limit {MEMORY})")
    print(f"  {ABSTRACTS} abstracts: whole build, and reading texts in it (processor time)")
    print(f"  first build          {first.whole:8.1f} s {first.reading:8.1f} s")
    print(f"  build with 1 % new   {second.whole:8.1f} s {second.reading:8.1f} s")
    print(f"  share of the first   {shares[0]:8.1%}   {shares[1]:8.1%} (limit {SHARE:.0%})")
    return kept
