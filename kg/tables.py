"""One table, five formats: for a terminal, a pipe, a spreadsheet, a program and a page.

Cells may hold text from papers and from strangers' files, so nothing in a cell is ever
interpreted: no terminal escape, no rich or Markdown markup, no spreadsheet formula.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.errors import UnknownNameError

#: What a cell may hold; ``None`` is an unbound variable or an unknown value.
Cell = str | int | float | bool | None

#: Columns that a `table` is drawn in where the width of the terminal is not known.
DEFAULT_WIDTH = 120
#: Wide enough for any row that is not wrapped.
MANY_COLUMNS = 10_000
#: Characters between two columns of a drawn table.
_GAP = 2
#: Words longer than this may be broken.
_LONG_WORD = 24

#: Control characters, and those that reorder the text around them (Unicode TR 9, "bidi").
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
#: What JSON may hold unescaped and a terminal would obey.
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
#: First characters that make a spreadsheet read a cell as a formula (OWASP, "CSV Injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|~$#!&])")


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns and rows of cells, each row as long as there are columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @classmethod
    def of(cls, columns: Iterable[str], rows: Iterable[Iterable[Cell]]) -> Table:
        """A table from any iterables."""
        return cls(tuple(columns), tuple(tuple(row) for row in rows))


def plain_text(text: str) -> str:
    """The text on one line, safe to print: line ends and tabs as spaces, other controls as symbols.

    An escape becomes ``␛`` (Unicode's picture of it), what has no picture becomes ``�``.
    """
    return _CONTROLS.sub(_picture, text)


def _picture(match: re.Match[str]) -> str:
    character = match.group()
    if character in "\t\n\v\f\r\x85\u2028\u2029":
        return " "
    if character < " ":
        return chr(0x2400 + ord(character))
    return "␡" if character == "\x7f" else "�"


def cell_text(cell: Cell) -> str:
    """A cell as printed: nothing for ``None``, ``true`` / ``false``, the shortest exact number."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    return cell if isinstance(cell, str) else repr(cell)


def spreadsheet_text(cell: Cell) -> str:
    """A cell for CSV: text that a spreadsheet would run as a formula gets a leading apostrophe.

    Numbers stay as they are, negative ones too, also where they come as text.
    """
    text = cell_text(cell)
    if text.isprintable() and not text.lstrip().startswith(_FORMULA_STARTS):
        return text  # as nearly all are
    if not isinstance(cell, str) or _NUMBER.fullmatch(text):
        return text
    lines = "\n".join(plain_text(line) for line in text.splitlines())
    risky = text.startswith(_FORMULA_STARTS) or lines.lstrip().startswith(_FORMULA_STARTS)
    return f"'{lines}" if risky else lines


def to_csv(table: Table, width: int | None = None) -> str:
    """RFC 4180 with a bare line feed as line end, safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([spreadsheet_text(name) for name in table.columns])
    writer.writerows([spreadsheet_text(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def to_tsv(table: Table, width: int | None = None) -> str:
    """A header and one line a row; tabs and line ends inside a cell become spaces."""
    lines = ["\t".join(map(plain_text, table.columns))]
    lines += ["\t".join(plain_text(cell_text(cell)) for cell in row) for row in table.rows]
    return "".join(f"{line}\n" for line in lines)


def _json_value(cell: Cell) -> Cell:
    return str(cell) if isinstance(cell, float) and not math.isfinite(cell) else cell


def to_json(table: Table, width: int | None = None) -> str:
    """A list of objects by column name; an unbound cell is ``null``, "inf" and "nan" are text."""
    return json_text(json_rows(table))


def json_rows(table: Table) -> list[dict[str, Cell]]:
    """The rows of a table as JSON values, each an object by column name."""
    return [
        {name: _json_value(cell) for name, cell in zip(table.columns, row, strict=True)}
        for row in table.rows
    ]


def json_text(value: object) -> str:
    """Any JSON value, indented, with nothing in it that a terminal would obey."""
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match.group()):04x}", text) + "\n"


def markdown_text(text: str) -> str:
    """Text for Markdown, on one line, with nothing in it that would be markup."""
    return _MARKDOWN.sub(r"\\\1", plain_text(text)).replace("\\<", "&lt;").replace("\\&", "&amp;")


def to_markdown(table: Table, width: int | None = None) -> str:
    """A GitHub-flavoured Markdown table; numbers stand on the right."""
    rule = ["---:" if right else "---" for right in _numeric_columns(table)]
    lines = [[markdown_text(name) for name in table.columns], rule]
    lines += [[markdown_text(cell_text(cell)) for cell in row] for row in table.rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def to_terminal(table: Table, width: int | None = None) -> str:
    """A table to read, at most ``width`` columns wide.

    Columns of long text stand below their row, by name; a table of too many columns is written as
    a block of lines for each row.
    """
    width = width or DEFAULT_WIDTH
    if not table.columns:
        return ""
    cells = [[plain_text(cell_text(cell)) for cell in row] for row in table.rows]
    long = [max((len(row[i]) for row in cells), default=0) for i in range(len(table.columns))]
    notes = [i for i, longest in enumerate(long) if longest > width // 2]
    if not notes or len(notes) == len(table.columns):
        return _drawn(table, width)
    main = [i for i in range(len(table.columns)) if i not in notes]
    return _with_notes(table, cells, main, notes, width)


def _with_notes(
    table: Table, cells: list[list[str]], main: list[int], notes: list[int], width: int
) -> str:
    """Short columns side by side, and under each row its long ones, indented and wrapped."""
    from textwrap import wrap

    short = Table.of(
        (table.columns[i] for i in main), ([row[i] for i in main] for row in table.rows)
    )
    head, rule, *lines = _drawn(short, MANY_COLUMNS).splitlines()
    if max(map(len, (head, *lines))) > width or len(lines) != len(cells):
        return _blocks(table, width)
    out = [head, rule[:width]]
    for line, row in zip(lines, cells, strict=True):
        out.append(line)
        for i in filter(row.__getitem__, notes):
            text = f"{plain_text(table.columns[i])}: {row[i]}"
            out += wrap(text, width, initial_indent="    ", subsequent_indent="    ")
    return "".join(f"{line}\n" for line in out)


def _drawn(table: Table, width: int) -> str:
    """A table whose cells wrap between words; blocks of lines where the words do not fit."""
    narrowest = _longest_words(table)
    if sum(narrowest) + _GAP * len(narrowest) > width:
        return _blocks(table, width)
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    drawn = RichTable(box=box.SIMPLE_HEAD, padding=(0, _GAP - 1, 0, 0), show_edge=False)
    numeric = _numeric_columns(table)
    for name, right, least in zip(table.columns, numeric, narrowest, strict=True):
        side: Literal["left", "right"] = "right" if right else "left"
        drawn.add_column(Text(plain_text(name)), justify=side, min_width=least, overflow="fold")
    for row in table.rows:
        drawn.add_row(*(Text(plain_text(cell_text(cell))) for cell in row))
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, legacy_windows=False).print(drawn)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _longest_words(table: Table) -> list[int]:
    """For each column the length of its longest word, at most `_LONG_WORD`."""
    columns = [[name, *cells] for name, *cells in zip(table.columns, *table.rows, strict=True)]
    return [
        min(max(len(word) for cell in cells for word in [*cell_text(cell).split(), ""]), _LONG_WORD)
        for cells in columns
    ]


def _blocks(table: Table, width: int) -> str:
    """Each row as lines of name and value, values wrapped."""
    from textwrap import wrap

    names = [plain_text(name) for name in table.columns]
    indent = max(map(len, names)) + 2
    blocks = []
    for row in table.rows:
        lines: list[str] = []
        for name, cell in zip(names, row, strict=True):
            text = wrap(plain_text(cell_text(cell)), max(width - indent, 20)) or [""]
            lines.append(f"{name:<{indent}}{text[0]}".rstrip())
            lines += [f"{'':<{indent}}{line}" for line in text[1:]]
        blocks.append("".join(f"{line}\n" for line in lines))
    return "\n".join(blocks) or f"{', '.join(names)}\n"


def _numeric_columns(table: Table) -> list[bool]:
    return [
        _all_numbers([row[index] for row in table.rows if row[index] is not None])
        for index in range(len(table.columns))
    ]


def _all_numbers(cells: Sequence[Cell]) -> bool:
    return bool(cells) and all(isinstance(c, int | float) and c is not True for c in cells)


#: A format's name -> the function that writes a table in it (table, width in characters).
FORMATS: dict[str, Callable[[Table, int | None], str]] = {
    "table": to_terminal,
    "csv": to_csv,
    "tsv": to_tsv,
    "json": to_json,
    "md": to_markdown,
}


def format_table(table: Table, name: str, width: int | None = None) -> str:
    """The table in the named format; raises `UnknownNameError` for a format that is not known."""
    if name not in FORMATS:
        raise UnknownNameError("format", name, FORMATS)
    return FORMATS[name](table, width)
