"""What finding gaps costs in a literature of 20 000 studies: seconds, megabytes, planted gaps."""

from __future__ import annotations

import time

#: All gaps with all signals within so many seconds and megabytes.
STUDIES, SECONDS, MEGABYTES = 20_000, 60.0, 2_000.0
#: Planted gaps among the first 20: with perfect reading, and at the measured error rates.
TARGETS = (0.6, 0.4)


def report() -> bool:
    """Print the figures; whether the limits are kept."""
    from benchmarks.extraction import peak_memory
    from benchmarks.simulation import (
        MEASURED,
        PERFECT,
        make_world,
        ranked_pairs,
        recovered,
        simulate,
    )
    from kg.gaps.signals import MISREAD, SHRINKAGE

    kept = True
    world = make_world(1)
    print(f"Gaps (a simulated literature of {STUDIES} studies)")
    settings = (("perfect", PERFECT, 0.0), ("measured", MEASURED, MISREAD))
    for (name, errors, misread), target in zip(settings, TARGETS, strict=True):
        readings = list(simulate(world, STUDIES, errors, seed=1))
        start = time.perf_counter()
        ranked = ranked_pairs(world, readings, SHRINKAGE, misread)
        taken = time.perf_counter() - start
        share = recovered(ranked, world.planted)
        print(f"  {name} reading: {taken:6.1f} s, planted among the first 20: {share:.2f}")
        kept = kept and taken <= SECONDS and share >= target
    peak = peak_memory()
    print(f"  peak memory: {peak:.0f} MB (limits {SECONDS:.0f} s, {MEGABYTES:.0f} MB)")
    return kept and peak <= MEGABYTES
