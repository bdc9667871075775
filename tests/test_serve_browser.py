"""The page of questions in a browser: it asks this endpoint, and shows hostile answers as text."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from browser import console, find_browser, open_browser
from gold_readings import gold_graph, gold_store
from npm import packed_file
from pyoxigraph import Literal, NamedNode, Quad
from selenium import webdriver
from serving import Server, json_rows, normal, rows_of, serving, write_folder

from kg.iris import STUDIES
from kg.queries import get_query

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=window.ran=1><script>window.ran=1</script>"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served") / "graph"
    hostile = [
        Quad(
            NamedNode("javascript:window.ran=1"), NamedNode("http://a/p"), Literal(HOSTILE), STUDIES
        )
    ]
    write_folder(folder, [*gold_graph().quads, *hostile])
    with serving(folder, "--workers", "2", "--timeout", "20") as server:
        yield server


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    paths = find_browser()
    if paths is None:
        pytest.skip("no Chromium with its driver here: the page was NOT looked at")
    with open_browser(paths, size=(1280, 900)) as driver:
        yield driver


def answered(driver: webdriver.Chrome) -> str:
    for _ in range(100):
        if driver.execute_script("return document.getElementById('stop').disabled"):
            break
        time.sleep(0.1)
    return str(driver.execute_script("return document.getElementById('answer').innerText"))


def ask(driver: webdriver.Chrome, sparql: str) -> str:
    driver.execute_script(
        "document.getElementById('sparql').value = arguments[0];"
        "document.getElementById('run').click()",
        sparql,
    )
    return answered(driver)


def test_a_question_is_answered_by_a_click(driver: webdriver.Chrome, server: Server) -> None:
    driver.get(f"http://127.0.0.1:{server.port}/questions")
    assert driver.execute_script("return document.body.dataset.ready") == "true"
    driver.execute_script("document.querySelector('button.question').click()")
    assert len(answered(driver).splitlines()) > 5
    assert "rows" in driver.execute_script("return document.getElementById('status').innerText")
    assert console(driver) == []


def test_hostile_answers_are_text(driver: webdriver.Chrome, server: Server) -> None:
    driver.get(f"http://127.0.0.1:{server.port}/questions")
    shown = ask(driver, "SELECT ?s ?o { ?s <http://a/p> ?o }")
    assert HOSTILE in shown
    assert driver.execute_script("return document.querySelectorAll('#answer a').length") == 0
    assert HOSTILE in ask(driver, "CONSTRUCT { ?s ?p ?o } { ?s <http://a/p> ?o . ?s ?p ?o }")
    assert driver.execute_script("return window.ran") is None


def test_a_mistake_is_shown_and_a_long_query_stopped(
    driver: webdriver.Chrome, server: Server
) -> None:
    driver.get(f"http://127.0.0.1:{server.port}/questions")
    assert "not a SPARQL 1.1 query" in ask(driver, "SELECT * {")
    driver.execute_script(
        "document.getElementById('sparql').value = arguments[0];"
        "document.getElementById('run').click()",
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    )
    time.sleep(0.5)
    driver.execute_script("document.getElementById('stop').click()")
    answered(driver)
    assert driver.execute_script("return document.getElementById('status').innerText") == "Stopped."


#: The editor of YASGUI (MIT), for tests only.
YASQE = "@zazuko/yasqe@4.6.2"
EDITOR = """<!doctype html><title>Editor</title><div id="here"></div>
<script src="yasqe.min.js"></script><script>
Yasqe.defaults.autocompleters = [];
window.editor = new Yasqe(document.getElementById("here"), {persistenceId: null});
</script>"""
ASK = """
const [endpoint, method, sparql, done] = arguments;
editor.setValue(sparql);
editor.query({endpoint: endpoint, method: method})
  .then((answer) => done(answer.content)).catch((error) => done(`failed: ${error.message}`));
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def editor(tmp_path: Path, pytestconfig: pytest.Config) -> Iterator[str]:
    """A web site of its own, with YASQE on it."""
    kept = pytestconfig.cache.mkdir("yasqe") if pytestconfig.cache else None
    script = packed_file(YASQE, "build/yasqe.min.js", kept)
    if script is None:
        pytest.skip("NO YASQE: it is NOT TRIED on the endpoint. It needs npm and a registry.")
    (tmp_path / "yasqe.min.js").write_text(script, encoding="utf-8")
    (tmp_path / "index.html").write_text(EDITOR, encoding="utf-8")
    handler = partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}"
        site.shutdown()


def test_yasqe_asks_where_its_site_is_allowed(
    driver: webdriver.Chrome, server: Server, editor: str, tmp_path: Path
) -> None:
    write_folder(tmp_path / "graph", gold_graph().quads)
    query = get_query("mediators")
    expected = rows_of(gold_store(), query.sparql)
    with serving(tmp_path / "graph", "--workers", "1", "--cors", editor) as allowing:
        driver.get(f"{editor}/index.html")
        for method in ("GET", "POST"):
            said = driver.execute_async_script(ASK, allowing.endpoint, method, query.sparql)
            assert normal(json_rows(said.encode())) == normal(expected)
        wrong = driver.execute_async_script(ASK, allowing.endpoint, "GET", "SELECT * { ?s ?p }")
        assert "not a SPARQL 1.1 query" in wrong
        refused = driver.execute_async_script(ASK, server.endpoint, "GET", "ASK {}")
        assert refused == "failed: Failed to fetch"
    console(driver)


def test_another_site_cannot_read_it(
    driver: webdriver.Chrome, server: Server, tmp_path: Path
) -> None:
    page = tmp_path / "evil.html"
    page.write_text("<!doctype html><title>evil</title>")
    driver.get(page.as_uri())
    said = driver.execute_async_script(
        "const [url, done] = arguments;fetch(url).then(r => r.text()).then(done, () => done('no'))",
        f"{server.endpoint}?query=ASK%7B%7D",
    )
    assert said == "no"
    console(driver)
