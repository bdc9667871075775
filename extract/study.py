"""What a document says of its own sample, as a study node."""

from __future__ import annotations

from extract.sample import read_sample
from kg.model import Document, Study


def read_study(document: Document) -> Study:
    """The study that a document reports: design, size with its unit, population, specimens.

    Each document is taken for a study of its own; what its text does not say is ``None``.
    """
    sample = read_sample(document.text)
    return Study(
        id=document.id,
        documents=(document.id,),
        kind=document.kind,
        design=sample.design,
        n=sample.n,
        unit=sample.unit,
        population=sample.population,
        specimens=sample.specimens,
    )
