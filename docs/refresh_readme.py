"""Run each command that README.md shows with its output, and put the output of today below it.

``python docs/refresh_readme.py`` after ``make demo``. A block is shown as::

    ```console
    $ oxykg query mediators
    ...
    ```

Of a long output the first lines are kept, and ``...`` says that there are more.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Lines of an answer that are shown.
SHOWN = 12
_BLOCK = re.compile(r"(```console\n\$ oxykg ([^\n]+)\n).*?(```)", re.DOTALL)


def answer(command: str) -> str:
    """What the command prints on a terminal, from the start, cut short."""
    start = [sys.executable, "-c", "from kg.cli import main; main()"]
    words = [*start, *shlex.split(command), "--format", "table"]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT)
    lines = done.stdout.splitlines()
    return "".join(f"{line}\n" for line in [*lines[:SHOWN], *(["..."] if lines[SHOWN:] else [])])


def main() -> None:
    """Rewrite README.md."""
    path = ROOT / "README.md"
    text = path.read_text(encoding="utf-8")
    fresh = _BLOCK.sub(lambda found: f"{found[1]}{answer(found[2])}{found[3]}", text)
    path.write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    main()
