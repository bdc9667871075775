"""Fetching from services, tried on a server on this machine that misbehaves as real ones do."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from literature_server import MOODS, Literature, serving
from typer.testing import CliRunner, Result

from extract.fetch import SERVICES, pubmed
from extract.fetch import http as http_module
from extract.readers import read_file
from kg.cli import app
from kg.project.layout import FETCHED

NAMES = sorted(SERVICES)


def fetch(*args: str | Path) -> Result:
    return CliRunner().invoke(app, ["fetch", *(str(arg) for arg in args)])


def titles(path: Path) -> list[str]:
    return [document.title for _, document in read_file(path)]


def works(count: int, first: int = 1) -> list[str]:
    return [f"Work {n}" for n in range(first, first + count)]


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No pauses, and a cache of the test's own."""
    monkeypatch.setattr(http_module, "BACKOFF", 0.0)
    monkeypatch.setenv("OXYKG_CACHE", str(tmp_path / "cache"))
    for name, service in SERVICES.items():
        monkeypatch.setitem(SERVICES, name, replace(service, interval=0.0))


@pytest.fixture
def literature(monkeypatch: pytest.MonkeyPatch) -> Iterator[Literature]:
    with serving(Literature(450)) as served:
        for service in SERVICES.values():
            monkeypatch.setenv(service.variable, f"{served.url}/")
        yield served


@pytest.mark.parametrize("name", NAMES)
def test_all_pages_of_a_search_are_fetched_and_read(
    literature: Literature, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "found"
    result = fetch(name, "trust", "-o", out)
    assert result.exit_code == 0, result.output
    assert titles(out) == works(450)
    assert "450 of 450 records" in result.stderr
    said = json.loads((tmp_path / f"found{FETCHED}").read_text(encoding="utf-8"))
    assert (said["query"], said["found"], said["fetched"]) == ("trust", 450, 450)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mood", MOODS)
def test_what_goes_wrong_is_tried_again(
    literature: Literature, tmp_path: Path, name: str, mood: str
) -> None:
    calm, out = tmp_path / "calm", tmp_path / "found"
    fetch(name, "trust", "-o", calm)
    for place in range(3):
        literature.moods = [""] * place + [mood]
        result = fetch(name, "trust", "-o", out, "--fresh")
        assert result.exit_code == 0, result.output
        assert out.read_bytes() == calm.read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_a_service_that_stays_down_is_one_line_and_the_next_try_goes_on(
    literature: Literature, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "found"
    literature.moods = ["", "", *["500"] * 60]
    result = fetch(name, "trust", "-o", out)
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert "try again later" in result.stderr
    assert not out.exists()
    literature.moods, before = [], len(literature.asked)
    assert fetch(name, "trust", "-o", out).exit_code == 0
    assert titles(out) == works(450)
    assert len(literature.asked) - before < 4


@pytest.mark.parametrize("name", NAMES)
def test_the_same_search_of_the_same_day_asks_nobody(
    literature: Literature, tmp_path: Path, name: str
) -> None:
    one, other = tmp_path / "1", tmp_path / "2"
    fetch(name, "trust", "-o", one)
    before = len(literature.asked)
    fetch(name, "trust", "-o", other)
    assert len(literature.asked) == before
    assert one.read_bytes() == other.read_bytes()
    fetch(name, "trust", "-o", other, "--fresh")
    assert len(literature.asked) > before


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("limit", [1, 200, 201, 900])
def test_no_more_than_asked_for_come(
    literature: Literature, tmp_path: Path, name: str, limit: int
) -> None:
    out = tmp_path / "found"
    fetch(name, "trust", "-o", out, "--max", str(limit))
    assert titles(out) == works(min(limit, 450))


@pytest.mark.parametrize("name", NAMES)
def test_who_asks_and_since_when_is_said(literature: Literature, tmp_path: Path, name: str) -> None:
    args = ["--since", "1900-06-01", "--email", "a@example.org", "--api-key", "k"]
    fetch(name, "trust", "-o", tmp_path / "found", *args)
    _, fields = literature.asked[0]
    assert "a@example.org" in fields.values()
    assert any("1900" in value and "06" in value for value in fields.values())
    assert "k" in fields.values() or name == "europepmc"
    said = (tmp_path / f"found{FETCHED}").read_text(encoding="utf-8")
    assert "example.org" not in said


def test_a_search_beyond_what_pubmed_gives_is_taken_apart_by_days(
    literature: Literature, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pubmed, "_MOST", 99)
    out = tmp_path / "found"
    assert fetch("pubmed", "trust", "-o", out).exit_code == 0
    assert sorted(titles(out), key=lambda title: int(title[5:])) == works(450)


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["pubmed", "x [x]"], 1, "PubMed refuses the query (unknown field [x])"),
        (["pubmed", " "], 2, "an empty query"),
        (["pubmed", "x", "--since", "2025-02-30"], 2, "no day like"),
        (["nobody", "x"], 2, "nobody"),
        (["openalex", "x", "--max", "0"], 2, "--max"),
    ],
)
@pytest.mark.usefixtures("literature")
def test_wrong_use_is_told(tmp_path: Path, args: list[str], code: int, said: str) -> None:
    out = tmp_path / "found"
    result = fetch(*args, "-o", out)
    assert result.exit_code == code
    assert said in result.stderr
    assert not out.exists()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_found_writes_nothing(literature: Literature, tmp_path: Path, name: str) -> None:
    literature.count = 0
    result = fetch(name, "trust", "-o", tmp_path / "found")
    assert result.exit_code == 1
    assert "finds nothing" in result.stderr
    assert not (tmp_path / "found").exists()


def test_a_query_that_the_service_refuses_is_told(literature: Literature, tmp_path: Path) -> None:
    literature.moods = ["400"] * 2
    result = fetch("openalex", "trust", "-o", tmp_path / "found")
    assert "the service says 400 (busy); check the query" in result.stderr


def test_no_connection_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for service in SERVICES.values():
        monkeypatch.setenv(service.variable, "http://127.0.0.1:9")
        result = fetch(service.name, "trust", "-o", tmp_path / "found")
        assert result.exit_code == 1
        assert "no answer" in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_fetch_that_is_killed_goes_on_to_the_same_bytes(
    literature: Literature, tmp_path: Path, name: str
) -> None:
    literature.count = 2000
    calm, out = tmp_path / "calm", tmp_path / "found"
    fetch(name, "trust", "-o", calm)
    environment = os.environ | {"OXYKG_CACHE": str(tmp_path / "other")}
    command = [sys.executable, "-c", "from kg.cli import main; main()"]
    moments = random.Random(3)
    for _ in range(7):
        process = subprocess.Popen(
            [*command, "fetch", name, "trust", "-o", str(out)],
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(moments.uniform(0.3, 1.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not out.exists() or out.read_bytes() == calm.read_bytes()
    subprocess.run(
        [*command, "fetch", name, "trust", "-o", str(out)],
        env=environment,
        check=True,
        capture_output=True,
    )
    assert out.read_bytes() == calm.read_bytes()
