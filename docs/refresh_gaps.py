"""Measure the gap finder on the bundled corpus anew: what is shipped as data, and docs/gaps.md.

``python docs/refresh_gaps.py`` after ``make demo``: writes recall by construct, the weights that
the backtest learns with the record of past ranks, and the table of the backtest.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO, GAPS, GOLD = ROOT / "oxykg-demo", ROOT / "kg" / "gaps", ROOT / "tests" / "gold"
_TABLE = re.compile(r"(<!-- backtest -->\n).*?(<!-- end -->)", re.DOTALL)


def oxykg(*words: object) -> str:
    """What a command prints."""
    start = [sys.executable, "-c", "from kg.cli import main; main()"]
    done = subprocess.run(
        [*start, *map(str, words)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout


def main() -> None:
    """Rewrite the data and the table."""
    recall = oxykg("evaluate", GOLD / "dev.jsonl", DEMO / "claims.jsonl", "--recall")
    (GAPS / "recall.tsv").write_text(recall, encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        weights, pairs = Path(folder) / "weights.json", Path(folder) / "pairs.csv"
        table = oxykg("backtest", DEMO, "--pairs", pairs, "--learn", weights, "--format", "md")
        learned = json.loads(weights.read_text(encoding="utf-8"))
    learned["learned_from"] = "the bundled corpus"
    text = json.dumps(learned, indent=1) + "\n"
    (GAPS / "weights.json").write_text(text, encoding="utf-8")
    page = ROOT / "docs" / "gaps.md"
    fresh = _TABLE.sub(rf"\1\n{table}\n\2", page.read_text(encoding="utf-8"))
    page.write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    main()
