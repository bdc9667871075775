"""The command line as a user meets it: exit codes, one clear line for an error, whole files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kg.claims_io import reading_to_line
from kg.cli import COMMANDS, app
from kg.cli.folder import FILES
from kg.model import Claim, Direction, Document, Evidence, Reading, Relation, Status, Study
from kg.queries import list_queries
from kg.tables import FORMATS

RECORD = {"key": "a", "title": "Title", "abstract": "Empathy predicted the alliance."}
OXYKG = [sys.executable, "-c", "from kg.cli import main; main()"]


def run(*args: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args], input=stdin)


def record(**fields: Any) -> str:
    return json.dumps(RECORD | fields) + "\n"


def read_nothing(
    documents: Iterable[Document], *, model: str | None = None, n_process: int = 1
) -> Iterator[Reading]:
    for document in documents:
        study = Study(id=f"study:{document.key}", documents=(document.id,))
        yield Reading(document=document, claims=(), study=study)


@pytest.fixture
def no_pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read no claims at all, and so no spaCy: these tests are about files and errors."""
    stand_in = types.ModuleType("extract.pipeline")
    stand_in.extract_readings = read_nothing  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "extract.pipeline", stand_in)


def keys(path: Path) -> list[str]:
    return [json.loads(line)["key"] for line in path.read_text(encoding="utf-8").splitlines()]


def errors(result: Result) -> list[str]:
    return [line for line in result.stderr.splitlines() if line.startswith("Error: ")]


