"""Speed of the whole extraction beside that of the bare spaCy pipeline, on the same texts."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kg.corpus import load_corpus

#: The whole extraction may take so many times as long as the bare pipeline.
LIMIT = 1.5
#: The fastest of so many rounds counts, as the others measure what else the machine did.
ROUNDS = 3
#: The bundled texts are read so many times in a round, so that a round takes a few seconds.
COPIES = 4


@dataclass(frozen=True, slots=True)
class Speed:
    """Texts a second of processor time of both, without the time to load them.

    ``loading`` is the time that the whole extraction takes to start, in seconds; ``peak_memory`` in
    MB is that of the whole extraction.
    """

    texts: int
    bare: float
    whole: float
    loading: float
    peak_memory: float

    @property
    def ratio(self) -> float:
        """How many times as long the whole extraction takes."""
        return self.bare / self.whole


def measure() -> Speed:
    """Read the bundled digests with both in turn; the best round of each counts.

    Both on one thread: what further ones wait for each other would count as work.
    """
    from threadpoolctl import threadpool_limits

    from extract.language import load_language
    from extract.pipeline import extract_readings, load_pipeline

    documents = [record.document() for record in load_corpus()] * COPIES
    _seconds(lambda: extract_readings(documents))
    peak = peak_memory()
    nlp = load_language()
    with threadpool_limits(limits=1, user_api="blas"):
        rounds = [
            (
                _seconds(lambda: nlp.pipe(document.text for document in documents)),
                _seconds(lambda: extract_readings(documents)),
                _seconds(lambda: [load_pipeline()]),
            )
            for _ in range(ROUNDS)
        ]
    bare, whole, loading = (min(times) for times in zip(*rounds, strict=True))
    count = len(documents)
    return Speed(count, count / bare, count / whole, loading, peak)


def peak_memory() -> float:
    """Most memory that this process held so far, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def report() -> bool:
    """Print the figures; whether the whole extraction keeps its limit."""
    speed = measure()
    print(f"Extraction ({speed.texts} texts: {COPIES} x the bundled ones; best of {ROUNDS} rounds)")
    print(f"  bare spaCy pipeline  {speed.bare:8.1f} abstracts/s")
    print(f"  whole extraction     {speed.whole:8.1f} abstracts/s")
    verdict = "kept" if speed.ratio <= LIMIT else "MISSED"
    print(f"  ratio                {speed.ratio:8.2f} (limit {LIMIT}: {verdict})")
    print(f"  time to start        {speed.loading:8.2f} s")
    print(f"  peak memory          {speed.peak_memory:8.0f} MB")
    return speed.ratio <= LIMIT


def _seconds(run: Callable[[], Iterable[object]]) -> float:
    """Processor time on one core, so that what else runs on the machine counts less."""
    start = time.process_time()
    for _ in run():
        pass
    return time.process_time() - start
