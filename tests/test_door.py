"""The door for Python, the notebook that shows it, and the page for R."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from gold_readings import gold_graph, gold_readings
from serving import serving, write_folder
from typer.testing import CliRunner

from kg import open_graph
from kg.cli import app
from kg.door import Answer, OpenGraph
from kg.errors import OxykgError, UnknownNameError
from kg.guard import QueryRefusedError
from kg.queries import list_queries
from kg.rdf import canonical
from kg.tables import Table

DOCS = Path(__file__).resolve().parent.parent / "docs"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a graph at the place where the demo writes one."""
    home = tmp_path_factory.mktemp("home")
    write_folder(home / "oxykg-demo", gold_graph().quads)
    return home


@pytest.fixture(scope="module")
def graph(home: Path) -> OpenGraph:
    return open_graph(home / "oxykg-demo")


def test_what_was_built_is_there_as_objects(graph: OpenGraph) -> None:
    readings = canonical(gold_readings())
    assert graph.readings == readings
    assert graph.claims == tuple(claim for reading in readings for claim in reading.claims)
    assert len(graph.documents) == len(readings)
    assert {study.id for study in graph.studies} == {r.study.id for r in readings}
    assert graph.links
    assert all(link.through for link in graph.paths)
    assert [(gap.a, gap.b) for gap in graph.gaps] == [(g.a, g.b) for g in gold_graph().gaps]


def test_questions_are_answered_by_name_and_by_text(graph: OpenGraph) -> None:
    assert [query.name for query in graph.questions] == [query.name for query in list_queries()]
    answer = graph.query("mediators", outcome="Symptoms")
    assert len(answer) == len(list(answer)) > 0
    assert set(next(iter(answer))) == set(answer.columns)
    own = graph.query("SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a okg:Claim }")
    assert list(own) == [{"n": len(graph.claims)}]
    with pytest.raises(QueryRefusedError):
        graph.query("DROP ALL")
    with pytest.raises(UnknownNameError, match="mediators"):
        graph.query("mediatrs")
    with pytest.raises(OxykgError, match="parameters"):
        graph.query("ASK {}", outcome="Symptoms")


def test_hostile_cells_are_shown_as_text() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    html = Answer(Table.of([hostile], [[hostile]] * 60))._repr_html_()
    assert "<img" not in html
    assert "The first 50 of 60 rows" in html


def test_tables_are_frames_if_pandas_is_there(graph: OpenGraph) -> None:
    with pytest.raises(UnknownNameError, match="claims"):
        graph.frame("nope")
    pytest.importorskip("pandas", reason="PANDAS MISSING: data frames are NOT TESTED")
    claims = graph.frame("claims")
    assert list(claims["id"]) == [claim.id for claim in graph.claims]
    assert str(graph.frame("documents")["year"].dtype) == "Int64"
    assert len(graph.query("studies").to_pandas()) == len(graph.documents)
    for name in graph.tables:
        assert len(graph.frame(name).columns) > 4


def test_without_pandas_it_is_said(graph: OpenGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(OxykgError, match="pip install pandas"):
        graph.frame("claims")


def test_links_are_a_network(graph: OpenGraph) -> None:
    network = graph.to_networkx()
    assert {frozenset(edge) for edge in network.edges} == {frozenset(li.pair) for li in graph.links}


def test_the_explorer_is_framed_and_can_be_saved(graph: OpenGraph, tmp_path: Path) -> None:
    page = graph.explorer(title="Mine & yours")
    framed = page._repr_html_()
    whole = r'<iframe sandbox="([^"]*)" style="[^"]*" srcdoc="([^"]*)"></iframe>'
    source = re.fullmatch(whole, framed)
    assert source
    assert "allow-same-origin" not in source[1]
    assert unescape(source[2]) == page.html
    page.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page.html


def test_no_graph_is_told(tmp_path: Path) -> None:
    with pytest.raises(OxykgError, match="no graph here"):
        open_graph(tmp_path)


def test_importing_the_door_is_light() -> None:
    heavy = "{'rdflib', 'spacy', 'networkx', 'pyvis', 'pandas', 'pyoxigraph'}"
    code = f"import sys; from kg import open_graph; assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def shown(cell: str, names: dict[str, Any]) -> Any:
    """Run a cell as a notebook does; the value of its last line, if that is an expression."""
    tree = ast.parse(cell)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None  # type: ignore[attr-defined]


def test_the_notebook_runs(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(home)
    notebook = json.loads((DOCS / "python.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    names: dict[str, Any] = {}
    for cell in cells:
        value = shown("".join(cell["source"]), names)
        if hasattr(value, "_repr_html_"):
            assert value._repr_html_()
    assert "studies:" in capsys.readouterr().out


def test_the_notebook_is_well_formed() -> None:
    notebook = json.loads((DOCS / "python.ipynb").read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert not [cell for cell in notebook["cells"] if cell.get("outputs")]


@pytest.mark.slow
def test_the_page_for_r_runs(home: Path) -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("NO R: the code of docs/r.md is NOT TESTED. Install Debian's r-base-core.")
    tables = home / "oxykg-tables"
    args = ["export", str(home / "oxykg-demo"), "--format", "csv", "-o", str(tables)]
    assert CliRunner().invoke(app, args).exit_code == 0
    page = (DOCS / "r.md").read_text(encoding="utf-8")
    (home / "page.R").write_text("\n".join(re.findall(r"```r\n(.*?)```", page, re.DOTALL)))
    with serving(home / "oxykg-demo", "--workers", "1") as server:
        environment = os.environ | {"OXYKG_ENDPOINT": server.endpoint}
        done = subprocess.run(
            [rscript, "--vanilla", "page.R"],
            cwd=home,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "therapeutic alliance" in done.stdout
