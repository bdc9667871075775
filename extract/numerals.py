"""Numerals in digits or in English words, and their values.

A table of some thirty words covers what abstracts write out ("One hundred and ninety-four");
the packages for this read whole sentences and do not say where in the text a numeral stood.
"""

from __future__ import annotations

import re
import unicodedata

_ONES = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_VALUES = _ONES | _TENS | {"a": 1}

#: The characters that papers print for a minus, a hyphen or a dash; for use inside ``[...]``.
DASHES = r"\-‐‑‒–−﹣－Ϫ"
_GAP = rf"(?:\s{{1,2}}|[{DASHES}])"
_LINK = rf"(?:{_GAP}and{_GAP}|{_GAP})"
_UNIT = rf"(?:{'|'.join(sorted(_ONES, key=len, reverse=True))})"
_SMALL = rf"(?:(?:{'|'.join(_TENS)})(?:{_GAP}{_UNIT})?|{_UNIT})"
_HUNDREDS = rf"(?:(?:{_UNIT}|a){_GAP}hundred(?:{_LINK}{_SMALL})?)"
_THOUSANDS = rf"(?:(?:{_HUNDREDS}|{_SMALL}|a){_GAP}thousand(?:{_LINK}(?:{_HUNDREDS}|{_SMALL}))?)"
_BEGIN = "one|two|thr|fou|fiv|six|sev|eig|nin|ten|ele|twe|thi|for|fif|a hun|a tho"
_WORDS = rf"(?={_BEGIN})(?:{_THOUSANDS}|{_HUNDREDS}|{_SMALL})"
_THOUSANDS_SEPARATED = r"[1-9]\d{0,2}(?:[,\u00a0\u2009\u202f]\d{3}){1,3}"
_WHOLE = rf"(?:{_THOUSANDS_SEPARATED}|\d{{1,9}})(?![\d%°/:]|[.,·]\d|\s%)"

#: A whole numeral that is not part of a longer token, a decimal, a range or a fraction.
NUMERAL = re.compile(
    rf"(?=[\daefnostAEFNOST])(?<![\w.,/$€£#+{DASHES}])(?:{_WHOLE}|(?i:{_WORDS}))(?!\w|[{DASHES}]\w)"
)

_MANTISSA = (
    rf"(?:{_THOUSANDS_SEPARATED}(?:\.\d{{1,9}})?(?!\d)"
    r"|\d{0,9}[.·]\d{1,15}|\d{1,9},\d{1,15}|,\d{2,3}|\d{1,9})"
)
_POWER = (
    rf"(?:\s?[×x*⋅]\s?10(?:\s?\^?\s?\(?[{DASHES}]\s?\d{{1,3}}\)?|[⁻{DASHES}][⁰¹²³⁴-⁹]{{1,3}})"
    rf"|[eE][{DASHES}]\d{{1,3}})"
)
#: The source of a pattern for a printed number: sign, decimal point or comma, power of ten.
NUMBER = rf"(?:[{DASHES}+]\s?)?{_MANTISSA}{_POWER}?(?!\w|[.,·]\d)"
_EXPONENT = re.compile(rf"[⁻{DASHES}]\s?([\d⁰¹²³⁴-⁹]{{1,3}})\)?$")
_PARTS = re.compile(rf"(?P<sign>[{DASHES}+]?)\s?(?P<mantissa>{_MANTISSA})(?P<power>{_POWER}?)")


def numeral_value(numeral: str) -> int:
    """Give the value of what `NUMERAL` found: "1,024" is 1024, "sixty-two" is 62."""
    if numeral[0].isdigit():
        return int("".join(filter(str.isdigit, numeral)))
    total = part = 0
    for word in re.findall(r"[a-z]+", numeral.lower()):
        if word == "hundred":
            part *= 100
        elif word == "thousand":
            total, part = total + part * 1000, 0
        elif word != "and":
            part += _VALUES[word]
    return total + part


def number_value(number: str) -> float:
    """Give the value of what `NUMBER` matched: "−,05" is -0.05, "2 × 10^-3" is 0.002."""
    parts = _PARTS.fullmatch(number)
    if parts is None:
        raise ValueError(f"not a number: {number!r}")
    mantissa = parts["mantissa"].replace("·", ".")
    separated = re.fullmatch(rf"{_THOUSANDS_SEPARATED}(?:\.\d+)?", mantissa)
    mantissa = re.sub(r"[,\s]", "", mantissa) if separated else mantissa.replace(",", ".")
    sign = "" if parts["sign"] in {"", "+"} else "-"
    power = _EXPONENT.search(parts["power"])
    exponent = "".join(str(unicodedata.digit(char)) for char in power[1]) if power else "0"
    return float(f"{sign}{mantissa}e-{exponent}")
