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

from kg.cli import COMMANDS, app
from kg.model import Document, Reading, Study

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


def test_ctrl_c_is_130_with_one_line_and_no_file(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with subprocess.Popen(
        [*OXYKG, "extract", "-", "-o", str(out)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        wait_for_part(tmp_path, process)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert said.decode().splitlines() == ["Interrupted; nothing half-written is left."]
    assert list(tmp_path.iterdir()) == []


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
