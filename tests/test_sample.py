from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.counts import find_counts
from extract.rows import pattern_rows
from extract.sample import read_design, read_sample, read_specimens, read_study
from kg.model import Document

ROWS = [row for row in pattern_rows("sample") if "example" in row]
DESIGNS = [row for row in ROWS if "design" in row]
MODIFIERS = [row for row in ROWS if "modifier" in row]
SPECIMENS = [row for row in ROWS if "specimen" in row]
UNITS = [row for row in ROWS if "unit" in row]

SIZES = [
    ("We recruited 45 couples from the community.", 45, "couples"),
    ("Participants were 112 undergraduates (78 women, M age = 19.8).", 112, "persons"),
    ("A total of 1,024 participants (512 women) took part.", 1024, "persons"),
    ("The sample consisted of 60 couples (N = 120).", 60, "couples"),
    ("Sixty-two mother–infant dyads were filmed.", 62, "dyads"),
    ("20 patients with BPD and 21 controls gave blood.", 41, "persons"),
    ("Three hundred twelve women completed an online survey.", 312, "persons"),
    ("Using a sample of 78 patient-therapist dyads, we examined rupture.", 78, "dyads"),
    ("Twenty-five healthy male volunteers (aged 18-30) took 24 IU.", 25, "persons"),
    ("Clients (n = 79) and their therapists (n = 22) rated the alliance.", 79, "persons"),
    ("Seventy-four patients were treated by 29 therapists.", 74, "persons"),
    ("Forty-one therapists rated how warm they felt.", 41, "persons"),
    ("We saw 46 medication-naive patients and 39 age-matched healthy volunteers.", 85, "persons"),
    ("Adolescents (N = 215; 54% girls) and their mothers took part.", 215, "persons"),
    ("Of 240 patients screened, 132 were randomized to A (n = 65) or B (n = 67).", 132, "persons"),
    ("Of 90 inpatients, 45 inhaled the drug and 45 placebo.", 90, "persons"),
    ("In Study 1 (N = 45) trust rose. In Study 2 (N = 60) it fell.", 105, "persons"),
    ("Two experiments (Ns = 60 and 84) tested this.", 144, "persons"),
    ("One hundred fifty-three parents (78 mothers and 75 fathers) came.", 153, "persons"),
    ("We studied 35 children with autism, 40 siblings and 79 unrelated controls.", 154, "persons"),
    ("Fifty romantic couples were compared with 40 singles.", 140, "persons"),
    ("Salivary oxytocin was measured in 24 mothers and their infants.", 24, "dyads"),
    ("Sessions (N = 180) of 30 clients were coded.", 30, "persons"),
    ("We coded 151 sessions from 30 dyads.", 30, "dyads"),
    ("Movement was filmed in 356 sessions.", 356, "sessions"),
    ("Eighty healthy men were assigned to the drug (n=40) or placebo (n=40).", 80, "persons"),
    ("Patients with schizophrenia (n = 31) and controls (n = 21) were seen.", 52, "persons"),
    ("Patients with MDD (N=20) and healthy controls (N=20) were compared.", 40, "persons"),
    ("Women (N = 101) had outpatient (n = 50) or inpatient care (n = 51).", 101, "persons"),
    ("Participants were mothers (n = 34) of young infants.", 34, "persons"),
    ("The final sample comprised 1,235 adults from 12 countries.", 1235, "persons"),
    ("Thirty dyads (60 participants) moved in time.", 30, "dyads"),
    ("We tested 64 participants in 32 same-sex pairs.", 64, "persons"),
    ("Twenty-two female prairie voles were paired.", 22, "animals"),
    ("Over the course of 12 weeks, 58 outpatients were assessed 5 times.", 58, "persons"),
    ("Methods: 210 first-time mothers were followed for 6 months.", 210, "persons"),
    ("In a sample of 2010 adults trust was rated.", 2010, "persons"),
    ("The participants were 18 men and 19 women.", 37, "persons"),
    ("A sample of N = 310 students filled in scales.", 310, "persons"),
    ("Nineteen patients, ten of whom had a personality disorder, were seen.", 19, "persons"),
    ("Subjects were 27 boys and 31 girls aged 8 to 12.", 58, "persons"),
    ("Trust was rated in 22 younger (20-31 years) and 34 older adults.", 56, "persons"),
    ("We filmed 14 dyads with an expert and 16 with a novice counselor.", 30, "dyads"),
    ("A nationally representative sample (n = 5,877) was interviewed.", 5877, "persons"),
    ("The planned sample size was 200 women. In all, 118 women came.", 118, "persons"),
    ("One in ten children is lonely. We asked 88 children.", 88, "persons"),
    ("In twelve couple therapies (24 clients) synchrony rose.", 12, "couples"),
    ("Over 36 studies with 3,158 patients a meta-analysis was run.", 36, "studies"),
    ("This meta-analysis covers 32 studies comprising 3,528 patients.", 32, "studies"),
    ("Twelve studies met inclusion criteria of this systematic review.", 12, "studies"),
    ("A systematic review: of 1,243 records, 18 studies were included.", 18, "studies"),
    ("A systematic review of 40 studies; only seventeen were included.", 17, "studies"),
    ("A meta-analysis of trials (k = 17, total N = 466) was run.", 17, "studies"),
]


