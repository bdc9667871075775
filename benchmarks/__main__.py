"""``python -m benchmarks``: what things cost; exit code 1 if a stated limit is missed."""

from __future__ import annotations

import sys


def main() -> int:
    """Print all figures, extraction first."""
    from benchmarks import endpoint, extraction, graph, literature, pages

    kept = [part.report() for part in (extraction, literature, graph, pages, endpoint)]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
