"""The explorer's page as text: its data, its policy, its bytes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import explorer_corpus as corpus
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.designs import design_class
from kg.files import UnwritableError
from kg.model import Document, Evidence, Reading, TextKind
from kg.ontology import Construct, constructs
from kg.views import VIEWS, write_explorer
from kg.views.assets import SCRIPTS, UnsafeAssetError, bundle, csp_hash, static_text, vis_network
from kg.views.encoding import DIRECTIONS, domain_looks
from kg.views.explorer import explorer_html, two_lines
from kg.views.layout import CELL_HEIGHT, CELL_WIDTH, by_domain, by_links
from kg.views.page import json_block
from kg.views.page_documents import CLAIM_FIELDS
from kg.views.passages import ELLIPSIS, Marker, _pattern, quote

NAMES: dict[str, Any] = {"title": "A corpus", "build_id": "build-1"}


def page(**more: Any) -> str:
    return explorer_html(corpus.readings(), corpus.gaps(), **(NAMES | more))


def data_of(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found.group(1))
    return data


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    return data_of(page())


def claims_of(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        dict(zip(CLAIM_FIELDS, row, strict=True)) | {"text": document.get("text")}
        for document in data["documents"]
        for row in document["claims"]
    ]


def utf16(text: str, start: int, end: int) -> str:
    units = text.encode("utf-16-le")
    return units[2 * start : 2 * end].decode("utf-16-le")


# ---- data ----


def test_every_claim_is_on_the_page_with_its_sentence(data: dict[str, Any]) -> None:
    written = {one.id: one for reading in corpus.readings() for one in reading.claims}
    shown = claims_of(data)
    assert {one["id"] for one in shown} == set(written)
    for one in shown:
        assert utf16(one["text"], one["start"], one["end"]) == written[one["id"]].evidence.sentence


def test_marks_name_both_constructs_and_the_cue(data: dict[str, Any]) -> None:
    (mediation,) = (one for one in claims_of(data) if one["source"] >= 0)
    marked = {kind: utf16(mediation["text"], start, end) for start, end, kind in mediation["marks"]}
    assert marked == {
        "s": "Alliance",
        "o": "depressive symptoms",
        "t": "therapist empathy",
        "c": "mediated",
    }


def test_of_an_abstract_only_sentences_with_claims_are_quoted_of_a_digest_all(
    data: dict[str, Any],
) -> None:
    texts = {one["id"]: one["text"] for one in data["documents"]}
    assert "Forty patients" not in texts["doi:10.5555/one"]
    assert "Forty patients" in texts["doi:10.5555/two"]
    assert ELLIPSIS.strip() in texts["doi:10.5555/one"]


def test_without_quotes_no_words_of_a_paper_are_in_the_page() -> None:
    html = page(quotes=False)
    for words in ("working alliance.", "predicted a weaker", "Forty patients", "mediated the"):
        assert words in page() or words == "Forty patients"
        assert words not in html
    shown = data_of(html)
    assert all("text" not in one for one in shown["documents"])
    assert all(one["start"] == -1 and one["marks"] == [] for one in claims_of(shown))
    assert len(claims_of(shown)) == 5


def test_facts_of_study_and_claim_are_there(data: dict[str, Any]) -> None:
    studies = {one["id"]: one for one in data["studies"]}
    first = studies["study:one"]
    assert (first["n"], first["unit"], first["designClass"]) == (40, "dyads", "longitudinal")
    assert studies["study:three"]["synthesis"]
    assert not first["synthesis"]
    (level,) = (one for one in claims_of(data) if one["confidence"] == 0.9)
    assert level["qualifiers"] == {"specimen": "saliva", "subject_role": "patient"}
    assert data["vocabularies"]["direction"][level["direction"]] == "positive"


def test_one_study_of_two_documents_counts_once() -> None:
    first, second, third = corpus.readings()
    shared = replace(second, study=replace(first.study, documents=("doi:10.5555/one",)))
    shown = data_of(explorer_html([first, shared, third], [], **NAMES))
    assert len(shown["studies"]) == 2
    assert len(shown["documents"]) == 3


def test_constructs_without_claims_are_there_too_since_they_are_gaps(data: dict[str, Any]) -> None:
    assert {one["id"] for one in data["constructs"]} == set(constructs())


def test_a_construct_that_the_ontology_lacks_is_shown_as_other() -> None:
    first, *_ = corpus.readings()
    odd = replace(first.claims[0], subject="SomethingNew")
    shown = data_of(explorer_html([replace(first, claims=(odd,))], [], **NAMES))
    (construct,) = (one for one in shown["constructs"] if one["id"] == "SomethingNew")
    assert construct["label"] == "something new"
    assert shown["domains"][construct["domain"]]["name"] == "Other"


@pytest.mark.parametrize("readings", [[], [replace(corpus.readings()[0], claims=())]])
def test_a_page_is_written_where_there_is_nothing_to_show(readings: list[Reading]) -> None:
    assert claims_of(data_of(explorer_html(readings, [], **NAMES))) == []


def test_pyvis_holds_the_network(data: dict[str, Any]) -> None:
    nodes = {node["id"]: node for node in data["network"]["nodes"]}
    assert {"OxytocinLevel", "TherapeuticAlliance", "AttachmentAnxiety"} <= set(nodes)
    assert all(isinstance(node["x"], int) and isinstance(node["y"], int) for node in nodes.values())
    edges = {edge["id"]: (edge["from"], edge["to"]) for edge in data["network"]["edges"]}
    assert edges["OxytocinLevel|TherapeuticAlliance"] == ("OxytocinLevel", "TherapeuticAlliance")
    assert "AttachmentAnxiety|Rupture" in edges
    assert data["network"]["options"]["physics"] == {"enabled": False}


# ---- the file ----


def test_the_policy_allows_just_the_scripts_and_the_style_in_the_page() -> None:
    html = page()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    rules = policy.group(1)
    assert rules.startswith("default-src 'none'; script-src 'sha256-")
    assert "connect-src 'none'" in rules
    assert "unsafe" not in rules
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert len(scripts) == 2
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    for text in (*scripts, style):
        assert csp_hash(text) in rules


def test_nothing_in_the_page_is_loaded_or_run_from_an_attribute() -> None:
    html = re.sub(r"<(script|style)\b.*?</\1>", "", page(), flags=re.DOTALL)
    assert not re.search(r"\s(src|srcset|on\w+|style)=|<link|<iframe|<base|@import", html)
    assert html.startswith("<!doctype html>")
    assert '<html lang="en">' in html
    assert "<title>A corpus</title>" in html


def test_no_module_parses_markup_or_code() -> None:
    for name in SCRIPTS:
        banned = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
        assert not re.search(banned, static_text(name)), name


def test_app_and_library_are_small() -> None:
    size = len((vis_network() + bundle() + static_text("explorer.css")).encode())
    assert size < 700_000


def test_modules_import_only_what_stands_before_them() -> None:
    for place, name in enumerate(SCRIPTS):
        for imported in re.findall(r'from "\./([\w-]+\.js)"', static_text(name)):
            assert imported in SCRIPTS[:place], f"{name} imports {imported}"


def test_every_import_is_exported() -> None:
    pattern = r"^export (?:async )?(?:function|const|class) (\w+|\{[^}]*\})"
    exported = {
        name: set(
            re.findall(r"\w+", " ".join(re.findall(pattern, static_text(name), re.MULTILINE)))
        )
        for name in SCRIPTS
    }
    for name in SCRIPTS:
        for names, module in re.findall(
            r'import \{([^}]*)\} from "\./([\w-]+\.js)"', static_text(name)
        ):
            for word in filter(None, (part.split(" as ")[0].strip() for part in names.split(","))):
                assert word in exported[module], f"{name}: {module} has no {word}"


def test_a_script_that_would_end_its_element_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.views.assets.static_text", lambda name: "'</SCRIPT>'")
    with pytest.raises(UnsafeAssetError):
        bundle(("dom.js",))


def test_hostile_text_stays_text() -> None:
    readings, gaps, known = corpus.hostile()
    html = explorer_html(readings, gaps, title=corpus.EVIL, build_id=corpus.EVIL, constructs=known)
    assert "<img" not in html
    assert html.count("<script") == page().count("<script")
    assert "window.PWNED=1</script>" not in html
    assert "49${1}" not in html
    shown = data_of(html)
    assert shown["title"] == corpus.EVIL
    assert corpus.EVIL in {one["label"] for one in shown["constructs"]}


def test_json_in_a_script_element_holds_no_markup_character() -> None:
    block = json_block({"<!--": ["</script>", "\u2028", "a&b"]})
    assert not set("<>&\u2028") & set(block)
    assert json.loads(block) == {"<!--": ["</script>", "\u2028", "a&b"]}


def test_a_lone_surrogate_does_not_stop_the_writing(tmp_path: Path) -> None:
    first, *_ = corpus.readings()
    odd = replace(first, document=replace(first.document, journal="\ud800"))
    write_explorer([odd], [], tmp_path / "x.html", title="\ud800", build_id="b")
    assert (tmp_path / "x.html").read_bytes().decode("utf-8")


def test_the_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "explorer.html"
    write_explorer(corpus.readings(), corpus.gaps(), target, **NAMES)
    assert target.read_bytes() == page().encode("utf-8")
    assert [entry.name for entry in tmp_path.iterdir()] == ["explorer.html"]
    with pytest.raises(UnwritableError):
        write_explorer(corpus.readings(), [], tmp_path, **NAMES)


def test_the_order_of_the_readings_does_not_matter() -> None:
    turned = explorer_html(reversed(corpus.readings()), corpus.gaps(), **NAMES)
    assert turned == page()


_BUILD = """
import sys
sys.path.insert(0, sys.argv[1])
import explorer_corpus as corpus
from kg.views import write_explorer
TITLE = "Gr\\u00f6\\u00dfe \\u2265 1"
write_explorer(corpus.readings(), corpus.gaps(), sys.argv[2], title=TITLE, build_id="b")
"""


def test_the_same_bytes_for_any_hash_seed_and_on_a_cp1252_locale(tmp_path: Path) -> None:
    pages = set()
    for seed in ("0", "1", "2"):
        target = tmp_path / f"{seed}.html"
        surroundings = os.environ | {
            "PYTHONHASHSEED": seed,
            "PYTHONUTF8": "0",
            "PYTHONIOENCODING": "cp1252",
            "LC_ALL": "C",
            "PYTHONCOERCECLOCALE": "0",
        }
        here = str(Path(__file__).parent)
        subprocess.run([sys.executable, "-c", _BUILD, here, target], check=True, env=surroundings)
        pages.add(target.read_bytes())
    assert len(pages) == 1
    assert "Größe ≥ 1" in pages.pop().decode("utf-8")


def test_importing_the_views_loads_no_heavy_library() -> None:
    heavy = ("pyvis", "jinja2", "networkx", "rdflib", "spacy")
    code = f"import sys, kg.views; print([m for m in {heavy} if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "[]"


def test_the_registry_names_the_explorer() -> None:
    assert VIEWS["explorer"] is write_explorer


# ---- parts ----


def _document(abstract: str, kind: TextKind = TextKind.ABSTRACT) -> Document:
    return Document(id="key:x", key="x", title="T", abstract=abstract, text_kind=kind)


def test_a_sentence_that_is_not_where_its_offsets_say_is_quoted_all_the_same() -> None:
    first = corpus.readings()[0].claims[0]
    evidence = Evidence(start=3, end=9, sentence="Another text.", cue="")
    moved = replace(first, evidence=evidence)
    passage = quote(_document("One. Two."), [moved])
    place = passage.place(moved)
    assert place
    assert passage.text[slice(*place)] == "Another text."


def test_a_claim_without_a_sentence_quotes_nothing() -> None:
    bare = replace(
        corpus.readings()[0].claims[0], evidence=Evidence(start=0, end=5, sentence="", cue="")
    )
    passage = quote(_document(""), [bare])
    assert (passage.text, passage.place(bare)) == ("", None)


@pytest.mark.parametrize(
    ("construct", "sentence", "words"),
    [
        ("OxytocinLevel", "Salivary oxytocin rose.", "Salivary oxytocin"),
        ("TherapeuticAlliance", "The working-alliance grew.", "working-alliance"),
        ("Rupture", "Withdrawal ruptures were common.", "Withdrawal ruptures"),
        ("OxytocinSystem", "Dot and ot are no names.", None),
    ],
)
def test_the_words_that_name_a_construct_are_found(
    construct: str, sentence: str, words: str | None
) -> None:
    span = Marker(constructs().values()).find(construct, sentence)
    found = sentence[slice(*span)] if span else None
    assert found == words or (words and found and found in words)


@pytest.mark.parametrize(
    ("design", "kind", "expected"),
    [
        ("meta-analysis of correlations", None, "meta-analysis"),
        (
            "double-blind placebo-controlled crossover experiment",
            None,
            "randomised trial or experiment",
        ),
        ("scoping review", "review", "systematic review"),
        (None, "theory", "theory"),
        ("something quite new", None, "other"),
        (None, None, "not reported"),
        ("", "empirical", "not reported"),
    ],
)
def test_designs_are_sorted_into_classes(
    design: str | None, kind: str | None, expected: str
) -> None:
    assert design_class(design, kind) == expected


def test_domains_have_each_their_own_look() -> None:
    looks = domain_looks([*sorted({c.domain for c in constructs().values()}), "Other", "More"])
    assert len({(look["colour"], look["shape"]) for look in looks}) == len(looks)


def test_directions_differ_in_colour_and_end_and_sign() -> None:
    for quality in ("colour", "head", "sign", "word"):
        assert len({look[quality] for look in DIRECTIONS.values()}) == len(DIRECTIONS)


def _contrast_on_white(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_direction_can_be_read_on_white(direction: str) -> None:
    assert _contrast_on_white(DIRECTIONS[direction]["colour"]) >= 4.5


@pytest.mark.parametrize("layout", ["domain", "links"])
def test_no_two_constructs_share_a_place(layout: str) -> None:
    domains = {name: construct.domain for name, construct in constructs().items()}
    names = sorted(domains)
    weights = {(a, b): place % 5 + 1 for place, (a, b) in enumerate(pairwise(names))}
    points = by_domain(domains, weights)
    if layout == "links":
        points = by_links(points, weights)
    placed = sorted(points.values())
    assert len(points) == len(domains)
    for place, (x, y) in enumerate(placed):
        for other_x, other_y in placed[place + 1 :]:
            apart = abs(x - other_x) >= CELL_WIDTH / 2 - 2 or abs(y - other_y) >= CELL_HEIGHT - 2
            assert apart, ((x, y), (other_x, other_y))


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("alliance", "alliance"),
        ("oxytocin administration", "oxytocin\nadministration"),
        ("  a\n label  with\tspaces ", "a label\nwith spaces"),
        ("", "?"),
        ("x" * 60, "x" * 47 + "…"),
    ],
)
def test_labels_fit_the_drawing(label: str, lines: str) -> None:
    assert two_lines(label) == lines


PIECES = st.sampled_from(
    [
        *("trust", "Trusts", "OT", "ots", "5-HT", "self", "s", "S", "K", "_", ".", "("),
        *("-", " ", "\u00a0", "  ", "é", "\u03b2", "\U0001f600"),
        *("\u0130", "\u0131", "\u017f", "\u212a"),  # fold to other letters
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=4), st.lists(PIECES, max_size=9))
@settings(max_examples=400, deadline=None)
def test_names_are_found_as_their_pattern_finds_them(name: list[str], text: list[str]) -> None:
    construct = Construct(
        id="X",
        label="".join(name),
        definition="",
        domain="D",
        valence=0,
        alt_labels=("trust self",),
    )
    said = "".join(text)
    names = sorted({construct.label, "trust self"}, key=lambda one: (-len(one), one))
    found = [match.span() for one in names if (match := _pattern(one).search(said))]
    assert Marker([construct]).find("X", said) == min(found, key=lambda f: f[0], default=None)
