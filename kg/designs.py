"""Coarse classes of study designs, so that free text can be filtered by.

The records keep their own words, and the page shows those; the class only serves the filter. It is
the first line of the table whose words occur in the text.
"""

from __future__ import annotations

import re

NOT_REPORTED = "not reported"
OTHER = "other"

_DESIGNS = {
    "meta-analysis": r"meta-?analy",
    "systematic review": r"(systematic|scoping|pre-?registered).{0,20}(review|search)",
    "review": r"\breviews?\b|narrative synthesis|overview",
    "randomised trial or experiment": r"randomi[sz]ed|placebo|crossover|double-blind|\brct\b",
    "longitudinal": r"longitudinal|prospective|follow|\bsessions?\b|week|growth|cohort|subsequent",
    "case study or qualitative": r"case (study|series|report)|single[- ]case|qualitative|clinical-",
    "theory": r"theor|conceptual|\bbook|essay|commentary|lecture|letter",
    "case-control": r"case-control|group comparison|known-groups|comparison of",
    "experiment": r"experiment|pre-post|\btask|challenge|uncontrolled|pilot|trial|analogue",
    "observational": r"naturalistic|observational|secondary|re-analysis|multilevel|equation model",
    "cross-sectional": r"cross-sectional|correlation|survey|questionnaire|instrument|association",
}


def design_class(design: str | None, kind: str | None) -> str:
    """The coarse class of a design; where its words tell none, the kind of publication decides."""
    for text in (design, kind):
        for name, words in _DESIGNS.items():
            if text and re.search(words, text, re.IGNORECASE):
                return name
    return OTHER if design else NOT_REPORTED
