"""``python -m extract.training FOLDER [--output FOLDER]``: rebuilds the shipped weights."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kg.errors import OxykgError


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m extract.training", description=__doc__)
    parser.add_argument("treebanks", type=Path, help="folder of NAME.conllu.gz files")
    parser.add_argument("--output", type=Path, help="where the weights go [the package's own]")
    parser.add_argument("--card-only", action="store_true", help="score and describe, no training")
    options = parser.parse_args(arguments)

    from extract.language import OWN_WEIGHTS
    from extract.training.rebuild import describe, rebuild

    output = options.output or OWN_WEIGHTS
    try:
        if options.card_only:
            describe(options.treebanks, output, sys.stderr)
        else:
            rebuild(options.treebanks, output)
    except OxykgError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
