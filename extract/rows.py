"""Rules that are data: the rows of the files in ``extract/patterns``."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def pattern_rows(name: str) -> tuple[dict[str, Any], ...]:
    """Give the rows of ``extract/patterns/<name>.jsonl`` in their order, one JSON object a line."""
    path = files("extract") / "patterns" / f"{name}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line) for line in lines if line.strip())
