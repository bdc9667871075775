"""The explorer in a real browser: every control does what it says, offline, whatever the text."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

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
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from kg.views import write_explorer

pytestmark = pytest.mark.browser

LINK = "link:OxytocinLevel|TherapeuticAlliance"
PATH = "path:mediates|TherapeuticAlliance|TherapistEmpathy|DepressiveSymptoms"
GAP_PATH = "path:mediates|TherapeuticAlliance|TherapistEmpathy|OxytocinLevel"
VIEWS = ("map", "network", "table")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("explorer") / "explorer.html"
    write_explorer(
        corpus.readings(), corpus.gaps(), target, title="Three studies", build_id="build-1"
    )
    return target


@pytest.fixture
def page(driver: Chrome, plain: Path) -> Iterator[Chrome]:
    set_size(driver, *SIZES[0])
    open_page(driver, plain)
    yield driver
    assert console(driver) == []


def address(page: Chrome) -> str:
    return str(page.execute_script("return decodeURIComponent(location.hash)"))


def panel(page: Chrome) -> str:
    return css(page, "#panel").text


def cell(page: Chrome, words: str) -> WebElement:
    return css(page, f'button.cell[aria-label^="{words}"]')


def to_hash(selected: str) -> str:
    return f"selected={quote(selected, safe='')}"


# ---- offline and quiet ----


@pytest.mark.parametrize("view", VIEWS)
def test_the_page_opens_from_disk_without_a_request_or_a_message(
    driver: Chrome, plain: Path, view: str
) -> None:
    requests_made(driver)
    open_page(driver, plain, f"#view={view}")
    assert [url.split("#")[0] for url in requests_made(driver)] == [plain.as_uri()]
    assert console(driver) == []
    assert css(driver, f"#{view}-panel").is_displayed()


def test_the_browser_refuses_to_use_the_network(driver: Chrome, plain: Path) -> None:
    open_page(driver, plain)
    ask = "return fetch('http://127.0.0.1:9/').then(() => 'open', () => 'refused')"
    assert driver.execute_script(ask) == "refused"
    assert any("Content Security Policy" in message for message in console(driver))


@pytest.mark.parametrize("view", VIEWS)
def test_hostile_text_runs_nothing(driver: Chrome, tmp_path: Path, view: str) -> None:
    readings, gaps, known = corpus.hostile()
    target = tmp_path / "hostile.html"
    write_explorer(
        readings, gaps, target, title=corpus.EVIL, build_id=corpus.EVIL, constructs=known
    )
    requests_made(driver)
    open_page(driver, target, f"#view={view}")
    chosen = [LINK, PATH, "construct:OxytocinLevel", "study:study:one", "study:study:two"]
    for selected in chosen:
        driver.execute_script("location.hash = arguments[0]", f"view={view}&{to_hash(selected)}")
        until(lambda: "Close" in panel(driver))
        links = [link.get_attribute("href") or "" for link in every(driver, "#panel a")]
        assert all(link.startswith("https://doi.org/10.") for link in links)
        assert every(driver, "#panel img, #panel script, #panel b b") == []
    assert driver.execute_script("return window.PWNED ?? null") is None
    assert console(driver) == []
    assert {url.split("#")[0] for url in requests_made(driver)} == {target.as_uri()}


def test_a_doi_with_odd_characters_is_linked_percent_encoded(
    driver: Chrome, tmp_path: Path
) -> None:
    readings, gaps, known = corpus.hostile()
    write_explorer(readings, gaps, tmp_path / "x.html", title="t", build_id="b", constructs=known)
    open_page(driver, tmp_path / "x.html", f"#{to_hash('study:study:two')}")
    (link,) = every(driver, "#panel a")
    href = link.get_attribute("href") or ""
    assert href.endswith("3.0.CO%3B2-%23")
    assert link.get_attribute("rel") == "noopener noreferrer"


# ---- three views of one state ----


def test_a_cell_opens_the_sentences_behind_it(page: Chrome) -> None:
    cell(page, "oxytocin level by therapeutic alliance").click()
    words = panel(page)
    assert "Higher oxytocin levels predicted a stronger working alliance." in words
    assert "Higher plasma oxytocin predicted a weaker alliance." in words
    assert "Findings disagree in sign" in words
    for fact in (
        "n = 40 dyads",
        "n = 1,200 persons",
        "specimen: saliva",
        "reading confidence 0.90",
    ):
        assert fact in words
    assert LINK in address(page)
    newest = every(page, ".claim .source")
    assert "2012" in newest[0].text
    assert "2001" in newest[1].text


def test_constructs_and_cue_are_marked_in_the_sentence(page: Chrome) -> None:
    cell(page, "oxytocin level by therapeutic alliance").click()
    quoted = every(page, ".claim blockquote")[1]
    marks = {
        kind: quoted.find_element(By.CSS_SELECTOR, f"mark.{kind}").text
        for kind in ("subject", "object", "cue")
    }
    assert marks == {"subject": "oxytocin levels", "object": "working alliance", "cue": "predicted"}


def test_offsets_hold_behind_characters_outside_the_basic_plane(page: Chrome) -> None:
    page.execute_script("location.hash = arguments[0]", to_hash(PATH))
    until(lambda: "Mediation" in panel(page))
    assert css(page, ".claim blockquote").text.startswith("Alliance mediated the effect of")


def test_the_selection_is_the_same_in_every_view(page: Chrome) -> None:
    cell(page, "oxytocin level by therapeutic alliance").click()
    title = css(page, "#panel h2").text
    css(page, "#tab-table").click()
    assert "oxytocin level" in css(page, "tr.chosen").text
    assert css(page, "#panel h2").text == title
    css(page, "#tab-network").click()
    assert css(page, "#panel h2").text == title
    css(page, "#tab-map").click()
    assert every(page, "button.cell[aria-pressed=true]")


def test_a_row_of_the_table_opens_the_same_evidence(page: Chrome) -> None:
    css(page, "#tab-table").click()
    (row,) = (r for r in every(page, ".rows tbody tr") if "oxytocin level" in r.text)
    row.find_element(By.CSS_SELECTOR, "button.open").click()
    assert LINK in address(page)
    assert "weaker alliance" in panel(page)


@pytest.mark.parametrize("table", ["links", "paths", "gaps", "studies"])
def test_every_table_has_rows_that_open(page: Chrome, table: str) -> None:
    css(page, "#tab-table").click()
    css(page, f'#table-kind option[value="{table}"]').click()
    css(page, ".rows tbody button.open").click()
    assert "Close" in panel(page)


def test_a_table_is_sorted_by_the_column_chosen(page: Chrome) -> None:
    css(page, "#tab-table").click()
    css(page, '#table-kind option[value="studies"]').click()
    for way, years in (
        ("descending", ["2020", "2012", "2001"]),
        ("ascending", ["2001", "2012", "2020"]),
    ):
        heading = css(page, "th[aria-sort]:nth-child(2)")
        if heading.get_attribute("aria-sort") != way:
            heading.find_element(By.TAG_NAME, "button").click()
        assert [cell.text for cell in every(page, ".rows tbody td:nth-child(2)")] == years


def test_a_construct_in_the_drawing_can_be_clicked(page: Chrome) -> None:
    css(page, "#tab-network").click()
    find(page, "oxytocin level")
    time.sleep(0.6)
    css(page, "#panel .close").click()
    css(page, "#canvas canvas").click()
    assert "construct:OxytocinLevel" in address(page)


def find(page: Chrome, name: str) -> None:
    box = css(page, "#search")
    box.clear()
    box.send_keys(name, Keys.ENTER)


# ---- empty cells ----


def test_empty_cells_are_told_apart(page: Chrome) -> None:
    assert cell(page, "oxytocin reactivity by rupture repair: only asked about")
    assert cell(page, "oxytocin level by transference: nothing in this corpus")
    css(page, '#facet-direction input[data-value="positive"]').click()
    css(page, '#facet-direction input[data-value="negative"]').click()
    cell(page, "oxytocin level by therapeutic alliance: hidden by your filter").click()
    assert "2 claims on this do not pass" in panel(page)
    every(page, "#panel button")[1].click()
    assert "Findings disagree" in panel(page)


def test_a_gap_candidate_is_explained(page: Chrome) -> None:
    css(page, '#map-rows option[value="Attachment and caregiving"]').click()
    cell(
        page, "attachment anxiety by alliance rupture: nothing in this corpus, gap candidate no. 1"
    ).click()
    words = panel(page)
    assert "Nobody studied attachment anxiety and rupture here." in words
    assert "not evidence that no study exists" in words


def test_a_path_that_nobody_tested_is_listed_and_explained(page: Chrome) -> None:
    css(page, "#tab-table").click()
    css(page, '#table-kind option[value="gaps"]').click()
    rows = [
        [cell.text for cell in every(page, f".rows tbody tr:nth-child({n}) > *")] for n in (1, 2)
    ]
    assert [row[0] for row in rows] == ["1", "2"]
    assert rows[1][1:4] == [
        "therapist empathy → therapeutic alliance →", "oxytocin level", "untested path"
    ]  # fmt: skip
    css(page, ".rows tbody tr:nth-child(2) button").click()
    assert GAP_PATH in address(page)
    words = panel(page)
    assert "Therapist empathy → therapeutic alliance → oxytocin level" in words
    assert "Gap candidate no. 2 (untested path, score 0.5)" in words
    assert "Nobody tested the alliance as the mediator here." in words
    assert "not evidence that no study exists" in words
    assert css(page, "#panel .path-drawing line").get_attribute("stroke-dasharray")
    legs = [row.text for row in every(page, "#panel button.row")]
    assert [leg.splitlines()[1] for leg in legs] == [
        "Oxytocin level → therapeutic alliance",
        "Therapist empathy → therapeutic alliance",
    ]
    every(page, "#panel button.row")[1].click()
    assert "Therapist empathy (𝑟 = .31) predicted the alliance." in panel(page)
    for view in VIEWS:
        page.get(page.current_url.partition("#")[0] + f"#view={view}&{to_hash(GAP_PATH)}")
        assert "Nobody tested the alliance" in panel(page)


# ---- mediation, disagreement, synthesis ----


def test_a_mediation_is_drawn_as_a_path(page: Chrome) -> None:
    css(page, '#map-rows option[value="Empathy and social cognition"]').click()
    css(page, '#map-columns option[value="Outcome"]').click()
    cell(page, "therapist empathy by depressive symptoms: nothing in this corpus").click()
    words = css(page, "button.cell[aria-pressed=true]").get_attribute("aria-label")
    assert str(words).endswith("1 mediation or moderation")
    css(page, "#panel button.row").click()
    assert PATH in address(page)
    drawing = css(page, "#panel .path-drawing")
    for name in ("therapist", "therapeutic", "depressive"):
        assert name in drawing.text
    css(page, "#tab-network").click()
    assert "Mediation" in panel(page)


def test_findings_that_disagree_are_compared(page: Chrome) -> None:
    css(page, "#panel button.row").click()
    words = css(page, "#panel .compared").text.replace("\n", " ")
    for part in ("Specimen + saliva − plasma", "Population + depressed patients − healthy men"):
        assert part in words


def test_what_was_studied_often_and_reviewed_never_is_listed(
    driver: Chrome, tmp_path: Path
) -> None:
    first = corpus.readings()[0]
    several = [
        replace(
            first,
            document=replace(first.document, id=f"doi:10.5555/s{number}"),
            claims=tuple(replace(one, document=f"doi:10.5555/s{number}") for one in first.claims),
            study=replace(first.study, id=f"study:s{number}"),
        )
        for number in range(3)
    ]
    target = tmp_path / "x.html"
    write_explorer(several, [], target, title="t", build_id="b")
    set_size(driver, *SIZES[0])
    open_page(driver, target)
    assert "Studied often, reviewed never" in panel(driver)
    words = cell(driver, "oxytocin level by therapeutic alliance").get_attribute("aria-label")
    assert "3 studies, + positive, no review yet" in str(words)


# ---- filters, search, address ----


def test_filters_act_on_claims_and_every_view_follows(page: Chrome) -> None:
    css(page, '#facet-direction input[data-value="negative"]').click()
    assert "4 of 5 claims" in css(page, "#status").text
    words = cell(page, "oxytocin level by therapeutic alliance").get_attribute("aria-label")
    assert "1 study, + positive" in str(words)
    css(page, "#tab-table").click()
    (row,) = (r for r in every(page, ".rows tbody tr") if "oxytocin level" in r.text)
    assert "+ positive" in row.text
    css(page, "#reset").click()
    assert "5 of 5 claims" in css(page, "#status").text
    assert not css(page, "#reset").is_enabled()


_UNTICK = """
const box = document.getElementById('facet-' + arguments[0]);
box.querySelector(`input[data-value="${arguments[1]}"]`).click();
"""


@pytest.mark.parametrize(
    ("facet", "value", "left"),
    [
        ("status", "hypothesis", 4),
        ("specimen", "saliva", 4),
        ("design", "randomised trial or experiment", 4),
        ("population", "healthy adults", 4),
        ("domain", "Outcome", 4),
    ],
)
def test_each_facet_leaves_out_what_is_unticked(
    page: Chrome, facet: str, value: str, left: int
) -> None:
    page.execute_script(_UNTICK, facet, value)
    assert f"{left} of 5 claims" in css(page, "#status").text
    assert f"hide-{facet}=" in address(page)


def test_years_confidence_and_number_of_studies_filter(page: Chrome) -> None:
    css(page, "#year-from").send_keys(Keys.ARROW_RIGHT * 5)
    until(lambda: "3 of 5 claims" in css(page, "#status").text)
    assert css(page, "#years-said").text == "2006–2020"
    css(page, "#reset").click()
    for control, value, left in (("#minimum", "2", 2), ("#confidence", "0.8", 1)):
        box = css(page, control)
        box.send_keys(Keys.CONTROL, "a")
        box.send_keys(value, Keys.TAB)
        assert f"{left} of 5 claims" in css(page, "#status").text
        css(page, "#reset").click()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("working alliance", "TherapeuticAlliance"),
        ("SALIVARY oxytocin", "OxytocinLevel"),
        ("Rüpture repaír", "RuptureRepair"),
    ],
)
def test_search_knows_synonyms_and_ignores_accents(page: Chrome, typed: str, found: str) -> None:
    find(page, typed)
    assert f"construct:{found}" in address(page)


def test_the_keyboard_does_it_all(page: Chrome) -> None:
    body = css(page, "body")
    body.send_keys("/")
    assert page.switch_to.active_element.get_attribute("id") == "search"
    page.switch_to.active_element.send_keys("alliance", Keys.ARROW_DOWN, Keys.ENTER)
    assert "construct:" in address(page)
    page.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert "selected" not in address(page)
    tab = css(page, "#tab-map")
    tab.send_keys(Keys.ARROW_RIGHT)
    assert css(page, "#tab-network").get_attribute("aria-selected") == "true"
    page.switch_to.active_element.send_keys(Keys.ARROW_LEFT)
    first = css(page, "button.cell[tabindex='0']")
    first.send_keys(Keys.ARROW_RIGHT)
    page.switch_to.active_element.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    assert "link:" in address(page)
    assert len(every(page, "button.cell[tabindex='0']")) == 1


def test_the_key_for_the_search_can_be_turned_off(page: Chrome) -> None:
    css(page, "#slash").click()
    css(page, "body").send_keys("/")
    assert page.switch_to.active_element.get_attribute("id") != "search"


def test_the_skip_links_lead_past_the_drawing(page: Chrome) -> None:
    for link, there in (("#skip", "table-kind"), ("#skip-evidence", "panel")):
        css(page, link).send_keys(Keys.ENTER)
        assert page.switch_to.active_element.get_attribute("id") == there


def test_what_is_chosen_is_announced(page: Chrome) -> None:
    cell(page, "oxytocin level by therapeutic alliance").click()
    said = css(page, "#announcement").get_attribute("textContent")
    assert said == "Evidence: Oxytocin level → therapeutic alliance"


def test_the_address_brings_the_view_back(driver: Chrome, plain: Path) -> None:
    set_size(driver, *SIZES[0])
    filters = "hide-direction=negative&years=2001-2015&minimum=1&gaps=0"
    wanted = f"#view=table&table=studies&{filters}&{to_hash(LINK)}"
    open_page(driver, plain, wanted)
    assert css(driver, "#table-panel").is_displayed()
    assert "2 of 5 claims" in css(driver, "#status").text
    assert "Oxytocin level" in css(driver, "#panel h2").text
    before = address(driver)
    driver.refresh()
    assert address(driver) == before
    assert not css(driver, "#gaps").is_selected()


@pytest.mark.parametrize(
    "words",
    [
        "#view=nonsense&rows=<img>&selected=link:x|y&years=9-0&minimum=-4&confidence=NaN",
        "#selected=construct:toString&table=__proto__&layout=constructor",
        "#%E0%A4%A&hide-__proto__=1",
    ],
)
def test_what_an_address_does_not_mean_is_ignored(driver: Chrome, plain: Path, words: str) -> None:
    set_size(driver, *SIZES[0])
    open_page(driver, plain, words)
    assert css(driver, "#map-panel").is_displayed()
    assert "5 of 5 claims" in css(driver, "#status").text
    assert "What do you want to know?" in panel(driver)
    assert console(driver) == []


# ---- study, timeline ----


def test_a_study_shows_its_record_its_graph_and_its_text(page: Chrome) -> None:
    cell(page, "oxytocin level by therapeutic alliance").click()
    css(page, ".claim .source button").click()
    words = panel(page)
    for fact in (
        "Invented study two",
        "randomised trial",
        "n = 1,200 persons",
        "Forty patients took part.",
    ):
        assert fact in words
    assert every(page, "svg.small-graph path")
    assert css(page, "mark.claimed").text == "Higher plasma oxytocin predicted a weaker alliance."


def test_the_years_can_be_replayed(page: Chrome) -> None:
    assert every(page, "#timeline rect")
    css(page, "#replay").click()
    until(lambda: "years=2001-" in address(page))
    assert css(page, "#replay").text == "Stop"
    css(page, "#replay").click()
    stopped = address(page)
    time.sleep(0.7)
    assert address(page) == stopped


# ---- exports ----


def export(page: Chrome, name: str) -> bytes:
    catch_saves(page)
    css(page, "#export summary").click()
    css(page, f"#export-{name}").click()
    return saved(page)


@pytest.mark.parametrize("view", ["map", "network"])
def test_the_figure_is_drawn_from_the_data_with_a_caption(page: Chrome, view: str) -> None:
    from xml.etree import ElementTree

    css(page, f"#tab-{view}").click()
    css(
        page,
        '#facet-direction input[data-value="null"], #facet-status input[data-value="hypothesis"]',
    ).click()
    text = export(page, "svg").decode("utf-8")
    tree = ElementTree.fromstring(text)
    words = " ".join("".join(node.itertext()) for node in tree.iter() if node.tag.endswith("text"))
    for part in ("Three studies", "build build-1", "without status hypothesis", "exported 20"):
        assert part in words
    assert "lliance" in words


def test_the_bitmap_is_a_png(page: Chrome) -> None:
    assert export(page, "png").startswith(b"\x89PNG")


def test_claims_are_saved_as_a_spreadsheet(page: Chrome) -> None:
    content = export(page, "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert {row["claim"] for row in rows} <= {c.id for r in corpus.readings() for c in r.claims}
    (level,) = (row for row in rows if row["direction"] == "positive" and row["specimen"])
    assert (level["n"], level["specimen"], level["confidence"]) == ("40", "saliva", "0.9")
    assert "build build-1" in level["export"]


def test_formulas_from_papers_are_saved_as_text(driver: Chrome, tmp_path: Path) -> None:
    readings, gaps, known = corpus.hostile()
    target = tmp_path / "x.html"
    write_explorer(readings, gaps, target, title="=1+1", build_id="b", constructs=known)
    open_page(driver, target, "#view=table")
    rows = csv.reader(io.StringIO(export(driver, "csv").decode("utf-8-sig"), newline=""))
    cells = [cell for row in rows for cell in row]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


def test_references_are_saved_for_reference_managers(page: Chrome) -> None:
    ris = export(page, "ris").decode("utf-8")
    assert ris.count("TY  - JOUR") == ris.count("ER  - ") == 2 or ris.count("ER  - ") == 3
    assert "DO  - 10.5555/one" in ris
    assert "N1  - Three studies" in ris
    bibtex = export(page, "bib").decode("utf-8")
    assert "@misc{DoeetAl2001" in bibtex.replace("Doeetal2001", "DoeetAl2001")


def test_claims_are_saved_as_turtle_that_parses(page: Chrome) -> None:
    from rdflib import Graph, Namespace

    okg = Namespace("https://w3id.org/oxykg/ns#")
    css(page, "#tab-table").click()
    graph = Graph().parse(data=export(page, "ttl").decode("utf-8"), format="turtle")
    claims = {c.id for r in corpus.readings() for c in r.claims}
    assert {str(node).rsplit("/", 1)[1] for node in graph.subjects(None, okg.Claim)} == claims
    assert len(list(graph.subject_objects(okg.pathSource))) == 1


def test_hostile_text_makes_valid_turtle(driver: Chrome, tmp_path: Path) -> None:
    from rdflib import Graph, Namespace

    readings, gaps, known = corpus.hostile()
    target = tmp_path / "x.html"
    write_explorer(readings, gaps, target, title=corpus.EVIL, build_id="b", constructs=known)
    open_page(driver, target, "#view=table")
    graph = Graph().parse(data=export(driver, "ttl").decode("utf-8"), format="turtle")
    assert len(list(graph.objects(None, Namespace("https://w3id.org/oxykg/ns#").sentence))) == 5


def test_the_link_to_this_view_can_be_copied(page: Chrome) -> None:
    cell(page, "oxytocin level by therapeutic alliance").click()
    page.execute_script("navigator.clipboard.writeText = () => Promise.reject()")
    css(page, "#copy-link").click()
    until(lambda: css(page, "#copy-box").is_displayed())
    copied = css(page, "#copy-text").get_attribute("value") or ""
    assert copied.startswith("file:")
    assert "selected=link" in copied
    css(page, "#copy-close").click()


# ---- shape ----


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wider_than_the_window(
    driver: Chrome, plain: Path, size: tuple[int, int], view: str
) -> None:
    set_size(driver, *size)
    open_page(driver, plain, f"#view={view}&{to_hash(LINK)}")
    wide = driver.execute_script("return document.documentElement.scrollWidth")
    assert wide <= size[0]
    assert console(driver) == []


def test_a_print_says_where_it_comes_from_and_who_says_so(page: Chrome) -> None:
    cell(page, "oxytocin level by therapeutic alliance").click()
    css(page, '#facet-status input[data-value="hypothesis"]').click()
    page.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert not css(page, "header").is_displayed()
        told = css(page, "#print-caption").text
        assert "build build-1" in told
        assert "without status hypothesis" in told
        assert css(page, ".claim .source").text.startswith("Doe et al., 2012")
        wide = page.execute_script("return document.documentElement.scrollWidth")
        assert wide <= SIZES[0][0]
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_a_narrow_window_starts_with_the_table(driver: Chrome, plain: Path) -> None:
    set_size(driver, 390, 800)
    open_page(driver, plain)
    assert css(driver, "#table-panel").is_displayed()
    assert not css(driver, "#filters").is_displayed()


def test_every_control_has_a_name(page: Chrome) -> None:
    nameless = page.execute_script(
        """return [...document.querySelectorAll('button, input, select, a, summary')]
           .filter((e) => !(e.textContent.trim() || e.ariaLabel || e.labels?.length))
           .map((e) => e.outerHTML)"""
    )
    assert nameless == []


def test_a_build_without_quotes_says_so(driver: Chrome, tmp_path: Path) -> None:
    target = tmp_path / "x.html"
    write_explorer(corpus.readings(), [], target, title="t", build_id="b", quotes=False)
    set_size(driver, *SIZES[0])
    open_page(driver, target, f"#{to_hash(LINK)}")
    assert "This build holds no quotations" in panel(driver)
    assert every(driver, "blockquote") == []
    assert "10.5555/one" in panel(driver)


def test_an_empty_corpus_makes_a_page_that_works(driver: Chrome, tmp_path: Path) -> None:
    target = tmp_path / "x.html"
    write_explorer([], [], target, title="t", build_id="b")
    for view in VIEWS:
        open_page(driver, target, f"#view={view}")
        assert console(driver) == []


# ---- accessible ----


@pytest.mark.parametrize("size", [SIZES[0], SIZES[-1]])
@pytest.mark.parametrize("view", VIEWS)
def test_no_rule_of_wcag_is_broken(
    driver: Chrome, axe: Axe, plain: Path, view: str, size: tuple[int, int]
) -> None:
    set_size(driver, *size)
    for selected in ("", LINK, PATH, GAP_PATH, "construct:OxytocinLevel", "study:study:one"):
        open_page(driver, plain, f"#view={view}&{to_hash(selected)}&hide-status=background")
        assert axe.violations(driver) == []


@pytest.mark.parametrize("table", ["links", "paths", "gaps", "studies"])
def test_no_rule_of_wcag_is_broken_in_a_table(
    driver: Chrome, axe: Axe, plain: Path, table: str
) -> None:
    set_size(driver, *SIZES[0])
    open_page(driver, plain, f"#view=table&table={table}")
    assert axe.violations(driver) == []


def test_axe_sees_what_is_wrong(driver: Chrome, axe: Axe, plain: Path) -> None:
    open_page(driver, plain)
    driver.execute_script("document.getElementById('map-swap').removeAttribute('aria-label')")
    driver.execute_script("document.getElementById('map-swap').removeAttribute('title')")
    driver.execute_script("document.getElementById('map-swap').textContent = ''")
    assert any(line.startswith("button-name") for line in axe.violations(driver))
