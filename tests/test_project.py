"""A review in a folder: sources in, a graph out, again and again, whatever happens between."""

from __future__ import annotations

import csv
import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import stub_pipeline
from typer.testing import CliRunner, Result

from kg.cli import app
from kg.curation.sheet import sheet_text
from kg.project.layout import FETCHED, Project, publish, recover
from kg.queries import run_query
from kg.store import open_store

OFF_TOPIC = (
    "Oxytocin was given to women whose labour did not progress. Misoprostol and oxytocin infusion "
    "were compared for induction of labour at term; caesarean section was rare."
)


def run(*args: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args], input=stdin)


def done(*args: str | Path) -> Result:
    result = run(*args)
    assert result.exit_code == 0, result.output + result.stderr
    return result


def line(key: str, word: str | None = "more", **fields: Any) -> str:
    said = f"The alliance predicted {word} outcome." if word else "We describe a therapy."
    known = {
        "key": key,
        "title": f"Work {key} on the alliance in therapy",
        "abstract": said,
        "authors": [f"Author{key}, A."],
        "year": 2020,
    }
    return json.dumps(known | fields) + "\n"


def write(path: Path, *lines: str) -> Path:
    path.write_text("".join(lines), encoding="utf-8")
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def content(project: Path) -> dict[str, bytes]:
    graph = project / "graph"
    return {p.name: p.read_bytes() for p in sorted(graph.iterdir()) if p.is_file()}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project to stand in; texts are read by a stand-in for the pipeline."""
    monkeypatch.setitem(sys.modules, "extract.pipeline", sys.modules.get("extract.pipeline"))
    stub_pipeline.install()
    stub_pipeline.READ.clear()
    folder = tmp_path / "review"
    done("init", folder, "--title", 'A "review"')
    monkeypatch.chdir(folder)
    return folder


def test_a_month_later(project: Path, tmp_path: Path) -> None:
    first = write(tmp_path / "may.jsonl", line("a"), line("b", "less"), line("c", None))
    done("add", first)
    built = done("build")
    assert "3 records of 3 studies" in built.stdout
    assert (project / "graph" / "README.txt").read_text(encoding="utf-8").startswith('A "review"')
    before = content(project)

    assert "Nothing new" in done("build").stdout
    assert content(project) == before

    done("add", write(tmp_path / "june.jsonl", line("a"), line("d")))
    stub_pipeline.READ.clear()
    again = done("build")
    assert stub_pipeline.READ == ["Work d on the alliance in therapy"]
    assert "1 new studies" in again.stdout
    assert "1 duplicates" in again.stdout
    changes = json.loads((project / "graph" / "changes.json").read_text(encoding="utf-8"))
    assert changes["new_studies"] == ["Authord 2020"]
    assert changes["changed_links"] == [
        "therapeutic alliance – treatment outcome: 1 +, 1 − → 2 +, 1 −"
    ]


def test_what_was_built_is_asked_from_the_project(project: Path, tmp_path: Path) -> None:
    done("add", write(tmp_path / "a.jsonl", line("a")))
    done("build")
    assert "Author" in done("query", "studies", project).stdout
    assert "Author" in done("query", "studies").stdout
    assert done("validate").exit_code == 0
    page = tmp_path / "page.html"
    done("explore", "-o", page)
    assert page.is_file()


def test_verdicts_are_kept_beside_the_sources_and_hold_for_what_comes(
    project: Path, tmp_path: Path
) -> None:
    def claims() -> int:
        asked = run_query(open_store(project / "graph"), "SELECT ?c { ?c a okg:Claim }")
        return len(asked.rows)

    done("add", write(tmp_path / "may.jsonl", line("a"), line("b", "less")))
    done("build")
    assert claims() == 2
    sheet = tmp_path / "sheet.tsv"
    done("curate", "export", "-o", sheet)
    with sheet.open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream, dialect="excel-tab"))
    judged = {"verdict": "wrong", "error_tag": "no relation", "curator": "0000-0002-1825-0097"}
    sheet.write_text(sheet_text(row | judged for row in found), encoding="utf-8")
    assert "2 rejected" in done("curate", "apply", sheet).stdout
    assert claims() == 0
    done("add", write(tmp_path / "june.jsonl", line("d")))
    done("build")
    assert claims() == 1
    assert (project / "curation.tsv").is_file()


def test_every_record_is_accounted_for(project: Path, tmp_path: Path) -> None:
    source = write(
        tmp_path / "a.jsonl",
        line("a"),
        line("a2", doi="10.1000/x"),
        line("a3", doi="10.1000/X", title="Another title for it"),
        line("b", None, abstract=OFF_TOPIC),
        line("c", abstract=None),
        line("d", retracted=True),
        "{broken\n",
    )
    done("add", source)
    result = run("build")
    assert result.exit_code == 1
    assert "a.jsonl: line 7: no valid JSON" in result.stderr
    listed = {(row["outcome"], row["reason"].split(" (")[0]) for row in records(project)}
    assert listed == {
        ("read", ""),
        ("duplicate", ""),
        ("left out", "about childbirth as a medical matter"),
        ("left out", "no abstract"),
    }
    status = json.loads(run("status", "--format", "json").stdout)
    said = {(row["stage"], row["what"]): row["value"] for row in status}
    assert said["records", "in all sources"] == 7
    assert said["removed", "duplicates"] == 1
    assert said["removed", "cannot be read"] == 1
    assert said["documents", "different publications"] == 5
    assert said["not read", "no abstract"] == 1
    assert said["not read", "about childbirth as a medical matter"] == 1
    assert said["read", "retracted or notices, kept apart"] == 1
    assert said["claims", "findings"] == 2
    drawn = ElementTree.fromstring((project / "graph" / "flow.svg").read_text(encoding="utf-8"))
    assert "Records identified (n = 7)" in "".join(drawn.itertext())


def records(project: Path) -> list[dict[str, str]]:
    return rows(project / "graph" / "records.csv")


def test_a_retracted_paper_is_kept_and_answers_nothing(project: Path, tmp_path: Path) -> None:
    done("add", write(tmp_path / "a.jsonl", line("a", doi="10.1000/a"), line("b")))
    done("build")
    watch = write(
        tmp_path / "watch.csv",
        "Record ID,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature\n",
        "1,10.1000/A,0,Retraction\n",
    )
    assert "list of retractions" in done("add", watch).stderr
    result = done("build")
    assert "1 retracted since" in result.stdout
    assert "Authora" not in done("query", "studies").stdout
    links = json.loads(done("query", "links", "--param", "construct=TherapeuticAlliance",
                            "--format", "json").stdout)  # fmt: skip
    assert [row["studies"] for row in links] == [1]
    assert "predicted more" in done("query", "evidence", "--param", "document=a").stdout
    write(project / "decisions.csv", "not-retracted,10.1000/a,,\n")
    done("build")
    assert "Authora" in done("query", "studies").stdout


def test_decisions_of_a_person_win(project: Path, tmp_path: Path) -> None:
    done("add", write(tmp_path / "a.jsonl", line("a"), line("b"), line("c", abstract=OFF_TOPIC)))
    write(
        project / "decisions.csv",
        "decision,record,other,note\nsame-study,a,b,\nkeep,c,,\ndrop,nobody,,\n",
    )
    result = run("build")
    assert result.exit_code == 1
    assert "line 4: no source holds a record 'nobody'" in result.stderr
    assert "3 records of 2 studies" in result.stdout
    write(project / "decisions.csv", "drop,a,,not ours\n")
    assert "1 dropped by decision" in done("build").stdout
    assert "dropped by decision (not ours)" in {row["reason"] for row in records(project)}


def test_settings_and_options_decide_what_is_read(project: Path, tmp_path: Path) -> None:
    done("add", write(tmp_path / "a.jsonl", line("a"), line("b", None, abstract=OFF_TOPIC)))
    assert "1 out of scope, 0 dropped by decision, 1 read" in done("build").stdout
    assert "0 out of scope, 0 dropped by decision, 2 read" in done("build", "--keep-all").stdout
    write(project / "oxykg.toml", '[scope]\nkeep = ["childbirth"]\n')
    assert "0 out of scope, 0 dropped by decision, 2 read" in done("build").stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = ", "no valid TOML"),
        ('titel = "x"', "titel is no setting (there are title"),
        ("title = 7", "title: "),
        ('[scope]\nkeep = ["dragons"]', "dragons"),
        ("[scope]\nkeep_all = 'maybe'", "scope.keep_all"),
    ],
)
def test_wrong_settings_are_one_line(project: Path, tmp_path: Path, text: str, said: str) -> None:
    done("add", write(tmp_path / "a.jsonl", line("a")))
    write(project / "oxykg.toml", text)
    result = run("build")
    assert result.exit_code == 1
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (project / "graph").exists()


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["build"], 1, "has no sources"),
        (["add", "nothing.ris"], 1, "no such file"),
        (["add", "."], 1, "folder"),
        (["init", "."], 1, "is a project already"),
        (["build", "nowhere", "-o", "x"], 1, "no such file"),
        (["status", "nowhere"], 1, "oxykg init"),
        (["add", "oxykg.toml", "--project", "nowhere"], 1, "oxykg init"),
        (["diff", "nowhere", "."], 1, "no such file or folder"),
        (["diff", "oxykg.toml", "."], 1, "not a file that 'oxykg extract' wrote"),
    ],
)
@pytest.mark.usefixtures("project")
def test_wrong_use_is_one_line(args: list[str], code: int, said: str) -> None:
    result = run(*args)
    assert result.exit_code == code
    assert said in result.stderr


def test_outside_a_project_build_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("build")
    assert result.exit_code == 2
    assert "oxykg init" in result.stderr
    assert run("build", "claims.jsonl").exit_code == 2


def test_only_files_that_can_be_read_are_added(project: Path, tmp_path: Path) -> None:
    good, bad = write(tmp_path / "a.jsonl", line("a")), tmp_path / "b.pdf"
    bad.write_bytes(b"%PDF-1.7 \x00")
    result = run("add", bad, good, good)
    assert result.exit_code == 1
    assert "this is a PDF" in result.stderr
    assert "is in the project already" in result.stderr
    other = tmp_path / "other"
    other.mkdir()
    done("add", write(other / "a.jsonl", line("b")))
    assert sorted(p.name for p in (project / "sources").iterdir()) == ["a-2.jsonl", "a.jsonl"]


def test_the_search_behind_a_file_is_in_the_provenance(project: Path, tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", line("a"))
    said = {"service": "PubMed", "query": 'trust "x"', "date": "2025-01-31", "found": 9}
    write(source.with_name(source.name + FETCHED), json.dumps(said | {"fetched": 1}))
    done("add", source)
    done("build")
    graph = (project / "graph" / "graph.trig").read_text(encoding="utf-8")
    assert 'searchQuery> "trust \\"x\\""' in graph or 'searchQuery "trust \\"x\\""' in graph
    write(project / "sources" / ("a.jsonl" + FETCHED), "{}")
    (project / "graph" / "build.json").unlink()
    assert "not as 'oxykg fetch' wrote it" in run("build").stderr


def test_the_same_sources_in_another_folder_give_the_same_bytes(
    project: Path, tmp_path: Path
) -> None:
    source = write(tmp_path / "a.jsonl", line("a"), line("b", "no"))
    done("add", source)
    done("build")
    other = tmp_path / "other"
    done("init", other, "--title", 'A "review"')
    done("add", source, "--project", other)
    done("build", other)
    assert content(project) == content(other)


def test_a_build_upon_another_is_the_build_from_nothing(project: Path, tmp_path: Path) -> None:
    def more() -> None:
        done("add", write(tmp_path / "b.jsonl", line("d"), line("e", "no", doi="10.1000/e")))

    def retract() -> None:
        columns = "Record ID,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature\n"
        done("add", write(tmp_path / "watch.csv", columns, "1,10.1000/E,0,Retraction\n"))

    def decide() -> None:
        write(project / "decisions.csv", "same-study,a,d,,\ndrop,c,,\n")

    def judge() -> None:
        sheet = tmp_path / "sheet.tsv"
        done("curate", "export", "-o", sheet)
        with sheet.open(encoding="utf-8", newline="") as stream:
            row = next(csv.DictReader(stream, dialect="excel-tab"))
        said = {"verdict": "wrong", "error_tag": "no relation", "curator": "0000-0002-1825-0097"}
        write(project / "curation.tsv", sheet_text([row | said]))

    def take_back() -> None:
        (project / "curation.tsv").unlink()
        (project / "sources" / "b.jsonl").unlink()
        write(project / "decisions.csv", "drop,c,,\n")

    done("add", write(tmp_path / "a.jsonl", line("a"), line("b", "less"), line("c", None)))
    done("build")
    for number, step in enumerate((more, retract, decide, judge, take_back)):
        step()
        done("build")
        anew = tmp_path / f"anew-{number}"
        shutil.copytree(project, anew, ignore=shutil.ignore_patterns("graph", ".oxykg"))
        done("build", anew)
        made, expected = content(project), content(anew)
        differ = {name for name, text in made.items() if text != expected[name]}
        assert differ <= {"changes.md", "changes.json"}, step
        assert set(open_store(project / "graph")) == set(
            open_store(project / "graph" / "graph.trig")
        )


def test_a_damaged_cache_is_begun_anew(project: Path, tmp_path: Path) -> None:
    done("add", write(tmp_path / "a.jsonl", line("a")))
    done("build")
    before = content(project)
    for path in (project / ".oxykg").glob("cache.sqlite*"):
        path.write_bytes(b"not a database, and long enough to be taken for one" * 100)
    (project / "graph" / "build.json").unlink()
    done("build")
    assert content(project)["graph.trig"] == before["graph.trig"]


@pytest.mark.parametrize("share", [1, 3])
def test_what_is_damaged_in_the_cache_is_made_anew(
    project: Path, tmp_path: Path, share: int
) -> None:
    done("add", write(tmp_path / "a.jsonl", line("a"), line("b", "less")))
    done("build")
    done("add", write(tmp_path / "b.jsonl", line("c")))
    anew = tmp_path / "anew"
    shutil.copytree(project, anew, ignore=shutil.ignore_patterns("graph", ".oxykg"))
    done("build", anew)
    with closing(sqlite3.connect(project / ".oxykg" / "cache.sqlite")) as cache, cache:
        last = "CAST(substr(value, 1, length(value) - 1) || x'3F' AS BLOB)"
        cache.execute(f"UPDATE cache SET value = {last} WHERE length(value) % {share} = 0")
    done("build")
    made, expected = content(project), content(anew)
    assert {n for n, data in made.items() if data != expected[n]} <= {"changes.md", "changes.json"}


def test_a_build_killed_between_its_last_steps_is_finished(project: Path, tmp_path: Path) -> None:
    done("add", write(tmp_path / "a.jsonl", line("a")))
    done("build")
    before = content(project)
    place = Project(project)
    (project / ".oxykg").mkdir(exist_ok=True)
    (project / "graph").rename(place.next)
    (place.next / ".oxykg-part-complete").touch()
    recover(place)
    assert content(project) == before
    place.next.mkdir()
    write(place.next / "new", "whole")
    publish(place)
    assert content(project) == {"new": b"whole"}
    assert not place.next.exists()


def test_two_at_once_do_not_disturb_each_other(project: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    (project / ".oxykg").mkdir(exist_ok=True)
    with (project / ".oxykg" / "lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        assert "another oxykg works" in run("build").stderr


def test_differences_are_told_in_three_forms(project: Path, tmp_path: Path) -> None:
    old = write(tmp_path / "old.jsonl", line("a"), line("b", "less", title="*Odd* <b>title</b>"))
    new = write(tmp_path / "new.jsonl", line("b", "less"), line("c", "less"), line("d", "no"))
    one, other = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    done("extract", old, "-o", one)
    done("extract", new, "-o", other)
    text = done("diff", one, other).stdout
    assert "New studies (2)\n  Authorc 2020\n" in text
    assert "Studies that are gone (1)\n  Authora 2020\n" in text
    assert done("diff", one, one).stdout == "Nothing changed.\n"
    assert "## New studies (2)" in done("diff", one, other, "--format", "md").stdout
    found = json.loads(done("diff", one, other, "--format", "json").stdout)
    assert found["changed_links"] == [
        "therapeutic alliance – treatment outcome: 1 +, 1 − → 2 −, 1 0"
    ]
    flipped = write(tmp_path / "plus.jsonl", line("a"))
    done("extract", flipped, "-o", one)
    found = json.loads(done("diff", one, other, "--format", "json").stdout)
    assert len(found["flipped_links"]) == 1
    assert project.is_dir()


STUBBED = "import stub_pipeline; stub_pipeline.install(0.01); from kg.cli import main; main()"


@pytest.mark.slow
def test_a_build_that_is_killed_at_any_moment_leaves_a_whole_graph(tmp_path: Path) -> None:
    moments = random.Random(7)
    first = write(tmp_path / "first.jsonl", *(line(f"a{i}") for i in range(10)))
    second = write(tmp_path / "second.jsonl", *(line(f"b{i}", "less") for i in range(60)))
    whole, disturbed = tmp_path / "whole" / "x", tmp_path / "disturbed" / "x"
    for folder in (whole, disturbed):
        stubbed("init", folder)
        stubbed("add", first, "--project", folder)
        stubbed("build", folder)
        stubbed("add", second, "--project", folder)
    old = content(disturbed)
    started = time.monotonic()
    stubbed("build", whole)
    needed = time.monotonic() - started
    for _ in range(20):
        process = start("build", disturbed)
        time.sleep(moments.uniform(0.05, 1.0) * needed)
        process.send_signal(signal.SIGKILL)
        process.wait()
        recover(Project(disturbed))
        assert content(disturbed) in (old, content(whole))
    stubbed("build", disturbed)
    assert content(disturbed) == content(whole)
    graph = disturbed / "graph"
    assert set(open_store(graph)) == set(open_store(graph / "graph.trig"))
    assert {p.name for p in disturbed.iterdir()} == {p.name for p in whole.iterdir()}


def start(*args: str | Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", STUBBED, *map(str, args)]
    environment = {"PYTHONPATH": str(Path(__file__).parent)}
    return subprocess.Popen(
        command,
        env=environment,
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def stubbed(*args: str | Path) -> None:
    with start(*args) as process:
        assert process.wait() == 0
