"""The playground in a real browser: it answers offline, can be stopped, and runs no one's text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import explorer_corpus as corpus
import pytest
from axe import Axe
from browser import (
    SIZES,
    catch_saves,
    console,
    css,
    every,
    open_page,
    requests_made,
    saved,
    set_size,
    until,
)
from selenium.webdriver import ActionChains, Chrome, Keys

from kg.build import assemble_graph
from kg.queries import list_queries, run_query
from kg.store import memory_store
from kg.views import write_playground

pytestmark = pytest.mark.browser

#: Seconds that a busy machine may need to start the store.
PATIENCE = 30
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("playground") / "playground.html"
    quads = assemble_graph(corpus.readings()).quads
    write_playground(quads, target, title="Three studies", build_id="build-1")
    return target


@pytest.fixture
def page(driver: Chrome, plain: Path) -> Iterator[Chrome]:
    """The page, answered once; it is loaded anew only where another test left it."""
    set_size(driver, *SIZES[0])
    if driver.current_url != plain.as_uri():
        open_page(driver, plain, wait=PATIENCE)
        until(lambda: " in " in status(driver))
    css(driver, "#show-table").click()
    yield driver
    assert console(driver) == []


def status(page: Chrome) -> str:
    return css(page, "#status").text


def write(page: Chrome, query: str) -> None:
    page.execute_script(
        "document.querySelector('.CodeMirror').CodeMirror.setValue(arguments[0])", query
    )


def ask(page: Chrome, query: str) -> str:
    """Run it and wait for what the page says to it."""
    write(page, query)
    css(page, "#run").click()
    until(lambda: css(page, "#run").is_enabled() and "Running" not in status(page))
    return status(page)


def cells(page: Chrome) -> list[list[str]]:
    return [
        [cell.text for cell in row.find_elements("css selector", "td")]
        for row in every(page, "#answer tbody tr")
    ]


def test_it_opens_from_disk_without_a_request_or_a_message(driver: Chrome, plain: Path) -> None:
    requests_made(driver)
    open_page(driver, plain, wait=PATIENCE)
    until(lambda: " in " in status(driver))
    assert [url.split("#")[0] for url in requests_made(driver)] == [plain.as_uri()]
    assert console(driver) == []
    assert "triples" in css(driver, "#size").text
    assert driver.execute_script("return localStorage.length") == 0


def test_the_browser_refuses_to_use_the_network(page: Chrome) -> None:
    asked = "return fetch('http://127.0.0.1:9/').then(() => 'open', () => 'refused')"
    assert page.execute_script(asked) == "refused"
    assert any("Content Security Policy" in message for message in console(page))
    assert console(page) == []


def test_every_question_is_answered_as_on_the_command_line(page: Chrome) -> None:
    store = memory_store(assemble_graph(corpus.readings()).quads)
    for query in list_queries():
        css(page, f'#questions button[data-name="{query.name}"]').click()
        rows = len(run_query(store, query.sparql).rows)
        until(lambda: status(page).startswith(f"{rows} row"))  # noqa: B023
        assert css(page, "#about b").text == query.title


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "Nothing leaves"),
        ("INSERT DATA { <a:b> <a:b> <a:b> }", "cannot be changed"),
        ("# x\nPREFIX a: <a:>\nDELETE WHERE { ?s ?p ?o }", "cannot be changed"),
        ("SELECT * WHERE {", "could not be answered"),
        ("SELECT * FROM <file:///etc/passwd> WHERE { ?s ?p ?o }", "0 rows"),
        ("ASK { ?s ?p ?o }", "1 row"),
        ("ASK # FROM <a:b>\n{ ?from ?p 'FROM <a:b>' }", "1 row"),
        ("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 3", "3 rows"),
    ],
)
def test_what_is_asked_wrongly_is_told(page: Chrome, query: str, words: str) -> None:
    assert words in ask(page, query)


def test_a_question_can_be_stopped_and_the_next_one_is_answered(page: Chrome) -> None:
    write(page, ENDLESS)
    css(page, "#run").click()
    until(lambda: css(page, "#stop").is_enabled())
    css(page, "#stop").click()
    assert status(page) == "Stopped."
    ask(page, "ASK {}")
    until(lambda: status(page).startswith("1 row"))


def test_a_question_ends_at_the_time_limit(page: Chrome) -> None:
    limit = "document.getElementById('limit').options[0].value = arguments[0]"
    page.execute_script(limit, "0.4")
    assert "Stopped after 0.4 s" in ask(page, ENDLESS)
    page.execute_script(limit, "10")


def test_the_names_of_the_graph_are_completed(page: Chrome) -> None:
    write(page, "SELECT * WHERE { ?claim  }")
    page.execute_script(
        "const e = document.querySelector('.CodeMirror').CodeMirror; e.focus(); e.setCursor(0, 24)"
    )
    keys = page.switch_to.active_element
    keys.send_keys("a okgc:")
    until(lambda: len(every(page, ".CodeMirror-hint")) > 5)
    keys.send_keys("salivary ox", Keys.ESCAPE)
    keys.send_keys(Keys.BACKSPACE * len("okgc:salivary ox"), "rupt")
    keys.send_keys(Keys.CONTROL, Keys.SPACE)
    until(lambda: "okgc:Rupture" in css(page, ".CodeMirror-hints").text)
    keys.send_keys(Keys.ENTER)
    text = page.execute_script("return document.querySelector('.CodeMirror').CodeMirror.getValue()")
    assert "a okgc:Rupture" in text
    assert "PREFIX okgc: <https://w3id.org/oxykg/concept/>" in text


def test_the_keyboard_does_it_all(page: Chrome) -> None:
    write(page, "ASK {}")
    page.execute_script("document.querySelector('.CodeMirror').CodeMirror.focus()")
    page.switch_to.active_element.send_keys(Keys.CONTROL, Keys.ENTER)
    until(lambda: status(page).startswith("1 row"))
    ActionChains(page).key_up(Keys.CONTROL).send_keys(Keys.TAB, Keys.TAB).perform()
    assert page.switch_to.active_element.get_attribute("id") == "run"


def test_an_answer_is_saved_as_a_spreadsheet(page: Chrome) -> None:
    ask(page, 'SELECT ("=1+1" AS ?a) (-0.27 AS ?b) ("x, \\"y\\"" AS ?c) WHERE {}')
    catch_saves(page)
    css(page, "#save-csv").click()
    content = saved(page)
    assert content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert (row["a"], row["b"], row["c"]) == ("'=1+1", "-0.27", 'x, "y"')
    assert "Three studies (build build-1); asked 20" in row["export"]


def test_an_answer_with_two_columns_of_constructs_is_drawn(page: Chrome) -> None:
    css(page, '#questions button[data-name="studies"]').click()
    until(lambda: status(page).startswith("3 rows"))
    assert not css(page, "#show-network").is_enabled()
    css(page, '#questions button[data-name="contradictions"]').click()
    until(lambda: status(page).startswith("1 row"))
    css(page, "#show-network").click()
    words = css(page, "#answer svg").text
    assert "oxytocin level" in words
    assert "therapeutic alliance" in words
    assert "±" in words
    catch_saves(page)
    css(page, "#save-svg").click()
    tree = ElementTree.fromstring(saved(page))
    assert any("build build-1" in (node.text or "") for node in tree.iter())
    css(page, "#show-table").click()
    assert cells(page)


def test_a_link_brings_the_question_back(driver: Chrome, plain: Path) -> None:
    query = "SELECT (42 AS ?answer) WHERE {}"
    open_page(driver, plain, f"#query={quote(query)}", wait=PATIENCE)
    until(lambda: status(driver).startswith("1 row"))
    assert cells(driver) == [["42"]]


def test_dois_are_links_and_iris_are_short(page: Chrome) -> None:
    ask(page, f'SELECT ("{corpus.SICI}" AS ?doi) (<https://w3id.org/oxykg/ns#Claim> AS ?c) {{}}')
    link = css(page, "#answer a")
    assert (link.get_attribute("href") or "").endswith("3.0.CO%3B2-%23")
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert cells(page)[0][1] == "okg:Claim"


def test_hostile_text_runs_nothing(driver: Chrome, tmp_path: Path) -> None:
    readings, _, known = corpus.hostile()
    target = tmp_path / "hostile.html"
    quads = assemble_graph(readings, constructs=known).quads
    write_playground(quads, target, title=corpus.EVIL, build_id=corpus.EVIL)
    requests_made(driver)
    open_page(driver, target, wait=PATIENCE)
    until(lambda: " in " in status(driver))
    ask(driver, "SELECT ?s ?o WHERE { ?s ?p ?o FILTER(isLiteral(?o) && CONTAINS(?o, 'PWNED')) }")
    assert len(cells(driver)) > 5
    assert every(driver, "#answer img, #answer script") == []
    assert all(
        (link.get_attribute("href") or "").startswith("https://doi.org/10.")
        for link in every(driver, "#answer a")
    )
    ask(driver, "SELECT ('javascript:window.PWNED=4' AS ?doi) (<javascript:alert(1)> AS ?b) {}")
    assert every(driver, "#answer a") == []
    assert driver.execute_script("return window.PWNED ?? null") is None
    assert console(driver) == []
    assert {url.split("#")[0] for url in requests_made(driver)} == {target.as_uri()}


@pytest.mark.parametrize("size", SIZES)
def test_no_rule_of_wcag_is_broken_and_nothing_is_wider_than_the_window(
    page: Chrome, axe: Axe, size: tuple[int, int]
) -> None:
    set_size(page, *size)
    wide = page.execute_script("return document.documentElement.scrollWidth")
    assert wide <= size[0]
    assert axe.violations(page) == []
    css(page, '#questions button[data-name="contradictions"]').click()
    css(page, "#show-network").click()
    assert axe.violations(page) == []
