"""The settings of a project: ``oxykg.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, ValidationError
from pydantic.dataclasses import dataclass

from kg.errors import OxykgError

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Scope:
    """What is read: ``keep_all`` reads everything with an abstract, ``keep`` names topics."""

    keep_all: bool = False
    keep: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Config:
    """The settings; unset ones have these values."""

    title: Annotated[str, Field(max_length=200)] = ""
    model: str | None = None
    scope: Scope = Scope()


TEMPLATE = """# Settings of this review. Delete a line to get the default back.

title = {title}

[scope]
# Read also what is about childbirth, cells, states, machines or in other languages?
keep_all = false
# Topics to read although they are out of scope by default, e.g. ["animals"].
keep = []
"""


def read_config(path: Path) -> Config:
    """Read the settings; raises OxykgError with the line or field that is wrong."""
    try:
        fields = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OxykgError(f"{path}: no valid TOML ({error}); mend it") from None
    try:
        return Config(**fields)
    except (ValidationError, TypeError) as error:
        raise OxykgError(f"{path}: {_problem(error)}; mend or delete it") from None


def _problem(error: ValidationError | TypeError) -> str:
    if isinstance(error, TypeError):
        return str(error)
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    known = "title, model, scope.keep_all, scope.keep"
    if "unexpected" in first["type"]:
        return f"{field} is no setting (there are {known})"
    return f"{field}: {first['msg'].lower()}"


def config_text(title: str) -> str:
    """Give the text of a new file of settings."""
    import json

    return TEMPLATE.format(title=json.dumps(title, ensure_ascii=False))
