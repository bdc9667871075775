"""Verdicts are read however a spreadsheet saved them, survive a new extraction, and take effect."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from evidence_corpus import SPECIMENS, said, study
from gold_readings import gold_readings
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from kg.claims_io import reading_to_line
from kg.cli import app
from kg.curation.accuracy import kappas, precision
from kg.curation.calibrate import MINIMUM, recalibration
from kg.curation.draw import draw_sample
from kg.curation.match import match_judgements
from kg.curation.model import CURATED, ErrorTag, Judgement, Outcome, Verdict
from kg.curation.overlay import overlay
from kg.curation.parse import read_sheet
from kg.curation.sheet import COLUMNS, blank_rows, judged_row, merged, sheet_text
from kg.model import Claim, Qualifiers, Reading, Status
from kg.ontology import constructs
from kg.queries import run_query
from kg.store import open_store

ANN, BEN = "0000-0002-1825-0097", "0000-0001-5109-3700"
LABELS = {name: construct.label for name, construct in constructs().items()}


def judgement(claim: Claim, verdict: str = "correct", **fields: object) -> Judgement:
    return Judgement(
        claim=claim.id,
        key=claim.document,
        document=claim.document,
        start=claim.evidence.start,
        end=claim.evidence.end,
        sentence=claim.evidence.sentence,
        subject=claim.subject,
        relation=claim.relation,
        object=claim.object,
        path_source=claim.path[0] if claim.path else "",
        direction=claim.direction,
        status=claim.status,
        rule=claim.rule or "",
        confidence=claim.confidence,
        verdict=Verdict(verdict),
        curator=ANN,
        **fields,  # type: ignore[arg-type]
    )


def all_claims(readings: list[Reading] | tuple[Reading, ...]) -> list[Claim]:
    return [claim for reading in readings for claim in reading.claims]


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args])


def filled(text: str, change: Callable[[dict[str, str], int], None]) -> str:
    """The sheet with each row changed in place."""
    rows = list(csv.DictReader(io.StringIO(text), dialect="excel-tab"))
    for number, row in enumerate(rows):
        change(row, number)
    return sheet_text(rows)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("curation")
    claims = place / "read.jsonl"
    claims.write_text("".join(f"{reading_to_line(r)}\n" for r in SPECIMENS), encoding="utf-8")
    assert run("build", claims, "-o", place / "graph").exit_code == 0
    assert run("curate", "export", place / "graph", "-o", place / "sheet.tsv").exit_code == 0
    return place


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built, tmp_path / "copy")
    return tmp_path / "copy" / "graph"


@pytest.fixture
def sheet(folder: Path) -> Path:
    return folder.parent / "sheet.tsv"


def judge(sheet: Path, change: Callable[[dict[str, str], int], None]) -> Path:
    sheet.write_text(filled(sheet.read_text(encoding="utf-8"), change), encoding="utf-8")
    return sheet


def links_in(folder: Path) -> list[tuple[object, ...]]:
    sparql = (
        "SELECT ?p ?n ?z { ?l a okg:Link ; okg:nPositive ?p ; okg:nNegative ?n ; okg:nNull ?z }"
    )
    return sorted(run_query(open_store(folder), sparql).rows, key=str)


def test_a_rejected_claim_is_out_of_graph_pages_and_questions(folder: Path, sheet: Path) -> None:
    def reject_cole(row: dict[str, str], _: int) -> None:
        wrong = row["key"] == "cole-2021"
        row.update(verdict="wrong" if wrong else "correct", curator=ANN, date="2026-11-27")
        row["error_tag"] = "wrong direction" if wrong else ""

    before = links_in(folder)
    result = run("curate", "apply", judge(sheet, reject_cole), folder)
    assert result.exit_code == 0, result.stderr
    assert "4 claims judged: 3 kept, 0 corrected, 1 rejected" in result.stdout
    assert links_in(folder) != before
    claims = run("query", "contradictions", folder, "--format", "json").stdout
    assert json.loads(claims) == []
    store = open_store(folder)
    (row,) = run_query(
        store,
        "SELECT ?tag ?by { GRAPH ?g { ?v okg:verdict okg:readWrong ; okg:errorTag ?tag ; "
        "prov:wasAttributedTo ?by } FILTER(?g = graph:curation) }",
    ).rows
    assert row == ("wrong direction", f"https://orcid.org/{ANN}")
    assert "cole" in (folder / "claims.jsonl").read_text(encoding="utf-8")
    assert run("validate", folder).exit_code == 0


def test_a_corrected_claim_replaces_what_was_read(folder: Path, sheet: Path) -> None:
    def correct(row: dict[str, str], number: int) -> None:
        if row["key"] == "dorn-2022":
            row.update(verdict="wrong", error_tag="null missed", curator=ANN)
            row.update(
                right_direction="negative", right_qualifiers="specimen=saliva; rater=patient"
            )

    assert run("curate", "apply", judge(sheet, correct), folder).exit_code == 0
    found = json.loads(
        run("show", "OxytocinLevel", "DepressiveSymptoms", folder, "--format", "json").stdout
    )
    assert found["null"] == []
    (claim,) = next(s for s in found["negative"] if s["study"] == "study:dorn-2022")["claims"]
    assert claim["rule"] == CURATED
    assert "confidence" not in claim
    assert claim["qualifiers"] == {"specimen": "saliva", "rater": "patient"}
    manual = "SELECT ?c { ?c okg:assertionMethod obo:ECO_0000218 ; prov:wasRevisionOf ?old }"
    assert len(run_query(open_store(folder), manual).rows) == 1


def test_verdicts_stay_when_the_folder_is_built_again_and_can_be_taken_back(
    folder: Path, sheet: Path
) -> None:
    before = links_in(folder)

    def reject(row: dict[str, str], number: int) -> None:
        row.update(verdict="wrong", error_tag="no relation", curator=ANN)

    run("curate", "apply", judge(sheet, reject), folder)
    assert links_in(folder) == []
    assert run("build", folder.parent / "read.jsonl", "-o", folder).exit_code == 0
    assert links_in(folder) == []

    def accept(row: dict[str, str], number: int) -> None:
        row.update(verdict="correct", error_tag="", curator=ANN)

    assert run("curate", "apply", judge(sheet, accept), folder).exit_code == 0
    assert links_in(folder) == before


def test_applying_twice_gives_the_same_bytes(folder: Path, sheet: Path) -> None:
    judge(sheet, lambda row, n: row.update(verdict="wrong" if n else "correct", curator=ANN))
    run("curate", "apply", sheet, folder)
    names = ("graph.trig", "curation.tsv", "claims.jsonl", "explorer.html")
    first = [(folder / name).read_bytes() for name in names]
    run("curate", "apply", folder / "curation.tsv", folder)
    assert [(folder / name).read_bytes() for name in names] == first


MANGLED: dict[str, Callable[[str], bytes]] = {
    "byte order mark": lambda text: text.encode("utf-8-sig"),
    "CR LF": lambda text: text.replace("\n", "\r\n").encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "semicolons": lambda text: _again(text, ";").encode(),
    "commas": lambda text: _again(text, ",").encode(),
    "numbers of days": lambda text: text.replace("2026-11-27", "46353").encode(),
    "quotes": lambda text: re.sub(r"([^\t\n]+)", r'"\1"', text).encode(),
}


def _again(text: str, delimiter: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows(csv.reader(io.StringIO(text), "excel-tab"))
    return out.getvalue()


@pytest.mark.parametrize("how", MANGLED)
def test_a_sheet_mangled_by_a_spreadsheet_is_read_as_meant(sheet: Path, how: str) -> None:
    judge(sheet, lambda row, n: row.update(verdict="wrong", curator=ANN, date="2026-11-27"))
    expected = read_sheet(sheet)
    assert len(expected.judgements) == 4
    sheet.write_bytes(MANGLED[how](sheet.read_text(encoding="utf-8")))
    found = read_sheet(sheet)
    assert [j for _, j in found.judgements] == [j for _, j in expected.judgements]
    assert [how.split()[0] in mended for mended in found.mended] == [True] * (how != "quotes")


def test_what_was_mended_is_told_in_one_line(folder: Path, sheet: Path) -> None:
    judge(sheet, lambda row, n: row.update(verdict="correct", curator=ANN, date="2026-11-27"))
    text = sheet.read_text(encoding="utf-8").replace("2026-11-27", "46353")
    sheet.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    result = run("curate", "apply", sheet, folder)
    assert result.exit_code == 0
    mended = "a byte order mark, CR LF line ends, dates as numbers of days"
    assert result.stderr == f"{sheet}: as a spreadsheet saved it ({mended}); read as meant\n"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"verdict": "yes"}, "verdict 'yes' is none of: correct, wrong, unsure"),
        ({"verdict": "wrong", "error_tag": "bad"}, "error_tag 'bad' is none of: no relation"),
        ({"error_tag": "no relation"}, "verdict correct with an error_tag"),
        ({"verdict": "wrong", "right_object": "Alliancee"}, "No construct is called 'Alliancee'"),
        ({"verdict": "wrong", "right_relation": "mediates"}, "needs right_path_source"),
        ({"verdict": "wrong", "right_relation": "groupDifference"}, "needs a group"),
        ({"verdict": "wrong", "right_qualifiers": "spit=yes"}, "right_qualifiers 'spit=yes'"),
        ({"curator": ""}, "no curator; write it like 0000-0002-1825-0097"),
        ({"curator": "0000-0002-1825-0098"}, "its last digit does not fit"),
        ({"date": "27.11.26"}, "date '27.11.26' is not YYYY-MM-DD"),
        ({"date": "12"}, "date '12' is not YYYY-MM-DD"),
        ({"start": "4x"}, "start '4x' is no number"),
        ({"claim_id": ""}, "no claim_id"),
    ],
)
def test_a_bad_row_is_one_problem_and_the_others_are_read(
    sheet: Path, changes: dict[str, str], problem: str
) -> None:
    def change(row: dict[str, str], number: int) -> None:
        row.update(verdict="correct", curator=ANN)
        if number == 2:
            row.update(changes)

    found = read_sheet(judge(sheet, change))
    (told,) = found.problems
    assert str(told).startswith(f"{sheet}, line 4: ")
    assert problem in str(told)
    assert len(found.judgements) == 3


def test_an_unknown_id_is_one_line_and_the_others_are_applied(folder: Path, sheet: Path) -> None:
    def change(row: dict[str, str], number: int) -> None:
        row.update(verdict="correct", curator=ANN)
        if number == 2:
            row.update(claim_id="claim:0123", document="")

    result = run("curate", "apply", judge(sheet, change), folder)
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert "claim:0123 is not in" in line
    assert str(sheet) in line
    assert "3 claims judged" in result.stdout


def test_conflicting_verdicts_of_one_curator_are_one_line(folder: Path, sheet: Path) -> None:
    judge(sheet, lambda row, n: row.update(verdict="correct", curator=ANN))
    text = sheet.read_text(encoding="utf-8")
    second = text.splitlines()[1].replace("correct", "wrong")
    sheet.write_text(f"{text}{second}\n", encoding="utf-8")
    result = run("curate", "apply", sheet, folder)
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert "lines 2 and 6" in line
    assert "conflicting verdicts of one curator" in line
    assert "3 claims judged" in result.stdout


def test_two_curators_in_conflict_leave_the_claim_as_it_was_read(folder: Path, sheet: Path) -> None:
    judge(sheet, lambda row, n: row.update(verdict="correct", curator=ANN))
    assert run("curate", "apply", sheet, folder).exit_code == 0
    before = links_in(folder)

    def disagree(row: dict[str, str], number: int) -> None:
        row.update(verdict="" if number else "wrong", curator=BEN)

    result = run("curate", "apply", judge(sheet, disagree), folder)
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert f"{ANN} says correct; {BEN} says wrong" in line
    assert links_in(folder) == before


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "no column claim_id and verdict"),
        (b"a\tb\n1\t2\n", "no column claim_id and verdict"),
        (b"\xff\x00\x81claim_id", "not UTF-8"),
        (b"claim_id\tverdict\n", "no verdict could be used"),
    ],
)
def test_what_is_no_sheet_is_one_line_and_changes_nothing(
    folder: Path, tmp_path: Path, content: bytes, problem: str
) -> None:
    before = (folder / "graph.trig").read_bytes()
    path = tmp_path / "bad.tsv"
    path.write_bytes(content)
    result = run("curate", "apply", path, folder)
    assert result.exit_code == 1
    assert problem in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert (folder / "graph.trig").read_bytes() == before


def test_a_sheet_runs_nothing_in_a_spreadsheet_and_reads_back() -> None:
    reading = study("eve-2020", said("Empathy", "Trust"))
    (claim,) = reading.claims
    evil = replace(claim, evidence=replace(claim.evidence, sentence='=HYPERLINK("x")\t\'+1'))
    (row,) = blank_rows([replace(reading, claims=(evil,))], LABELS)
    text = sheet_text([row])
    assert "\t=" not in text
    assert len(text.splitlines()) == 2
    assert text.splitlines()[0] == "\t".join(COLUMNS)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=12).map(
    lambda text: " ".join(text.split())
)


@given(
    st.sampled_from(Verdict),
    st.sampled_from(ErrorTag),
    TEXTS.filter(lambda text: not text.startswith("'")),
    st.sampled_from(["", "2026-01-31"]),
)
@settings(max_examples=60, deadline=None)
def test_a_judgement_survives_its_sheet(
    verdict: Verdict, tag: ErrorTag, note: str, date: str
) -> None:
    claim = study("a-2000", said("Empathy", "Trust", specimen="saliva")).claims[0]
    wrong = verdict is Verdict.WRONG
    right = {"object": "Compassion", "direction": "null", "specimen": "saliva"} if wrong else {}
    given_ = judgement(
        claim, verdict, note=note, date=date, tag=tag if wrong else None, right=right
    )
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "s.tsv"
        path.write_text(sheet_text([judged_row(given_)]), encoding="utf-8")
        ((_, found),) = read_sheet(path).judgements
    assert found == given_


def changed_pipeline(readings: tuple[Reading, ...], seed: int) -> list[Reading]:
    """As if another pipeline had read the texts: other offsets, qualifiers, confidence, order."""
    random = Random(seed)
    again = []
    for reading in readings:
        claims = [
            replace(
                claim,
                evidence=replace(
                    claim.evidence,
                    start=claim.evidence.start + random.randrange(0, 4),
                    end=claim.evidence.end + random.randrange(0, 3),
                    sentence=f" {claim.evidence.sentence}",
                ),
                qualifiers=Qualifiers(population=random.choice(("patients", None))),
                confidence=random.random(),
                rule="another",
            )
            for claim in reading.claims
        ]
        random.shuffle(claims)
        again.append(replace(reading, claims=tuple(claims)))
    return again


def test_two_hundred_verdicts_survive_a_changed_pipeline() -> None:
    readings = tuple(gold_readings())
    claims = Random(7).sample(all_claims(readings), 200)
    judgements = [
        judgement(claim, "wrong" if i % 3 else "correct") for i, claim in enumerate(claims)
    ]
    again = changed_pipeline(readings, 3)
    assert not {c.id for c in claims} <= {c.id for c in all_claims(again)}
    matches = match_judgements(judgements, again)
    assert len(matches.found) == 200
    assert matches.lost == ()
    by_id = {claim.id: claim for claim in all_claims(again)}
    for found, name in matches.found:
        claim = by_id[name]
        assert claim.document == found.document
        assert {claim.subject, claim.object} == {found.subject, found.object}
        assert claim.direction == found.direction
    assert len({name for _, name in matches.found}) == 200


def test_what_does_not_match_any_more_is_listed_and_kept(folder: Path, sheet: Path) -> None:
    judge(sheet, lambda row, n: row.update(verdict="wrong", error_tag="no relation", curator=ANN))
    run("curate", "apply", sheet, folder)
    fewer = folder.parent / "fewer.jsonl"
    fewer.write_text("".join(f"{reading_to_line(r)}\n" for r in SPECIMENS[:3]), encoding="utf-8")
    result = run("build", fewer, "-o", folder)
    assert result.exit_code == 0
    assert "Not read any more" in result.stderr
    assert "dorn-2022: OxytocinLevel predicts DepressiveSymptoms, null" in result.stderr
    assert "dorn-2022" in (folder / "curation.tsv").read_text(encoding="utf-8")
    assert "Not read any more" in run("curate", "report", folder).stderr
    run("build", folder.parent / "read.jsonl", "-o", folder)
    assert links_in(folder) == []


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"status": Status.CONCLUSION}, True),
        ({"status": Status.HYPOTHESIS}, False),
        ({"direction": "negative"}, False),
        ({"object": "Symptoms"}, False),
        ({"relation": "affects"}, True),
        ({"relation": "groupDifference"}, False),
    ],
)
def test_only_the_same_content_is_the_same_claim(changes: dict[str, str], same: bool) -> None:
    reading = study("a-2000", said("OxytocinLevel", "DepressiveSymptoms"))
    (claim,) = reading.claims
    from kg.model import Direction, Relation

    kinds = {"direction": Direction, "relation": Relation}
    values = {k: kinds[k](v) if k in kinds else v for k, v in changes.items()}
    moved = replace(claim, qualifiers=Qualifiers(rater="x"), **values)  # type: ignore[arg-type]
    matches = match_judgements([judgement(claim)], [replace(reading, claims=(moved,))])
    assert bool(matches.found) is same


def test_a_verdict_on_status_never_falls_on_a_claim_with_the_right_status() -> None:
    reading = study("a-2000", said("OxytocinLevel", "DepressiveSymptoms"))
    (claim,) = reading.claims
    given_ = judgement(claim, "wrong", tag=ErrorTag.HYPOTHESIS_AS_FINDING)
    for status in (Status.HYPOTHESIS, Status.CONCLUSION):
        again = replace(reading, claims=(replace(claim, status=status),))
        assert match_judgements([given_], [again]).lost == (given_,)


def test_a_missing_qualifier_alone_rejects_nothing() -> None:
    (claim,) = study("a-2000", said("Empathy", "Trust")).claims
    tagged = judgement(claim, "wrong", tag=ErrorTag.MISSING_QUALIFIER)
    assert tagged.outcome is Outcome.KEPT
    assert judgement(claim, "wrong").outcome is Outcome.REJECTED
    assert judgement(claim, "unsure").outcome is Outcome.KEPT


def test_a_new_verdict_of_a_curator_replaces_the_old_one() -> None:
    (claim,) = study("a-2000", said("Empathy", "Trust")).claims
    old, new = judgement(claim, "wrong"), judgement(claim, "correct")
    assert merged([old], [new]) == [new]
    assert len(merged([old], [replace(new, curator=BEN)])) == 2


def test_without_verdicts_readings_are_as_they_were() -> None:
    assert overlay(SPECIMENS, []).readings == SPECIMENS


def test_a_sample_is_stratified_weighted_and_the_same_again() -> None:
    random = Random(1)
    readings = tuple(
        replace(
            reading,
            claims=tuple(replace(c, confidence=round(random.random(), 3)) for c in reading.claims),
        )
        for reading in gold_readings()
    )
    claims = {claim.id: claim for claim in all_claims(readings)}
    drawn = draw_sample(readings, 100)
    assert len(drawn) == 100
    assert drawn == draw_sample(readings, 100)
    assert drawn != draw_sample(readings, 100, seed=2)
    assert {claims[name].direction for name in drawn} == {c.direction for c in claims.values()}
    assert sum(weight for _, weight in drawn.values()) == pytest.approx(len(claims), rel=1e-3)
    assert len(draw_sample(readings, 10**6)) == len(claims)


def test_precision_weighs_strata_and_has_wilsons_interval() -> None:
    (claim,) = study("a-2000", said("Empathy", "Trust")).claims
    right = [judgement(claim, weight=1.0)] * 8
    wrong = [judgement(claim, "wrong", weight=1.0)] * 2
    plain = precision([*right, *wrong, judgement(claim, "unsure")])
    assert plain
    # Wilson's interval for 8 of 10: .490 to .943 (Newcombe 1998, table I, method 3).
    assert (plain.n, plain.share) == (10, 0.8)
    assert (plain.low, plain.high) == pytest.approx((0.490, 0.943), abs=5e-4)
    heavy = precision([*right, *[replace(j, weight=4.0) for j in wrong]])
    assert heavy
    assert heavy.share == 0.5
    assert heavy.effective < 10


def test_kappa_is_that_of_cohen() -> None:
    claims = [study(f"s-{2000 + i}", said("Empathy", "Trust")).claims[0] for i in range(50)]
    # 20 both correct, 15 both wrong, 5 and 10 split: agreement .7, chance .5, kappa .4.
    pairs = [("correct", "correct")] * 20 + [("correct", "wrong")] * 5
    pairs += [("wrong", "correct")] * 10 + [("wrong", "wrong")] * 15
    judgements = [
        replace(judgement(claim, verdict), curator=curator)
        for claim, pair in zip(claims, pairs, strict=True)
        for verdict, curator in zip(pair, (BEN, ANN), strict=True)
    ]
    (found,) = kappas(judgements)
    assert (found.n, found.agreement) == (50, 0.7)
    assert found.kappa == pytest.approx(0.4)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.4 < found.high
    (same,) = kappas([j for j in judgements if j.verdict is Verdict.CORRECT][:20])
    assert same.kappa is None


def test_recalibration_moves_confidence_towards_the_verdicts() -> None:
    (claim,) = study("a-2000", said("Empathy", "Trust")).claims
    random = Random(5)
    judgements = []
    for _ in range(400):
        confidence = random.uniform(0.05, 0.95)
        verdict = "correct" if random.random() < 0.5 * confidence + 0.45 else "wrong"
        judgements.append(replace(judgement(claim, verdict), confidence=confidence))
    fitted = recalibration(judgements)
    assert fitted
    assert fitted.of(0.1) > 0.3
    assert fitted.of(0.2) < fitted.of(0.5) < fitted.of(0.9)
    assert recalibration(judgements[: MINIMUM - 1]) is None


def test_the_report_has_precision_errors_kappa_and_calibration(folder: Path, sheet: Path) -> None:
    judge(sheet, lambda row, n: row.update(verdict="correct" if n else "wrong", curator=ANN))
    other = folder.parent / "other.tsv"
    other.write_text(sheet.read_text(encoding="utf-8").replace(ANN, BEN), encoding="utf-8")
    result = run("curate", "report", sheet, other)
    assert result.exit_code == 0, result.stderr
    tables = result.stdout.split("\n\n")
    assert tables[0].splitlines()[1].startswith("all, as drawn\t\t8\t0.75\t")
    assert f"{BEN}\t{ANN}\t4\t1.0\t1.0" in result.stdout
    assert "as read\t\t8\t" in result.stdout
    whole = json.loads(run("curate", "report", sheet, other, "--format", "json").stdout)
    assert [row["verdicts"] for row in whole["precision"][:2]] == [8, 8]
    assert run("curate", "report", folder).exit_code == 1


def test_a_sample_is_written_with_weights(folder: Path) -> None:
    result = run("curate", "sample", folder, "--n", "2")
    rows = list(csv.DictReader(io.StringIO(result.stdout), dialect="excel-tab"))
    assert len(rows) == 2
    assert all(row["weight"] and row["stratum"] and not row["verdict"] for row in rows)


def test_the_second_reader_shows_only_what_differs(folder: Path, sheet: Path) -> None:
    machine = folder / "claims.jsonl"
    lines = [json.loads(line) for line in machine.read_text(encoding="utf-8").splitlines()]
    lines[0]["claims"][0]["direction"] = "null"
    lines[1]["claims"].clear()
    person = folder.parent / "person.jsonl"
    person.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    result = run("curate", "compare", person, machine, "--format", "json")
    rows = json.loads(result.stdout)
    assert [row["differs"] for row in rows] == ["direction", "only the second"]
    assert "2 agreed" in result.stderr
    other = folder.parent / "other.tsv"
    judge(sheet, lambda row, n: row.update(verdict="correct", curator=ANN))
    text = sheet.read_text(encoding="utf-8").replace(ANN, BEN)
    other.write_text(text.replace("correct", "wrong", 1), encoding="utf-8")
    rows = json.loads(run("curate", "compare", sheet, other, "--format", "json").stdout)
    assert [(row["one"], row["other"]) for row in rows] == [("correct", "wrong")]
    assert run("curate", "compare", sheet, machine).exit_code == 1


@pytest.mark.parametrize("command", ["export", "apply", "sample", "report", "compare"])
def test_every_help_shows_an_example(command: str) -> None:
    assert f"Example:\n    oxykg curate {command}" in run("curate", command, "--help").stdout
