"""What is shipped works by itself, and the documents speak of what there is."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from kg.cli import COMMANDS
from kg.cli.folder import FILES
from kg.data import data_dir

ROOT = Path(__file__).resolve().parent.parent
DATA = ("ontology", "queries", "corpus")
#: Stands alone: what a user types first after `pip install`, away from the checkout.
ALONE = """
import kg, extract, sys
from pathlib import Path
from kg.data import data_dir
from kg.corpus import load_corpus
assert str(Path(kg.__file__).resolve()).startswith(sys.prefix), kg.__file__
for name in ("ontology", "queries", "corpus"):
    assert str(data_dir(name)).startswith(sys.prefix), data_dir(name)
    assert any(data_dir(name).iterdir()), name
print(len(load_corpus()), flush=True)
from kg.cli import app
app(["demo", "out"])
"""


@pytest.mark.parametrize("name", DATA)
def test_data_folders_hold_data_only(name: str) -> None:
    folder = data_dir(name)
    assert any(folder.iterdir())
    assert not [*folder.rglob("*.py"), *folder.rglob("*.pyc")]


@pytest.mark.parametrize("command", [command.__name__ for command in COMMANDS])
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"oxykg {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_documents_link_only_to_what_is_there(name: str) -> None:
    import re

    text = (ROOT / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", text)
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    done = subprocess.run([*command, str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = out.glob("*.whl")
    return path


@pytest.mark.slow
def test_the_wheel_holds_code_and_data_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"kg", "extract"}
    assert {f"kg/_data/{name}" for name in DATA} <= {"/".join(n.split("/")[:3]) for n in names}
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests/")]


@pytest.mark.slow
def test_the_wheel_works_alone(wheel: Path, tmp_path: Path) -> None:
    """Run the demo from a bare environment; the dependencies are those of this one."""
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    site = Path(next((tmp_path / "venv").rglob("site-packages")))
    zipfile.ZipFile(wheel).extractall(site)
    (dependencies,) = {path for path in sys.path if path.endswith("site-packages")}
    done = subprocess.run(
        [python, "-c", f"import sys; sys.path.append({dependencies!r})\n{ALONE}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) >= 100
    assert set(FILES) == {path.name for path in (tmp_path / "out").iterdir()}
