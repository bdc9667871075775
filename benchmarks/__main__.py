"""``python -m benchmarks``: what things cost; exit code 1 if a stated limit is missed."""

from __future__ import annotations

import sys


def main() -> int:
    """Print all figures; gaps first, whose peak memory would hide behind the others."""
    from benchmarks import endpoint, endurance, extraction, gaps, graph, literature, pages

    parts = (gaps, extraction, literature, graph, pages, endpoint, endurance)
    kept = [part.report() for part in parts]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
