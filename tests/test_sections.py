from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.blanking import clean
from extract.rows import pattern_rows
from extract.sections import find_sections, heading_role
from extract.statistics import find_statistics

ROWS = pattern_rows("sections")
HEADINGS = [(heading, row["role"]) for row in ROWS for heading in row["headings"]]


def parts(text: str, title_length: int = 0) -> list[tuple[str | None, str | None, str]]:
    """Label, role and text of each section."""
    found = find_sections(text, title_length)
    return [(one.label, one.role, text[one.start : one.end]) for one in found]


def cleaned(text: str) -> str:
    labels = [(one.label_start, one.start) for one in find_sections(text) if one.label]
    return clean(text, find_statistics(text), labels).text


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["role"]))
def test_headings_have_the_roles_of_their_example(row: dict[str, Any]) -> None:
    assert [role for _, role, _ in parts(row["example"])] == row["expect"]


@pytest.mark.parametrize(("heading", "role"), HEADINGS)
def test_every_heading_is_found_in_capitals(heading: str, role: str) -> None:
    text = f"Trust matters. {heading.upper()}: It rose."
    assert parts(text)[1] == (heading.upper(), role, "It rose.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Trust rose. It fell.", [(None, None, "Trust rose. It fell.")]),
        (
            "Trust matters. RESULTS: It rose. Conclusions: Good.",
            [(None, None, "Trust matters."), ("RESULTS", "result", "It rose."),
             ("Conclusions", "conclusion", "Good.")],
        ),
        ("Method. We asked. Results. It rose.",
         [("Method", "method", "We asked."), ("Results", "result", "It rose.")]),
        ("Background\nTrust matters.\nResults\nIt rose.",
         [("Background", "background", "Trust matters."), ("Results", "result", "It rose.")]),
        ("BackgroundTrust matters.MethodsWe asked.ResultsIt rose.",
         [("Background", "background", "Trust matters."), ("Methods", "method", "We asked."),
          ("Results", "result", "It rose.")]),
        ("Aim To see. Methods We asked. Results It rose.",
         [("Aim", "aim", "To see."), ("Methods", "method", "We asked."),
          ("Results", "result", "It rose.")]),
        ("Settings and participants: Forty men. Results - It rose.",
         [("Settings and participants", "method", "Forty men."),
          ("Results", "result", "It rose.")]),
        ("Results showed a rise. Methods vary. Conclusions differ.",
         [(None, None, "Results showed a rise. Methods vary. Conclusions differ.")]),
        ("Conclusion(s)/significance: Good.",
         [("Conclusion(s)/significance", "conclusion", "Good.")]),
        ("Abstract Objective: To see.", [("Objective", "aim", "To see.")]),
        ("", [(None, None, "")]),
    ],
)  # fmt: skip
def test_sections_of_abstracts(
    text: str, expected: list[tuple[str | None, str | None, str]]
) -> None:
    assert parts(text) == expected


def test_headings_in_the_title_are_not_looked_for() -> None:
    title = "Results: a memoir"
    assert parts(f"{title}\nAims: To see.", len(title)) == [("Aims", "aim", "To see.")]


def test_an_unknown_heading_has_no_role() -> None:
    assert heading_role("Colophon") is None


PIECES = st.lists(
    st.sampled_from(
        ["RESULTS: ", "Methods. ", "Aim ", "Trust rose. ", "\n", " ", "METHODS AND ", "r = .3", "(",
         ")", ", p < .05", "(1) ", "(2) ", "(Lee et al., 2010)", "\u200b", "“", "–", "(OT)", "[3]"]
    ),
    max_size=20,
).map("".join)  # fmt: skip


@given(PIECES | st.text(max_size=120), st.integers(0, 20))
def test_sections_are_in_order_and_leave_out_only_headings(text: str, title_length: int) -> None:
    found = find_sections(text, title_length)
    assert found
    at = min(title_length, len(text))
    for section in found:
        assert at <= section.label_start <= section.start <= section.end <= len(text)
        assert text[at : section.label_start].strip() == ""
        assert (section.label is None) == (section.start == section.label_start)
        at = section.end
    assert text[at:].strip() == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RESULTS: Trust rose (r = .30, p < .05).", "Trust rose."),
        ("Trust rose (F(1,38) = 4.2, p = .04, d = 0.3).", "Trust rose."),
        ("Trust rose (d = 0.32 [0.18, 0.47]) in men.", "Trust rose in men."),
        ("Trust rose, r = .30, p < .05, and grew.", "Trust rose, and grew."),
        ("Trust rose (50% vs. 34%).", "Trust rose."),
        ("Trust rose (BDI-II; r = .30, p < .05).", "Trust rose (BDI-II)."),
        ("Trust rose (all ps < .01; two-tailed).", "Trust rose."),
        ("Trust rose (z = 2.1, on the BDI-II).", "Trust rose (on the BDI-II)."),
        ("Seventy people (37 women; mean age 39 years) came.", "Seventy people came."),
        ("Trust rose (Smith et al., 2010; Jones & Lee, 2011).", "Trust rose."),
        ("Trust rose [1, 3-5].", "Trust rose."),
        ("Oxytocin (OT) and cues (e.g., gaze) stay (but not in men).",
         "Oxytocin (OT) and cues (e.g., gaze) stay (but not in men)."),
        ("Carriers (rs53576) had a d = 0.3.", "Carriers (rs53576) had a d = 0.3."),
        ("Tied to (1) trust, (2) touch and (3) care.", "Tied to trust, touch and care."),
        ("Path (b) was weak.", "Path (b) was weak."),
        ("Trust rose. (PsycInfo Database Record (c) 2020 APA, all rights reserved)", "Trust rose."),
        ("mother–infant\u00a0“bond”  grew", 'mother-infant "bond" grew'),
    ],
)  # fmt: skip
def test_the_parser_gets_prose_only(text: str, expected: str) -> None:
    assert cleaned(text) == expected


@given(PIECES | st.text(max_size=200))
def test_every_character_that_is_kept_can_be_found_again(text: str) -> None:
    labels = [(one.label_start, one.start) for one in find_sections(text) if one.label]
    short = clean(text, find_statistics(text), labels)
    places = [short.original(place) for place in range(len(short.text))]
    assert places == sorted(set(places))
    for place, original in enumerate(places):
        assert short.original_end(place + 1) == original + 1
        if text[original].isalnum():
            assert short.text[place] == text[original]
