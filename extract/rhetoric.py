"""Who says a sentence, judged a second time by the sentences around it.

Abstracts go from what is known to what is asked, found and concluded. A sentence that could be a
finding is none if an aim still follows; one that could be background is none once results began.
After the idea of argumentative zoning (Teufel & Moens 2002, doi:10.1162/089120102762671936).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from extract.linear import likeliest
from kg.model import Status

#: The statuses that a sentence is told of those before and after it.
_TOLD = ("hypothesis", "finding", "conclusion")
_ORDER = tuple(str(status) for status in Status)


def _step(value: float) -> int:
    return min(4, int(value * 5))


def neighbour_features(
    sentences: Sequence[Mapping[str, float]], roles: Sequence[str]
) -> Iterator[list[str]]:
    """For each sentence of an abstract what its own and its neighbours' first look say.

    ``sentences`` hold the probability of each status, ``roles`` the sections' roles.
    """
    count = len(sentences)
    best_of = [likeliest(sentence)[0] for sentence in sentences]
    tops = {status: _tops([one.get(status, 0.0) for one in sentences]) for status in _TOLD}
    for index, (own, best) in enumerate(zip(sentences, best_of, strict=True)):
        found = [f"own={status}|{_step(own.get(status, 0.0))}" for status in _ORDER]
        found.append(f"best={best}|{roles[index]}")
        for name, place in (("before", index - 1), ("after", index + 1)):
            near = best_of[place] if 0 <= place < count else "none"
            found += [f"{name}={near}", f"{name}={near}|{best}"]
        for status, (earlier, later) in tops.items():
            for name, top in (("earlier", earlier[index]), ("later", later[index])):
                step = _step(top)
                found += [f"{name}:{status}={step}", f"{name}:{status}={step}|{best}"]
        found.append(f"place={int(index / max(1, count - 1) * 4.999)}|{best}")
        yield found


def _tops(values: Sequence[float]) -> tuple[list[float], list[float]]:
    """For each place the highest value before it, and the highest after it; 0 if there is none."""
    before = list(accumulate(values, max, initial=0.0))
    behind = list(accumulate(reversed(values), max, initial=0.0))
    return before[:-1], behind[-2::-1]
