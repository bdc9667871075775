"""Search results from the public interfaces of PubMed, Europe PMC and OpenAlex.

What a service sends is stored as received, page by page, so that a fetch that was cut short goes on
where it stopped. A new service is one module here and one line in `SERVICES`.
"""

from __future__ import annotations

from extract.fetch.europepmc import EUROPE_PMC
from extract.fetch.openalex import OPENALEX
from extract.fetch.pubmed import PUBMED
from extract.fetch.service import Search, Service

#: The name on the command line -> the service.
SERVICES: dict[str, Service] = {service.name: service for service in (PUBMED, EUROPE_PMC, OPENALEX)}

__all__ = ["SERVICES", "Search", "Service"]