@pytest.mark.parametrize(("text", "n", "unit"), SIZES)
def test_the_size_and_unit_of_a_sample_are_read(text: str, n: int, unit: str) -> None:
    sample = read_sample(text)
    assert (sample.n, sample.unit) == (n, unit)
    assert text[sample.start : sample.end] == sample.raw != ""


@pytest.mark.parametrize(
    "text",
    [
        "Oxytocin is released during touch.",
        "Men took 24 IU of oxytocin for 6 weeks, 16 sessions in all.",
        "In this review we discuss two patients.",
        "The variant rs53576 was typed in 2010.",
        "One client in five drops out.",
    ],
)
def test_a_text_without_a_sample_has_none(text: str) -> None:
    assert read_sample(text).n is None


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("20 patients with BPD and 21 controls gave blood.", (20, 21)),
        ("Of 87 inpatients, 44 inhaled the drug and 43 placebo.", (44, 43)),
        ("Seventy outpatients (37 women, 33 men) were filmed.", (37, 33)),
        ("Twelve variants were typed in two samples (n = 2309 and 1240).", (2309, 1240)),
    ],
)
def test_groups_are_the_parts_that_add_up(text: str, groups: tuple[int, ...]) -> None:
    assert read_sample(text).groups == groups


@pytest.mark.parametrize("row", UNITS, ids=lambda row: str(row["example"]))
def test_the_nouns_of_a_unit_are_counted(row: dict[str, Any]) -> None:
    assert row["expect"] in [[count.value, count.unit] for count in find_counts(row["example"])]


@pytest.mark.parametrize("row", DESIGNS, ids=lambda row: str(row["design"]))
def test_a_design_is_read_off_its_example(row: dict[str, Any]) -> None:
    design, _ = read_design(row["example"])
    assert design is not None
    assert design.endswith(row["expect"])


@pytest.mark.parametrize("row", MODIFIERS, ids=lambda row: str(row["modifier"]))
def test_a_feature_of_design_is_read_off_its_example(row: dict[str, Any]) -> None:
    assert re.search(row["pattern"], row["example"], re.IGNORECASE)
    assert row["expect"] in str(read_design(f"{row['example']} It was an experiment.")[0])


@pytest.mark.parametrize("row", SPECIMENS, ids=lambda row: str(row["specimen"]))
def test_a_specimen_is_read_off_its_example(row: dict[str, Any]) -> None:
    assert read_specimens(row["example"]) == (row["expect"],)


@pytest.mark.parametrize(
    ("text", "population"),
    [
        ("Thirty depressed outpatients were seen.", "depressed outpatients"),
        ("We saw 57 patients with depression and 43 healthy controls.",
         "patients with depression; healthy controls"),
        ("Thirty participants were seen.", None),
        ("Thirty lonely men and women with insomnia were seen.",
         "lonely men and women with insomnia"),
    ],
)  # fmt: skip
def test_the_population_is_in_the_words_of_the_text(text: str, population: str | None) -> None:
    assert read_sample(text).population == population


def test_a_study_carries_what_its_document_says() -> None:
    document = Document(
        id="pmid:1",
        key="a-2020",
        title="Touch and trust",
        abstract="In a double-blind experiment 30 healthy men gave saliva after placebo.",
        kind="empirical",
    )
    study = read_study(document)
    assert (study.id, study.documents, study.kind) == ("study:a-2020", ("pmid:1",), "empirical")
    assert (study.n, study.unit, study.population) == (30, "persons", "healthy men")
    assert study.specimens == ("saliva",)
    assert study.design == "double-blind placebo-controlled experiment"


@given(
    st.lists(
        st.sampled_from(
            ["30 ", "patients ", "(n = 12) ", "and ", "Of ", "twenty-", "hundred ", ". ", "women, ",
             "k = 3 ", "studies ", "meta-analysis ", "were included ", "(", ")", "\n", "ÿ²"]
        ),
        max_size=40,
    ).map("".join)
)  # fmt: skip
def test_any_text_has_a_sample_with_its_place(text: str) -> None:
    sample = read_sample(text)
    assert text[sample.start : sample.end] == sample.raw
    assert sample.n is None or sample.n >= 1
    assert (sample.n is None) == (sample.unit is None)
