"""``oxykg show`` and ``oxykg report``: the evidence on a construct or a pair."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from evidence_corpus import SPECIMENS, said, statistic, study
from typer.testing import CliRunner, Result

from kg.build import build_graph
from kg.cli import app
from kg.evidence.effects import Effect
from kg.evidence.plots import Mark, direction_svg, forest_svg
from kg.evidence.pool import pool
from kg.model import Reading, Relation, Status
from kg.ontology import NoSuchConstructError, find_construct

HOSTILE = "<script>alert(1)</script> =1+1 \x1b[31m | `x` {{ 7*7 }}"
PATH = ("SocialFunctioning", "DepressiveSymptoms")


def corpus() -> list[Reading]:
    numbers = (statistic("r", 0.3),)
    fewer = said("TherapeuticAlliance", "Symptoms", "negative", statistics=numbers)
    alliance = [
        study(f"{name}-{year}", fewer)
        for name, year in (("ann", 2001), ("bob", 2002), ("cyd", 2003))
    ]  # fmt: skip
    review = said("TherapeuticAlliance", "TreatmentOutcome")
    asked = said("TherapeuticAlliance", "TreatmentOutcome", "unspecified", status=Status.HYPOTHESIS)
    path = said("OxytocinSynchrony", PATH[1], relation=Relation.MEDIATES, path=PATH)
    return [
        *alliance,
        *SPECIMENS,
        study("rev-2010", review, kind="meta-analysis"),
        study("ask-2011", asked),
        study("med-2012", path),
        hostile(study("eve-2013", said("Empathy", "Trust", condition=HOSTILE), population=HOSTILE)),
    ]


def hostile(reading: Reading) -> Reading:
    document = replace(reading.document, authors=(HOSTILE,), doi="10.1000/<b>\"'")
    claims = (replace(c, evidence=replace(c.evidence, sentence=HOSTILE)) for c in reading.claims)
    return replace(reading, document=document, claims=tuple(claims))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("evidence") / "graph"
    build_graph(corpus(), place)
    return place


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args])


def shown(*args: str | Path) -> dict[str, Any]:
    result = run("show", *args, "--format", "json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_pair_as_json_lists_studies_with_their_claims_by_direction(folder: Path) -> None:
    found = shown("TherapeuticAlliance", "TreatmentOutcome", folder)
    assert [s["study"] for s in found["positive"]] == [
        "study:ann-2001", "study:bob-2002", "study:cyd-2003", "study:rev-2010",
    ]  # fmt: skip
    assert [s["synthesis"] for s in found["positive"]] == [False, False, False, True]
    assert found["negative"] == found["null"] == found["mixed"] == []
    assert [s["study"] for s in found["asked"]] == ["study:ask-2011"]
    (claim,) = found["positive"][0]["claims"]
    assert (claim["direction"], claim["direction_as_read"], claim["turned"]) == (
        "positive", "negative", True,
    )  # fmt: skip
    assert claim["sentence"] == "TherapeuticAlliance fell with Symptoms."
    assert claim["statement"].startswith(
        "Greater therapeutic alliance predicted lower symptoms (Ann"
    )
    assert found["balance"]["share"] == 1.0
    assert found["balance"]["syntheses"]["positive"] == ["study:rev-2010"]
    assert found["pooled"]["r"] == 0.3
    assert found["disagreement"] is None
    assert found["years"] == [2001, 2011]


def test_a_disagreement_and_its_reason_are_in_the_json(folder: Path) -> None:
    found = shown("OxytocinLevel", "symptoms", folder)
    assert found["disagreement"]["explained_by"] == ["specimen", "population"]
    assert found["specimens"] == {"plasma": 3, "saliva": 1}
    assert found["samples"] == {"persons": [50, 50, 50, 50]}
    assert len(found["null"]) == 1


def test_a_path_is_shown_with_its_pair_and_with_its_third_construct(folder: Path) -> None:
    for args in (PATH, ("SocialFunctioning", "TreatmentOutcome"), ("OxytocinSynchrony",)):
        (path,) = shown(*args, folder)["paths"]
        assert path["through"] == "OxytocinSynchrony"
        assert [s["study"] for s in path["positive"]] == ["study:med-2012"]


def test_exact_leaves_narrower_constructs_out(folder: Path) -> None:
    found = shown("TherapeuticAlliance", "TreatmentOutcome", folder, "--exact")
    assert [s["study"] for s in found["positive"]] == ["study:rev-2010"]


def test_claims_read_less_surely_can_be_left_out(folder: Path) -> None:
    args = ("TherapeuticAlliance", "TreatmentOutcome", folder, "--min-confidence")
    assert len(shown(*args, "0.8")["positive"]) == 4
    assert shown(*args, "0.81")["positive"] == []


def test_kinds_of_oxytocin_evidence_merge_only_with_merge(folder: Path) -> None:
    apart = shown("OxytocinSystem", "Symptoms", folder)
    assert apart["positive"] == []
    assert "OxytocinLevel" in apart["kept_apart"]
    assert len(shown("OxytocinSystem", "Symptoms", folder, "--merge")["positive"]) == 2


def test_a_construct_as_json_has_its_links(folder: Path) -> None:
    found = shown("therapeutic alliance", folder)
    assert found["construct"] == "TherapeuticAlliance"
    (symptoms, outcome) = found["links"]
    assert (symptoms["b"], len(symptoms["negative"])) == ("Symptoms", 3)
    assert outcome["reviews"] == ["study:rev-2010"]


def test_a_pair_on_a_terminal_is_prose_and_a_table(folder: Path) -> None:
    result = run("show", "TherapeuticAlliance", "TreatmentOutcome", folder, "--format", "table")
    text = " ".join(result.stdout.split())
    assert "Greater therapeutic alliance went with greater treatment outcome in 4 studies" in text
    assert "Of 3 studies with a direction 3 are positive: 100 %" in text
    assert "Random-effects mean of 3 studies: r = .30" in text
    assert "Samples, known of 3 of 3 primary studies: 150 persons, median 50" in text
    assert "study asks" in text


def test_a_pair_in_a_pipe_is_one_row_a_claim(folder: Path) -> None:
    result = run("show", "TherapeuticAlliance", "TreatmentOutcome", folder)
    rows = list(csv.DictReader(io.StringIO(result.stdout), delimiter="\t"))
    assert [row["direction"] for row in rows] == ["positive"] * 4 + ["asked"]
    assert rows[0]["sentence"] == "TherapeuticAlliance fell with Symptoms."


def test_an_empty_pair_says_what_that_means(folder: Path) -> None:
    result = run("show", "Loneliness", "Transference", folder, "--format", "table")
    assert "no proof that nobody studied it" in " ".join(result.stdout.split())
    assert shown("Loneliness", "Transference", folder)["positive"] == []


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        (("TherapeuticAliance",), "Did you mean: TherapeuticAlliance"),
        (("Empathy", "Empathy"), "Empathy twice"),
        (("Symptoms", "DepressiveSymptoms"), "without roll-up"),
        (("Empathy", "nowhere"), "No construct is called 'nowhere'"),
    ],
)
@pytest.mark.parametrize("command", ["show", "report"])
def test_what_cannot_be_shown_is_one_line(
    folder: Path, command: str, args: tuple[str, ...], problem: str
) -> None:
    result = run(command, *args, folder) if len(args) > 1 else run(command, *args)
    assert result.exit_code == 1
    assert problem in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("style", ["table", "tsv", "csv", "md", "json"])
@pytest.mark.parametrize("args", [("Empathy", "Trust"), ("Trust",)])
def test_hostile_words_reach_no_terminal(folder: Path, style: str, args: tuple[str, ...]) -> None:
    result = run("show", *args, folder, "--format", style)
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout


def test_constructs_are_found_by_any_name() -> None:
    for name in ("TherapeuticAlliance", "therapeuticalliance", "working alliance"):
        assert find_construct(name).id == "TherapeuticAlliance"
    with pytest.raises(NoSuchConstructError, match="none is like it"):
        find_construct("xyzzyqqq")


def test_a_brief_in_html_runs_nothing_and_loads_nothing(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "brief.html"
    result = run("report", "Empathy", "Trust", folder, "-o", page)
    assert result.stdout == f"{page}\n"
    text = page.read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "\x1b" not in text
    assert "src=" not in text


def test_a_brief_has_all_its_parts(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "brief.html"
    assert (
        run("report", "TherapeuticAlliance", "TreatmentOutcome", folder, "-o", page).exit_code == 0
    )
    text = page.read_text(encoding="utf-8")
    for part in ("Summary", "Studies by direction", "Effects", "Limits", "How to cite"):
        assert f"<h2>{part}</h2>" in text
    assert text.count("<svg") == 2
    assert "TherapeuticAlliance fell with Symptoms." in text
    again = tmp_path / "again.html"
    run("report", "TherapeuticAlliance", "TreatmentOutcome", folder, "-o", again)
    assert again.read_bytes() == page.read_bytes()


def test_a_brief_in_markdown_goes_to_stdout(folder: Path) -> None:
    for args in (("OxytocinLevel", "Symptoms"), ("OxytocinLevel",), ("Empathy", "Trust")):
        result = run("report", *args, folder)
        assert result.exit_code == 0
        assert result.stdout.startswith("# ")
        assert "## Limits" in result.stdout
        assert "<script" not in result.stdout
    assert "\\`x\\`" in result.stdout


def effect(name: str, z: float, **fields: Any) -> Effect:
    return Effect(study=name, z=z, variance=0.02, n=50, raw=("r",), **fields)


def test_plots_are_whole_svg_and_hold_no_markup_of_papers() -> None:
    effects = [effect(HOSTILE, 0.3), effect("b", -0.4), effect("c", 2.0)]
    published = [effect("p", 0.1, synthesis=True)]
    forest = forest_svg(effects, published, pool(effects), {HOSTILE: HOSTILE}, HOSTILE)
    marks = [Mark(name=HOSTILE, place=1, n=40), Mark(name="b", place=-1), Mark(name="b", place=0)]
    for text in (forest, direction_svg([*marks, Mark(name="r", place=1, synthesis=True)], HOSTILE)):
        root = ElementTree.fromstring(text)
        kinds = {element.tag.rsplit("}", 1)[-1] for element in root.iter()}
        assert kinds <= {"svg", "title", "text", "line", "rect", "polygon", "circle", "g"}
    assert forest.count("<polygon") == 2
    assert forest.count("<rect") == 3
    assert forest_svg([], [], None, {}) == direction_svg([]) == ""
