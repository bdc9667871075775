"""What a newcomer wants of the bundled corpus, each in at most five actions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from browser import SIZES, catch_saves, console, css, every, open_page, saved, set_size, until
from gold_readings import gold_graph
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import staleness_of

from kg.views import write_explorer, write_playground

pytestmark = pytest.mark.browser

MOST_ACTIONS = 5


class Newcomer:
    """Someone at the page who clicks and types, and loses patience after five actions."""

    def __init__(self, page: Chrome) -> None:
        self.page, self.actions = page, 0

    def _act(self) -> None:
        self.actions += 1
        assert self.actions <= MOST_ACTIONS

    def click(self, selector: str, words: str = "") -> None:
        """Click the first that fits and holds the words, in its text or in its name."""
        self._act()
        self._found(selector, words).click()

    def _found(self, selector: str, words: str) -> WebElement:
        for element in every(self.page, selector):
            said = f"{element.text} {element.get_attribute('aria-label') or ''}"
            if words in said.replace("\n", " "):
                return element
        raise AssertionError(f"nothing to click: {selector} with {words!r}")

    def type(self, selector: str, *keys: str) -> None:
        """Type into a field."""
        self._act()
        css(self.page, selector).send_keys(*keys)

    @property
    def sees(self) -> str:
        """The text of the evidence."""
        return css(self.page, "#panel").text


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, graph = tmp_path_factory.mktemp("newcomer"), gold_graph()
    told: dict[str, Any] = {"title": "The bundled studies", "build_id": "gold"}
    write_explorer(
        graph.readings, graph.gaps, folder / "explorer.html", playground="playground.html", **told
    )
    write_playground(graph.quads, folder / "playground.html", explorer="explorer.html", **told)
    return folder


@pytest.fixture
def newcomer(driver: Chrome, pages: Path) -> Iterator[Newcomer]:
    set_size(driver, *SIZES[1])
    open_page(driver, pages / "explorer.html")
    yield Newcomer(driver)
    assert console(driver) == []


def test_what_is_known_about_therapist_empathy_and_oxytocin(newcomer: Newcomer) -> None:
    newcomer.type("#search", "therapist empathy", Keys.ENTER)
    newcomer.click("#panel button.row", "xytocin")
    assert "empathy" in newcomer.sees
    assert css(newcomer.page, "#panel blockquote").text
    assert (css(newcomer.page, "#panel .source a").get_attribute("href") or "").startswith("https")
    assert "No study in view reports a finding" in newcomer.sees or "Of " in newcomer.sees


def test_the_most_disputed_link_and_why(newcomer: Newcomer) -> None:
    newcomer.click("#panel button.row", "±")
    assert "Findings disagree in sign" in newcomer.sees
    assert "What differs between them" in newcomer.sees
    assert len(every(newcomer.page, "#panel .compared li")) >= 2
    signs = {sign.text for sign in every(newcomer.page, "#panel .claim .sign")}
    assert {"+", "−"} <= signs


def test_a_link_between_attachment_and_rupture_that_nobody_studied(newcomer: Newcomer) -> None:
    newcomer.click("#map-rows option", "Attachment and caregiving")
    newcomer.click("button.cell", "by withdrawal rupture: nothing in this corpus")
    assert "No claim in this corpus links the two" in newcomer.sees
    assert "not evidence that no study exists" in newcomer.sees


def test_the_figure_and_its_studies_for_a_reference_manager(newcomer: Newcomer) -> None:
    import rispy  # type: ignore[import-untyped]

    catch_saves(newcomer.page)
    newcomer.click("#export summary")
    newcomer.click("#export-svg")
    figure = ElementTree.fromstring(saved(newcomer.page))
    words = " ".join("".join(node.itertext()) for node in figure.iter())
    assert "The bundled studies" in words
    catch_saves(newcomer.page)
    newcomer.click("#export summary")
    newcomer.click("#export-ris")
    records = rispy.loads(saved(newcomer.page).decode("utf-8"))
    assert len(records) > 10
    assert all(record["title"] and record["doi"] for record in records)


def test_a_link_is_asked_about_in_the_playground(newcomer: Newcomer) -> None:
    page = newcomer.page
    newcomer.click("button.cell", "oxytocin system by therapeutic alliance: ")
    newcomer.click("#panel a", "Ask in the playground")
    until(lambda: page.execute_script("return document.body.dataset.ready") == "true")
    until(lambda: " in " in css(page, "#status").text)
    assert len(every(page, "#answer tbody tr")) > 2
    assert "concept/OxytocinSystem" in unquote(page.current_url)
    before = css(page, "#answer table")
    newcomer.click("#questions button", "Links with findings of opposite sign")
    until(lambda: bool(staleness_of(before)(page)))
    until(lambda: bool(every(page, "#answer td a")))
    name = css(page, "#answer td a").text
    newcomer.click("#answer td a")
    assert css(page, "#map-panel").is_displayed()
    assert css(page, "#panel h2").text.casefold() == name.casefold()
