"""Who says a sentence, judged a second time by the sentences around it.

Abstracts go from what is known to what is asked, found and concluded. A sentence that could be a
finding is none if an aim still follows; one that could be background is none once results began.
After the idea of argumentative zoning (Teufel & Moens 2002, doi:10.1162/089120102762671936).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kg.model import Status

_ORDER = tuple(str(status) for status in Status)


def _step(value: float) -> int:
    return min(4, int(value * 5))


def _best(probabilities: Mapping[str, float]) -> str:
    return max(_ORDER, key=lambda status: probabilities.get(status, 0.0))


def neighbour_features(
    sentences: Sequence[Mapping[str, float]], roles: Sequence[str]
) -> Iterator[list[str]]:
    """For each sentence of an abstract what its own and its neighbours' first look say.

    ``sentences`` hold the probability of each status, ``roles`` the sections' roles.
    """
    count = len(sentences)
    for index, own in enumerate(sentences):
        found = [f"own={status}|{_step(own.get(status, 0.0))}" for status in _ORDER]
        found.append(f"best={_best(own)}|{roles[index]}")
        for name, place in (("before", index - 1), ("after", index + 1)):
            near = _best(sentences[place]) if 0 <= place < count else "none"
            found += [f"{name}={near}", f"{name}={near}|{_best(own)}"]
        for name, part in (("earlier", sentences[:index]), ("later", sentences[index + 1 :])):
            for status in ("hypothesis", "finding", "conclusion"):
                top = _step(max((one.get(status, 0.0) for one in part), default=0.0))
                found += [f"{name}:{status}={top}", f"{name}:{status}={top}|{_best(own)}"]
        found.append(f"place={int(index / max(1, count - 1) * 4.999)}|{_best(own)}")
        yield found