@pytest.mark.parametrize("command", [command.__name__ for command in COMMANDS])
def test_every_help_shows_an_example(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"Example:\n    oxykg {command}" in result.stdout


def test_the_version_is_told() -> None:
    assert run("--version").stdout.startswith("oxykg 0.")


@pytest.mark.parametrize(
    "args", [["nope"], ["extract"], ["extract", "--nope"], ["export", "--format", "xls"]]
)
def test_wrong_usage_is_2(args: list[str]) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


def test_importing_the_commands_imports_nothing_heavy() -> None:
    heavy = "spacy rdflib networkx pyvis pyshacl pyoxigraph numpy pydantic sklearn rich tqdm"
    code = f"import sys, kg.cli; print([m for m in {heavy.split()} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.usefixtures("no_pipeline")
class TestExtract:
    def test_each_document_becomes_a_line(self, tmp_path: Path) -> None:
        source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
        source.write_text(record() + record(key="b"), encoding="utf-8")
        result = run("extract", source, "-o", out)
        assert result.exit_code == 0
        assert keys(out) == ["a", "b"]

    def test_refused_records_are_named_counted_and_the_rest_is_written(
        self, tmp_path: Path
    ) -> None:
        source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
        bad = [record()[:30] + "\n", record(key="c", abstract=None), record()]
        source.write_text(record() + "".join(bad) + record(key="z"), encoding="utf-8")
        result = run("extract", source, tmp_path / "missing.jsonl", tmp_path, "-o", out)
        assert result.exit_code == 1
        assert len(errors(result)) == 5
        assert "2 records read, 5 refused" in result.stderr
        assert keys(out) == ["a", "z"]

    def test_without_a_single_record_nothing_is_written(self, tmp_path: Path) -> None:
        source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
        source.touch()
        result = run("extract", source, "-o", out)
        assert result.exit_code == 1
        assert not out.exists()
        assert list(tmp_path.iterdir()) == [source]

    def test_hostile_names_print_nothing_that_a_terminal_obeys(self, tmp_path: Path) -> None:
        source = tmp_path / "in.jsonl"
        source.write_text(record(key="\u009b2J\u202e") * 2, encoding="utf-8")
        result = run("extract", source, tmp_path / "a\x1b[2J\nb", "-o", tmp_path / "out")
        assert not set("\x1b\x9b\u202e") & set(result.stderr)
        assert len(result.stderr.splitlines()) == 3

    @pytest.mark.parametrize("output", ["in.jsonl", "./in.jsonl", "link.jsonl"])
    def test_the_input_is_never_written_over(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        Path("in.jsonl").write_text(record(), encoding="utf-8")
        Path("link.jsonl").symlink_to("in.jsonl")
        assert run("extract", "in.jsonl", "-o", output).exit_code == 2
        assert Path("in.jsonl").read_text(encoding="utf-8") == record()

    @pytest.mark.parametrize("output", ["no/such/out.jsonl", "."])
    def test_a_place_that_cannot_be_written_is_one_line(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        Path("in.jsonl").write_text(record(), encoding="utf-8")
        result = run("extract", "in.jsonl", "-o", output)
        assert result.exit_code == 1
        assert len(result.stderr.splitlines()) == 1

    def test_a_fault_is_one_line_and_a_traceback_with_debug(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*args: object, **options: object) -> None:
            raise ZeroDivisionError("division\nby zero")

        monkeypatch.setattr(sys.modules["extract.pipeline"], "extract_readings", fail)
        source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
        source.write_text(record(), encoding="utf-8")
        result = run("extract", source, "-o", out)
        assert result.exit_code == 1
        assert len(result.stderr.splitlines()) == 1
        assert "fault of oxykg (ZeroDivisionError" in result.stderr
        assert type(run("extract", source, "--debug").exception) is ZeroDivisionError
        assert not out.exists()


def reading(key: str, subject: str, target: str, direction: Direction) -> Reading:
    """A study with one finding, whose sentence is its abstract."""
    said = f"{subject} predicted {target}, <b>=1+1</b> \x1b[31m in {key}."
    document = Document(id=f"key:{key}", key=key, title="A study", abstract=said, year=2020)
    claim = Claim(
        document=document.id,
        subject=subject,
        relation=Relation.PREDICTS,
        object=target,
        direction=direction,
        status=Status.FINDING,
        evidence=Evidence(start=8, end=8 + len(said), sentence=said, cue="predicted"),
        rule="by hand",
    )
    study = Study(id=f"study:{key}", documents=(document.id,), kind="empirical", n=30)
    return Reading(document=document, claims=(claim,), study=study)


def claim_lines() -> str:
    pairs = [("Empathy", "TherapeuticAlliance"), ("TherapeuticAlliance", "TreatmentOutcome")]
    readings = [
        reading(f"{pair}-{number}", *constructs, Direction.POSITIVE)
        for pair, constructs in enumerate(pairs)
        for number in range(4)
    ]
    return "".join(f"{reading_to_line(reading)}\n" for reading in readings)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    (folder / "claims.jsonl").write_text(claim_lines(), encoding="utf-8")
    result = run("build", folder / "claims.jsonl", "-o", folder / "out")
    assert result.exit_code == 0, result.stderr
    return folder / "out"


def test_a_build_names_its_files_and_counts(tmp_path: Path, built: Path) -> None:
    result = run("build", built / "claims.jsonl", "-o", tmp_path / "again", "--title", "Mine")
    assert {path.name for path in built.iterdir()} == set(FILES)
    assert "8 records of 8 studies: 8 with claims, 0 without" in result.stdout
    assert "8 claims: 8 findings" in result.stdout
    assert all(name in result.stdout for name in FILES)
    assert (tmp_path / "again" / "README.txt").read_text(encoding="utf-8").startswith("Mine\n")


def test_building_twice_gives_the_same_bytes(tmp_path: Path, built: Path) -> None:
    lines = (built / "claims.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "claims.jsonl").write_text("".join(lines), encoding="utf-8")
    for _ in range(2):
        run("build", tmp_path / "claims.jsonl", "-o", tmp_path / "out", "--title", "out")
    for path in built.iterdir():
        if path.is_file() and path.name != "graph.trig":  # whose provenance has the input's name
            assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes(), path.name


def test_broken_claims_are_named_and_the_rest_is_built(tmp_path: Path) -> None:
    good, *_ = claim_lines().splitlines(keepends=True)
    source = tmp_path / "claims.jsonl"
    broken = ["[]\n", "{}\n", good[:50] + "\n", good.replace("predicts", "nope"), "[" * 9000 + "\n"]
    source.write_text(good + "".join(broken), encoding="utf-8")
    result = run("build", source, tmp_path / "missing", "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert len(errors(result)) == 6
    assert "1 documents read, 6 refused" in result.stderr
    assert (tmp_path / "out" / "graph.trig").exists()


def test_claims_that_break_the_shapes_are_told_and_nothing_is_written(tmp_path: Path) -> None:
    source = tmp_path / "claims.jsonl"
    source.write_text(claim_lines().replace("Empathy", "NoConstruct"), encoding="utf-8")
    result = run("build", source, "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "does not conform" in errors(result)[-1]
    assert not (tmp_path / "out").exists()


def test_a_failing_build_leaves_the_old_folder(tmp_path: Path, built: Path) -> None:
    out = tmp_path / "out"
    run("build", built / "claims.jsonl", "-o", out)
    before = {path.name: path.stat().st_mtime_ns for path in out.iterdir()}
    (tmp_path / "empty").touch()
    assert run("build", tmp_path / "empty", "-o", out).exit_code == 1
    assert {path.name: path.stat().st_mtime_ns for path in out.iterdir()} == before


@pytest.mark.parametrize("where", ["argument", "here", "demo"])
@pytest.mark.parametrize("command", [["query", "studies"], ["gaps"], ["export"], ["validate"]])
def test_the_graph_is_found(
    tmp_path: Path,
    built: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    command: list[str],
) -> None:
    if where == "demo":
        (tmp_path / "oxykg-demo").symlink_to(built)
    monkeypatch.chdir(built if where == "here" else tmp_path)
    result = run(*command, *([built] if where == "argument" else []))
    assert result.exit_code == 0
    assert result.stdout


@pytest.mark.parametrize("command", [["query", "studies"], ["gaps"], ["explore"]])
def test_no_graph_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ([], [tmp_path / "missing"]):
        result = run(*command, *folder)
        assert result.exit_code == 1
        assert len(result.stderr.splitlines()) == 1
        assert "no graph here" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_questions_are_listed_name_first() -> None:
    lines = run("query").stdout.splitlines()
    assert lines[0].split("\t")[0] == "name"
    assert [line.split("\t")[0] for line in lines[1:]] == [q.name for q in list_queries()]


def test_a_parameter_chooses_and_an_unknown_one_is_told(built: Path) -> None:
    chosen = run("query", "links", built, "--param", "construct=Empathy", "--format", "json")
    rows = json.loads(chosen.stdout)
    assert len(rows) == 1
    for params in (["nope=1"], ["construct=Nope"]):
        result = run("query", "links", built, "--param", *params)
        assert result.exit_code == 1
        assert "Known: " in result.stderr
    assert run("query", "links", built, "--param", "nope").exit_code == 2


@pytest.mark.parametrize("name", ["-", "own.rq"])
def test_ones_own_question_is_answered(tmp_path: Path, built: Path, name: str) -> None:
    text = "SELECT (COUNT(DISTINCT ?c) AS ?claims) { ?c a okg:Claim }"
    (tmp_path / "own.rq").write_text(text, encoding="utf-8")
    place = name if name == "-" else tmp_path / name
    assert run("query", place, built, stdin=text).stdout == "claims\n8\n"


@pytest.mark.parametrize(
    "text",
    [
        "DELETE WHERE { ?s ?p ?o }",
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * {",
        "",
        b"\xff\xfe",
    ],
)
def test_what_is_no_question_is_refused_in_a_sentence(built: Path, text: str | bytes) -> None:
    result = run("query", "-", built, stdin=text)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


def test_a_question_that_takes_too_long_is_given_up(built: Path) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    result = run("query", "-", built, "--timeout", "0.2", stdin=text)
    assert result.exit_code == 1
    assert "no answer within 0.2 s" in result.stderr


@pytest.mark.parametrize("style", FORMATS)
def test_hostile_sentences_are_shown_and_do_nothing(built: Path, style: str) -> None:
    text = "SELECT ?text { ?e okg:sentence ?text } LIMIT 1"
    result = run("query", "-", built, "--format", style, stdin=text)
    assert result.exit_code == 0
    assert "predicted" in result.stdout
    assert "\x1b" not in result.stdout


def test_the_page_is_written_without_quotes_if_asked(tmp_path: Path, built: Path) -> None:
    page = tmp_path / "page.html"
    assert run("explore", built, "-o", page).exit_code == 0
    assert "predicted" in page.read_text(encoding="utf-8")
    assert run("explore", built, "-o", page, "--no-quotes").exit_code == 0
    assert "TherapeuticAlliance predicted" not in page.read_text(encoding="utf-8")


def test_scores_are_printed_as_text_and_json(built: Path) -> None:
    claims = built / "claims.jsonl"
    text = run("evaluate", claims, claims, "--stages").stdout
    assert text.startswith("8 documents, 0 without a prediction\n")
    assert "F1 1.000" in text
    scores = json.loads(run("evaluate", claims, claims, "--json").stdout)["scores"]
    assert {score["f1"] for score in scores.values()} == {1.0}


def test_what_was_missed_is_listed(tmp_path: Path, built: Path) -> None:
    lines = (built / "claims.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "part.jsonl").write_text("".join(lines[1:]), encoding="utf-8")
    result = run("evaluate", built / "claims.jsonl", tmp_path / "part.jsonl", "--errors", "5")
    assert [line for line in result.stdout.splitlines() if line.startswith("missed")]
    assert "1 without a prediction" in result.stdout


@pytest.mark.parametrize("style", ["csl-json", "bibtex", "ris"])
def test_studies_are_exported_with_and_without_a_graph(
    tmp_path: Path, built: Path, monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("export", built, "--format", style).stdout.count("A study") == 8
    assert run("export", "--format", style, "-o", "all").exit_code == 0
    assert Path("all").stat().st_size > 50_000


def test_ctrl_c_is_130_with_one_line_and_no_file(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with subprocess.Popen(
        [*OXYKG, "extract", "-", "-o", str(out)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=heed_ctrl_c,
    ) as process:
        wait_for_part(tmp_path, process)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert said.decode().splitlines() == ["Interrupted; nothing half-written is left."]
    assert list(tmp_path.iterdir()) == []


def heed_ctrl_c() -> None:
    """A shell's background job ignores Ctrl-C, and so would what it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for_part(folder: Path, process: subprocess.Popen[bytes]) -> None:
    import time

    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None and not any(folder.iterdir()):
        time.sleep(0.02)
    assert process.poll() is None


def test_a_closed_pipe_is_quiet() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [*OXYKG, "export", "--format", "csl-json"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        command = [*OXYKG, "export", "--format", "csl-json"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert done.stderr.decode().startswith("Error: no space left on device")
    assert len(done.stderr.splitlines()) == 1
