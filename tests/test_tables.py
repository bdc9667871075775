"""Tables in five formats, and hostile text that none of them lets act."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import UnknownNameError
from kg.tables import FORMATS, Cell, Table, format_table

#: What may stand in a paper's title and must do nothing when it is shown.
HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b31mred",
    "\u202eevil\u202c",
    "[red]markup[/red] [link=https://example.org]x[/link] :smile:",
    "[/]",
    "<script>alert(1)</script>",
    "![](https://example.org/pixel.png)",
    "a|b\\|c",
    "tab\there\nand there\rand\u2028there",
    "\ud800",
    "\x00",
]
#: Text that a spreadsheet would run.
FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\n=1"]


def one_cell(cell: str | float | None) -> Table:
    return Table.of(["name"], [[cell]])


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_holds_no_character_that_a_terminal_obeys(name: str, text: str) -> None:
    out = format_table(Table.of(["a", text], [[text, 1]]), name)
    controls = [c for c in out if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0]
    assert controls == ([] if name != "tsv" else ["\t"] * 2)
    assert not set("\u202e\u202c\u2028\ud800") & set(out)
    assert out.encode("utf-8")


@pytest.mark.parametrize("name", ["table", "tsv", "csv"])
def test_markup_is_shown_and_not_interpreted(name: str) -> None:
    assert HOSTILE[4] in format_table(one_cell(HOSTILE[4]), name)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_row_is_one_line_where_rows_are_lines(text: str) -> None:
    for name, lines in (("tsv", 2), ("md", 3), ("csv", 2)):
        out = format_table(one_cell(text), name)
        rows = list(csv.reader(io.StringIO(out))) if name == "csv" else out.splitlines()
        assert len(rows) == lines


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_holds_no_tag_image_or_extra_cell(text: str) -> None:
    row = format_table(Table.of(["a", "b"], [[text, text]]), "md").splitlines()[2]
    assert "<" not in row
    assert "![" not in row
    unescaped = row.replace("\\\\", "").replace("\\|", "")
    assert unescaped.count("|") == 3


@pytest.mark.parametrize("text", FORMULAS)
def test_csv_disarms_formulas_in_cells_and_column_names(text: str) -> None:
    rows = list(csv.reader(io.StringIO(format_table(Table.of([text], [[text]]), "csv"))))
    assert [row[0][0] for row in rows] == ["'", "'"]


@pytest.mark.parametrize("number", [-1, -0.25, "-0.25", "+3", "-1e-5", "-.5", 0, 1e300])
def test_csv_leaves_numbers_alone(number: float | str) -> None:
    assert format_table(one_cell(number), "csv") == f"name\n{number}\n"


@pytest.mark.parametrize(
    ("cell", "text", "value"),
    [
        (None, "", None),
        (True, "true", True),
        (0.1 + 0.2, "0.30000000000000004", 0.1 + 0.2),
        (math.inf, "inf", "inf"),
        (math.nan, "nan", "nan"),
        (12345678901234567890, "12345678901234567890", 12345678901234567890),
        ("", "", ""),
    ],
)
def test_values_keep_their_type_in_json_and_are_exact_in_text(
    cell: str | float | None, text: str, value: object
) -> None:
    assert format_table(one_cell(cell), "tsv") == f"name\n{text}\n"
    assert json.loads(format_table(one_cell(cell), "json")) == [{"name": value}]


@given(st.lists(st.tuples(st.text(), st.none() | st.integers() | st.booleans()), max_size=4))
def test_json_brings_every_text_back(rows: list[tuple[str, int | None]]) -> None:
    back = json.loads(format_table(Table.of(["a", "b"], rows), "json"))
    assert [(row["a"], row["b"]) for row in back] == rows


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("columns", [1, 3, 12])
def test_a_terminal_table_keeps_all_words_within_its_width(width: int, columns: int) -> None:
    table = Table.of([f"c{i}" for i in range(columns)], [["word " * 9] * columns] * 2)
    out = format_table(table, "table", width)
    assert out.count("word") == 18 * columns
    if columns < 12:
        assert max(map(len, out.splitlines())) <= width


def test_long_text_stands_under_its_row_and_keeps_the_others_side_by_side() -> None:
    rows: list[list[Cell]] = [[1, "a", "word " * 60], [2, "b", "word " * 50]]
    out = format_table(Table.of(["rank", "name", "reason"], rows), "table", 60).splitlines()
    assert out[0].split() == ["rank", "name"]
    assert out[2].split() == ["1", "a"]
    assert out[3].startswith("    reason: word")
    assert max(map(len, out)) <= 60
    assert sum(line.count("word") for line in out) == 110


def test_wide_characters_keep_columns_in_line() -> None:
    out = format_table(Table.of(["a", "b"], [["催産素", "x"], ["e\u0301", "x"]]), "table")
    assert "催産素" in out


@pytest.mark.parametrize("name", FORMATS)
def test_a_table_without_rows_or_columns_is_written(name: str) -> None:
    assert "only" in format_table(Table.of(["only"], []), name) or name == "json"
    assert "None" not in format_table(Table.of([], [()]), name)


def test_an_unknown_format_is_named_with_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match=r"'xls'.*csv, json, md, table, tsv"):
        format_table(one_cell(1), "xls")
