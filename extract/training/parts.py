"""The encoders that were trained without a third of the written abstracts each.

What one says of the abstracts that it never saw is what the other models learn from (stacking).
They are needed for training only and stay out of the package.
"""

from __future__ import annotations

from pathlib import Path

from extract.encoder import Encoder, read_encoder

PARTS = 3
PARTS_FOLDER = Path(__file__).resolve().parent / "encoders"


def part_files(folder: Path = PARTS_FOLDER) -> list[Path]:
    """Where they are kept; abstract number n was not seen by encoder n modulo 3."""
    return [folder / f"part{part}.npz" for part in range(PARTS)]


def part_encoders(folder: Path = PARTS_FOLDER) -> list[Encoder]:
    """They themselves.

    Raises FileNotFoundError if ``python -m extract.training.encoder`` has not been run.
    """
    return [read_encoder(path) for path in part_files(folder)]
