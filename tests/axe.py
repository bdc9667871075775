"""axe-core (MPL-2.0, for tests only): which rules of WCAG 2.1 A and AA a page breaks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from npm import packed_file
from selenium.webdriver import Chrome

VERSION = "4.14.1"
_RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
                   resultTypes: ['violations']})
  .then((found) => done(found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.html.slice(0, 160)} (${node.failureSummary.replace(/\\s+/g, ' ')})`))),
        (error) => done([`axe failed: ${error}`]));
"""


@dataclass(frozen=True)
class Axe:
    """The script, ready to be put into pages."""

    source: str

    def violations(self, driver: Chrome) -> list[str]:
        """What is wrong in the open page, every folded part of it unfolded first."""
        driver.execute_script(
            "document.querySelectorAll('details').forEach((part) => (part.open = true))"
        )
        driver.execute_script(self.source)
        driver.set_script_timeout(60)
        return [str(line) for line in driver.execute_async_script(_RUN)]


def axe_source(folder: Path | None) -> str | None:
    """The text of axe.min.js from ``folder``, fetched by npm if it is not there; else ``None``."""
    return packed_file(f"axe-core@{VERSION}", "axe.min.js", folder)
