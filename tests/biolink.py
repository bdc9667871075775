"""The Biolink model by its own package, whose classes are pydantic's: one file, fetched by pip."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from types import ModuleType

PACKAGE = "biolink-model==4.4.6"
#: Its classes, and the schema from which they are made.
CLASSES, SCHEMA = "datamodel/pydanticmodel_v2.py", "schema/biolink_model.yaml"


def biolink(folder: Path) -> tuple[ModuleType, str] | None:
    """Classes and schema, kept in ``folder``; ``None`` where pip or its registry is missing."""
    places = [folder / Path(name).name for name in (CLASSES, SCHEMA)]
    if not all(place.is_file() for place in places) and not _fetched(folder):
        return None
    spec = importlib.util.spec_from_file_location("biolink_classes", places[0])
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module, places[1].read_text(encoding="utf-8")


def _fetched(folder: Path) -> bool:
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", place, PACKAGE]
        try:
            subprocess.run(command, capture_output=True, timeout=120, check=True)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return False
        (wheel,) = Path(place).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            for name in (CLASSES, SCHEMA):
                (folder / Path(name).name).write_bytes(archive.read(f"biolink_model/{name}"))
    return True
